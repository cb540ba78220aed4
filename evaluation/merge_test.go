package evaluation_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/socialprescribing/sp/evaluation/stat"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
)

func TestRunsOfPartsMergeToTheRunOfTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := history(t)
		o := evaluation.Options{}
		if rapid.Bool().Draw(t, "as of a day") {
			o.AsOf = monday.Add(150)
		}
		whole := run(t, o, events...)
		want := figures(t, whole)

		shuffled := rapid.Permutation(events).Draw(t, "order")
		twice := run(t, o, append(shuffled, events...)...)
		require.Empty(t, cmp.Diff(want, figures(t, twice)), "order and repetition make no difference")

		cut := rapid.IntRange(0, len(events)).Draw(t, "cut")
		a, b := run(t, o, shuffled[:cut]...), run(t, o, shuffled[cut:]...)
		before := figures(t, b)
		require.NoError(t, a.Merge(b))
		require.Empty(t, cmp.Diff(want, figures(t, a)))
		require.Empty(t, cmp.Diff(before, figures(t, b)), "what was merged is unchanged")
		require.NoError(t, a.Add(event("X-0", 0, referral.Assessed{Needs: []needs.Code{needs.Housing}})))
		require.Empty(t, cmp.Diff(before, figures(t, b)), "and shares nothing")

		for _, e := range want {
			require.LessOrEqual(t, e.Estimate.Numerator, e.Estimate.Denominator)
			require.False(t, math.IsNaN(e.Estimate.Value) || math.IsNaN(e.Estimate.Interval.Lower) || math.IsNaN(e.Estimate.Interval.Upper))
			if e.Defined() {
				require.True(t, e.Estimate.Interval.Lower <= e.Estimate.Value && e.Estimate.Value <= e.Estimate.Interval.Upper, e)
			}
		}
	})
}

func TestAFigureAsOfADayIsTheSameWheneverItIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events, day := history(t), rapid.IntRange(0, 350).Draw(t, "day")
		o := evaluation.Options{AsOf: monday.Add(day)}
		var then []store.RecordedEvent
		for _, e := range events {
			opens := e.Type == "placement.proposed" || e.Type == "session.planned" // which is the first in life
			if opens || sp.DateOf(e.Stamp.At) <= o.AsOf {
				then = append(then, e)
			}
		}
		require.Empty(t, cmp.Diff(figures(t, run(t, o, then...)), figures(t, run(t, o, events...))))
	})
}

func TestTheZeroRunCountsNothingAndSaysSo(t *testing.T) {
	var zero evaluation.Run
	require.NoError(t, zero.Add(event("R-1", 0, referral.Received{})))
	require.Empty(t, figures(t, &zero))
	require.Equal(t, map[store.EventType]int64{referral.EventReceived: 1}, zero.Report().Ignored)
	require.ErrorIs(t, zero.Merge(nil), sp.ErrInvalid)
}

func TestARunTellsZonesOfOneNameApart(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	again, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	of := func(z *time.Location) *evaluation.Run { return run(t, evaluation.Options{Calendar: sp.NewCalendar(z)}) }
	require.NoError(t, of(london).Merge(of(again)))
	require.NoError(t, of(time.FixedZone("here", 3600)).Merge(of(time.FixedZone("here", 3600))))
	require.ErrorIs(t, of(time.FixedZone("", 36000)).Merge(of(time.FixedZone("", -36000))), sp.ErrInvalid)
	require.ErrorIs(t, of(time.FixedZone("Europe/London", 0)).Merge(of(london)), sp.ErrInvalid)
}

// whose groups referrals by the person that they name.
var whose = evaluation.By("person", evaluation.Code(facts.Referrals, evaluation.Text(func(e referral.Received) string { return string(e.Person) })))

func TestFiguresByGroupAddUpToThoseOfAllReferrals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := history(t)
		want := map[string][3]int64{}
		for _, e := range figures(t, run(t, evaluation.Options{}, events...)) {
			want[e.Indicator+e.Category] = [3]int64{int64(e.Estimate.Numerator), int64(e.Estimate.Denominator), e.Excluded}
		}
		got := map[string][3]int64{}
		last := ""
		for _, e := range figures(t, run(t, evaluation.Options{By: whose}, events...)) {
			require.LessOrEqual(t, last, e.Group)
			last = e.Group
			sum := got[e.Indicator+e.Category]
			got[e.Indicator+e.Category] = [3]int64{sum[0] + int64(e.Estimate.Numerator), sum[1] + int64(e.Estimate.Denominator), sum[2] + e.Excluded}
		}
		for indicator, w := range want {
			if !strings.HasPrefix(indicator, catalogue.DeclinedByID) {
				require.Equal(t, w, got[indicator], indicator)
			}
		}
	})
}

