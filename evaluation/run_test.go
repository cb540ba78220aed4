package evaluation_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/socialprescribing/sp/evaluation/stat"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// monday is the first day of the tests: 6 April 2026, which is Easter Monday.
var monday = sp.NewDate(2026, time.April, 6)

// event is something that happened to a referral or placement n days after monday.
func event(id string, n int, fact store.Event) store.RecordedEvent {
	data, err := json.Marshal(fact)
	if err != nil {
		panic(err)
	}
	kind, _, _ := strings.Cut(string(fact.EventType()), ".")
	at := monday.Add(n).In(time.UTC).Add(10 * time.Hour)
	return store.RecordedEvent{
		Key: store.Key{Tenant: "bay", Kind: kind, ID: id}, Version: 1, Type: fact.EventType(),
		Stamp: sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, at), Data: data,
	}
}

func run(t require.TestingT, o evaluation.Options, events ...store.RecordedEvent) *evaluation.Run {
	return runBy(t, catalogue.Standards{}, o, events...)
}

// few are the headlines, and one indicator of each statistic and unit.
func few(s catalogue.Standards) []evaluation.Indicator {
	on := []string{
		catalogue.AcceptedID, catalogue.ContactedID, catalogue.WaitID, catalogue.BeginID, catalogue.NothingFoundID, catalogue.StartedID,
		catalogue.CompletedID, catalogue.CompletedMetID, catalogue.DeclinedByID, catalogue.MissedID,
	}
	return slices.DeleteFunc(catalogue.All(s), func(i evaluation.Indicator) bool { return !i.Headline && !slices.Contains(on, i.ID) })
}

// runBy is run with other standards.
func runBy(t require.TestingT, s catalogue.Standards, o evaluation.Options, events ...store.RecordedEvent) *evaluation.Run {
	r, err := evaluation.New(o, few(s)...)
	require.NoError(t, err)
	for _, e := range events {
		require.NoError(t, r.Add(e))
	}
	return r
}

// figures returns the figures of a run.
func figures(t require.TestingT, r *evaluation.Run) []evaluation.Figure {
	all, err := r.Figures(context.Background())
	require.NoError(t, err)
	return all
}

// estimate returns the first estimate of an indicator.
func estimate(t *testing.T, r *evaluation.Run, indicator string) evaluation.Figure {
	t.Helper()
	for _, e := range figures(t, r) {
		if e.Indicator == indicator {
			return e
		}
	}
	require.Fail(t, "no estimate", indicator)
	return evaluation.Figure{}
}

