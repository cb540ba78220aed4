package search

import (
	"maps"
	"sync"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// An answer is that of all rows to one part of a query.
type answer struct {
	yes, maybe set   // those that fit; those that fit or do not say
	points     []set // of a word of a text, the points of each row, a set for each binary digit
}

// answers keeps what was answered before. It is copied when something is added, since
// it is read far more often than that.
type answers struct {
	mu   *sync.Mutex
	of   map[string]answer
	room int // sets that may still be added
}

// keptBytes is how much the kept answers may take for each offer.
const keptBytes = 32

func newAnswers(rows int) *answers {
	return &answers{new(sync.Mutex), map[string]answer{}, max(128, keptBytes*rows/(8*max(1, leaves(rows))))}
}

// kept returns the answer with a key, which is worked out if nobody has yet.
func (s *Snapshot) kept(key []byte, work func() answer) (a answer, found bool) {
	now := s.answers.Load()
	if a, ok := now.of[string(key)]; ok {
		return a, true
	}
	a = work()
	now.mu.Lock()
	defer now.mu.Unlock()
	now = s.answers.Load()
	next := &answers{now.mu, maps.Clone(now.of), now.room - 2 - len(a.points)}
	if next.room < 0 { // begin anew, rather than keep account of what was used when
		next = newAnswers(len(s.offers))
		next.mu = now.mu
	}
	next.of[string(key)] = a
	s.answers.Store(next)
	return a, false
}

// judge asks a question once for each statement of a column, and gives each row the
// answer of its statement.
func (s *Snapshot) judge(f Fact, ask func(*directory.Offer) sp.Truth) answer {
	c := &s.columns[f]
	const yes, maybe = 1, 2
	verdicts := make([]uint8, len(c.examples))
	for n, row := range c.examples {
		switch ask(s.offer(row)) {
		case sp.Yes:
			verdicts[n] = yes | maybe
		case sp.Unknown:
			verdicts[n] = maybe
		case sp.No:
		}
	}
	size := leaves(len(c.of))
	a := answer{yes: make(set, size), maybe: make(set, size)}
	for w := range size {
		var y, m uint64
		for i, n := range c.of[w*64 : min(len(c.of), w*64+64)] {
			v := uint64(verdicts[n])
			y |= (v & yes) << i
			m |= (v >> 1) << i
		}
		a.yes[w], a.maybe[w] = y, m
	}
	return a
}
