package csvfile

import (
	"bufio"
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
	ahead []string // given back, the next one last
	n     int      // lines taken
}

// next returns the next line without its end.
func (l *lines) next() (string, error) {
	if n := len(l.ahead); n > 0 {
		line := l.ahead[n-1]
		l.ahead = l.ahead[:n-1]
		l.n++
		return line, nil
	}
	if l.r == nil {
		return "", io.EOF
	}
	part, err := l.r.ReadSlice(l.end)
	line := string(part)
	if errors.Is(err, bufio.ErrBufferFull) {
		line, err = l.rest(line)
	}
	if err != nil && (!errors.Is(err, io.EOF) || line == "") {
		return "", err
	}
	l.n++
	line = strings.TrimSuffix(line, string(l.end))
	if l.end == '\n' {
		line = strings.TrimSuffix(line, "\r")
	}
	return line, nil
}

// rest returns a line that began with what the buffer holds of it.
func (l *lines) rest(start string) (string, error) {
	var b strings.Builder
	b.WriteString(start)
	for {
		part, err := l.r.ReadSlice(l.end)
		b.Write(part)
		if b.Len() > longestLine {
			return "", sp.Issue{Severity: sp.Error, Line: l.n + 1, Code: "not-csv", Detail: "is longer than any line of a table"}
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return b.String(), err
		}
	}
}

// back gives lines back that were taken, to be taken again.
func (l *lines) back(taken []string) {
	for _, line := range slices.Backward(taken) {
		l.ahead = append(l.ahead, line)
	}
	l.n -= len(taken)
}
