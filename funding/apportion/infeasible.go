package apportion

import (
	"fmt"

	"github.com/socialprescribing/sp"
)

// An InfeasibleError says that no division respects the floors and caps, and by
// how much. It is [sp.ErrInvalid].
type InfeasibleError struct {
	ID    string // the party whose floor is above its cap; empty if the sums are at fault
	Total int64
	Floor int64 // what the floors add up to, or the floor of the party
	Cap   int64 // the most that the caps let in, or the cap of the party
}

// By returns by how many units the floors pass the total, or the total passes
// the caps, or the floor of one party its cap.
func (e *InfeasibleError) By() int64 {
	switch {
	case e.ID != "":
		return e.Floor - e.Cap
	case e.Floor > e.Total:
		return e.Floor - e.Total
	default:
		return e.Total - e.Cap
	}
}

// Error says which side is at fault: "apportion: floors add up to 120, 20 more than the total of 100".
func (e *InfeasibleError) Error() string {
	switch {
	case e.ID != "":
		return fmt.Sprintf("apportion: %s: floor of %d is %d above its cap of %d", e.ID, e.Floor, e.By(), e.Cap)
	case e.Floor > e.Total:
		return fmt.Sprintf("apportion: floors add up to %d, %d more than the total of %d", e.Floor, e.By(), e.Total)
	default:
		return fmt.Sprintf("apportion: caps let in %d, %d less than the total of %d", e.Cap, e.By(), e.Total)
	}
}

// Unwrap returns [sp.ErrInvalid].
func (e *InfeasibleError) Unwrap() error { return sp.ErrInvalid }
