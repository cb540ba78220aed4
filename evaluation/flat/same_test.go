package flat_test

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/evaluation/flat"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// A life is one case of an invented scheme, as somebody would write it into a sheet.
type life struct {
	id, person                                        string
	received, accepted, declined, contacted, assessed sp.Date
	offered, begun, finished, stopped, ended, told    sp.Date
	needs, unmet                                      []string
	route, practice, age, ward                        string
	outcome, result, reason                           string
	before, after                                     int
	bySession                                         bool // its log tells the beginning by a session
}

// lives draws the cases of a scheme.
func lives(t *rapid.T) (all []life) {
	start := sp.NewDate(2025, time.April, 1)
	for i := range rapid.IntRange(1, 25).Draw(t, "cases") {
		from := start.Add(rapid.IntRange(0, 300).Draw(t, "received"))
		at := from
		maybe := func(name string) sp.Date {
			if !rapid.Bool().Draw(t, name) {
				return 0
			}
			at = at.Add(rapid.IntRange(0, 60).Draw(t, name+" after"))
			return at
		}
		of := func(codes ...string) string { return rapid.SampledFrom(codes).Draw(t, "code") }
		l := life{
			id: fmt.Sprintf("R%d", i), person: fmt.Sprintf("P%d", i-i%3%2), received: from, route: of("gp", "self", ""), practice: of("P81001", "P81002", ""), age: of("18-64", "65-74", ""),
			ward: of("W1", "W2", ""), bySession: rapid.Bool().Draw(t, "by session"), needs: [][]string{{"debt"}, {"debt", "loneliness"}}[rapid.IntRange(0, 1).Draw(t, "needs")],
		}
		if l.declined = maybe("declined"); l.declined == 0 {
			l.accepted, l.contacted, l.assessed = maybe("accepted"), maybe("contacted"), maybe("assessed")
			if l.offered = maybe("offered"); l.offered != 0 {
				if l.begun = maybe("begun"); l.begun != 0 {
					if l.stopped = maybe("stopped"); l.stopped == 0 {
						l.finished = maybe("finished")
					}
				}
			}
		}
		if l.ended = maybe("ended"); l.ended != 0 {
			l.told, l.outcome = maybe("told"), of("met", "partly-met", "not-met", "signposted", "")
			if l.outcome == "partly-met" {
				l.unmet = l.needs[:1]
			}
		}
		if l.finished != 0 {
			l.result = of("met", "not-met", "")
		}
		l.reason = of("no-reply", "too-far", "bay:odd", "")
		if rapid.Bool().Draw(t, "measured") {
			l.before = rapid.IntRange(7, 35).Draw(t, "before")
			if l.ended != 0 && rapid.Bool().Draw(t, "measured again") {
				l.after = rapid.IntRange(7, 35).Draw(t, "after")
			}
		}
		all = append(all, l)
	}
	return all
}

// dayAs writes a day in a format of spreadsheets.
func dayAs(f flat.Format, d sp.Date) string {
	if d == 0 {
		return ""
	}
	layouts := map[flat.Format]string{
		flat.ISO: "2006-01-02", flat.DayFirst: "02/01/2006", flat.MonthFirst: "1/2/2006", flat.ShortDay: "2.1.06", flat.ShortMonth: "01-02-06 00:00",
		flat.NamedMonth: "2 Jan 2006", flat.ShortNamed: "02-January-06",
	}
	switch f {
	case flat.SerialOf1900:
		return strconv.Itoa(d.Sub(sp.NewDate(1899, time.December, 30))) + ".5"
	case flat.SerialOf1904:
		return strconv.Itoa(d.Sub(sp.NewDate(1904, time.January, 1)))
	default:
		return d.In(time.UTC).Format(layouts[f])
	}
}

