package caseload

import (
	"time"

	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
)

// A Phase is how far a case has come, in rising order of work.
type Phase string

// How far a case can have come, in rising order of work.
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

// The facts that a case is weighed by.
const (
	FactNeeds       Fact = "needs"
	FactSensitive   Fact = "sensitive"
	FactCrises      Fact = "crises"
	FactFlags       Fact = "flags"
	FactContacts    Fact = "contacts"
	FactAdjustments Fact = "adjustments"
	FactYoung       Fact = "young"
)

const kinds = 7 // of facts

var facts = [kinds]Fact{FactNeeds, FactSensitive, FactCrises, FactFlags, FactContacts, FactAdjustments, FactYoung}

// counts returns how many there are of each fact, in the order of facts. A negative count
// is none.
func (f *Facts) counts() [kinds]int {
	return [kinds]int{max(f.Needs, 0), max(f.Sensitive, 0), max(f.Crises, 0), max(f.Flags, 0), max(f.Contacts, 0), max(f.Adjustments, 0), max(f.Young, 0)}
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
		if _, spoken := e.Event.(referral.Contacted); spoken && recent(e.Stamp.At, at) {
			f.Contacts++
		}
	}
	return f
}

// recent reports whether something took place in the 28 days before a moment.
func recent(t, at time.Time) bool { return !t.After(at) && t.After(at.AddDate(0, 0, -28)) }
