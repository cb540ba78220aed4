package search

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/internal/words"
)

// Where a query looks for words.
const (
	inText  = iota // in all fields of [directory.Texts]
	inNames        // in the names alone
	scopeCount
)

// fieldsOf are how many fields are looked at, of which names are the first.
var fieldsOf = [scopeCount]int{inText: words.FieldCount, inNames: words.Name + 1}

// postings say of each word of all offers in which rows it stands.
type postings struct {
	words []string
	rows  [][]uint32 // of each word, in order
}

// post reads the texts of offers. Each of several goroutines reads a run of rows, so that
// the lists of one are behind those of the other.
func post(rows []*directory.Offer, field int) *postings {
	parts := make([]*lexicon, parallel())
	share := (len(rows) + len(parts) - 1) / len(parts)
	inParallel(len(parts), func(i int) {
		from := min(len(rows), i*share)
		parts[i] = readAll(rows[from:min(len(rows), from+share)], uint32(from), field)
	})
	all := parts[0]
	for _, more := range parts[1:] {
		for n, w := range more.words {
			at := all.number([]byte(w))
			all.rows[at] = append(all.rows[at], more.rows[n]...)
		}
	}
	p := &postings{words: all.words, rows: all.rows}
	for n := range p.rows {
		p.rows[n] = slices.Clip(p.rows[n])
	}
	return p
}

// A lexicon numbers words. It is a table of open addressing, since a map takes three
// times as long for words that are nearly all there already: most words are no longer
// than eight letters, which are compared as one number.
type lexicon struct {
	postings
	slots []slot
	last  []uint32 // of each word, the row behind the last that has it
	seen  []uint32 // of each word, the number of the last text that was read and has it
}

type slot struct {
	key    uint64 // the first letters
	length uint32
	number uint32 // of the word, and one; 0 is a free slot
}

// long is the number of bytes of a text from which it is sooner found among those that
// were read than read again: the offers of one service have one description.
const long = 100

func readAll(rows []*directory.Offer, first uint32, field int) *lexicon {
	l := &lexicon{slots: make([]slot, 1<<12)}
	var r words.Reader
	row := first
	known := map[string][]uint32{} // the words of a long text
	var numbers []uint32           // of the words of this text
	nth := uint32(0)
	add := func(word []byte) {
		if n := l.number(word); l.seen[n] != nth {
			l.seen[n] = nth
			numbers = append(numbers, n)
		}
	}
	for _, o := range rows {
		for _, t := range directory.Texts(o)[field] {
			all, read := known[t]
			if !read {
				nth++
				numbers = numbers[:0]
				r.Each(t, add)
				all = numbers
			}
			for _, n := range all {
				if l.last[n] != row+1 {
					l.last[n] = row + 1
					l.rows[n] = append(l.rows[n], row)
				}
			}
			if !read && len(t) >= long {
				known[t] = slices.Clone(all)
			}
		}
		row++
	}
	return l
}

// number returns the number of a word, which is a new one if there is none.
func (l *lexicon) number(word []byte) uint32 {
	key, mixed := keyOf(word)
	mask := uint64(len(l.slots) - 1)
	for at := mixed >> 32 & mask; ; at = (at + 1) & mask {
		s := &l.slots[at]
		switch {
		case s.number == 0:
			*s = slot{key, uint32(len(word)), uint32(len(l.words)) + 1}
			l.words, l.rows = append(l.words, string(word)), append(l.rows, nil)
			l.last, l.seen = append(l.last, 0), append(l.seen, 0)
			if 2*len(l.words) > len(l.slots) {
				l.grow()
			}
			return uint32(len(l.words)) - 1
		case s.key == key && s.length == uint32(len(word)) && (len(word) <= 8 || l.words[s.number-1] == string(word)):
			return s.number - 1
		}
	}
}

// keyOf returns the first eight letters of a word as a number, and a hash of all of them.
func keyOf(word []byte) (key, mixed uint64) {
	const odd = 0x9e3779b97f4a7c15 // of the golden section, as Knuth has it for hashing
	if len(word) >= 8 {
		key = binary.LittleEndian.Uint64(word)
		mixed = (key ^ uint64(len(word))) * odd
		return key, (mixed ^ binary.LittleEndian.Uint64(word[len(word)-8:])) * odd
	}
	for i, c := range word {
		key |= uint64(c) << (8 * i)
	}
	return key, (key ^ uint64(len(word))) * odd
}

func (l *lexicon) grow() {
	old := l.slots
	l.slots = make([]slot, 2*len(old))
	mask := uint64(len(l.slots) - 1)
	for _, s := range old {
		if s.number == 0 {
			continue
		}
		_, mixed := keyOf([]byte(l.words[s.number-1]))
		at := mixed >> 32 & mask
		for l.slots[at].number != 0 {
			at = (at + 1) & mask
		}
		l.slots[at] = s
	}
}

// rate gives each row the points of its best word, if they are more than it has.
func (p *postings) rate(best []uint8, points func(inText string) int) {
	for n, w := range p.words {
		if more := uint8(points(w)); more > 0 {
			for _, row := range p.rows[n] {
				best[row] = max(best[row], more)
			}
		}
	}
}

// found answers a word of a text by the rows that have it, or where it is a slip those that have
// one that is one edit away, with the points of each.
func (s *Snapshot) found(key []byte, scope int, word string, slip bool) (a answer, was bool) {
	letter := byte('W')
	if slip {
		letter = 'N'
	}
	return s.kept(append(append(key[:0], letter, byte(scope)), word...), func() answer {
		best := make([]uint8, len(s.offers))
		for field := range fieldsOf[scope] {
			s.text[field]().rate(best, func(inText string) int { return words.Points(field, inText, word, slip) })
		}
		had, points := sliced(best)
		if scope == inNames {
			points = nil
		}
		return answer{had, had, points}
	})
}

// textOf returns the words of one offer in which a query looks.
func textOf(o *directory.Offer, scope int) string {
	var all []string
	for field, texts := range directory.Texts(o) {
		if field < fieldsOf[scope] {
			all = append(all, texts...)
		}
	}
	return words.Text(all...)
}

// asked are the words of a query for one scope.
type asked struct {
	text  string // that the words are of
	words []string
	slips []string // those that no offer has
}

// of reads a text, unless it is the one that was read last.
func (q *asked) of(text string) {
	q.slips = q.slips[:0]
	if q.text != text {
		q.text, q.words = strings.Clone(text), words.Query(text)
	}
}

// in reports whether the words are in those of an offer.
func (q *asked) in(text string) bool {
	for _, w := range q.words {
		if !words.In(text, w) && (!slices.Contains(q.slips, w) || !words.NearIn(text, w)) {
			return false
		}
	}
	return true
}

// points returns those of [directory.Hit.Points].
func (q *asked) points(o *directory.Offer) int {
	var fields [words.FieldCount]string
	for f, texts := range directory.Texts(o) {
		fields[f] = words.Text(texts...)
	}
	sum := 0
	for _, w := range q.words {
		sum += words.PointsIn(fields, w, slices.Contains(q.slips, w))
	}
	return sum
}
