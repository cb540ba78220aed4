package report_test

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/chart"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/evaluation/report"
	"github.com/socialprescribing/sp/internal/goldentest"
)

// referred is a table of practices, some of which refer very few people.
func referred(tb testing.TB, names ...string) disclosure.Table {
	tb.Helper()
	table := disclosure.Table{Title: "Referrals by practice", Columns: []string{"referred"}}
	for i, name := range names {
		table.Rows = append(table.Rows, disclosure.Row{Name: name, Counts: []int64{[]int64{95, 110, 20, 6, 88, 4}[i%6]}})
	}
	return table
}

func released(tb testing.TB, table disclosure.Table) disclosure.Released[disclosure.Safe] {
	tb.Helper()
	r, err := disclosure.Release(table, disclosure.HES())
	require.NoError(tb, err)
	return r
}

func funnel(tb testing.TB, table disclosure.Released[disclosure.Safe], names ...string) chart.Picture {
	tb.Helper()
	of := map[string]int64{}
	for _, name := range names {
		of[name] = 8_000
	}
	p, err := chart.Funnel(chart.Cases{Table: table, Of: of}, chart.FunnelOptions{About: chart.About{Of: "practices of Sandholme", During: sp.FinancialYear(2025), Source: "the log of the scheme"}})
	require.NoError(tb, err)
	return p
}

// barriers is the report of an invented scheme, which takes a second to count.
var barriers = sync.OnceValues(func() (barrier.Report, error) {
	world := evaluationtest.World{Seed: 1, Referrals: 1_000}
	return barrier.Plan{}.Read(context.Background(), world.Log(), evaluation.Options{AsOf: evaluationtest.End}, barrier.Sources{}, disclosure.HES())
})

var practices = []string{"Bay", "Dale", "Fell", "Marsh", "Moor", "Shore", "Wood", "Beck", "Ford", "Hill", "Lake", "Mere"}

func page(tb testing.TB) report.Page {
	tb.Helper()
	table := released(tb, referred(tb, practices...))
	found, err := barriers()
	require.NoError(tb, err)
	return report.Page{
		Title: "Sandholme social prescribing",
		About: "People referred from April 2025 to March 2026, in an invented scheme",
		Sections: []report.Section{
			{Title: "Who refers", Parts: []report.Part{report.Picture(funnel(tb, table, practices...)), report.Table(table)}},
			{Title: "The 25 barriers", Parts: []report.Part{report.Text("What a study of social prescribing found, and what is so here."), report.Barriers(found)}},
			{Title: "What the indicators mean", Parts: []report.Part{report.Meanings(catalogue.All(catalogue.Standards{})...)}},
		},
		Basis: []report.Term{{Name: "Data", Meaning: "the log of events until 2027-03-31"}, {Name: "Library", Meaning: "v0.1.0"}},
	}
}

func written(tb testing.TB, p report.Page) string {
	tb.Helper()
	var b strings.Builder
	require.NoError(tb, p.Write(&b))
	return b.String()
}

// What package chart answers for: its pictures, and the style, whose hash is in the policy.
var drawn = regexp.MustCompile(`(?s)<svg .*?</svg>|<style>.*?</style>|sha256-[^&]*`)

func TestPageIsWrittenByteForByte(t *testing.T) {
	html := written(t, page(t))
	goldentest.Equal(t, "testdata/page.html", drawn.ReplaceAllString(html, "..."))
	require.Equal(t, html, written(t, page(t)), "a second time")
}

func TestPageNeedsNothingFromAnywhere(t *testing.T) {
	html := written(t, page(t))
	for _, forbidden := range []string{"<script", "<link", "<iframe", "<img", "javascript:", "url(", "@import", " src=", " style=\"", " onload", "<a href=\"http"} {
		require.NotContains(t, html, forbidden)
	}
	require.Contains(t, html, "default-src &#39;none&#39;")
	require.Less(t, len(html), 300_000)
}

