package facts_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
)

// happening is an event of an aggregate on a day of May 2026.
type happening struct {
	day      int
	kind, id string
	event    store.Event
}

var (
	full    = reason.Reason{Code: "no-capacity", Whose: reason.Provider}
	history = []happening{
		{4, referral.Kind, "R-1", referral.Received{
			Person: "P-1", Urgency: referral.Soon, Reasons: []needs.Code{"loneliness"}, Source: "gp", From: "bay/hill", AgeBand: "65-74", Medium: referral.ByPhone,
		}},
		{5, referral.Kind, "R-1", referral.Accepted{Worker: "ann"}},
		{6, referral.Kind, "R-1", referral.Contacted{Channel: person.Phone}},
		{7, referral.Kind, "R-1", referral.Contacted{Channel: person.Phone}},
		{8, referral.Kind, "R-1", referral.Assessed{Needs: []needs.Code{"loneliness", "debt"}}},
		{9, referral.Kind, "R-1", referral.NothingFound{Need: "debt", Reason: full}},
		{10, referral.Kind, "R-1", referral.Flagged{Flag: "F-1", Kind: "crisis"}},
		{11, referral.Kind, "R-1", referral.HandedOver{Flag: "F-1", To: "crisis-team"}},
		{12, referral.Kind, "R-1", referral.Assigned{Worker: "bea"}},
		{13, referral.Kind, "R-1", referral.FeedbackSent{Document: "D-1"}},
		{25, referral.Kind, "R-1", referral.Closed{Result: needs.Result{Outcome: needs.PartlyMet, Unmet: []needs.Code{"debt"}}}},
		{4, referral.Kind, "R-2", referral.Received{}}, // of nobody who is named, and with nothing said
		{5, referral.Kind, "R-2", referral.Rerouted{To: "dale/team", Reason: full}},
		{4, referral.Kind, "R-3", referral.Received{Person: "P-3", From: "bay/mill"}},
		{6, referral.Kind, "R-3", referral.EnteredInError{}}, // a rule is asked of it all the same, and its answer left out

		{14, placement.Kind, "PL-1", placement.Proposed{Referral: "R-1", Provider: "bay/green", Needs: []needs.Code{"loneliness"}}},
		{15, placement.Kind, "PL-1", placement.Offered{}},
		{16, placement.Kind, "PL-1", placement.Accepted{}},
		{17, placement.Kind, "PL-1", placement.Started{}},
		{24, placement.Kind, "PL-1", placement.Completed{Result: needs.Result{Outcome: needs.PartlyMet, Unmet: []needs.Code{"loneliness"}}}},
		{14, placement.Kind, "PL-2", placement.Proposed{Referral: "R-1"}},
		{18, placement.Kind, "PL-2", placement.Declined{Reason: full}},
		{14, placement.Kind, "PL-3", placement.Proposed{Referral: "R-1"}},
		{19, placement.Kind, "PL-3", placement.Stopped{Reason: reason.Reason{Code: "too-far", Whose: reason.Person}}},
		{14, placement.Kind, "PL-4", placement.Proposed{Referral: "R-1"}},
		{20, placement.Kind, "PL-4", placement.Lapsed{Reason: full}},

		{17, session.Kind, "S-1", session.Planned{Placement: "PL-1"}},
		{18, session.Kind, "S-1", session.Attended{Accompanied: true}},
		{17, session.Kind, "S-2", session.Planned{Placement: "PL-1"}},
		{19, session.Kind, "S-2", session.Missed{}},
		{17, session.Kind, "S-3", session.Planned{Placement: "PL-1"}},
		{20, session.Kind, "S-3", session.Cancelled{}},
		{17, session.Kind, "S-4", session.Planned{Placement: "PL-1"}},
		{21, session.Kind, "S-4", session.Attended{}},

		{7, needs.AssessmentKind, "A-1", needs.Opened{Person: "P-1"}},
		{8, needs.AssessmentKind, "A-1", needs.Identified{Need: "N-1", Code: "loneliness", Source: sp.RolePerson}},
		{9, needs.AssessmentKind, "A-1", needs.Identified{Need: "N-2", Code: "gardening", Source: sp.RoleLinkWorker, Strength: true}},
		{10, needs.AssessmentKind, "A-1", needs.GoalSet{Goal: "G-1", Needs: []needs.ID{"N-1"}}},
		{11, needs.AssessmentKind, "A-1", needs.Reviewed{Goal: "G-1", Reached: 5}},
		{12, needs.AssessmentKind, "A-1", needs.Reviewed{Goal: "G-1", Reached: 9, Outcome: needs.Met}},
		{13, needs.AssessmentKind, "A-1", needs.Measured{Result: measure.Result{
			Scores: []measure.Score{{Instrument: "swemwbs", Scale: "metric", Value: 19.98}},
			Alerts: []measure.Raised{{Code: "self-harm", Raised: sp.Yes}, {Code: "left-out", Raised: sp.Unknown}},
		}}},
		{14, needs.AssessmentKind, "A-1", needs.Escalated{Alert: "self-harm", To: "lena"}},

		{4, register.Kind, "P-1", register.Opened{Person: "P-1"}},
		{5, register.Kind, "P-1", register.Chosen{Choice: consent.Choice{ID: "C-1"}}},
		{9, register.Kind, "P-1", register.Withdrawn{Choice: "C-1"}},

		{14, referral.Kind, "R-1", referral.FeedbackAcknowledged{Document: "D-1"}},
		{15, referral.Kind, "R-1", referral.FeedbackCoded{Document: "D-1"}},
		{16, placement.Kind, "PL-1", placement.Disclosed{Items: []placement.Item{{Field: "adjustment", Code: "quiet-room"}, {Field: "phone"}}}},
		{17, placement.Kind, "PL-1", placement.AdjustmentsNoted{Met: []string{"quiet-room"}, NotMet: []string{"ramp"}}},
		{18, placement.Kind, "PL-1", placement.AdjustmentsNoted{NotMet: []string{"quiet-room"}}},
		{10, register.Kind, "P-1", register.Requested{Request: "Q-1", By: "bay/green"}},
		{12, register.Kind, "P-1", register.Replied{Request: "Q-1", Refused: "no-agreement"}},
		{4, grant.AwardKind, "AW-1", grant.AwardOffered{Fund: "F-1"}},
		{5, grant.AwardKind, "AW-1", grant.InvoiceReceived{Invoice: "I-1", Amount: sp.Pounds(5)}},
		{25, grant.AwardKind, "AW-1", grant.InvoicePaid{Invoice: "I-1"}},
		{24, voice.RecordKind, "V-4", voice.Said{Kind: voice.Listing, Speaker: voice.LinkWorker, Items: []voice.Item{{Code: "list-right"}}}},
		{25, voice.RecordKind, "V-5", voice.Said{Kind: voice.Privacy, Speaker: voice.Person}},
		{27, voice.RecordKind, "V-5", voice.Answered{Outcome: voice.Done}},
		{21, voice.RecordKind, "V-1", voice.Said{Kind: voice.Experience, Speaker: voice.Person, Items: []voice.Item{
			{Code: "exp-heard", Answer: "4"}, {Code: "exp-recommend", Answer: "declined"},
		}}},
		{22, voice.RecordKind, "V-2", voice.Said{Kind: voice.Trust, Speaker: voice.Person, Items: []voice.Item{{Code: "trust-worker", Answer: "3"}}}},
		{22, voice.RecordKind, "V-3", voice.Said{Kind: voice.Trust, Speaker: voice.Person, Items: []voice.Item{{Code: "trust-worker", Answer: "0"}}}},
		{23, voice.RecordKind, "V-3", voice.Retracted{}},
	}
)

