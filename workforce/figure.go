package workforce

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// Level is the confidence of the intervals of figures: 95 %.
const Level = 0.95

// A Figure is one indicator of a period: the number that the catalogue of indicators gives
// it, its estimate, and how many records said too little to count.
type Figure struct {
	Number   int           `json:"number"`
	Name     string        `json:"name"`
	Estimate stat.Estimate `json:"estimate"`
	Excluded int           `json:"excluded"` // records that were left out, since what they would be counted by is unknown
}

// Share returns a figure that is a share of whole things, which of names in the plural, with
// its Wilson interval. A share of none is [stat.Undefined]. It panics unless 0 <= yes <= all,
// which is a mistake in the program.
func Share(number int, name, of string, yes, all, excluded int) Figure {
	e, err := stat.Proportion(float64(yes), float64(all), Level)
	if err != nil {
		panic("workforce: " + err.Error())
	}
	e.Of = of
	return Figure{number, name, e, excluded}
}

// Mean returns a figure that is a mean of values, with the interval of Student's t. The mean
// of fewer than two is [stat.Undefined]. It panics for a value that is no number, which is a
// mistake in the program.
func Mean(number int, name string, values []float64, excluded int) Figure {
	e, err := stat.Mean(values, Level)
	if err != nil {
		panic("workforce: " + err.Error())
	}
	return Figure{number, name, e, excluded}
}

// PerYear returns a figure that is events per so many years of exposure, with its Poisson
// interval. It panics unless both are at least 0, which is a mistake in the program.
func PerYear(number int, name string, events int, years float64, excluded int) Figure {
	e, err := stat.Rate(float64(events), years, 1, Level)
	if err != nil {
		panic("workforce: " + err.Error())
	}
	e.Per = 0 // it is no share
	return Figure{number, name, e, excluded}
}

// Year is how many days a year has on average.
const Year = 365.25

// DaysOf returns the number of days of a period over which indicators are counted. One
// without a first day, or without an end after it, is refused.
func DaysOf(during sp.Period) (int, error) {
	days, ok := during.Days()
	if !ok || days <= 0 {
		return 0, sp.Invalid("workforce: figure", "during", sp.OutOfRange, "must have a first day and an end after it")
	}
	return days, nil
}
