package tables

import (
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
)

// A Cell is a number of a table, or the reason why there is none. The zero Cell is unknown.
type Cell struct {
	Number     sp.Known[int64] // from 0 to 1,000,000,000 where it was read
	Suppressed bool            // whether the number was withheld since it is small; without that, a missing number is unknown
}

// Count returns the cell that holds n.
func Count(n int64) Cell { return Cell{Number: sp.Know(n)} }

// Suppressed returns the cell of a number that was withheld since it is small.
func Suppressed() Cell { return Cell{Suppressed: true} }

// suppressed are the marks of a number that is not told, as statistics offices write them:
// NHS England and the Department for Education ("*", "c"), Scotland ("*"), Eurostat ("c").
var suppressed = []string{"*", "c", "[c]", "suppressed"}

// unknown are the marks of a number that nobody has.
var unknown = []string{"", "-", ":", "x", "[x]", "..", "na", "n/a", "unknown"}

// parseCell reads a cell: a whole number of 0 or more, with commas between thousands or
// without, or one of the marks.
func parseCell(text string) (c Cell, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	switch {
	case slices.Contains(suppressed, text):
		return Suppressed(), true
	case slices.Contains(unknown, text):
		return Cell{}, true
	}
	digits := text
	if strings.Contains(text, ",") {
		parts := strings.Split(text, ",")
		for i, part := range parts {
			if i > 0 && len(part) != 3 || i == 0 && (part == "" || len(part) > 3) {
				return Cell{}, false
			}
		}
		digits = strings.Join(parts, "")
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n > most || strings.HasPrefix(digits, "+") {
		return Cell{}, false
	}
	return Count(n), true
}

// most is the greatest number of a cell: what package stat counts exactly.
const most = 1_000_000_000

// The reasons why rows of a table are left out of a figure.
const (
	NotInTable   = "not in the table"
	InSuppressed = "suppressed in the table"
	InUnknown    = "unknown in the table"
	NotStated    = "not stated"
	NobodyThere  = "nobody lives there, by the table"
)

// why returns the reason for which a cell is left out, empty if it has a number.
func (c Cell) why() string {
	switch _, known := c.Number.Lookup(); {
	case known:
		return ""
	case c.Suppressed:
		return InSuppressed
	default:
		return InUnknown
	}
}