func TestFiguresHaveAShareForEachReasonForANo(t *testing.T) {
	events := []store.RecordedEvent{event("R-1", 0, referral.Received{})}
	for i, why := range []reason.Reason{reason.Because(reason.TooFar), reason.Because(reason.NoCapacity), reason.Because(reason.NoCapacity)} {
		id := fmt.Sprintf("PL-%d", i)
		events = append(events, event(id, 1, placement.Proposed{Referral: "R-1"}), event(id, 2, placement.Declined{Reason: why}))
	}
	var got []string
	for _, e := range figures(t, run(t, evaluation.Options{AsOf: monday.Add(9)}, events...)) {
		if e.Indicator == catalogue.DeclinedByID {
			got = append(got, fmt.Sprintf("%s %.0f of %.0f", e.Category, e.Estimate.Numerator, e.Estimate.Denominator))
		}
	}
	require.Equal(t, []string{"no-capacity (provider) 2 of 3", "too-far (person) 1 of 3"}, got)
}

func TestAFigureNamesItsGroup(t *testing.T) {
	practice := evaluation.By("practice", facts.Practice)
	r := run(t, evaluation.Options{By: practice}, event("R-1", 0, referral.Received{From: "bay/hill"}), event("R-1", 1, referral.Accepted{}))
	for _, f := range figures(t, r) {
		if f.Indicator == catalogue.AcceptedID {
			require.Equal(t, "accepted in bay/hill: 100.0 % (20.7 to 100.0), 1 of 1 referrals decided on, Wilson 95 %", f.String())
		}
	}
}

func TestRunsOfDifferentOptionsDoNotMix(t *testing.T) {
	a := run(t, evaluation.Options{})
	require.NoError(t, a.Merge(run(t, evaluation.Options{Level: .95, Calendar: sp.NewCalendar(time.UTC)})))
	holidays := run(t, evaluation.Options{Calendar: sp.NewCalendar(nil, monday, monday.Add(-3))})
	require.NoError(t, holidays.Merge(run(t, evaluation.Options{Calendar: sp.NewCalendar(nil, monday.Add(-3), monday, monday)})), "in whatever order they are listed")
	for _, o := range []evaluation.Options{
		{Period: sp.FinancialYear(2026)},
		{AsOf: monday},
		{Level: .99},
		{Interval: stat.MethodClopperPearson},
		{Calendar: sp.NewCalendar(nil, monday)},
		{By: whose},
	} {
		require.ErrorIs(t, a.Merge(run(t, o)), sp.ErrInvalid)
	}
	require.ErrorIs(t, a.Merge(runBy(t, catalogue.Standards{ContactDays: 5}, evaluation.Options{})), sp.ErrInvalid)
}

func TestRunsOfOtherIndicatorsDoNotMix(t *testing.T) {
	of := func(edit func(*evaluation.Indicator)) *evaluation.Run {
		i := calls()
		edit(&i)
		r, err := evaluation.New(evaluation.Options{}, i)
		require.NoError(t, err)
		return r
	}
	require.NoError(t, of(func(*evaluation.Indicator) {}).Merge(of(func(*evaluation.Indicator) {})))
	for name, edit := range map[string]func(*evaluation.Indicator){
		"ID":      func(i *evaluation.Indicator) { i.ID = "other" },
		"version": func(i *evaluation.Indicator) { i.Version = "2" },
		"window":  func(i *evaluation.Indicator) { i.Window = evaluation.Window{Days: 30} },
		"facts":   func(i *evaluation.Indicator) { i.Reads = []evaluation.Fact{facts.Contacts} },
		"other facts": func(i *evaluation.Indicator) {
			i.Reads = []evaluation.Fact{facts.Contacts, facts.Closed}
		},
	} {
		require.ErrorIs(t, of(func(*evaluation.Indicator) {}).Merge(of(edit)), sp.ErrInvalid, name)
	}
}

