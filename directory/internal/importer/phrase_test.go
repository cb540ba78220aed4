package importer

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A phrase is what the plain way of writing it gives.
func TestImporterWritesPhrasesInLowerCaseWithSingleSpaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ \tA-Za-z.\n\r\v\f0-9-]*`)).Draw(t, "text")
		want := strings.TrimRight(strings.ToLower(strings.Join(strings.Fields(s), " ")), ". ")
		if got := phrase(s); got != want {
			t.Fatalf("%q is %q, not %q", s, got, want)
		}
	})
}
