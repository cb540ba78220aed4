package search

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/internal/words"
)

// The fields of offers that are searched for words.
const (
	inText  = iota // all of [directory.Texts]
	inNames        // the names alone
	fieldCount
)

// fieldTexts returns the texts of a field.
var fieldTexts = [fieldCount]func(o *directory.Offer) []string{
	inText:  directory.Texts,
	inNames: func(o *directory.Offer) []string { return []string{o.Name} },
}

// postings say of each word of all offers in which rows it stands.
type postings struct {
	words []string
	rows  [][]uint32 // of each word, in order
}

// post reads the texts of offers. Each of several goroutines reads a run of rows, so that
// the lists of one are behind those of the other.
func post(rows []*directory.Offer, texts func(*directory.Offer) []string) *postings {
	parts := make([]*lexicon, parallel())
	share := (len(rows) + len(parts) - 1) / len(parts)
	inParallel(len(parts), func(i int) {
		from := min(len(rows), i*share)
		parts[i] = readAll(rows[from:min(len(rows), from+share)], uint32(from), texts)
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

func readAll(rows []*directory.Offer, first uint32, texts func(*directory.Offer) []string) *lexicon {
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
		for _, t := range texts(o) {
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

// having returns the rows with a word for which found is true.
func (p *postings) having(rows int, found func(inText string) bool) set {
	s := make(set, leaves(rows))
	for n, w := range p.words {
		if found(w) {
			for _, row := range p.rows[n] {
				s.add(row)
			}
		}
	}
	return s
}

// textOf returns the words of a field of one offer.
func textOf(o *directory.Offer, field int) string { return words.Text(fieldTexts[field](o)...) }

// asked are the words of a query for one field.
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
