package tier

import (
	"runtime/debug"
	"slices"
)

// Racing reports whether the race detector is on. It drops at random what a [sync.Pool]
// keeps, so that a test cannot say how much memory is taken.
func Racing() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
