package bar

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNewDrawsOnNothingButATerminal(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	require.NoError(t, err)
	defer null.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer file.Close()
	require.Nil(t, New(null).w, "/dev/null is a device, and no terminal")
	require.Nil(t, New(file).w)
	require.Nil(t, New(&bytes.Buffer{}).w)
}

func TestBarFitsTheWidthAndIsDrawnOnceForEachPercent(t *testing.T) {
	for _, width := range []int{1, 10, 20, 36, 80, 200} {
		var terminal bytes.Buffer
		b := &Bar{w: &terminal, width: width}
		over := b.Over("reading")
		for n := range 1000 {
			over(n+1, 1000)
		}
		lines := strings.Split(terminal.String(), "\r")[1:]
		require.LessOrEqual(t, len(lines), 101, width)
		for _, l := range lines {
			require.Less(t, len([]rune(l)), max(2, width), "%d: %q", width, l)
		}
		if width >= 80 {
			require.Contains(t, terminal.String(), " 50 % "+strings.Repeat("█", 12)+strings.Repeat("░", 13))
		}
		require.NotContains(t, terminal.String(), "\n")
	}
}

func TestBarCountsWhatHasNoEnd(t *testing.T) {
	for _, width := range []int{1, 10, 80} {
		var terminal bytes.Buffer
		b := &Bar{w: &terminal, width: width}
		b.Count("events")(1)
		b.Count("events")(123_456)
		for _, l := range strings.Split(terminal.String(), "\r")[1:] {
			require.Less(t, len([]rune(l)), max(2, width), "%d: %q", width, l)
		}
		if width == 80 {
			require.Equal(t, "\revents 1\revents 123456", terminal.String())
		}
	}
	(&Bar{}).Count("events")(1) // no terminal hears nothing
}

func TestBarIsWipedAndThenLeavesWhatComesAlone(t *testing.T) {
	var terminal bytes.Buffer
	b := &Bar{w: &terminal, width: 80}
	b.Over("people")(1, 2)
	require.Contains(t, terminal.String(), "50 %")
	b.Done()
	require.True(t, strings.HasSuffix(terminal.String(), " \r"))
	terminal.Reset()
	b.Done()
	b.Over("people")(2, 2)
	require.Empty(t, terminal.String())
}
