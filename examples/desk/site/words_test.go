package site_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/examples/desk/site"
	"github.com/socialprescribing/sp/store/memstore"
)

var (
	gaps    = regexp.MustCompile(`%[-+.0-9]*[a-z]|\{[a-z]+\}`)
	letters = regexp.MustCompile(`\pL`)
	told    = regexp.MustCompile(`«[^»]*»`)
	between = regexp.MustCompile(`>([^<]+)<|(?:aria-label|title|alt|placeholder)="([^"]*)"`)
)

// marked is a language in which all words of the table stand in marks, and what is named in them
// does not.
func marked(t *testing.T) page.Words {
	t.Helper()
	all, err := site.English()
	require.NoError(t, err)
	w := page.Words{}
	for _, english := range all {
		var said strings.Builder
		mark := func(s string) {
			if letters.MatchString(s) {
				s = "«" + s + "»"
			}
			said.WriteString(s)
		}
		from := 0
		for _, at := range gaps.FindAllStringIndex(english, -1) {
			mark(english[from:at[0]])
			said.WriteString(english[at[0]:at[1]])
			from = at[1]
		}
		mark(english[from:])
		w[english] = said.String()
	}
	return w
}

// data is what no table of words holds: names, addresses, units, and what somebody typed.
var data = regexp.MustCompile(strings.Join([]string{
	`Sandholme Link|Dale Together`, `Ann Archer|Ben Brook|Lena Lake|Bo Bright|Dr Khan`, `June|Moon|Noor|Star|Mia|Wells|Rose|Hill`, `[A-Z]+-[A-Za-z0-9-]+`, `crisis-team`,
	`See the allotment\.|Likes roses\.|Rang\. Misses the allotment\.`, `http\S+`, `\bkm\b|\bm\b`,
	`Carers' Café|Bay Carers House|Men's Shed|Oystercatcher (Plot|Allotments)|Phone Pals|Promenade Walks|Silverholme (Lunch Club|Village Hall)|The Long Table|Chair Moves|Debt Casework|Housing Options|Steady: a course on worry|Tidewell Centre|Sandholme( Pool)?`,
	`Befriending|Community meals|Social groups and clubs|Gardening and nature|Exercise and sport|Arts and making|Support for carers|Walking groups`, // topics of the directory
}, "|"))

// unmarked returns what a page says that is in no table.
func (b *browser) unmarked() (all []string) {
	_, body, _ := strings.Cut(b.page, "<title")
	for _, found := range between.FindAllStringSubmatch(body, -1) {
		said := strings.Join(strings.Fields(html.UnescapeString(found[1]+found[2])), " ")
		if letters.MatchString(data.ReplaceAllString(told.ReplaceAllString(said, ""), "")) {
			all = append(all, said)
		}
	}
	return all
}

// Welsh is one more table. In a language that marks each word, nothing on any page is without
// marks but what is a name, an address, or was typed.
func TestEnglishReachesEveryPageAndState(t *testing.T) {
	words := marked(t)
	db := &outage{Driver: memstore.New()}
	w := newWorldIn(t, db, words).tour()
	w.speak(words)
	found := map[string]string{}
	look := func(b *browser, name string) {
		require.Contains(t, b.page, "«", name)
		for _, said := range b.unmarked() {
			if found[said] == "" {
				found[said] = name
			}
		}
	}
	stops := slices.DeleteFunc(w.stops(), func(s stop) bool { return s.path == "/board/report" }) // the library draws it
	stops = append(stops, stop{"the door", "/", w.browser()})
	for _, s := range stops {
		look(s.who.open(s.path), s.name)
		for _, button := range s.who.buttons() {
			if to, hidden, _ := s.who.form(button); to != "/signout" && s.name != "somebody who waits" {
				s.who.ask(http.MethodPost, to, hidden)
				look(s.who, s.name+", with nothing filled in: "+button)
				s.who.open(s.path)
			}
		}
		look(w.as2("ben").open(s.path), s.name+", of somebody else")
	}
	db.gone = true
	for _, s := range stops {
		look(s.who.open(s.path), s.name+", without a database")
	}
	var all []string
	for said, where := range found {
		all = append(all, where+": "+said)
	}
	slices.Sort(all)
	require.Empty(t, all, strings.Join(all, "\n"))
}

// as2 signs somebody in whatever the button says.
func (w *world) as2(user string) *browser {
	w.t.Helper()
	b := w.browser()
	b.open("/")
	b.press(b.buttons()[0], url.Values{"user": {"sandholme/" + user}})
	return b
}
