package caseload

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
)

// A Weight is how much work a case is.
type Weight struct {
	Table  string `json:"table"`  // the version of the [Scale]
	Points int    `json:"points"` // in hundredths
	Terms  []Term `json:"terms"`  // what it is the sum of, the phase first; one that is none has no term
}

// A Term is one part of a weight, or of a load.
type Term struct {
	what   uint8 // its place in parts: without a pointer, 30,000 of them cost the collector nothing
	Count  int   // how many there are, whether or not all of them count
	Points int   // in hundredths
}

// parts are what a term can be for: the phases, and then the facts.
var parts = [len(phases) + kinds]string{
	string(Waiting), string(Going), string(First),
	string(FactNeeds), string(FactSensitive), string(FactCrises), string(FactFlags), string(FactContacts), string(FactAdjustments), string(FactYoung),
}

// What returns what the points are for, a [Phase] or a [Fact].
func (t Term) What() string { return parts[t.what] }

type wireTerm struct {
	What   string `json:"what"`
	Count  int    `json:"count"`
	Points int    `json:"points"`
}

// MarshalJSON writes {"what": "needs", "count": 2, "points": 10}.
func (t Term) MarshalJSON() ([]byte, error) {
	return json.Marshal(wireTerm{t.What(), t.Count, t.Points})
}

// UnmarshalJSON reads what [Term.MarshalJSON] writes. The error does not repeat what it read.
func (t *Term) UnmarshalJSON(data []byte) error {
	var w wireTerm
	if err := json.Unmarshal(data, &w); err != nil {
		return fmt.Errorf("caseload: read a term: is no term: %w", sp.ErrInvalid)
	}
	i := slices.Index(parts[:], w.What)
	if i < 0 {
		return sp.Invalid("caseload: read a term", "what", sp.NotListed, "must be a phase or a fact")
	}
	*t = Term{uint8(i), w.Count, w.Points}
	return nil
}

// Weigh returns the weight of a case: the points of its phase and of each fact, no more of
// it than the table counts. A negative count is none.
func (t Scale) Weigh(f Facts) Weight {
	p := t.points()
	sum, terms := p.weigh(&f, make([]Term, 0, 1+kinds))
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
	p, n := t.points(), len(cases) // terms, at the most
	var total [kinds]Term
	for i := range cases {
		counts := cases[i].Facts.counts()
		for k, c := range counts {
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
		var sum int
		first := len(terms)
		sum, terms = p.weigh(&cases[i].Facts, terms)
		l.Points += sum
		w := &l.Cases[i]
		w.Referral, w.Table, w.Points, w.Terms = cases[i].Referral, t.Version, sum, terms[first:len(terms):len(terms)]
		if k := cases[i].Facts.Phase.index(); k >= 0 {
			begun[k]++
		}
	}
	for k, n := range begun {
		if n > 0 {
			l.Terms = append(l.Terms, Term{uint8(k), n, n * p.base[k]})
		}
	}
	for k, t := range total {
		if t.Count > 0 {
			l.Terms = append(l.Terms, Term{uint8(len(phases) + k), t.Count, t.Points})
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
		b = append(append(b, join...), t.What()...)
		if int(t.what) >= len(phases) || t.Count > 1 {
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
