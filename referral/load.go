package referral

import (
	"context"
	"errors"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// CaseloadKind is under which the caseloads of workers are stored, each by the ID of its
// worker. Such a record holds nothing: what counts is its version, which grows with every
// case that somebody is given by a [Caseload].
const CaseloadKind = "caseload"

// A Caseload is what one worker carries, as [Repository.Caseload] read it. A case that they
// are given on the strength of it ([Referral.SupplyLoad]) is saved only if they were given
// no other in the meantime: of two who take the last room under a cap at the same moment
// the second meets a [*store.ConflictError] of this kind, and is to read and decide again.
type Caseload struct {
	Worker WorkerID
	Open   []*Referral // that have not ended, in the order of their IDs, and then what was given by it

	version int64 // of the record; 0 before anybody was given a case by one
}

// Caseload reads the referrals on a worker's caseload that have not ended: one record and
// one indexed scan.
func (p *Repository) Caseload(ctx context.Context, worker WorkerID) (*Caseload, error) {
	// The version first: a case that is given while the cases are read is a conflict then.
	version, err := store.Load(ctx, p.db, CaseloadKind, string(worker), func(rec store.Record) (int64, error) { return rec.Version, nil })
	if err != nil && !errors.Is(err, sp.ErrNotFound) {
		return nil, err
	}
	c := &Caseload{Worker: worker, version: version}
	for r, err := range p.All(ctx, Query{Worker: worker, States: open}) {
		if err != nil {
			return nil, err
		}
		c.Open = append(c.Open, r)
	}
	return c, nil
}

// put returns what keeps anybody else from giving the worker a case on the strength of the
// same caseload.
func (c *Caseload) put() (store.Put, error) {
	body, err := store.EncodeForm(1, struct{}{})
	return store.Put{Key: store.Key{Kind: CaseloadKind, ID: string(c.Worker)}, If: c.version, Body: body}, err
}

// SupplyLoad tells the authorizer how much a worker would carry, in cases or in whatever
// unit the scheme counts: a referral cannot know what else is on somebody's caseload.
// Whoever decides about accept and assign finds it as the attribute "load" of the
// worker ([transition.Act.NumberOf]); what was not supplied is unknown. It is not
// recorded, and lasts as long as the referral in memory. Accept and assign are saved
// together with the caseload that the load is from, as long as nobody was given a case by
// it before; two cases for one worker are saved one after the other. A load is that of the
// caseload as it was when it was supplied: once another case is given by the same caseload,
// it is unknown until it is supplied again.
//
//	c, err := referrals.Caseload(ctx, "ann")
//	r.SupplyLoad(c, len(c.Open)+1)
//	err = r.Accept("ann", stamp)
//	err = store.Save(ctx, db, r) // a conflict if ann was given another case since
func (r *Referral) SupplyLoad(c *Caseload, load int) {
	if c == nil {
		return
	}
	told := supplied{c, len(c.Open), transition.Attribute{Name: "load", Text: string(c.Worker), Number: int64(load)}}
	if i := slices.IndexFunc(r.loads, func(l supplied) bool { return l.from.Worker == c.Worker }); i >= 0 {
		r.loads[i] = told
	} else {
		r.loads = append(r.loads, told)
	}
	r.learn()
}

// A supplied load, and the caseload that it is from.
type supplied struct {
	from  *Caseload
	cases int // that it had then
	told  transition.Attribute
}

// give puts the referral on a worker's caseload, on the strength of what was supplied.
func (r *Referral) give(c Command, to WorkerID, s sp.Stamp, fields []sp.Field, e Event) error {
	i := slices.IndexFunc(r.loads, func(l supplied) bool { return l.from.Worker == to })
	if i >= 0 && len(r.loads[i].from.Open) != r.loads[i].cases && !slices.Contains(r.loads[i].from.Open, r) {
		r.loads = slices.Delete(r.loads, i, i+1)
		r.learn()
		i = -1
	}
	before := r.root.Len()
	if err := r.do(c, string(to), s, fields, e); err != nil || r.root.Len() == before {
		return err
	}
	if i >= 0 {
		by := r.loads[i].from
		by.Open = append(by.Open, r)
		r.by = append(slices.DeleteFunc(r.by, func(c *Caseload) bool { return c.Worker == to }), by)
	}
	return nil
}
