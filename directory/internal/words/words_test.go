package words

import (
	"slices"
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
	text := Fold("Men’s Shed: gardening, Café-Bar & 3 walks")
	for _, w := range []string{"mens", "shed", "garden", "gardens", "cafe", "bar", "walking", "3", "arden"} {
		require.True(t, In(text, w), w)
	}
	for _, w := range []string{"sheds x", "harden", "walkers", "4"} {
		require.False(t, In(text, w), w)
	}
	require.Equal(t, []string{"mens", "shed", "la4"}, Query("Men's SHED, shed / LA4"))
	require.Empty(t, Query(" .. - "))
}

func TestEachYieldsTheWordsOfTheFoldedText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("aBc 1'-`,.’é\u0301ß–\n"))).Draw(t, "text")
		var got []string
		Each(text, nil, func(w []byte) { got = append(got, string(w)) })
		require.Equal(t, slices.Collect(Of(Fold(text))), got)
		folded := Fold(text)
		for _, w := range got {
			require.True(t, In(folded, w) && Found(w, w))
		}
	})
}

func FuzzWords(f *testing.F) {
	f.Add("Men’s Shed", "sheds")
	f.Add("\xff", "a\x80")
	f.Fuzz(func(t *testing.T, text, query string) {
		folded := Fold(text)
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
