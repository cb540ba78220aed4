package sp

import (
	"strings"
	"unicode"
)

// What identifiers and codes may look like, in the words of an [InvalidError].
const (
	IDRule       = "must have from 1 to 200 printable ASCII characters without spaces"
	PersonIDRule = "must be neither an NHS number nor an e-mail address: records and logs keep it for ever"
	CodeRule     = "must be a code of 1 to 64 characters: lower-case letters, digits, hyphen, dot, colon"
)

// ValidID reports whether id is an identifier by [IDRule]. Identifiers stay in
// logs that nobody can rewrite, so they must not have room for a sentence.
func ValidID[T ~string](id T) bool {
	if len(id) == 0 || len(id) > 200 {
		return false
	}
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return false
		}
	}
	return true
}

// ValidPersonID reports whether id can stand for a person: it is an identifier by
// [IDRule], and identifies nobody by itself ([PersonIDRule]). An NHS number is one
// whose ten digits pass the check digit, in groups or in one, bare or after a prefix
// such as "nhs:". One in eleven of all ten-digit numbers passes by chance, so a scheme
// that numbers people with ten digits should put a letter in front.
func ValidPersonID[T ~string](id T) bool { return ValidID(id) && !identifying(string(id)) }

// CheckID adds a [Field] for path unless id is an identifier ([ValidID]).
func (e *InvalidError) CheckID(id, path string) { e.Check(ValidID(id), path, Malformed, IDRule) }

// CheckOptionalID is [InvalidError.CheckID], but accepts the empty string too, which names
// nothing.
func (e *InvalidError) CheckOptionalID(id, path string) {
	e.Check(id == "" || ValidID(id), path, Malformed, IDRule)
}

// CheckPersonID adds a [Field] for path unless id can stand for a person ([ValidPersonID]).
func (e *InvalidError) CheckPersonID(id, path string) {
	e.CheckID(id, path)
	e.Check(!identifying(id), path, Identifying, PersonIDRule)
}

// identifying reports whether an ID is an NHS number or an e-mail address. Every command
// asks it, so it allocates nothing where an ID has no %40.
func identifying(id string) bool {
	local, domain, at := strings.Cut(strings.ReplaceAll(id, "%40", "@"), "@")
	if at && local != "" && strings.Contains(domain, ".") {
		return true
	}
	number := id[strings.LastIndexAny(id, ":/|#=")+1:]
	if prefix := "nhs"; len(number) > len(prefix) && strings.EqualFold(number[:len(prefix)], prefix) {
		number = number[len(prefix):]
	}
	return grouped(number)
}

// grouped reports whether s is an NHS number, with whatever stands between its digits in
// IDs and addresses: white space, hyphens, dots, underscores, plus signs and %20.
func grouped(s string) bool {
	var digits [10]byte
	n, skip := 0, 0
	for i, c := range s {
		switch {
		case skip > 0:
			skip--
		case c >= '0' && c <= '9':
			if n == len(digits) {
				return false
			}
			digits[n] = byte(c)
			n++
		case strings.HasPrefix(s[i:], "%20"):
			skip = len("20")
		case !strings.ContainsRune("-._+", c) && !unicode.IsSpace(c):
			return false
		}
	}
	return n == len(digits) && digits != noNHSNumber && checked(digits)
}

// ValidCode reports whether code is a code by [CodeRule]: the name of a kind of thing, such
// as a need or a reason. Events keep nothing but identifiers, codes, numbers and
// times, so that neither a name nor a sentence can end up in the log.
func ValidCode[T ~string](code T) bool {
	if len(code) == 0 || len(code) > 64 {
		return false
	}
	for i := range len(code) {
		c := code[i]
		letter := c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
		if !letter && c != '-' && c != '.' && c != ':' {
			return false
		}
	}
	return true
}
