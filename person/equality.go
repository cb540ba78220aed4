package person

import (
	"fmt"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Characteristic is one that the law protects, or that is asked to see whom a scheme
// reaches. Age and gender stand elsewhere in a record. The list is open.
//
// Source: Equality Act 2010, section 4.
type Characteristic string

// The characteristics. Of all but the last two there is a national list: [ListOf].
const (
	EthnicCategory     Characteristic = "ethnic-category"
	GenderIdentity     Characteristic = "gender-identity"
	Belief             Characteristic = "belief" // religion or belief
	MaritalStatus      Characteristic = "marital-status"
	SexualOrientation  Characteristic = "sexual-orientation"
	Disability         Characteristic = "disability"
	GenderReassignment Characteristic = "gender-reassignment"
	Pregnancy          Characteristic = "pregnancy" // and maternity
)

// ListOf returns the national list of England for a characteristic, and false where this
// package ships none since none could be verified; codes of any system can be recorded
// then.
func ListOf(c Characteristic) (*CodeList, bool) {
	switch c { //nolint:exhaustive // of the others no list could be verified
	case EthnicCategory, GenderIdentity, Belief, MaritalStatus, SexualOrientation, Disability:
		return codeLists()[string(c)], true
	}
	return nil, false
}

// A Fact is what somebody answered: a code, or that they would rather not say. Nobody
// has asked where there is no fact at all, which is another thing.
type Fact struct {
	Code      sp.Code `json:"code,omitzero"`
	NotStated bool    `json:"notStated,omitempty"` // was asked and declined to say
}

// IsZero reports whether f says nothing: the answer is unknown.
func (f Fact) IsZero() bool { return f == Fact{} }

// Format implements [fmt.Formatter]; every verb prints "[personal]".
func (f Fact) Format(s fmt.State, _ rune) { sp.Personal[struct{}]{}.Format(s, 'v') }

// Equality holds the facts that show whether everybody is reached alike. They decide
// nothing about a person: a [Profile] has them in bands, to be counted.
type Equality map[Characteristic]Fact

// Format implements [fmt.Formatter]; every verb prints "[personal]".
func (q Equality) Format(s fmt.State, _ rune) { sp.Personal[struct{}]{}.Format(s, 'v') }

// Bands returns the facts as a profile tells them: "asian", "belief", "partnered",
// "not-stated", or "stated" where there is no coarser word for the code. What nobody has
// asked is left out.
func (q Equality) Bands() map[Characteristic]string {
	var bands map[Characteristic]string
	for c, f := range q {
		if f.IsZero() {
			continue
		}
		if bands == nil {
			bands = make(map[Characteristic]string, len(q))
		}
		bands[c] = f.band(c)
	}
	return bands
}

func (f Fact) band(c Characteristic) string {
	if f.NotStated {
		return "not-stated"
	}
	if l, ok := ListOf(c); ok && f.Code.System == l.System {
		if e, known := l.entry(f.Code.Code); known && e.band != "" {
			return e.band
		}
	}
	return "stated"
}

func (q Equality) check(e *sp.InvalidError) {
	for _, c := range slices.Sorted(maps.Keys(q)) {
		f := q[c]
		if !sp.ValidCode(c) {
			e.Check(false, "equality", sp.Malformed, "must name characteristics by codes: "+sp.CodeRule)
			continue
		}
		path := "equality." + string(c)
		e.Check(!f.NotStated || f.Code == sp.Code{}, path, sp.Inconsistent, "must be a code or not stated, not both")
		e.Check(f.NotStated || f.Code.Code != "", path, sp.Missing, "must have a code, or be left out where nobody has asked")
		e.Check(readable(f.Code.System, f.Code.Version, f.Code.Code, f.Code.Display), path, sp.Malformed, readRule)
		if l, ok := ListOf(c); ok && !f.NotStated && (f.Code.System == "" || f.Code.System == l.System) {
			entry, known := l.entry(f.Code.Code)
			e.Check(known && f.Code.System == l.System, path, sp.NotListed, "must be on the national list, or state the system that it is from")
			e.Check(entry.answer == "", path, sp.Inconsistent, "must not be a code that says there is no answer: use NotStated, or leave it out")
		}
	}
}