func TestMergedRunsReportWhatNeitherHasCounted(t *testing.T) {
	var parts [3]*evaluation.Run // two of which make the third
	for n := range parts {
		r, err := evaluation.New(evaluation.Options{AsOf: monday.Add(30)}, calls())
		require.NoError(t, err)
		parts[n] = r
	}
	add := func(n int, e store.RecordedEvent) {
		require.Equal(t, parts[2].Add(e) == nil, parts[n].Add(e) == nil)
	}
	named := func(name store.EventType) store.RecordedEvent {
		e := event("R-1", 1, referral.Contacted{})
		e.Type = name
		return e
	}
	for n := range 2 {
		add(n, event("R-1", n, referral.Contacted{})) // of a referral that nobody received
		add(n, event("R-2", 300, referral.Contacted{}))
		for range 3 + n {
			add(n, named("made-up.both"))
		}
		add(n, named(store.EventType("made-up."+strings.Repeat("x", n+1))))
		for range 6 + n {
			bad := event("R-1", 2, referral.Contacted{})
			bad.Version = 0
			add(n, bad)
		}
	}
	require.NoError(t, parts[0].Merge(parts[1]))
	got, want := parts[0].Report(), parts[2].Report()
	require.Equal(t, want, got)
	require.Equal(t, []int64{26, 2, 13}, []int64{got.Read, got.Later, got.Unreadable})
	require.Len(t, got.Faults, 10)
	require.Equal(t, map[store.EventType]int64{"made-up.both": 7, "made-up.x": 1, "made-up.xx": 1}, got.Ignored)
	require.Equal(t, map[string]int64{"referral": 1}, got.Orphans)
}

func TestARunNamesBadEventsAndIsNotChangedByThem(t *testing.T) {
	r := run(t, evaluation.Options{}, event("R-1", 0, referral.Received{}))
	want := figures(t, r)
	for _, fact := range []store.Event{referral.Received{}, referral.Closed{}, referral.Assessed{}, referral.NothingFound{}, placement.Proposed{}, placement.Completed{}, placement.Declined{}} {
		e := event("R-9", 999, fact)
		e.Data = []byte(`"secret"`)
		err := r.Add(e)
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.ErrorContains(t, err, "event 1 of bay/"+e.Key.Kind+"/R-9")
		require.NotContains(t, err.Error(), "secret")
	}
	never := event("R-9", 0, referral.Received{})
	never.Stamp.At = time.Time{}
	require.ErrorIs(t, r.Add(never), sp.ErrInvalid, "what happened at no time is not left out in silence")
	other := event("R-1", 5, referral.Received{})
	other.Key.Kind, other.Data = "invoice", nil
	require.NoError(t, r.Add(other))
	unknown := event("R-1", 5, referral.Received{})
	unknown.Type, unknown.Data = "referral.celebrated", nil
	require.NoError(t, r.Add(unknown), "what a later version writes is none of ours")
	require.Empty(t, cmp.Diff(want, figures(t, r)))
}

func TestOptionsThatMakeNoSenseAreRefused(t *testing.T) {
	for _, o := range []evaluation.Options{
		{Level: 95},
		{Level: -1},
		{Level: math.NaN()},
		{Interval: stat.MethodByar},
		{Interval: "guess"},
	} {
		_, err := evaluation.New(o)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
	for _, s := range []catalogue.Standards{{ContactDays: -5}, {StartDays: 4_000_000}, {CourseDays: math.MaxInt}} {
		_, err := evaluation.New(evaluation.Options{}, catalogue.All(s)...)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
}

func TestCountsOfWaitsTellThoseWhoBeganFromThoseWhoLeft(t *testing.T) {
	events := []store.RecordedEvent{
		event("R-1", 0, referral.Received{}), event("R-1", 3, referral.Withdrawn{}),
		event("R-2", 0, referral.Received{}),
		event("R-3", 0, referral.Received{}), event("R-3", 5, referral.EnteredInError{}),
	}
	counts, err := run(t, evaluation.Options{AsOf: monday.Add(10)}, events...).Count(t.Context())
	require.NoError(t, err)
	waits := counts.Tally(catalogue.BeginID, "").Ends()
	left, ended, waiting := waits.Counts(catalogue.Left)
	require.Equal(t, []int64{1, 1, 1}, []int64{left, ended, waiting})
	by, err := waits.Incidence(catalogue.Left).By(10, .95)
	require.NoError(t, err)
	require.InDelta(t, .5, by.Value, 0)
}
