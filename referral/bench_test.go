package referral_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// fifty is a referral with a history of fifty events of many kinds.
func fifty(tb testing.TB) *referral.Referral {
	tb.Helper()
	r := referraltest.Referral("R-1", referral.StateActive)
	worker := func(n int) sp.Stamp { return by(sp.RoleLinkWorker, n) }
	n := 3
	for day := 4; n < 50; day++ {
		var err error
		switch day % 6 {
		case 0:
			err = r.Attempt(person.Phone, worker(day))
		case 1:
			err = r.Contact(person.Phone, 20, worker(day))
		case 2:
			err = r.Assess(needs.AssessmentID(fmt.Sprintf("A-%d", day)), []needs.Code{needs.Loneliness, needs.Debt, needs.Grief}, nil, worker(day))
		case 3:
			_, err = referral.NewCase(r).Propose(placement.Proposal{ID: placement.ID(fmt.Sprintf("PL-%d", day)), Service: "bay/garden", Provider: "bay/green", Needs: r.Needs()}, worker(day))
		case 4:
			err = r.NothingFound(needs.Debt, reason.Because(reason.NoCapacity), worker(day))
		case 5:
			err = r.SendFeedback(referral.DocumentID(fmt.Sprintf("D-%d", day)), worker(day))
		}
		require.NoError(tb, err)
		n++
	}
	return r
}

// saved returns a store that holds r.
func saved(tb testing.TB, r *referral.Referral) store.Driver {
	tb.Helper()

	db := store.Tenant(memstore.New(), "bay")
	require.NoError(tb, store.Save(tb.Context(), db, r))
	return db
}

func BenchmarkCommand(b *testing.B) {
	worker := by(sp.RoleLinkWorker, 5)
	b.Run("attempt", func(b *testing.B) {
		b.ReportAllocs()
		r := referraltest.Referral("R-1", referral.StateActive)
		for n := 1; b.Loop(); n++ {
			if n%50 == 0 {
				r = referraltest.Referral("R-1", referral.StateActive)
			}
			_ = r.Contact(person.Phone, 10, worker)
		}
	})
	b.Run("refused", func(b *testing.B) {
		b.ReportAllocs()
		r := referraltest.Referral("R-1", referral.StateActive)
		for b.Loop() {
			_ = r.Accept("ann", worker)
		}
	})
	b.Run("baseline: the bare event appended", func(b *testing.B) {
		b.ReportAllocs()
		var h store.History[referral.Event]
		for n := 1; b.Loop(); n++ {
			if n%50 == 0 {
				h = store.History[referral.Event]{}
			}
			h.Append(referral.Contacted{Channel: person.Phone, Minutes: 10}, worker)
		}
	})
}

// BenchmarkManyReferrals gives ten commands to each of many referrals, and
// reports commands per second.
func BenchmarkManyReferrals(b *testing.B) {
	const many = 10_000
	worker := by(sp.RoleLinkWorker, 5)
	b.ReportAllocs()
	commands := 0
	for b.Loop() {
		for i := range many {
			r, err := referraltest.Receive(referral.Submission{ID: "R-1", Person: "P-1", Urgency: referral.Routine, Reasons: reasons}, referraltest.AllowAll{}, by(sp.RoleReferrer, 0))
			if err != nil {
				b.Fatal(err)
			}
			_ = r.Accept("ann", worker)
			for range 6 {
				_ = r.Contact(person.Phone, 10+i%50, worker)
			}
			_ = r.SendFeedback("D-1", worker)
			if alone(r).Close(needs.Result{Outcome: needs.Met}, worker) != nil {
				b.Fatal("not closed")
			}
			commands += 10
		}
	}
	b.ReportMetric(float64(commands)/b.Elapsed().Seconds(), "commands/s")
}

var reasons = []needs.Code{needs.Loneliness}

func BenchmarkFiftyEvents(b *testing.B) {
	r := fifty(b)
	require.Equal(b, 50, func() (n int) {
		for range r.History() {
			n++
		}
		return n
	}())
	db := saved(b, r)
	rec, err := db.Get(b.Context(), store.Key{Kind: referral.Kind, ID: "R-1"})
	require.NoError(b, err)
	b.Run("replay", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			referral.Replay(r)
		}
	})
	b.Run("decode and replay", func(b *testing.B) {
		b.ReportAllocs()
		repo := referral.NewRepository(db, referraltest.AllowAll{})
		for b.Loop() {
			if _, err := repo.Load(b.Context(), "R-1"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		unsaved := referral.Unsaved(r) // and stays so, as nothing is committed
		for b.Loop() {
			if _, err := unsaved.Pending(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("baseline: one JSON array of the same events, marshalled", func(b *testing.B) {
		b.ReportAllocs()
		var events []referral.Event
		for e := range r.History() {
			events = append(events, e.Event)
		}
		for b.Loop() {
			if _, err := json.Marshal(events); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("baseline: one JSON array of the same events, unmarshalled", func(b *testing.B) {
		b.ReportAllocs()
		var events []referral.Event
		for e := range r.History() {
			events = append(events, e.Event)
		}
		data, err := json.Marshal(events)
		require.NoError(b, err)
		for b.Loop() {
			var raw []struct {
				Channel    string   `json:"channel"`
				Minutes    int      `json:"minutes"`
				Assessment string   `json:"assessment"`
				Needs      []string `json:"needs"`
				Placement  string   `json:"placement"`
				Service    string   `json:"service"`
				Document   string   `json:"document"`
			}
			if err := json.Unmarshal(data, &raw); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.SetBytes(int64(len(rec.Body)))
}

// BenchmarkCaseJSON writes a case of one placement and one session as a web service does,
// beside the same bytes written from a map that is ready.
func BenchmarkCaseJSON(b *testing.B) {
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	p, err := c.Propose(referraltest.Proposal("PL-1"), referraltest.By(sp.RoleLinkWorker, 4))
	require.NoError(b, err)
	require.NoError(b, p.Offer(referraltest.Sending(), referraltest.AllowAll{}, referraltest.By(sp.RoleLinkWorker, 5)))
	require.NoError(b, p.Accept(referraltest.By(sp.RoleProvider, 6)))
	_, err = c.PlanSession("PL-1", "S-1", referraltest.Day(20), referraltest.By(sp.RoleProvider, 6))
	require.NoError(b, err)
	data, err := json.Marshal(c)
	require.NoError(b, err)
	var plain any
	require.NoError(b, json.Unmarshal(data, &plain))
	for name, v := range map[string]any{"case": c, "timeline": c.Timeline(), "baseline, a map": plain} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := json.Marshal(v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What a web service shows of a case with fifty events, beside the same document as maps
// that package encoding/json writes.
func BenchmarkView(b *testing.B) {
	r := fifty(b)
	c := referral.NewCase(r)
	for _, of := range []struct {
		name string
		view any
	}{{"referral", r}, {"case", c}, {"timeline", c.Timeline()}} {
		data, err := json.Marshal(of.view)
		require.NoError(b, err)
		var plain any
		require.NoError(b, json.Unmarshal(data, &plain))
		for _, with := range []struct {
			name  string
			value any
		}{{"maps", plain}, {"view", of.view}} {
			b.Run("of="+of.name+"/with="+with.name, func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := json.Marshal(with.value); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
	b.Run("of=making-the-timeline", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.Timeline()
		}
	})
}
