package importertest

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"testing"
)

// Peak returns how many bytes of heap are alive at the height of reading a text, its
// result among them and the text itself not. The collector runs whenever the heap has
// grown by a twentieth, and what it found alive is noted each time; so the figure is at
// most so much too low, and never too high by what nobody needs any more.
func Peak(tb testing.TB, text string, read func(tb testing.TB, text string) any) int {
	tb.Helper()
	const twentieth = 5
	defer debug.SetGCPercent(debug.SetGCPercent(twentieth))
	for range 2 { // what tests before this one left in pools goes with the second collection
		runtime.GC()
	}
	before := alive()
	var most atomic.Int64
	var stopped atomic.Bool
	note := func() { most.Store(max(most.Load(), alive())) }
	watch(note, &stopped)
	result := read(tb, text)
	runtime.GC()
	note()
	stopped.Store(true)
	runtime.KeepAlive(result)
	runtime.KeepAlive(text)
	return int(most.Load() - before)
}

// watch calls note after each collection until it is stopped.
func watch(note func(), stopped *atomic.Bool) {
	type sentinel struct{ _ [16]byte }
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
		if !stopped.Load() {
			note()
			watch(note, stopped)
		}
	})
}

// alive returns how many bytes the last collection found alive.
func alive() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}
