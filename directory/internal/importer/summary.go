package importer

import "strings"

// isSummary reports whether a row of a table is none of a record: it sums up others
// ("Total:", and nothing but numbers), or is a note beneath them that stands alone in its
// row. What is behind an identifier is called so by somebody.
func isSummary(fields []string, columns int) bool {
	label, more, figuresOnly := "", false, true
	for _, f := range fields {
		switch f = strings.TrimSpace(f); {
		case f == "":
		case label == "":
			if !mayBeSummary(f) {
				return false
			}
			label = f
		default:
			more, figuresOnly = true, figuresOnly && isFigure(f)
		}
	}
	return label != "" && (figuresOnly && isTotal(label) || !more && columns > 2 && isFootnote(label))
}

// mayBeSummary reports whether a text begins as one of those below, which hardly any does.
func mayBeSummary(s string) bool {
	return strings.IndexByte("tgsonlcdpTGSONLCDP*\xC2", s[0]) >= 0
}

// isTotal reports whether a text is what people write before a sum.
func isTotal(s string) bool {
	if len(s) > longestPhrase {
		return false
	}
	s = strings.TrimRight(phrase(s), "0123456789,.:= ")
	switch strings.ReplaceAll(s, "-", " ") {
	case "total", "totals", "grand total", "overall total", "sub total", "subtotal", "sum", "count", "total number", "number of services", "number of groups", "number of records",
		"total services", "total groups", "total activities", "total organisations", "total records", "total rows", "total number of services", "total number of groups":
		return true
	}
	return false
}

// isFigure reports whether a text is a number as sheets have them, or a sign in place of one.
func isFigure(s string) bool { return strings.Trim(s, "0123456789.,%+-() £$€") == "" }

// footnotes are how notes beneath a table begin.
var footnotes = []string{
	"source:", "sources:", "note:", "notes:", "n.b.", "nb:", "last updated", "last update:", "updated:", "data correct", "correct as of", "correct at", "data as at", "contains public sector information",
	"contains os data", "copyright", "©", "end of list", "end of report", "end of table", "* ", "disclaimer:", "please note",
}

// isFootnote reports whether a text that stands alone in its row is a note beneath a table.
func isFootnote(s string) bool {
	s = strings.ToLower(s[:min(len(s), longestPhrase)])
	if number, ok := strings.CutPrefix(s, "page "); ok {
		return number != "" && number[0] >= '0' && number[0] <= '9' // there are halls called Page
	}
	for _, begins := range footnotes {
		if strings.HasPrefix(s, begins) {
			return true
		}
	}
	return false
}
