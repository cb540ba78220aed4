package geo_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

func TestPostcodes(t *testing.T) {
	for input, want := range map[string]string{
		"LA4 5AB": "LA4 5AB", "la45ab": "LA4 5AB", " e1 6an ": "E1 6AN", "M11AE": "M1 1AE", "SW1A 1AA": "SW1A 1AA",
		"W1A 0AX": "W1A 0AX", "EC1A1BB": "EC1A 1BB", "B33 8TH": "B33 8TH", "CR2 6XH": "CR2 6XH", "DN55 1PT": "DN55 1PT",
		"GIR 0AA": "GIR 0AA", "g i r 0 a a": "GIR 0AA", "BF1 3AA": "BF1 3AA",
	} {
		p, err := geo.ParsePostcode(input)
		require.NoError(t, err, input)
		require.Equal(t, geo.Postcode(want), p, input)
	}
	for name, input := range map[string]string{
		"nothing": "", "the outward code alone": "LA4", "a sector": "LA4 5", "Q first": "QA4 5AB", "J second": "LJ4 5AB",
		"C inward": "LA4 5AC", "one letter too many": "LAA4 5AB", "O for zero": "LA4 OAB", "another country": "10115", "I third": "W1I 1AA",
		"a line break and more": "LA4 5AB\nLA4 5AB",
	} {
		_, err := geo.ParsePostcode(input)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
	p, err := geo.ParsePostcode("LA4 5AB")
	require.NoError(t, err)
	require.Equal(t, "LA4", p.Outward())
	require.Equal(t, "LA4 5", p.Sector())
	require.Empty(t, geo.Postcode("").Outward())
	require.Empty(t, geo.Postcode("").Sector())
}

func FuzzParsePostcode(f *testing.F) {
	f.Add("LA4 5AB")
	f.Add("gir0aa")
	f.Add("SW1A1AA")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := geo.ParsePostcode(s)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		again, err := geo.ParsePostcode(strings.ToLower(strings.ReplaceAll(string(p), " ", "")))
		require.NoError(t, err)
		require.Equal(t, p, again)
		require.True(t, strings.HasPrefix(string(p), p.Sector()) && strings.HasPrefix(p.Sector(), p.Outward()))
	})
}

func BenchmarkParsePostcode(b *testing.B) {
	for b.Loop() {
		_, _ = geo.ParsePostcode("la4 5ab")
	}
}
