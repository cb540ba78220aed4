package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/directory/taxonomy"
	"github.com/socialprescribing/sp/geo"
)

// A wish is what somebody looks for.
type wish struct {
	near geo.Point
	need string // code or label of a topic
	age  int    // in years; negative is not said
	free bool
	text string
	best bool // what the text fits best comes first
}

// query returns the query of a wish, and whether any offer is tagged with its need, which
// stands for every code that goes by that name.
func (w wish) query(offers []directory.Offer, on sp.Date) (q directory.Query, tagged bool) {
	q = directory.Query{Near: w.near, Free: w.free, Text: w.text, BestFirst: w.best, Open: true, At: on.In(time.UTC), Limit: 10}
	if w.age >= 0 {
		q.Age = sp.Know(directory.Years(w.age))
	}
	if w.need == "" {
		return q, true
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
	if codes == nil {
		q.Topics = [][]sp.Code{{{Code: w.need}}} // what is tagged with nothing may still help
		return q, false
	}
	q.Topics = [][]sp.Code{codes}
	return q, true
}

// mostTerms is how many terms are named where nothing is tagged with the one asked for.
const mostTerms = 8

// terms returns terms that offers are tagged with, those first whose words have the need in
// them, and then those that most have.
func terms(offers []directory.Offer, need string) []string {
	count := map[string]int{}
	for i := range offers {
		for _, t := range offers[i].Topics {
			count[cmp.Or(t.Display, t.Code)]++
		}
	}
	has := func(term string) int {
		if strings.Contains(strings.ToLower(term), strings.ToLower(need)) {
			return 1
		}
		return 0
	}
	all := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(has(b)-has(a), count[b]-count[a], strings.Compare(a, b))
	})
	return all[:min(mostTerms, len(all))]
}

// answer prints the nearest offers with the reasons why each was found, and how they were
// found; the time that it took goes to timings.
func (w wish) answer(c directory.Catalogue, on sp.Date, out, timings io.Writer) error {
	kinds, err := taxonomy.New(c.Broader)
	if err != nil {
		return err
	}
	offers := kinds.Offers(c.Offers()) // who asks for a broader term means its kinds too
	q, tagged := w.query(offers, on)
	begun := time.Now()
	snapshot := search.Build(offers)
	built := time.Now()
	var a search.Answer
	snapshot.Find(search.Query{Query: q}, &a)
	found, plan := time.Now(), a.Plan.String()
	snapshot.Find(search.Query{Query: q}, &a)
	again := time.Now()

	var b strings.Builder
	switch known := terms(offers, w.need); {
	case tagged:
	case len(known) == 0:
		fmt.Fprintln(&b, "no offer is tagged with anything, so nobody can say what helps with that need: look for words with -text")
	default:
		fmt.Fprintf(&b, "nothing is tagged %q, so nobody can say what helps with it; terms that are used: %s\n", w.need, strings.Join(known, ", "))
	}
	fmt.Fprintf(&b, "%d of %d offers found%s\n", a.Total, len(offers), unsure(&a))
	if len(a.Hits) > 0 && a.Hits[0].Distance.Or(0) > farAway && !w.best {
		fmt.Fprintf(&b, "nothing is within %s of there\n", farAway)
	}
	for _, h := range a.Hits {
		fmt.Fprintf(&b, "  %s\n", line(q, h))
	}
	fmt.Fprintf(&b, "  plan: %s\n\n", plan)
	if _, err := io.WriteString(out, b.String()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(timings, "index built in %s, asked in %s, words of the texts included, and again in %s\n", built.Sub(begun), found.Sub(built), again.Sub(found))
	return err
}

// farAway is from where on the nearest offer is hardly near.
const farAway = 100 * geo.Kilometre

// unsure says how many of the offers that were found may not fit, since they are silent.
func unsure(a *search.Answer) string {
	switch a.Unsure {
	case 0:
		return ""
	case a.Total:
		return ", none of which says all that was asked"
	}
	return fmt.Sprintf(", %d of them (%d %%) do not say all that was asked", a.Unsure, 100*a.Unsure/a.Total)
}

// line tells of a hit how far it is, what it is called, where it is and how to reach it, in what it fits, and
// what it does not say.
func line(q directory.Query, h search.Hit) string {
	away := "distance unknown"
	if d, known := h.Distance.Lookup(); known {
		away = d.String()
	}
	what := h.Offer.Name
	for _, more := range []string{h.Offer.Provider, h.Offer.Where} {
		if more != "" && !strings.Contains(what, more) {
			what += ", " + more
		}
	}
	if i := slices.IndexFunc(h.Offer.Phones, func(p directory.Phone) bool { return !p.Confidential }); i >= 0 {
		what += ", " + h.Offer.Phones[i].Number
	}
	var fits, silent []string
	for _, r := range q.Explain(*h.Offer) {
		if r.Truth.Known() {
			fits = append(fits, r.Part)
		} else {
			silent = append(silent, r.Part)
		}
	}
	told := fmt.Sprintf("%-16s %s", away, what)
	if len(fits) > 0 {
		told += "; fits: " + strings.Join(fits, ", ")
	}
	if len(silent) > 0 {
		told += "; not said: " + strings.Join(silent, ", ")
	}
	return told
}
