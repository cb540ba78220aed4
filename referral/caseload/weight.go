package caseload

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp/referral"
)

// A Weight is how much work a case is.
type Weight struct {
	Table  string `json:"table"`  // the version of the [Scale]
	Points int    `json:"points"` // in hundredths
	Terms  []Term `json:"terms"`  // what it is the sum of, the phase first
}

// A Term is one part of a weight, or of a load.
type Term struct {
	What   string `json:"what"`  // a [Phase] or a [Fact]
	Count  int    `json:"count"` // how many there are, whether or not all of them count
	Points int    `json:"points"`
}

// Weigh returns the weight of a case: the points of its phase and of each fact, no more of
// it than the table counts. A negative count is none.
func (t Scale) Weigh(f Facts) Weight {
	p, counts := t.points(), f.counts()
	sum, terms := p.weigh(&f, &counts, make([]Term, 0, 1+kinds))
	return Weight{t.Version, sum, terms}
}

// A Carried is a case on somebody's caseload, with what it is weighed by.
type Carried struct {
	Referral referral.ID
	Facts    Facts
}

// A Weighed is a case on somebody's caseload with its weight.
type Weighed struct {
	Referral referral.ID `json:"referral"`
	Weight
}

// A Load is what a worker carries: the sum of the weights of their cases.
type Load struct {
	Worker referral.WorkerID `json:"worker"`
	People int               `json:"people"`
	Points int               `json:"points"` // in hundredths
	Cases  []Weighed         `json:"cases"`
	Terms  []Term            `json:"terms"` // what the points are for, over all cases; they add up to Points
}

// Load weighs the cases of a worker, and keeps their order. Each weight is that of
// [Scale.Weigh]. All terms share one allocation.
func (t Scale) Load(worker referral.WorkerID, cases []Carried) Load {
	p, n := t.points(), len(cases)
	counts := make([][kinds]int, len(cases))
	var total [kinds]Term
	for i := range cases {
		counts[i] = cases[i].Facts.counts()
		for k, c := range counts[i] {
			if c > 0 {
				n++
				total[k].Count += c
				total[k].Points += min(c, p.most[k]) * p.each[k]
			}
		}
	}
	l := Load{Worker: worker, People: len(cases), Cases: make([]Weighed, len(cases))}
	terms := make([]Term, 0, n)
	var begun [len(phases)]int
	for i := range cases {
		first := len(terms)
		var sum int
		sum, terms = p.weigh(&cases[i].Facts, &counts[i], terms)
		l.Points += sum
		l.Cases[i] = Weighed{cases[i].Referral, Weight{t.Version, sum, terms[first:len(terms):len(terms)]}}
		if k := cases[i].Facts.Phase.index(); k >= 0 {
			begun[k]++
		}
	}
	for k, n := range begun {
		if n > 0 {
			l.Terms = append(l.Terms, Term{string(phases[k]), n, n * p.base[k]})
		}
	}
	for k := range total {
		if total[k].Count > 0 {
			total[k].What = string(facts[k])
			l.Terms = append(l.Terms, total[k])
		}
	}
	return l
}

// Heaviest returns the cases in the order of their weight, the heaviest first, and equal
// ones in the order of their IDs.
func (l Load) Heaviest() []referral.ID {
	cases := slices.Clone(l.Cases)
	slices.SortFunc(cases, func(a, b Weighed) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), strings.Compare(string(a.Referral), string(b.Referral)))
	})
	ids := make([]referral.ID, len(cases))
	for i, c := range cases {
		ids[i] = c.Referral
	}
	return ids
}

// String explains a load as [Weight.String] does a weight: each part with how many there
// are of it.
func (l Load) String() string { return explain(l.Points, l.Terms) }

// String explains a weight: "1.70 = going 1.20 + needs (2) 0.10 + crises (1) 0.40".
func (w Weight) String() string { return explain(w.Points, w.Terms) }

func explain(points int, terms []Term) string {
	b := appendPoints(make([]byte, 0, 96), points)
	for i, t := range terms {
		join := " + "
		if i == 0 {
			join = " = "
		}
		b = append(append(b, join...), t.What...)
		if Phase(t.What).index() < 0 || t.Count > 1 {
			b = append(b, " ("...)
			b = strconv.AppendInt(b, int64(t.Count), 10)
			b = append(b, ')')
		}
		b = appendPoints(append(b, ' '), t.Points)
	}
	return string(b)
}

// Points writes hundredths of a point: 165 is "1.65".
func Points(hundredths int) string { return string(appendPoints(nil, hundredths)) }

func appendPoints(b []byte, hundredths int) []byte {
	b = strconv.AppendInt(b, int64(hundredths/100), 10)
	return append(b, '.', byte('0'+hundredths/10%10), byte('0'+hundredths%10))
}
