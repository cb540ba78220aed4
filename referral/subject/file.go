package subject

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A File is what every decision about one person rests on: their record, what they have
// agreed to, and by whom they were referred to whom. A page that asks a policy about each of
// its sections reads it once; whoever decides anew, after a conflict, reads it anew.
type File struct {
	Person    *person.Record
	Register  *register.Register   // a new one where nobody has opened it: see [register.Register.Open]
	Referrals []*referral.Referral // in the order of their IDs
}

// LoadFile reads the file of a person: two records and one indexed scan. It is
// sp.ErrNotFound where they have no record.
func LoadFile(ctx context.Context, db store.Driver, may transition.Authorizer, of person.ID) (*File, error) {
	var err error
	f := &File{}
	if f.Person, err = person.NewRepository(db).Load(ctx, of); err != nil {
		return nil, fmt.Errorf("subject: file of %s: %w", of, err)
	}
	if f.Register, err = register.NewRepository(db, may).LoadOrNew(ctx, of); err != nil {
		return nil, fmt.Errorf("subject: file of %s: permissions: %w", of, err)
	}
	for r, err := range referral.NewRepository(db, may).All(ctx, referral.Query{Person: of}) {
		if err != nil {
			return nil, fmt.Errorf("subject: file of %s: referrals: %w", of, err)
		}
		f.Referrals = append(f.Referrals, r)
	}
	return f, nil
}

// Latest returns the referral that was received last, or nil where there is none.
func (f *File) Latest() *referral.Referral {
	return f.last(func(*referral.Referral) bool { return true })
}

// last returns the referral that was received last of some.
func (f *File) last(of func(*referral.Referral) bool) (last *referral.Referral) {
	for _, r := range f.Referrals {
		if of(r) && (last == nil || r.Received().After(last.Received())) {
			last = r
		}
	}
	return last
}

// Holder returns whose case the person is: the worker's who has, or had, the referral that
// was received last. Who is referred anew, and has nobody yet, stays with whom they are: the
// other workers do not read what was said there.
func (f *File) Holder() referral.WorkerID {
	if r := f.Latest(); r != nil && r.Worker() != "" {
		return r.Worker()
	}
	if r := f.last(func(r *referral.Referral) bool { return r.State().Open() && r.Worker() != "" }); r != nil {
		return r.Worker()
	}
	return ""
}

// Facts returns what a decision needs to know of the person beside the register.
func (f *File) Facts() register.Facts {
	facts := register.FactsOf(f.Person.Person())
	facts.Holder = string(f.Holder())
	if r := f.Latest(); r != nil {
		facts.Referrer = string(r.From())
	}
	return facts
}

// Consent returns what a policy decides on.
//
//	f, err := subject.LoadFile(ctx, db, may, "P-55")
//	answer := policy.Decide(f.Consent(), consent.Ask{To: "ann", As: consent.ToLinkWorker, Purpose: consent.DirectCare, Kind: consent.Notes, At: at})
func (f *File) Consent() *consent.File { return f.Register.File(f.Facts()) }
