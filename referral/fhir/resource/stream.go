package resource

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/socialprescribing/sp"
)

// maxLine is how long a line of a stream may be: what is longer is no resource that
// anybody wrote on purpose.
const maxLine = 16 << 20

// Lines reads one resource a line (NDJSON), as bulk exports write them, however many there
// are. Blank lines and both kinds of line end are tolerated. A line that cannot be read is
// yielded as an error with its number, which is [sp.ErrInvalid], and reading goes on: one
// bad line of a million is one loss. A failure of r, or a line of more than 16 MB, is the
// last that is yielded. Each object has memory of its own.
func Lines(r io.Reader) iter.Seq2[*Object, error] {
	return func(yield func(*Object, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(make([]byte, 0, 64<<10), maxLine)
		n := 0
		for lines.Scan() {
			n++
			line := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte(byteOrderMark)))
			if len(line) == 0 {
				continue
			}
			o, err := Parse(bytes.Clone(line))
			if err != nil {
				err = fmt.Errorf("resource: line %d: %w", n, err)
			}
			if !yield(o, err) {
				return
			}
		}
		switch err := lines.Err(); {
		case errors.Is(err, bufio.ErrTooLong):
			yield(nil, sp.Invalid("resource: read lines", fmt.Sprintf("line %d", n+1), sp.OutOfRange, "must not be longer than 16 MB"))
		case err != nil:
			yield(nil, fmt.Errorf("resource: read lines: line %d: %w", n+1, err))
		}
	}
}

// WriteLines writes resources, one a line. It stops at the first error, of the sequence or
// of w, and returns it.
func WriteLines(w io.Writer, resources iter.Seq2[*Object, error]) error {
	out := bufio.NewWriter(w)
	var line []byte
	for o, err := range resources {
		if err != nil {
			return errors.Join(err, out.Flush())
		}
		line = append(oneLine(line[:0], o), '\n')
		if _, err := out.Write(line); err != nil {
			return fmt.Errorf("resource: write lines: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("resource: write lines: %w", err)
	}
	return nil
}

// oneLine appends an object without line breaks. Within strings JSON has none, so that each
// is white space.
func oneLine(b []byte, o *Object) []byte {
	start := len(b)
	b = o.Append(b)
	for i := start; i < len(b); i++ {
		if b[i] == '\n' || b[i] == '\r' {
			b[i] = ' '
		}
	}
	return b
}
