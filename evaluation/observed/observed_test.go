package observed_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/observed"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// day is a moment n days after a Monday in April.
func day(n int) time.Time {
	return time.Date(2026, time.April, 6, 10, 0, 0, 0, time.UTC).AddDate(0, 0, n)
}

// event is something that happened to a placement or a session n days later.
func event(id string, n int, fact store.Event) store.RecordedEvent {
	data, err := json.Marshal(fact)
	if err != nil {
		panic(err)
	}
	kind, _, _ := strings.Cut(string(fact.EventType()), ".")
	return store.RecordedEvent{
		Key: store.Key{Tenant: "bay", Kind: kind, ID: id}, Version: 1, Type: fact.EventType(),
		Stamp: sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, day(n)), Data: data,
	}
}

func facts(t require.TestingT, events ...store.RecordedEvent) *observed.Facts {
	f := new(observed.Facts)
	for _, e := range events {
		require.NoError(t, f.Add(e))
	}
	return f
}

// asked is a request to the garden on a day, and what followed.
func asked(id string, n int, then ...store.RecordedEvent) []store.RecordedEvent {
	return append([]store.RecordedEvent{
		event(id, n, placement.Proposed{Referral: "R-1", Service: "garden", Needs: []needs.Code{needs.Grief}}),
		event(id, n, placement.Offered{}),
	}, then...)
}

func no(code string) placement.Declined { return placement.Declined{Reason: reason.Because(code)} }

func TestWhatAServiceIsObservedToDo(t *testing.T) {
	for _, c := range []struct {
		name   string
		events []store.RecordedEvent
		want   directory.Observed // but for its ID, time and share
	}{
		{"a yes", asked("PL-1", 0, event("PL-1", 3, placement.Accepted{})), directory.Observed{Asked: 1, Accepted: 1, ReplyDays: sp.Know(3)}},
		{"a place on its own list is a yes", asked("PL-1", 0, event("PL-1", 3, placement.WaitListed{})), directory.Observed{Asked: 1, Accepted: 1, ReplyDays: sp.Know(3)}},
		{"no room", asked("PL-1", 0, event("PL-1", 3, no(reason.NoCapacity))), directory.Observed{Asked: 1, Full: 1, ReplyDays: sp.Know(3), FullInARow: 1, FullSince: day(3), FullLast: day(3)}},
		{"no room after a place on the list is the last word", asked("PL-1", 0, event("PL-1", 3, placement.WaitListed{}), event("PL-1", 9, no(reason.NoCapacity))), directory.Observed{Asked: 1, Full: 1, ReplyDays: sp.Know(3), FullInARow: 1, FullSince: day(9), FullLast: day(9)}},
		{"another no of its own", asked("PL-1", 0, event("PL-1", 3, placement.Declined{Reason: reason.Reason{Code: reason.NotSuitable, Whose: reason.Provider}})), directory.Observed{Asked: 1, Refused: 1, ReplyDays: sp.Know(3)}},
		{"silence", asked("PL-1", 0, event("PL-1", 15, placement.Lapsed{})), directory.Observed{Asked: 1, Silent: 1}},
		{"a no of the person is none of the service's", asked("PL-1", 0, event("PL-1", 3, no(reason.PersonsChoice))), directory.Observed{}},
		{"nor is a request that was taken back", asked("PL-1", 0, event("PL-1", 3, placement.Withdrawn{})), directory.Observed{}},
		{"a request without an answer so far is none yet", asked("PL-1", 0), directory.Observed{}},
		{"what happens later is not known yet", asked("PL-1", 0, event("PL-1", 101, placement.Accepted{})), directory.Observed{}},
		{"a first session ends the wait", asked("PL-1", 0, event("PL-1", 3, placement.Accepted{}), event("S-1", 4, session.Planned{Placement: "PL-1"}), event("S-1", 20, session.Attended{})), directory.Observed{Asked: 1, Accepted: 1, ReplyDays: sp.Know(3), WaitDays: sp.Know(20), Begun: 1}},
		{"one that was a mistake does not", asked("PL-1", 0, event("PL-1", 3, placement.Accepted{}), event("S-1", 4, session.Planned{Placement: "PL-1"}), event("S-1", 20, session.Attended{}), event("S-1", 21, session.EnteredInError{})), directory.Observed{Asked: 1, Accepted: 1, ReplyDays: sp.Know(3)}},
		{"nor does leaving", asked("PL-1", 0, event("PL-1", 3, placement.Accepted{}), event("PL-1", 20, placement.Stopped{})), directory.Observed{Asked: 1, Accepted: 1, ReplyDays: sp.Know(3)}},
		{"who begins and stops has begun", asked("PL-1", 0, event("PL-1", 3, placement.Accepted{}), event("PL-1", 10, placement.Started{}), event("PL-1", 20, placement.Stopped{})), directory.Observed{Asked: 1, Accepted: 1, ReplyDays: sp.Know(3), WaitDays: sp.Know(10), Begun: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := facts(t, c.events...).At(day(100))["garden"]
			require.Equal(t, c.want.Asked > 0, !got.Share.IsZero())
			c.want.Service, c.want.Until, got.Share = "garden", day(100), sp.Known[directory.ObservedShare]{}
			require.Equal(t, c.want, got)
		})
	}
	require.Empty(t, facts(t, event("PL-1", 0, placement.Proposed{Service: "garden"})).At(day(9)), "what was only proposed was not asked")
	require.Empty(t, facts(t, asked("PL-1", 0, event("PL-1", 1, placement.EnteredInError{}))...).At(day(9)))
	require.NotEmpty(t, facts(t, asked("PL-1", 0, event("PL-1", 9, placement.EnteredInError{}))...).At(day(8)), "as it was known then")
}

