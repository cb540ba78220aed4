package placement

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// FieldAdjustment is the field of an [Item] that discloses a reasonable adjustment that the
// person needs, by its code.
const FieldAdjustment = "adjustment"

// AdjustmentsNoted says which reasonable adjustments that the person had asked for were there.
type AdjustmentsNoted struct {
	Met    []string `json:"met,omitempty"`    // by code, as in package person
	NotMet []string `json:"notMet,omitempty"` // likewise
}

// EventType returns the stored name.
func (AdjustmentsNoted) EventType() store.EventType { return EventAdjustmentsNoted }

func (AdjustmentsNoted) apply(*Placement, sp.Stamp) {}

// NoteAdjustments records which reasonable adjustments that the person had asked for were
// there and which were not, by code. Noted again, the later word counts for each of them.
func (p *Placement) NoteAdjustments(a AdjustmentsNoted, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(len(a.Met)+len(a.NotMet) > 0, "met", sp.Missing, "must name an adjustment, here or in notMet")
	checkCodes(&e, "met", a.Met)
	checkCodes(&e, "notMet", a.NotMet)
	for i, code := range a.NotMet {
		if slices.Contains(a.Met, code) {
			e.Check(false, fmt.Sprintf("notMet[%d]", i), sp.Inconsistent, "must not be among those that were met")
		}
	}
	return p.do(NoteAdjustments, s, e.Fields, AdjustmentsNoted{slices.Clone(a.Met), slices.Clone(a.NotMet)})
}

// checkCodes notes which of some codes are none, or are there twice.
func checkCodes(e *sp.InvalidError, path string, codes []string) {
	for i, code := range codes {
		e.Check(sp.ValidCode(code), fmt.Sprintf("%s[%d]", path, i), sp.Malformed, sp.CodeRule)
		e.Check(!slices.Contains(codes[:i], code), fmt.Sprintf("%s[%d]", path, i), sp.Duplicate, "is there twice")
	}
}
