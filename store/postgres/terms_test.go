package postgres

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp/store"
)

// The short way to read terms is held to what encoding/json reads, with the
// spaces that PostgreSQL writes and without.
func TestAStoreReadsTermsAsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"due", "2026-11-23", "O\u2019Brien", `"`, `\`, "{}", ", ", ": ", "\t", "\u2028", "<"}))
		want := store.Terms(rapid.MapOf(text, text).Draw(t, "terms"))
		wire, err := encodeTerms(want)
		require.NoError(t, err)
		var read store.Terms
		require.NoError(t, json.Unmarshal([]byte(wire), &read)) // what is no UTF-8 has been replaced
		for _, indent := range []string{"", " "} {
			b := []byte(wire)
			if indent != "" {
				b, err = json.MarshalIndent(read, "", indent)
				require.NoError(t, err)
			}
			got, err := decodeTerms(b)
			require.NoError(t, err)
			if len(read) == 0 {
				require.Empty(t, got)
			} else if diff := cmp.Diff(read, got); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}