func TestAServiceThatWasFullThirtyTimesIsFullUntilSomebodyIsTakenOn(t *testing.T) {
	f := facts(t)
	for i := range 30 {
		for _, e := range asked(fmt.Sprint("PL-", i), i, event(fmt.Sprint("PL-", i), i+1, no(reason.NoCapacity))) {
			require.NoError(t, f.Add(e))
		}
	}
	garden := func(n int) directory.Observed { return f.At(day(n))["garden"] }
	require.Equal(t, 30, garden(40).FullInARow)
	require.Equal(t, []time.Time{day(1), day(30)}, []time.Time{garden(40).FullSince, garden(40).FullLast})
	require.Equal(t, sp.No, garden(40).HasRoom(day(40), 0))
	require.Equal(t, sp.No, garden(300).HasRoom(day(300), 0), "not four weeks later either")
	require.Equal(t, sp.Unknown, garden(500).HasRoom(day(500), 0), "but not for ever")
	require.Equal(t, sp.No, garden(29).HasRoom(day(29), time.Hour*24))
	require.InDelta(t, 0, garden(40).Share.Or(directory.ObservedShare{}).Value, 0)
	require.InDelta(t, .1135, garden(40).Share.Or(directory.ObservedShare{}).Upper, 1e-4, "Wilson's limit of 0 of 30")

	for _, e := range asked("PL-99", 40, event("PL-99", 42, placement.Accepted{})) {
		require.NoError(t, f.Add(e))
	}
	require.Zero(t, garden(50).FullInARow)
	require.Equal(t, sp.Unknown, garden(50).HasRoom(day(50), 0), "a yes to one is no promise to the next")
}

func TestTheWaitsOfAServiceAreNotOnlyThoseOfTheQuick(t *testing.T) {
	f := facts(t)
	for i := range 10 {
		id := fmt.Sprint("PL-", i)
		then := []store.RecordedEvent{event(id, 2, placement.Accepted{})}
		if i < 4 {
			then = append(then, event(id, 10+i, placement.Started{}))
		}
		for _, e := range asked(id, 0, then...) {
			require.NoError(t, f.Add(e))
		}
	}
	s := f.Services(day(60))[0]
	require.Equal(t, stat.NotReached, s.Wait.Undefined, "four began within two weeks, six still wait after sixty days")
	require.Equal(t, sp.Known[int]{}, s.Observed.Wait())
	require.Equal(t, "100 % (72.2 to 100), 10 of 10 requests that were answered or lapsed, Wilson 95 %", s.Accepted.String())
	require.InDelta(t, 2, s.Reply.Value, 0)
	require.Equal(t, stat.MethodAalenJohansen, s.Reply.Method)
}

