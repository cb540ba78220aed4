package session_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func by(role sp.Role, day int) sp.Stamp { return referraltest.By(role, day) }

// commands gives each command of a session with valid input.
var commands = map[string]func(*session.Session, sp.Stamp) error{
	"attend":         func(x *session.Session, s sp.Stamp) error { return x.Attend(session.Attended{Minutes: 60}, s) },
	"miss":           func(x *session.Session, s sp.Stamp) error { return x.Miss(session.Cost, s) },
	"explain":        func(x *session.Session, s sp.Stamp) error { return x.Explain(session.Anxiety, s) },
	"cancel":         func(x *session.Session, s sp.Stamp) error { return x.Cancel(reason.Because(reason.Illness), s) },
	"enter in error": func(x *session.Session, s sp.Stamp) error { return x.EnterInError(reason.Because(reason.Mistake), s) },
}

func TestEventsAreStoredUnderTheirNames(t *testing.T) {
	golden := goldentest.Events(t, session.Table().Events(),
		func(name store.EventType, data []byte) (store.Event, error) { return session.DecodeEvent(name, data) },
		session.Planned{Placement: "PL-1", Referral: "R-1", Person: "P-1", Provider: "bay/green", Step: session.Home, Start: referraltest.Day(10)},
		session.Attended{Minutes: 90, Accompanied: true},
		session.Missed{Cause: session.NoTransport},
		session.Explained{Cause: session.Anxiety},
		session.Cancelled{Reason: reason.Because(reason.Illness)},
		session.EnteredInError{Reason: reason.Because(reason.Mistake)},
	)
	goldentest.Equal(t, "testdata/events.txt", golden)
}

// FuzzHistory replays what a store may hold after damage: an error or a session,
// and never a panic.
func FuzzHistory(f *testing.F) {
	for _, s := range session.Table().States() {
		b, err := referraltest.Session("S-1", s).Pending()
		require.NoError(f, err)
		f.Add(b.Puts[0].Body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		db := store.Tenant(memstore.New(), "bay")
		key := store.Key{Kind: session.Kind, ID: "S-1"}
		if db.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: key, Body: body}}}) != nil {
			return
		}
		x, err := session.NewRepository(db, referraltest.AllowAll{}).Load(t.Context(), "S-1")
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		for _, give := range commands {
			_ = give(x, by(sp.RoleProvider, 1000))
		}
		_ = x.Plan()
	})
}

func TestASessionIsMarkedOnItsDayAtTheEarliest(t *testing.T) {
	for _, tt := range []struct {
		name string
		day  int
		ok   bool
	}{
		{"the day before is too early", 9, false},
		{"the morning of the day is early enough, while people arrive", 10, true},
		{"a week later is a late entry", 17, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := referraltest.Session("S-1", session.StatePlanned)
			err := x.Attend(session.Attended{}, sp.By(sp.Actor{ID: "p", Role: sp.RoleProvider, For: "bay/green"}, referraltest.Day(tt.day).Add(-4*time.Hour)))
			if tt.ok {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.Equal(t, session.StatePlanned, x.State())
		})
	}
}

func TestASessionIsMarkedOnItsDayInEveryZone(t *testing.T) {
	auckland := time.FixedZone("NZST", 12*3600)
	provider := sp.Actor{ID: "p", Role: sp.RoleProvider, For: "bay/green"}
	plan := session.Plan{Placement: "PL-1", Person: "P-1", Provider: "bay/green", Step: session.Group, Start: time.Date(2026, 6, 10, 13, 0, 0, 0, auckland)}
	x, err := referraltest.Schedule("S-1", plan, referraltest.AllowAll{}, sp.By(provider, plan.Start.AddDate(0, 0, -7)))
	require.NoError(t, err)
	morning := time.Date(2026, 6, 10, 10, 0, 0, 0, auckland) // the day before in UTC
	require.NoError(t, x.Attend(session.Attended{}, sp.By(provider, morning)))
}

func TestAdviceNeverAsksMoreThanTheMissedSessionDid(t *testing.T) {
	steps := session.Steps()
	rank := func(s session.Step) int {
		for i := range steps {
			if steps[i] == s {
				return i
			}
		}
		return -1
	}
	for _, step := range steps {
		for _, cause := range []session.Cause{session.Anxiety, session.NoTransport, session.Cost, session.Illness, session.Refusal, session.UnknownCause, "local-cause"} {
			advice := session.Advise(step, cause)
			require.LessOrEqual(t, rank(advice.Next), rank(step))
			require.NotEmpty(t, advice.Do)
			require.Equal(t, cause == session.Refusal, advice.Rebook == session.DoNotBook)
		}
	}
	require.Equal(t, session.Accompanied, session.Advise(session.SmallGroup, session.Anxiety).Next)
	require.Equal(t, session.Phone, session.Phone.Gentler())
	require.Equal(t, session.Group, session.Group.Bolder())
}

