package caseload

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
)

// A Phase is how far a case has come, in rising order of work.
type Phase string

// The phases.
const (
	Waiting Phase = "waiting" // accepted or received, and not spoken to yet
	Going   Phase = "going"   // under way
	First   Phase = "first"   // in the first 28 days after the first conversation
)

// Facts are what a case is weighed by. All of them are counted, none is an opinion.
type Facts struct {
	Phase       Phase
	Needs       int // that were found, or for which somebody was referred
	Sensitive   int // of them: those that the taxonomy calls sensitive, such as domestic abuse
	Crises      int // concerns about a danger to life, open or not
	Flags       int // concerns that nobody has taken over yet
	Contacts    int // conversations in the last 28 days
	Adjustments int // that the person needs: an interpreter, home visits, somebody to come along
	Young       int // 1 for somebody under 18 with whom parents, school or court are to be spoken to as well
}

// A Fact names one of the [Facts], as a code.
type Fact string

// The facts.
const (
	FactNeeds       Fact = "needs"
	FactSensitive   Fact = "sensitive"
	FactCrises      Fact = "crises"
	FactFlags       Fact = "flags"
	FactContacts    Fact = "contacts"
	FactAdjustments Fact = "adjustments"
	FactYoung       Fact = "young"
)

var facts = []Fact{FactNeeds, FactSensitive, FactCrises, FactFlags, FactContacts, FactAdjustments, FactYoung}

// Of returns how many of a fact there are.
func (f Facts) Of(what Fact) int {
	switch what {
	case FactNeeds:
		return f.Needs
	case FactSensitive:
		return f.Sensitive
	case FactCrises:
		return f.Crises
	case FactFlags:
		return f.Flags
	case FactContacts:
		return f.Contacts
	case FactAdjustments:
		return f.Adjustments
	case FactYoung:
		return f.Young
	}
	return 0
}

// FactsOf counts what a case itself knows at a moment. Adjustments and age are known to
// the record of the person alone: whoever loads it fills them in.
func FactsOf(r *referral.Referral, at time.Time) Facts {
	f := Facts{Phase: Going, Needs: len(r.Needs())}
	switch first := r.FirstContact(); {
	case first.IsZero():
		f.Phase = Waiting
	case at.Before(first.AddDate(0, 0, 28)):
		f.Phase = First
	}
	for _, n := range r.Needs() {
		if term, ok := needs.Standard().Term(n); !ok || term.Sensitivity != needs.Ordinary {
			f.Sensitive++
		}
	}
	for _, c := range r.Concerns() {
		if c.Kind == concern.Crisis {
			f.Crises++
		}
		if c.Open() {
			f.Flags++
		}
	}
	for e := range r.History() {
		if _, spoken := e.Event.(referral.Contacted); spoken && !e.Stamp.At.After(at) && e.Stamp.At.After(at.AddDate(0, 0, -28)) {
			f.Contacts++
		}
	}
	return f
}

// A Scale says how many points a fact has, in hundredths of a point. Nobody types a weight
// in: it follows from the facts and the table.
type Scale struct {
	Version string        `json:"version"` // kept with what is decided by it
	Source  string        `json:"source"`
	From    sp.Date       `json:"from"`
	Phase   map[Phase]int `json:"phase"` // what a case weighs at least
	Each    map[Fact]int  `json:"each"`  // for each that there is
	Most    map[Fact]int  `json:"most"`  // how many count at the most; a fact that is not there counts without limit
}

// Proposed returns the table of this library's own choice. No table for link workers could
// be found; the parts are those of tables that councils use for social workers, a base, what
// makes a case harder, and less for who only waits, and the points are such that 46 to 58
// usual cases are a full load.
func Proposed() Scale {
	return Scale{
		Version: "sp-2026-11", Source: "this library's own choice; no table for link workers was found", From: sp.NewDate(2026, 11, 1),
		Phase: map[Phase]int{Waiting: 36, Going: 120, First: 160},
		Each:  map[Fact]int{FactNeeds: 5, FactSensitive: 40, FactCrises: 40, FactFlags: 100, FactContacts: 5, FactAdjustments: 40, FactYoung: 40},
		Most:  map[Fact]int{FactNeeds: 6, FactSensitive: 1, FactContacts: 12},
	}
}

