package lab

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/socialprescribing/sp"
)

// A Journal keeps finished runs, a line each, so that a study that was ended goes on where it was
// and one with a policy more plays that policy alone. A run is known by a hash of the scenario,
// the policy, the prices and the seed, and by its number: what was changed in between is run anew.
// It may be used by one study at a time.
type Journal struct {
	mutex sync.Mutex
	to    io.Writer
	runs  map[runKey]sample
	found int
}

type runKey struct {
	of          string
	replication int
}

// A line is a finished run in a journal.
type line struct {
	V           int        `json:"v"`
	Of          string     `json:"of"`
	Replication int        `json:"replication"`
	Values      []*float64 `json:"values"` // null is unknown
}

// NewJournal reads what is done from one end of a file and writes what follows to the other: both
// may be a file that was opened to be read and appended to. A line that was cut off, as by a
// crash, is a run that is played anew; any other that is no run is an error that names it.
func NewJournal(done io.Reader, to io.Writer) (*Journal, error) {
	j := &Journal{to: to, runs: map[runKey]sample{}}
	lines := bufio.NewReader(done)
	for n := 1; ; n++ {
		text, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			if len(text) > 0 { // begin a new line after what was cut off
				_, err := io.WriteString(to, "\n")
				return j, err
			}
			return j, nil
		}
		if err != nil {
			return nil, err
		}
		if len(text) == 1 {
			continue
		}
		var l line
		err = json.NewDecoder(bytes.NewReader(text)).Decode(&l)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			continue // was cut off: that run is played anew
		}
		if err != nil || l.V != 1 || l.Of == "" || l.Replication < 0 {
			return nil, fmt.Errorf("lab: journal: line %d is no finished run: %w", n, sp.ErrInvalid)
		}
		values := make(sample, len(l.Values))
		for i, v := range l.Values {
			if v != nil {
				values[i] = sp.Know(*v)
			}
		}
		j.runs[runKey{l.Of, l.Replication}] = values
	}
}

// find returns a run that is done, of so many values.
func (j *Journal) find(of string, replication, size int) (sample, bool) {
	if j == nil {
		return nil, false
	}
	j.mutex.Lock()
	defer j.mutex.Unlock()
	values, known := j.runs[runKey{of, replication}]
	if known = known && len(values) == size; known {
		j.found++
	}
	return values, known
}

// used returns how many runs were found.
func (j *Journal) used() int {
	if j == nil {
		return 0
	}
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return j.found
}

// keep writes a run down.
func (j *Journal) keep(of string, replication int, values sample) error {
	if j == nil {
		return nil
	}
	l := line{V: 1, Of: of, Replication: replication, Values: make([]*float64, len(values))}
	for i, v := range values {
		if v, known := v.Lookup(); known {
			l.Values[i] = &v
		}
	}
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	j.mutex.Lock()
	defer j.mutex.Unlock()
	j.runs[runKey{of, replication}] = values
	if j.to == nil {
		return nil
	}
	_, err = j.to.Write(append(text, '\n'))
	return err
}
