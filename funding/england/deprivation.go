package england

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
)

// Scores returns the score of multiple deprivation of each area from its ranks in
// the seven domains, by the names that [IoD2025] and its neighbours give them. A
// rank r of N becomes R = (N-r+1)/N and then X = -23 ln(1 - R(1 - exp(-100/23))), and
// the score is the mean of X with weights 0.225 for income and employment, 0.135
// for education and health, and 0.093 for crime, housing and services, and
// environment. Source: MHCLG, English Indices of Deprivation, technical report.
//
// Published domain ranks are rounded to whole numbers and have ties, so scores
// agree with the published ones to 0.001, not to the last digit.
func Scores(t *area.Table) ([]float64, error) {
	parts := [...]float64{0.225, 0.225, 0.135, 0.135, 0.093, 0.093, 0.093}
	scores, tail := make([]float64, t.Len()), 1-math.Exp(-100.0/23)
	for k, name := range domains {
		ranks, n, err := ranked(t, name)
		if err != nil {
			return nil, err
		}
		for i, r := range ranks {
			scores[i] -= parts[k] * 23 * math.Log(1-(n-r+1)/n*tail)
		}
	}
	return scores, nil
}

// ranked returns a column of ranks of which 1 is the most deprived, and of how many
// areas they are.
func ranked(t *area.Table, name string) (ranks []float64, of float64, err error) {
	c, err := t.Column(name)
	if err != nil {
		return nil, 0, err
	}
	if c.Kind != area.Rank || c.Worst != area.Lowest {
		return nil, 0, fmt.Errorf("england: %w", sp.Invalid("column "+name, "", sp.OutOfRange, "must hold ranks, of which 1 is the most deprived"))
	}
	ranks, err = t.Floats(name)
	return ranks, float64(c.Of), err
}

// A Summary is the deprivation of a group of areas, by the measures of the
// English Indices of Deprivation. Higher is more deprived.
type Summary struct {
	Group              string
	Areas              int
	People             float64
	AverageRank        float64 // mean over people of N + 1 - rank
	AverageScore       float64 // mean over people of the score
	Proportion         float64 // part of the areas that are in the most deprived tenth of the nation
	Extent             float64 // part of the people who live in the most deprived tenth, and ever less of those in the next two
	LocalConcentration float64 // mean of N + 1 - rank over the most deprived tenth of the group's people
}

// Summarise returns the deprivation of the groups in a column, by code, from a
// column of overall ranks, such as imd_rank, and a score for each area, such as that
// of [Scores] or of the column imd_score. A group without people has only Areas and
// Proportion. Source: MHCLG, technical report, appendix N.
func Summarise(t *area.Table, column, rank string, scores []float64) ([]Summary, error) {
	groups, err := t.Group(column)
	if err != nil {
		return nil, err
	}
	ranks, n, err := ranked(t, rank)
	if err != nil {
		return nil, err
	}
	if _, err := t.People(""); err != nil {
		return nil, err
	}
	people, err := t.Floats(t.Population())
	if err != nil {
		return nil, err
	}
	if len(scores) != t.Len() {
		return nil, fmt.Errorf("england: %w", sp.Invalid("scores", "", sp.Inconsistent, "must be one for each area"))
	}
	members := map[string][]int{}
	for i, group := range groups {
		members[group] = append(members[group], i)
	}
	out := make([]Summary, 0, len(members))
	for group, areas := range members {
		slices.SortFunc(areas, func(i, j int) int {
			return cmp.Or(cmp.Compare(ranks[i], ranks[j]), strings.Compare(t.Codes()[i], t.Codes()[j]))
		})
		out = append(out, summary(group, areas, n, ranks, people, scores))
	}
	slices.SortFunc(out, func(x, y Summary) int { return strings.Compare(x.Group, y.Group) })
	return out, nil
}

// summary returns the deprivation of a group of areas, the most deprived first,
// whose ranks are of n.
func summary(group string, areas []int, n float64, ranks, people, scores []float64) Summary {
	s := Summary{Group: group, Areas: len(areas)}
	for _, i := range areas {
		s.People += people[i]
		s.AverageRank += people[i] * (n + 1 - ranks[i])
		s.AverageScore += people[i] * scores[i]
		s.Extent += people[i] * extent(math.Ceil(100*ranks[i]/n))
		if 10*ranks[i] <= n {
			s.Proportion++
		}
	}
	s.Proportion /= float64(s.Areas)
	if s.People == 0 {
		return s
	}
	s.AverageRank, s.AverageScore, s.Extent = s.AverageRank/s.People, s.AverageScore/s.People, s.Extent/s.People
	tenth := s.People / 10
	for left, k := tenth, 0; left > 0 && k < len(areas); k++ {
		part := min(left, people[areas[k]])
		s.LocalConcentration += part / tenth * (n + 1 - ranks[areas[k]])
		left -= part
	}
	return s
}

// extent returns how much the people of a percentile count: 1 for the first ten,
// 0.95 for the eleventh, falling in a straight line to 0.05 for the thirtieth.
func extent(percentile float64) float64 {
	switch {
	case percentile <= 10:
		return 1
	case percentile <= 30:
		return 0.95 - (percentile-11)*(0.95-0.05)/19
	default:
		return 0
	}
}
