package grant

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/store"
)

// A Help is money that is spent for one person, so that they can take up a place.
type Help string

// The kinds of help. A personal budget is what a person is given to spend as they and
// their link worker agreed (NHS England, personal health budgets; local authorities,
// direct payments).
const (
	TransportVoucher Help = "transport-voucher" // the way there and back
	PersonalBudget   Help = "personal-budget"
)

// A Voucher is money of an award that was spent for one placement. It names no person.
type Voucher struct {
	Help      Help
	Placement string   // the ID of the placement
	On        sp.Date  // the day on which it was spent
	Amount    sp.Money // negative for one that was given back
}

// Spend records a voucher or a personal budget: money of the award that was spent for a
// placement, as a cost of activities. Together vouchers never come to more than the amount of
// the award, or than its budget for activities where its costs are stated; otherwise the error
// is an [*OverspentError]. Whoever may report spending may record it. No more can be given back
// for a placement than was spent for it. It does not look at the placement itself:
// [Awards.SpendFor] does.
func (a *Award) Spend(v Voucher, s sp.Stamp) error {
	return a.spend(v, s, sp.InvalidError{})
}

// spend records a voucher beside the faults that were found before.
func (a *Award) spend(v Voucher, s sp.Stamp, e sp.InvalidError) error {
	e.Check(slices.Contains([]Help{TransportVoucher, PersonalBudget}, v.Help), "help", sp.NotListed, "must be transport-voucher or personal-budget")
	e.CheckID(v.Placement, "placement")
	e.Check(a.terms.Period.Contains(v.On), "on", sp.OutOfRange, "must lie in the period of the award")
	var left int64
	for _, was := range a.Vouchers() {
		if was.Placement == v.Placement && was.Help == v.Help {
			left += was.Amount.Minor()
		}
	}
	e.Check(outside(v.Amount) || left+v.Amount.Minor() >= 0, "amount", sp.OutOfRange, "must not take back more than was spent for the placement")
	return a.report(AwardSpent{
		Period: sp.Period{Start: v.On, End: v.On.Add(1)}, Costs: contract.Costs{Activity: v.Amount}, Help: v.Help, Placement: v.Placement,
	}, s, e)
}

// SpendFor is [Award.Spend] for a person: it reads the placement from the store of the awards, and
// refuses a voucher for one that is not there or is somebody else's. The person is their ID, as the
// record of the placement has it (package referral/placement).
func (r *Awards) SpendFor(ctx context.Context, a *Award, v Voucher, person string, s sp.Stamp) error {
	rec, err := r.db.Get(ctx, store.Key{Kind: placementKind, ID: v.Placement})
	if err != nil && !errors.Is(err, sp.ErrNotFound) {
		return fmt.Errorf("grant: spend of award %s: %w", a.id, err)
	}
	var e sp.InvalidError
	if e.Check(err == nil, "placement", sp.NotListed, "must be one that is known"); err == nil {
		e.Check(person != "" && rec.Terms["person"] == person, "placement", sp.Inconsistent, "must be of the person whom the voucher is for")
	}
	return a.spend(v, s, e)
}

// placementKind is under which package referral/placement, which this one does not know, stores
// placements, with their person as a term.
const placementKind = "placement"

// Vouchers returns the vouchers and personal budgets of the award, in the order in which
// they were recorded.
func (a *Award) Vouchers() []Voucher {
	var out []Voucher
	for entry := range a.root.History() {
		if e, ok := entry.Event.(AwardSpent); ok && e.Help != "" {
			out = append(out, Voucher{Help: e.Help, Placement: e.Placement, On: e.Period.Start, Amount: e.Costs.Activity})
		}
	}
	return out
}

// ByPlacement adds vouchers up by placement and help, and returns a sum for each, in order of
// the ID of the placement. Its day is that of the last voucher.
func ByPlacement(vouchers []Voucher) []Voucher {
	type key struct {
		placement string
		help      Help
	}
	at := map[key]int{}
	var out []Voucher
	for _, v := range vouchers {
		k := key{v.Placement, v.Help}
		i, there := at[k]
		if !there {
			at[k] = len(out)
			out = append(out, v)
			continue
		}
		out[i].Amount, out[i].On = sum(out[i].Amount, v.Amount), max(out[i].On, v.On)
	}
	slices.SortFunc(out, func(a, b Voucher) int {
		return cmp.Or(strings.Compare(a.Placement, b.Placement), strings.Compare(string(a.Help), string(b.Help)))
	})
	return out
}
