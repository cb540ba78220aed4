package directory

import (
	"time"

	"github.com/socialprescribing/sp"
)

// Capacity is what a service says about its room for more people. It is true
// for a short while only; see [Capacity.At].
type Capacity struct {
	Unit      string        `json:"unit,omitempty"`     // what is counted: places, beds, hours
	Available sp.Known[int] `json:"available,omitzero"` // units free now
	Maximum   sp.Known[int] `json:"maximum,omitzero"`   // units in all
	Funded    sp.Known[int] `json:"funded,omitzero"`    // units that are paid for, of those in all
	WaitDays  sp.Known[int] `json:"waitDays,omitzero"`  // from being referred to the first session
	Updated   time.Time     `json:"updated,omitzero"`   // when the service said so; zero is unknown
}

// CapacityLife is the default for how long a statement about capacity is
// believed: four weeks, a choice of this library.
const CapacityLife = 28 * 24 * time.Hour

// At returns what of c is still to be believed at a time. What was stated longer
// ago than life, or at an unknown time, becomes unknown. A life of 0 means
// [CapacityLife].
func (c Capacity) At(at time.Time, life time.Duration) Capacity {
	if life == 0 {
		life = CapacityLife
	}
	if at.IsZero() || c.Updated.IsZero() || at.Sub(c.Updated) > life {
		return Capacity{Unit: c.Unit, Updated: c.Updated}
	}
	return c
}

// HasRoom reports whether something is available. It ignores how old the
// statement is; c.At(now, 0).HasRoom() does not.
func (c Capacity) HasRoom() sp.Truth {
	n, ok := c.Available.Lookup()
	if !ok {
		return sp.Unknown
	}
	return sp.TruthOf(n > 0)
}
