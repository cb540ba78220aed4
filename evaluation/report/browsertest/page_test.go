package browsertest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/chart"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/report"
)

// A scheme is a page of an invented scheme, with pictures, tables and barriers.
func scheme(tb testing.TB) report.Page {
	tb.Helper()
	table := disclosure.Table{Title: "Referrals by practice", Columns: []string{"referred"}}
	registered := map[string]int64{}
	for i, name := range []string{"Bay", "Dale", "Fell", "Marsh", "Moor", "Shore", "Wood", "Beck", "Ford", "Hill", "Lake", "Mere"} {
		table.Rows = append(table.Rows, disclosure.Row{Name: name, Counts: []int64{[]int64{95, 110, 20, 6, 88, 4}[i%6]}})
		registered[name] = 8_000
	}
	released, err := disclosure.Release(table, disclosure.HES())
	require.NoError(tb, err)
	funnel, err := chart.Funnel(chart.Cases{Table: released, Of: registered}, chart.FunnelOptions{About: chart.About{Of: "practices of Sandholme", Source: "an invented log"}})
	require.NoError(tb, err)
	world := evaluationtest.World{Seed: 1, Referrals: 1_000}
	barriers, err := barrier.Plan{}.Read(tb.Context(), world.Log(), evaluation.Options{AsOf: evaluationtest.End}, barrier.Sources{}, disclosure.HES())
	require.NoError(tb, err)
	return report.Page{
		Title: "Sandholme social prescribing",
		About: "People referred from April 2025 to March 2026, in an invented scheme",
		Sections: []report.Section{
			{Title: "Who refers", Parts: []report.Part{report.Picture(funnel), report.Table(released)}},
			{Title: "The 25 barriers", Parts: []report.Part{report.Barriers(barriers)}},
			{Title: "What the indicators mean", Parts: []report.Part{report.Meanings(catalogue.All(catalogue.Standards{})...)}},
		},
		Basis: []report.Term{{Name: "Data", Meaning: "the log of events until 2027-03-31"}},
	}
}

// hostile is a page of names that somebody typed to do harm.
func hostile() report.Page {
	p := report.Page{Title: strings.Repeat("Sandholme ", 30), About: "\u202e مرحبا بالعالم"}
	for _, name := range []string{strings.Repeat("x", 300), "</svg><script>document.title='run'</script>", "مرحبا بالعالم", "a < b & c > d"} {
		p.Sections = append(p.Sections, report.Section{Title: name, Found: []string{name}, Parts: []report.Part{report.Text(name), report.Terms{{Name: name, Meaning: name}}}})
	}
	return p
}

// file returns where a page is written.
func file(tb testing.TB, p report.Page) string {
	tb.Helper()
	f, err := os.Create(filepath.Join(tb.TempDir(), "page.html"))
	require.NoError(tb, err)
	require.NoError(tb, p.Write(f))
	require.NoError(tb, f.Close())
	return f.Name()
}

// violations are what axe-core finds on the page that is open.
func violations(tb testing.TB, ctx context.Context) (found []string) {
	tb.Helper()
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	require.NoError(tb, err, "setup fetches it")
	evaluate[any](tb, ctx, string(axe)+"; null")
	require.NoError(tb, chromedp.Run(ctx, chromedp.Evaluate(
		`axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
			.then(r => r.violations.flatMap(v => v.nodes.slice(0, 3).map(n => v.id + ": " + v.help + ": " + n.html.slice(0, 200))))`,
		&found, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) })))
	return found
}

func TestPageIsForEverybody(t *testing.T) {
	ctx := browser(t)
	for name, page := range map[string]report.Page{"an invented scheme": scheme(t), "hostile names": hostile()} {
		path := file(t, page)
		for _, s := range screens {
			t.Run(name+" on "+s.name, func(t *testing.T) {
				others := open(t, ctx, s, path)
				require.False(t, evaluate[bool](t, ctx, `document.documentElement.scrollWidth > document.documentElement.clientWidth`), "it is wider than the screen")
				require.NotEqual(t, "run", evaluate[string](t, ctx, `document.title`), "a name was run as a script")
				evaluate[any](t, ctx, `document.querySelectorAll("details").forEach(d => d.open = true)`)
				require.False(t, evaluate[bool](t, ctx, `document.documentElement.scrollWidth > document.documentElement.clientWidth`), "it is wider than the screen with all details open")
				require.Empty(t, evaluate[[]string](t, ctx, `[...document.querySelectorAll("nav a")].filter(a => a.getBoundingClientRect().height < 44).map(a => a.textContent)`), "links too small for a thumb")
				require.Empty(t, violations(t, ctx))
				require.Empty(t, *others, "requests for anything but the page")
			})
		}
	}
}

func TestPageObeysItsOwnPolicy(t *testing.T) {
	ctx := browser(t)
	open(t, ctx, screens[0], file(t, scheme(t)))
	require.NotEmpty(t, evaluate[string](t, ctx, `getComputedStyle(document.querySelector("main")).maxWidth`), "its style is applied")
	require.Equal(t, "800px", evaluate[string](t, ctx, `getComputedStyle(document.querySelector("main")).maxWidth`))
}

// On paper nobody can open anything.
func TestPageShowsTheNumbersBehindItsPicturesInPrint(t *testing.T) {
	ctx := browser(t)
	open(t, ctx, screens[0], file(t, scheme(t)))
	hidden := `[...document.querySelectorAll("details > *:not(summary)")].filter(e => e.getBoundingClientRect().height == 0 || !e.checkVisibility({contentVisibilityAuto: true})).length`
	require.Positive(t, evaluate[int](t, ctx, hidden), "on the screen they are closed")
	require.NoError(t, chromedp.Run(ctx, emulation.SetEmulatedMedia().WithMedia("print")))
	require.Zero(t, evaluate[int](t, ctx, hidden), "in print they are open")
	require.Equal(t, "none", evaluate[string](t, ctx, `getComputedStyle(document.querySelector("nav")).display`))
	require.Zero(t, evaluate[int](t, ctx, `[...document.querySelectorAll(".sp-narrow")].filter(e => e.checkVisibility()).length`), "the wide form of a picture is printed")
}

// What finds nothing anywhere finds nothing here either.
func TestBrowserFindsWhatIsWrong(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.html")
	require.NoError(t, os.WriteFile(bad, []byte(`<html><title>bad</title><body><img src="https://example.org/x.png"><p style="color:#ddd;background:#fff">pale</p>
		<svg width="100" height="50"><text x="90" y="20">is cut off</text><text x="5" y="40">one</text><text x="6" y="41">two</text></svg></body></html>`), 0o600))
	ctx := browser(t)
	others := open(t, ctx, screens[0], bad)
	found := strings.Join(violations(t, ctx), "\n")
	for _, rule := range []string{"image-alt", "html-has-lang", "color-contrast"} {
		require.Contains(t, found, rule)
	}
	require.Equal(t, []string{"cut off: is cut off", "one stands upon two"}, evaluate[[]string](t, ctx, faults))
	require.Equal(t, []string{"https://example.org/x.png"}, *others)
}
