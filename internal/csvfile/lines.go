package csvfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
)

// longestLine is how many bytes a line may have. A longer one is no line but a
// file that has none.
const longestLine = 16 << 20

// lines are the lines of a text, some of which may be given back.
type lines struct {
	r     *bufio.Reader
	end   byte     // that ends a line
	chunk string   // of the text, not taken yet: lines with their ends, or the end of the text
	ahead []string // given back, the next one last
	n     int      // lines taken
	room  []string // for the fields of further rows
	reuse bool     // that room for each row
	taken []string // room for the lines of a row
	ended bool     // whether more lines were asked for than a sample has

	traits      trait // of the chunk
	traitsOfRow trait // of all that the row which is read may have lines of
}

// cells returns room for the fields of a row. That of many rows is made at once.
func (l *lines) cells(n int) []string {
	const atOnce = 1024
	if l.reuse {
		l.room = slices.Grow(l.room[:0], n)
		return l.room
	}
	if n < 1 || n > atOnce {
		return make([]string, 0, max(n, 4))
	}
	if len(l.room) < n {
		l.room = make([]string, atOnce)
	}
	cells := l.room[:0:n]
	l.room = l.room[n:]
	return cells
}

// next returns the next line without its end.
func (l *lines) next() (string, error) {
	if n := len(l.ahead); n > 0 {
		line := l.ahead[n-1]
		l.ahead = l.ahead[:n-1]
		l.n++
		return line, nil
	}
	if l.chunk == "" {
		if err := l.fill(); err != nil {
			return "", err
		}
	}
	line := l.chunk
	if i := strings.IndexByte(line, l.end); i >= 0 {
		line, l.chunk = line[:i], line[i+1:]
	} else {
		l.chunk = ""
	}
	l.n++
	if l.end == '\n' {
		line = strings.TrimSuffix(line, "\r")
	}
	return line, nil
}

// fill reads the next lines, as many as the buffer holds. They are one text of
// which each line is a part, since a copy of each takes longer than all else.
func (l *lines) fill() error {
	if l.r == nil {
		l.ended = true
		return io.EOF
	}
	head, err := l.r.Peek(headSize)
	n := bytes.LastIndexByte(head, l.end) + 1
	switch {
	case n > 0:
	case err == nil:
		l.chunk, err = l.long()
		l.traits = beyondASCII | zeros | returns // which a line as long as this is looked through for
		l.traitsOfRow |= l.traits
		return err
	case errors.Is(err, io.EOF) && len(head) > 0:
		n = len(head) // the last line has no end
	default:
		return err
	}
	l.chunk = string(head[:n])
	l.traits = traitsOf(head[:n])
	l.traitsOfRow |= l.traits
	_, err = l.r.Discard(n)
	return err
}

// long returns a line that is longer than the buffer.
func (l *lines) long() (string, error) {
	var b strings.Builder
	for {
		part, err := l.r.ReadSlice(l.end)
		b.Write(part)
		if b.Len() > longestLine {
			return "", sp.Issue{Severity: sp.Error, Line: l.n + 1, Code: "not-csv", Detail: "is longer than any line of a table"}
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return b.String(), err
		}
	}
}

// back gives lines back that were taken, to be taken again.
func (l *lines) back(taken []string) {
	l.ahead = slices.Grow(l.ahead, len(taken))
	for _, line := range slices.Backward(taken) {
		l.ahead = append(l.ahead, line)
	}
	l.n -= len(taken)
}
