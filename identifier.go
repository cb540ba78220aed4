package sp

// What identifiers and codes may look like, in the words of an [InvalidError].
const (
	IDRule   = "must have from 1 to 200 printable ASCII characters without spaces"
	CodeRule = "must be a code of 1 to 64 characters: lower-case letters, digits, hyphen, dot, colon"
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
