package funding

import (
	"errors"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/apportion"
)

// A boundsError tells an [apportion.InfeasibleError], which counts minor units,
// in money.
type boundsError struct {
	infeasible *apportion.InfeasibleError
	currency   sp.Currency
	floor      string // what the floor of an area is
}

// inMoney tells err in money if it is about bounds that cannot be met.
func inMoney(err error, c sp.Currency) error {
	if _, told := errors.AsType[*boundsError](err); told {
		return err
	}
	if infeasible, ok := errors.AsType[*apportion.InfeasibleError](err); ok {
		return &boundsError{infeasible, c, "floor"}
	}
	return err
}

func (e *boundsError) Error() string {
	in, money := e.infeasible, func(minor int64) sp.Money { return sp.NewMoney(minor, e.currency) }
	by := money(in.By())
	switch {
	case in.ID != "":
		return fmt.Sprintf("funding: allocate: %s: %s of %v is %v above its cap of %v", in.ID, e.floor, money(in.Floor), by, money(in.Cap))
	case in.Floor > in.Total:
		return fmt.Sprintf("funding: allocate: floors add up to %v, %v more than the total of %v", money(in.Floor), by, money(in.Total))
	default:
		return fmt.Sprintf("funding: allocate: caps let in %v, %v less than the total of %v", money(in.Cap), by, money(in.Total))
	}
}

func (e *boundsError) Unwrap() error { return e.infeasible }

// named returns what a subject is, with its name if it has one.
func named(kind, name string) string {
	if name == "" {
		return kind
	}
	return kind + " " + name
}

// invalid is the error of a subject that breaks one rule.
func invalid(subject string, code sp.Fault, rule string) error {
	return fmt.Errorf("funding: %w", sp.Invalid(subject, "", code, rule))
}
