package grant

import (
	"errors"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
)

// ErrOverspent is the error of a command that needs more money than there is.
// It comes as an [*OverspentError], which says how much.
var ErrOverspent = errors.New("overspent")

// An OverspentError says what there is too little of: free money of a fund in
// one year, its reserve, or an award's budget. It is [ErrOverspent] and [sp.ErrInvalid].
type OverspentError struct {
	Fund  FundID         // whose money it is; empty if it is an award's
	Year  contract.Year  // 0 for the reserve, and for an award
	First time.Month     // January where the years are those of the calendar, and 0 otherwise
	Award AwardID        // whose budget it is, or whom the money was for
	Class contract.Class // of the award's budget; empty for all of it
	Want  sp.Money
	Left  sp.Money
}

// Short returns how much is missing.
func (e *OverspentError) Short() sp.Money { return sum(e.Want, negated(e.Left)) }

// Error names what is short, and by how much.
func (e *OverspentError) Error() string {
	what := "award " + string(e.Award)
	switch {
	case e.Class != "":
		what += " for " + string(e.Class)
	case e.Fund != "" && e.Year == 0:
		what = "reserve of fund " + string(e.Fund)
	case e.Fund != "":
		what = fmt.Sprintf("fund %s in %s", e.Fund, e.Year.Label(e.First))
	}
	return fmt.Sprintf("grant: %s: %v are needed and %v are left, %v too little", what, e.Want, e.Left, e.Short())
}

// Unwrap returns [ErrOverspent] and [sp.ErrInvalid].
func (e *OverspentError) Unwrap() []error { return []error{ErrOverspent, sp.ErrInvalid} }

// fields returns what an error says about an input.
func fields(err error) []sp.Field {
	if invalid, ok := errors.AsType[*sp.InvalidError](err); ok {
		return invalid.Fields
	}
	return []sp.Field{{Code: sp.Unsupported, Rule: "cannot be used"}}
}
