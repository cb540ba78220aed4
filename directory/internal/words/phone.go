package words

import "strings"

// phone begins the word that a telephone number is: "tel01524400400" for 01524 400400,
// +44 (0)1524 400400 and 01524-400-400. In a query the number alone is enough.
const phone = "tel0"

// A number of the United Kingdom has nine or ten digits behind the 0, an international
// one at most 15 (ITU-T E.164); shorter ones are dialled in few countries.
const (
	fewestUK, mostUK         = 9, 10
	fewestAbroad, mostAbroad = 7, 15
	northAmerican            = 10 // digits, written in groups of 3, 3 and 4
	longestGap               = 3  // characters between two groups of digits: ") ("
	separators               = " ()-./"
	fewestToLookIntoPhones   = 5 // digits; the 50 of "over 50s" is part of no telephone number
	code                     = "44"
)

// phones calls do with each telephone number in a text, as a word that is good until do
// returns, and where it stands.
func (r *Reader) phones(text string, do func(word []byte, from, to int)) {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '+' && !isDigit(c) {
			continue
		}
		if c == '+' || mayBegin(text[i:]) {
			if to := r.number(text[i:]); to > 0 {
				do(r.word, i, i+to)
				i += to - 1
				continue
			}
		}
		for i+1 < len(text) && isDigit(text[i+1]) { // the rest of these digits begins none
			i++
		}
	}
}

// mayBegin passes over most numbers that are none of a telephone: those that begin with
// no 0 and have not three digits.
func mayBegin(s string) bool {
	return s[0] == '0' || len(s) >= northAmerican && isDigit(s[1]) && isDigit(s[2])
}

// number reads the telephone number that s begins with into r.word, and returns where it
// ends, 0 if there is none.
func (r *Reader) number(s string) int {
	plus := s[0] == '+'
	d := &r.run
	d.read(strings.TrimPrefix(s, "+"))
	var skip, least, most int
	switch {
	case plus && d.begins(code), d.begins("00" + code):
		skip, least, most = len(code), fewestUK, mostUK
		if !plus {
			skip += len("00")
		}
		if skip < d.n && d.digit[skip] == '0' { // +44 (0)1524
			skip++
		}
	case plus:
		least, most = fewestAbroad, mostAbroad
	case d.begins("00"):
		skip, least, most = len("00"), fewestAbroad, mostAbroad
	case d.begins("0"):
		skip, least, most = 1, fewestUK, mostUK
	case d.n >= northAmerican && d.end[2] && d.end[5]:
		least, most = northAmerican, northAmerican
	default:
		return 0
	}
	n := min(d.n-skip, most)
	if n < least || !d.end[skip+n-1] {
		return 0
	}
	to := d.at[skip+n-1]
	if plus {
		to++
	}
	r.word = append(append(r.word[:0], phone...), d.digit[skip:skip+n]...)
	return to
}

// A run is digits with no more between them than telephone numbers have.
type run struct {
	n     int
	digit [maxRun]byte
	end   [maxRun]bool // whether a group of digits ends with this one
	at    [maxRun]int  // where it ends
}

const maxRun = mostAbroad + len("0044") + 1

func (r *run) begins(with string) bool { return strings.HasPrefix(string(r.digit[:r.n]), with) }

// read reads the run that s begins with.
func (r *run) read(s string) {
	r.n = 0
	gap := 0
	for i := 0; i < len(s) && r.n < maxRun && gap <= longestGap; i++ {
		switch {
		case isDigit(s[i]):
			r.digit[r.n], r.at[r.n] = s[i], i+1
			r.end[r.n] = i+1 == len(s) || !isDigit(s[i+1])
			r.n++
			gap = 0
		case strings.IndexByte(separators, s[i]) >= 0:
			gap++
		default:
			return
		}
	}
}

func isPhone(word string) bool { return strings.HasPrefix(word, phone) && len(word) > len(phone) }

// isFewDigits reports whether a word is a number of too few digits to be looked for within
// telephone numbers.
func isFewDigits(word string) bool {
	if len(word) >= fewestToLookIntoPhones {
		return false
	}
	for i := range len(word) {
		if !isDigit(word[i]) {
			return false
		}
	}
	return true
}
