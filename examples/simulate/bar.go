package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// A bar shows on a terminal how far long work has come, and nowhere else.
type bar struct {
	w       io.Writer // nil unless a terminal
	percent int
}

func newBar(w io.Writer) *bar {
	if file, ok := w.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return &bar{w: w}
		}
	}
	return &bar{}
}

// over returns a progress that draws the bar under a label.
func (b *bar) over(label string) func(done, total int) {
	return func(done, total int) {
		if b.w == nil || total == 0 || done*100/total == b.percent {
			return
		}
		b.percent = done * 100 / total
		b.draw("\r%-8s %s%s %3d %%", label, strings.Repeat("█", b.percent/4), strings.Repeat("░", 25-b.percent/4), b.percent)
	}
}

// done wipes the bar, if there is one.
func (b *bar) done() {
	if b.w != nil {
		b.draw("\r%s\r", strings.Repeat(" ", 50))
	}
	b.w = nil
}

// draw writes to the terminal, and gives up on one that is gone.
func (b *bar) draw(format string, a ...any) {
	if _, err := fmt.Fprintf(b.w, format, a...); err != nil {
		b.w = nil
	}
}
