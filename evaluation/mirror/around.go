package mirror

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/spc"
)

// Around are the facts of an area, such as statistics offices and the directory publish them. A
// number that nobody knows is unknown, and not 0.
type Around struct {
	Area     string           `json:"area"`             // in words
	Quintile int              `json:"quintile"`         // of deprivation, 1 for the most deprived; 0 is not known
	InNeed   sp.Known[int64]  `json:"inNeed,omitzero"`  // people thought to be in need of what the scheme can do
	Ages     map[string]int64 `json:"ages,omitempty"`   // people by age band
	Near     map[string]int   `json:"near,omitempty"`   // services within reach by what they help with
	Source   string           `json:"source,omitempty"` // where these are from; needed with people in need and ages
}

func (a Around) check(e *sp.InvalidError, path string) {
	e.Check(a.Quintile >= 0 && a.Quintile <= 5, path+".Quintile", sp.OutOfRange, "must be from 1, the most deprived, to 5, or 0")
	n, known := a.InNeed.Lookup()
	e.Check(!known || n > 0, path+".InNeed", sp.OutOfRange, "must be more than 0, or unknown")
	e.Check(a.Source != "" || !known && len(a.Ages) == 0, path+".Source", sp.Missing, "must say where the numbers are from")
	for _, band := range slices.Sorted(maps.Keys(a.Ages)) {
		e.Check(a.Ages[band] >= 0, path+".Ages", sp.OutOfRange, "must not be negative")
	}
	for _, kind := range slices.Sorted(maps.Keys(a.Near)) {
		e.Check(a.Near[kind] >= 0, path+".Near", sp.OutOfRange, "must not be negative")
	}
}

// String returns the facts in a line or two.
func (a Around) String() string {
	words := []string{a.Area}
	if a.Quintile > 0 {
		words = append(words, fmt.Sprintf("in the %s fifth by deprivation", [...]string{"most deprived", "second most deprived", "middle", "second least deprived", "least deprived"}[a.Quintile-1]))
	} else {
		words = append(words, "deprivation not known")
	}
	var ages, near []string
	for _, band := range slices.Sorted(maps.Keys(a.Ages)) {
		ages = append(ages, fmt.Sprintf("%d aged %s", a.Ages[band], band))
	}
	for _, kind := range slices.Sorted(maps.Keys(a.Near)) {
		near = append(near, fmt.Sprintf("%s %d", kind, a.Near[kind]))
	}
	for _, list := range []struct {
		before string
		all    []string
	}{{"people: ", ages}, {"services near: ", near}} {
		if len(list.all) > 0 {
			words = append(words, list.before+strings.Join(list.all, ", "))
		}
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), "; ")
}

// Reach is how many referrals came from a practice, held against the need of its area, and against
// all practices (a funnel).
type Reach struct {
	Referrals disclosure.Cell `json:"referrals"`
	InNeed    sp.Known[int64] `json:"inNeed,omitzero"`
	// Rate and All are referrals for each 1,000 people in need: of this practice, and of all
	// whose numbers are shown and known.
	Rate sp.Known[float64] `json:"rate,omitzero"`
	All  sp.Known[float64] `json:"all,omitzero"`
	// Beside says whether the rate differs from that of all by more than chance, and by more than
	// practices differ anyway; empty if there is nothing to compare with.
	Beside spc.Significance `json:"beside,omitempty"`
}

// reach holds what is shown of referrals against need. It uses the counts as they are shown, so
// that it tells nothing beyond them.
func (m *Mirrors) reach(o Options) {
	if m.of != OfPractices {
		return
	}
	var compared []string
	var units []spc.Count
	for _, id := range m.IDs() {
		p := m.pages[id]
		r := Reach{Referrals: p.total(becameTitle), InNeed: o.Around[id].InNeed}
		n, shown := r.Referrals.Count.Lookup()
		if need, known := r.InNeed.Lookup(); known && shown {
			r.Rate = sp.Know(1000 * float64(n) / float64(need))
			compared, units = append(compared, id), append(units, spc.Count{Events: float64(n), Of: float64(need)})
		}
		p.Reach = &r
		m.pages[id] = p
	}
	if len(units) < 2 {
		return
	}
	funnel, err := spc.NewFunnel(spc.FunnelRates, units, spc.FunnelOptions{})
	if err != nil {
		return // nobody was referred, so there is nothing to compare
	}
	for i, id := range compared {
		m.pages[id].Reach.All, m.pages[id].Reach.Beside = sp.Know(1000*funnel.Baseline), funnel.Points[i].Additive
	}
}

// total returns how many there are in a section, as it is shown.
func (p Page) total(title string) disclosure.Cell {
	for _, s := range p.Sections {
		if s.Title == title {
			return s.Total
		}
	}
	return disclosure.Cell{}
}

// String returns how far a practice reaches, in a sentence.
func (r Reach) String() string {
	rate, known := r.Rate.Lookup()
	switch {
	case r.Referrals.Count.IsZero():
		return "too few referrals to show"
	case !known:
		return fmt.Sprintf("%s referrals; how many people are in need is not known", r.Referrals)
	}
	s := fmt.Sprintf("%s referrals of %d people in need, %.0f for each 1,000", r.Referrals, r.InNeed.Or(0), rate)
	all, some := r.All.Lookup()
	if !some {
		return s + "; no other practice to compare with"
	}
	s += fmt.Sprintf("; all practices %.0f", all)
	switch r.Beside {
	case spc.High, spc.HighFar:
		return s + ", more than practices differ anyway"
	case spc.Low, spc.LowFar:
		return s + ", less than practices differ anyway"
	default:
		return s + ", no more apart than practices are anyway"
	}
}
