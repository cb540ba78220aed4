package threesixty

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
)

// A Grant is one grant as it was published.
type Grant struct {
	ID        contract.ID // of the contract that it is; empty if the file has none that can be one
	Title     string
	Recipient Organisation // without an ID if it is a person
	Funder    Organisation
	Programme string      // its title
	Related   contract.ID // the ID of the grant that this one amends or continues

	Amount   sp.Money  // awarded; may be negative for an amendment
	Stated   sp.Truth  // Yes if the file states an amount in a currency
	Awarded  sp.Date   // zero if not known
	Period   sp.Period // a side that is not known is zero
	Months   int       // the duration that is stated; 0 if none is
	Modified string    // as in the file; such times sort as they are

	Line int    // in a CSV file
	At   string // in JSON: "grants[3]"
}

// An Organisation is a recipient or a funder.
type Organisation struct {
	ID   directory.ID // of org-id.guide: GB-CHC-1234567
	Name string
}

// where returns the place of a grant in its file, for issues.
func (g Grant) where(severity sp.Severity, file, field, code, detail string) sp.Issue {
	if g.At != "" && field != "" {
		field = g.At + "." + field
	} else if g.At != "" {
		field = g.At
	}
	return sp.Issue{Severity: severity, File: file, Line: g.Line, Record: string(g.ID), Field: field, Code: code, Detail: detail}
}

// same reports whether two records of one grant say the same of its money.
func (g Grant) same(o Grant) bool {
	return g.Amount == o.Amount && g.Stated == o.Stated && g.Period == o.Period && g.Recipient.ID == o.Recipient.ID && g.Awarded == o.Awarded
}
