package lives

import (
	"fmt"
	"testing"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func benchRead(b *testing.B, db store.Driver) {
	b.Helper()
	records, err := Save(b.Context(), db, "P-1", 10)
	must(b, err)
	for i := range 50 { // others, who are passed over
		_, err := Save(b.Context(), db, person.ID(fmt.Sprint("Q-", i)), 1)
		must(b, err)
	}
	b.Run("document", func(b *testing.B) {
		for b.Loop() {
			d, err := subject.Read(b.Context(), db, subject.Kinds(), subject.Request{Person: "P-1", As: subject.Self})
			must(b, err)
			_, err = d.JSON()
			must(b, err)
		}
		b.ReportMetric(float64(records), "records")
	})
	b.Run("baseline: the scans alone", func(b *testing.B) {
		for b.Loop() {
			must(b, scan(b, db, "P-1", func(store.Record) {}))
		}
	})
}

// scan yields every record of a person.
func scan(b *testing.B, db store.Driver, of person.ID, f func(store.Record)) error {
	b.Helper()
	for _, k := range subject.Kinds() {
		q := store.Query{Kind: k.Name, Where: store.Where{"person": {string(of)}}}
		if k.ByID {
			r, err := db.Get(b.Context(), store.Key{Kind: k.Name, ID: string(of)})
			if err != nil {
				return err
			}
			f(r)
			continue
		}
		for r, err := range db.Scan(b.Context(), q) {
			if err != nil {
				return err
			}
			f(r)
		}
	}
	return nil
}

const people = 1000

func benchErase(b *testing.B, open func(*testing.B) store.Driver) {
	b.Helper()
	fill := func(b *testing.B) (db store.Driver, ids []person.ID) {
		b.Helper()
		db = Tenant(open(b))
		for i := range people {
			ids = append(ids, person.ID(fmt.Sprint("P-", i)))
			_, err := Save(b.Context(), db, ids[i], 1)
			must(b, err)
		}
		return db, ids
	}
	b.Run("erase", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			db, ids := fill(b)
			e := subject.Eraser{DB: db, May: transition.TableOnly{}}
			b.StartTimer()
			for _, r := range e.EraseAll(b.Context(), ids, func(of person.ID) subject.ErasureID { return "E-" + subject.ErasureID(of) }, subject.RetentionOver, by(sp.RoleLinkWorker, start.AddDate(2, 0, 0)), nil) {
				must(b, r.Err)
			}
		}
	})
	b.Run("baseline: scan and delete", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			db, ids := fill(b)
			b.StartTimer()
			for _, of := range ids {
				var batch store.Batch
				must(b, scan(b, db, of, func(r store.Record) { batch.Deletes = append(batch.Deletes, store.Delete{Key: r.Key, If: r.Version}) }))
				for i := range batch.Deletes {
					batch.Deletes[i].Tenant = ""
				}
				must(b, db.Commit(b.Context(), batch))
			}
		}
	})
}

// benchHandOver measures the one commit in which another link worker takes over 250 cases.
func benchHandOver(b *testing.B, open func(*testing.B) store.Driver) {
	b.Helper()
	lena, bea := sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, sp.Actor{ID: "bea", Role: sp.RoleLinkWorker}
	at := func(who sp.Actor, hours int) sp.Stamp {
		return sp.By(who, start.AddDate(0, 0, 9).Add(time.Duration(hours)*time.Hour))
	}
	d := open(b)
	offered := func(n int) (db store.Driver, h *caseload.HandOver, changes []store.Change) {
		db = store.Tenant(d, fmt.Sprint("bay-", n))
		h = caseload.New("H-1", transition.TableOnly{})
		o := caseload.Offering{From: "ann", Lead: "lena", Why: caseload.Leaving}
		changes = []store.Change{h}
		for i := range 250 {
			r := referral.New(referral.ID(fmt.Sprint("R-", i)), transition.TableOnly{})
			must(b, r.Receive(referral.Submission{Person: person.ID(fmt.Sprint("P-", i)), Urgency: referral.Routine, Source: "gp", Reasons: []needs.Code{needs.Loneliness}}, by(sp.RoleReferrer, start)))
			must(b, r.Accept("ann", by(sp.RoleLinkWorker, start.AddDate(0, 0, 1))))
			changes = append(changes, r)
			o.Cases = append(o.Cases, caseload.Pass{Referral: r.ID(), To: "bea"})
		}
		must(b, h.Offer(o, at(lena, 1)))
		must(b, store.Save(b.Context(), db, changes...))
		return db, h, changes[1:]
	}
	accept := func(h *caseload.HandOver, cases []store.Change) {
		for _, c := range cases {
			must(b, h.Accept(c.(*referral.Referral), at(bea, 2)))
		}
	}
	n := 0
	b.Run("accept and save", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			n++
			db, h, cases := offered(n)
			b.StartTimer()
			accept(h, cases)
			must(b, store.Save(b.Context(), db, h))
		}
	})
	b.Run("baseline: the commit alone", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			n++
			db, h, cases := offered(n)
			accept(h, cases)
			batch, err := h.Pending()
			must(b, err)
			b.StartTimer()
			must(b, db.Commit(b.Context(), batch))
		}
	})
}
