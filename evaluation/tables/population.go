package tables

import (
	"fmt"
	"io"
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// A Population says how many people there are by area and group: patients registered with a
// practice, or residents by an estimate. The two differ, so the source is kept.
type Population struct {
	Source string
	Rows   []PopulationRow
}

// A PopulationRow is how many people of one group live in one area.
type PopulationRow struct {
	Area     string
	Stratum  string // such as an age band or an ethnic group; empty is everybody
	Quintile int    // of deprivation, 1 for the most deprived; 0 is not stated
	People   Cell
}

// ReadPopulation reads a population from CSV: the columns area and people, and where there
// are groups or quintiles, group and quintile (1 to 5, 1 for the most deprived). The source
// says where the table is from, and must not be empty. It fails with an error that is
// [sp.ErrInvalid] and names every faulty line and field if the file is no CSV file with these
// columns, if a number cannot be read, or if an area and group comes twice.
func ReadPopulation(r io.Reader, name, source string) (Population, error) {
	if err := checkSource(source); err != nil {
		return Population{}, err
	}
	rows, into, err := lines(r, name, "area", "people", "group?", "quintile?")
	if err != nil {
		return Population{}, err
	}
	p := Population{Source: source}
	seen := map[[2]string]bool{}
	for _, l := range rows {
		row := PopulationRow{Area: l.text("area"), Stratum: l.text("group"), People: into.cell(l, "people")}
		if row.Area == "" {
			into.fault(l, "area", "missing-id", "must say which area it is")
		}
		if text := l.text("quintile"); text != "" {
			if row.Quintile, err = strconv.Atoi(text); err != nil || row.Quintile < 1 || row.Quintile > 5 {
				into.fault(l, "quintile", "bad-number", "must be from 1, the most deprived, to 5, or empty")
			}
		}
		if key := [2]string{row.Area, row.Stratum}; seen[key] {
			into.fault(l, "area", "duplicate-row", "the area and group stands twice")
		} else {
			seen[key] = true
		}
		p.Rows = append(p.Rows, row)
	}
	return p, into.err(name)
}

func checkSource(source string) error {
	if source == "" {
		return sp.Invalid("tables: read", "source", sp.Missing, "must say where the table is from, since populations and lists of different sources differ")
	}
	return nil
}

// rows returns the rows of a group by area.
func (p Population) rows(stratum string) map[string]PopulationRow {
	all := map[string]PopulationRow{}
	for _, row := range p.Rows {
		if row.Stratum == stratum {
			all[row.Area] = row
		}
	}
	return all
}

// A joined area is one with people, and what was counted in it.
type joined struct {
	area          string
	quintile      int
	people, count int64
}

// join puts counts by area beside the people of a group. What has no people to be held
// against is left out, and told; areas of the table without a count had none.
func (p Population) join(stratum string, counts map[string]int64) (all []joined, out leaving, err error) {
	if err := checkCounts(counts); err != nil {
		return nil, nil, err
	}
	out, rows := leaving{}, p.rows(stratum)
	for area, n := range counts {
		if row, known := rows[area]; !known {
			if area == "" || area == evaluation.UnknownGroup {
				out.add(NotStated, n)
			} else {
				out.add(NotInTable, n)
			}
		} else if why := row.why(); why != "" {
			out.add(why, n)
		}
	}
	for _, area := range keys(rows) {
		row := rows[area]
		if people, _ := row.People.Number.Lookup(); people > 0 {
			all = append(all, joined{area, row.Quintile, people, counts[area]})
		}
	}
	return all, out, nil
}

// why returns the reason for which nothing can be held against the people of a row.
func (r PopulationRow) why() string {
	if n, known := r.People.Number.Lookup(); known && n == 0 {
		return NobodyThere
	}
	return r.People.why()
}

func b2i(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

// ReferralRate returns indicator 1, and by age band indicator 6: referrals received in a
// period for each 1,000 person-years of a group (stratum; empty is everybody), first of all
// areas together and then of each. Referrals are counted by area, with [Denominators]. Those
// of areas whose population is not known are counted as left out.
func ReferralRate(p Population, stratum string, referrals map[string]int64, during sp.Period) ([]evaluation.Figure, error) {
	years, err := yearsOf(during)
	if err != nil {
		return nil, err
	}
	areas, out, err := p.join(stratum, referrals)
	if err != nil {
		return nil, err
	}
	name := "referrals"
	if stratum != "" {
		name += " of " + stratum
	}
	var n, people int64
	for _, a := range areas {
		n, people = n+a.count, people+a.people
	}
	f, err := out.rate("referral-rate", name, "", "person-years", n, float64(people)*years)
	if err != nil {
		return nil, err
	}
	all := []evaluation.Figure{f}
	for _, a := range areas {
		f, err := leaving{}.rate("referral-rate", name, a.area, "person-years", a.count, float64(a.people)*years)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

// StandardisedRate returns indicator 1 directly standardised, for each 1,000 person-years: the
// rate that a standard population would have, so that places with more old people can be
// compared with others. Referrals are counted by group, such as an age band, and standard has
// the people of each group in the standard population, such as [stat.ESP2013]. Groups that the
// standard lacks, or whose number is not known in some area, are counted as left out.
func StandardisedRate(p Population, referrals map[string]int64, standard map[string]float64, during sp.Period) (evaluation.Figure, error) {
	years, err := yearsOf(during)
	if err == nil {
		err = checkCounts(referrals)
	}
	if err != nil {
		return evaluation.Figure{}, err
	}
	out := leaving{}
	var bands []stat.Band
	for _, group := range keys(referrals) {
		weight, listed := standard[group]
		people, why := p.total(group)
		switch {
		case group == "" || group == evaluation.UnknownGroup:
			out.add(NotStated, referrals[group])
		case !listed:
			out.add(NotInTable, referrals[group])
		case why != "":
			out.add(why, referrals[group])
		default:
			bands = append(bands, stat.Band{Events: float64(referrals[group]), People: float64(people) * years, Weight: weight})
		}
	}
	for _, group := range keys(standard) {
		if _, counted := referrals[group]; counted {
			continue
		}
		if people, why := p.total(group); why == "" {
			bands = append(bands, stat.Band{People: float64(people) * years, Weight: standard[group]})
		}
	}
	e := stat.Estimate{Level: Level, Undefined: stat.NoCases}
	if len(bands) > 0 {
		if e, err = stat.Direct(bands, 1000, Level); err != nil {
			return evaluation.Figure{}, fmt.Errorf("tables: standardised rate: %w", err)
		}
	}
	e.Of = "person-years"
	return out.figure("referral-rate-standardised", "referrals, standardised", "", "per 1,000 person-years", e), nil
}

// total returns how many people of a group there are in all areas, or why nobody knows.
func (p Population) total(stratum string) (people int64, why string) {
	rows := p.rows(stratum)
	if len(rows) == 0 {
		return 0, NotInTable
	}
	for _, area := range keys(rows) {
		n, known := rows[area].People.Number.Lookup()
		if !known {
			return 0, rows[area].People.why()
		}
		people += n
	}
	return people, ""
}

// PeopleReached returns indicator 2: the share of the people of a group (stratum; empty is
// everybody) that was referred, each person counting once, first of all areas together and then
// of each. If more people were referred than live in an area, the table or the areas are wrong,
// and it fails with an error that is [sp.ErrInvalid].
func PeopleReached(p Population, stratum string, referred map[string]int64) ([]evaluation.Figure, error) {
	areas, out, err := p.join(stratum, referred)
	if err != nil {
		return nil, err
	}
	const name, of = "people reached", "people"
	var n, people int64
	for _, a := range areas {
		n, people = n+a.count, people+a.people
	}
	f, err := out.share("people-reached", name, "", of, n, people)
	if err != nil {
		return nil, err
	}
	all := []evaluation.Figure{f}
	for _, a := range areas {
		f, err := leaving{}.share("people-reached", name, a.area, of, a.count, a.people)
		if err != nil {
			return nil, fmt.Errorf("%w: in %s", err, a.area)
		}
		all = append(all, f)
	}
	return all, nil
}

// An Equity says whether people in deprived areas are referred as often as others.
type Equity struct {
	// Ratio is the rate in the most deprived fifth of areas divided by that in the least deprived:
	// above 1, people in deprived areas are referred more often.
	Ratio evaluation.Figure
	// Slope is the slope and relative index of inequality over all five, in referrals for each
	// 1,000 person-years; zero if a fifth has nobody.
	Slope inequality.Slope
}

// EquityOfAccess returns indicator 4, of everybody: how rates of referral go with deprivation.
// Areas whose quintile is not stated are counted as left out.
func EquityOfAccess(p Population, referrals map[string]int64, during sp.Period) (Equity, error) {
	years, err := yearsOf(during)
	if err != nil {
		return Equity{}, err
	}
	areas, out, err := p.join("", referrals)
	if err != nil {
		return Equity{}, err
	}
	var n [6]int64
	var people [6]float64
	for _, a := range areas {
		if a.quintile == 0 {
			out.add("quintile not stated", a.count)
			continue
		}
		n[a.quintile], people[a.quintile] = n[a.quintile]+a.count, people[a.quintile]+float64(a.people)*years
	}
	e := stat.Estimate{Level: Level, Undefined: stat.NoCases}
	if people[1] > 0 && people[5] > 0 {
		c, err := stat.RateRatio(float64(n[1]), people[1], float64(n[5]), people[5], Level)
		if err != nil {
			return Equity{}, fmt.Errorf("tables: equity of access: %w", err)
		}
		e = c.Estimate
		e.Of = "referrals of the least deprived fifth"
	}
	all := Equity{Ratio: out.figure("equity-of-access", "rate of referral, most to least deprived fifth", "", "times", e)}
	var rank, weights, rates, errs []float64
	for q := 1; q <= 5; q++ {
		if people[q] == 0 {
			return all, nil
		}
		r, err := stat.Rate(float64(n[q]), people[q], 1000, Level)
		if err != nil {
			return Equity{}, fmt.Errorf("tables: equity of access: %w", err)
		}
		rank, weights, rates = append(rank, float64(q)), append(weights, people[q]), append(rates, r.Value)
		errs = append(errs, (r.Interval.Upper-r.Interval.Lower)/(2*1.959963984540054))
	}
	ranking, err := inequality.Rank(rank, weights)
	if err == nil {
		all.Slope, err = ranking.Slope(rates, errs, inequality.SlopeOptions{Level: Level})
	}
	if err != nil {
		return Equity{}, fmt.Errorf("tables: equity of access: %w", err)
	}
	return all, nil
}

// Representativeness returns indicator 5 for each group of the table except everybody: its
// share of the people who were referred less its share of the population, in percentage points.
// The limits are Wilson's of the first share, as the population is counted and is no sample.
// People whose group is not stated, or not in the table, are counted as left out, and so are
// groups of which a number is not known.
func Representativeness(p Population, referred map[string]int64) ([]evaluation.Figure, error) {
	if err := checkCounts(referred); err != nil {
		return nil, err
	}
	out, people := leaving{}, map[string]int64{}
	var all, counted int64
	for _, row := range p.Rows {
		if _, done := people[row.Stratum]; row.Stratum == "" || done {
			continue
		}
		n, why := p.total(row.Stratum)
		if why != "" {
			out.add(why, referred[row.Stratum])
			continue
		}
		people[row.Stratum] = n
		all, counted = all+n, counted+referred[row.Stratum]
	}
	for group, n := range referred {
		switch _, listed := people[group]; {
		case group == "" || group == evaluation.UnknownGroup:
			out.add(NotStated, n)
		case !listed && !p.has(group):
			out.add(NotInTable, n)
		}
	}
	var figures []evaluation.Figure
	for _, group := range keys(people) {
		e, err := stat.Proportion(float64(referred[group]), float64(counted), Level)
		if err != nil {
			return nil, fmt.Errorf("tables: representativeness: %w", err)
		}
		if all == 0 {
			e.Undefined = stat.NoCases
		} else {
			share := float64(people[group]) / float64(all)
			e.Value, e.Interval.Lower, e.Interval.Upper = 100*(e.Value-share), 100*(e.Interval.Lower-share), 100*(e.Interval.Upper-share)
		}
		e.Per, e.Of = 0, "people referred"
		f := out.figure("representativeness", "share of those referred, less that of the population", "", "percentage points", e)
		f.Category = group
		figures = append(figures, f)
	}
	return figures, nil
}

func (p Population) has(stratum string) bool { return len(p.rows(stratum)) > 0 }
