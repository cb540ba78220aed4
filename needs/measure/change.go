package measure

import (
	"math"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Change is the difference between two scores of one person. It is no more
// than that: it says nothing about what caused it.
type Change struct {
	Points float64  // later minus earlier, to six decimals
	Better sp.Truth // unknown if nothing changed, or if the scale has no better side
	Met    []string // labels of the thresholds that the difference reaches
}

// Change compares an earlier and a later score of one person. It fails unless
// both are of the same scale, under the same version of the rules and value set.
func (in *Instrument) Change(earlier, later Score) (Change, error) {
	if in == nil {
		return Change{}, none()
	}
	e := &sp.InvalidError{Subject: "measure: " + in.Code}
	for _, s := range []Score{earlier, later} {
		e.Check(s.Instrument == in.Code && s.Version == in.Version, "version", sp.Inconsistent, "must be that of the instrument: scores under other rules do not compare")
	}
	e.Check(earlier.Scale == later.Scale && earlier.ValueSet == later.ValueSet, "scale", sp.Inconsistent, "must be the same, with the same value set")
	i := slices.IndexFunc(in.Scales, func(s Scale) bool { return s.Code == later.Scale })
	e.Check(i >= 0 || later.ValueSet != "", "scale", sp.NotListed, "must be one of the instrument, or an index")
	if err := e.Err(); err != nil {
		return Change{}, err
	}
	c := Change{Points: math.Round((later.Value-earlier.Value)*1e6) / 1e6}
	switch {
	case i < 0: // an index: more is better
		if c.Points != 0 {
			c.Better = sp.TruthOf(c.Points > 0)
		}
		return c, nil
	case c.Points != 0:
		c.Better = sp.TruthOf((c.Points < 0) == in.Scales[i].LowerIsBetter)
	}
	for _, t := range in.Scales[i].Changes {
		if math.Abs(c.Points) >= t.Points {
			c.Met = append(c.Met, t.Label)
		}
	}
	return c, nil
}
