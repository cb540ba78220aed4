package extract_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/optout"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/evaluation/extract"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
)

func TestMakeGivesTheSameBytes(t *testing.T) {
	o := options()
	o.Profiles = profile
	e, text := made(t, world(t, 60), o)
	golden(t, "extract.csv", text)
	golden(t, "report.txt", e.Report().String())
	var pack, dictionary bytes.Buffer
	require.NoError(t, e.Table().WritePackage(&pack, "Bay"))
	golden(t, "datapackage.json", pack.String())
	d, err := extract.Dictionary()
	require.NoError(t, err)
	require.NoError(t, d.WriteCSV(&dictionary))
	golden(t, "dictionary.csv", dictionary.String())
}

// Events in any order, and more than once, give the same bytes; rows and what is left out add up.
func TestMakeTakesEventsInAnyOrder(t *testing.T) {
	events := world(t, 40)
	o := options()
	o.Profiles = profile
	want, text := made(t, events, o)
	rapid.Check(t, func(t *rapid.T) {
		again := append(slices.Clone(events), events[:rapid.IntRange(0, len(events)).Draw(t, "twice")]...)
		again = rapid.Permutation(again).Draw(t, "order")
		e, err := extract.Make(t.Context(), all(again), o)
		require.NoError(t, err)
		var b bytes.Buffer
		require.NoError(t, e.Table().WriteCSV(&b))
		require.Equal(t, text, b.String())
		require.Equal(t, want.Report(), e.Report())
	})
}

func TestReportAddsUp(t *testing.T) {
	events := world(t, 300)
	rapid.Check(t, func(t *rapid.T) {
		o := options()
		o.K = rapid.IntRange(2, 20).Draw(t, "k")
		o.AsOf = evaluationtest.Start.Add(rapid.IntRange(0, 700).Draw(t, "asOf"))
		o.Period.Start = evaluationtest.Start.Add(rapid.IntRange(-10, 200).Draw(t, "from"))
		if rapid.Bool().Draw(t, "profiles") {
			o.Profiles = profile
		}
		e, err := extract.Make(t.Context(), all(events), o)
		require.NoError(t, err)
		r := e.Report()
		left := 0
		for _, n := range r.LeftOut {
			left += n
		}
		require.Equal(t, r.Referrals, r.Rows+left)
		require.True(t, r.After.Holds(), "%v", r.After)
		require.Equal(t, r.People, r.After.Rows)
	})
}

// What the table tells of people is k-anonymous as somebody sees it who has nothing but the table.
func TestTableIsKAnonymous(t *testing.T) {
	o := options()
	o.Profiles, o.K = profile, 5
	e, text := made(t, world(t, 400), o)
	of := map[string][]string{}
	var ids []string
	for _, row := range rows(t, text) {
		id := row["person"]
		if of[id] == nil {
			ids = append(ids, id)
			of[id] = []string{row["age_band"], row["gender"], row["ethnic_category"], row["area"], ""}
		}
		if row["received"] == "withheld" {
			of[id][4] = row["received"]
		} else {
			of[id][4] += row["received"]
		}
	}
	var people [][]string
	for _, id := range ids {
		people = append(people, of[id])
	}
	a, err := disclosure.KAnonymity(people, 5)
	require.NoError(t, err)
	require.True(t, a.Holds())
	require.Equal(t, e.Report().After, a)
	require.Positive(t, e.Report().Withheld["area"])
	require.Positive(t, e.Report().Before.Below)
}

func TestMakeGivesPseudonymsOfTheKeyAndTheProject(t *testing.T) {
	events := world(t, 100)
	people := func(change func(*extract.Options)) (ids []string) {
		o := options()
		change(&o)
		_, text := made(t, events, o)
		for _, row := range rows(t, text) {
			ids = append(ids, row["person"])
		}
		slices.Sort(ids)
		return slices.Compact(ids)
	}
	first := people(func(*extract.Options) {})
	require.NotEmpty(t, first)
	require.Equal(t, first, people(func(*extract.Options) {}))
	for name, change := range map[string]func(*extract.Options){
		"another key":     func(o *extract.Options) { o.Keys = ring(2) },
		"another project": func(o *extract.Options) { o.Project = "bay-2027" },
	} {
		other := people(change)
		require.Len(t, other, len(first), name)
		require.False(t, slices.ContainsFunc(other, func(id string) bool { return slices.Contains(first, id) }), name)
	}
	id := person.ID("")
	for _, e := range events {
		if v, ok := decoded(t, e).(referral.Received); ok && id == "" {
			id = v.Person
		}
	}
	require.True(t, slices.ContainsFunc(first, func(name string) bool { return ring(1).Is(name, id, "bay-2026") == sp.Yes }))
}

