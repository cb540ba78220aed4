package words

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestStemIsThatOfPorter2ForPlainForms(t *testing.T) {
	for word, stem := range map[string]string{
		"gardens": "garden", "gardening": "garden", "gardened": "garden", "garden": "garden",
		"caring": "care", "cares": "care", "cared": "care", "care": "care", "cars": "car",
		"walks": "walk", "walking": "walk", "hopping": "hop", "hoping": "hope", "dancing": "danc", "dance": "danc",
		"activities": "activiti", "activity": "activiti", "ties": "tie", "cries": "cri", "cry": "cri",
		"classes": "class", "class": "class", "bus": "bus", "gas": "gas", "this": "this", "kiwis": "kiwi",
		"feed": "feed", "luxuriating": "luxuriat", "troubled": "troubl", "sized": "size", "falling": "fall",
		"sing": "sing", "bled": "bled", "say": "say", "by": "by", "pêche": "pêche", "la4": "la4",
	} {
		require.Equal(t, stem, Stem(word), word)
	}
}

func TestNearForgivesOneSlipOfTheFinger(t *testing.T) {
	for _, w := range []string{"gardn", "gardden", "gardan", "gadren", "garden", "garde", "gardenx"} {
		require.True(t, Near("garden", w), w)
		require.True(t, Near(w, "garden") || len(w) < 5, w)
	}
	for _, w := range []string{"harden", "gardxxn", "grdn", "geraden", "gard", "g", "gradne", "ardeng"} {
		require.False(t, Near("garden", w), w)
	}
	require.False(t, Near("teas", "teat"), "a short word is one edit from too much")
	require.False(t, Near("01524", "01525"), "a number is meant as it stands")
	require.True(t, Near("pêcheur", "péchur") == false && Near("pêcheur", "pêchur"), "letters are counted, not bytes")
}

func TestAWordFindsLongerWordsAndOtherForms(t *testing.T) {
	text := Text("Men’s Shed: gardening, Café-Bar & 3 walks")
	for _, w := range []string{"mens", "shed", "garden", "gardens", "cafe", "bar", "cafebar", "walking", "3", "arden"} {
		require.True(t, In(text, w), w)
	}
	for _, w := range []string{"sheds x", "harden", "walkers", "4"} {
		require.False(t, In(text, w), w)
	}
	require.Equal(t, []string{"mens", "shed", "la4"}, Query("Men's SHED, shed / LA4"))
	require.Empty(t, Query(" .. - "))
}

// finds reports whether a text has every word of a query.
func finds(text, query string) bool {
	asked := Query(query)
	return len(asked) > 0 && !slices.ContainsFunc(asked, func(w string) bool { return !In(Text(text), w) })
}

func TestWhatIsWrittenInTwoWaysIsFoundByBoth(t *testing.T) {
	for _, same := range [][]string{
		{"men's shed", "Men’s Shed", "mens shed", "Men&#39;s Shed", "men&rsquo;s shed", "Men&amp;#39;s shed", "MEN`S SHED"},
		{"cafe", "Café", "caf\u00e9", "cafe\u0301", "caf&eacute;"},
		{"bring-your-own", "Bring Your Own", "bring–your–own", "bring&ndash;your&ndash;own"},
		{"wellbeing", "well-being", "Well‑Being", "well\u00adbeing"},
		{"LA4 5AA", "la45aa", "La45aA", "la4 5aa"},
		{"M1 1AE", "m11ae"},
		{"EC1A 1BB", "ec1a1bb"},
		{"01524 400400", "01524400400", "+44 1524 400400", "+44 (0)1524 400 400", "0044 1524 400400", "(01524) 400-400", "01524.400.400"},
		{"020 7946 0123", "02079460123", "+442079460123"},
		{"016977 2345", "+44 16977 2345"}, // a number of nine digits
		{"(410) 555-0123", "410-555-0123", "410.555.0123"},
		{"+353 1 555 0123", "00353 1 5550123"},
	} {
		for _, text := range same {
			for _, query := range same {
				require.True(t, finds("Ring or write: "+text+", any day", query), "%q has %q", text, query)
			}
		}
	}
	require.True(t, finds("01524 400400", "400400"), "the number within a town")
	for text, query := range map[string]string{
		"For people over 60. Ring 01524 505050.": "over 50s", "01524 400400": "01524 400401", "Open 0900-1700": "0900 1701",
		"LA4 5AA": "la45ab", "Charity 1234567": "7654321",
	} {
		require.False(t, finds(text, query), "%q has not %q", text, query)
	}
	require.True(t, finds("Charity 1234567, open 10-12 and 14-16, ages 50+", "charity 1234567 10-12 50+"))
}

