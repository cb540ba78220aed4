package measure

import (
	"slices"
	"strconv"
	"strings"
)

// edition is the version of the rules that this package ships.
const edition = "2026-11"

// Shipped returns the instruments whose rules this package knows, in the order
// of their codes. Only what a published source was found to state is in them:
// no cut-off, band or rule for missing items from memory. Where your guide lets
// items be missing, say so with [Instrument.Prorated].
func Shipped() []Instrument {
	all := slices.Concat(wellbeing(), loneliness(), mood(), quality(), entered())
	for i := range all {
		all[i].Version = edition
	}
	slices.SortFunc(all, func(a, b Instrument) int { return strings.Compare(a.Code, b.Code) })
	return all
}

// Find returns the shipped instrument with a code, and false if there is none.
// It is built anew, so it is the caller's own: keep the one that you use.
func Find(code string) (*Instrument, bool) {
	all := Shipped()
	for i := range all {
		if all[i].Code == code {
			return &all[i], true
		}
	}
	return nil, false
}

// numbered returns n items with the IDs "1" to n, answered from least to greatest.
func numbered(n, least, greatest int) []Item {
	items := make([]Item, n)
	for i := range items {
		items[i] = Item{ID: strconv.Itoa(i + 1), Min: least, Max: greatest}
	}
	return items
}

// worded returns items with the given questions.
func worded(least, greatest int, options []string, questions ...string) []Item {
	items := numbered(len(questions), least, greatest)
	for i, q := range questions {
		items[i].Text, items[i].Options = q, options
	}
	return items
}
