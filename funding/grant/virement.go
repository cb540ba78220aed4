package grant

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
)

// Vire moves free money of a year that is not closed from one fund to another.
// Save both in one commit. A fund with a ring-fence gives nothing away.
func Vire(from, to *Fund, y contract.Year, amount sp.Money, s sp.Stamp) error {
	if from == nil || to == nil {
		return fmt.Errorf("grant: %w", sp.Invalid("virement", "", sp.Missing, "must be from a fund to a fund"))
	}
	var e sp.InvalidError
	from.checkYear(&e, y)
	to.checkYear(&e, y)
	from.checkAmount(&e, amount, amount.Sign() > 0, moreThanNothing)
	e.Check(from.id != to.id, "to", sp.Inconsistent, "must be another fund")
	e.Check(from.opened.Currency == to.opened.Currency, "to", sp.Inconsistent, "must be in the same currency")
	e.Check(from.opened.YearStarts == to.opened.YearStarts, "to", sp.Inconsistent, "must have the same financial years")
	less, err := from.prepare(FundVire, fundView{f: from}, s, e.Fields, FundVired{y, negated(amount), to.id})
	if err != nil || !less.Waits() {
		return err
	}
	s.By.Only = "" // a link is for the fund that gives
	more, err := to.prepare(FundReceive, fundView{f: to}, s, nil, FundVired{y, amount, from.id})
	if err != nil {
		return err
	}
	less.Record()
	more.Record()
	return nil
}
