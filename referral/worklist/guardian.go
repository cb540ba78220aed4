package worklist

import (
	"context"
	"iter"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
)

// An Ask is a line of the list of people of whom something has to be asked before
// anything is told of them, such as who decides for a child.
type Ask struct {
	Person    person.ID          `json:"person"`
	Questions []consent.Question `json:"questions"`
	Referral  referral.ID        `json:"referral,omitempty"` // open; empty if the person was registered and nothing was received
	Worker    referral.WorkerID  `json:"worker,omitempty"`   // empty while nobody has accepted it
	Since     time.Time          `json:"since,omitzero"`     // it was received
	Days      int                `json:"days"`               // since then
}

// ToAsk yields the guardians to be found and the birth dates to be asked for, as far as
// an open referral waits for them, in the order of the people's IDs: a line for each open
// referral, and one for each person of whom nothing has been received yet. It reads the
// people of whom it may be unknown who decides ([person.Repository.Undecided]) and their
// referrals.
func ToAsk(ctx context.Context, people *person.Repository, referrals *referral.Repository, n consent.Nation, c sp.Calendar, at time.Time) iter.Seq2[Ask, error] {
	return func(yield func(Ask, error) bool) {
		for record, err := range people.Undecided(ctx) {
			if err != nil {
				yield(Ask{}, err)
				return
			}
			p := record.Person()
			open := consent.Unanswered(p, n, c.Date(at))
			if len(open) == 0 {
				continue
			}
			received := false
			for r, err := range referrals.All(ctx, referral.Query{Person: p.ID}) {
				if err != nil {
					yield(Ask{}, err)
					return
				}
				received = true
				if r.State().Open() && !r.Received().After(at) && !yield(Ask{p.ID, open, r.ID(), r.Worker(), r.Received(), days(c, r.Received(), at)}, nil) {
					return
				}
			}
			if !received && !yield(Ask{Person: p.ID, Questions: open}, nil) {
				return
			}
		}
	}
}
