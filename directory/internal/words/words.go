// Package words says when a word that somebody searches for is found in a text. The
// linear index of a directory and the fast one both ask it, so that they agree.
//
// A word is a run of letters and digits of a folded text ([Fold]). A word of a query is
// found in a text that has it, also within a longer word, or that has another form of
// it: "gardening" finds "gardens". A word that no text of a whole directory has is
// taken for a slip of the finger: it finds the words that are one edit away ([Near]).
package words

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Of yields the words of a folded text, in order.
func Of(folded string) iter.Seq[string] {
	return strings.FieldsFuncSeq(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Each calls do with each word of a text that is not folded, in order: those of
// Of(Fold(text)). The word is good until do returns, and is part of buffer, which Each
// returns as it has grown.
func Each(text string, buffer []byte, do func(word []byte)) []byte {
	word := buffer[:0]
	for i := range len(text) {
		if text[i] >= 0x80 {
			for w := range Of(Fold(text)) {
				word = append(word[:0], w...)
				do(word)
			}
			return word
		}
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			word = append(word, c)
		case c >= 'A' && c <= 'Z':
			word = append(word, c+'a'-'A')
		case c == '\'' || c == '`':
		case len(word) > 0:
			do(word)
			word = word[:0]
		}
	}
	if len(word) > 0 {
		do(word)
	}
	return word
}

// Query returns the words that a text asks for, each once, in order.
func Query(text string) []string {
	var asked []string
	seen := map[string]bool{}
	for w := range Of(Fold(text)) {
		if !seen[w] {
			seen[w] = true
			asked = append(asked, w)
		}
	}
	return asked
}

// In reports whether a text that is folded has a word of a query, in this or another
// form of it.
func In(folded, word string) bool {
	if strings.Contains(folded, word) {
		return true
	}
	stem := Stem(word)
	for w := range Of(folded) {
		if w[0] == word[0] && Stem(w) == stem { // no form of a word begins differently
			return true
		}
	}
	return false
}

// Found reports whether a word of a query finds one word of a text: what [In] reports
// where the text is this word alone.
func Found(inText, word string) bool {
	return strings.Contains(inText, word) || inText[0] == word[0] && Stem(inText) == Stem(word)
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

// NearIn reports whether a text that is folded has a word one edit from one of a query.
func NearIn(folded, word string) bool {
	for w := range Of(folded) {
		if Near(w, word) {
			return true
		}
	}
	return false
}
