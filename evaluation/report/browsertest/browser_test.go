// Package browsertest looks at the pages of package report and the pictures of package
// chart in a browser, as those do who read them: by eye, by keyboard, by a screen
// reader, on a telephone and on paper.
package browsertest

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// browser starts one, for the whole of a test, and waits until it is gone.
func browser(tb testing.TB) context.Context {
	tb.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath("chromium-headless-shell"), chromedp.NoSandbox)
	allocated, cancel := chromedp.NewExecAllocator(context.Background(), options...) // that of the test ends before its cleanup
	tb.Cleanup(cancel)
	ctx, _ := chromedp.NewContext(allocated) // Cancel ends it, and waits
	tb.Cleanup(func() { require.NoError(tb, chromedp.Cancel(ctx)) })
	require.NoError(tb, chromedp.Run(ctx), "setup installs the browser")
	return ctx
}

// A screen is what a page is looked at on.
type screen struct {
	name          string
	width, height int64
	scheme        string // of colours
}

var screens = []screen{
	{"a wide screen", 1280, 900, "light"},
	{"a wide dark screen", 1280, 900, "dark"},
	{"a telephone", 360, 740, "light"},
	{"a dark telephone", 360, 740, "dark"},
	{"a small telephone", 320, 568, "light"},
}

// open shows a file on a screen and returns every request that it made for anything else.
func open(tb testing.TB, ctx context.Context, s screen, file string) (others *[]string) {
	tb.Helper()
	path, err := filepath.Abs(file)
	require.NoError(tb, err)
	others = new([]string)
	chromedp.ListenTarget(ctx, func(event any) {
		if r, is := event.(*network.EventRequestWillBeSent); is && r.Request.URL != "file://"+path {
			*others = append(*others, r.Request.URL)
		}
	})
	require.NoError(tb, chromedp.Run(ctx,
		network.Enable(),
		emulation.SetDeviceMetricsOverride(s.width, s.height, 1, s.width < 500),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s.scheme}}),
		chromedp.Navigate("file://"+path),
	))
	return others
}

func evaluate[T any](tb testing.TB, ctx context.Context, script string) (v T) {
	tb.Helper()
	require.NoError(tb, chromedp.Run(ctx, chromedp.Evaluate(script, &v)))
	return v
}
