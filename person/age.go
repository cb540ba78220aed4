package person

import (
	"fmt"
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// AgeOn returns the age on a day of somebody born on another. It is unknown if
// either day is, or if the birth comes later. Whoever was born on the 31st
// completes a month that is shorter on the first day of the next.
func AgeOn(born, on sp.Date) sp.Known[directory.Months] {
	if born.IsZero() || on.IsZero() || on < born {
		return sp.Known[directory.Months]{}
	}
	y0, m0, d0 := born.Civil()
	y1, m1, d1 := on.Civil()
	months := 12*(y1-y0) + int(m1-m0)
	if d1 < d0 {
		months--
	}
	return sp.Know(directory.Months(months))
}

// fullAge is the age from which nobody is asked who decides for them because they are
// young, whatever the nation of the United Kingdom and whatever there is to decide. Below
// it that depends on both, and package consent knows. Source: Family Law Reform Act 1969,
// section 1.
const fullAge directory.Months = 18 * 12

// Bands are age bands, by the completed years at which each begins, rising.
type Bands []int

// StandardBands returns the bands in which reach is usually reported, with the
// borders at 16, 18 and 25 that services for young people draw.
func StandardBands() Bands { return Bands{0, 5, 11, 16, 18, 25, 35, 45, 55, 65, 75, 85} }

// Of returns the band of an age: "18 to 24", "85 and over", "under 5" if the
// first band begins later, or "unknown".
func (b Bands) Of(age sp.Known[directory.Months]) string {
	months, known := age.Lookup()
	if !known {
		return "unknown"
	}
	years, i := months.Years(), 0
	for i < len(b) && b[i] <= years {
		i++
	}
	switch {
	case len(b) == 0:
		return "all ages"
	case i == 0:
		return "under " + strconv.Itoa(b[0])
	case i == len(b):
		return strconv.Itoa(b[i-1]) + " and over"
	case b[i] == b[i-1]+1:
		return strconv.Itoa(b[i-1])
	}
	return fmt.Sprintf("%d to %d", b[i-1], b[i]-1)
}
