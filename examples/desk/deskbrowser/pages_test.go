// Package deskbrowser looks at the pages of the desk in a browser, as those do who work with them:
// on a wide screen and on a telephone, by day and by night, by keyboard, by a screen reader, on paper.
// It reads the golden pages of package page.
package deskbrowser

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// browser starts one, for the whole of a test, and waits until it is gone.
func browser(t *testing.T) context.Context {
	t.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath("chromium-headless-shell"), chromedp.NoSandbox)
	allocated, cancel := chromedp.NewExecAllocator(context.Background(), options...) // that of the test ends before its cleanup
	t.Cleanup(cancel)
	ctx, _ := chromedp.NewContext(allocated)
	t.Cleanup(func() { require.NoError(t, chromedp.Cancel(ctx)) })
	require.NoError(t, chromedp.Run(ctx, network.Enable()), "setup installs the browser")
	return ctx
}

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
	mux.Handle("/", http.FileServer(http.Dir("../page/testdata")))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server, names
}

func evaluate[T any](t *testing.T, ctx context.Context, script string) (v T) {
	t.Helper()
	require.NoError(t, chromedp.Run(ctx, chromedp.Evaluate(script, &v, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) })))
	return v
}

func look(t *testing.T, ctx context.Context, url string, width int64, scheme string) {
	t.Helper()
	require.NoError(t, chromedp.Run(ctx,
		emulation.SetDeviceMetricsOverride(width, 740, 1, width < 500),
		emulation.SetEmulatedMedia().WithMedia("screen").WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
		chromedp.Navigate(url),
	))
	evaluate[any](t, ctx, `document.querySelectorAll("details").forEach(d => d.open = true); null`)
}

// What is smaller than a finger: every control, but for links within a sentence.
const small = `[...document.querySelectorAll("a, button, select, summary, textarea, input:not([type=hidden])")].filter(e => e.checkVisibility() && !e.matches(".skip")).map(e => {
	const box = (e.matches("input[type=radio], input[type=checkbox]") ? (e.closest("label, .choice") || e) : e).getBoundingClientRect()
	return box.width < 43.9 || box.height < 43.9 ? e.outerHTML.slice(0, 90) + " " + Math.round(box.width) + "x" + Math.round(box.height) : ""
}).filter(Boolean)`

const wide = `document.documentElement.scrollWidth - document.documentElement.clientWidth`

func TestPagesAreForEverybody(t *testing.T) {
	ctx := browser(t)
	server, names := pages(t)
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	require.NoError(t, err, "setup fetches it")
	var elsewhere []string
	chromedp.ListenTarget(ctx, func(event any) {
		if r, is := event.(*network.EventRequestWillBeSent); is && !strings.HasPrefix(r.Request.URL, server.URL) && !strings.HasPrefix(r.Request.URL, "data:") {
			elsewhere = append(elsewhere, r.Request.URL)
		}
	})
	for _, name := range names {
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int64{1280, 360} {
				t.Run(name+" in "+scheme, func(t *testing.T) {
					look(t, ctx, server.URL+"/"+name, width, scheme)
					evaluate[any](t, ctx, string(axe)+"; null")
					require.Empty(t, evaluate[[]string](t, ctx, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
						.then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + v.help + ": " + n.html.slice(0, 200))))`))
				})
			}
		}
	}
	require.Empty(t, elsewhere, "no request leaves the machine")
}

func TestPagesFitEveryScreen(t *testing.T) {
	ctx := browser(t)
	server, names := pages(t)
	for _, name := range names {
		for _, width := range []int64{320, 360, 640, 1280, 1920} {
			look(t, ctx, server.URL+"/"+name, width, "light")
			require.LessOrEqual(t, evaluate[int](t, ctx, wide), 0, "%s is wider than %d px", name, width)
			require.Empty(t, evaluate[[]string](t, ctx, small), "%s at %d px", name, width)
		}
	}
}

func TestPagesPrintWhatTheyShow(t *testing.T) {
	ctx := browser(t)
	server, names := pages(t)
	for _, name := range names {
		require.NoError(t, chromedp.Run(ctx, chromedp.Navigate(server.URL+"/"+name), emulation.SetEmulatedMedia().WithMedia("print")))
		require.Empty(t, evaluate[[]string](t, ctx, `[...document.querySelectorAll(".tag, details > *:not(summary)")].filter(e => !e.checkVisibility() || e.getBoundingClientRect().height == 0).map(e => e.outerHTML.slice(0, 80))`), "%s hides on paper what it shows", name)
		require.Empty(t, evaluate[[]string](t, ctx, `[...document.querySelectorAll("button, .btn")].filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 80))`), "%s prints buttons", name)
	}
}

func TestVeilHidesNamesAndNothingElse(t *testing.T) {
	ctx := browser(t)
	server, _ := pages(t)
	look(t, ctx, server.URL+"/today.html", 1280, "light")
	colour := func(of string) string {
		return evaluate[string](t, ctx, `getComputedStyle(document.querySelector("`+of+`")).color`)
	}
	require.NotEqual(t, "rgba(0, 0, 0, 0)", colour("h3 .name"))
	require.NoError(t, chromedp.Run(ctx, chromedp.Click("#veil")))
	require.Equal(t, "rgba(0, 0, 0, 0)", colour("h3 .name"))
	require.Equal(t, "rgba(0, 0, 0, 0)", colour("h1"))
	require.NotEqual(t, "rgba(0, 0, 0, 0)", colour(".day p"), "why now is still read")
}

// Red is for danger to a person and for an input to put right.
func TestRedIsForDanger(t *testing.T) {
	ctx := browser(t)
	server, names := pages(t)
	for _, name := range names {
		look(t, ctx, server.URL+"/"+name, 1280, "light")
		red := evaluate[int](t, ctx, `[...document.querySelectorAll("*")].filter(e => getComputedStyle(e).backgroundColor == "rgb(155, 28, 20)" && !e.matches(".tag.risk, .btn.risk, button.risk")).length`)
		require.Zero(t, red, name)
	}
	look(t, ctx, server.URL+"/board.html", 1280, "light")
	require.Zero(t, evaluate[int](t, ctx, `document.querySelectorAll(".risk").length`), "a bad number is no danger")
}

// What finds nothing anywhere finds nothing here either.
func TestBrowserFindsWhatIsWrong(t *testing.T) {
	ctx := browser(t)
	bad := filepath.Join(t.TempDir(), "bad.html")
	require.NoError(t, os.WriteFile(bad, []byte(`<html><title>bad</title><body><img src="x.png"><p style="color:#ddd;background:#fff;width:2000px">pale</p><button>x</button>`), 0o600))
	look(t, ctx, "file://"+bad, 360, "light")
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	require.NoError(t, err, "setup fetches it")
	evaluate[any](t, ctx, string(axe)+"; null")
	require.Subset(t, evaluate[[]string](t, ctx, `axe.run(document).then(r => r.violations.map(v => v.id))`), []string{"image-alt", "html-has-lang", "color-contrast"})
	require.Positive(t, evaluate[int](t, ctx, wide))
	require.Len(t, evaluate[[]string](t, ctx, small), 1)
}