func TestEachIndicatorCountsAsByHand(t *testing.T) {
	why := reason.Because(reason.NoCapacity)
	proposed := placement.Proposed{Referral: "R-1", Needs: []needs.Code{needs.Debt}}
	received, planned := event("R-1", 0, referral.Received{}), session.Planned{Placement: "PL-1", Referral: "R-1"}
	done := func(o needs.Outcome) placement.Completed {
		return placement.Completed{Result: needs.Result{Outcome: o}}
	}
	for _, c := range []struct {
		name           string
		indicator      string
		asOf           int // days after monday
		events         []store.RecordedEvent
		yes, of, other int64
	}{
		{"an accepted referral counts as accepted", catalogue.AcceptedID, 9, []store.RecordedEvent{received, event("R-1", 1, referral.Accepted{})}, 1, 1, 0},
		{"one that was turned away later does not", catalogue.AcceptedID, 9, []store.RecordedEvent{received, event("R-1", 1, referral.Accepted{}), event("R-1", 2, referral.Declined{Reason: why})}, 0, 1, 0},
		{"a decision to come is none yet", catalogue.AcceptedID, 1, []store.RecordedEvent{received, event("R-1", 2, referral.Accepted{})}, 0, 0, 1},
		{"a withdrawn referral needs no decision", catalogue.AcceptedID, 9, []store.RecordedEvent{received, event("R-1", 2, referral.Withdrawn{})}, 0, 0, 1},
		{"an expired referral was not accepted", catalogue.AcceptedID, 90, []store.RecordedEvent{received, event("R-1", 60, referral.Expired{})}, 0, 1, 0},
		{"contact on the last working day is in time", catalogue.ContactedID, 20, []store.RecordedEvent{received, event("R-1", 14, referral.Contacted{})}, 1, 1, 0},
		{"contact on the day after is late", catalogue.ContactedID, 20, []store.RecordedEvent{received, event("R-1", 15, referral.Contacted{})}, 0, 1, 0},
		{"a standard that has not run out judges nobody", catalogue.ContactedID, 13, []store.RecordedEvent{received, event("R-1", 1, referral.Contacted{})}, 0, 0, 1},
		{"who is still waiting counts", catalogue.ContactedID, 14, []store.RecordedEvent{received}, 0, 1, 0},
		{"a wait goes on", catalogue.WaitID, 14, []store.RecordedEvent{received}, 0, 1, 0},
		{"a wait ends with contact", catalogue.WaitID, 14, []store.RecordedEvent{received, event("R-1", 9, referral.Contacted{})}, 1, 1, 0},
		{"a need without help is unmet", catalogue.NothingFoundID, 14, []store.RecordedEvent{
			received, event("R-1", 3, referral.Assessed{Needs: []needs.Code{needs.Debt, needs.Grief}}),
			event("R-1", 4, referral.NothingFound{Need: needs.Grief, Reason: why}),
		}, 1, 2, 0},
		{"an offer leads to a start in time", catalogue.StartedID, 200, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Offered{}), event("PL-1", 86, placement.Started{})}, 1, 1, 0},
		{"or too late", catalogue.StartedID, 200, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Offered{}), event("PL-1", 87, placement.Started{})}, 0, 1, 0},
		{"who completed a course without a start has been there", catalogue.StartedID, 200, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Offered{}), event("PL-1", 86, done(needs.Met))}, 1, 1, 0},
		{"and has completed it", catalogue.CompletedID, 400, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Offered{}), event("PL-1", 86, done(needs.Met))}, 1, 1, 0},
		{"who attended a session has been there", catalogue.StartedID, 200, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Offered{}), event("S-1", 3, planned), event("S-1", 86, session.Attended{})}, 1, 1, 0},
		{"and a course begins with it", catalogue.CompletedID, 300, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("S-1", 3, planned), event("S-1", 5, session.Attended{}), event("PL-1", 50, placement.Started{}), event("PL-1", 188, done(needs.Met))}, 0, 1, 0},
		{"who missed it has not", catalogue.StartedID, 200, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Offered{}), event("S-1", 3, planned), event("S-1", 9, session.Missed{})}, 0, 1, 0},
		{"nor who attended one that was a mistake", catalogue.StartedID, 200, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Offered{}), event("S-1", 3, planned), event("S-1", 9, session.Attended{}), event("S-1", 10, session.EnteredInError{})}, 0, 1, 0},
		{"nor who attended one of another placement", catalogue.StartedID, 200, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Offered{}), event("S-1", 3, session.Planned{Placement: "PL-2"}), event("S-1", 9, session.Attended{})}, 0, 1, 0},
		{"a mistake that is found later changes nothing of before", catalogue.AcceptedID, 9, []store.RecordedEvent{received, event("R-1", 1, referral.Accepted{}), event("R-1", 10, referral.EnteredInError{})}, 1, 1, 0},
		{"nor does that of a placement", catalogue.CompletedMetID, 90, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 50, done(needs.Met)), event("PL-1", 91, placement.EnteredInError{})}, 1, 1, 0},
		{"an offer of yesterday tells nothing", catalogue.StartedID, 3, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Offered{})}, 0, 0, 1},
		{"an offer whose time is up today counts", catalogue.StartedID, 86, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Offered{})}, 0, 1, 0},
		{"and not the day before", catalogue.StartedID, 85, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Offered{}), event("PL-1", 3, placement.Started{})}, 0, 0, 1},
		{"a course may take its time", catalogue.CompletedID, 300, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Started{}), event("PL-1", 184, done(needs.Met))}, 1, 1, 0},
		{"and no longer", catalogue.CompletedID, 300, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Started{}), event("PL-1", 185, done(needs.Met))}, 0, 1, 0},
		{"an offer to somebody outside the cohort is none of ours", catalogue.StartedID, 200, []store.RecordedEvent{event("PL-1", 1, proposed), event("PL-1", 2, placement.Offered{})}, 0, 0, 0},
		{"a course is completed with an outcome", catalogue.CompletedID, 300, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Started{}), event("PL-1", 50, done(needs.NotMet))}, 1, 1, 0},
		{"an outcome that nobody knows is none", catalogue.CompletedID, 300, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Started{}), event("PL-1", 50, done(needs.UnknownOutcome))}, 0, 1, 0},
		{"needs that were met are met", catalogue.CompletedMetID, 90, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 50, done(needs.Met))}, 1, 1, 0},
		{"needs that were partly met are not", catalogue.CompletedMetID, 90, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 50, done(needs.PartlyMet))}, 0, 1, 0},
		{"what nobody knows is left out", catalogue.CompletedMetID, 90, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 50, done(needs.UnknownOutcome))}, 0, 0, 1},
		{"a placement declined has a reason", catalogue.DeclinedByID, 90, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 5, placement.Declined{Reason: why})}, 1, 1, 0},
		{"a referral in error is left out", catalogue.AcceptedID, 9, []store.RecordedEvent{received, event("R-1", 1, referral.Accepted{}), event("R-1", 3, referral.EnteredInError{})}, 0, 0, 1},
		{"and its placements with it", catalogue.StartedID, 200, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Offered{}), event("R-1", 3, referral.EnteredInError{})}, 0, 0, 1},
		{"and its needs", catalogue.NothingFoundID, 200, []store.RecordedEvent{received, event("R-1", 1, referral.Assessed{Needs: []needs.Code{needs.Debt}}), event("R-1", 3, referral.EnteredInError{})}, 0, 0, 1},
		{"nor does its contact count", catalogue.ContactedID, 20, []store.RecordedEvent{received, event("R-1", 1, referral.Contacted{}), event("R-1", 3, referral.EnteredInError{})}, 0, 0, 1},
		{"nor its wait", catalogue.WaitID, 20, []store.RecordedEvent{received, event("R-1", 3, referral.EnteredInError{})}, 0, 0, 1},
		{"a placement in error is left out alone", catalogue.StartedID, 200, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Offered{}), event("PL-1", 3, placement.EnteredInError{})}, 0, 0, 1},
		{"what it met as well", catalogue.CompletedMetID, 90, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 50, done(needs.Met)), event("PL-1", 51, placement.EnteredInError{})}, 0, 0, 1},
		{"and why it was declined", catalogue.DeclinedByID, 90, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 5, placement.Declined{Reason: why}), event("PL-1", 6, placement.EnteredInError{})}, 0, 0, 1},
		{"a referral to come is none yet", catalogue.AcceptedID, -1, []store.RecordedEvent{received, event("R-1", 1, referral.Accepted{})}, 0, 0, 0},
		{"an offer to come is none yet", catalogue.StartedID, 1, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 2, placement.Offered{})}, 0, 0, 0},
		{"an end to come is none yet", catalogue.CompletedMetID, 49, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 50, done(needs.Met))}, 0, 0, 0},
		{"a no to come is none yet", catalogue.DeclinedByID, 4, []store.RecordedEvent{received, event("PL-1", 1, proposed), event("PL-1", 5, placement.Declined{Reason: why})}, 0, 0, 0},
		{"a referral of another year is not of the cohort", catalogue.AcceptedID, 9, []store.RecordedEvent{event("R-1", -6, referral.Received{}), event("R-1", 1, referral.Accepted{})}, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := run(t, evaluation.Options{Period: sp.FinancialYear(2026), AsOf: monday.Add(c.asOf)}, c.events...)
			e := estimate(t, r, c.indicator)
			require.Equal(t, []int64{c.yes, c.of, c.other}, []int64{int64(e.Estimate.Numerator), int64(e.Estimate.Denominator), e.Excluded}, e)
			if c.indicator != catalogue.WaitID {
				require.Equal(t, c.of > 0, e.Defined())
			}
			if c.of == 0 {
				require.Equal(t, map[bool]stat.Undefined{true: stat.AllLeftOut, false: stat.NoCases}[c.other > 0], e.Estimate.Undefined)
			}
		})
	}
}