func TestTheWordsOfATextAreThoseThatAReaderYields(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("aBc 012'-`,.’é\u0301ß–\n+&;"))).Draw(t, "text")
		var got []string
		var r Reader
		r.Each(text, func(w []byte) { got = append(got, string(w)) })
		require.Equal(t, slices.Collect(Of(Text(text))), got)
		for _, w := range got {
			require.True(t, Found(w, w) || isPhone(w))
		}
	})
}

func TestInFindsTheFormsOfAWordThatLookingAtEachWordFinds(t *testing.T) {
	var all []string
	for _, beginning := range []string{"car", "hop", "t", "cr", "gard", "dat", "i", "ent", "é"} {
		for _, end := range []string{"", "e", "y", "ies", "ied", "s", "ss", "us", "ed", "eed", "ing", "ping", "ped", "able"} {
			all = append(all, beginning+end)
		}
	}
	forms := 0
	for i, inText := range all {
		between := all[(i+1)%len(all)]
		folded := Text("x"+inText, between+inText, between, inText+"x")
		for _, w := range all {
			found := slices.ContainsFunc(slices.Collect(Of(folded)), func(one string) bool { return Found(one, w) })
			require.Equal(t, found, In(folded, w), "%q in %q", w, folded)
			if found && !strings.Contains(folded, w) {
				forms++
			}
		}
	}
	require.Positive(t, forms)
}

func FuzzWords(f *testing.F) {
	f.Add("Men’s Shed", "sheds")
	f.Add("\xff", "a\x80")
	f.Fuzz(func(t *testing.T, text, query string) {
		folded := Text(text)
		for _, w := range Query(query) {
			found := false
			for inText := range Of(folded) {
				found = found || Found(inText, w)
				Near(inText, w)
			}
			require.Equal(t, In(folded, w), found, "%q %q", text, w)
		}
	})
}

func TestPointsAreThoseOfTheFieldTimesThoseOfTheForm(t *testing.T) {
	for name, tt := range map[string]struct {
		field        int
		inText, word string
		slip         bool
		want         int
	}{
		"a word of a name":                                {Name, "art", "art", false, 12},
		"another form of it":                              {Name, "gardens", "gardening", false, 9},
		"the beginning of a longer word":                  {Name, "artists", "art", false, 6},
		"within a longer word":                            {Name, "heart", "art", false, 3},
		"a word of a description is more than that":       {Description, "art", "art", false, 4},
		"and less than one of a place":                    {Around, "art", "art", false, 8},
		"a slip where nobody has the word":                {Name, "garden", "gardne", true, 3},
		"is none where somebody has":                      {Name, "garden", "gardne", false, 0},
		"a word that is found is no slip":                 {Name, "garden", "garden", true, 12},
		"a word that is not there":                        {Name, "choir", "art", true, 0},
		"a telephone number, which is not part of a word": {Around, strings.Fields(Text("01524 400400"))[0], Query("01524 400400")[0], false, 8},
	} {
		require.Equal(t, tt.want, Points(tt.field, tt.inText, tt.word, tt.slip), name)
	}
	fields := [FieldCount]string{Name: "heart support", Description: "art classes"}
	require.Equal(t, 4, PointsIn(fields, "art", false), "the best place counts")
	require.Zero(t, PointsIn(fields, "choir", true))
}
