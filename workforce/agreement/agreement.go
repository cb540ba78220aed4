package agreement

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce/record"
)

// AgreementKind is the kind of record under which agreements are stored.
const AgreementKind = "outcome-agreement"

// A Good says which side of the target is good.
type Good string

// The sides of a target on which a figure can be good.
const (
	AtLeast Good = "at-least"
	AtMost  Good = "at-most"
)

// A Consequence is what happens if a target is missed.
type Consequence string

// The consequences. There is no code for doing nothing.
const (
	Discuss Consequence = "discuss" // the partners meet, and say why
	Support Consequence = "support" // whoever delivers gets help
	Change  Consequence = "change"  // the target or the way to it is changed
	End     Consequence = "end"     // what was agreed ends
)

// An Ending is why an agreement ended.
type Ending string

// The reasons for which an agreement ends.
const (
	Fulfilled Ending = "fulfilled"
	Replaced  Ending = "replaced" // by another agreement
	Withdrawn Ending = "withdrawn"
	Lapsed    Ending = "lapsed"
)

// An Agreement is what some partners count as good, by which measure and by when. It is not a
// contract: no money depends on it here.
type Agreement struct {
	ID         string            `json:"id"`
	Area       string            `json:"area,omitempty"`
	Partners   []string          `json:"partners"`             // IDs of organisations, two or more
	Measure    string            `json:"measure"`              // ID of the indicator, as a code: "contacted-in-time"
	Instrument string            `json:"instrument,omitempty"` // the questionnaire that it is taken by, as a code
	Licence    string            `json:"licence,omitempty"`    // of the instrument, as a code
	Good       Good              `json:"good"`
	Baseline   sp.Known[float64] `json:"baseline,omitzero"`
	Target     float64           `json:"target"` // in the unit of the measure; a share is from 0 to 1
	From       sp.Date           `json:"from"`
	By         sp.Date           `json:"by"`              // the day on which it is to be reached
	Every      int               `json:"every,omitempty"` // months from one report to the next; 0 is one report, at the end
	Reporter   string            `json:"reporter"`        // which of the partners reports
	IfMissed   Consequence       `json:"ifMissed"`
	Small      int               `json:"small,omitempty"`   // figures of fewer people than this are not told
	Revisit    sp.Date           `json:"revisit,omitzero"`  // when the partners look at the agreement itself
	Reports    []Report          `json:"reports,omitempty"` // in the order in which they were made
	Ended      sp.Date           `json:"ended,omitzero"`
	Ending     Ending            `json:"ending,omitempty"`

	Aims map[string]sp.Personal[string] `json:"-"` // of partners by their IDs, in their own words
}

// EventType returns the stored name.
func (Agreement) EventType() store.EventType { return "outcome-agreement.noted" }

// agreement is an Agreement without its methods, and wireAgreement what is stored of it.
type (
	agreement     Agreement
	wireAgreement struct {
		agreement

		Aims map[string]sp.Plain[string] `json:"aims,omitempty"`
	}
)

var agreements = &record.Kind[Agreement]{
	Name: AgreementKind, By: []sp.Role{sp.RoleTeamLead},
	Ahead: func(Agreement) bool { return true }, // it may begin later
	Index: func(a Agreement) record.Index {
		return record.Index{ID: a.ID, Area: a.Area, Code: a.Measure, On: a.From, Due: a.Due()}
	},
	Check: Agreement.check,
	Body: func(a Agreement) any {
		w := wireAgreement{agreement(a), make(map[string]sp.Plain[string], len(a.Aims))}
		for p, words := range a.Aims {
			w.Aims[p] = sp.Plain[string]{Personal: words}
		}
		return w
	},
	Read: func(body []byte) (Agreement, error) {
		var in wireAgreement
		err := json.Unmarshal(body, &in)
		a := Agreement(in.agreement)
		a.Aims = make(map[string]sp.Personal[string], len(in.Aims))
		for p, words := range in.Aims {
			a.Aims[p] = words.Personal
		}
		return a, err
	},
}

