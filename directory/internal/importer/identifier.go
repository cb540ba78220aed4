package importer

import (
	"regexp"
	"strings"

	"github.com/socialprescribing/sp"
)

// numbered is a whole number as spreadsheets and pandas write it where a column has
// gaps, and guid a UUID as other programs write it.
var (
	numbered = regexp.MustCompile(`^\d{1,18}\.0{1,6}$`)
	guid     = regexp.MustCompile(`^\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?$`)
)

// Canonical returns an identifier in the form by which identifiers are compared.
func Canonical(source string) string { return canonical(strings.TrimSpace(source)) }

// canonical returns an identifier in the form by which identifiers are compared: 2.0
// is 2, and the letters of a UUID are in lower case (RFC 9562, section 4).
func canonical(source string) string {
	switch n := len(source); {
	case n == 0:
	case source[n-1] == '0' && n > 2 && numbered.MatchString(source):
		whole, _, _ := strings.Cut(source, ".")
		return whole
	case (n == 36 || n == 38) && (source[0] == '{' || strings.ToLower(source) != source) && guid.MatchString(source):
		return strings.ToLower(strings.Trim(source, "{}"))
	}
	return source
}

// longestOrdinary is how many bytes an identifier has at most that stands in an ID as it is.
const longestOrdinary = 36

// isOrdinary reports whether an identifier stands in an ID as it is written, and in no
// other form: it has lower letters, figures and hyphens alone.
func isOrdinary(source string) bool {
	for i := range len(source) {
		if c := source[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return source != "" && len(source) <= longestOrdinary
}

// canonical returns an identifier in the form by which identifiers are compared, and
// notes once for each file that it was in another.
func (im *Importer) canonical(source string) string {
	same := canonical(source)
	if same != source {
		im.once("identifiers of "+im.file, func() {
			im.report(sp.Note, source, "", "id-form", "identifiers are written as numbers with decimals, or as UUIDs in capitals; they are compared without these")
		})
	}
	return same
}
