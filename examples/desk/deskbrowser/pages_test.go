package deskbrowser

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/examples/desk/page"
)

// policy is that of package gate.
const policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// pages serves the golden pages under the content policy of the desk, and returns their names.
func pages(t *testing.T) (*httptest.Server, []string) {
	t.Helper()
	files, err := filepath.Glob("../page/testdata/*.html")
	require.NoError(t, err)
	require.Greater(t, len(files), 20)
	var names []string
	for _, f := range files {
		names = append(names, filepath.Base(f))
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/desk.css", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "../page/desk.css") })
	mux.HandleFunc("/many", many)
	mux.Handle("/", http.FileServer(http.Dir("../page/testdata")))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server, names
}

// many draws a day of a thousand people.
func many(w http.ResponseWriter, _ *http.Request) {
	step := page.Step{Who: page.Link{Text: "Rose Hill", To: "/people/R-2"}, Tag: page.Tag{Kind: page.Late, Text: "Late"}, Why: "The Long Table has not answered.", Next: page.Link{Text: "Ask them again", To: "/people/R-2"}, By: "Today"}
	day := page.Today{Title: "A thousand people have a next step"}
	for range 1000 {
		day.Due = append(day.Due, step)
	}
	var b bytes.Buffer
	all, err := page.New("en-GB", nil)
	if err == nil {
		err = all.Write(&b, page.Frame{Site: "Sandholme Link"}, day)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes()) //nolint:errcheck // the browser has gone
}

func TestPagesAreForEverybody(t *testing.T) {
	t.Parallel()
	s := open(t)
	server, names := pages(t)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.to(server.URL + "/" + name)
			require.Empty(t, s.wrong())
		})
	}
	s.t = t
}

func TestPagesThatAskElsewhereAreFound(t *testing.T) {
	t.Parallel()
	s := start(t)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`<!doctype html><img src="http://127.0.0.2:9/pixel.gif">`)) //nolint:errcheck // the browser has gone
	}))
	t.Cleanup(other.Close)
	s.do(chromedp.Navigate(other.URL))
	require.Equal(t, []string{"http://127.0.0.2:9/pixel.gif"}, s.elsewhere())
}

// Each way to be wrong is tried on a page that is right.
func TestPagesThatAreWrongAreFound(t *testing.T) {
	t.Parallel()
	s := open(t)
	server, _ := pages(t)
	style := func(rule string) string {
		return fmt.Sprintf("document.styleSheets[0].insertRule(%q, document.styleSheets[0].cssRules.length)", rule)
	}
	for name, c := range map[string]struct {
		look              func(*screen) []string
		page, spoil, want string
	}{
		"tags that vanish in print":                       {(*screen).printed, "today", style("@media print { .tag { display: none !important } }"), "not on paper: <span class=\"tag"},
		"tags in white on paper":                          {(*screen).printed, "today", style("@media print { .tag { color: #fff !important } }"), "not on paper: <span class=\"tag"},
		"folded entries that stay folded in print":        {(*screen).printed, "person", style("@media print { details > div { display: none } }"), "not on paper: <div>"},
		"hidden text that widens the page":                {(*screen).wide, "today", style(".hidden { clip-path: none; width: 90rem; position: static; display: block }"), "wide: the page"},
		"a number that is bad in red":                     {(*screen).meant, "lead", style(".tag.late { background: var(--risk) }"), "red: <span class=\"tag late\">"},
		"a headline in red":                               {(*screen).meant, "board", style(".heads-up strong { color: var(--risk) }"), "red: <strong>"},
		"a small number that follows from a total":        {(*screen).meant, "board", `document.querySelectorAll("table")[1].tBodies[0].rows[1].cells[1].textContent = "17"; document.querySelectorAll(".heads-up li")[0].append("; 85 of 90")`, "follows: a hidden number beside 17, 24, 44"},
		"a small number that is a column's whole without": {(*screen).meant, "board", `document.querySelectorAll("table")[1].tBodies[0].insertAdjacentHTML("beforeend", "<tr><th>All</th><td>21</td><td>55</td><td>19</td><td>101</td></tr>")`, "follows: a hidden number beside 14, 21"},
		"a title that its interval does not bear":         {(*screen).meant, "board", `document.querySelector("h1").textContent = "More than half of needs stay unmet"`, "title: More than half of needs stay unmet: (47 to 60)"},
		"the right check digit in an error":               {(*screen).meant, "refer-errors", `document.querySelector(".why").append("; did you mean 943 476 5919?")`, "digit: 9 is given away"},
		"a hold that ends before the answer is due":       {(*screen).meant, "provider", `document.querySelector("main").append("It is kept until Friday 11 December.")`, "kept: kept until Friday 11 December"},
		"a target that is too small":                      {(*screen).wide, "today", style(".tap { min-height: 0; display: inline }"), "small: <a class=\"tap"},
		"text that is pale by night":                      {(*screen).barred, "person", style("@media (prefers-color-scheme: dark) { .hint { color: #333 } }"), "axe: color-contrast"},
		"an input without a name":                         {(*screen).barred, "refer", `document.querySelectorAll("label.big").forEach(e => e.remove())`, "axe: label"},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.to(server.URL + "/" + c.page + ".html")
			ask[any](s, c.spoil+"; null")
			require.Contains(t, strings.Join(c.look(s), "\n"), c.want)
		})
	}
	s.t = t
}

