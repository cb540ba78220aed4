package page_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/examples/desk/page"
)

var (
	blocks  = regexp.MustCompile(`</?(?:p|li|h[1-6]|d[tdl]|div|ul|ol|label|legend|fieldset|button|small|main|footer|section|form)\b[^>]*>`)
	marks   = regexp.MustCompile(`<[^>]*>`)
	stops   = regexp.MustCompile(`[.!?:]+(?:\s|$)|\n`)
	letters = regexp.MustCompile(`[A-Za-z']+`)
	vowels  = regexp.MustCompile(`[aeiouy]+`)
)

// sentences returns what a page says: whatever stands by itself is a sentence.
func sentences(page string) (all []string) {
	_, page, _ = strings.Cut(page, "<main")
	for s := range strings.SplitSeq(stops.ReplaceAllString(html.UnescapeString(marks.ReplaceAllString(blocks.ReplaceAllString("<main"+page, "\n"), "")), "\n"), "\n") {
		if len(letters.FindAllString(s, -1)) > 0 {
			all = append(all, strings.Join(strings.Fields(s), " "))
		}
	}
	return all
}

// syllables counts those of an English word, as readability formulas do: groups of vowels, without a silent e.
func syllables(word string) int {
	word = strings.ToLower(strings.Trim(word, "'"))
	n := len(vowels.FindAllString(word, -1))
	if strings.HasSuffix(word, "e") && !strings.HasSuffix(word, "le") && n > 1 {
		n--
	}
	return max(n, 1)
}

// grade is that of Flesch and Kincaid: J. P. Kincaid and others, Derivation of new readability
// formulas, Research Branch Report 8-75, 1975. A reader is about five years older than the grade.
func grade(all []string) float64 {
	var words, beats float64
	for _, s := range all {
		for _, w := range letters.FindAllString(s, -1) {
			words, beats = words+1, beats+float64(syllables(w))
		}
	}
	return 0.39*words/float64(max(len(all), 1)) + 11.8*beats/max(words, 1) - 15.59
}

// hard returns the sentences that a child of eleven would not read with ease. The formula flatters
// short lines, so that no sentence may be long either, whatever the page is on the whole.
func hard(all []string) (found []string) {
	for _, s := range all {
		if n := len(letters.FindAllString(s, -1)); n > 18 || n >= 6 && grade([]string{s}) > 8 {
			found = append(found, s)
		}
	}
	return found
}

func TestMineIsReadAtNineToEleven(t *testing.T) {
	for name, v := range ofMine() {
		t.Run(name, func(t *testing.T) {
			all := sentences(draw(t, nil, v))
			require.Greater(t, len(all), 8)
			require.LessOrEqual(t, grade(all), 6.0, "above the age of eleven")
			require.Empty(t, hard(all))
		})
	}
	official := sentences(draw(t, nil, page.Mine{Name: "Rose", Next: "Your link worker will communicate the outcome of the multidisciplinary assessment in accordance with applicable information governance arrangements."}))
	require.Len(t, hard(official), 1, "what is hard to read is found")
	require.Greater(t, grade(hard(official)), 15.0)
	require.InDelta(t, 0.39*10+11.8*15/10-15.59, grade([]string{"The little boat was floating on the water that evening"}), 1e-9, "10 words of 15 syllables")
}