// Check returns what is wrong with a scale: no fact may make a case lighter.
func (t Scale) Check() error {
	e := sp.InvalidError{Subject: "caseload: scale"}
	e.Check(sp.ValidCode(t.Version), "version", sp.Malformed, sp.CodeRule)
	e.Check(t.Source != "", "source", sp.Missing, "must say who says so")
	e.Check(!t.From.IsZero(), "from", sp.Missing, "must be dated")
	e.Check(t.Phase[Waiting] >= 0 && t.Phase[Going] >= t.Phase[Waiting] && t.Phase[First] >= t.Phase[Going] && t.Phase[First] <= most,
		"phase", sp.Inconsistent, "must not fall from waiting over going to first, and be from 0 to 1000000")
	for _, f := range facts {
		e.Check(t.Each[f] >= 0 && t.Each[f] <= most, "each."+string(f), sp.OutOfRange, "must be from 0 to 1000000")
		e.Check(t.Most[f] >= 0, "most."+string(f), sp.OutOfRange, "must not be negative")
	}
	return e.Err()
}

// most is how many hundredths of a point one fact can have, and how many of a fact count:
// beyond it a number is a typing mistake, and a sum could overflow.
const most = 1_000_000

// A Weight is how much work a case is.
type Weight struct {
	Table  string `json:"table"`  // its version
	Points int    `json:"points"` // in hundredths
	Terms  []Term `json:"terms"`  // what it is the sum of, the phase first
}

// A Term is one part of a weight.
type Term struct {
	What   string `json:"what"`  // a [Phase] or a [Fact]
	Count  int    `json:"count"` // how many there are
	Points int    `json:"points"`
}

// Weigh returns the weight of a case: the points of its phase and of each fact, no more of
// it than the table counts. A negative count is none.
func (t Scale) Weigh(f Facts) Weight {
	w := Weight{Table: t.Version, Points: t.Phase[f.Phase], Terms: make([]Term, 1, 1+len(facts))}
	w.Terms[0] = Term{string(f.Phase), 1, w.Points}
	for _, what := range facts {
		n := f.Of(what)
		if n <= 0 {
			continue
		}
		counted := min(n, most)
		if limit, ok := t.Most[what]; ok {
			counted = min(counted, limit)
		}
		p := counted * t.Each[what]
		w.Points += p
		w.Terms = append(w.Terms, Term{string(what), n, p})
	}
	return w
}

// Points writes hundredths of a point: 165 is "1.65".
func Points(hundredths int) string { return fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100) }

// String explains a weight: "1.65 = first 1.60 + needs 1 x 0.05".
func (w Weight) String() string {
	var parts []string
	for i, t := range w.Terms {
		if i == 0 {
			parts = append(parts, t.What+" "+Points(t.Points))
			continue
		}
		parts = append(parts, fmt.Sprintf("%s (%d) %s", t.What, t.Count, Points(t.Points)))
	}
	return Points(w.Points) + " = " + strings.Join(parts, " + ")
}

// A Load is what a worker carries.
type Load struct {
	Worker referral.WorkerID      `json:"worker"`
	People int                    `json:"people"`
	Points int                    `json:"points"` // in hundredths
	Cases  map[referral.ID]Weight `json:"cases"`
	Counts map[string]int         `json:"counts"` // points by what they are for, over all cases
}

// Sum adds up the weights of a worker's cases.
func Sum(worker referral.WorkerID, cases map[referral.ID]Weight) Load {
	l := Load{Worker: worker, People: len(cases), Cases: cases, Counts: map[string]int{}}
	for _, w := range cases {
		l.Points += w.Points
		for _, t := range w.Terms {
			l.Counts[t.What] += t.Points
		}
	}
	return l
}

// Heaviest returns the cases in the order of their weight, the heaviest first.
func (l Load) Heaviest() []referral.ID {
	ids := make([]referral.ID, 0, len(l.Cases))
	for id := range l.Cases {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b referral.ID) int {
		if d := l.Cases[b].Points - l.Cases[a].Points; d != 0 {
			return d
		}
		return strings.Compare(string(a), string(b))
	})
	return ids
}
