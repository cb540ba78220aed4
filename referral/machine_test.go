package referral_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// model is what a referral is, told again as plainly as possible and without
// the table: who may do what is checked by the golden pairs.
type model struct {
	state     string
	worker    string
	urgency   string
	attempts  []int // the day of each, as long as nobody spoke after it
	spoken    int   // the last day on which somebody did, or 0
	contacted bool
	flags     int  // open
	alert     bool // that nobody has answered
	raised    int
	needs     []needs.Code
	open      map[string]bool // placements
	of        map[string]needs.Code
	sent      map[string]bool
	followUp  bool
}

// shown reports whether all needs can have been met: by a placement that was sent, where one
// was proposed. Nobody comes to any session here.
func (m *model) shown() bool {
	for _, n := range m.needs {
		proposed, sent := false, false
		for id, of := range m.of {
			proposed, sent = proposed || of == n, sent || of == n && m.sent[id]
		}
		if proposed && !sent {
			return false
		}
	}
	return true
}

func (m *model) ended() bool {
	return m.state != "received" && m.state != "accepted" && m.state != "active"
}

// end moves the model to an end, if nothing stands in the way.
func (m *model) end(to string, from ...string) bool {
	if !slices.Contains(from, m.state) || m.flags > 0 || m.alert {
		return false
	}
	m.state = to
	return true
}

// snapshot is everything that can be asked of a referral.
func snapshot(r *referral.Referral) map[string]any {
	return map[string]any{
		"state": r.State(), "person": r.Person(), "requester": r.Requester(), "from": r.From(), "previous": r.Previous(),
		"received": r.Received(), "touched": r.Touched(), "urgency": r.Urgency(), "worker": r.Worker(), "contact": r.FirstContact(),
		"attempts": r.Attempts(), "needs": r.Needs(), "placements": r.Placements(), "follow-up": r.FollowUpDue(), "owed": r.OwedSince(),
		"result": r.Result(), "reason": r.Reason(), "flags": r.Concerns(), "flagged": r.FlaggedSince(), "waiting": r.Waiting(),
		"history": slices.Collect(r.History()),
	}
}

