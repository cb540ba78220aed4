package eventfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/decode"
	"github.com/socialprescribing/sp/store"
)

// longest is how long a line may be.
const longest = 16 << 20

// deepest is how many levels of objects and lists a line may have, which is as many as are read of any JSON.
const deepest = 10_000

// Read yields the events of a file, of which name stands in errors. The first line that is no
// event, such as one that was cut off, ends the range with an [*sp.InvalidError] that names the
// file, the line and every fault by its path, so that nothing is skipped silently: not a member that
// events do not have, nor one that stands there twice. Empty lines are skipped. It can be ranged over once.
func Read(r io.Reader, name string) iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		in := bufio.NewScanner(r)
		in.Buffer(make([]byte, 0, 64<<10), longest)
		known, n := names{}, 0
		for in.Scan() {
			n++
			if len(bytes.TrimSpace(in.Bytes())) == 0 {
				continue
			}
			l, ok := known.plain(in.Bytes())
			if !ok {
				var err error
				if l, err = parse(in.Bytes(), fmt.Sprintf("%s:%d", name, n)); err != nil {
					yield(store.RecordedEvent{}, fmt.Errorf("eventfile: %w", err))
					return
				}
			}
			if !yield(l.event(), nil) {
				return
			}
		}
		if err := in.Err(); errors.Is(err, bufio.ErrTooLong) {
			yield(store.RecordedEvent{}, fmt.Errorf("eventfile: %w", sp.Invalid(fmt.Sprintf("%s:%d", name, n+1), "", sp.WrongLength, fmt.Sprintf("must have at most %d bytes", longest))))
		} else if err != nil {
			yield(store.RecordedEvent{}, fmt.Errorf("eventfile: %s:%d: %w", name, n+1, err))
		}
	}
}

// parse reads a line however it is written, and says what is wrong with one that is no event.
func parse(text []byte, subject string) (line, error) {
	if store.FormOf(text) > form { // whose other members nobody here knows
		return line{}, sp.Invalid(subject, "v", sp.Unsupported, fmt.Sprintf("must be %d, the form that this program reads", form))
	}
	l, err := decode.JSON[line](text, decode.Options{Subject: subject, Bytes: longest, Depth: deepest})
	if broken, ok := errors.AsType[*sp.InvalidError](err); ok {
		for i := range broken.Fields { // of the file it is another line
			broken.Fields[i].Rule = strings.Replace(broken.Fields[i].Rule, "in line 1, column", "at column", 1)
		}
	}
	if err != nil {
		return l, err
	}
	return l, l.check(subject)
}