// sheetOf writes the cases as a sheet, in one of the ways in which spreadsheets do.
func sheetOf(t *rapid.T, all []life) (string, flat.Mapping) {
	format := rapid.SampledFrom(flat.Formats()).Draw(t, "format")
	var b strings.Builder
	out := csv.NewWriter(&b)
	out.Comma, out.UseCRLF = rapid.SampledFrom([]rune{',', ';', '\t', '|'}).Draw(t, "separator"), rapid.Bool().Draw(t, "lines of Windows")
	header := strings.Split("ref,client,received,accepted,declined,contacted,assessed,asked,begun,finished,stopped,closed,told,needs,unmet,route,practice,age,ward,outcome,result,reason,before,after", ",")
	if rapid.Bool().Draw(t, "two headers") {
		above := make([]string, len(header))
		above[0], above[2], above[13], above[22] = "Case", "When", "What", "Wellbeing"
		require.NoError(t, out.Write(above))
	}
	require.NoError(t, out.Write(header))
	score := func(n int) string {
		if n == 0 {
			return "n/a"
		}
		return fmt.Sprint(n)
	}
	for _, l := range all {
		row := []string{l.id, l.person}
		for _, d := range []sp.Date{l.received, l.accepted, l.declined, l.contacted, l.assessed, l.offered, l.begun, l.finished, l.stopped, l.ended, l.told} {
			row = append(row, dayAs(format, d))
		}
		row = append(row, strings.Join(l.needs, "; "), strings.Join(l.unmet, ";"), l.route, l.practice, l.age, l.ward, l.outcome, l.result, l.reason, score(l.before), score(l.after))
		require.NoError(t, out.Write(row))
	}
	out.Flush()
	require.NoError(t, out.Error())
	of := func(column string, to flat.Field, codes ...string) flat.Column {
		return flat.Column{Column: column, To: to, Codes: codes}
	}
	m := flat.Mapping{Dates: format, Earliest: sp.NewDate(2025, time.April, 1), Latest: sp.NewDate(2029, time.March, 31), Nothing: []string{"N/A"}, Columns: []flat.Column{
		of("ref", flat.Case), of("client", flat.Person), of("received", flat.Received), of("accepted", flat.Accepted), of("declined", flat.Declined), of("contacted", flat.Contacted),
		of("assessed", flat.Assessed), of("asked", flat.Offered), of("begun", flat.Begun), of("finished", flat.Finished), of("stopped", flat.Stopped), of("closed", flat.Ended), of("told", flat.Feedback),
		of("needs", flat.Needs, "debt", "loneliness"), of("unmet", flat.Unmet, "debt", "loneliness"), of("route", flat.Route, "gp", "self"), of("practice", flat.Practice), of("age", flat.AgeBand),
		of("ward", flat.Group), of("outcome", flat.Outcome), of("result", flat.Result), of("reason", flat.Reason, "bay:odd"),
		{Column: "before", To: flat.Before, Scale: "swemwbs/metric"},
		{Column: "after", To: flat.After, Scale: "swemwbs/metric"},
	}}
	return b.String(), m
}

// logOf returns the events that a scheme would have recorded of the cases, at whatever hour.
func logOf(t *rapid.T, all []life) (log []store.RecordedEvent) {
	versions := map[store.Key]int64{}
	add := func(kind, id string, on sp.Date, e store.Event) {
		if on == 0 {
			return
		}
		data, err := store.Encode(e)
		require.NoError(t, err)
		key := store.Key{Tenant: "bay", Kind: kind, ID: id}
		versions[key]++
		at := on.In(time.UTC).Add(time.Duration(rapid.IntRange(0, 23).Draw(t, "hour")) * time.Hour)
		log = append(log, store.RecordedEvent{Key: key, Version: versions[key], Type: e.EventType(), Stamp: sp.Stamp{At: at, Recorded: at}, Data: data})
	}
	for _, l := range all {
		var found, unmet []needs.Code
		for _, n := range l.needs {
			found = append(found, needs.Code(n))
		}
		for _, n := range l.unmet {
			unmet = append(unmet, needs.Code(n))
		}
		why := reason.Because(l.reason)
		file := func(on sp.Date, e store.Event) { add(referral.Kind, l.id, on, e) }
		file(l.received, referral.Received{Person: person.ID(l.person), Reasons: found, Source: l.route, From: directory.ID(l.practice), AgeBand: l.age})
		file(l.received, flat.Grouped{Label: l.ward})
		file(l.accepted, referral.Accepted{})
		file(l.declined, referral.Declined{Reason: why})
		file(l.contacted, referral.Contacted{Channel: person.Phone})
		file(l.assessed, referral.Assessed{Needs: found})
		if l.offered != 0 {
			to := func(on sp.Date, e store.Event) { add(placement.Kind, "X"+l.id, on, e) }
			to(l.offered, placement.Proposed{Referral: referral.ID(l.id), Person: person.ID(l.person), Needs: found})
			to(l.offered, placement.Offered{Level: "referral"})
			if l.bySession && l.begun != 0 {
				add(session.Kind, "S"+l.id, l.begun, session.Planned{Placement: placement.ID("X" + l.id), Referral: referral.ID(l.id)})
				add(session.Kind, "S"+l.id, l.begun, session.Attended{Minutes: 60})
			} else {
				to(l.begun, placement.Started{})
			}
			to(l.stopped, placement.Stopped{Reason: why})
			result := needs.Outcome(l.result)
			if result == "" {
				result = needs.UnknownOutcome
			}
			to(l.finished, placement.Completed{Result: needs.Result{Outcome: result}})
		}
		outcome := needs.Outcome(l.outcome)
		if outcome == "" {
			outcome = needs.UnknownOutcome
		}
		file(l.ended, referral.Closed{Result: needs.Result{Outcome: outcome, Unmet: unmet}, Reason: why})
		file(l.told, referral.FeedbackSent{Document: "D-1"})
		measured := func(on sp.Date, value int) {
			add(needs.AssessmentKind, "M"+l.id, on, needs.Measured{Result: measure.Result{Scores: []measure.Score{{Instrument: "swemwbs", Scale: "metric", Value: float64(value)}}}})
		}
		if l.before != 0 {
			first := l.received
			if l.contacted != 0 {
				first = l.contacted
			}
			if l.assessed != 0 {
				first = l.assessed
			}
			add(needs.AssessmentKind, "M"+l.id, first, needs.Opened{Person: person.ID(l.person)})
			measured(first, l.before)
			if l.after != 0 {
				measured(l.ended, l.after)
			}
		}
	}
	return log
}

