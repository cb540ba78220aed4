package extract

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/needs"
)

// table returns the rows of people, in order of their pseudonyms, which tells nothing of them.
func table(all []*subjectOf, o *Options, r *Report) export.Rows {
	w := writer{o, r}
	var rows [][]export.Value
	for _, p := range all {
		r.People++
		quarters := strings.Fields(p.who[quarterAt])
		for i, c := range p.cases {
			r.Rows++
			received := hidden
			if p.who[quarterAt] != hidden {
				received = quarters[i]
			}
			row := []export.Value{
				export.String(p.pseudonym), export.String(p.who[ageAt]), export.String(p.who[genderAt]), export.String(p.who[ethnicAt]), export.String(p.who[areaAt]),
				export.Whole(int64(i + 1)), export.String(received),
			}
			row = append(row, w.need(c)...)
			row = append(row, w.offered(c)...)
			rows = append(rows, append(row, w.outcome(c)...))
		}
	}
	return func(yield func([]export.Value, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// A writer writes values of one referral, and counts in the report what is on no list.
type writer struct {
	o *Options
	r *Report
}

func (w writer) need(c *referred) []export.Value {
	return []export.Value{
		w.code("urgency", string(c.opening.Urgency), urgencies()),
		w.code("route", c.opening.Source, w.o.Routes),
		w.code("medium", string(c.opening.Medium), media()),
		w.needs("needs_referred", c.opening.Reasons),
		w.needs("needs_found", c.found),
	}
}

func (w writer) offered(c *referred) []export.Value {
	return []export.Value{
		w.days("days_to_contact", c, c.contacted), w.days("days_to_needs", c, c.assessed), w.days("days_to_offer", c, c.offered), w.days("days_to_start", c, c.started),
		export.Whole(int64(c.services)), export.Whole(int64(c.begun)), export.Whole(int64(c.completed)), export.Whole(int64(c.attended)), export.Whole(int64(c.missed)),
		w.codes("reasons_declined", c.no, reasonCodes()), w.codes("reasons_stopped", c.stop, reasonCodes()),
	}
}

func (w writer) outcome(c *referred) []export.Value {
	var before, after export.Value
	if len(c.scores) > 0 {
		before = w.score("wellbeing_before", c.scores[0])
	}
	if len(c.scores) > 1 {
		after = w.score("wellbeing_after", c.scores[len(c.scores)-1])
	}
	return []export.Value{
		export.String(c.state), w.code("reason_ended", c.why, reasonCodes()), w.days("days_to_end", c, c.ended),
		w.code("outcome", string(c.outcome), outcomes()), w.needs("needs_unmet", c.unmet), before, after,
	}
}

func (w writer) code(column, code string, list []string) export.Value {
	return export.String(listed(w.r, column, code, in(list...)))
}

// codes writes several codes, each once and in order.
func (w writer) codes(column string, codes, list []string) export.Value {
	return joined(codes, func(code string) string { return listed(w.r, column, code, in(list...)) })
}

func (w writer) needs(column string, codes []needs.Code) export.Value {
	return joined(codes, func(c needs.Code) string {
		if _, ok := w.o.Taxonomy.Term(c); ok && w.o.Taxonomy.Sensitive(c) {
			return sensitive
		}
		return listed(w.r, column, string(c), func(string) bool { _, ok := w.o.Taxonomy.Term(c); return ok })
	})
}

func joined[C any](codes []C, as func(C) string) export.Value {
	all := make([]string, len(codes))
	for i, c := range codes {
		all[i] = as(c)
	}
	slices.Sort(all)
	return export.String(strings.Join(slices.Compact(all), ";"))
}

// days writes how many days there are from receipt to a day. One before receipt cannot be.
func (w writer) days(column string, c *referred, on sp.Date) export.Value {
	switch {
	case on == 0:
		return export.Value{}
	case on < c.received:
		w.r.Unlisted[column]++
		return export.Value{}
	}
	return export.Whole(int64(on.Sub(c.received)))
}

// score writes hundredths of a point, from 7 to 35 points. Nothing else can be a score.
func (w writer) score(column string, n int64) export.Value {
	if n < 700 || n > 3500 {
		w.r.Unlisted[column]++
		return export.Value{}
	}
	return export.Minor(n)
}