func TestPageBeginsWithWhatItsPartsHaveFound(t *testing.T) {
	p := page(t)
	html := written(t, p)
	top, _, _ := strings.Cut(html, "Who refers</h2>")
	require.Contains(t, top, "<li>"+funnel(t, released(t, referred(t, practices...)), practices...).Title+"</li>")
	require.Regexp(t, `<li>\d+ % \(\d+ to \d+\) of the people referred were lost to barrier \d-\d, `, top)

	p.Sections[0].Found = []string{"Our own words"}
	p.Sections[1].Found = []string{}
	top, _, _ = strings.Cut(written(t, p), "Who refers</h2>")
	require.Contains(t, top, "<li>Our own words</li>")
	require.NotContains(t, top, "were lost to")
}

func TestBarriersShowsEachOfThe25(t *testing.T) {
	html := written(t, page(t))
	for _, b := range barrier.All() {
		require.Regexp(t, `<span class="no">`+b.No+`</span> <strong>`+regexp.QuoteMeta(b.Name)+`</strong> <span class="grade (strong|fair|weak|none)">`, html)
	}
}

// Only what was released for everybody gets into a file.
func TestPageRefusesWhatStaysWithin(t *testing.T) {
	table := referred(t, practices...)
	safe, _, err := released(t, table).Draw()
	require.NoError(t, err)
	within, err := disclosure.Within(safe, disclosure.Person, "her own measures")
	require.NoError(t, err)
	for name, part := range map[string]report.Part{
		"a table that stays within":       report.Table(within),
		"a table that nobody released":    report.Table(disclosure.Released[disclosure.Safe]{}),
		"a picture of what stays within":  report.Picture(funnel(t, within, practices...)),
		"a picture that nobody has drawn": report.Picture(chart.Picture{}),
	} {
		t.Run(name, func(t *testing.T) {
			p := page(t)
			p.Sections[2].Parts = append(p.Sections[2].Parts, part)
			var b bytes.Buffer
			err := p.Write(&b)
			require.ErrorIs(t, err, sp.ErrDenied)
			require.ErrorContains(t, err, "sections[2].parts[1]")
			require.Zero(t, b.Len(), "nothing is written")
		})
	}
}

