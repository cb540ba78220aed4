package subject

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
)

// A known driver has looked up the records of some people, one kind after the other, and
// answers from them what is asked about these people alone. It asks the driver below for
// everything else, and for kinds of which they have too many records to keep in memory.
// What has changed since is found by the versions that a commit expects.
type known struct {
	store.Driver
	people  map[string]bool
	kinds   map[string][]store.Record // in order of ID
	records map[store.Key]store.Record
}

// mostKnown is how many records of a kind are kept in memory.
const mostKnown = together * most

// lookUp reads the records of some people. One scan for each kind finds those of all.
func (e Eraser) lookUp(ctx context.Context, people []person.ID) (*known, error) {
	k := &known{e.DB, map[string]bool{}, map[string][]store.Record{}, map[store.Key]store.Record{}}
	ids := make([]string, len(people))
	for i, of := range people {
		ids[i] = string(of)
		k.people[ids[i]] = true
	}
	for _, kind := range e.kinds() {
		if kind.ByID {
			continue
		}
		records := []store.Record{}
		for r, err := range e.DB.Scan(ctx, store.Query{Kind: kind.Name, Where: store.Where{termPerson: ids}}) {
			if err != nil {
				return nil, fmt.Errorf("subject: erase: %w", err)
			}
			if len(records) == mostKnown {
				records = nil
				break
			}
			records = append(records, r)
		}
		if records == nil {
			continue
		}
		k.kinds[kind.Name] = records
		for _, r := range records {
			k.records[store.Key{Kind: r.Kind, ID: r.ID}] = r
		}
	}
	return k, nil
}

// Get implements [store.Driver].
func (k *known) Get(ctx context.Context, key store.Key) (store.Record, error) {
	if r, found := k.records[key]; found {
		return r.Clone(), ctx.Err()
	}
	return k.Driver.Get(ctx, key)
}

// Scan implements [store.Driver].
func (k *known) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	records, found := k.kinds[q.Kind]
	if !found || !k.about(q.Where) {
		return k.Driver.Scan(ctx, q)
	}
	var answer []store.Record
	for _, r := range records {
		asked := q
		asked.Tenant = r.Tenant
		if asked.Match(r) {
			answer = append(answer, r)
		}
	}
	slices.SortStableFunc(answer, func(a, b store.Record) int { return q.Cursor(a).Compare(q.Cursor(b)) })
	if q.Limit > 0 {
		answer = answer[:min(q.Limit, len(answer))]
	}
	return func(yield func(store.Record, error) bool) {
		for _, r := range answer {
			if err := ctx.Err(); err != nil {
				yield(store.Record{}, err)
				return
			}
			if !yield(r.Clone(), nil) {
				return
			}
		}
	}
}

// about reports whether a query is about these people alone: by name, or by referrals that
// are theirs.
func (k *known) about(w store.Where) bool {
	if named := w[termPerson]; len(named) > 0 {
		return !slices.ContainsFunc(named, func(id string) bool { return !k.people[id] })
	}
	referrals := w[termReferral]
	return len(referrals) > 0 && !slices.ContainsFunc(referrals, func(id string) bool {
		_, theirs := k.records[store.Key{Kind: referral.Kind, ID: id}]
		return !theirs
	})
}

// termReferral is the term by which placements and sessions of a referral are found.
const termReferral = "referral"
