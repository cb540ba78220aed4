package gap

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/voice"
)

// Unknown stands in a table for an area or an age band that is not known.
const Unknown = "not known"

// A Person is what the report may know of the person whom a referral is for.
type Person struct {
	Area string // such as a ward, coarse enough for a table; empty is unknown
	Age  string // a band, such as "65-74"; empty is unknown
}

// Sources are what a report is made of. All of them are optional.
type Sources struct {
	Lacks []Lack
	Who   map[referral.ID]Person // a referral that is not there is of somebody unknown
	Said  []voice.Said           // requests are counted, everything else is passed over

	// Reach is, for each area, how many options of each kind are within reach of it.
	Reach map[string]map[string]int

	// Missing are requests of a waiting list for which all places are held, see assign.Region.
	Missing []Missing
}

// A Missing is a request that a waiting list leaves out, since all places that it could have
// are held (see assign.Region).
type Missing struct {
	Need needs.Code
	Area string
}

// A Report is what may be published: tables that a disclosure policy has released.
type Report struct {
	// Tables are unmet needs by reason, area and age band, requests by area, and
	// requests for which places are missing by area, as far as there is anything to count. Requests are ranked: the
	// need that most people asked for is the first of them.
	Tables []disclosure.Released[disclosure.Safe]

	// Withheld are the titles of tables that could not be released whole, since no choice of
	// cells hides their small counts. Their totals by need stand in their place where those can be shown.
	Withheld []string

	// Diversity is of services, not of people, and stands as it is, in order of area.
	Diversity disclosure.Released[[]Diversity]
}

// Make returns the report of sources, under a policy for counts of people. It fails with an
// error that is [sp.ErrInvalid] if the policy is malformed.
func Make(s Sources, p disclosure.Policy) (Report, error) {
	var r Report
	for _, t := range []disclosure.Table{
		s.unmet("Referrals with an unmet need, by need and reason", func(l Lack) string { return l.Reason }),
		s.unmet("Referrals with an unmet need, by need and area", func(l Lack) string { return s.Who[l.Referral].Area }),
		s.unmet("Referrals with an unmet need, by need and age band", func(l Lack) string { return s.Who[l.Referral].Age }),
		s.requests(),
		s.missing(),
	} {
		if len(t.Rows) == 0 {
			continue
		}
		if err := r.release(t, p); err != nil {
			return Report{}, fmt.Errorf("gap: %s: %w", t.Title, err)
		}
	}
	var err error
	r.Diversity, err = disclosure.NotPeople(s.diversity(), "kinds of services within reach, not people")
	return r, err
}

// release adds a table as the policy has it, or, where that is impossible, its totals by need.
func (r *Report) release(t disclosure.Table, p disclosure.Policy) error {
	safe, err := disclosure.Release(t, p)
	if _, unsafe := errors.AsType[*disclosure.UnsafeError](err); unsafe {
		r.Withheld = append(r.Withheld, t.Title)
		safe, err = disclosure.Release(totals(t), p)
		if _, unsafe := errors.AsType[*disclosure.UnsafeError](err); unsafe {
			return nil
		}
	}
	if err == nil {
		r.Tables = append(r.Tables, safe)
	}
	return err
}

// totals returns the totals of the rows of a table.
func totals(t disclosure.Table) disclosure.Table {
	whole := disclosure.Table{Title: t.Title + ": totals", Columns: []string{"all"}}
	for _, row := range t.Rows {
		n := int64(0)
		for _, c := range row.Counts {
			n += c
		}
		whole.Rows = append(whole.Rows, disclosure.Row{Name: row.Name, Counts: []int64{n}})
	}
	return whole
}

// unmet counts referrals by need and something else. A referral counts once in a cell, and in
// each cell that it is in; totals are sums of cells.
func (s Sources) unmet(title string, by func(Lack) string) disclosure.Table {
	c := counter{title: title}
	type place struct {
		referral    referral.ID
		row, column string
	}
	seen := map[place]bool{}
	for _, l := range s.Lacks {
		at := place{l.Referral, string(l.Need), by(l)}
		if !seen[at] {
			seen[at] = true
			c.add(at.row, at.column)
		}
	}
	return c.table(false)
}