// The same scheme, told by a sheet and by the events of its log, gives the same estimates: of
// every indicator that a sheet can tell, by each grouping that it has a column for.
func TestSheetGivesTheEstimatesOfTheLogOfTheSameScheme(t *testing.T) {
	tier.Unraced(t)
	told := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		all := lives(t)
		by := rapid.SampledFrom([]evaluation.Grouping{{}, evaluation.By("route", facts.Route), evaluation.By("ward", flat.Groups), evaluation.ByMonth("month", facts.Received), evaluation.By("practice", facts.Practice)}).Draw(t, "by")
		o := evaluation.Options{By: by, AsOf: sp.NewDate(2027, time.March, 31)}
		text, m := sheetOf(t, all)
		sheet, err := flat.Open(strings.NewReader(text), "f.csv", m)
		require.NoError(t, err)
		indicators := slices.DeleteFunc(catalogue.All(catalogue.Standards{}), func(i evaluation.Indicator) bool { return len(sheet.CannotTell(i)) > 0 })
		figures := func(read func(*evaluation.Run)) []evaluation.Figure {
			run, err := evaluation.New(o, indicators...)
			require.NoError(t, err)
			read(run)
			all, err := run.Figures(t.Context())
			require.NoError(t, err)
			return all
		}
		want := figures(func(run *evaluation.Run) {
			log := logOf(t, all)
			for _, i := range rapid.Permutation(indexes(len(log))).Draw(t, "order") {
				require.NoError(t, run.Add(log[i]))
			}
		})
		got := figures(func(run *evaluation.Run) { require.NoError(t, run.Read(t.Context(), sheet.Log(), nil)) })
		for _, i := range sheet.Issues() {
			require.Equal(t, sp.Note, i.Severity, i.Error())
		}
		require.Equal(t, len(all), sheet.Report().Cases)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		for _, f := range got {
			told[f.Indicator] = told[f.Indicator] || f.Defined()
		}
	})
	for _, id := range []string{catalogue.PeopleBegunID, catalogue.PeopleLeftID, catalogue.PeopleWaitingID, catalogue.WaitID, catalogue.BeginID, catalogue.NeedsMetID, catalogue.StartedID, catalogue.CompletedID, catalogue.WellbeingID, catalogue.FeedbackID} {
		require.True(t, told[id], id)
	}
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// What is written without reflection is what the events' own encoding is.
func TestSheetWritesEventsAsTheyAreStored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, m := sheetOf(t, lives(t))
		sheet, err := flat.Open(strings.NewReader(text), "f.csv", m)
		require.NoError(t, err)
		for e, err := range sheet.Log() {
			require.NoError(t, err)
			var event store.Event
			switch {
			case e.Type == flat.Grouped{}.EventType():
				continue
			case e.Key.Kind == referral.Kind:
				event, err = referral.DecodeEvent(e.Type, e.Data)
			case e.Key.Kind == placement.Kind:
				event, err = placement.DecodeEvent(e.Type, e.Data)
			default:
				event, err = needs.DecodeEvent(e.Type, e.Data)
			}
			require.NoError(t, err)
			again, err := store.Encode(event)
			require.NoError(t, err)
			require.Equal(t, string(again), string(e.Data), e.Type)
		}
	})
}
