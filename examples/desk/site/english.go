package site

import (
	_ "embed"
	"slices"
	"time"

	"github.com/socialprescribing/sp/examples/desk/page"
)

// english is what the source of this package says, one text a line; a test writes it.
//
//go:embed english.txt
var english string

// English returns everything that pages and site say, in order and once: what a translation needs
// ([Options]). It holds what the library says there, the questionnaires, and the days and months besides.
func English() ([]string, error) {
	all, err := page.English()
	if err != nil {
		return nil, err
	}
	all = append(all, lines(english)...)
	all = append(all, ofLibrary()...)
	for d := time.Sunday; d <= time.Saturday; d++ {
		all = append(all, d.String())
	}
	for m := time.January; m <= time.December; m++ {
		all = append(all, m.String())
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(s string) bool { return s == "" }), nil
}
