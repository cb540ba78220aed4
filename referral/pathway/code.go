package pathway

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
)

// CodeRule says what a code may look like. Events keep nothing but identifiers,
// codes, numbers and times, so that neither a name nor a sentence can end up in
// the log.
const CodeRule = "must be a code of 1 to 64 characters: lower-case letters, digits, hyphen, dot, colon"

// ValidCode reports whether code is a code by [CodeRule].
func ValidCode[T ~string](code T) bool {
	if len(code) == 0 || len(code) > 64 {
		return false
	}
	for i := range len(code) {
		if !inCode(code[i]) {
			return false
		}
	}
	return true
}

func inCode(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == ':'
}

// CheckNeeds notes in e what is wrong with a list of needs: it must not be
// empty, hold anything but codes, or hold one twice.
func CheckNeeds(e *sp.InvalidError, path string, list []needs.Code) {
	e.Check(len(list) > 0, path, "must not be empty")
	for i, n := range list {
		if !ValidCode(n) {
			e.Check(false, fmt.Sprintf("%s[%d]", path, i), CodeRule)
		}
		if slices.Contains(list[:i], n) {
			e.Check(false, fmt.Sprintf("%s[%d]", path, i), "is there twice")
		}
	}
}
