// Package words says when a word that somebody searches for is found in a text. The
// linear index of a directory and the fast one both ask it, so that they agree.
//
// A word is a run of letters and digits of a folded text ([Fold]). Words with a hyphen
// between them are each a word, and one word together: "well-being" is found by
// "wellbeing", and the other way round. A postcode is its two halves, however it is
// written, and a telephone number is one word (Reader.phones).
//
// A word of a query is found in a text that has it, also within a longer word, or that
// has another form of it: "gardening" finds "gardens". A word that no text of a whole
// directory has is taken for a slip of the finger: it finds the words that are one edit
// away ([Near]).
package words

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Of yields the words of a text that is words already, between spaces: of [Text].
func Of(words string) iter.Seq[string] { return strings.FieldsSeq(words) }

// Text returns the words of texts, in order, with a space between them.
func Text(texts ...string) string {
	var r Reader
	return r.Text(texts...)
}

// A Reader reads texts word by word. It can be used for one text after the other.
type Reader struct {
	word, joined []byte
	run          run
	asked        bool // of a query: what has several forms has one of them
}

// Text is [Text], with what the reader has room for already.
func (r *Reader) Text(texts ...string) string {
	var b strings.Builder
	size := 0
	for _, t := range texts {
		size += len(t) + 1 // most words are as long as they were, with a space behind them
	}
	b.Grow(size)
	for _, t := range texts {
		r.Each(t, func(word []byte) {
			b.Write(word)
			b.WriteByte(' ')
		})
	}
	return b.String()
}

// Each calls do with each word of a text that is not folded. The word is good until do
// returns.
func (r *Reader) Each(text string, do func(word []byte)) {
	if !r.asked {
		r.phones(text, func(number []byte, _, _ int) { do(number) })
	}
	if !isPlain(text) {
		text = Fold(text)
	}
	if cap(r.word) < len(text) {
		r.word = make([]byte, len(text))
	}
	word, n := r.word[:len(text)], 0 // no word is longer
	r.joined = r.joined[:0]
	for i := 0; i < len(text); {
		c := text[i]
		if l := lower[c]; l != 0 {
			word[n] = l
			n++
			i++
			continue
		}
		switch {
		case c == '\'' || c == '`':
		case c >= utf8.RuneSelf && letters(text[i:]) > 0:
			size := letters(text[i:])
			n += copy(word[n:], text[i:i+size])
			i += size
			continue
		case c == '-' && n > 0 && letters(text[i+1:]) > 0:
			do(word[:n])
			r.joined = append(r.joined, word[:n]...)
			n = 0
		case n > 0:
			r.end(word[:n], do)
			n = 0
		}
		i++
	}
	if n > 0 {
		r.end(word[:n], do)
	}
}

// lower has the lower case of the ASCII letters and digits, and 0 for all else.
var lower = func() (table [256]byte) {
	for c := range table {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			table[c] = byte(c)
		case c >= 'A' && c <= 'Z':
			table[c] = byte(c) + 'a' - 'A'
		}
	}
	return table
}()

// end is that of a word, and of those that hyphens join with it.
func (r *Reader) end(word []byte, do func([]byte)) {
	n := 0
	if len(word) >= shortestPostcode && len(word) <= longestPostcode {
		n = outward(word)
	}
	if n > 0 {
		do(word[:n])
		do(word[n:])
	}
	if n == 0 || !r.asked {
		do(word)
	}
	if len(r.joined) > 0 && !r.asked {
		r.joined = append(r.joined, word...)
		do(r.joined)
	}
	r.joined = r.joined[:0]
}

// Letters and digits of a postcode: from M1 1AE to EC1A 1BB.
const (
	shortestPostcode = 5
	longestPostcode  = 7
)

// letters returns how many bytes the letter or digit takes that a text begins with, and
// 0 if it begins with another character.
func letters(s string) int {
	if s == "" {
		return 0
	}
	r, size := rune(s[0]), 1
	if r >= utf8.RuneSelf {
		r, size = utf8.DecodeRuneInString(s)
	}
	if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
		return 0
	}
	return size
}

// isPlain reports whether a text needs no folding but that of capitals.
func isPlain(s string) bool {
	entity := false
	for i := range len(s) {
		switch {
		case s[i] >= utf8.RuneSelf:
			return false
		case s[i] == '&':
			entity = true
		case s[i] == ';' && entity:
			return false
		}
	}
	return true
}

