package app

import (
	"context"
	"errors"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
)

// KindAnswer is the kind of record in which an answer to a client is kept under its key, sealed
// like the records of whom it is about. A copy for the person leaves it out: it repeats others.
const KindAnswer = "api-answer"

// keeping is for how long an answer can be asked for again.
const keeping = 24 * time.Hour

// Keep keeps an answer to a client for a day, and only as long as whom it is about is not
// erased. It is sp.ErrExists or sp.ErrConflict where there is one.
func (d *Desk) Keep(ctx context.Context, id string, about person.ID, body []byte) error {
	terms := store.Terms{termPerson: string(about), "until": store.Time(d.now().Add(keeping))}
	return d.db.Commit(ctx, store.Batch{Puts: []store.Put{{
		Key: store.Key{Kind: KindAnswer, ID: id}, If: store.New, Terms: terms.Compact(), Body: body, Sealed: true,
	}}})
}

// Kept returns an answer that is kept, or sp.ErrNotFound.
func (d *Desk) Kept(ctx context.Context, id string) ([]byte, error) {
	r, err := d.db.Get(ctx, store.Key{Kind: KindAnswer, ID: id})
	return r.Body, err
}

// Expire removes the answers whose day is over. It is for work beside requests.
func (d *Desk) Expire(ctx context.Context) error {
	due := store.Range{Term: "until", Before: store.Time(d.now())}
	var old store.Batch
	for r, err := range d.db.Scan(ctx, store.Query{Kind: KindAnswer, Range: due, Limit: 500}) {
		if err != nil {
			return err
		}
		old.Deletes = append(old.Deletes, store.Delete{Key: r.Key, If: r.Version})
	}
	if len(old.Deletes) == 0 {
		return nil
	}
	return d.db.Commit(ctx, old)
}

// Whom returns whom a referral or placement is about, or "" where it is not there.
func (d *Desk) Whom(ctx context.Context, id string) (person.ID, error) {
	r, err := d.referrals.Load(ctx, referral.ID(id))
	if err == nil {
		return r.Person(), nil
	}
	p, other := d.placements.Load(ctx, placement.ID(id))
	if other == nil {
		return p.Person(), nil
	}
	if errors.Is(err, sp.ErrNotFound) && errors.Is(other, sp.ErrNotFound) {
		return "", nil
	}
	return "", errors.Join(err, other)
}
