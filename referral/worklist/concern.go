package worklist

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
)

// A Concern is a line of the list of concerns about somebody's safety.
type Concern struct {
	Referral referral.ID       `json:"referral"`
	Person   person.ID         `json:"person"`
	Worker   referral.WorkerID `json:"worker,omitempty"`
	Concern  concern.Concern   `json:"concern"`        // whom was asked, what they said, and who carries it
	Due      concern.Due       `json:"due"`            // what is to be done now, and by when
	Late     bool              `json:"late,omitempty"` // it should have been done
}

// Concerns returns every concern about which something is to be done at a moment: those
// that are still with whoever carries them, and crises after which the person is to be
// spoken to. Crises come first, the open ones before those that were taken over, and
// then what is due first. There must be a standard for every kind; see
// [concern.Proposed]. It reads two indexed scans.
func Concerns(ctx context.Context, referrals *referral.Repository, by map[concern.Kind]concern.Standard, at time.Time) ([]Concern, error) {
	e := sp.InvalidError{Subject: "worklist: concerns"}
	checkConcerns(&e, "", by)
	if err := e.Err(); err != nil {
		return nil, err
	}
	var list []Concern
	seen := make(map[referral.ID]bool)
	for _, seq := range []iter.Seq2[*referral.Referral, error]{referrals.Flagged(ctx), referrals.SpeakAfterCrisis(ctx)} {
		for r, err := range seq {
			if err != nil {
				return nil, err
			}
			if !seen[r.ID()] {
				list = append(list, concerns(r, by, at)...)
			}
			seen[r.ID()] = true
		}
	}
	slices.SortFunc(list, func(a, b Concern) int {
		return cmp.Or(
			cmp.Compare(rank(a), rank(b)), a.Due.By.Compare(b.Due.By),
			strings.Compare(string(a.Referral), string(b.Referral)), cmp.Compare(a.Concern.ID, b.Concern.ID),
		)
	})
	return list, nil
}

// rank orders concerns by what waits least.
func rank(c Concern) int {
	n := slices.Index(concern.Kinds(), c.Concern.Kind)
	if !c.Concern.Open() {
		n += len(concern.Kinds())
	}
	return n
}

// concerns returns the lines of a referral.
func concerns(r *referral.Referral, by map[concern.Kind]concern.Standard, at time.Time) (list []Concern) {
	for _, c := range r.Concerns() {
		if c.Raised.After(at) || !c.Open() && r.SpeakSince().IsZero() {
			continue
		}
		if due, more := by[c.Kind].Next(c, r.Spoken(), at); more {
			list = append(list, Concern{r.ID(), r.Person(), r.Worker(), c, due, !due.By.After(at)})
		}
	}
	return list
}
