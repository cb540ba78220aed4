package importertest_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/internal/tier"
)

// What is alive at the height counts, also if none of it is left at the end.
func TestPeakIsWhatIsAliveAtTheHeight(t *testing.T) {
	const size = 1 << 22
	text := strings.Repeat("x", size)
	held := importertest.Peak(t, text, func(_ testing.TB, text string) any {
		var all [][]byte
		for range 4 {
			all = append(all, []byte(text))
		}
		for range 20 { // so that it is noted, however busy the machine is
			runtime.GC()
			runtime.Gosched()
		}
		n := 0
		for _, each := range all { // so that all of them are alive until here
			n += len(each)
		}
		return n
	})
	require.InDelta(t, 4*size, held, size/2)
}

// What is thrown away at once does not count, where nobody else needs the machine.
func TestPeakIsNotWhatIsThrownAway(t *testing.T) {
	tier.Need(t, tier.Long)
	const size = 1 << 22
	text := strings.Repeat("x", size)
	thrown := importertest.Peak(t, text, func(_ testing.TB, text string) any {
		n := 0
		for range 64 {
			n += len([]byte(text[:size/16]))
		}
		return n
	})
	require.Less(t, thrown, size)
}
