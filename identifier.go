package sp

// IDRule says what an identifier may look like, in the words of an
// [InvalidError].
const IDRule = "must have from 1 to 200 printable ASCII characters without spaces"

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