// logs draws events of some placements and sessions, not all of them possible in life.
func logs(t *rapid.T) []store.RecordedEvent {
	happens := []store.Event{
		placement.Offered{},
		placement.Accepted{},
		placement.WaitListed{},
		placement.Lapsed{},
		placement.Withdrawn{},
		placement.Stopped{},
		placement.Started{},
		placement.Completed{},
		placement.EnteredInError{},
		no(reason.NoCapacity), no(reason.PersonsChoice),
		session.Attended{},
		session.EnteredInError{},
		placement.FeedbackSent{},
		placement.Disclosed{},
		referral.Closed{},
	}
	var events []store.RecordedEvent
	for i := range 6 {
		id := fmt.Sprint("PL-", i)
		events = append(events, event(id, i, placement.Proposed{Service: directory.ID([]string{"garden", "choir"}[i%2])}), event(id, i, placement.Offered{}), event(id, i, session.Planned{Placement: placement.ID(id)}))
	}
	for range rapid.IntRange(0, 30).Draw(t, "events") {
		id := fmt.Sprint("PL-", rapid.IntRange(0, 5).Draw(t, "id"))
		events = append(events, event(id, rapid.IntRange(0, 90).Draw(t, "day"), rapid.SampledFrom(happens).Draw(t, "event")))
	}
	return events
}

func TestMergingFactsIsAssociativeCommutativeAndIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.Permutation(logs(t)).Draw(t, "order")
		at := day(rapid.IntRange(0, 100).Draw(t, "at"))
		a, b := rapid.IntRange(0, len(events)).Draw(t, "a"), rapid.IntRange(0, len(events)).Draw(t, "b")
		if a > b {
			a, b = b, a
		}
		part := func(i int) *observed.Facts {
			return facts(t, [][]store.RecordedEvent{events[:a], events[a:b], events[b:]}[i]...)
		}
		merged := func(order ...*observed.Facts) []observed.Service {
			for _, o := range order[1:] {
				order[0].Merge(o)
			}
			return order[0].Services(at)
		}
		want := facts(t, events...).Services(at)
		require.Empty(t, cmp.Diff(want, merged(part(0), part(1), part(2))))
		require.Empty(t, cmp.Diff(want, merged(part(2), part(0), part(1))))
		right := part(1)
		right.Merge(part(2))
		require.Empty(t, cmp.Diff(want, merged(part(0), right)))
		require.Empty(t, cmp.Diff(want, merged(facts(t, events...), part(1), nil)), "what is there already changes nothing")
		for _, s := range want {
			require.Equal(t, s.Asked, s.Observed.Accepted+s.Full+s.Refused+s.Silent)
			require.LessOrEqual(t, s.FullInARow, s.Full)
		}
	})
}

func TestObservedFactsNameEventsThatCannotBeRead(t *testing.T) {
	f := facts(t, asked("PL-1", 0)...)
	want := f.Services(day(9))
	for _, fact := range []store.Event{placement.Proposed{}, placement.Declined{}, session.Planned{}} {
		e := event("PL-2", 1, fact)
		e.Data = []byte(`"secret"`)
		err := f.Add(e)
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.ErrorContains(t, err, "event 1 of bay/"+e.Key.Kind+"/PL-2")
		require.NotContains(t, err.Error(), "secret")
	}
	for _, fact := range []store.Event{placement.Offered{}, session.Attended{}} {
		e := event("PL-2", 1, fact)
		e.Stamp.At = time.Time{}
		require.ErrorIs(t, f.Add(e), sp.ErrInvalid)
	}
	require.NoError(t, f.Add(event("R-1", 1, referral.Closed{})))
	require.Empty(t, cmp.Diff(want, f.Services(day(9))))
}
