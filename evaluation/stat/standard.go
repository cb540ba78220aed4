package stat

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp"
)

// A Band is an age band, or any other stratum, of the population whose rate is
// standardised.
type Band struct {
	Events float64 // among People
	People float64 // or person-years
	Weight float64 // people of the standard population, such as 5000 of the ESP 2013
}

// Direct returns the directly standardised rate per so many: what the rate would
// be if the population had the structure of the standard one. Its limits are
// those of Dobson and others, with [Byar]'s for the count. Below ten events it is
// [Undefined]: no method is sound there. It fails for an empty list, a band
// without people, a negative count or weight, and weights that are all zero.
//
// Source: Dobson, Kuulasmaa, Eberle & Scherer 1991, doi 10.1002/sim.4780100317.
func Direct(bands []Band, per, level float64) (Estimate, error) {
	c := checker("direct")
	checkPer(c, per)
	checkLevel(c, level)
	var events, people, weights, rate, variance float64
	for i, b := range bands {
		at := fmt.Sprintf("bands[%d]", i)
		checkBand(c, at, b.Events, b.People, b.Weight)
		events += b.Events
		people += b.People
		weights += b.Weight
		rate += b.Weight * b.Events / b.People
		variance += b.Weight * b.Weight * b.Events / (b.People * b.People)
	}
	c.Check(weights > 0, "bands", sp.OutOfRange, "need a weight above 0")
	if err := c.Err(); err != nil {
		return Estimate{}, err
	}
	e := Estimate{Level: level, Method: MethodDobson, Numerator: events, Denominator: people, Of: "people or person-years", Per: per}
	return dobson(e, rate/weights, variance/(weights*weights))
}

// A RepeatBand is a [Band] in which a person may have had more than one event, so
// that events are not independent: emergency admissions, say.
type RepeatBand struct {
	Persons []float64 // how many had one event, two events, and so on
	People  float64   // with or without events
	Weight  float64   // people of the standard population
}

// DirectRepeated returns the directly standardised rate of events that a person
// can have again, with limits that allow for it: the variance of the rate adds up
// over the numbers of persons who had f events, each times f squared. Everything
// else is as in [Direct].
//
// Source: Dobson's method adjusted for repeated events by Public Health England,
// 2018 (PHEindicatormethods, calculate_dsr with independent_events = FALSE).
func DirectRepeated(bands []RepeatBand, per, level float64) (Estimate, error) {
	c := checker("direct repeated")
	checkPer(c, per)
	checkLevel(c, level)
	var events, people, weights, rate, variance float64
	for i, b := range bands {
		var ofBand, squares float64
		for f, persons := range b.Persons {
			times := float64(f + 1)
			c.Check(counts(persons), fmt.Sprintf("bands[%d].persons[%d]", i, f), sp.OutOfRange, countRule)
			ofBand += times * persons
			squares += times * times * persons
		}
		checkBand(c, fmt.Sprintf("bands[%d]", i), ofBand, b.People, b.Weight)
		events += ofBand
		people += b.People
		weights += b.Weight
		rate += b.Weight * ofBand / b.People
		variance += b.Weight * b.Weight * squares / (b.People * b.People)
	}
	c.Check(weights > 0, "bands", sp.OutOfRange, "need a weight above 0")
	if err := c.Err(); err != nil {
		return Estimate{}, err
	}
	e := Estimate{Level: level, Method: MethodDobsonRepeated, Numerator: events, Denominator: people, Of: "people or person-years", Per: per}
	return dobson(e, rate/weights, variance/(weights*weights))
}

func checkBand(c *sp.InvalidError, at string, events, people, weight float64) {
	c.Check(counts(events), at+".events", sp.OutOfRange, countRule)
	c.Check(counts(people) && people > 0, at+".people", sp.OutOfRange, sizeRule)
	c.Check(counts(weight), at+".weight", sp.OutOfRange, countRule)
}

// dobson completes the estimate of a standardised rate: the interval of the count
// is scaled by the standard error of the rate over that of the count.
func dobson(e Estimate, rate, variance float64) (Estimate, error) {
	if e.Numerator < fewEvents {
		return undefined(e, TooFewEvents, positive(), "direct")
	}
	count, err := Byar(e.Numerator, e.Level)
	if err != nil {
		return Estimate{}, err
	}
	scale := math.Sqrt(variance / e.Numerator)
	e.Value = rate * e.Per
	e.Interval = count.plus(-e.Numerator).Times(scale).plus(rate).Times(e.Per)
	return e, nil
}

// A Stratum is a band of the population that is compared with a reference one.
type Stratum struct {
	People          float64 // or person-years
	ReferenceEvents float64
	ReferencePeople float64
}

// Expected returns how many events strata would have at the rates of the
// reference population, and that population's own rate, per head. It fails for an
// empty list, a reference without people, and negative numbers.
func Expected(strata []Stratum) (events, rate float64, err error) {
	c := checker("expected")
	var referenceEvents, referencePeople float64
	for i, s := range strata {
		at := fmt.Sprintf("strata[%d]", i)
		c.Check(counts(s.People), at+".people", sp.OutOfRange, countRule)
		c.Check(counts(s.ReferenceEvents), at+".referenceEvents", sp.OutOfRange, countRule)
		c.Check(counts(s.ReferencePeople) && s.ReferencePeople > 0, at+".referencePeople", sp.OutOfRange, sizeRule)
		events += s.People * s.ReferenceEvents / s.ReferencePeople
		referenceEvents += s.ReferenceEvents
		referencePeople += s.ReferencePeople
	}
	c.Check(len(strata) > 0, "strata", sp.WrongLength, "needs at least one")
	if err := c.Err(); err != nil {
		return 0, 0, err
	}
	return events, referenceEvents / referencePeople, nil
}

// IndirectRatio returns the indirectly standardised ratio of observed to expected
// events times per, which is 1 or 100: the standardised mortality ratio and its
// kin. Its limits are those of [Rate]; where nothing is expected it is
// [Undefined]. It fails as [Expected] and Rate do.
//
// Source: Breslow & Day 1987, Statistical Methods in Cancer Research II, ch. 2.
func IndirectRatio(observed float64, strata []Stratum, per, level float64) (Estimate, error) {
	return indirect(observed, strata, per, 1, level)
}

// IndirectRate returns the indirectly standardised rate per so many: the
// [IndirectRatio] times the rate of the reference population.
func IndirectRate(observed float64, strata []Stratum, per, level float64) (Estimate, error) {
	_, rate, err := Expected(strata)
	if err != nil {
		return Estimate{}, err
	}
	return indirect(observed, strata, per, rate, level)
}

func indirect(observed float64, strata []Stratum, per, factor, level float64) (Estimate, error) {
	expected, _, err := Expected(strata)
	if err != nil {
		return Estimate{}, err
	}
	c := checker("indirect")
	checkPer(c, per)
	c.Check(counts(observed), "observed", sp.OutOfRange, countRule)
	if err := c.Err(); err != nil {
		return Estimate{}, err
	}
	i, method, err := countInterval(observed, level)
	if err != nil {
		return Estimate{}, err
	}
	e := Estimate{Level: level, Method: method, Numerator: observed, Denominator: expected, Of: "expected events", Per: per}
	if expected == 0 {
		return undefined(e, NoExpected, positive(), "indirect")
	}
	e.Value, e.Interval = observed/expected*factor*per, i.Times(factor*per/expected)
	return e, nil
}