func TestARunCountsNoHolidaysAsWorkingDays(t *testing.T) {
	events := []store.RecordedEvent{event("R-1", -3, referral.Received{}), event("R-1", 12, referral.Contacted{})} // Good Friday, and the Saturday after next
	o := evaluation.Options{AsOf: monday.Add(30)}
	require.Equal(t, int64(0), int64(estimate(t, run(t, o, events...), catalogue.ContactedID).Estimate.Numerator))
	o.Calendar = sp.NewCalendar(nil, monday, monday.Add(-3), monday.Add(5)) // the Saturday is no working day anyhow
	require.Equal(t, int64(1), int64(estimate(t, run(t, o, events...), catalogue.ContactedID).Estimate.Numerator))
}

// slowAfter counts working days one by one.
func slowAfter(d sp.Date, n int, holidays []sp.Date) sp.Date {
	for n > 0 {
		d++
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday && !slices.Contains(holidays, d) {
			n--
		}
	}
	return d
}

func TestARunCountsWorkingDaysAsOnACalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start, n := rapid.IntRange(0, 13).Draw(t, "start"), rapid.IntRange(1, 40).Draw(t, "n")
		var holidays []sp.Date
		for _, h := range rapid.SliceOfN(rapid.IntRange(0, 60), 0, 12).Draw(t, "holidays") {
			holidays = append(holidays, monday.Add(h))
		}
		deadline := slowAfter(monday.Add(start), n, holidays)
		contacted := func(day int) int64 {
			r := runBy(t, catalogue.Standards{ContactDays: n}, evaluation.Options{AsOf: monday.Add(200), Calendar: sp.NewCalendar(nil, holidays...)},
				event("R-1", start, referral.Received{}), event("R-1", day, referral.Contacted{}))
			for _, f := range figures(t, r) {
				if f.Indicator == catalogue.ContactedID {
					return int64(f.Estimate.Numerator)
				}
			}
			return -1
		}
		require.Equal(t, int64(1), contacted(deadline.Sub(monday)))
		require.Equal(t, int64(0), contacted(deadline.Sub(monday)+1))
	})
}

