// Package apportion divides a whole number of things - pence, link-worker posts,
// places on a course - among parties in proportion to their weights, so that the
// shares are whole numbers that add up to the total exactly.
//
// Rounding each share on its own does not do that: over the 33,755 small areas
// of England it is up to 1,017 pence out in a billion pounds. Which rule says
// who gets the left-over pence is a [Method]:
//
//   - [Hamilton] gives everyone the whole part of their exact share, and what is
//     left to the largest fractions. Right for money, where one unit hardly matters.
//   - [Webster], [Jefferson], [Adams], [HuntingtonHill] and [Dean] never take a
//     unit away because the total grew. Right for posts, where one unit matters.
//   - [Quota] takes no unit away either, and stays within a unit of the exact share.
//   - [Cascade] rounds the running total, so that any run of neighbours is within
//     a unit of its exact share as well.
//
// A [Divider] knows the parties by their IDs and divides many totals among them
// without allocating. A tie goes to the lower ID, so that a result never depends
// on the order of the input. [Divider.Bounded] keeps shares between floors and
// caps: what a share rises or falls to is clamp(lambda x weight, floor, cap) with
// one lambda for all.
//
//	posts, err := apportion.Divide(12, []string{"coast", "hills", "town"}, []int64{14, 28, 42}, apportion.Webster)
//
// Every result is exact, whatever the size of the weights: there are three
// arithmetics, of 64 bits, 128 bits and [math/big], with one result.
//
// Sources: M. L. Balinski and H. P. Young, Fair Representation (1982), for the
// methods; G. R. Bitran and A. C. Hax, Management Science 27 (1981), for bounds.
package apportion

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Method is a rule of rounding. The zero Method is [Hamilton].
type Method uint8

// The methods. With w the weight of a party that has a units, a divisor method
// gives the next unit where its quotient is largest. Adams, HuntingtonHill and
// Dean give everyone with a weight one unit first, and need a total that allows it.
const (
	Hamilton       Method = iota // largest remainder: within a unit of the exact share; may fall when the total rises
	Webster                      // divisor, w/(2a+1): without bias for large or small (Sainte-Laguë)
	Jefferson                    // divisor, w/(a+1): for the large (D'Hondt)
	Adams                        // divisor, w/a: for the small
	HuntingtonHill               // divisor, w/sqrt(a(a+1)): as the US House of Representatives
	Dean                         // divisor, w(2a+1)/2a(a+1)
	Quota                        // Jefferson, but never more than the exact share rounded up (Balinski and Young 1975)
	Cascade                      // difference of rounded running totals, in the order of the IDs
)

var methodNames = [...]string{"hamilton", "webster", "jefferson", "adams", "huntington-hill", "dean", "quota", "cascade"}

// String returns the name of m: "hamilton", "huntington-hill".
func (m Method) String() string {
	if int(m) < len(methodNames) {
		return methodNames[m]
	}
	return fmt.Sprintf("method %d", uint8(m))
}

// MarshalText writes the name of m.
func (m Method) MarshalText() ([]byte, error) {
	if int(m) >= len(methodNames) {
		return nil, errMethod()
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads what [Method.MarshalText] writes; nothing is Hamilton.
func (m *Method) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Hamilton
		return nil
	}
	i := slices.Index(methodNames[:], string(text))
	if i < 0 {
		return errMethod()
	}
	*m = Method(i)
	return nil
}

func errMethod() error {
	return invalid("method", sp.NotListed, "must be hamilton, webster, jefferson, adams, huntington-hill, dean, quota or cascade")
}

// Divide divides total among ids in proportion to weights. It is a [Divider]
// used once.
func Divide(total int64, ids []string, weights []int64, m Method) ([]int64, error) {
	d, err := New(ids)
	if err != nil {
		return nil, err
	}
	return d.Divide(nil, total, weights, m)
}

// invalid is the error of a subject that breaks one rule.
func invalid(subject string, code sp.Fault, rule string) error {
	return fmt.Errorf("apportion: %w", sp.Invalid(subject, "", code, rule))
}
