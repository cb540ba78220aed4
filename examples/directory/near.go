package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/geo"
)

// A wish is what somebody looks for.
type wish struct {
	near geo.Point
	need string // code or label of a topic
	age  int    // in years; negative is not said
	free bool
	text string
}

// query returns the query of a wish. A need stands for every code that goes by that name.
func (w wish) query(offers []directory.Offer, on sp.Date) directory.Query {
	q := directory.Query{Near: w.near, Free: w.free, Text: w.text, Open: true, At: on.In(time.UTC), Limit: 10}
	if w.age >= 0 {
		q.Age = sp.Know(directory.Years(w.age))
	}
	if w.need == "" {
		return q
	}
	seen := map[sp.Code]bool{}
	var codes []sp.Code
	for i := range offers {
		for _, t := range offers[i].Topics {
			same := sp.Code{System: t.System, Code: t.Code}
			if (strings.EqualFold(t.Code, w.need) || strings.EqualFold(t.Display, w.need)) && !seen[same] {
				seen[same] = true
				codes = append(codes, same)
			}
		}
	}
	if codes == nil { // which nothing is tagged with
		codes = []sp.Code{{Code: w.need}}
	}
	q.Topics = [][]sp.Code{codes}
	return q
}

// answer prints the nearest offers with the reasons why each was found, and how they were
// found; the time that it took goes to timings.
func (w wish) answer(c directory.Catalogue, on sp.Date, out, timings io.Writer) error {
	offers := c.Offers()
	q := w.query(offers, on)
	begun := time.Now()
	snapshot := search.Build(offers)
	built := time.Now()
	var a search.Answer
	snapshot.Find(search.Query{Query: q}, &a)
	found, plan := time.Now(), a.Plan.String()
	snapshot.Find(search.Query{Query: q}, &a)
	again := time.Now()

	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d offers found, %d of them do not say all that was asked\n", a.Total, len(offers), a.Unsure)
	for _, h := range a.Hits {
		away := "distance unknown"
		if d, known := h.Distance.Lookup(); known {
			away = d.String()
		}
		var reasons []string
		for _, r := range q.Explain(*h.Offer) {
			reasons = append(reasons, r.Part+" "+r.Truth.String())
		}
		fmt.Fprintf(&b, "  %-44s %s; %s\n", h.Offer.Name, away, strings.Join(reasons, ", "))
	}
	fmt.Fprintf(&b, "  plan: %s\n\n", plan)
	if _, err := io.WriteString(out, b.String()); err != nil {
		return err
	}
	_, err := fmt.Fprintf(timings, "index built in %s, asked in %s, and again in %s\n", built.Sub(begun), found.Sub(built), again.Sub(found))
	return err
}
