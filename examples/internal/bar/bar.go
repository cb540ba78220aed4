// Package bar shows on a terminal how far long work has come, and nowhere else: a file, a pipe
// and /dev/null get nothing of it.
package bar

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// A Bar is one line of a terminal, which is drawn over and over.
type Bar struct {
	w       io.Writer // nil unless a terminal, or once it is done
	width   int       // columns of the terminal
	shown   string    // the label and the percent that stand there
	columns int       // that the line takes
}

// New returns a bar on w, if w is a terminal.
func New(w io.Writer) *Bar {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return &Bar{}
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width == 0 {
		width = 80
	}
	return &Bar{w: w, width: width}
}

// Over returns a progress that draws the bar behind a label, once for each percent.
func (b *Bar) Over(label string) func(done, total int) {
	return func(done, total int) {
		if b.w == nil || total <= 0 {
			return
		}
		percent := min(100, max(0, done*100/total))
		if shown := fmt.Sprintf("%-9s %3d %%", label, percent); shown != b.shown {
			b.shown = shown
			b.draw(percent)
		}
	}
}

// Count returns a progress that counts behind a label, for work whose end nobody knows.
func (b *Bar) Count(label string) func(n int) {
	return func(n int) {
		if b.w != nil {
			b.write([]rune(fmt.Sprintf("%s %d", label, n)))
		}
	}
}

// draw draws the bar, as far as there is room for one.
func (b *Bar) draw(percent int) {
	line := []rune(b.shown)
	if room := min(25, b.width-len(line)-2); room >= 4 {
		full := percent * room / 100
		line = append(line, []rune(" "+strings.Repeat("█", full)+strings.Repeat("░", room-full))...)
	}
	b.write(line)
}

// write writes the line, no longer than the terminal is wide: a longer one would stay behind at
// each step. It gives up on a terminal that is gone.
func (b *Bar) write(line []rune) {
	line = line[:min(len(line), max(0, b.width-1))]
	b.columns = max(b.columns, len(line))
	if _, err := fmt.Fprintf(b.w, "\r%s%s", string(line), strings.Repeat(" ", b.columns-len(line))); err != nil {
		b.w = nil
	}
}

// Done wipes the bar, if there is one. What comes after it is left alone.
func (b *Bar) Done() {
	if b.w != nil && b.columns > 0 {
		fmt.Fprintf(b.w, "\r%s\r", strings.Repeat(" ", b.columns)) //nolint:errcheck // a terminal that is gone needs no wiping
	}
	b.w = nil
}
