package grant

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
)

// Vire moves free money of a year that is not closed from one fund to another.
// Save both in one commit. A fund with a ring-fence gives nothing away.
func Vire(from, to *Fund, y contract.Year, amount sp.Money, s sp.Stamp) error {
	e := from.invalid("vire from")
	from.checkYear(e, y)
	to.checkYear(e, y)
	from.checkAmount(e, amount, amount.Sign() > 0, moreThanNothing)
	e.Check(from.id != to.id, "to", "must be another fund")
	e.Check(from.opened.Currency == to.opened.Currency, "to", "must be in the same currency")
	e.Check(from.opened.YearStarts == to.opened.YearStarts, "to", "must have the same financial years")
	var missing []string
	if from.opened.RingFenced {
		missing = []string{"the ring-fence is lifted"}
	}
	out := FundVired{y, negated(amount), to.id}
	less, err := from.prepare("vire", out, s, e, missing...)
	if err != nil {
		return err
	}
	in := FundVired{y, amount, from.id}
	more, err := to.prepare("vire", in, s, e)
	if err != nil {
		return err
	}
	from.happen(less, out, s)
	to.happen(more, in, s)
	return nil
}
