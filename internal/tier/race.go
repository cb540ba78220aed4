package tier

import (
	"runtime/debug"
	"slices"
	"testing"
)

// Racing reports whether the race detector is on. It drops at random what a [sync.Pool]
// keeps, so that a test cannot say how much memory is taken.
func Racing() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// Unraced skips a long test while the race detector is on: one that computes in a single
// goroutine, where there is nothing to find. CI runs it once more without the detector.
func Unraced(tb testing.TB) {
	tb.Helper()
	if Racing() {
		tb.Skip("nothing runs at the same time here, and the race detector takes ten times as long")
	}
}
