package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/evaluation/report"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/triage"
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/observe"
	"github.com/socialprescribing/sp/store/seal"
	"github.com/socialprescribing/sp/transition"
)

// A Tenant is one scheme among those of a process.
type Tenant string

// Board reads what is released of a scheme, and never a person. Administrator looks
// after the accounts of a tenant. The other roles are those of the
// library: see package sp.
const (
	Board         sp.Role = "board"
	Administrator sp.Role = "administrator"
)

// An Account is somebody who signs in: of which tenant, as whom, and what to call them.
type Account struct {
	Tenant Tenant              `json:"tenant"`
	Actor  sp.Actor            `json:"actor"`
	Name   sp.Personal[string] `json:"-"`

	Telephone string `json:"telephone,omitempty"` // at work, for the people they work with
}

// A Scheme is what people have agreed on: whom it is for, what it promises, and how it is
// named in letters.
type Scheme struct {
	Name     string
	Criteria triage.Criteria
	Promises worklist.Policy
	Accounts []Account
	Crisis   string // where to ring when somebody is in danger now
}

// A Setup is what a desk is made of beside its database.
type Setup struct {
	Tenant  Tenant
	Scheme  Scheme
	Keys    seal.Keys        // of people; an erased one is gone
	Index   person.HashKey   // by which people are found again by their NHS number
	Observe observe.Start    // is told of each call of the database; nil is nobody
	Now     func() time.Time // the library has no clock
	Words   words.Table      // in which stories and messages are told; nil is English
}

// A Desk is one scheme at work. It is safe for use by any number of goroutines.
type Desk struct {
	Tenant Tenant
	Scheme Scheme

	db         store.Driver
	keys       seal.Keys
	people     *person.Index
	policy     *consent.Policy
	may        transition.Authorizer
	referrals  *referral.Repository
	placements *placement.Repository
	registers  *register.Repository
	persons    *person.Repository
	notes      *note.Repository
	handOvers  *caseload.Repository
	shelf      atomic.Pointer[shelf] // the directory, replaced while it is read
	figures    store.View[Figures]
	report     store.View[report.Page]
	now        func() time.Time
	words      words.Table
}

// New returns a desk over a database that may hold other tenants too.
func New(db store.Driver, o Setup) (*Desk, error) {
	people, err := person.NewIndex(o.Index)
	if err != nil {
		return nil, err
	}
	if err := store.CheckTenant(string(o.Tenant)); err != nil {
		return nil, err
	}
	if o.Observe != nil {
		db = observe.Driver(db, o.Observe)
	}
	db = held.Keeper(people.Driver(store.Tenant(seal.Driver(db, seal.By(o.Keys, whose)), string(o.Tenant))))
	d := &Desk{
		Tenant: o.Tenant, Scheme: o.Scheme, db: db, keys: o.Keys, people: people, now: o.Now, words: o.Words,
		policy: consent.StandardPolicy(), may: ownCaseload{},
	}
	d.referrals = referral.NewRepository(db, d.may)
	d.placements = placement.NewRepository(db, d.may)
	d.registers = register.NewRepository(db, d.may)
	d.persons = person.NewRepository(db)
	d.notes = note.NewRepository(db)
	d.handOvers = caseload.NewRepository(db, d.may)
	return d, d.Shelve(Directory{})
}

// Store returns the driver of this tenant alone, for work beside requests.
func (d *Desk) Store() store.Driver { return d.db }

// Now returns the time of the desk's clock.
func (d *Desk) Now() time.Time { return d.now() }

// An Acting is who does something, what they saw of it, and by which key it is known again.
type Acting struct {
	By   sp.Actor
	Seen int64  // version of what was shown; 0 where nothing was, as when they send something new
	Key  string // chosen by the client, and the same when it sends the request again
}

// stamp returns who acts when. Its key is made of the client's, so that those of two never
// meet, and nothing that a client writes there stays in the log. What a request makes is
// named by it: the same for the same request, and telling nothing of anybody.
func (d *Desk) stamp(a Acting) (sp.Stamp, error) {
	if a.Key == "" {
		return sp.Stamp{}, sp.Invalid("request", "key", sp.Missing, "must be given, so that a request which comes twice is known again")
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%s", d.Tenant, a.By.Role, a.By.ID, a.Key))
	return sp.By(a.By, d.now()).Under(hex.EncodeToString(sum[:8])), nil
}

// A decision changes a case, and returns what else changes with it.
type decision = func(*referral.Case, sp.Stamp) ([]store.Change, error)

// change loads a case, decides, and saves what was decided: all of it, or nothing. Where the
// caller saw another version it is refused ([store.ErrChanged]), unless the request comes
// again: it has happened.
func (d *Desk) change(ctx context.Context, id referral.ID, a Acting, decide decision) error {
	s, err := d.stamp(a)
	if err != nil {
		return err
	}
	return d.referrals.Change(ctx, id, a.Seen, s, decide)
}