// read returns what some fact says of each row of its table of which it says anything, in
// order. The last day of the run is that of the month.
func read(t *testing.T, unit *evaluation.Table, fact evaluation.Fact) string {
	t.Helper()
	var said []string
	run, err := evaluation.New(evaluation.Options{AsOf: sp.NewDate(2026, time.May, 31)}, evaluation.Indicator{
		ID: "mine", Version: "1", Name: "mine", Unit: unit, Of: "rows", Numerator: "rows", Denominator: "rows", Source: "ours",
		Statistic: evaluation.Shares, Reads: []evaluation.Fact{fact},
		Rule: func(r evaluation.Row) evaluation.Answer {
			if s := say(r, fact); s != "" {
				said = append(said, s)
			}
			return evaluation.Yes
		},
	})
	require.NoError(t, err)
	for version, h := range history {
		data, err := store.Encode(h.event)
		require.NoError(t, err)
		at := time.Date(2026, time.May, h.day, 10, 0, 0, 0, time.UTC)
		require.NoError(t, run.Add(store.RecordedEvent{
			Key: store.Key{Tenant: "bay", Kind: h.kind, ID: h.id}, Version: int64(version + 1), Type: h.event.EventType(), Data: data,
			Stamp: sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, at),
		}))
	}
	_, err = run.Count(t.Context())
	require.NoError(t, err)
	slices.Sort(said)
	return strings.Join(said, "; ")
}

