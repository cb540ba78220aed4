package gap

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/unmet"
	"github.com/socialprescribing/sp/store"
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

	// Withheld are the titles of tables that could not be released whole, since no choice of cells
	// hides their small counts. Totals by need, and by area or age band, stand in their place where those can be shown.
	Withheld []string

	// Diversity is of services, not of people, and stands as it is, in order of area.
	Diversity disclosure.Released[[]Diversity]

	titles []string // of Tables
}

// Read returns the report of a log alone: of the needs that were not met, and why, under a
// policy for counts of people. Where more is known, call [Make].
func Read(log iter.Seq2[store.RecordedEvent, error], p disclosure.Policy) (Report, error) {
	lacks, err := Lacks(unmet.Ledger(log))
	if err != nil {
		return Report{}, fmt.Errorf("gap: needs that were not met: %w", err)
	}
	return Make(Sources{Lacks: lacks}, p)
}

// Make returns the report of sources, under a policy for counts of people. It fails with an
// error that is [sp.ErrInvalid] if the policy is malformed.
func Make(s Sources, p disclosure.Policy) (Report, error) {
	var r Report
	for _, c := range []*counter{
		s.unmet("reason", func(l Lack) string { return l.Reason }),
		s.unmet("area", func(l Lack) string { return s.Who[l.Referral].Area }),
		s.unmet("age band", func(l Lack) string { return s.Who[l.Referral].Age }),
		s.requests(),
		s.missing(),
	} {
		if len(c.rows) == 0 {
			continue
		}
		if err := r.release(c, p); err != nil {
			return Report{}, fmt.Errorf("gap: %s: %w", c.title, err)
		}
	}
	var err error
	r.Diversity, err = disclosure.NotPeople(s.diversity(), "kinds of services within reach, not people")
	return r, err
}

// release adds a table as the policy has it, or, where that is impossible, its totals.
func (r *Report) release(c *counter, p disclosure.Policy) error {
	whole := c.table(c.title + ", by need and " + c.by)
	released, err := r.add(whole, p)
	if released || err != nil {
		return err
	}
	r.Withheld = append(r.Withheld, whole.Title)
	if title := c.title + ", by need"; !slices.Contains(r.titles, title) {
		if _, err := r.add(totals(title, whole), p); err != nil {
			return err
		}
	}
	_, err = r.add(totals(c.title+", by "+c.by, turned(whole)), p)
	return err
}

// add adds a table if the policy releases it.
func (r *Report) add(t disclosure.Table, p disclosure.Policy) (released bool, err error) {
	safe, err := disclosure.Release(t, p)
	if _, unsafe := errors.AsType[*disclosure.UnsafeError](err); unsafe {
		return false, nil
	}
	if err == nil {
		r.Tables, r.titles = append(r.Tables, safe), append(r.titles, t.Title)
	}
	return err == nil, err
}

// totals returns the totals of the rows of a table.
func totals(title string, t disclosure.Table) disclosure.Table {
	whole := disclosure.Table{Title: title, Columns: []string{"all"}}
	for _, row := range t.Rows {
		n := int64(0)
		for _, c := range row.Counts {
			n += c
		}
		whole.Rows = append(whole.Rows, disclosure.Row{Name: row.Name, Counts: []int64{n}})
	}
	return whole
}

// turned returns a table with its columns as rows.
func turned(t disclosure.Table) disclosure.Table {
	other := disclosure.Table{}
	for k, column := range t.Columns {
		row := disclosure.Row{Name: column}
		for _, r := range t.Rows {
			row.Counts = append(row.Counts, r.Counts[k])
		}
		other.Rows = append(other.Rows, row)
	}
	return other
}

// unmet counts referrals by need and something else. A referral counts once in a cell, and in
// each cell that it is in; totals are sums of cells.
func (s Sources) unmet(by string, of func(Lack) string) *counter {
	c := &counter{title: "Referrals with an unmet need", by: by}
	type place struct {
		referral    referral.ID
		row, column string
	}
	seen := map[place]bool{}
	for _, l := range s.Lacks {
		at := place{l.Referral, string(l.Need), of(l)}
		if !seen[at] {
			seen[at] = true
			c.add(at.row, at.column)
		}
	}
	return c
}

// requests counts what people asked for.
func (s Sources) requests() *counter {
	c := &counter{title: "Requests for help that is not there", by: "area", ranked: true}
	for _, said := range s.Said {
		if said.Kind == voice.Request {
			c.add(string(said.Need), said.Area.Code)
		}
	}
	return c
}

// missing counts for whom places are missing.
func (s Sources) missing() *counter {
	c := &counter{title: "Requests on the waiting list for which all places are held", by: "area", ranked: true}
	for _, m := range s.Missing {
		c.add(string(m.Need), m.Area)
	}
	return c
}

// A counter counts into cells.
type counter struct {
	title   string
	by      string // what the columns are
	ranked  bool   // the largest rows first
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
func (c *counter) table(title string) disclosure.Table {
	t := disclosure.Table{Title: title, Columns: slices.Sorted(maps.Keys(c.columns))}
	rows := slices.Sorted(maps.Keys(c.rows))
	if c.ranked {
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