// requests counts what people asked for.
func (s Sources) requests() disclosure.Table {
	c := counter{title: "Requests for help that is not there, by need and area"}
	for _, said := range s.Said {
		if said.Kind == voice.Request {
			c.add(string(said.Need), said.Area.Code)
		}
	}
	return c.table(true)
}

// missing counts for whom places are missing.
func (s Sources) missing() disclosure.Table {
	c := counter{title: "Requests on the waiting list for which all places are held, by need and area"}
	for _, m := range s.Missing {
		c.add(string(m.Need), m.Area)
	}
	return c.table(true)
}

// A counter counts into cells.
type counter struct {
	title   string
	cells   map[[2]string]int64
	rows    map[string]int64
	columns map[string]bool
}

func (c *counter) add(row, column string) {
	if c.cells == nil {
		c.cells, c.rows, c.columns = map[[2]string]int64{}, map[string]int64{}, map[string]bool{}
	}
	row, column = cmp.Or(row, Unknown), cmp.Or(column, Unknown)
	c.cells[[2]string{row, column}]++
	c.rows[row]++
	c.columns[column] = true
}

// table returns the cells, the rows in order of name, or the largest first.
func (c *counter) table(ranked bool) disclosure.Table {
	t := disclosure.Table{Title: c.title, Columns: slices.Sorted(maps.Keys(c.columns))}
	rows := slices.Sorted(maps.Keys(c.rows))
	if ranked {
		slices.SortStableFunc(rows, func(x, y string) int { return cmp.Compare(c.rows[y], c.rows[x]) })
	}
	for _, row := range rows {
		counts := make([]int64, len(t.Columns))
		for k, column := range t.Columns {
			counts[k] = c.cells[[2]string{row, column}]
		}
		t.Rows = append(t.Rows, disclosure.Row{Name: row, Counts: counts})
	}
	return t
}

// Diversity is how much choice there is within reach of an area.
type Diversity struct {
	Area    string  `json:"area"`
	Options int     `json:"options"`
	Kinds   int     `json:"kinds"`
	Shannon float64 `json:"shannon"` // the entropy of the kinds, in nats: 0 where all are of one kind

	// Effective is how many kinds, all of them equally frequent, would be as diverse: e to the Shannon index.
	Effective float64 `json:"effective"`
}

func (s Sources) diversity() []Diversity {
	var all []Diversity
	for _, area := range slices.Sorted(maps.Keys(s.Reach)) {
		all = append(all, Measure(area, s.Reach[area]))
	}
	return all
}

// Measure returns the diversity of an area from how many options of each kind are within
// reach of it. Kinds without an option count for nothing.
func Measure(area string, options map[string]int) Diversity {
	d := Diversity{Area: area}
	var counts []int
	for _, kind := range slices.Sorted(maps.Keys(options)) { // sums do not depend on the order of a map
		if n := options[kind]; n > 0 {
			counts = append(counts, n)
			d.Options += n
			d.Kinds++
		}
	}
	slices.Sort(counts) // nor on what the kinds are called
	if h, known := Shannon(counts).Lookup(); known {
		d.Shannon, d.Effective = h, math.Exp(h)
	}
	return d
}

// Shannon returns the entropy of counts by kind, in nats: -sum p ln p. It is 0 where all are of one kind,
// ln n where n kinds are equally frequent, and unknown where there is nothing or a count is negative.
//
// Source: C. E. Shannon, "A Mathematical Theory of Communication", Bell System Technical Journal 27 (1948).
func Shannon(counts []int) sp.Known[float64] {
	total := 0.0
	for _, n := range counts {
		if n < 0 {
			return sp.Known[float64]{}
		}
		total += float64(n)
	}
	if total == 0 {
		return sp.Known[float64]{}
	}
	h := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / total
			h -= float64(p * math.Log(p))
		}
	}
	return sp.Know(max(h, 0))
}