func TestSessionsAreFoundByTheirStart(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	for i, id := range []session.ID{"S-c", "S-a", "S-b"} {
		plan := referraltest.Plan()
		plan.Start = referraltest.Day(10 + i)
		x, err := referraltest.Schedule(id, plan, referraltest.AllowAll{}, by(sp.RoleProvider, 7))
		require.NoError(t, err)
		require.NoError(t, store.Save(ctx, db, x))
	}
	var ids []session.ID
	for x, err := range session.NewRepository(db, nil).All(ctx, session.Query{Placement: "PL-1", From: referraltest.Day(10), Before: referraltest.Day(12)}) {
		require.NoError(t, err)
		ids = append(ids, x.ID())
		require.ErrorIs(t, x.Attend(session.Attended{}, by(sp.RoleProvider, 20)), sp.ErrDenied, "without a remit nothing is allowed")
	}
	require.Equal(t, []session.ID{"S-c", "S-a"}, ids)
	_, err := session.NewRepository(db, nil).Load(ctx, "S-x")
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestASessionStartsInAYearThatCanBeStored(t *testing.T) {
	newYear := time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -2*60*60)) // of 10000, as it is stored
	for _, start := range []time.Time{{}, newYear, time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)} {
		plan := referraltest.Plan()
		plan.Start = start
		_, err := referraltest.Schedule("S-1", plan, referraltest.AllowAll{}, by(sp.RoleProvider, 7))
		require.ErrorIs(t, err, sp.ErrInvalid, start)
	}
}

func TestNothingHappensToASessionBeforeItWasPlanned(t *testing.T) {
	for name, give := range commands {
		state := session.StatePlanned // on day 7, for day 10
		if name == "explain" {
			state = session.StateMissed
		}
		x := referraltest.Session("S-1", state)
		require.ErrorIs(t, give(x, by(sp.RoleProvider, 12).Happened(time.Date(1066, 10, 14, 9, 0, 0, 0, time.UTC))), sp.ErrInvalid, name)
		require.ErrorIs(t, give(x, by(sp.RoleProvider, 12).Happened(referraltest.Day(6))), sp.ErrInvalid, name)
		require.NoError(t, give(x, by(sp.RoleProvider, 12).Happened(referraltest.Day(10))), name)
	}
}

func TestASessionThatIsNotedAfterwardsIsMarkedAsOfItsDay(t *testing.T) {
	x, err := referraltest.Schedule("S-1", referraltest.Plan(), referraltest.AllowAll{}, by(sp.RoleProvider, 12)) // of day 10
	require.NoError(t, err)
	require.NoError(t, x.Attend(session.Attended{Minutes: 60}, by(sp.RoleProvider, 12).Happened(referraltest.Day(10))))
}

func TestOnlyASessionThatWasCalledOffInTimeIsOver(t *testing.T) {
	for _, tt := range []struct {
		name    string
		off     sp.Stamp // of a session of day 10
		stands  bool
		records int
	}{
		{"the day before", by(sp.RolePerson, 9), true, 2},
		{"the day after", by(sp.RoleSystem, 11), false, 3},
		{"the day after, as of the day before", by(sp.RoleSystem, 11).Happened(referraltest.Day(9)), false, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, mark := range []string{"attend", "miss"} {
				x := referraltest.Session("S-1", session.StatePlanned)
				require.NoError(t, x.Cancel(reason.Because(reason.NoLongerNeeded), tt.off))
				require.Equal(t, tt.stands, commands[mark](x, by(sp.RoleProvider, 12)) != nil, mark)
				n := 0
				for range x.History() {
					n++
				}
				require.Equal(t, tt.records, n)
			}
		})
	}
}

func TestTheCauseIsWhatWasLearntLast(t *testing.T) {
	x := referraltest.Session("S-1", session.StateMissed) // on day 10
	require.ErrorIs(t, x.Explain(session.Cost, by(sp.RoleProvider, 15).Happened(referraltest.Day(9))), sp.ErrInvalid, "nobody knows why before it happens")
	require.NoError(t, x.Explain(session.Cost, by(sp.RoleProvider, 15)))
	require.NoError(t, x.Explain(session.Illness, by(sp.RoleLinkWorker, 16).Happened(referraltest.Day(12))))
	require.Equal(t, session.Cost, x.Cause())
}

func TestAnExplanationReplacesTheCause(t *testing.T) {
	x, err := referraltest.Schedule("S-1", referraltest.Plan(), referraltest.AllowAll{}, by(sp.RoleProvider, 7))
	require.NoError(t, err)
	require.NoError(t, x.Miss(session.UnknownCause, by(sp.RoleProvider, 10)))
	require.NoError(t, x.Explain(session.Anxiety, by(sp.RoleLinkWorker, 11)))
	require.Equal(t, session.Anxiety, x.Cause())
	require.Equal(t, session.StateMissed, x.State())
}