func TestPagesAreWalkedByKeyboard(t *testing.T) {
	t.Parallel()
	s := open(t)
	server, _ := pages(t)
	for _, name := range []string{"today", "person", "refer-errors", "options", "board", "handover", "crisis", "mine"} {
		s.to(server.URL + "/" + name + ".html")
		stops := ask[int](s, "eyes.stops().length")
		require.Greater(t, stops, 3, name)
		first := ask[int](s, "eyes.before(document.querySelector('[autofocus]'))") // a summary of errors has the focus, and the keyboard goes on from there
		for i := first; i < stops; i++ {
			s.do(chromedp.KeyEvent(kb.Tab))
			at := ask[struct {
				Stop  int
				Wrong []string
			}](s, "eyes.at()")
			require.Equal(t, i, at.Stop, "%s: the order of the keyboard is that of the page", name)
			require.Empty(t, at.Wrong, name)
		}
	}
	s.to(server.URL + "/today.html")
	ask[any](s, `document.styleSheets[0].insertRule(":focus-visible { outline: none !important }", document.styleSheets[0].cssRules.length); null`)
	s.do(chromedp.KeyEvent(kb.Tab))
	require.NotEmpty(t, ask[[]string](s, "eyes.at().wrong"), "what does not show is found")
}

func TestPagesShowFirstWhatIsFirst(t *testing.T) {
	t.Parallel()
	s := open(t)
	server, _ := pages(t)
	for name, first := range map[string]string{
		"today": ".btn.risk", "person": ".btn.risk", "crisis": ".btn.risk", "lead": ".btn.risk", "mine": ".btn:not(.quiet)", "provider": "dl dd",
		"board": ".heads-up strong", "refer": "#nhs", "refer-errors": ".errors a", "stale": "h1",
	} {
		for _, size := range [][2]int64{{360, 640}, {1280, 720}} {
			s.size(size[0], size[1], "light")
			s.to(server.URL + "/" + name + ".html")
			edge := ask[float64](s, fmt.Sprintf("document.querySelector(%q).getBoundingClientRect().bottom", "main "+first))
			require.LessOrEqual(t, edge, float64(size[1]), "%s at %d px: %s is below the fold", name, size[0], first)
		}
	}
}

func TestPagesOfAThousandAreStillPages(t *testing.T) {
	t.Parallel()
	s := open(t)
	server, _ := pages(t)
	s.to(server.URL + "/many")
	for _, width := range []int64{360, 1280} {
		s.size(width, 740, "light")
		require.Equal(t, 1000, ask[int](s, `document.querySelectorAll(".day > li").length`))
		require.Empty(t, ask[[]string](s, "[...eyes.wide(), ...eyes.small().slice(0, 5)]"))
	}
}

func TestVeilHidesNamesAndNothingElse(t *testing.T) {
	t.Parallel()
	s := open(t)
	server, _ := pages(t)
	s.to(server.URL + "/today.html")
	colour := func(of string) string {
		return ask[string](s, `getComputedStyle(document.querySelector("`+of+`")).color`)
	}
	require.NotEqual(t, "rgba(0, 0, 0, 0)", colour("h3 .name"))
	s.do(chromedp.Click("#veil"))
	require.Equal(t, "rgba(0, 0, 0, 0)", colour("h3 .name"))
	require.Equal(t, "rgba(0, 0, 0, 0)", colour("h1"))
	require.Equal(t, "rgba(0, 0, 0, 0)", colour(".safe"), "how to reach them tells who they are")
	require.Equal(t, "rgba(0, 0, 0, 0)", colour(".by"), "a time tells who comes then")
	require.NotEqual(t, "rgba(0, 0, 0, 0)", colour(".day p"), "why now is still read")
}