func decoded(tb testing.TB, e store.RecordedEvent) store.Event {
	tb.Helper()
	if e.Key.Kind != referral.Kind {
		return nil
	}
	event, err := referral.DecodeEvent(e.Type, e.Data)
	require.NoError(tb, err)
	return event
}

func TestMakeLeavesOutWhoHasOptedOut(t *testing.T) {
	numbers := map[person.ID]string{"P-out": "9434765919", "P-in": "9876544322", "P-in-2": "9990123454"}
	var events []store.RecordedEvent
	for i, id := range []person.ID{"P-out", "P-in", "P-in-2", "P-unknown", "P-out"} {
		events = append(events, event(t, referral.Kind, fmt.Sprint("R-", i), 1, referral.Received{Person: id, Urgency: referral.Routine}))
	}
	o := options()
	o.OptOut = optout.Options[person.ID]{
		Footing: optout.Section251, On: leaves,
		Number: func(id person.ID) sp.NHSNumber { n, _ := sp.ParseNHSNumber(numbers[id]); return n },
		Lookup: optout.Lookup{On: leaves, In: func(n sp.NHSNumber) sp.Truth {
			out, err := sp.ParseNHSNumber(numbers["P-out"])
			require.NoError(t, err)
			return sp.TruthOf(n.Equal(out))
		}},
	}
	e, text := made(t, events, o)
	require.Equal(t, map[optout.Reason]int{optout.OptedOut: 1, optout.Unmatched: 1}, e.Report().OptedOut)
	require.Equal(t, 3, e.Report().LeftOut[extract.OptedOut])
	require.Len(t, rows(t, text), 2)
	o.OptOut.Lookup.On = leaves.Add(-40)
	_, err := extract.Make(t.Context(), all(events), o)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func event(tb testing.TB, kind, id string, version int64, e store.Event) store.RecordedEvent {
	tb.Helper()
	data, err := store.Encode(e)
	require.NoError(tb, err)
	at := time.Date(2026, time.May, 4, 10, 0, 0, 0, time.UTC).AddDate(0, 0, int(version-1))
	return store.RecordedEvent{Key: store.Key{Tenant: "bay", Kind: kind, ID: id}, Version: version, Type: e.EventType(), Stamp: sp.Stamp{At: at, Recorded: at}, Data: data}
}

// hostile is a case in which every text that an event can hold is one that tells of a person.
func hostile(tb testing.TB, n int, mark string) []store.RecordedEvent {
	tb.Helper()
	id := fmt.Sprint(mark, "-", n)
	codes, why := []needs.Code{needs.Code(mark), needs.Debt}, reason.Reason{Code: mark}
	return []store.RecordedEvent{
		event(tb, referral.Kind, id, 1, referral.Received{
			Person: person.ID(id), Urgency: referral.Urgency(mark), Reasons: codes, Source: mark, From: directory.ID(mark),
			Previous: referral.ID(mark), AgeBand: mark, Medium: referral.Medium(mark),
		}),
		event(tb, referral.Kind, id, 2, referral.Accepted{Worker: referral.WorkerID(mark)}),
		event(tb, referral.Kind, id, 3, referral.Assessed{Assessment: needs.AssessmentID(id), Needs: codes}),
		event(tb, referral.Kind, id, 4, referral.NothingFound{Need: needs.Code(mark), Reason: why}),
		event(tb, referral.Kind, id, 9, referral.Closed{Result: needs.Result{Outcome: needs.Outcome(mark), Unmet: codes}, Reason: why, Policy: mark}),
		event(tb, placement.Kind, id, 1, placement.Proposed{Referral: referral.ID(id), Person: person.ID(id), Service: directory.ID(mark), Provider: directory.ID(mark), Needs: codes}),
		event(tb, placement.Kind, id, 2, placement.Declined{Reason: why}),
		event(tb, placement.Kind, id, 3, placement.Stopped{Reason: why}),
		event(tb, session.Kind, id, 1, session.Planned{Placement: placement.ID(id), Referral: referral.ID(id), Person: person.ID(id)}),
		event(tb, session.Kind, id, 2, session.Attended{}),
		event(tb, needs.AssessmentKind, id, 1, needs.Opened{Person: person.ID(id)}),
		event(tb, needs.AssessmentKind, id, 2, needs.Measured{Result: measure.Result{Scores: []measure.Score{{Instrument: "swemwbs", Scale: "metric", Value: 9434765919, Band: mark}}}}),
	}
}

// No text of an event or of a profile that tells of a person is in what goes out, nor in the report.
func TestMakeLetsNothingOfAPersonOut(tt *testing.T) {
	rapid.Check(tt, func(t *rapid.T) {
		mark := rapid.SampledFrom([]string{"jane-smith", "9434765919", "943-476-5919", "e05000001x", "ann.o-neill", "19500401", "zz:jo"}).Draw(t, "mark")
		var events []store.RecordedEvent
		for n := range rapid.IntRange(2, 5).Draw(t, "people") {
			events = append(events, hostile(tt, n, mark)...)
		}
		o := options()
		o.Profiles = func(id person.ID, _ sp.Date) (person.Profile, bool) {
			return person.Profile{
				ID: id, Household: person.HouseholdID(mark), Home: directory.Home{Postcode: mark, Areas: []geo.Area{{Code: mark}, {Code: "E05" + mark}}},
				Circumstances: person.Circumstances{Gender: person.Gender(mark)}, Equality: map[person.Characteristic]string{person.EthnicCategory: mark},
				Practice: person.ODSCode(mark), Supplier: mark, Heard: mark,
			}, true
		}
		e, err := extract.Make(t.Context(), all(events), o)
		require.NoError(t, err)
		var b bytes.Buffer
		require.NoError(t, e.Table().WriteCSV(&b))
		require.NoError(t, e.Table().WritePackage(&b, "Bay"))
		out := strings.ToLower(b.String() + e.Report().String() + fmt.Sprintf("%v %+v %#v", e.Table(), e.Table(), e.Report()))
		require.Positive(t, e.Report().Rows)
		require.NotContains(t, out, mark)
		require.NotContains(t, out, "9434765919")
		for _, column := range []string{"age_band", "gender", "ethnic_category", "urgency", "route", "medium", "needs_referred", "needs_found", "outcome", "needs_unmet", "reason_ended", "reasons_declined", "reasons_stopped", "wellbeing_before"} {
			require.Positive(t, e.Report().Unlisted[column], column)
		}
	})
}

func TestNoIdentifierOfTheLogIsInTheTable(t *testing.T) {
	events := world(t, 200)
	o := options()
	o.Profiles = profile
	_, text := made(t, events, o)
	ids := map[string]bool{}
	for _, e := range events {
		ids[e.Key.ID] = true
		if v, ok := decoded(t, e).(referral.Received); ok {
			ids[string(v.Person)], ids[string(v.From)] = true, true
		}
	}
	delete(ids, "")
	found := 0
	for _, row := range rows(t, text) {
		for column, cell := range row {
			for code := range strings.SplitSeq(cell, ";") {
				require.False(t, ids[code], column)
				found++
			}
		}
	}
	require.Positive(t, found)
}

func TestMakeRefusesOptionsThatDoNotSayAllTheyMust(t *testing.T) {
	for name, change := range map[string]func(*extract.Options){
		"no audience":       func(o *extract.Options) { o.Audience = "" },
		"no agreement":      func(o *extract.Options) { o.Why = "" },
		"no project":        func(o *extract.Options) { o.Project = "" },
		"no footing":        func(o *extract.Options) { o.OptOut.Footing = "" },
		"called anonymous":  func(o *extract.Options) { o.OptOut.Footing = optout.Anonymous },
		"no day":            func(o *extract.Options) { o.OptOut.On = 0 },
		"a key of 31 bytes": func(o *extract.Options) { o.Keys.Keys[0].Secret = sp.Hide(make([]byte, 31)) },
		"no key":            func(o *extract.Options) { o.Keys = subject.Keyring{} },
		"everybody alone":   func(o *extract.Options) { o.K = 1 },
		"a route with room": func(o *extract.Options) { o.Routes = []string{"Jane Smith"} },
	} {
		o := options()
		change(&o)
		_, err := extract.Make(t.Context(), all(nil), o)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
		require.NotContains(t, err.Error(), "Jane", name)
	}
	two := []store.RecordedEvent{event(t, referral.Kind, "R-1", 1, referral.Received{Person: "P-1"}), event(t, referral.Kind, "R-1", 1, referral.Received{Person: "P-1"})}
	two[1].Key.Tenant = "hill"
	_, err := extract.Make(t.Context(), all(two), options())
	require.ErrorIs(t, err, sp.ErrInvalid)
}

// The table of an empty log has a header, and is for its audience alone.
func TestTableIsForItsAudience(t *testing.T) {
	e, text := made(t, nil, options())
	require.Equal(t, 1, strings.Count(text, "\n"))
	require.Equal(t, disclosure.Audience("the research environment of Bay"), e.Table().Audience())
	inside, err := disclosure.Within[export.Rows](func(func([]export.Value, error) bool) {}, "the research environment of Bay", "agreement DSA-12")
	require.NoError(t, err)
	_, err = export.New(e.Table().Schema(), inside)
	require.ErrorIs(t, err, sp.ErrDenied)
	public, err := disclosure.NotPeople[export.Rows](func(func([]export.Value, error) bool) {}, "nobody")
	require.NoError(t, err)
	_, err = export.NewWithin(e.Table().Schema(), public)
	require.ErrorIs(t, err, sp.ErrDenied)
}

// A case as it went, in the words of the table.
func TestTableSaysWhatCameOfACase(t *testing.T) {
	var events []store.RecordedEvent
	for n := range 2 {
		id := fmt.Sprint(n)
		score := func(v float64) needs.Measured {
			return needs.Measured{Result: measure.Result{Scores: []measure.Score{{Instrument: "phq-9", Scale: "total", Value: 3}, {Instrument: "swemwbs", Scale: "metric", Value: v}}}}
		}
		events = append(events,
			event(t, referral.Kind, "R-"+id, 1, referral.Received{Person: person.ID("P-" + id), Urgency: referral.Soon, Reasons: []needs.Code{needs.Debt, needs.Loneliness}, Source: "gp", AgeBand: "85+", Medium: referral.Structured}),
			event(t, referral.Kind, "R-"+id, 3, referral.Contacted{Channel: person.Phone}),
			event(t, referral.Kind, "R-"+id, 5, referral.Assessed{Assessment: needs.AssessmentID("A-" + id), Needs: []needs.Code{needs.Loneliness}}),
			event(t, referral.Kind, "R-"+id, 60, referral.Closed{Result: needs.Result{Outcome: needs.PartlyMet, Unmet: []needs.Code{needs.Debt}}}),
			event(t, placement.Kind, "L-"+id, 6, placement.Proposed{Referral: referral.ID("R-" + id)}),
			event(t, placement.Kind, "L-"+id, 7, placement.Offered{}),
			event(t, placement.Kind, "L-"+id, 30, placement.Stopped{Reason: reason.Because(reason.TooFar)}),
			event(t, placement.Kind, "M-"+id, 6, placement.Proposed{Referral: referral.ID("R-" + id)}),
			event(t, placement.Kind, "M-"+id, 8, placement.Declined{Reason: reason.Because(reason.NoCapacity)}),
			event(t, session.Kind, "S-"+id, 11, session.Planned{Placement: placement.ID("L-" + id)}),
			event(t, session.Kind, "S-"+id, 12, session.Attended{}),
			event(t, session.Kind, "T-"+id, 13, session.Planned{Placement: placement.ID("L-" + id)}),
			event(t, session.Kind, "T-"+id, 14, session.Missed{}),
			event(t, needs.AssessmentKind, "A-"+id, 5, score(19.25)),
			event(t, needs.AssessmentKind, "A-"+id, 55, score(22)),
		)
	}
	_, text := made(t, events, options())
	got := rows(t, text)
	require.Len(t, got, 2)
	delete(got[0], "person")
	require.Equal(t, map[string]string{
		"age_band": "85 and over", "gender": "", "ethnic_category": "", "area": "",
		"referral": "1", "received": "2026-Q2", "urgency": "soon", "route": "gp", "medium": "structured", "needs_referred": "debt;loneliness", "needs_found": "loneliness",
		"days_to_contact": "2", "days_to_needs": "4", "days_to_offer": "6", "days_to_start": "11", "services_offered": "1", "services_started": "1", "services_completed": "0",
		"sessions_attended": "1", "sessions_missed": "1", "reasons_declined": "no-capacity", "reasons_stopped": "too-far",
		"state": "closed", "reason_ended": "", "days_to_end": "59", "outcome": "partly-met", "needs_unmet": "debt", "wellbeing_before": "19.25", "wellbeing_after": "22.00",
	}, got[0])
}