func TestPageNamesEveryFault(t *testing.T) {
	err := report.Page{Sections: []report.Section{{}, {Title: "Told", Parts: []report.Part{nil}}}}.Write(&strings.Builder{})
	var invalid *sp.InvalidError
	require.ErrorAs(t, err, &invalid)
	var paths []string
	for _, f := range invalid.Fields {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{"title", "sections[0].title", "sections[1].parts[0]"}, paths)
	require.ErrorIs(t, report.Page{Title: "Empty"}.Write(&strings.Builder{}), sp.ErrInvalid)
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestPageReturnsTheErrorOfItsWriter(t *testing.T) {
	require.ErrorContains(t, page(t).Write(full{}), "the disk is full")
}

// Whatever stands in a name must stay text.
func TestPageKeepsHostileNamesAsText(t *testing.T) {
	hostile := []string{
		"</svg><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</style></title>", "&lt;b&gt;", "مرحبا بالعالم",
		strings.Repeat("name ", 60), "a\x00b", "{{.Title}}", "<!--", "]]>", "\u202eright to left",
	}
	table := released(t, referred(t, hostile...))
	p := page(t)
	p.Title, p.About = hostile[0], hostile[1]
	p.Basis = []report.Term{{Name: hostile[2], Meaning: hostile[0]}}
	for _, h := range hostile {
		p.Sections = append(p.Sections, report.Section{Title: h, Found: []string{h}, Parts: []report.Part{report.Text(h), report.Terms{{Name: h, Meaning: h}}}})
	}
	p.Sections = append(p.Sections, report.Section{Title: "same"}, report.Section{Title: "Same"},
		report.Section{Title: "Pictures", Parts: []report.Part{report.Picture(funnel(t, table, hostile...)), report.Picture(funnel(t, table, hostile...)), report.Table(table)}})
	html := written(t, p)
	require.NotContains(t, html, "<script")
	require.NotContains(t, html, "<img")
	require.Equal(t, 1, strings.Count(html, "</style>"))
	require.NotContains(t, html, "</style></title>")
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(html, -1) {
		require.False(t, ids[m[1]], "the ID %s stands there twice", m[1])
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(` (?:href="#|aria-labelledby="|aria-describedby=")([^"]*)"`).FindAllStringSubmatch(html, -1) {
		for id := range strings.FieldsSeq(m[1]) {
			require.True(t, ids[id], "nothing has the ID %s", id)
		}
	}
}

func TestWordsOfAnotherLanguageTakeThePlaceOfEnglish(t *testing.T) {
	p := page(t)
	p.Language, p.Words = "cy", report.Words{}
	for key, text := range report.English() {
		for _, name := range regexp.MustCompile(`\{\w+\}`).FindAllString(text, -1) {
			p.Words[key] += name
		}
		p.Words[key] = "\u00a7" + p.Words[key]
	}
	html := written(t, p)
	require.Contains(t, html, `<html lang="cy">`)
	for key, text := range report.English() {
		if len(text) > 20 && !strings.Contains(text, "{") {
			require.NotContains(t, html, text, key)
		}
	}
	delete(p.Words, "found")
	require.Contains(t, written(t, p), ">In short</h2>", "what is missing is English")
}

func BenchmarkPage(b *testing.B) {
	p := page(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Write(&bytes.Buffer{}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestNumbersShowsEachFigureWithItsIntervalOrWhyThereIsNone(t *testing.T) {
	run, err := evaluation.New(evaluation.Options{AsOf: evaluationtest.End}, catalogue.All(catalogue.Standards{})...)
	require.NoError(t, err)
	require.NoError(t, run.Read(t.Context(), (evaluationtest.World{Seed: 1, Referrals: 300}).Log(), nil))
	counts, err := run.Count(t.Context())
	require.NoError(t, err)
	figures, err := export.Figures(counts, export.About{Policy: disclosure.HES()}, run.Indicators()...)
	require.NoError(t, err)
	p := page(t)
	p.Sections = append(p.Sections, report.Section{Title: "All indicators", Parts: []report.Part{report.Numbers(figures)}})
	_, html, _ := strings.Cut(written(t, p), "All indicators</h2>")
	require.Regexp(t, `<th scope="row">contacted within 10 working days</th><td>\d+\.\d % \(\d+\.\d % to \d+\.\d %\)</td><td>\d+ of \d+</td>`, html)
	require.Regexp(t, `<th scope="row">wait to first contact</th><td>\d+ \(\d+ to \d+\), days</td>`, html)
	require.Contains(t, html, "<td>withheld</td>", "why there is no value")

	rows, err := disclosure.NotPeople(export.Rows(func(func([]export.Value, error) bool) {}), "there are none")
	require.NoError(t, err)
	other, err := export.New(export.Schema{Name: "money", Title: "Money", Fields: []export.Field{{Name: "pounds", Type: export.Number, Meaning: "Pounds", Unit: "GBP"}}}, rows)
	require.NoError(t, err)
	p.Sections = []report.Section{{Title: "Money", Parts: []report.Part{report.Numbers(other)}}}
	require.ErrorIs(t, p.Write(&bytes.Buffer{}), sp.ErrInvalid)
}

func TestStandardHasTheBarriersFirstAndWhatTheyMeanLast(t *testing.T) {
	b, err := barriers()
	require.NoError(t, err)
	about := chart.About{Of: "people referred", Source: "an invented log"}
	own := report.Section{Title: "What is missing", Parts: report.Tables()}
	p, err := report.Standard("Sandholme", b, about, catalogue.Headlines(catalogue.Standards{}), own)
	require.NoError(t, err)
	var titles []string
	for _, s := range p.Sections {
		titles = append(titles, s.Title)
	}
	require.Equal(t, []string{"The 25 barriers", "What is missing", "What the indicators mean"}, titles)
	text := written(t, p)
	require.Contains(t, text, "Until "+b.AsOf.String())
	require.Contains(t, text, "There is nothing to count yet")
	require.Contains(t, text, b.Policy)
	require.Len(t, report.Tables(released(t, referred(t, "Bay", "Dale")), released(t, referred(t, "Fell"))), 2)
}
