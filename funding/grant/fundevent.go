package grant

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/store"
)

// A FundEvent is something that happened to a fund, such as [FundAllocated].
type FundEvent interface {
	EventType() store.EventType
	moves() []Move
}

type (
	// FundOpened says whose fund it is and what rules it keeps.
	FundOpened struct {
		Funder            directory.ID    `json:"funder"`
		Currency          sp.Currency     `json:"currency"`
		YearStarts        time.Month      `json:"yearStarts"`
		CarryOver         CarryOver       `json:"carryOver"`
		RingFenced        bool            `json:"ringFenced,omitempty"`
		MinimumMonths     int             `json:"minimumMonths,omitempty"`
		ActivityPerSalary decimal.Decimal `json:"activityPerSalary,omitzero"`
	}
	// FundAllocated puts money in, or takes free money out again.
	FundAllocated struct {
		Year   contract.Year `json:"year"`
		Amount sp.Money      `json:"amount"` // negative if it was cut
	}
	// FundDrawn takes money out of the reserve.
	FundDrawn struct {
		Year   contract.Year `json:"year"`
		Amount sp.Money      `json:"amount"`
	}
	// FundVired moves money to or from another fund.
	FundVired struct {
		Year   contract.Year `json:"year"`
		Amount sp.Money      `json:"amount"` // negative if it left
		Other  FundID        `json:"other"`
	}
	// FundCommitted sets money aside for an award.
	FundCommitted struct {
		Award AwardID         `json:"award"`
		Parts []contract.Part `json:"parts"`
	}
	// FundPaid pays some of what was set aside.
	FundPaid struct {
		Award AwardID         `json:"award"`
		Parts []contract.Part `json:"parts"`
	}
	// FundReleased takes back what was set aside and is not needed.
	FundReleased struct {
		Award     AwardID         `json:"award"`
		Parts     []contract.Part `json:"parts"`
		Disposals []Disposal      `json:"disposals,omitempty"` // of what became free in closed years
	}
	// FundRecovered is money that a provider paid back.
	FundRecovered struct {
		Award     AwardID         `json:"award"`
		Parts     []contract.Part `json:"parts"`
		Disposals []Disposal      `json:"disposals,omitempty"` // of what became free in closed years
	}
	// FundYearClosed closes a financial year.
	FundYearClosed struct {
		Year      contract.Year `json:"year"`
		Disposals []Disposal    `json:"disposals,omitempty"` // of what was still free
	}
	// FundWoundUp ends the fund; what is left goes back to whoever gave it.
	FundWoundUp struct {
		Drawn      []contract.Part `json:"drawn,omitempty"` // the reserve, drawn to be given back
		ClawedBack []contract.Part `json:"clawedBack,omitempty"`
	}
)

// EventType returns the stored name.
func (FundBroughtForward) EventType() store.EventType { return EventFundBroughtForward }

// EventType returns the stored name.
func (FundOpened) EventType() store.EventType { return EventFundOpened }

// EventType returns the stored name.
func (FundAllocated) EventType() store.EventType { return EventFundAllocated }

// EventType returns the stored name.
func (FundDrawn) EventType() store.EventType { return EventFundDrawn }

// EventType returns the stored name.
func (FundVired) EventType() store.EventType { return EventFundVired }

// EventType returns the stored name.
func (FundCommitted) EventType() store.EventType { return EventFundCommitted }

// EventType returns the stored name.
func (FundPaid) EventType() store.EventType { return EventFundPaid }

// EventType returns the stored name.
func (FundReleased) EventType() store.EventType { return EventFundReleased }

// EventType returns the stored name.
func (FundRecovered) EventType() store.EventType { return EventFundRecovered }

// EventType returns the stored name.
func (FundYearClosed) EventType() store.EventType { return EventFundYearClosed }

// EventType returns the stored name.
func (FundWoundUp) EventType() store.EventType { return EventFundWoundUp }

// What of these was asked for, and not worked out, by which a request is known again.

// Asked implements [aggregate.Derived].
func (e FundCommitted) Asked() any { return FundCommitted{Award: e.Award} }

// Asked implements [aggregate.Derived].
func (e FundPaid) Asked() any { return FundPaid{Award: e.Award} }

// Asked implements [aggregate.Derived].
func (e FundReleased) Asked() any { return FundReleased{Award: e.Award} }

// Asked implements [aggregate.Derived].
func (e FundRecovered) Asked() any { return FundRecovered{Award: e.Award} }

// Asked implements [aggregate.Derived].
func (e FundYearClosed) Asked() any { return FundYearClosed{Year: e.Year} }

// Asked implements [aggregate.Derived].
func (FundWoundUp) Asked() any { return FundWoundUp{} }

func (FundOpened) moves() []Move { return nil }

func (e FundAllocated) moves() []Move {
	return []Move{{Year: e.Year, From: Allocated, To: Free, Amount: e.Amount}}
}

func (e FundDrawn) moves() []Move {
	return []Move{{Year: e.Year, From: Drawn, To: Free, Amount: e.Amount}}
}

func (e FundVired) moves() []Move {
	if e.Amount.Sign() < 0 {
		return []Move{{Year: e.Year, From: Free, To: ViredOut, Amount: negated(e.Amount)}}
	}
	return []Move{{Year: e.Year, From: ViredIn, To: Free, Amount: e.Amount}}
}

func (e FundCommitted) moves() []Move { return each(e.Parts, Free, Committed, e.Award) }
func (e FundPaid) moves() []Move      { return each(e.Parts, Committed, Paid, e.Award) }

func (e FundReleased) moves() []Move {
	return append(each(e.Parts, Committed, Free, e.Award), disposed(e.Disposals)...)
}

func (e FundRecovered) moves() []Move {
	return append(each(e.Parts, Paid, Free, e.Award), disposed(e.Disposals)...)
}

func (e FundYearClosed) moves() []Move { return disposed(e.Disposals) }

func (e FundWoundUp) moves() []Move {
	return append(each(e.Drawn, Drawn, Free, ""), each(e.ClawedBack, Free, ClawedBack, "")...)
}

func each(parts []contract.Part, from, to Account, award AwardID) []Move {
	moves := make([]Move, len(parts))
	for i, p := range parts {
		moves[i] = Move{Year: p.Year, From: from, To: to, Amount: p.Amount, Award: award}
	}
	return moves
}

func disposed(disposals []Disposal) []Move {
	var moves []Move
	for _, d := range disposals {
		moves = append(moves, d.moves()...)
	}
	return moves
}

// fundEventTypes are all events of a fund, by their stored names.
var fundEventTypes = store.EventTypesOf[FundEvent](
	FundOpened{}, FundAllocated{}, FundDrawn{}, FundVired{}, FundCommitted{}, FundPaid{},
	FundReleased{}, FundRecovered{}, FundYearClosed{}, FundWoundUp{}, FundBroughtForward{},
)

// DecodeFundEvent decodes the data of an event by its stored name; see [store.EventTypes].
func DecodeFundEvent(name store.EventType, data []byte) (FundEvent, error) {
	return fundEventTypes.Decode(name, data)
}
