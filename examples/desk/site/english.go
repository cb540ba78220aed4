package site

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/needs"
)

// english is what the source of this package says, one text a line; a test writes it.
//
//go:embed english.txt
var english string

// English returns everything that pages and site say, in order and once: what a translation needs
// ([Options]). It holds the names of needs, the questionnaires, and the days and months besides.
func English() ([]string, error) {
	all, err := page.English()
	if err != nil {
		return nil, err
	}
	all = append(all, strings.Split(strings.TrimSpace(english), "\n")...)
	for t := range needs.Standard().All() {
		all = append(all, t.Display)
	}
	for _, in := range instruments {
		for _, item := range in.Items {
			all = append(append(all, item.Text), item.Options...)
		}
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		all = append(all, d.String())
	}
	for m := time.January; m <= time.December; m++ {
		all = append(all, m.String())
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}
