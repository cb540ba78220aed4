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

// Share returns a figure that is a share of whole things, with its Wilson interval. A share
// of none is [stat.Undefined]. It panics unless 0 <= yes <= of, which is a mistake in the
// program.
func Share(number int, name string, yes, of, excluded int) Figure {
	e, err := stat.Proportion(float64(yes), float64(of), Level)
	if err != nil {
		panic("workforce: " + err.Error())
	}
	return Figure{number, name, e, excluded}
}

// Turnover returns indicator 53: those who left in a period, per year and mean headcount.
// The mean headcount is the mean over the days of the period of how many were employed.
// Workers whose contract is unknown are excluded. A period without an end is refused.
func Turnover(team []Worker, during sp.Period) (Figure, error) {
	days, ok := during.Days()
	if !ok || days <= 0 {
		return Figure{}, sp.Invalid("workforce: turnover", "during", sp.OutOfRange, "must have a first day and an end after it")
	}
	left, employed, excluded := 0, 0, 0
	for _, w := range team {
		if w.Began().IsZero() {
			excluded++
			continue
		}
		there := sp.Period{Start: w.Began(), End: w.Ends()}
		if both, ok := there.Intersect(during); ok {
			n, _ := both.Days()
			employed += n
		}
		if end := w.Ends(); !end.IsZero() && during.Contains(end) {
			left++
		}
	}
	const year = 365.25
	e, err := stat.Rate(float64(left), float64(employed)/year, 1, Level)
	if err != nil {
		return Figure{}, err
	}
	return Figure{53, "link workers who leave, per year and mean headcount", e, excluded}, nil
}
