package consent

import (
	"maps"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
)

// A Policy is all that a decision rests on beside the [File] of the person: data that a
// scheme takes as it is, or replaces part by part:
//
//	bay := consent.StandardPolicy()
//	bay.Version = "bay-3"
//	err := bay.Table.Set(consent.ToSchool, consent.DirectCare, "AAANONNNAA")
//
// Change its version with it: every decision says under which it was made.
type Policy struct {
	Version string
	Table   Table
	Ages    []AgeRule
	Duties  []Duty
	Bases   map[Purpose]Basis
	Fields  map[string]Kind // of which kind each field is that a [Permission] is asked about

	// Sensitive are the codes of needs that are never told as needs, but as sensitive ones.
	Sensitive map[string]bool

	// Needed are the fields that a service needs, by its ID: none else is told to its
	// provider. A service that is not listed may be told what the table allows.
	Needed map[string][]string

	// AfterYes are the kinds that a provider or a school hears only once they have said yes.
	AfterYes []Kind

	// Glass is how many open reviews stop somebody from breaking the glass again.
	Glass int

	// Calendar has the days, and the working days, by which a review is due.
	Calendar sp.Calendar
}

// StandardPolicy returns the policy that ships with this package, version "sp-2026-11". A
// small scheme needs no other. It shares no memory with another.
func StandardPolicy() *Policy {
	sensitive := make(map[string]bool)
	for _, code := range sensitiveNeeds {
		sensitive[code] = true
	}
	return &Policy{
		Version: "sp-2026-11", Table: standardTable, Ages: AgeRules(), Duties: StandardDuties(),
		Bases: maps.Clone(standardBases), Fields: maps.Clone(standardFields), Sensitive: sensitive,
		AfterYes: []Kind{Identity, Contact, SensitiveNeeds, Flags, Measures}, Glass: 3,
	}
}

// The bases that could be verified. The rest is unknown until somebody who may says it.
// Source: privacy notices of an integrated care board and of a county council.
var standardBases = map[Purpose]Basis{
	DirectCare:      {"6(1)(e)", "9(2)(h)"},
	OnwardReferral:  {"6(1)(e)", "9(2)(h)"},
	Feedback:        {"6(1)(e)", "9(2)(h)"},
	ForSafeguarding: {"6(1)(c) or 6(1)(e)", "9(2)(g)"},
}

var sensitiveNeeds = [...]string{
	"domestic-abuse", "suicidal-thoughts", "self-harm", "trauma", "drugs", "alcohol", "gambling", "immigration", "justice", "homelessness", "safety",
	"sexual-health", "gender-identity", "hiv",
}

// standardFields names what packages placement and letter ask about. There "contact" is
// when and how often the person was spoken to, and no telephone number.
var standardFields = map[string]Kind{
	"name": Identity, "born": Identity, "nhs-number": Identity, "identity": Identity, "gender": Identity,
	"telephone-number": Contact, "phone": Contact, "email": Contact, "address": Contact, "postcode": Contact, "text": Contact, "letter": Contact,
	"need": Needs, "needs": Needs, "adjustment": Needs, "language": Needs, "interpreter": Needs, "access": Needs, "goal": Needs,
	"sensitive-needs": SensitiveNeeds, "flags": Flags, "flag": Flags, "measures": Measures, "measure": Measures,
	"notes": Notes, "note-team": Notes, "note-shared": Notes, "note-supervision": Notes, "note-safeguarding": Notes,
	"equality": Equality, "ethnicity": Equality, "religion": Equality,
	"attendance": Attendance, "step": Attendance, "contact": Attendance, "session": Attendance,
	"outcome": Outcome, "result": Outcome, "reason": Outcome, "service": Outcome, "status": Status,
}

// EndOfNextWorkday returns when the next working day after that of a moment is over.
func (p *Policy) EndOfNextWorkday(at time.Time) time.Time {
	return p.Calendar.AddWorkdays(p.Calendar.Date(at), 1).Add(1).In(p.Calendar.Zone()).UTC()
}

// kind returns of which kind what is asked is, and whether anybody knows.
func (p *Policy) kind(q *Ask) (Kind, bool) {
	k := q.Kind
	if k == "" {
		k = p.Fields[q.Field]
	}
	if k == Needs && q.Code != "" && p.Sensitive[q.Code] {
		k = SensitiveNeeds
	}
	return k, k == Status || slices.Contains(kinds[:], k)
}

// duty reports whether the duty of an order compels anybody on a day.
func (p *Policy) duty(code string, n Nation, on sp.Date) bool {
	return code == CourtOrder || code == Coroner || slices.ContainsFunc(p.Duties, func(d Duty) bool { return d.Code == code && d.active(n, on) })
}
