package grant

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// RenewalDecided says that a provider was told whether its award is renewed. The days from Told
// to End are the notice that it had, to keep its staff and to tell the people whom it helps
// ([contract.Terms.Notice]): fewer than none if it was told after the money had ended.
type RenewalDecided struct {
	Told    sp.Date `json:"told"`              // the day on which the provider was told
	Renewed bool    `json:"renewed,omitempty"` // false if the award ends without another
	End     sp.Date `json:"end"`               // the first day without money under the award, as it stood then
}

// EventType returns the stored name.
func (RenewalDecided) EventType() store.EventType { return EventRenewalDecided }

// Asked implements [aggregate.Derived].
func (e RenewalDecided) Asked() any { return RenewalDecided{Told: e.Told, Renewed: e.Renewed} }

func (e RenewalDecided) apply(a *Award) { a.terms.RenewalDecided, a.renewal = e.Told, e }

// DecideRenewal records that the provider was told on a day whether the award is renewed when its
// period ends. The day must lie in the period or after it, and not after the command. A decision
// can be reversed, on the same day or later; the last one stands, until the award gets another end.
// It promises no money: [Fund.Extend] and [Fund.Offer] do.
func (a *Award) DecideRenewal(told sp.Date, renewed bool, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(told >= a.terms.Period.Start, "told", sp.Untimely, "must not be before the award begins")
	e.Check(told <= sp.DateOf(s.At.UTC()).Add(1), "told", sp.Untimely, "must not be after the decision is recorded") // days begin up to 14 hours before those of UTC
	was, decided := a.Renewal()
	e.Check(!decided || told >= was.Told, "told", sp.Untimely, "must not be before the decision that stands")
	e.Check(!decided || renewed != was.Renewed, "renewed", sp.Duplicate, "must not be what was decided before")
	return a.root.Do(awardView{a: a}, AwardDecideRenewal, "", s, e.Fields, RenewalDecided{Told: told, Renewed: renewed, End: a.terms.Period.End})
}

// Renewal returns the decision on renewal that stands, and false if there is none for the present
// end of the award.
func (a *Award) Renewal() (decision RenewalDecided, decided bool) {
	return a.renewal, a.renewal != RenewalDecided{} && a.renewal.End == a.terms.Period.End
}