func (a Agreement) check(e *sp.InvalidError) {
	e.Check(len(a.Partners) >= 2, "partners", sp.WrongLength, "must be two or more")
	for i, p := range a.Partners {
		e.CheckID(p, fmt.Sprintf("partners[%d]", i))
		e.Check(slices.Index(a.Partners, p) == i, fmt.Sprintf("partners[%d]", i), sp.Duplicate, "must be there once")
	}
	e.Check(sp.ValidCode(a.Measure), "measure", sp.Malformed, sp.CodeRule)
	e.Check(a.Instrument == "" || sp.ValidCode(a.Instrument), "instrument", sp.Malformed, sp.CodeRule)
	e.Check(a.Licence == "" || sp.ValidCode(a.Licence), "licence", sp.Malformed, sp.CodeRule)
	e.Check(a.Good == AtLeast || a.Good == AtMost, "good", sp.NotListed, "must be at-least or at-most")
	e.Check(number(a.Target) && number(a.Baseline.Or(0)), "target", sp.OutOfRange, "must be a number, as must be the baseline")
	e.Check(!a.From.IsZero() && a.By > a.From, "by", sp.Inconsistent, "must be after the first day, which must be known")
	e.Check(a.Every >= 0 && a.Every <= 120, "every", sp.OutOfRange, "must be from 0 to 120 months")
	e.Check(slices.Contains(a.Partners, a.Reporter), "reporter", sp.NotListed, "must be one of the partners")
	e.Check(slices.Contains([]Consequence{Discuss, Support, Change, End}, a.IfMissed), "ifMissed", sp.NotListed, "must be discuss, support, change or end")
	e.Check(a.Small >= 0, "small", sp.OutOfRange, "must not be below zero")
	e.Check(a.Ended.IsZero() == (a.Ending == ""), "ending", sp.Inconsistent, "must be there with the day of the end, and only then")
	e.Check(slices.Contains([]Ending{"", Fulfilled, Replaced, Withdrawn, Lapsed}, a.Ending), "ending", sp.NotListed, "must be fulfilled, replaced, withdrawn or lapsed")
	for p := range maps.Keys(a.Aims) {
		e.Check(slices.Contains(a.Partners, p), "aims", sp.NotListed, "must be of the partners")
	}
	for i, r := range a.Reports {
		e.Check(i == 0 || r.On >= a.Reports[i-1].On, fmt.Sprintf("reports[%d].on", i), sp.Untimely, "must not be before the report before it")
		days, ok := r.Of.Days()
		e.Check(ok && days > 0, fmt.Sprintf("reports[%d].of", i), sp.OutOfRange, "must have a first day and an end after it")
		e.Check(number(r.Value.Or(0)) && number(r.Lower.Or(0)) && number(r.Upper.Or(0)), fmt.Sprintf("reports[%d]", i), sp.OutOfRange, "must hold numbers")
	}
}

func number(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// Make returns the record of an agreement that is not stored yet. Team leads write it; it is
// amended with each report, and when it ends.
func Make(a Agreement, s sp.Stamp) (*record.Record[Agreement], error) { return agreements.Write(a, s) }

// Agreements returns the agreements that db keeps, found by area, by their first day, and by measure
// as the code. Due ([record.Repository.Due]) are those to be reported on.
func Agreements(db store.Driver) *record.Repository[Agreement] { return agreements.In(db) }

// Due returns when the next report is due: so many months after the end of the period of the
// last one, and at the latest on the day by which the target is to be reached. It is zero
// once that is reported, or the agreement has ended.
func (a Agreement) Due() sp.Date {
	last := a.From
	for _, r := range a.Reports {
		last = max(last, r.Of.End)
	}
	switch {
	case !a.Ended.IsZero() || last >= a.By:
		return 0
	case a.Every == 0:
		return a.By
	}
	return min(last.AddMonths(a.Every), a.By)
}

// Unsaid returns the partners whose aim nobody has written down in their own words.
func (a Agreement) Unsaid() []string {
	return slices.DeleteFunc(slices.Clone(a.Partners), func(p string) bool { return a.Aims[p].Reveal() != "" })
}

// Overdue returns the agreements on which a report was due before a day, the longest due first.
func Overdue(all []Agreement, today sp.Date) []Agreement {
	due := slices.DeleteFunc(slices.Clone(all), func(a Agreement) bool { return a.Due().IsZero() || a.Due() >= today })
	slices.SortFunc(due, func(a, b Agreement) int { return cmp.Or(cmp.Compare(a.Due(), b.Due()), cmp.Compare(a.ID, b.ID)) })
	return due
}

var events = store.EventTypesOf[store.Event](Agreement{}, Glossary{}, record.Retracted{}, record.Erased{})

// DecodeEvent decodes the data of an event of the log by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (store.Event, error) {
	return events.Decode(name, data)
}
