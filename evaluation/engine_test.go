package evaluation_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// mine is an indicator of referrals with a rule.
func mine(s evaluation.Statistic, reads []evaluation.Fact, rule func(evaluation.Row) evaluation.Answer) evaluation.Indicator {
	return evaluation.Indicator{
		ID: "mine", Version: "1", Name: "mine", Numerator: "some", Denominator: "all", Source: "a test", Of: "referrals",
		Unit: facts.Referrals, Cohort: facts.Received, Statistic: s, Reads: reads, Rule: rule, Scale: 1, In: "calls",
	}
}

// numbered gives events of one aggregate the versions that they have in its history.
func numbered(events ...store.RecordedEvent) []store.RecordedEvent {
	next := map[store.Key]int64{}
	for i := range events {
		next[events[i].Key]++
		events[i].Version = next[events[i].Key]
	}
	return events
}

func count(t require.TestingT, i evaluation.Indicator, o evaluation.Options, events ...store.RecordedEvent) (*evaluation.Counts, error) {
	r, err := evaluation.New(o, i)
	require.NoError(t, err)
	for _, e := range events {
		require.NoError(t, r.Add(e))
	}
	return r.Count(context.Background())
}

func TestARowThatReadsWhatItsIndicatorDoesNotListIsAnError(t *testing.T) {
	received := event("R-1", 0, referral.Received{})
	other := evaluation.First(facts.Referrals, referral.Contacted{})
	for name, c := range map[string]struct {
		want  string
		reads []evaluation.Fact
		rule  func(evaluation.Row) evaluation.Answer
	}{
		"a fact that is not listed":   {"does not list", nil, func(r evaluation.Row) evaluation.Answer { return evaluation.YesIf(r.Happened(facts.Contacted)) }},
		"another of the same event":   {"does not list", []evaluation.Fact{facts.Contacted}, func(r evaluation.Row) evaluation.Answer { return evaluation.YesIf(r.Happened(other)) }},
		"one that was never declared": {"never declared", nil, func(r evaluation.Row) evaluation.Answer { return evaluation.YesIf(r.Happened(evaluation.DayFact{})) }},
		"one of a table below":        {"does not belong", []evaluation.Fact{facts.Attended}, func(r evaluation.Row) evaluation.Answer { return evaluation.YesIf(r.Happened(facts.Attended)) }},
		"rows of a table not asked for": {"reads no fact", nil, func(r evaluation.Row) evaluation.Answer {
			return evaluation.YesIf(len(slices.Collect(r.Each(facts.Sessions))) == 0)
		}},
		"what it does not belong to":     {"reads no fact", nil, func(r evaluation.Row) evaluation.Answer { r.Up(facts.Sessions); return evaluation.Yes }},
		"an answer of another statistic": {"does not suit", nil, func(evaluation.Row) evaluation.Answer { return evaluation.Waiting(3) }},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := count(t, mine(evaluation.Shares, c.reads, c.rule), evaluation.Options{}, received)
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorContains(t, err, "evaluation: count mine: ")
			require.ErrorContains(t, err, c.want)
		})
	}
	require.PanicsWithValue(t, "its own", func() {
		_, _ = count(t, mine(evaluation.Shares, nil, func(evaluation.Row) evaluation.Answer { panic("its own") }), evaluation.Options{}, received)
	}, "a fault of the rule is not hidden")
}

