package matching

import (
	"fmt"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
)

// A Shift says what would be first if one thing counted more, or less.
type Shift struct {
	Kind   TermKind     `json:"kind"`   // what counts differently
	Double bool         `json:"double"` // it counts double; otherwise half
	First  directory.ID `json:"first"`  // the offer that would then be first; empty if none fits
	Name   string       `json:"name"`   // of that offer
	Same   bool         `json:"same"`   // it is the one that is first now
}

// String returns the shift as a sentence: "if travel counted double, Choir would be first",
// "if cost counted half, Choir would still be first".
func (s Shift) String() string {
	how, still := "half", ""
	if s.Double {
		how = "double"
	}
	if s.Same {
		still = "still "
	}
	return fmt.Sprintf("if %s counted %s, %s would %sbe first", s.Kind, how, s.Name, still)
}

// Sensitivity returns, for each kind of term that costs anything, which offer would be first
// if it counted double and if it counted half: how far the first place hangs on the weights.
// It is empty if no offer fits. It ranks all offers twice for each kind.
func Sensitivity(p person.Profile, offers []directory.Offer, options Options) []Shift {
	options.Limit = 1
	if options.Weights == (Weights{}) {
		options.Weights = DefaultWeights()
	}
	if options.Usual == nil {
		c := newCase(&p, options)
		options.Usual = c.morning().usualOf(pointers(offers))
	}
	now := Rank(p, offers, options)
	if len(now) == 0 {
		return nil
	}
	var shifts []Shift
	for _, kind := range kinds(options.Weights) {
		for _, double := range [...]bool{true, false} {
			o := options
			o.Weights = options.Weights.scaled(kind, double)
			s := Shift{Kind: kind, Double: double}
			if first := Rank(p, offers, o); len(first) > 0 {
				s.First, s.Name = first[0].Offer.ID, first[0].Offer.Name
			}
			s.Same = s.First == now[0].Offer.ID
			shifts = append(shifts, s)
		}
	}
	return shifts
}

// kinds returns the terms that cost anything, in their order.
func kinds(w Weights) (all []TermKind) {
	for _, x := range allOf(&w) {
		if *x.Weight != (Weight{}) && (len(all) == 0 || all[len(all)-1] != x.kind) {
			all = append(all, x.kind)
		}
	}
	return all
}

// scaled returns weights in which a term counts double, or half.
func (w Weights) scaled(kind TermKind, double bool) Weights {
	w = w.bounded()
	for _, x := range allOf(&w) {
		switch {
		case x.kind != kind:
		case double:
			x.Points, x.Most, x.Unknown = 2*x.Points, min(x.Most, most)*2, 2*x.Unknown
		default:
			x.Per, x.Most, x.Unknown = 2*min(max(x.Per, 1), most), (x.Most+1)/2, x.Unknown/2
		}
	}
	return w
}
