package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/voice"
)

// taxonomy is the list of the needs that the directory's topics meet.
func (w *world) taxonomy() (*needs.Taxonomy, error) {
	var terms strings.Builder
	terms.WriteString("code,kind,domain,display,definition\n")
	for _, t := range w.topics {
		fmt.Fprintf(&terms, "%s,need,social,%s,What the directory lists under this topic\n", t.need, strings.ReplaceAll(string(t.need), "-", " "))
	}
	list, issues := needs.ReadTaxonomy("waitinglist", "1", strings.NewReader(terms.String()), nil)
	for _, i := range issues {
		if i.Severity != sp.Note {
			return nil, fmt.Errorf("topics: %w", i)
		}
	}
	return list, nil
}

// received returns a scheme in which everybody on the list was referred when they began to wait.
func (w *world) received(ctx context.Context) (*scheme, error) {
	list, err := w.taxonomy()
	if err != nil {
		return nil, err
	}
	sc := &scheme{db: store.Tenant(memstore.New(), "bay")}
	sc.referrals = referral.NewRepository(sc.db, everybody{})
	urgency := []referral.Urgency{referral.Urgent, referral.Soon, referral.Routine, referral.Routine}
	for _, who := range w.people {
		r := referral.New(referral.ID(who.id), everybody{})
		since := sp.By(sp.Actor{ID: "gp-7", Role: sp.RoleReferrer}, today.AddDate(0, 0, -who.waited))
		submission := referral.Submission{Person: who.profile.ID, Urgency: urgency[who.class], Reasons: []needs.Code{w.topics[who.need].need}, Taxonomy: list}
		if err := r.Receive(submission, since); err != nil {
			return nil, err
		}
		ann := sp.By(worker.By, since.At)
		if err := errors.Join(r.Accept("ann", ann), r.Contact(person.Phone, 20, ann)); err != nil {
			return nil, err
		}
		if err := store.Save(ctx, sc.db, r); err != nil {
			return nil, err
		}
	}
	return sc, nil
}

// everybody may do what the tables let their role do.
type everybody struct{}

// Authorize lets them.
func (everybody) Authorize(sp.Actor, transition.Act) error { return nil }

// refuse writes down for whom there was nothing, with what the worker gave as the reason, and
// what some of them asked for: the lines of the ledger, and the requests of the gap report.
func (sc *scheme) refuse(ctx context.Context, w *world, d *decision) error {
	for k, id := range d.result.Refused {
		who := d.people[id]
		need := w.topics[who.need].need
		why := reason.NoCapacity
		if k%5 == 0 {
			why = reason.NoTransport // what an invented worker wrote down
		}
		r, err := sc.referrals.Load(ctx, referral.ID(id))
		if err != nil {
			return err
		}
		if err := r.NothingFound(need, reason.Because(why), worker); err != nil {
			return err
		}
		changes := []store.Change{r}
		if who.bonus > 0 {
			asked := voice.Statement{ID: voice.ID("V-" + id[2:]), Person: who.profile.ID, Case: id, Said: voice.Said{
				Kind: voice.Request, Speaker: voice.Person, Need: need, Area: geo.Area{Code: who.area},
			}}
			said, err := voice.Say(asked, nil, worker)
			if err != nil {
				return err
			}
			changes = append(changes, said)
		}
		if err := store.Save(ctx, sc.db, changes...); err != nil {
			return err
		}
	}
	return nil
}
