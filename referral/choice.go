package referral

import (
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
)

// OptionsShown says what a person was shown, and what they chose of it. Whoever was shown
// one service has had no choice, and whoever chose none was not refused anything.
type OptionsShown struct {
	Needs   []needs.Code    `json:"needs"`            // that they are for
	Options []directory.ID  `json:"options"`          // services, in the order in which they were shown
	Chosen  []directory.ID  `json:"chosen,omitempty"` // of them; empty is none
	Why     []reason.Choice `json:"why,omitempty"`    // as the person says; empty is not said
}

// EventType returns the stored name.
func (OptionsShown) EventType() store.EventType { return EventOptionsShown }

func (e OptionsShown) apply(r *Referral, s sp.Stamp) {
	r.choices = append(r.choices, store.Entry[OptionsShown]{Stamp: s, Event: e})
}

// mostOptions is how many services anybody can be shown at once.
const mostOptions = 50

// ShowOptions records which services a person was shown for needs of theirs, which they
// chose, if any, and why, if they say. It proposes nothing: that is for [Case.Propose]. What
// they say in their own words belongs into a note.
func (r *Referral) ShowOptions(a OptionsShown, s sp.Stamp) error {
	var e sp.InvalidError
	needs.CheckCodes(&e, "needs", a.Needs)
	for i, n := range a.Needs {
		e.Check(slices.Contains(r.Needs(), n), fmt.Sprintf("needs[%d]", i), sp.NotListed, "must be among the needs of the referral")
	}
	e.Check(len(a.Options) >= 1 && len(a.Options) <= mostOptions, "options", sp.WrongLength, "must be from 1 to 50")
	for i, id := range a.Options {
		e.CheckID(string(id), fmt.Sprintf("options[%d]", i))
		e.Check(!slices.Contains(a.Options[:i], id), fmt.Sprintf("options[%d]", i), sp.Duplicate, "is there twice")
	}
	for i, id := range a.Chosen {
		e.Check(slices.Contains(a.Options, id), fmt.Sprintf("chosen[%d]", i), sp.NotListed, "must be one of the options")
		e.Check(!slices.Contains(a.Chosen[:i], id), fmt.Sprintf("chosen[%d]", i), sp.Duplicate, "is there twice")
	}
	for i, why := range a.Why {
		own := sp.ValidCode(why) && strings.Contains(string(why), ":")
		e.Check(own || slices.Contains(reason.Choices(len(a.Chosen) > 0), why), fmt.Sprintf("why[%d]", i), sp.NotListed,
			`must be a reason for choosing, or for choosing none, or have a namespace as in "bay:my-sister-goes"`)
		e.Check(!slices.Contains(a.Why[:i], why), fmt.Sprintf("why[%d]", i), sp.Duplicate, "is there twice")
	}
	shown := OptionsShown{slices.Clone(a.Needs), slices.Clone(a.Options), slices.Clone(a.Chosen), slices.Clone(a.Why)}
	return r.do(ShowOptions, "", s, e.Fields, shown)
}

// Choices returns what the person was shown and what they chose, and when, in the order in
// which it was recorded. Its slices belong to the referral.
func (r *Referral) Choices() []store.Entry[OptionsShown] { return slices.Clone(r.choices) }
