package sp

import "strings"

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
// [IDRule], and gives nobody away by [PersonIDRule]. An NHS number is one whose ten
// digits pass the check digit, in groups or in one, bare or after a prefix such as
// "nhs:". One in eleven of all numbers of ten digits is, so that those who count people
// by such numbers put a letter in front.
func ValidPersonID[T ~string](id T) bool { return ValidID(id) && !identifying(string(id)) }

// CheckPersonID adds to e what is wrong with id as that of a person, as [ValidPersonID] has it.
func (e *InvalidError) CheckPersonID(id, path string) {
	e.Check(ValidID(id), path, Malformed, IDRule)
	e.Check(!identifying(id), path, Identifying, PersonIDRule)
}

// identifying reports whether an ID is an NHS number or an e-mail address.
func identifying(id string) bool {
	local, domain, at := strings.Cut(strings.ReplaceAll(strings.ToLower(id), "%40", "@"), "@")
	if at && local != "" && strings.Contains(domain, ".") {
		return true
	}
	number := id[strings.LastIndexAny(id, ":/|#=")+1:]
	if prefix := "nhs"; len(number) > len(prefix) && strings.EqualFold(number[:len(prefix)], prefix) {
		number = number[len(prefix):]
	}
	_, err := ParseNHSNumber(strings.NewReplacer(".", "", "_", "", "+", "", "%20", "").Replace(number))
	return err == nil
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