// say writes what a fact says of a row: days as those of the month.
func say(r evaluation.Row, fact evaluation.Fact) string {
	day := func(d sp.Date) string {
		if d.IsZero() {
			return ""
		}
		return d.In(time.UTC).Format("2")
	}
	switch f := fact.(type) {
	case evaluation.DayFact:
		return day(r.Day(f))
	case evaluation.CodeFact:
		return strings.Join(r.Codes(f), ", ")
	case evaluation.CountFact:
		if n := r.Count(f); n > 0 {
			return fmt.Sprint(n, " times")
		}
	case evaluation.ListFact:
		var all []string
		for _, e := range r.List(f) {
			all = append(all, strings.TrimSpace(fmt.Sprint(day(e.On), " ", e.Text, " ", e.Number)))
		}
		return strings.Join(all, ", ")
	}
	return ""
}

// Each fact is read of a history that has the events of each, mostly on days of their own.
func TestFactsSayWhatTheEventsOfTheirTableSay(t *testing.T) {
	for name, x := range map[string]struct {
		unit *evaluation.Table
		fact evaluation.Fact
		want string
	}{
		"received":    {facts.Referrals, facts.Received, "4; 4; 4"},
		"accepted":    {facts.Referrals, facts.Accepted, "5"},
		"contacted":   {facts.Referrals, facts.Contacted, "6"},
		"closed":      {facts.Referrals, facts.Closed, "25"},
		"turned away": {facts.Referrals, facts.TurnedAway, "5"},
		"ended":       {facts.Referrals, facts.Ended, "25; 5"},
		"decided":     {facts.Referrals, facts.Decided, "5; 5"},
		"assessed":    {facts.Referrals, facts.Assessed, "8"},
		"contacts":    {facts.Referrals, facts.Contacts, "2 times"},
		"moves":       {facts.Referrals, facts.Moves, "12  0; 5  0"},
		"feedback":    {facts.Referrals, facts.FeedbackSent, "13  0"},
		"complete":    {facts.Referrals, facts.Complete, "4"},
		"outcome":     {facts.Referrals, facts.Outcome, "partly-met"},
		"practice":    {facts.Referrals, facts.Practice, "bay/hill; bay/mill"},
		"route":       {facts.Referrals, facts.Route, "gp"},
		"age band":    {facts.Referrals, facts.AgeBand, "65-74"},
		"worker":      {facts.Referrals, facts.Worker, "bea"},

		"flagged":       {facts.Concerns, facts.Flagged, "10"},
		"handed over":   {facts.Concerns, facts.HandedOver, "11"},
		"found":         {facts.Needs, facts.Found, "8; 8"},
		"nothing found": {facts.Needs, facts.NothingFound, "9"},
		"left unmet":    {facts.Needs, facts.LeftUnmet, "25"},

		"proposed":     {facts.Placements, facts.Proposed, "14; 14; 14; 14"},
		"offered":      {facts.Placements, facts.Offered, "15"},
		"taken":        {facts.Placements, facts.Taken, "16"},
		"started":      {facts.Placements, facts.Started, "17"},
		"completed":    {facts.Placements, facts.Completed, "24"},
		"declined":     {facts.Placements, facts.Declined, "18"},
		"stopped":      {facts.Placements, facts.Stopped, "19"},
		"lapsed":       {facts.Placements, facts.Lapsed, "20"},
		"over":         {facts.Placements, facts.Over, "18; 19; 20"},
		"declined by":  {facts.Placements, facts.DeclinedBy, "provider"},
		"declined for": {facts.Placements, facts.DeclinedFor, "no-capacity (provider)"},
		"stopped for":  {facts.Placements, facts.StoppedFor, "too-far"},
		"placed for":   {facts.Placements, facts.PlacedFor, "loneliness"},
		"result":       {facts.Placements, facts.Result, "partly-met"},
		"not met":      {facts.Placements, facts.NotMet, "loneliness"},
		"provider":     {facts.Placements, facts.Provider, "bay/green"},

		"attended":    {facts.Sessions, facts.Attended, "18; 21"},
		"accompanied": {facts.Sessions, facts.Accompanied, "18"},
		"missed":      {facts.Sessions, facts.Missed, "19"},
		"cancelled":   {facts.Sessions, facts.Cancelled, "20"},

		"opened":        {facts.Assessments, facts.Opened, "7"},
		"found by":      {facts.Findings, facts.FoundBy, "link-worker; person"},
		"identified":    {facts.Findings, facts.Identified, "8"}, // a strength is no need
		"goal set":      {facts.Goals, facts.GoalSet, "10"},
		"goal reviewed": {facts.Goals, facts.GoalReviewed, "11"},
		"goal outcome":  {facts.Goals, facts.GoalOutcome, "met"},
		"scores":        {facts.Assessments, facts.Scores, "13 swemwbs/metric 1998"},
		"raised":        {facts.Alerts, facts.Raised, "13"}, // not what is unknown
		"escalated":     {facts.Alerts, facts.Escalated, "14"},

		"medium":           {facts.Referrals, facts.Medium, "phone"},
		"message sent":     {facts.Messages, facts.MessageSent, "13"},
		"message read":     {facts.Messages, facts.MessageRead, "14"},
		"message coded":    {facts.Messages, facts.MessageCoded, "15"},
		"adjustment asked": {facts.Adjustments, facts.AdjustmentAsked, "16; 17"},
		"adjustment noted": {facts.Adjustments, facts.AdjustmentNoted, "not-met; not-met"},
		"requested":        {facts.Requests, facts.Requested, "10"},
		"replied":          {facts.Requests, facts.Replied, "12"},
		"invoice received": {facts.Invoices, facts.InvoiceReceived, "5"},
		"invoice paid":     {facts.Invoices, facts.InvoicePaid, "25"},
		"said as":          {facts.Statements, facts.SaidAs, "experience; listing-check; privacy; trust; trust"},
		"answered":         {facts.Statements, facts.Answered, "27"},
		"listing right":    {facts.Statements, facts.ListingRight, "yes"},

		"permitted":     {facts.Choices, facts.Permitted, "5"},
		"no longer":     {facts.Choices, facts.NoLonger, "9"},
		"said":          {facts.Statements, facts.Said, "21; 22; 22; 24; 25"},
		"said by":       {facts.Statements, facts.SaidBy, "link-worker; person; person; person; person"},
		"heard":         {facts.Statements, facts.Heard, "4"},
		"recommended":   {facts.Statements, facts.Recommended, "declined"},
		"trusts worker": {facts.Statements, facts.TrustsWorker, "0; 3"},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, x.want, read(t, x.unit, x.fact)) })
	}
}
