package tables

import (
	"io"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
)

// A List names things, each once: the practices of an area, or the people of whom it is
// known that they have a social need, by their pseudonyms.
type List struct {
	Source string
	IDs    []string
}

// ReadList reads a column of a CSV file as a list. The source must not be empty. It fails
// with an error that is [sp.ErrInvalid], and names every line, if the file is none, or an ID
// is none or comes twice.
func ReadList(r io.Reader, name, column, source string) (List, error) {
	if err := checkSource(source); err != nil {
		return List{}, err
	}
	rows, into, err := lines(r, name, column)
	if err != nil {
		return List{}, err
	}
	l, seen := List{Source: source}, map[string]bool{}
	for _, row := range rows {
		id := row.text(column)
		switch {
		case !sp.ValidID(id):
			into.fault(row, column, "missing-id", sp.IDRule)
		case seen[id]:
			into.fault(row, column, "duplicate-id", "stands twice")
		default:
			seen[id] = true
			l.IDs = append(l.IDs, id)
		}
	}
	return l, into.err(name)
}

// ReachInNeed returns indicator 3: people of a list of those who are known to have a social
// need who were referred, of all on the list. Whoever was referred and is not on it counts
// nowhere.
func ReachInNeed(inNeed List, referred map[string]int64) (evaluation.Figure, error) {
	return inNeed.reached("reach-in-need", "people in need who were referred", "people known to be in need", referred, leaving{})
}

// PracticeCoverage returns indicator 8: practices of a list that referred anybody, of all on
// it. Referrals are counted by practice, with [Denominators]; those of practices that are not
// on the list, or of none that is stated, are told as left out.
func PracticeCoverage(practices List, referrals map[string]int64) (evaluation.Figure, error) {
	out, listed := leaving{}, map[string]bool{}
	for _, id := range practices.IDs {
		listed[id] = true
	}
	for id, n := range referrals {
		switch {
		case listed[id]:
		case id == "" || id == evaluation.UnknownGroup:
			out.add(NotStated, n)
		default:
			out.add(NotInTable, n)
		}
	}
	return practices.reached("practice-coverage", "practices that referred anybody", "practices", referrals, out)
}

func (l List) reached(id, name, of string, counts map[string]int64, out leaving) (evaluation.Figure, error) {
	if err := checkCounts(counts); err != nil {
		return evaluation.Figure{}, err
	}
	var yes int64
	for _, listed := range l.IDs {
		yes += b2i(counts[listed] > 0)
	}
	return out.share(id, name, "", of, yes, int64(len(l.IDs)))
}
