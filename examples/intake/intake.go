// Package intake is a small web service that takes referrals: what docs/embedding.md
// builds step by step. It signs people in, reads and checks what they send, knows a
// person again by their NHS number and a request that comes twice by its key, and shows
// referrals with their versions, page by page.
package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/decode"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/observe"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/validate"
)

// A Service takes referrals into a store.
type Service struct {
	db        store.Driver
	people    *person.Index
	referrals *referral.Repository
	checks    *validator.Validate
	signIn    func(token string) (sp.Actor, bool)
	now       func() time.Time
}

// Options are what a service is made of beside its database.
type Options struct {
	Tenant  string                              // whose data it keeps
	Key     person.HashKey                      // by which people are found again
	Observe observe.Start                       // is told of each call of the database
	SignIn  func(token string) (sp.Actor, bool) // who a token stands for
	Now     func() time.Time                    // the library has no clock
}

// New returns a service over a database.
func New(db store.Driver, o Options) (*Service, error) {
	people, err := person.NewIndex(o.Key)
	if err != nil {
		return nil, err
	}
	db = observe.Driver(db, o.Observe)
	db = people.Driver(store.Tenant(db, o.Tenant))
	checks := validator.New()
	if err := validate.Register(checks, Intake{}); err != nil {
		return nil, err
	}
	return &Service{db, people, referral.NewRepository(db, whoMay()), checks, o.SignIn, o.Now}, nil
}

// whoMay says what is allowed beyond the tables: referrers send, and open the register of a
// person's permissions with it; link workers do the rest, each for their own caseload.
func whoMay() transition.Authorizer {
	return transition.AllOf{
		transition.OneOf{
			transition.Roles(register.Table(), map[sp.Role][]register.Command{sp.RoleReferrer: {register.Open}}),
			transition.Roles(referral.Table(), map[sp.Role][]referral.Command{
				sp.RoleReferrer:   {referral.Receive},
				sp.RoleLinkWorker: referral.Table().Commands(),
			}),
		},
		ownCaseload{},
	}
}

// ownCaseload keeps link workers from the referrals of others.
type ownCaseload struct{}

func (ownCaseload) Authorize(by sp.Actor, do transition.Act) error {
	if by.Role == sp.RoleLinkWorker && do.Worker != "" && do.Worker != by.ID {
		return fmt.Errorf("it is on the caseload of another worker: %w", sp.ErrDenied)
	}
	return nil
}

// An Intake is the request of a surgery to help somebody.
type Intake struct {
	ID      referral.ID         `json:"id" validate:"required,id"`
	Number  sp.NHSNumber        `json:"number" validate:"required"`
	Name    sp.Personal[string] `json:"name" validate:"required,max=100"`
	Born    sp.Date             `json:"born" validate:"known"`
	Urgency referral.Urgency    `json:"urgency" validate:"oneof=routine soon urgent"`
	Reasons []needs.Code        `json:"reasons" validate:"min=1,unique,dive,code"`
}

// read returns what the body of a request says, or an *sp.InvalidError with every broken
// field: first what is no JSON of an intake, then what is no intake.
func (s *Service) read(body []byte) (Intake, error) {
	in, err := decode.JSON[Intake](body, decode.Options{Subject: "intake"})
	if err != nil {
		return Intake{}, err
	}
	return in, validate.Error("intake", s.checks.Struct(in))
}

// attempts is how often a change is decided again that somebody else has overtaken.
const attempts = 5

// receive takes an intake: it registers the person unless they are known, and opens the
// referral, in one commit. The same request under the same key is taken once.
func (s *Service) receive(ctx context.Context, in Intake, by sp.Stamp) (*referral.Referral, error) {
	reception := subject.Reception{DB: s.db, May: whoMay(), People: s.people}
	return reception.Receive(ctx, in.ID, in.person(), referral.Submission{Urgency: in.Urgency, Reasons: in.Reasons}, by)
}

// person returns who the intake is about. Their ID says nothing of them.
func (in Intake) person() person.Person {
	sum := sha256.Sum256([]byte(in.ID))
	return person.Person{
		ID:        person.ID("P-" + hex.EncodeToString(sum[:8])),
		NHSNumber: in.Number,
		Name:      sp.Hide(person.Name{Known: in.Name.Reveal()}),
		Born:      sp.Hide(in.Born),
	}
}

// accept puts a referral on a worker's caseload, as it was when they saw it.
func (s *Service) accept(ctx context.Context, id referral.ID, seen int64, by sp.Stamp) (*referral.Referral, error) {
	var r *referral.Referral
	err := store.Retry(ctx, attempts, func(ctx context.Context) (err error) {
		if r, err = s.referrals.Load(ctx, id); err != nil {
			return err
		}
		if err := store.Unchanged(seen, r.Version(), r.History(), by); err != nil {
			return err // which Retry does not repeat: it is for them to look again
		}
		if err := r.Accept(referral.WorkerID(by.By.ID), by); err != nil {
			return err
		}
		return store.Save(ctx, s.db, r)
	})
	return r, err
}