func TestFiguresOfWaitsIncludeThePeopleStillWaiting(t *testing.T) {
	var events []store.RecordedEvent
	for i := range 10 {
		id := fmt.Sprintf("R-%d", i)
		events = append(events, event(id, 0, referral.Received{}))
		if i < 4 {
			events = append(events, event(id, 5+i, referral.Contacted{}))
		}
	}
	e := estimate(t, run(t, evaluation.Options{AsOf: monday.Add(60)}, events...), catalogue.WaitID)
	require.Equal(t, stat.NotReached, e.Estimate.Undefined, "the four who were seen waited a week; the six did not")
	require.Equal(t, "wait to first contact: undefined: too many are still waiting", e.String())
	require.Equal(t, int64(4), int64(e.Estimate.Numerator))

	e = estimate(t, run(t, evaluation.Options{AsOf: monday.Add(7)}, events...), catalogue.WaitID)
	require.Equal(t, stat.NotReached, e.Estimate.Undefined)
}

func TestARunCountsTheFirstContactAndTakesNoEndForOne(t *testing.T) {
	events := []store.RecordedEvent{
		event("R-1", 0, referral.Received{}), event("R-1", 50, referral.Contacted{}), event("R-1", 10, referral.Contacted{}),
		event("R-2", 0, referral.Received{}), event("R-2", 20, referral.Contacted{}),
		event("R-3", 0, referral.Received{}), event("R-3", 3, referral.Withdrawn{}),
	}
	e := estimate(t, run(t, evaluation.Options{AsOf: monday.Add(60)}, events...), catalogue.WaitID)
	require.InDelta(t, 20, e.Estimate.Value, 0, "of three, one was seen after 10 days and a second after 20; the third left")
	require.Equal(t, []int64{2, 3}, []int64{int64(e.Estimate.Numerator), int64(e.Estimate.Denominator)})
}

