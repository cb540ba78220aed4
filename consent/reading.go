package consent

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

// RecipientOf returns in which capacity an actor is told something: [ToLead] for a team
// lead, and the code of any other role where that is a recipient, so that a scheme may
// name a role "school".
func RecipientOf(a sp.Actor) Recipient {
	if a.Role == sp.RoleTeamLead {
		return ToLead
	}
	return Recipient(a.Role)
}

// AskOf says who an actor is to a [Policy]: in the capacity of [RecipientOf], and for whom they
// act where they act for somebody who is told.
func AskOf(a sp.Actor) Ask {
	q := Ask{As: RecipientOf(a), To: a.ID}
	if (q.As == ToProvider || q.As == ToReferrer || q.As == ToPerson || q.As == ToSchool) && a.For != "" {
		q.To = a.For
	}
	return q
}

// A Reading is a [Permission] that asks a [Policy] at one time and for one purpose: what
// packages placement, letter and note need to tell nothing without an authority.
//
//	may := consent.Reading{Policy: consent.StandardPolicy(), Purpose: consent.DirectCare, At: now, Files: files}
//	story := letter.Story(c, wording, reader, may)
//
// The zero Reading denies everything.
type Reading struct {
	Policy  *Policy
	Purpose Purpose
	At      time.Time
	Files   func(person.ID) (*File, error) // an error denies

	// Of says who somebody is, beyond what their actor says: a referrer who is the GP, a
	// person who is the guardian. Nil is [AskOf].
	Of func(sp.Actor) Ask

	// Stage and Service are those of an offer.
	Stage   Stage
	Service string
}

// See implements [Permission].
func (r Reading) See(reader sp.Actor, of person.ID, field string) error {
	q := r.ask(reader)
	q.Field = field
	return r.decide(of, q)
}

// Answer implements [AnsweringPermission]. Where what is on file cannot be read, it answers
// as if nobody knew the person.
func (r Reading) Answer(reader sp.Actor, as Audience, of person.ID, item Item) Answer {
	q := r.ask(reader)
	q.Field, q.Code = item.Field, item.Code
	if q.Audience == "" {
		q.Audience = as
	}
	a, err := r.answer(of, q)
	if err != nil {
		return Answer{Reason: NotKnown, Letter: Never}
	}
	return a
}

// SeeSensitive implements [SensitivePermission].
func (r Reading) SeeSensitive(reader sp.Actor, as Audience, of person.ID, need string) error {
	return r.byCode(SensitiveNeeds, reader, as, of, need)
}

// SeeFlag implements [FlagPermission].
func (r Reading) SeeFlag(reader sp.Actor, as Audience, of person.ID, flag string) error {
	return r.byCode(Flags, reader, as, of, flag)
}

func (r Reading) byCode(k Kind, reader sp.Actor, as Audience, of person.ID, code string) error {
	q := r.ask(reader)
	q.Kind, q.Code = k, code
	if q.Audience == "" {
		q.Audience = as
	}
	return r.decide(of, q)
}

// AtStage implements [StagedPermission].
func (r Reading) AtStage(stage Stage, service string) Permission {
	r.Stage, r.Service = stage, service
	return r
}

// Sensitive reports whether the policy lists a need as sensitive; see [IsSensitive].
func (r Reading) Sensitive(need string) bool { return r.Policy != nil && r.Policy.Sensitive[need] }

func (r Reading) ask(reader sp.Actor) Ask {
	of := r.Of
	if of == nil {
		of = AskOf
	}
	q := of(reader)
	q.Purpose, q.At, q.Stage, q.Service = r.Purpose, r.At, r.Stage, r.Service
	return q
}

func (r Reading) decide(of person.ID, q Ask) error {
	a, err := r.answer(of, q)
	if err != nil {
		return err
	}
	return a.Err()
}

func (r Reading) answer(of person.ID, q Ask) (Answer, error) {
	if r.Policy == nil || r.Files == nil {
		return Answer{}, fmt.Errorf("no policy was supplied to ask: %w", sp.ErrDenied)
	}
	f, err := r.Files(of)
	if err != nil {
		return Answer{}, fmt.Errorf("what was agreed about %s is not known (%w): %w", of, err, sp.ErrDenied)
	}
	if f != nil && f.Person != of {
		f = nil
	}
	return r.Policy.Decide(f, q), nil
}
