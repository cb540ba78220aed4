package grant

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/transition"
)

// A fundView is what the rules of a fund look at.
type fundView struct {
	f        *Fund
	funder   directory.ID // who opens it
	provider directory.ID // of the award that a command concerns
	next     *ledger      // after what is prepared; nil where it is to be worked out
	fault    *error       // where replay notes what cannot be booked
}

func (v fundView) State() State { return v.f.state }

func (v fundView) Act() transition.Act {
	return transition.Act{ID: string(v.f.id), Provider: string(v.provider), Attributes: v.f.attributes}
}

// Apply is the only way in which a fund changes.
func (v fundView) Apply(e FundEvent, _ sp.Stamp) {
	if v.next != nil {
		v.f.ledger = *v.next
	} else if next, err := v.f.ledger.after(e); err == nil {
		v.f.ledger = next
	} else if v.fault != nil && *v.fault == nil {
		*v.fault = fmt.Errorf("grant: fund %s: %s: %w", v.f.id, e.EventType(), err)
	}
	switch e := e.(type) {
	case FundOpened:
		v.f.opened, v.f.state = e, StateOpen
		v.f.attributes = []transition.Attribute{{Name: "funder", Text: string(e.Funder)}}
	case FundWoundUp:
		v.f.state = StateWoundUp
	}
}

// any reports whether a year of the ledger is as asked.
func (v fundView) any(year func(Balance) bool) bool {
	return slices.ContainsFunc(v.f.ledger.balances, year)
}

type (
	fundParty = transition.Party[fundView]
	fundGuard = transition.Guard[fundView]
	fundRule  = transition.Rule[State, FundCommand, fundView]
)

var (
	fundFunder = fundParty{Words: "the funder of this fund", Role: RoleFunder, Is: func(v fundView, by sp.Actor) bool {
		funder := cmp.Or(v.f.opened.Funder, v.funder)
		return by.For != "" && (by.For == string(funder) || funder == "" && v.f.state == "") // nobody's yet
	}}
	fundGiver    = fundParty{Words: "a funder", Role: RoleFunder}
	fundTimer    = fundParty{Words: "the system", Role: sp.RoleSystem}
	fundProvider = fundParty{Words: "the provider of the award", Role: sp.RoleProvider, Is: func(v fundView, by sp.Actor) bool {
		return by.For != "" && by.For == string(v.provider)
	}}

	hasFree = fundGuard{
		Code: "nothing-free", Words: "there is free money", Audience: transition.Everyone,
		Holds: func(v fundView, _ sp.Stamp) bool { return v.any(func(b Balance) bool { return b.Free.Sign() > 0 }) },
	}
	hasReserve = fundGuard{
		Code: "reserve-empty", Words: "there is money in the reserve", Audience: transition.Everyone,
		Holds: func(v fundView, _ sp.Stamp) bool { return v.f.ledger.reserve.Sign() > 0 },
	}
	hasPromise = fundGuard{
		Code: "nothing-promised", Words: "money is promised", Audience: transition.Everyone,
		Holds: func(v fundView, _ sp.Stamp) bool { return v.any(func(b Balance) bool { return !b.Committed.IsZero() }) },
	}
	hasPaid = fundGuard{
		Code: "nothing-paid", Words: "money is paid", Audience: transition.Everyone,
		Holds: func(v fundView, _ sp.Stamp) bool { return v.any(func(b Balance) bool { return !b.Paid.IsZero() }) },
	}
	unfenced = fundGuard{
		Code: "ring-fenced", Words: "the ring-fence is lifted", Audience: transition.Everyone,
		Holds: func(v fundView, _ sp.Stamp) bool { return !v.f.opened.RingFenced },
	}
	yearOver = fundGuard{
		Code: "year-not-over", Words: "the next year to close is over", Audience: transition.Everyone,
		Holds: func(v fundView, s sp.Stamp) bool {
			next, ok := v.f.ledger.firstOpen()
			return !ok || sp.DateOf(s.At.UTC()) >= next.Period(v.f.opened.YearStarts).End
		},
		Detail: func(v fundView, _ sp.Stamp) string {
			next, _ := v.f.ledger.firstOpen()
			return fmt.Sprintf("%v, on %v", next, next.Period(v.f.opened.YearStarts).End)
		},
	}
	noPromise = fundGuard{
		Code: "promise-open", Words: "everything that is promised is paid or released", Audience: transition.Everyone,
		Holds: func(v fundView, _ sp.Stamp) bool {
			return !v.any(func(b Balance) bool { return !b.Committed.IsZero() })
		},
		Detail: func(v fundView, _ sp.Stamp) string {
			var open []string
			for _, b := range v.f.ledger.balances {
				if !b.Committed.IsZero() {
					open = append(open, fmt.Sprintf("%v of %v", b.Committed, b.Year))
				}
			}
			return strings.Join(open, ", ")
		},
	}

	open        = []State{StateOpen}
	fundMachine = &transition.Machine[State, FundCommand, fundView]{Name: "fund", Rules: []fundRule{
		{Command: FundOpen, Event: EventFundOpened, From: []State{""}, To: StateOpen, By: []fundParty{fundFunder}},
		{Command: FundAllocate, Event: EventFundAllocated, From: open, By: []fundParty{fundFunder, fundTimer}},
		{Command: FundDraw, Event: EventFundDrawn, From: open, By: []fundParty{fundFunder}, Guards: []fundGuard{hasReserve}},
		{Command: FundVire, Event: EventFundVired, From: open, By: []fundParty{fundFunder}, Guards: []fundGuard{unfenced, hasFree}},
		{Command: FundReceive, Event: EventFundVired, From: open, By: []fundParty{fundGiver}},
		{Command: FundCommit, Event: EventFundCommitted, From: open, By: []fundParty{fundFunder}, Guards: []fundGuard{hasFree}},
		{Command: FundPay, Event: EventFundPaid, From: open, By: []fundParty{fundFunder, fundTimer}, Guards: []fundGuard{hasPromise}},
		{Command: FundRelease, Event: EventFundReleased, From: open, By: []fundParty{fundFunder, fundProvider}, Guards: []fundGuard{hasPromise}},
		{Command: FundRecover, Event: EventFundRecovered, From: open, By: []fundParty{fundFunder, fundTimer}, Guards: []fundGuard{hasPaid}},
		{Command: FundClose, Event: EventFundYearClosed, From: open, By: []fundParty{fundFunder, fundTimer}, Guards: []fundGuard{yearOver}},
		{Command: FundWindUp, Event: EventFundWoundUp, From: open, To: StateWoundUp, By: []fundParty{fundFunder}, Guards: []fundGuard{noPromise}},
	}}
)
