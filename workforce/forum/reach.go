package forum

import (
	"cmp"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/workforce"
)

// Uninvited returns the meetings, past or to come, to which no link worker was invited, in the
// order of their days. Those that did not take place are not among them.
func Uninvited(all []Meeting) []Meeting {
	var without []Meeting
	for _, m := range all {
		if !m.Off && !m.has(sp.RoleLinkWorker) {
			without = append(without, m)
		}
	}
	slices.SortFunc(without, func(a, b Meeting) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.ID, b.ID)) })
	return without
}

// An Absence is why the meetings of a period did not reach a partner.
type Absence string

// The ways in which the meetings of a period can miss a partner.
const (
	NotInvited Absence = "not-invited" // to any meeting, whether they came or not
	DidNotCome Absence = "did-not-come"
	Unknown    Absence = "unknown" // invited, and nobody has said whether they came
)

// A Missed is a partner whom the meetings of a period did not reach.
type Missed struct {
	Partner string  `json:"partner"`
	Absence Absence `json:"absence"`
}

// Unseen returns the partners, by their IDs, whom no meeting of a period reached, in the order
// in which they were given.
func Unseen(all []Meeting, partners []string, during sp.Period) []Missed {
	var missed []Missed
	for _, p := range partners {
		if a := absence(all, p, during); a != "" {
			missed = append(missed, Missed{p, a})
		}
	}
	return missed
}

// absence is empty for a partner who was invited to a meeting and came to it.
func absence(all []Meeting, partner string, during sp.Period) Absence {
	found := NotInvited
	for _, m := range all {
		if m.Off || !during.Contains(m.On) {
			continue
		}
		for _, i := range m.Invited {
			switch {
			case i.Who != partner || i.On.IsZero():
			case i.Came == sp.Yes:
				return ""
			case !i.Came.Known():
				found = Unknown
			case found == NotInvited:
				found = DidNotCome
			}
		}
	}
	return found
}

// Reach returns indicator 69: partners who were invited to a meeting of a period, a quarter
// say, and came to it, of all partners. Those of whom nobody has said whether they came are
// excluded. A period without both ends is refused, and a partner who is named twice.
func Reach(all []Meeting, partners []string, during sp.Period) (workforce.Figure, error) {
	if _, err := workforce.DaysOf(during); err != nil {
		return workforce.Figure{}, err
	}
	seen := map[string]bool{}
	yes, of, excluded := 0, 0, 0
	for _, p := range partners {
		if seen[p] {
			return workforce.Figure{}, sp.Invalid("forum: reach", "partners", sp.Duplicate, "must be there once each")
		}
		seen[p] = true
		switch absence(all, p, during) {
		case "":
			yes++
			of++
		case Unknown:
			excluded++
		case NotInvited, DidNotCome:
			of++
		}
	}
	return workforce.Share(69, "partners who were invited to a forum and came", "partners", yes, of, excluded), nil
}
