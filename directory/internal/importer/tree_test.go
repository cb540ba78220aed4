package importer

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp/directory/feed"
)

// names are fields that records have, some with marks that others have too, and
// names of columns that nobody knows.
func names(t *rapid.T) []string {
	return rapid.SliceOfN(rapid.OneOf(
		rapid.SampledFrom([]string{"id", "name", "status", "service_id", "location_id", "organization_id", "taxonomy_ids", "url", "website", "fees", ""}),
		rapid.StringMatching(`[a-z_]{1,12}`),
	), 0, 400).Draw(t, "names")
}

// A column is found where looking at all of them finds it, whatever was read of the
// row before and whether its fields are fewer or more than those of the header.
func TestImporterFindsColumnsWhereLookingAtAllOfThemFindsThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := &Row{names: slices.Compact(names(t))}
		row.width = len(row.names)
		for range 3 {
			row.fields = make([]string, rapid.IntRange(0, len(row.names)).Draw(t, "fields"))
			at := row.tree()
			o := Object{t: at}
			for j := uint32(1); j < uint32(len(at.nodes)); j += 2 {
				at.nodes[j].taken = rapid.Bool().Draw(t, "taken")
			}
			for _, field := range append(names(t), row.names...) {
				if want, got := at.lookUp(0, field), o.find(field); want != got && !slices.Contains(row.names[(want+1)/2:], field) {
					t.Fatalf("%q is node %d and found at %d", field, want, got)
				}
			}
		}
	})
}

// A field of an object is found where looking at all of them finds it.
func TestFieldsAreFoundWhereLookingAtAllOfThemFindsThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fields := names(t)
		im := New(context.Background(), feed.Options{}, "x")
		b := Builder{}
		b.Reset()
		for _, f := range fields {
			b.Text(f, "x")
		}
		o := b.Record(im)
		for _, field := range append(names(t), fields...) {
			if want, got := o.t.lookUp(0, field), o.find(field); want != got {
				t.Fatalf("%q is node %d and found at %d", field, want, got)
			}
		}
	})
}

// Fields are put in the order of their names as any sort would.
func TestFieldsAreSortedByTheirWholeNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Builder{}
		b.Reset()
		for _, f := range rapid.SliceOfN(rapid.StringMatching(`(a|same_start_|same_start)[ab]{0,2}`), 0, 40).Draw(t, "names") {
			b.Text(f, "x")
		}
		var want []uint32
		for j := uint32(1); j < uint32(len(b.t.nodes)); j += 2 {
			want = append(want, j)
		}
		got := slices.Clone(want)
		slices.SortStableFunc(want, func(x, y uint32) int { return strings.Compare(b.t.text(x), b.t.text(y)) })
		b.t.sort(got)
		if !slices.Equal(want, got) {
			t.Fatal(want, got)
		}
	})
}

// What is too long for a set phrase is none, and everything else is compared as
// the phrase that it is.
func TestImporterComparesSetPhrasesAsPhrases(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[ \tA-Ca-c.\-]{0,200}`).Draw(t, "text")
		whole := strings.TrimRight(strings.ToLower(strings.Join(strings.Fields(s), " ")), ". ")
		if phrase(s) != whole {
			t.Fatalf("%q became %q", s, phrase(s))
		}
		if got := setPhrase(s, longestPhrase); got != whole && (got != "" || len(strings.NewReplacer(" ", "", ".", "").Replace(whole)) <= longestPhrase) {
			t.Fatalf("%q became %q", s, got)
		}
	})
	require.Empty(t, setPhrase(strings.Repeat("long ", 100), longestPhrase))
	require.Equal(t, "free of charge", setPhrase("Free"+strings.Repeat(" ", 200)+"of charge.", longestPhrase))
}

// Texts are written as encoding/json writes them, since what is stored is compared.
func TestTextsAreQuotedAsEncodingJSONDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("<>&\"\\\n\x7f\xe2\x80\xa8\xa9")))).Draw(t, "bytes"))
		want, err := json.Marshal(s)
		if got := quoted(s); err != nil || string(got) != string(want) {
			t.Fatalf("%q became %s, not %s", s, got, want)
		}
	})
}

// A text with escapes is read as encoding/json reads it.
func TestEscapesAreReadAsEncodingJSONDoes(t *testing.T) {
	piece := rapid.SampledFrom([]string{`\n`, `\\`, `\"`, `\/`, `\b`, `\f`, `\u00e9`, `\u0000`, `\ud83d`, `\ude00`, `\uD7ff`, `\uFFFF`, "a", "é", " ", "<"})
	rapid.Check(t, func(t *rapid.T) {
		source := `"` + strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "") + `"`
		var want string
		require.NoError(t, json.Unmarshal([]byte(source), &want))
		got, err := unescape(source)
		if err != nil || got != want {
			t.Fatalf("%s became %q, not %q", source, got, want)
		}
	})
}

// What is told at a glance is what the whole look tells.
func TestImporterTellsAtAGlanceWhatItWouldFind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`(https?://)?[a-z.:/@_+A-Z0-9?&=% #-]{0,40}`).Draw(t, "text")
		if isUsualPage(s) && !webPage.MatchString(s) {
			t.Fatalf("%q is taken for a page", s)
		}
		if isUsualAddress(s) && !address.MatchString(s) {
			t.Fatalf("%q is taken for an e-mail address", s)
		}
		long := string(rapid.SliceOfN(rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("<&\\ab"))), 0, 80).Draw(t, "bytes"))
		want := uint8(0)
		for i := range len(long) {
			want |= featuresOf[long[i]]
		}
		if got := features(long); got != want {
			t.Fatalf("%q has %b, not %b", long, got, want)
		}
	})
	require.True(t, isUsualPage("https://hall.example/tea?day=2"))
	require.True(t, isUsualAddress("ann_b+tea@hall.example"))
}

// An ID that is remembered is the ID that would be made.
func TestImporterRemembersIDsAsTheyAre(t *testing.T) {
	im := New(t.Context(), feed.Options{Feed: "a feed"}, "")
	rapid.Check(t, func(t *rapid.T) {
		source := rapid.StringMatching(`[a-c~.0/é -]{0,70}`).Draw(t, "source")
		for range 2 {
			if got, want := im.id(source), New(t.Context(), feed.Options{Feed: "a feed"}, "").id(source); got != want {
				t.Fatalf("%q is %q, not %q", source, got, want)
			}
		}
	})
}
