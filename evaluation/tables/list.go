package tables

import (
	"fmt"
	"io"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// A List holds IDs, each once: of the practices of an area, or the pseudonyms of the people
// who are known to have a social need.
type List struct {
	Source string // where the list is from
	IDs    []string
}

// ReadList reads a column of a CSV file as a list. The source must not be empty. It fails
// with an error that is [sp.ErrInvalid] and names every faulty line if the file is no CSV file
// with that column, or if an ID is missing, malformed or there twice.
func ReadList(r io.Reader, name, column, source string) (List, error) {
	if err := checkSource(source); err != nil {
		return List{}, err
	}
	rows, into, err := lines(r, name, column)
	if err != nil {
		return List{}, err
	}
	l, seen := List{Source: source}, map[string]bool{}
	for _, row := range rows {
		id := row.text(column)
		switch {
		case !sp.ValidID(id):
			into.fault(row, column, "missing-id", sp.IDRule)
		case seen[id]:
			into.fault(row, column, "duplicate-id", "stands twice")
		default:
			seen[id] = true
			l.IDs = append(l.IDs, id)
		}
	}
	return l, into.err(name)
}

// ReachInNeed returns indicator 3: of the people who are known to have a social need, the share
// who were referred. Referred holds how often each person was, by the IDs of the list. People
// who were referred and are not on the list count nowhere.
func ReachInNeed(inNeed List, referred map[string]int64) (evaluation.Figure, error) {
	return inNeed.reached("reach-in-need", "people in need who were referred", "people known to be in need", referred, leaving{})
}

// PracticeCoverage returns indicator 8: the share of the practices of a list that referred
// anybody. Referrals are counted by practice, with [Denominators]. Those of practices that are
// not on the list, or whose practice is not stated, are counted as left out.
func PracticeCoverage(practices List, referrals map[string]int64) (evaluation.Figure, error) {
	out, err := practices.others(referrals)
	if err != nil {
		return evaluation.Figure{}, err
	}
	return practices.reached("practice-coverage", "practices that referred anybody", "practices", referrals, out)
}

// ReferrerConcentration returns indicator 9: the Gini coefficient of referrals over the practices
// of a list, from 0 where each refers as many to nearly 1 where one refers all. Practices that
// referred nobody count, so it needs the list. Referrals are counted and left out as those of
// [PracticeCoverage]. It fails with an error that is [sp.ErrInvalid] for a list of fewer than two
// practices.
func ReferrerConcentration(practices List, referrals map[string]int64) (evaluation.Figure, error) {
	out, err := practices.others(referrals)
	if err != nil {
		return evaluation.Figure{}, err
	}
	const id, name, of = "referrer-concentration", "concentration of referrals (Gini)", "practices"
	values, heads, all := make([]float64, len(practices.IDs)), make([]float64, len(practices.IDs)), int64(0)
	for i, practice := range practices.IDs {
		values[i], heads[i] = float64(referrals[practice]), 1
		all += referrals[practice]
	}
	if len(values) > 1 && all == 0 {
		return out.figure(id, name, "", "index", stat.Estimate{Level: Level, Undefined: stat.NoCases, Of: of}), nil
	}
	d, err := inequality.NewDistribution(values, heads)
	if err != nil {
		return evaluation.Figure{}, fmt.Errorf("tables: concentration of referrals: %w", err)
	}
	e, err := d.EstimateGini(Level)
	if err != nil {
		return evaluation.Figure{}, fmt.Errorf("tables: concentration of referrals: %w", err)
	}
	e.Of, e.Denominator = of, float64(len(values))
	return out.figure(id, name, "", "index", e), nil
}

// others returns what is counted of practices that are not on the list.
func (l List) others(referrals map[string]int64) (leaving, error) {
	out, listed := leaving{}, map[string]bool{}
	for _, id := range l.IDs {
		listed[id] = true
	}
	for id, n := range referrals {
		switch {
		case listed[id]:
		case id == "" || id == evaluation.UnknownGroup:
			out.add(NotStated, n)
		default:
			out.add(NotInTable, n)
		}
	}
	return out, checkCounts(referrals)
}

func (l List) reached(id, name, of string, counts map[string]int64, out leaving) (evaluation.Figure, error) {
	if err := checkCounts(counts); err != nil {
		return evaluation.Figure{}, err
	}
	var yes int64
	for _, listed := range l.IDs {
		yes += b2i(counts[listed] > 0)
	}
	return out.share(id, name, "", of, yes, int64(len(l.IDs)))
}
