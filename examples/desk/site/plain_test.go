package site_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store/memstore"
)

var (
	blocks  = regexp.MustCompile(`</?(?:p|li|h[1-6]|d[tdl]|div|ul|ol|label|legend|fieldset|button|small|main|footer|section|form)\b[^>]*>|</span>\s*<span\b[^>]*>`)
	marks   = regexp.MustCompile(`<[^>]*>`)
	stops   = regexp.MustCompile(`[.!?:]+(?:\s|$)|\n`)
	spelled = regexp.MustCompile(`[A-Za-z']+`)
	silent  = regexp.MustCompile(`([^aeiouytd])(e)(d|ly)$|([^aeiouyszxcgh])(e)(s)$`) // as in worked, lonely and likes
	vowels  = regexp.MustCompile(`[aeiouy]+`)
)

// sentences returns what a page says: whatever stands by itself is a sentence.
func sentences(page string) (all []string) {
	_, page, _ = strings.Cut(page, "<main")
	for s := range strings.SplitSeq(stops.ReplaceAllString(html.UnescapeString(marks.ReplaceAllString(blocks.ReplaceAllString("<main"+page, "\n"), "")), "\n"), "\n") {
		if len(spelled.FindAllString(s, -1)) > 0 {
			all = append(all, strings.Join(strings.Fields(s), " "))
		}
	}
	return all
}

// syllables counts those of an English word, as readability formulas do: groups of vowels, without a silent e.
func syllables(word string) int {
	word = strings.ToLower(strings.Trim(word, "'"))
	word = silent.ReplaceAllString(word, "$1$3$4$6")
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
		for _, w := range spelled.FindAllString(s, -1) {
			words, beats = words+1, beats+float64(syllables(w))
		}
	}
	return 0.39*words/float64(max(len(all), 1)) + 11.8*beats/max(words, 1) - 15.59
}

// hard returns the sentences that a child of eleven would not read with ease. The formula flatters
// short lines, so that no sentence may be long either, whatever the page is on the whole.
func hard(all []string) (found []string) {
	for _, s := range all {
		if n := len(spelled.FindAllString(s, -1)); n > 18 || n >= 6 && grade([]string{s}) > 8 {
			found = append(found, s)
		}
	}
	return found
}

// known are names, which those whom they are told know how to read.
var known = strings.NewReplacer("Carers&#39; Café", "Club", "Archer", "", "Sandholme", "")

// A reader gathers what a child of nine to eleven would not read with ease.
type reader struct{ found []string }

func (r *reader) read(page, name string) {
	all := sentences(known.Replace(page))
	if g := grade(all); len(all) < 5 || g > 6 {
		r.found = append(r.found, fmt.Sprintf("%s: %d sentences of grade %.1f", name, len(all), g))
	}
	for _, s := range hard(all) {
		r.found = append(r.found, name+": "+s)
	}
}

func TestSiteOfAPersonIsReadAtNineToEleven(t *testing.T) {
	var r reader
	files, err := filepath.Glob("../page/testdata/mine*.html")
	require.NoError(t, err)
	require.Greater(t, len(files), 4)
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		r.read(string(text), f)
	}
	w := newWorld(t, memstore.New()).tour()
	june := w.june
	look := func(name string) { r.read(june.page, name) }
	look("her page")
	look(june.open("/mine/copy").path)
	look(june.open("/mine/forget").path)
	june.open("/mine").press("See what would happen", nil)
	require.Equal(t, http.StatusUnprocessableEntity, june.status)
	look("nothing was picked")
	june.press("See what would happen", url.Values{"what": {"C-sharing"}})
	look("what stopping would do")
	june.press("Yes, stop", nil)
	look("stopped")
	june.press("See what would happen", url.Values{"what": {"everything"}})
	look("to stop all of it")
	june.press("Yes, stop", nil)
	look("all of it stopped")
	june.open("/mine/forget").press("Yes, forget me", nil)
	look("to be forgotten")
	look(june.open("/people/" + w.of).path)
	look(june.open("/mine/nothing").path)
	require.Empty(t, r.found, strings.Join(r.found, "\n"))

	official := sentences("<main>Your link worker will communicate the outcome of the multidisciplinary assessment in accordance with applicable information governance arrangements.")
	require.Len(t, hard(official), 1, "what is hard to read is found")
	require.Greater(t, grade(hard(official)), 15.0)
	require.InDelta(t, 0.39*10+11.8*15/10-15.59, grade([]string{"The little boat was floating on the water that evening"}), 1e-9, "10 words of 15 syllables")
}

func TestSiteOfAServiceIsReadAtNineToEleven(t *testing.T) {
	var r reader
	files, err := filepath.Glob("../page/testdata/provider*.html")
	require.NoError(t, err)
	for _, f := range append(files, "../page/testdata/expired.html") {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		r.read(string(text), f)
	}
	w := newWorld(t, memstore.New()).tour()
	b := w.service
	look := func(name string) { r.read(b.page, name) }
	look("the question")
	b.press("Send your answer", nil)
	look("nothing was answered")
	b.press("Send your answer", url.Values{"answer": {"yes"}}).sees("You said yes")
	look("a yes")
	for _, button := range []string{"Ask to know more", "Save"} {
		b.press(button, nil)
		look("nothing filled in: " + button)
		b.open("/provider/" + w.asked)
	}
	b.press("Ask to know more", url.Values{"fields": {"born"}, "why": {"insurance"}})
	b.press("Save", url.Values{"on": {"30 11 2026"}, "came": {"yes"}, "minutes": {"60"}}).sees("Is it over?")
	look("begun")
	b.press("It is over", nil)
	look("over, and nothing said")
	b.open("/provider/"+w.asked).press("It is over", url.Values{"outcome": {"stopped"}})
	require.Equal(t, http.StatusUnprocessableEntity, b.status)
	b.press("It is over", url.Values{"why": {"moved"}}).sees("Stopped")
	look("stopped before its end")
	look(b.open("/provider/PL-other").path)
	require.Empty(t, r.found, strings.Join(r.found, "\n"))
	w.ann.open("/people/" + w.of).sees("Stopped")
}
