package stat

import "fmt"

// An AgeBand is a band of ages with its weight in a standard population.
type AgeBand struct {
	Name   string // "0-4", "90+"
	Weight float64
}

// ESP2013 returns the European Standard Population of 2013 in its 19 bands of five years
// with 90 and over as the last: weights for [Direct], which add up to 100,000. Standard
// populations age like all reference data; this is the one that the public health
// indicators of England use.
//
// Source: Eurostat 2013, Revision of the European Standard Population, doi 10.2785/11470.
func ESP2013() []AgeBand {
	weights := [...]float64{5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000}
	all := make([]AgeBand, len(weights))
	for i, w := range weights {
		all[i] = AgeBand{fmt.Sprintf("%d-%d", 5*i, 5*i+4), w}
	}
	all[len(all)-1].Name = "90+"
	return all
}
