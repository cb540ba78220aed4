package flat

import (
	"slices"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/store"
)

// Grouped says in which group a case is, by a column that the sheet has for it.
type Grouped struct {
	Label string `json:"group"`
}

// EventType returns the name of the event. No log of the pathway holds it.
func (Grouped) EventType() store.EventType { return "flat.grouped" }

// Groups is the group of a case, by which figures are told apart:
// evaluation.By("ward", flat.Groups).
var Groups = evaluation.Code(facts.Referrals, evaluation.Text(func(e Grouped) string { return e.Label }))

// A telling says by which columns a fact is told.
type telling struct {
	fact evaluation.Fact
	by   []Field
}

// tellings lists the facts that a sheet can tell. What is not there is told by none: sessions,
// answers of providers, goals, what people say.
//
// That somebody was there is what the day Begun says, by whatever event a log would have
// recorded it. What became of a need is told by the end of its case, since a sheet has the
// outcome of a service only beside it.
func tellings() []telling {
	all := []telling{
		{facts.Received, []Field{Received}},
		{facts.Accepted, []Field{Accepted}},
		{facts.TurnedAway, []Field{Declined}},
		{facts.Decided, []Field{Accepted, Declined}},
		{facts.Contacted, []Field{Contacted}},
		{facts.Assessed, []Field{Assessed}},
		{facts.Found, []Field{Needs}},
		{facts.Offered, []Field{Offered}},
		{facts.Proposed, []Field{Offered}},
		{facts.Started, []Field{Begun}},
		{facts.Attended, []Field{Begun}},
		{facts.Completed, []Field{Begun}},
		{facts.Stopped, []Field{Begun, Stopped, Finished}},
		{facts.StoppedFor, []Field{Begun, Stopped, Finished, Reason}},
		{facts.Ended, []Field{Ended}},
		{facts.Closed, []Field{Ended}},
		{facts.FeedbackSent, []Field{Feedback}},
		{facts.Outcome, []Field{Outcome}},
		{facts.Scores, []Field{Before, After}},
		{facts.Complete, []Field{Person, Urgency, Needs, Route, Practice}},
		{facts.Practice, []Field{Practice}},
		{facts.Route, []Field{Route}},
		{facts.AgeBand, []Field{AgeBand}},
		{facts.Worker, []Field{Worker, Accepted}},
		{facts.Medium, []Field{Medium}},
		{facts.Provider, []Field{Provider, Begun}},
		{Groups, []Field{Group}},
		{facts.Result, []Field{Begun, Finished, Result}},
	}
	for _, f := range []evaluation.Fact{facts.LeftUnmet, facts.PlacedFor, facts.NotMet} {
		all = append(all, telling{f, []Field{Needs, Unmet, Outcome}})
	}
	return all
}

// Tells returns the fields that the sheet has a column for which is not in doubt.
func (s *Sheet) Tells() (all []Field) {
	for _, c := range s.columns {
		if s.wrong[c.Column.Column] == 0 {
			all = append(all, c.To)
		}
	}
	return all
}

// CannotTell returns the fields that an indicator needs and for which the sheet has no column, or
// one that is in doubt; none if it can tell it, and only the empty field if no column could. Doubt
// shows when the rows are read.
func (s *Sheet) CannotTell(i evaluation.Indicator) []Field {
	has := s.Tells()
	var lacks []Field
	lack := func(f Field) {
		if !slices.Contains(lacks, f) {
			lacks = append(lacks, f)
		}
	}
	for _, read := range s.reads(i) {
		n := slices.IndexFunc(tellings(), func(t telling) bool { return t.fact == read })
		if n < 0 {
			return []Field{""}
		}
		for _, f := range tellings()[n].by {
			if !slices.Contains(has, f) {
				lack(f)
			}
		}
	}
	if i.Unit == facts.Sessions {
		return []Field{""}
	}
	slices.Sort(lacks)
	return lacks
}

// reads returns the facts that an indicator needs. What became of a need is known by the end of its
// case where the sheet tells of no services.
func (s *Sheet) reads(i evaluation.Indicator) []evaluation.Fact {
	all := slices.Clone(i.Reads)
	if !slices.Contains(all, evaluation.Fact(facts.LeftUnmet)) {
		return all
	}
	return slices.DeleteFunc(all, func(f evaluation.Fact) bool {
		return f == evaluation.Fact(facts.Completed) || f == evaluation.Fact(facts.Result)
	})
}

// Mark marks what the sheet cannot tell in counts that were made of it: figures of these are
// stat.NotRecorded. The indicators are those that were counted.
func (s *Sheet) Mark(counts *evaluation.Counts, indicators ...evaluation.Indicator) {
	for n := range counts.Of {
		for _, i := range indicators {
			if counts.Of[n].ID == i.ID && len(s.CannotTell(i)) > 0 {
				counts.Of[n].Unrecorded = true
			}
		}
	}
}