// TestAnySequenceOfCommandsKeepsThePromises drives random commands against the
// model. A refused command changes nothing, an allowed one does what the model
// does, and what is loaded from the store is what was saved.
func TestAnySequenceOfCommandsKeepsThePromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		db := store.Tenant(memstore.New(), "bay")
		r, err := referraltest.Receive(referraltest.Submission("R-1"), referraltest.AllowAll{}, by(sp.RoleReferrer, 0))
		require.NoError(t, err)
		m := &model{state: "received", urgency: "routine", needs: []needs.Code{needs.Loneliness, needs.Debt}, open: map[string]bool{}, of: map[string]needs.Code{}, sent: map[string]bool{}}
		c := referral.NewCase(r, asked(t, 0, measure.Answers{"9": 0}))
		day := 0
		actions := map[string]func(sp.Stamp) (want bool, err error){
			"accept": func(s sp.Stamp) (bool, error) {
				worker := rapid.SampledFrom([]string{"ann", "ben"}).Draw(t, "worker")
				want := m.state == "received"
				if want {
					m.state, m.worker = "accepted", worker
				}
				return want, r.Accept(referral.WorkerID(worker), s)
			},
			"assign": func(s sp.Stamp) (bool, error) {
				worker := rapid.SampledFrom([]string{"ann", "ben"}).Draw(t, "worker")
				want := (m.state == "accepted" || m.state == "active") && worker != m.worker
				if want {
					m.worker = worker
				}
				return want, r.Assign(referral.WorkerID(worker), s)
			},
			"prioritise": func(s sp.Stamp) (bool, error) {
				u := rapid.SampledFrom([]referral.Urgency{referral.Routine, referral.Urgent, "now"}).Draw(t, "urgency")
				want := !m.ended() && u != "now"
				if want {
					m.urgency = string(u)
				}
				return want, r.Prioritise(u, s)
			},
			"attempt": func(s sp.Stamp) (bool, error) {
				want := m.state == "accepted" || m.state == "active"
				ago := rapid.IntRange(0, day).Draw(t, "ago")
				if want && day-ago >= m.spoken {
					m.attempts = append(m.attempts, day-ago)
				}
				return want, r.Attempt(person.Phone, s.Happened(referraltest.Day(day-ago)))
			},
			"contact": func(s sp.Stamp) (bool, error) {
				want := m.state == "accepted" || m.state == "active"
				ago := rapid.IntRange(0, day).Draw(t, "ago")
				if want {
					m.state, m.spoken = "active", max(m.spoken, day-ago)
					m.contacted = true
					m.attempts = slices.DeleteFunc(m.attempts, func(tried int) bool { return tried <= day-ago })
				}
				return want, r.Contact(person.Phone, 10, s.Happened(referraltest.Day(day-ago)))
			},
			"assess": func(s sp.Stamp) (bool, error) {
				found := rapid.SampledFrom([][]needs.Code{{needs.Grief}, {needs.Debt, needs.Housing}, {}}).Draw(t, "needs")
				want := m.state == "active" && len(found) > 0
				if want {
					m.needs = found
				}
				return want, r.Assess("A-1", found, nil, s)
			},
			"show options": func(s sp.Stamp) (bool, error) {
				need := rapid.SampledFrom([]needs.Code{needs.Grief, needs.Debt}).Draw(t, "need")
				shown := referral.OptionsShown{Needs: []needs.Code{need}, Options: []directory.ID{"bay/garden"}}
				return m.state == "active" && slices.Contains(m.needs, need), r.ShowOptions(shown, s)
			},
			"find nothing": func(s sp.Stamp) (bool, error) {
				need := rapid.SampledFrom([]needs.Code{needs.Grief, needs.Debt}).Draw(t, "need")
				return m.state == "active" && slices.Contains(m.needs, need), r.NothingFound(need, reason.Because(reason.NoCapacity), s)
			},
			"propose": func(s sp.Stamp) (bool, error) {
				id := fmt.Sprintf("PL-%d", rapid.IntRange(1, 3).Draw(t, "placement"))
				_, exists := m.open[id]
				want := m.state == "active" && !exists
				for _, open := range m.open { // of the same service
					want = want && !open
				}
				if want {
					m.open[id], m.of[id] = true, m.needs[0]
				}
				_, err := c.Propose(placement.Proposal{ID: placement.ID(id), Service: "bay/garden", Provider: "bay/green", Needs: m.needs[:1]}, s)
				return want, err
			},
			"end placement": func(s sp.Stamp) (bool, error) {
				if len(c.Placements) == 0 {
					return false, sp.ErrInvalid
				}
				p := rapid.SampledFrom(c.Placements).Draw(t, "placement")
				want := m.open[string(p.ID())]
				m.open[string(p.ID())] = false
				return want, c.EndPlacement(p.ID(), func(p *placement.Placement, s sp.Stamp) error {
					return p.Withdraw(reason.Because(reason.NoLongerNeeded), s)
				}, s)
			},
			"plan session": func(s sp.Stamp) (bool, error) {
				if len(c.Placements) == 0 {
					return false, sp.ErrInvalid
				}
				p := rapid.SampledFrom(c.Placements).Draw(t, "placement")
				if p.State() == placement.StateProposed {
					require.NoError(t, p.Offer(placement.Sending{Level: placement.Signpost}, nil, s))
					m.sent[string(p.ID())] = true
				}
				x, err := referraltest.PlanSession(p, session.ID(fmt.Sprintf("S-%d", len(c.Sessions))), s.At.AddDate(0, 0, rapid.IntRange(0, 9).Draw(t, "ahead")), s)
				if err == nil {
					c.Sessions = append(c.Sessions, x)
				}
				return m.open[string(p.ID())], err
			},
			"raise": func(s sp.Stamp) (bool, error) {
				want := m.state != "entered-in-error"
				id := concern.ID(fmt.Sprintf("F-%d", m.raised))
				if want {
					m.raised++
					m.flags++
				}
				return want, r.Raise(referral.Flagged{Flag: id, Kind: concern.Crisis, To: "crisis-team"}, s)
			},
			"hand over": func(s sp.Stamp) (bool, error) {
				want := m.flags > 0 && m.state != "entered-in-error"
				id := concern.ID(fmt.Sprintf("F-%d", m.raised-m.flags)) // the oldest that is open
				if want {
					m.flags--
				}
				return want, r.AcceptHandOver(id, "crisis-team", "", lead(day))
			},
			"measure": func(s sp.Stamp) (bool, error) {
				thoughts := rapid.IntRange(0, 1).Draw(t, "thoughts")
				m.alert = m.alert || thoughts > 0
				_, err := c.Assessments[0].Measure(phq(t), measure.Answers{"9": thoughts}, s)
				return true, err
			},
			"escalate": func(s sp.Stamp) (bool, error) {
				want := m.alert
				m.alert = false
				return want, c.Assessments[0].Escalate("self-harm", "crisis-team", s)
			},
			"plan follow-up": func(s sp.Stamp) (bool, error) {
				want := m.state == "active" || m.state == "closed"
				m.followUp = m.followUp || want
				return want, r.PlanFollowUp(sp.DateOf(s.At).Add(7), s)
			},
			"follow up": func(s sp.Stamp) (bool, error) {
				want := m.followUp && (m.state == "active" || m.state == "closed")
				m.followUp = m.followUp && !want
				return want, r.FollowUp(s)
			},
			"decline": func(s sp.Stamp) (bool, error) {
				return m.end("declined", "received", "accepted"), c.Decline(reason.Because(reason.OutsideRemit), s)
			},
			"expire": func(s sp.Stamp) (bool, error) {
				return m.end("expired", "received", "accepted"), c.Expire(reason.Because(reason.NoCapacity), s)
			},
			"reroute": func(s sp.Stamp) (bool, error) {
				return m.end("rerouted", "received", "accepted"), c.Reroute("bay/team", reason.Because(reason.NotSuitable), s)
			},
			"close": func(s sp.Stamp) (bool, error) {
				for _, open := range m.open {
					if open {
						return false, c.Close(needs.Result{Outcome: needs.Met}, s)
					}
				}
				return m.shown() && m.end("closed", "active"), c.Close(needs.Result{Outcome: needs.Met}, s)
			},
			"withdraw": func(s sp.Stamp) (bool, error) {
				want := m.end("withdrawn", "received", "accepted", "active")
				if want {
					m.followUp = false
					clear(m.open)
					for _, p := range c.Placements {
						m.open[string(p.ID())] = false
					}
				}
				return want, c.Withdraw(reason.Because(reason.Moved), s)
			},
			"enter in error": func(s sp.Stamp) (bool, error) {
				want := m.end("entered-in-error", "received", "accepted", "active", "closed", "declined", "rerouted", "expired", "withdrawn")
				if want {
					m.followUp = false
					for id := range m.open {
						m.open[id] = false
					}
				}
				return want, c.EnterInError(reason.Because(reason.Mistake), s)
			},
		}
		names := slices.Sorted(func(yield func(string) bool) {
			for name := range actions {
				if !yield(name) {
					return
				}
			}
		})
		opening := rapid.SampledFrom([][]string{nil, {"accept", "contact", "propose", "plan session"}}).Draw(t, "opening")
		for i := range len(opening) + rapid.IntRange(1, 40).Draw(t, "length") {
			day += rapid.IntRange(0, 3).Draw(t, "days")
			name := rapid.SampledFrom(names).Draw(t, "command")
			if i < len(opening) { // chance alone seldom comes so far
				name = opening[i]
			}
			before := snapshot(r)
			want, err := actions[name](by(sp.RoleLinkWorker, day))
			require.Equal(t, want, err == nil, "%s while %s: %v", name, before["state"], err)
			if err != nil {
				require.Empty(t, cmp.Diff(before, snapshot(r)), "a refused %s changed something", name)
				require.True(t, errors.Is(err, sp.ErrInvalid) || errors.Is(err, sp.ErrDenied), err)
			}
			require.Equal(t, m.state, string(r.State()))
			require.Equal(t, []any{m.worker, m.urgency, len(m.attempts), m.contacted, m.needs, m.flags, m.followUp},
				[]any{string(r.Worker()), string(r.Urgency()), r.Attempts(), !r.FirstContact().IsZero(), r.Needs(), openOf(r), !r.FollowUpDue().IsZero()})
			for _, x := range c.Sessions {
				if x.State() == session.StatePlanned && !m.open[string(x.Plan().Placement)] {
					require.False(t, x.Plan().Start.After(referraltest.Day(day)), "session %s is before a closed door", x.ID())
				}
			}
			if rapid.IntRange(0, 5).Draw(t, "save") == 0 {
				require.NoError(t, store.Save(t.Context(), db, c))
			}
		}
		require.NoError(t, store.Save(t.Context(), db, c))
		again, err := referral.NewRepository(db, referraltest.AllowAll{}).Case(t.Context(), "R-1")
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(snapshot(r), snapshot(again.Referral)))
		waiting := false
		for range again.Assessments[0].Alerts() {
			waiting = true
		}
		require.Equal(t, m.alert, waiting)
		for _, p := range again.Placements {
			require.Equal(t, m.open[string(p.ID())], p.State().Open())
		}
	})
}

