package grant

import (
	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/store"
)

// An AwardEvent is something that happened to an award, such as [AwardAgreed].
type AwardEvent interface {
	EventType() store.EventType
	apply(*Award)
}

type (
	// AwardOffered promises money on terms.
	AwardOffered struct {
		Fund   FundID          `json:"fund"`
		Funder directory.ID    `json:"funder,omitempty"` // whose fund it is
		Terms  contract.Terms  `json:"terms"`
		Parts  []contract.Part `json:"parts"` // what is set aside in each financial year

		ActivityPerSalary decimal.Decimal `json:"activityPerSalary,omitzero"` // the fund's rule, under which it was made
	}
	// AwardAgreed says that both sides have signed.
	AwardAgreed struct{}
	// AwardPaid is one instalment.
	AwardPaid struct {
		Number int             `json:"number"` // of the instalment, from 1
		Amount sp.Money        `json:"amount"`
		Parts  []contract.Part `json:"parts"`
	}
	// AwardSpent is what the provider reports to have spent.
	AwardSpent struct {
		Period sp.Period      `json:"period"`
		Costs  contract.Costs `json:"costs"`

		Help      Help   `json:"help,omitempty"`      // what it was for one person, with the placement
		Placement string `json:"placement,omitempty"` // whose it was
	}
	// AwardVired moves budget between classes of cost.
	AwardVired struct {
		From   contract.Class `json:"from"`
		To     contract.Class `json:"to"`
		Amount sp.Money       `json:"amount"`
	}
	// AwardExtended gives more time, and money for it.
	AwardExtended struct {
		Extension
		Parts []contract.Part `json:"parts,omitempty"`
	}
	// AwardRecovered is money that the provider paid back.
	AwardRecovered struct {
		Amount sp.Money        `json:"amount"`
		Parts  []contract.Part `json:"parts"`
	}
	// AwardClosed says that nothing more is promised.
	AwardClosed struct {
		State    State           `json:"state"` // declined, withdrawn, terminated or ended
		Reason   Reason          `json:"reason,omitempty"`
		LastDay  sp.Date         `json:"lastDay,omitzero"`   // with terminated
		Released []contract.Part `json:"released,omitempty"` // what had been set aside
	}
)

// EventType returns the stored name.
func (AwardOffered) EventType() store.EventType { return EventAwardOffered }

// EventType returns the stored name.
func (AwardAgreed) EventType() store.EventType { return EventAwardAgreed }

// EventType returns the stored name.
func (AwardPaid) EventType() store.EventType { return EventAwardPaid }

// EventType returns the stored name.
func (AwardSpent) EventType() store.EventType { return EventAwardSpent }

// EventType returns the stored name.
func (AwardVired) EventType() store.EventType { return EventAwardVired }

// EventType returns the stored name.
func (AwardExtended) EventType() store.EventType { return EventAwardExtended }

// EventType returns the stored name.
func (AwardRecovered) EventType() store.EventType { return EventAwardRecovered }

// EventType returns the stored name.
func (AwardClosed) EventType() store.EventType { return EventAwardClosed }

// Asked implements [aggregate.Derived].
func (e AwardPaid) Asked() any { return AwardPaid{Number: e.Number} }

// Asked implements [aggregate.Derived].
func (e AwardExtended) Asked() any { return AwardExtended{Extension: e.Extension} }

// Asked implements [aggregate.Derived].
func (e AwardRecovered) Asked() any { return AwardRecovered{Amount: e.Amount} }

// Asked implements [aggregate.Derived].
func (e AwardClosed) Asked() any {
	e.Released = nil
	return e
}

// awardEventTypes are all events of an award, by their stored names.
var awardEventTypes = store.EventTypesOf[AwardEvent](
	AwardOffered{}, AwardAgreed{}, AwardPaid{}, AwardSpent{}, AwardVired{}, AwardExtended{},
	AwardRecovered{}, AwardClosed{}, InvoiceReceived{}, InvoicePaid{}, RenewalDecided{},
)

// DecodeAwardEvent decodes the data of an event by its stored name; see [store.EventTypes].
func DecodeAwardEvent(name store.EventType, data []byte) (AwardEvent, error) {
	return awardEventTypes.Decode(name, data)
}