func TestNewRefusesAnIndicatorThatIsNotComplete(t *testing.T) {
	fine := mine(evaluation.Shares, nil, func(evaluation.Row) evaluation.Answer { return evaluation.Yes })
	for name, spoil := range map[string]func(*evaluation.Indicator){
		"without words":          func(i *evaluation.Indicator) { i.Numerator = "" },
		"without a source":       func(i *evaluation.Indicator) { i.Source = "" },
		"without a rule":         func(i *evaluation.Indicator) { i.Rule = nil },
		"without a unit":         func(i *evaluation.Indicator) { i.Unit = nil },
		"of no statistic":        func(i *evaluation.Indicator) { i.Statistic = "guess" },
		"of a fact that is none": func(i *evaluation.Indicator) { i.Reads = []evaluation.Fact{evaluation.DayFact{}} },
		"with a cohort day beside it": func(i *evaluation.Indicator) {
			i.Cohort = evaluation.First(evaluation.Named("area"), referral.Received{})
		},
		"of a part that no event names": func(i *evaluation.Indicator) {
			i.Reads = []evaluation.Fact{evaluation.First(facts.Needs, referral.Assessed{})}
		},
	} {
		t.Run(name, func(t *testing.T) {
			i := fine
			spoil(&i)
			_, err := evaluation.New(evaluation.Options{}, i)
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
	_, err := evaluation.New(evaluation.Options{}, fine, fine)
	require.ErrorIs(t, err, sp.ErrInvalid, "two of one ID")
	_, err = evaluation.New(evaluation.Options{By: evaluation.By("", facts.Provider)}, fine)
	require.ErrorIs(t, err, sp.ErrInvalid, "a grouping has a name")
	require.False(t, evaluation.By("provider", facts.Provider).Suits(fine))
}

func TestAReportSaysWhatWasNotCounted(t *testing.T) {
	r := run(t, evaluation.Options{AsOf: monday.Add(30)},
		event("R-1", 0, referral.Received{}), event("R-1", 31, referral.Contacted{}),
		event("R-2", 0, referral.Contacted{}),                                        // its opening is not in the log
		event("PL-2", 1, placement.Proposed{Referral: "R-2"}),                        // so whose it is, nobody knows
		event("S-9", 1, session.Attended{}),                                          // nor that
		event("R-1", 3, referral.Attempted{}), event("R-1", 3, referral.Attempted{}), // nobody counts them
	)
	unreadable := event("R-1", 0, referral.Received{})
	unreadable.Data = []byte(`{"v":9}`)
	require.ErrorIs(t, r.Add(unreadable), sp.ErrInvalid, "of a form that a later program writes")
	truncated := event("R-1", 0, referral.Received{})
	truncated.Data = truncated.Data[:5]
	require.ErrorIs(t, r.Add(truncated), sp.ErrInvalid)
	got := r.Report()
	require.Len(t, got.Faults, 2)
	got.Faults = nil
	require.Equal(t, evaluation.Report{
		Read: 9, Later: 1, Unreadable: 2, Ignored: map[store.EventType]int64{referral.EventAttempted: 2},
		Orphans: map[string]int64{"referral": 1, "placement": 1, "session": 1},
	}, got)
	require.Equal(t, int64(1), counts(t, r, catalogue.ContactedID)[0][1], "an orphan is no \"no\"")
}

func TestARunReadsALogUntilItFailsOrIsStopped(t *testing.T) {
	fails := errors.New("the disk is gone")
	log := func(n int, err error) iter.Seq2[store.RecordedEvent, error] {
		return func(yield func(store.RecordedEvent, error) bool) {
			for range n {
				if !yield(event("R-1", 0, referral.Received{}), nil) {
					return
				}
			}
			if err != nil {
				yield(store.RecordedEvent{}, err)
			}
		}
	}
	var told []int
	r := run(t, evaluation.Options{})
	require.NoError(t, r.Read(t.Context(), log(5000, nil), func(n int) { told = append(told, n) }))
	require.Equal(t, []int{4096, 5000}, told)
	require.ErrorIs(t, r.Read(t.Context(), log(3, fails), nil), fails)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	require.ErrorIs(t, r.Read(stopped, log(3, nil), nil), context.Canceled)
	_, err := r.Count(stopped)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, int64(5003), r.Report().Read)
}

// Every kind of fact is a join, tried against the plain way to find it.
func TestAFactIsTheSameInAnyOrderAndOverlappingParts(t *testing.T) {
	last := evaluation.Last(facts.Referrals, referral.Contacted{}, referral.Attempted{})
	calls := evaluation.Count(facts.Referrals, referral.Contacted{}, referral.Attempted{})
	worker := evaluation.Code(facts.Referrals, evaluation.Text(func(e referral.Assigned) string { return string(e.Worker) }))
	minutes := evaluation.Each(facts.Referrals, evaluation.Entries(inMinutes))
	spoken := evaluation.Each(facts.Referrals, evaluation.Entries(func(e referral.Contacted) []evaluation.Entry {
		return []evaluation.Entry{{Text: string(e.Channel), Number: int64(e.Minutes)}}
	}).When(func(e referral.Contacted) bool { return e.Minutes > 1 }))
	said := mine(evaluation.ByCode, []evaluation.Fact{last, calls, worker, minutes, spoken}, func(r evaluation.Row) evaluation.Answer {
		return evaluation.Of(fmt.Sprint(r.Day(last), r.Count(calls), r.Code(worker), r.List(minutes), r.List(spoken)))
	})
	rapid.Check(t, func(t *rapid.T) {
		events := []store.RecordedEvent{event("R-1", 0, referral.Received{})}
		lastDay, n, workerIs := sp.Date(0), 0, ""
		for range rapid.IntRange(0, 90).Draw(t, "events") {
			day := rapid.IntRange(1, 9).Draw(t, "day")
			switch rapid.IntRange(0, 2).Draw(t, "what") {
			case 0:
				events = append(events, event("R-1", day, referral.Contacted{Channel: person.Phone, Minutes: rapid.IntRange(0, 3).Draw(t, "minutes")}))
				lastDay, n = max(lastDay, monday.Add(day)), n+1
			case 1:
				events = append(events, event("R-1", day, referral.Attempted{}))
				lastDay, n = max(lastDay, monday.Add(day)), n+1
			case 2:
				workerIs = rapid.SampledFrom([]string{"ann", "ben"}).Draw(t, "worker")
				events = append(events, event("R-1", day, referral.Assigned{Worker: referral.WorkerID(workerIs)}))
			}
		}
		events = numbered(events...)
		want, err := count(t, said, evaluation.Options{}, events...)
		require.NoError(t, err)
		for a := range want.Tally("mine", "") {
			require.Contains(t, a.String(), "of: "+fmt.Sprint(lastDay, n, workerIs), "as by hand")
		}
		shuffled := rapid.Permutation(events).Draw(t, "order")
		cut := rapid.IntRange(0, len(events)).Draw(t, "cut")
		a, err := evaluation.New(evaluation.Options{}, said)
		require.NoError(t, err)
		b, err := evaluation.New(evaluation.Options{}, said)
		require.NoError(t, err)
		for i, e := range append(shuffled, events...) {
			into := a
			if i%len(events) >= cut || i >= len(events) {
				into = b
			}
			require.NoError(t, into.Add(e))
		}
		require.NoError(t, a.Merge(b))
		got, err := a.Count(t.Context())
		require.NoError(t, err)
		require.Equal(t, bytesOf(t, want), bytesOf(t, got))
	})
}

func TestAnIndicatorOfEachStatisticHasItsFigure(t *testing.T) {
	events := numbered(
		event("R-1", 0, referral.Received{Person: "P-1"}), event("R-1", 1, referral.Contacted{Minutes: 10}), event("R-1", 2, referral.Contacted{Minutes: 30}),
		event("R-2", 0, referral.Received{Person: "P-1"}), event("R-2", 1, referral.Contacted{Minutes: 20}), event("R-2", 3, referral.Contacted{Minutes: 60}),
		event("R-3", 0, referral.Received{Person: "P-2"}), event("R-3", 9, referral.Contacted{Minutes: 60}),
	)
	spoken := evaluation.Each(facts.Referrals, evaluation.Entries(inMinutes))
	reads := []evaluation.Fact{spoken}
	for want, i := range map[string]evaluation.Indicator{
		"mine: 66.7 % (20.8 to 93.9), 2 of 3 referrals, Wilson 95 %":                   mine(evaluation.Shares, reads, func(r evaluation.Row) evaluation.Answer { return evaluation.YesIf(len(r.List(spoken)) == 2) }),
		"mine: 66.7 % (10.4 to 97.2), 2 of 3 referrals, Wilson at effective size 95 %": mine(evaluation.Clustered, reads, func(r evaluation.Row) evaluation.Answer { return evaluation.YesIf(len(r.List(spoken)) == 2) }),
		"mine: 1.67 calls (0.23 to 3.10), 3 referrals, Student's t 95 %":               mine(evaluation.Means, reads, func(r evaluation.Row) evaluation.Answer { return evaluation.Value(int64(len(r.List(spoken)))) }),
		"mine: 30.00 calls (-97.06 to 157.06), 2 referrals, Student's t 95 %, uncontrolled before-after, regression to the mean not known, 1 left out": mine(evaluation.Changes, reads, func(r evaluation.Row) evaluation.Answer {
			list := r.List(spoken)
			if len(list) < 2 {
				return evaluation.Lost(list[0].Number)
			}
			return evaluation.Change(list[0].Number, list[1].Number)
		}),
		"mine: 1.67 calls (0.54 to 3.89), 5 of 3 referrals, Byar 95 %": mine(evaluation.Rates, reads, func(r evaluation.Row) evaluation.Answer { return evaluation.Part(int64(len(r.List(spoken))), 1) }),
	} {
		t.Run(string(i.Statistic), func(t *testing.T) {
			c, err := count(t, i, evaluation.Options{}, events...)
			require.NoError(t, err)
			figures, err := c.Figures(evaluation.Precision{}, i)
			require.NoError(t, err)
			require.Equal(t, want, figures[0].String())
		})
	}
}

func TestAGroupingByMonthOrYearMakesCohorts(t *testing.T) {
	events := []store.RecordedEvent{
		event("R-1", -10, referral.Received{Person: "P-1"}), event("R-2", 0, referral.Received{Person: "P-1"}), event("R-3", 40, referral.Received{Person: "P-2"}),
		event("R-3", 41, referral.Assessed{Needs: []needs.Code{needs.Debt}}),
	}
	groups := func(g evaluation.Grouping) (all []string) {
		for _, f := range figures(t, run(t, evaluation.Options{By: g, AsOf: monday.Add(300)}, events...)) {
			if f.Indicator == catalogue.PeopleWaitingID {
				all = append(all, f.Group+": "+fmt.Sprint(f.Estimate.Denominator))
			}
		}
		return all
	}
	require.Equal(t, []string{"2026-03: 1", "2026-04: 0", "2026-05: 1"}, groups(evaluation.ByMonth("month", facts.Received)), "a person is in the month of the first referral")
	require.Equal(t, []string{"2025/26: 1", "2026/27: 1"}, groups(evaluation.ByYear("year", facts.Received)))
}

func TestARunRefusesDaysThatItCannotTell(t *testing.T) {
	r := run(t, evaluation.Options{})
	for _, at := range []time.Time{{}, time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)} {
		e := event("R-1", 0, referral.Received{})
		e.Stamp.At = at
		require.ErrorIs(t, r.Add(e), sp.ErrInvalid)
	}
	for _, version := range []int64{0, -1, 1 << 40} {
		e := event("R-1", 0, referral.Received{})
		e.Version = version
		require.ErrorIs(t, r.Add(e), sp.ErrInvalid)
	}
}

func TestAnIndicatorWithoutTheFactsOfAGroupingHasOneFigureOfAll(t *testing.T) {
	all := mine(evaluation.Shares, nil, func(evaluation.Row) evaluation.Answer { return evaluation.Yes })
	placements := all
	placements.ID, placements.Unit = "placements", facts.Placements
	r, err := evaluation.New(evaluation.Options{By: evaluation.By("provider", facts.Provider)}, all, placements)
	require.NoError(t, err)
	for _, e := range []store.RecordedEvent{
		event("R-1", 0, referral.Received{}), event("PL-1", 1, placement.Proposed{Referral: "R-1", Provider: "bay/green"}), event("PL-2", 1, placement.Proposed{Referral: "R-1"}),
	} {
		require.NoError(t, r.Add(e))
	}
	var got []string
	for _, f := range figures(t, r) {
		got = append(got, fmt.Sprint(f.Indicator, " ", f.Group, " ", f.Estimate.Denominator))
	}
	require.Equal(t, []string{"mine  1", "placements bay/green 1", "placements not stated 1"}, got)
}