func TestARunCountsTheDaysOfItsZone(t *testing.T) {
	late := event("R-1", 0, referral.Received{})
	late.Stamp.At = time.Date(2026, time.March, 31, 23, 30, 0, 0, time.UTC) // in London it is 1 April
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	o := evaluation.Options{Period: sp.FinancialYear(2026), AsOf: monday.Add(90)}
	require.Equal(t, int64(0), int64(estimate(t, run(t, o, late), catalogue.WaitID).Estimate.Denominator))
	o.Calendar = sp.NewCalendar(london)
	require.Equal(t, int64(1), int64(estimate(t, run(t, o, late), catalogue.WaitID).Estimate.Denominator))
}

// history draws events of some referrals and placements, not all of them possible in life.
func history(t *rapid.T) []store.RecordedEvent {
	facts := []store.Event{
		referral.Received{},
		referral.Received{},
		referral.Accepted{},
		referral.Declined{},
		referral.Contacted{},
		referral.Withdrawn{},
		referral.Closed{},
		referral.Closed{Result: needs.Result{Outcome: needs.Met}},
		referral.Closed{Result: needs.Result{Outcome: needs.PartlyMet, Unmet: []needs.Code{needs.Debt}}},
		referral.Expired{},
		referral.Rerouted{},
		referral.Prioritised{},
		referral.Assessed{Needs: []needs.Code{needs.Debt, needs.Grief}},
		referral.NothingFound{Need: needs.Food},
		placement.Offered{},
		placement.Started{},
		placement.Accepted{},
		placement.EnteredInError{},
		session.Attended{},
		session.EnteredInError{},
	}
	var events []store.RecordedEvent
	for i := range rapid.IntRange(0, 40).Draw(t, "events") {
		n := rapid.IntRange(0, 300).Draw(t, "day")
		id := fmt.Sprintf("X-%d", rapid.IntRange(0, 5).Draw(t, "id"))
		fact := rapid.SampledFrom(facts).Draw(t, "fact")
		if _, received := fact.(referral.Received); received && id < "X-4" { // the others name nobody
			fact = referral.Received{Person: person.ID("P-" + strconv.Itoa(int(id[2])%2))}
		}
		events = append(events, event(id, n, fact))
		if i < 6 {
			id := fmt.Sprintf("X-%d", i)
			events = append(events, event(id, n, placement.Proposed{Referral: referral.ID(id), Needs: []needs.Code{needs.Debt}}), event(id, n, session.Planned{Placement: placement.ID(id)}))
			switch rapid.IntRange(0, 3).Draw(t, "end") {
			case 0:
				events = append(events, event(id, n+50, placement.Declined{Reason: reason.Because(reason.TooFar)}))
			case 1:
				events = append(events, event(id, n+50, placement.Completed{Result: needs.Result{Outcome: needs.Met}}))
			case 2:
				events = append(events, event(id, n+50, referral.EnteredInError{}))
			}
		}
	}
	return events
}
