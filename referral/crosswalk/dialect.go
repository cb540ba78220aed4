package crosswalk

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
)

// A Status is the part of a placement's state that the words of other systems
// express.
type Status struct {
	State   placement.State
	Waiting bool   // on the provider's own list
	Reason  string // code, if it ended with one
}

// Of returns the status of a placement.
func Of(p *placement.Placement) Status {
	_, waiting := p.Waiting()
	return Status{p.State(), waiting, p.Reason().Code}
}

// A Row pairs a status with a word.
type Row struct {
	Status Status // in Out, a status without a reason stands for every reason
	Word   string // empty if the dialect has no word for it
	Lost   string // what the translation loses, in either direction; empty if nothing
}

// A Dialect is the words of another system for what becomes of a placement.
// Dialects are data; a program can write its own.
type Dialect struct {
	Name, Version, Source string
	Out                   []Row // from a status to a word; the first row that fits is used
	In                    []Row // from a word to a status
}

// Say returns the word for a status, and what of the status the word does not
// express. The word is empty if the dialect has none for it.
func (d Dialect) Say(s Status) (word, lost string) {
	for _, row := range d.Out {
		fits := row.Status.State == s.State && row.Status.Waiting == s.Waiting
		if !fits || row.Status.Reason != "" && row.Status.Reason != s.Reason {
			continue
		}
		if row.Status.Reason == "" && s.Reason != "" && row.Lost == "" {
			return row.Word, "the reason"
		}
		return row.Word, row.Lost
	}
	if s.Waiting { // where a dialect has nothing for waiting, it speaks of the state alone
		word, lost = d.Say(Status{s.State, false, s.Reason})
		return word, join(lost, "that they are on a waiting list")
	}
	return "", "the whole step"
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

// Hear returns the status that a word means, and what the word leaves open. For a
// word that the dialect does not have, the error is [sp.ErrInvalid]: then change
// nothing, and show the word to somebody.
func (d Dialect) Hear(word string) (s Status, lost string, err error) {
	i := slices.IndexFunc(d.In, func(row Row) bool { return row.Word == word })
	if i < 0 {
		return Status{}, "", fmt.Errorf("crosswalk: hear a word of %s %s: it is not one of the %d that are known: %w", d.Name, d.Version, len(d.In), sp.ErrInvalid)
	}
	return d.In[i].Status, d.In[i].Lost, nil
}

func at(s placement.State) Status      { return Status{State: s} }
func waiting(s placement.State) Status { return Status{State: s, Waiting: true} }
func because(s placement.State, reason string) Status {
	return Status{State: s, Reason: reason}
}

const noReason = "the reason"

// FHIRTask returns the status words of a FHIR R4 Task as the SDOH Clinical Care
// guide profiles it for referrals. That guide has neither expiry nor a waiting
// list, and its recipients do not see what was only proposed to the person.
func FHIRTask() Dialect {
	return Dialect{
		Name: "FHIR Task", Version: "R4, SDOHCC 3.0.0", Source: "HL7/fhir-sdoh-clinicalcare at 6604b7ac, TaskForReferralManagement",
		Out: []Row{
			{at(placement.StateProposed), "draft", ""},
			{at(placement.StateOffered), "requested", ""},
			{waiting(placement.StateOffered), "on-hold", "that nobody has accepted it yet"},
			{at(placement.StateAccepted), "accepted", ""},
			{waiting(placement.StateAccepted), "on-hold", ""},
			{at(placement.StateStarted), "in-progress", ""},
			{at(placement.StateCompleted), "completed", ""},
			{at(placement.StateStopped), "failed", ""},
			{at(placement.StateDeclined), "rejected", ""},
			{at(placement.StateLapsed), "cancelled", "that nobody answered: there is no expired"},
			{at(placement.StateWithdrawn), "cancelled", ""},
			{at(placement.StateInError), "entered-in-error", ""},
		},
		In: []Row{
			{at(placement.StateProposed), "draft", ""},
			{at(placement.StateOffered), "requested", ""},
			{at(placement.StateOffered), "received", "that it has arrived"},
			{at(placement.StateAccepted), "accepted", ""},
			{at(placement.StateAccepted), "ready", "that they are ready to begin"},
			{waiting(placement.StateAccepted), "on-hold", "whether it had started, and why it rests"},
			{at(placement.StateStarted), "in-progress", ""},
			{at(placement.StateCompleted), "completed", ""},
			{at(placement.StateStopped), "failed", noReason},
			{at(placement.StateDeclined), "rejected", noReason},
			{at(placement.StateWithdrawn), "cancelled", "the reason, and whether it was a lapse"},
			{at(placement.StateInError), "entered-in-error", noReason},
		},
	}
}

// BaRS returns the words of the NHS Booking and Referral Standard: the reason of
// a message and the status of its ServiceRequest. It knows a referral and its
// cancellation, and has no use case for social prescribing.
func BaRS() Dialect {
	const silent = "the whole step: the standard has no message for it"
	return Dialect{
		Name: "BaRS", Version: "Core 1.5.0", Source: "NHSDigital/NHSDigital-FHIR-BookingAndReferrals at 0cf8fdaa, Standard-Pattern-For-Composites",
		Out: []Row{
			{at(placement.StateProposed), "", silent},
			{at(placement.StateOffered), "new active", ""},
			{at(placement.StateAccepted), "", silent},
			{at(placement.StateStarted), "", silent},
			{at(placement.StateCompleted), "", silent},
			{at(placement.StateStopped), "", silent},
			{at(placement.StateDeclined), "", silent},
			{at(placement.StateLapsed), "update revoked", "that nobody answered"},
			{at(placement.StateWithdrawn), "update revoked", ""},
			{at(placement.StateInError), "update entered-in-error", ""},
		},
		In: []Row{
			{at(placement.StateOffered), "new active", ""},
			{at(placement.StateWithdrawn), "update revoked", "the reason, and whether it was a lapse"},
			{at(placement.StateInError), "update entered-in-error", noReason},
		},
	}
}

// BSeR returns the business status of a Task in the HL7 guide Bidirectional
// Services eReferral. Its numbers changed between versions 1 and 2. The states
// of single events, 5.1.x, are those of sessions and mean here what they say
// about the placement.
func BSeR() Dialect {
	return Dialect{
		Name: "BSeR", Version: "2.0.0-ballot", Source: "build.fhir.org/ig/HL7/bser, TaskBusinessStatus",
		Out: []Row{
			{at(placement.StateProposed), "", "the whole step: it begins with the order"},
			{at(placement.StateOffered), "2.0", ""},
			{at(placement.StateAccepted), "3.0", ""},
			{at(placement.StateStarted), "5.1.4", ""},
			{at(placement.StateCompleted), "7.0", ""},
			{at(placement.StateStopped), "6.0", ""},
			{at(placement.StateDeclined), "4.0", ""},
			{at(placement.StateLapsed), "4.0", "that nobody answered"},
			{at(placement.StateWithdrawn), "5.2", ""},
			{at(placement.StateInError), "5.2", "that it was entered in error"},
		},
		In: []Row{
			{at(placement.StateOffered), "2.0", ""},
			{at(placement.StateAccepted), "3.0", ""},
			{at(placement.StateDeclined), "4.0", noReason},
			{at(placement.StateAccepted), "5.1.1", "that a session is planned: record it as one"},
			{at(placement.StateAccepted), "5.1.2", "that a session was missed: record it as one"},
			{at(placement.StateAccepted), "5.1.3", "that a session was cancelled: record it as one"},
			{at(placement.StateStarted), "5.1.4", "how many sessions there were"},
			{at(placement.StateWithdrawn), "5.2", noReason},
			{at(placement.StateStopped), "6.0", noReason},
			{at(placement.StateCompleted), "7.0", ""},
		},
	}
}

// Findhelp returns the status words of the findhelp network, which are made for
// the person to read and carry the reason in them.
func Findhelp() Dialect {
	const started = "whether they have been there yet"
	return Dialect{
		Name: "findhelp", Version: "2026", Source: "https://support.findhelp.com/hc/en-us/articles/360002082531",
		Out: []Row{
			{at(placement.StateProposed), "", "the whole step: nothing was sent"},
			{at(placement.StateOffered), "Not updated", ""},
			{waiting(placement.StateOffered), "Pending", "that nobody has accepted it yet"},
			{at(placement.StateAccepted), "Eligible", ""},
			{waiting(placement.StateAccepted), "Pending", ""},
			{at(placement.StateStarted), "Eligible", started},
			{at(placement.StateCompleted), "Got help", ""},
			{because(placement.StateDeclined, reason.NotEligible), "Not eligible", ""},
			{because(placement.StateDeclined, reason.NoCapacity), "No capacity", ""},
			{because(placement.StateDeclined, reason.PersonsChoice), "No longer interested", ""},
			{because(placement.StateDeclined, reason.NotReached), "Couldn't contact", ""},
			{at(placement.StateDeclined), "Couldn't get help", noReason},
			{at(placement.StateStopped), "Couldn't get help", "that it had begun, and the reason"},
			{at(placement.StateLapsed), "Couldn't get help", "that nobody answered"},
			{at(placement.StateWithdrawn), "No longer interested", "who took it back, and the reason"},
			{at(placement.StateInError), "", "the whole step"},
		},
		In: []Row{
			{at(placement.StateOffered), "Not updated", ""},
			{at(placement.StateOffered), "Needs client action", "what the person is to do"},
			{waiting(placement.StateAccepted), "Pending", ""},
			{because(placement.StateDeclined, reason.ServiceDeclined), "Referred elsewhere", "to whom"},
			{at(placement.StateAccepted), "Eligible", started},
			{at(placement.StateCompleted), "Got help", ""},
			{because(placement.StateDeclined, reason.NotReached), "Couldn't contact", ""},
			{because(placement.StateDeclined, reason.NotEligible), "Not eligible", ""},
			{because(placement.StateDeclined, reason.NoCapacity), "No capacity", ""},
			{because(placement.StateDeclined, reason.OtherReason), "Couldn't get help", noReason},
			{because(placement.StateDeclined, reason.PersonsChoice), "No longer interested", ""},
		},
	}
}
