package site_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/seed"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store/memstore"
)

var (
	waiters = regexp.MustCompile(`href="/waiting/([^"]+)"`)
	onwards = regexp.MustCompile(`href="([^"]+)">The next`)
	sents   = regexp.MustCompile(`<dt>(R[^<]+)</dt>`)
)

// turn reads a list to its end, and returns how many lines of it were seen, each once.
func (b *browser) turn(from string, line *regexp.Regexp) (pages, lines int) {
	b.w.t.Helper()
	seen := map[string]bool{}
	for from != "" {
		b.open(from).sees()
		pages++
		for _, x := range line.FindAllStringSubmatch(b.page, -1) {
			seen[x[1]] = true
		}
		from = ""
		if next := onwards.FindStringSubmatch(b.page); next != nil {
			from = unescaped(next[1])
		}
		require.Less(b.w.t, pages, 20)
	}
	return pages, len(seen)
}

// A page of more than 100 KB is refused by the browser.
func TestSiteTurnsThePagesOfAThousandPeople(t *testing.T) {
	tier.Need(t, tier.Full)
	w := newWorld(t, memstore.New())
	for i := range 1_000 {
		number, err := sp.ParseNHSNumber(numbered(i))
		require.NoError(t, err)
		_, err = w.desks["sandholme"].Refer(t.Context(), app.Acting{By: seed.DrKhan, Key: fmt.Sprint("many-", i)},
			seed.Form(number, "Guest", "Number", sp.NewDate(1950, 5, 1), referral.Soon, needs.Loneliness))
		require.NoError(t, err)
	}
	pages, lines := w.as("sandholme/dr-khan").turn("/refer/sent", sents)
	require.Equal(t, []int{11, 1_003}, []int{pages, lines}, "three of them are seeded")
	pages, lines = w.as("sandholme/ann").turn("/today", waiters)
	require.Equal(t, 1_001, lines, "one of them is seeded")
	require.Greater(t, pages, 10)
	w.as("sandholme/lena").open("/team").sees("Offer the caseload")
}

// numbered returns the n-th number of those that are for tests.
func numbered(n int) string {
	for {
		nine, sum := fmt.Sprintf("999%06d", 100_000+n), 0
		for i, digit := range nine {
			sum += int(digit-'0') * (10 - i)
		}
		if check := (11 - sum%11) % 11; check < 10 {
			return nine + fmt.Sprint(check)
		}
		n += 500_000 // there is none that begins like this
	}
}
