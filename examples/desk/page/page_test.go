package page_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/examples/desk/page"
)

var update = flag.Bool("update", false, "write the golden pages anew")

var frame = page.Frame{
	Site: "Sandholme Link", Who: "Ann Archer, link worker", Out: "/out", Token: "token", Seen: 3, Key: "k-1",
	Pages: []page.Link{{Text: "Today", To: "/today", Here: true}, {Text: "People", To: "/people"}},
}

func draw(t *testing.T, w page.Words, v page.View) string {
	t.Helper()
	pages, err := page.New("en-GB", w)
	require.NoError(t, err)
	var b bytes.Buffer
	f := frame
	switch v.(type) {
	case page.Mine, page.Stop, page.Provider: // by a link, and without an account
		f.Who, f.Out, f.Pages = "", "", nil
	}
	require.NoError(t, pages.Write(&b, f, v))
	return b.String()
}

func TestPagesAreTheGoldenOnes(t *testing.T) {
	for name, v := range views() {
		t.Run(name, func(t *testing.T) {
			got := draw(t, nil, v)
			if name == "today-many" { // a thousand times the same
				return
			}
			golden := filepath.Join("testdata", name+".html")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), got, "go test -update, and look at the difference")
		})
	}
}

var (
	posts   = regexp.MustCompile(`(?s)<form[^>]*>.*?</form>`)
	targets = regexp.MustCompile(`(?:href="#|\sfor="|aria-labelledby=")([^"]+)"`)
	ids     = regexp.MustCompile(`\sid="([^"]+)"`)
	primary = regexp.MustCompile(`<button>|<button class="risk">|class="btn"|class="btn risk"`)
	loads   = regexp.MustCompile(`(?:src|srcset|<link rel="stylesheet" href)="([^"]*)"`)
	bare    = regexp.MustCompile(`>([^<>{}]*[[:alpha:]][^<>{}]*)<`)
	quoted  = regexp.MustCompile(`[-a-z]+="[^"]*"`)
	actions = regexp.MustCompile(`{{.*?}}`)
)

func TestPagesKeepTheirPromises(t *testing.T) {
	for name, v := range views() {
		t.Run(name, func(t *testing.T) {
			html := draw(t, nil, v)
			for _, never := range []string{"<script", " style=", " onclick", "{{", "ZgotmplZ", `method="get"`, "disabled"} {
				require.NotContains(t, html, never)
			}
			require.Equal(t, 1, strings.Count(html, "<h1"), "one heading")
			require.Contains(t, html, " - Sandholme Link</title>")
			for _, form := range posts.FindAllString(html, -1) {
				for _, part := range []string{`method="post"`, `name="form_token" value="token"`, `name="key" value="k-1"`, `name="seen" value="3"`} {
					require.Contains(t, form, part)
				}
			}
			known := map[string]bool{}
			for _, id := range ids.FindAllStringSubmatch(html, -1) {
				require.False(t, known[id[1]], "%s stands there twice", id[1])
				known[id[1]] = true
			}
			for _, to := range targets.FindAllStringSubmatch(html, -1) {
				require.True(t, known[to[1]], "nothing is called %s", to[1])
			}
			require.LessOrEqual(t, len(primary.FindAllString(html, -1)), 1, "one button is the first")
			for _, load := range loads.FindAllStringSubmatch(html, -1) {
				require.Equal(t, "/desk.css", load[1], "the one request")
			}
			if name != "today-many" {
				require.Less(t, len(html)+len(page.Style()), 100_000)
			}
		})
	}
}

func TestPagesSayWhatIsWrongAndNeverWhatWouldBeRight(t *testing.T) {
	html := draw(t, nil, views()["refer-errors"])
	require.Contains(t, html, "2 things to put right")
	require.Contains(t, html, `href="#nhs"`)
	require.Contains(t, html, `value="943 476 5918"`, "what was typed is kept")
	require.NotContains(t, html, "5919", "the right check digit invites to mend a wrong number")
	require.Contains(t, html, "&lt;script&gt;")
	require.Contains(t, html, "<title>Error: ")
}

func TestMineSaysNothingOfConcerns(t *testing.T) {
	html := strings.ToLower(draw(t, nil, views()["mine"]))
	for _, never := range []string{"concern", "risk", "safeguarding", "crisis"} {
		require.NotContains(t, html, never)
	}
}

func TestSeriesOfOnePointHasNoLine(t *testing.T) {
	require.Empty(t, page.Series{High: 10, Points: []page.Point{{"14 Jan", 3, true}}}.Line())
	s := page.Series{High: 10, Points: []page.Point{{"14 Jan", 3, true}, {"25 Feb", 0, false}, {"30 Mar", 5, true}}}
	require.Len(t, s.Marks(), 2, "what was not asked has no place")
}

func TestWordsReachEveryPage(t *testing.T) {
	all, err := page.English()
	require.NoError(t, err)
	require.Greater(t, len(all), 60)
	other := page.Words{}
	for _, w := range all {
		other[w] = "«" + w + "»"
	}
	html := draw(t, other, page.Mine{Name: "Rose", Next: "-"})
	require.Contains(t, html, "«We have told no one outside our team.»")
	require.Contains(t, html, "«Leave this page fast»")
	require.Contains(t, html, "«Your page, Rose»")
}

func TestTemplatesSpeakThroughTheTableAlone(t *testing.T) {
	files, err := filepath.Glob("templates/*.html")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, found := range bare.FindAllStringSubmatch(quoted.ReplaceAllString(actions.ReplaceAllString(string(text), ""), ""), -1) {
			t.Errorf("%s says %q by itself", f, found[1])
		}
		require.NotRegexp(t, `(?:aria-label|title|alt|placeholder)="[^"{]*[[:alpha:]]`, string(text), "%s says something by itself to who hears it", f)
	}
}

func BenchmarkPagesWrite(b *testing.B) {
	pages, err := page.New("en-GB", nil)
	require.NoError(b, err)
	v := views()["person"]
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := pages.Write(&out, frame, v); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(out.Len()), "bytes/page")
}
