package search

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A column numbers the different statements that offers make about one thing, such as
// their ages: a question about it is asked once for each statement and not once for
// each offer.
type column struct {
	of       []uint32 // for each row, the number of its statement
	examples []uint32 // for each statement, a row that makes it
}

// statements writes, for each column, everything that the answers to its questions
// depend on. A fact that one of them left out would be one that the search does not
// see; the comparison with the index of package directory holds them.
var statements = [factCount]func(b []byte, o *directory.Offer) []byte{
	Organisation: func(b []byte, o *directory.Offer) []byte { return text(b, o.Organisation) },
	Opening: func(b []byte, o *directory.Offer) []byte {
		b = number(text(b, o.Status), int64(o.FundedUntil))
		for i := range o.Schedules {
			b = number(b, int64(o.Schedules[i].Until))
		}
		return b
	},
	Assurance: func(b []byte, o *directory.Offer) []byte { return number(b, int64(o.Freshness.Assured)) },
	Ages: func(b []byte, o *directory.Offer) []byte {
		a := o.Eligibility.Ages
		return flag(known(known(b, a.From), a.Before), a.Incomplete)
	},
	Cost: func(b []byte, o *directory.Offer) []byte {
		b = text(b, o.Cost.Charge)
		for i := range o.Cost.Prices {
			p := &o.Cost.Prices[i]
			amount, stated := p.Amount.Lookup()
			b = flag(number(number(b, int64(p.Valid.Start)), int64(p.Valid.End)), stated)
			b = text(number(b, amount.Minor()), amount.Currency())
		}
		return b
	},
	Capacity: func(b []byte, o *directory.Offer) []byte {
		at := o.Capacity.Updated
		return number(number(known(b, o.Capacity.Available), at.Unix()), int64(at.Nanosecond()))
	},
	Topic: func(b []byte, o *directory.Offer) []byte {
		for i := range o.Topics {
			b = text(text(b, o.Topics[i].System), o.Topics[i].Code)
		}
		return b
	},
	Eligibility: func(b []byte, o *directory.Offer) []byte {
		b = append(b, byte(o.Eligibility.Restricted))
		for _, groups := range [...][]directory.Group{o.Eligibility.Groups, o.Eligibility.Excluded} {
			b = number(b, int64(len(groups)))
			for _, g := range groups {
				b = text(b, g)
			}
		}
		return b
	},
	Modes:         func(b []byte, o *directory.Offer) []byte { return truths(b, o.Delivery) },
	Spoken:        func(b []byte, o *directory.Offer) []byte { return truths(b, o.Languages) },
	Accessibility: func(b []byte, o *directory.Offer) []byte { return truths(b, o.Access) },
	WaysIn:        func(b []byte, o *directory.Offer) []byte { return truths(b, o.Routes) },
	Schedules: func(b []byte, o *directory.Offer) []byte {
		for i := range o.Schedules {
			b = schedule(b, &o.Schedules[i])
		}
		return b
	},
	Area: func(b []byte, o *directory.Offer) []byte { return area(b, &o.Area) },
}

func schedule(b []byte, s *directory.Schedule) []byte {
	b = number(text(b, s.Rule.Every), int64(s.Rule.Interval))
	b = number(b, int64(len(s.Rule.Days)))
	for _, d := range s.Rule.Days {
		b = number(number(b, int64(d.Weekday)), int64(d.Nth))
	}
	b = number(b, int64(len(s.Rule.MonthDays)))
	for _, d := range s.Rule.MonthDays {
		b = number(b, int64(d))
	}
	b = number(b, int64(len(s.Rule.Months)))
	for _, m := range s.Rule.Months {
		b = number(b, int64(m))
	}
	b = number(b, int64(len(s.Except)))
	for _, d := range s.Except {
		b = number(b, int64(d))
	}
	for _, d := range []sp.Date{s.Start, s.Until, s.Valid.Start, s.Valid.End} {
		b = number(b, int64(d))
	}
	return known(known(flag(b, s.Unclear), s.Opens), s.Closes)
}

func area(b []byte, a *directory.ServiceArea) []byte {
	b = number(flag(flag(b, a.Everywhere), a.Incomplete), int64(len(a.Postcodes)))
	for _, p := range a.Postcodes {
		b = text(b, p)
	}
	b = number(b, int64(len(a.Shapes)))
	for _, shape := range a.Shapes {
		if drawn, err := shape.MarshalJSON(); err == nil { // as it is for every shape
			b = text(b, string(drawn))
		}
	}
	for _, part := range a.Areas {
		b = number(text(b, part.Code), int64(part.Boundary))
	}
	if a.Centre.IsZero() {
		return b
	}
	return decimal(decimal(decimal(text(b, ""), a.Centre.Lat), a.Centre.Lon), float64(a.Radius))
}

// text, number and the others write a value so that no two statements write the same.
func text[T ~string](b []byte, s T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func number(b []byte, n int64) []byte { return binary.AppendVarint(b, n) }

func decimal(b []byte, x float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
}

func flag(b []byte, is bool) []byte {
	if is {
		return append(b, 1)
	}
	return append(b, 0)
}

func known[T ~int](b []byte, k sp.Known[T]) []byte {
	n, ok := k.Lookup()
	return number(flag(b, ok), int64(n))
}

func truths[K ~string](b []byte, t directory.Truths[K]) []byte {
	if len(t) == 0 {
		return b
	}
	var few [8]K
	keys := few[:0]
	for k := range t {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		b = append(text(b, k), byte(t[k]))
	}
	return b
}

// numberStatements numbers the statements of offers, in the order in which these were
// given, which is as a rule that of the memory that they lie in. Up to so many goroutines
// share the columns.
func numberStatements(given []*directory.Offer, goroutines int) (columns [factCount]column) {
	n := min(max(goroutines, 1), int(factCount))
	inParallel(n, func(first int) {
		var known [factCount]numbering
		for c := first; c < int(factCount); c += n {
			columns[c].of = make([]uint32, len(given))
		}
		var key []byte
		for i, o := range given {
			for c := first; c < int(factCount); c += n {
				key = statements[c](key[:0], o)
				number, isNew := known[c].of(key)
				if isNew {
					columns[c].examples = append(columns[c].examples, uint32(i))
				}
				columns[c].of[i] = number
			}
		}
	})
	return columns
}

// arrangeColumns puts columns in the order of rows.
func arrangeColumns(columns *[factCount]column, rowOf []uint32) {
	n := min(parallel(), int(factCount))
	inParallel(n, func(first int) {
		for c := first; c < int(factCount); c += n {
			of := make([]uint32, len(rowOf))
			for i, number := range columns[c].of {
				of[rowOf[i]] = number
			}
			columns[c].of = of
			for e, i := range columns[c].examples {
				columns[c].examples[e] = rowOf[i]
			}
		}
	})
}
