// Package deskbrowser looks at the pages of the desk in a browser, as those do who work with them:
// on a wide screen and on a telephone, by day and by night, by keyboard, by a screen reader, on paper.
// It reads the golden pages of package page, and walks through the desk itself.
package deskbrowser

import (
	"context"
	_ "embed"
	"fmt"
	"net/url"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

//go:embed eyes.js
var eyes string

// A screen is a browser of one test.
type screen struct {
	t   *testing.T
	ctx context.Context
	axe string

	found  int // elements
	mutex  sync.Mutex
	loaded []string // addresses that were asked for
}

// open starts a browser for the whole of a test, and waits until it is gone. No request of it may
// leave the machine.
func open(t *testing.T) *screen {
	t.Helper()
	s := start(t)
	t.Cleanup(func() { require.Empty(t, s.elsewhere(), "no request leaves the machine") })
	return s
}

func start(t *testing.T) *screen {
	t.Helper()
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	require.NoError(t, err, "setup fetches it")
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath("chromium-headless-shell"), chromedp.NoSandbox)
	allocated, cancel := chromedp.NewExecAllocator(context.Background(), options...) // that of the test ends before its cleanup
	t.Cleanup(cancel)
	ctx, _ := chromedp.NewContext(allocated)
	t.Cleanup(func() { require.NoError(t, chromedp.Cancel(ctx)) })
	s := &screen{t: t, ctx: ctx, axe: string(axe)}
	chromedp.ListenTarget(ctx, func(event any) {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			s.loaded = append(s.loaded, e.Request.URL)
		case *network.EventWebSocketCreated:
			s.loaded = append(s.loaded, e.URL)
		}
	})
	require.NoError(t, chromedp.Run(ctx, network.Enable())) // the first starts the browser, and lasts as long
	s.size(1280, 740, "light")
	return s
}

// elsewhere returns what was asked for from another machine.
func (s *screen) elsewhere() (all []string) {
	s.t.Helper()
	s.do(emulation.SetScriptExecutionDisabled(false), chromedp.Navigate("about:blank")) // what is still on its way is told before
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, address := range s.loaded {
		to, err := url.Parse(address)
		if err != nil || to.Scheme != "data" && to.Scheme != "about" && to.Hostname() != "127.0.0.1" {
			all = append(all, address)
		}
	}
	return all
}

func (s *screen) do(actions ...chromedp.Action) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, time.Minute)
	defer cancel()
	require.NoError(s.t, chromedp.Run(ctx, actions...))
}

// size sets how large the screen is, and whether it is day or night.
func (s *screen) size(width, height int64, scheme string) {
	s.t.Helper()
	s.do(emulation.SetDeviceMetricsOverride(width, height, 1, width < 500),
		emulation.SetEmulatedMedia().WithMedia("screen").WithFeatures([]*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}, // or colours are looked at on their way
		}))
}

// to goes to a page and unfolds it.
func (s *screen) to(url string) {
	s.t.Helper()
	s.do(chromedp.Navigate(url))
	s.look()
}

// look unfolds the page that is shown, and opens the eyes.
func (s *screen) look() {
	s.t.Helper()
	ask[any](s, `document.querySelectorAll("details").forEach(d => d.open = true); null`)
	s.see()
}

// see opens the eyes.
func (s *screen) see() {
	s.t.Helper()
	ask[any](s, eyes+"; window.eyes = eyes; null")
}

// ask asks the page something.
func ask[T any](s *screen, script string) (v T) {
	s.t.Helper()
	s.do(chromedp.Evaluate(script, &v, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	return v
}

// barriers are what axe finds of all rules, or of some.
func barriers(rules string) string {
	return `axe.run(document, {resultTypes: ["violations"], runOnly: ` + rules + `})
	.then(r => r.violations.flatMap(v => v.nodes.map(n => "axe: " + v.id + ": " + v.help + ": " + n.html.slice(0, 200))))`
}

// wrong returns everything that is wrong with the page that is shown.
func (s *screen) wrong() []string {
	s.t.Helper()
	return slices.Concat(s.meant(), s.barred(), s.wide(), s.printed())
}

// meant returns what says something else than is meant.
func (s *screen) meant() (all []string) {
	s.t.Helper()
	s.size(1280, 740, "light")
	for _, look := range []string{"red", "follows", "title", "digit", "kept"} {
		all = append(all, ask[[]string](s, "eyes."+look+"()")...)
	}
	return all
}

// barred returns what bars somebody, on a wide screen by day and on a telephone by night.
func (s *screen) barred() []string {
	s.t.Helper()
	s.size(1280, 740, "light")
	ask[any](s, s.axe+"; null")
	day := ask[[]string](s, barriers(`["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`))
	s.size(360, 740, "dark")
	return append(day, ask[[]string](s, barriers(`{type: "rule", values: ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]}`))...) // what hangs on width and light
}

// wide returns what does not fit a screen or a finger, at every width and with text twice as large.
func (s *screen) wide() (all []string) {
	s.t.Helper()
	for _, width := range []int64{320, 360, 640, 1280, 1920} {
		s.size(width, 740, "light")
		for _, w := range ask[[]string](s, "[...eyes.wide(), ...eyes.small()]") {
			all = append(all, fmt.Sprintf("%s at %d px", w, width))
		}
	}
	s.size(1280, 740, "light")
	ask[any](s, `document.documentElement.style.fontSize = "200%"; null`)
	for _, w := range ask[[]string](s, "eyes.wide()") {
		all = append(all, w+" with large text")
	}
	ask[any](s, `document.documentElement.style.fontSize = ""; null`)
	return all
}

// printed returns what paper lacks, or has and needs not.
func (s *screen) printed() []string {
	s.t.Helper()
	s.do(emulation.SetEmulatedMedia().WithMedia("print"))
	all := ask[[]string](s, "eyes.paper()")
	s.size(1280, 740, "light")
	return all
}
