package contract

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/apportion"
)

// Terms are what a contract says. One contract pays one provider for one
// service; support of several services is written as several contracts, so that
// nobody has to guess which part of the money is whose.
type Terms struct {
	ID          string        `json:"id"` // of the award or contract
	Provider    directory.ID  `json:"provider"`
	Service     directory.ID  `json:"service,omitempty"` // empty for the provider's core costs
	Period      sp.Period     `json:"period"`
	Amount      sp.Money      `json:"amount"`
	Instalments []Instalment  `json:"instalments,omitempty"` // none is one, on the first day
	Basis       Basis         `json:"basis,omitempty"`       // how the amount is divided over financial years
	Costs       Costs         `json:"costs,omitzero"`        // zero is not stated
	_           [0]func(Terms) // fields are named, as there are many
}

// An Instalment is one payment under a contract.
type Instalment struct {
	Due    sp.Date  `json:"due"`
	Amount sp.Money `json:"amount"`
}

// Instalments divides amount into equal payments on the given days, to the
// penny; the odd pennies come first.
func Instalments(amount sp.Money, due ...sp.Date) ([]Instalment, error) {
	ids, weights := make([]string, len(due)), make([]int64, len(due))
	for i := range due {
		ids[i], weights[i] = fmt.Sprintf("%09d", i), 1
	}
	shares, err := apportion.Divide(amount.Minor(), ids, weights, apportion.Hamilton)
	if err != nil {
		return nil, fmt.Errorf("contract: instalments: %w", err)
	}
	out := make([]Instalment, len(due))
	for i, share := range shares {
		out[i] = Instalment{Due: due[i], Amount: sp.NewMoney(share, amount.Currency())}
	}
	return out, nil
}