// FuzzDecode feeds the decoder of the log what no program wrote.
func FuzzDecode(f *testing.F) {
	for _, m := range [][]store.EventType{referral.Table().Events(), placement.Table().Events(), session.Table().Events()} {
		for _, name := range m {
			f.Add(string(name), []byte(`{"reason":{"code":"other"},"needs":["debt"],"person":"P-1"}`))
		}
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		event, err := referral.DecodeEvent(store.EventType(name), data)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		require.EqualValues(t, name, event.EventType())
	})
}

// FuzzHistory replays histories in any order: what a store holds may be damaged,
// and must give an error or a referral, and never a panic.
func FuzzHistory(f *testing.F) {
	world := referraltest.NewWorld(3)
	for _, c := range world.Cases[:12] {
		b, err := c.Referral.Pending()
		require.NoError(f, err)
		f.Add(b.Puts[0].Body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		db := store.Tenant(memstore.New(), "bay")
		key := store.Key{Kind: referral.Kind, ID: "R-1"}
		if db.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: key, Body: body}}}) != nil {
			return
		}
		r, err := referral.NewRepository(db, referraltest.AllowAll{}).Load(t.Context(), "R-1")
		if err != nil {
			return
		}
		_ = snapshot(r)
		for _, name := range referral.Table().Commands() {
			if give := commands[string(name)]; give != nil {
				_ = give(r, by(sp.RoleLinkWorker, 1000))
			}
		}
	})
}