// outward returns the number of letters and digits of the first half of a word that is a
// whole postcode, and otherwise 0.
func outward(w []byte) int {
	n := len(w) - 3
	if !isDigit(w[n]) || isDigit(w[n+1]) || isDigit(w[n+2]) || isDigit(w[0]) || !isDigit(w[1]) && (n < 3 || !isDigit(w[2])) {
		return 0
	}
	for _, c := range w {
		if c >= utf8.RuneSelf {
			return 0
		}
	}
	return n
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// Query returns the words that a text asks for, each once, in order.
func Query(text string) []string {
	var asked []string
	seen := map[string]bool{}
	add := func(word []byte) {
		if w := string(word); !seen[w] {
			seen[w] = true
			asked = append(asked, w)
		}
	}
	var numbers Reader
	r := Reader{asked: true}
	last := 0
	numbers.phones(text, func(number []byte, from, to int) {
		r.Each(text[last:from], add)
		add(number[len(phone):])
		last = to
	})
	r.Each(text[last:], add)
	return asked
}

// In reports whether a text, as [Text] returns it, has a word of a query, in this or another
// form of it.
func In(folded, word string) bool {
	if isFewDigits(word) {
		for w := range Of(folded) {
			if Found(w, word) {
				return true
			}
		}
		return false
	}
	return strings.Contains(folded, word) || hasForm(folded, word)
}

// hasForm reports whether a text has another form of a word. All that a stem changes of a
// word is its end and the letter before it, and what begins otherwise is passed over.
func hasForm(folded, word string) bool {
	stem := Stem(word)
	beginning := word[:max(1, len(stem)-1)]
	for {
		i := strings.Index(folded, beginning)
		if i < 0 {
			return false
		}
		begins := i == 0 || folded[i-1] == ' '
		w, rest, _ := strings.Cut(folded[i:], " ")
		if begins && Stem(w) == stem {
			return true
		}
		folded = rest
	}
}

// Found reports whether a word of a query finds one word of a text: what [In] reports
// where the text is this word alone.
func Found(inText, word string) bool {
	if strings.Contains(inText, word) {
		return !isPhone(inText) || !isFewDigits(word)
	}
	return inText[0] == word[0] && Stem(inText) == Stem(word)
}

// How a word of a query is found in a text, each better than those before it.
const (
	notFound = iota
	within   // within a longer word, or one edit away where no text has the word
	begins   // at the beginning of a longer word
	inForm   // in another form: "gardens" for "gardening"
	asAsked  // as it was asked
)

// match returns how well a word of a query finds one word of a text: above 0 where [Found]
// is true.
func match(inText, word string) int {
	if !Found(inText, word) {
		return notFound
	}
	inText = strings.TrimPrefix(inText, phone)
	switch {
	case inText == word:
		return asAsked
	case Stem(inText) == Stem(word):
		return inForm
	case strings.HasPrefix(inText, word):
		return begins
	}
	return within
}

// The fields of an offer that are searched, as package directory has them.
const (
	Name        = iota // of the service
	Around             // who provides it and where, with postcode and telephone numbers
	Description        // what is said of it
	FieldCount
)

// weights are what a word counts in each field.
var weights = [FieldCount]int{Name: 3, Around: 2, Description: 1}

// MostPoints is the most that [Points] returns: for a word that stands in a name as it was
// asked.
const MostPoints = 3 * asAsked

// Points returns for how much it counts that a word of a query finds a word of a text in a
// field: the weight of the field times 4 where the word is as it was asked, 3 in another form, 2 at the
// beginning of a longer word, and 1 within one, or one edit away if slip says that no text
// has the word. It is 0 where it is not found.
func Points(field int, inText, word string, slip bool) int {
	m := match(inText, word)
	if m == notFound && slip && Near(inText, word) {
		m = within
	}
	return weights[field] * m
}

// PointsIn returns the points of the best place of a word in the fields of an offer, each as
// [Text] returns it.
func PointsIn(fields [FieldCount]string, word string, slip bool) int {
	best := 0
	for f, folded := range fields {
		for w := range Of(folded) {
			best = max(best, Points(f, w, word, slip))
		}
	}
	return best
}

// shortest is the number of letters from which a word may have a slip in it. Shorter
// words are one edit from too many others.
const shortest = 5

// Near reports whether a word of a text is one edit from a word of a query: a letter
// more, one less, another, or two neighbours swapped. The first letter is not forgiven,
// nor is anything in words with digits, which are numbers and postcodes, or in words of
// fewer than five letters.
func Near(inText, word string) bool {
	if inText[0] != word[0] || strings.ContainsAny(word, "0123456789") || utf8.RuneCountInString(word) < shortest {
		return false
	}
	a, b := inText, word
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	switch la, lb := utf8.RuneCountInString(a), utf8.RuneCountInString(b); {
	case la <= 1 && lb <= 1:
		return true
	case la == 2 && lb == 2 && len(a) == len(b):
		_, first := utf8.DecodeRuneInString(a)
		_, last := utf8.DecodeRuneInString(b)
		return a[:first] == b[last:] && a[first:] == b[:last]
	}
	return false
}

// NearIn reports whether a text, as [Text] returns it, has a word one edit from one of a query.
func NearIn(folded, word string) bool {
	for w := range Of(folded) {
		if Near(w, word) {
			return true
		}
	}
	return false
}
