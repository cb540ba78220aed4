package catalogue

import (
	"cmp"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/needs"
)

// IDs of what came of it, and whether anybody was told.
const (
	FeedbackID       = "feedback-in-time"
	FeedbackWaitID   = "wait-for-feedback"
	BaselineID       = "baseline-complete"
	FollowedUpID     = "follow-up-complete"
	LongTermID       = "long-term-follow-up"
	ImprovedID       = "reliably-improved"
	WellbeingID      = "change-in-wellbeing"
	SatisfactionID   = "change-in-life-satisfaction"
	LonelinessID     = "change-in-loneliness"
	GoalsID          = "goals-attained"
	FeltHeardID      = "felt-heard"
	RecommendID      = "would-recommend"
	TrustID          = "trust-in-worker"
	PermittedID      = "permission-recorded"
	NoLongerID       = "permission-withdrawn"
	SafeID           = "concern-handed-over-same-day"
	AlertEscalatedID = "alert-escalated-same-day"
)

func feedback(s Standards) evaluation.Indicator {
	days := span(s.FeedbackDays, "day")
	return evaluation.Indicator{
		ID: FeedbackID, Number: 37, Name: "referrer told within " + days, Unit: facts.Referrals, Of: "referrals closed",
		Numerator:   "referrals whose referrer was told what came of it, at most " + days + " after the closing",
		Denominator: "referrals received in the period that were closed",
		Excluded:    inError + "; closed less than " + days + " ago",
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "fidelity", Themes: []string{"3-2", "5-2"},
		Window: evaluation.Window{Days: s.FeedbackDays},
		Reads:  []evaluation.Fact{facts.Closed, facts.FeedbackSent},
		Rule: func(r evaluation.Row) evaluation.Answer {
			return r.Within(r.Day(facts.Closed), told(r))
		},
	}
}

// told returns the first day, from the closing on, on which the referrer was told.
func told(r evaluation.Row) sp.Date {
	for _, sent := range r.List(facts.FeedbackSent) {
		if sent.On >= r.Day(facts.Closed) {
			return sent.On
		}
	}
	return 0
}

func waitForFeedback() evaluation.Indicator {
	return evaluation.Indicator{
		ID: FeedbackWaitID, Number: 38, Name: "wait from closing until the referrer is told", Unit: facts.Referrals, Of: "referrals closed",
		Numerator:   "referrals whose referrer was told what came of it",
		Denominator: "referrals received in the period that were closed",
		Excluded:    inError,
		Statistic:   evaluation.Waits, Better: evaluation.Lower, Frame: "fidelity", Themes: []string{"3-2"},
		Reads: []evaluation.Fact{facts.Closed, facts.FeedbackSent},
		Rule: func(r evaluation.Row) evaluation.Answer {
			return r.Wait(r.Day(facts.Closed), told(r), "", 0)
		},
	}
}

func baseline() evaluation.Indicator {
	return evaluation.Indicator{
		ID: BaselineID, Number: 41, Name: "measured at the start", Unit: facts.People, Of: "people with needs assessed",
		Numerator:   "people who filled in a questionnaire that was scored, on the day of their first receipt in the period or later",
		Denominator: "people referred in the period whose needs were assessed",
		Excluded:    inError,
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "fidelity", Themes: []string{"4-4"},
		Reads:    []evaluation.Fact{facts.Assessed, facts.Scores},
		Recorded: facts.Scores,
		Rule: func(r evaluation.Row) evaluation.Answer {
			if r.First(facts.Assessed) == 0 {
				return evaluation.Absent
			}
			return evaluation.YesIf(len(measured(new(scores), r, "")) > 0)
		},
	}
}

// scores is room for what most people score.
type scores [8]evaluation.Entry

// measured returns what a person scored on a scale, or on any, the earliest first, in some room as far as it
// goes. What they scored before they were referred in the period belongs to an earlier time in their life.
func measured(room *scores, r evaluation.Row, scale string) []evaluation.Entry {
	all, since := room[:0], r.First(facts.Received)
	for a := range r.Each(facts.Assessments) {
		for _, e := range a.List(facts.Scores) {
			if e.On >= since && (scale == "" || e.Text == scale) {
				all = append(all, e)
			}
		}
	}
	// Of one day the lowest is the first: assessments have no order among themselves, and a log comes in any.
	slices.SortStableFunc(all, func(a, b evaluation.Entry) int {
		return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Number, b.Number))
	})
	return all
}

func followedUp(s Standards) evaluation.Indicator {
	days := span(s.FollowUpDays, "day")
	return evaluation.Indicator{
		ID: FollowedUpID, Number: 42, Name: "measured again within " + days, Unit: facts.People, Of: "people measured at the start",
		Numerator:   "people who were measured on a later day, at most " + days + " after the first",
		Denominator: "people referred in the period who were measured since",
		Excluded:    inError + "; measured first less than " + days + " ago",
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "fidelity", Themes: []string{"4-4"},
		Window: evaluation.Window{Days: s.FollowUpDays},
		Reads:  []evaluation.Fact{facts.Received, facts.Scores},
		Rule: func(r evaluation.Row) evaluation.Answer {
			first, next := sp.Date(0), sp.Date(0)
			for _, e := range measured(new(scores), r, "") {
				switch {
				case first == 0:
					first = e.On
				case next == 0 && e.On > first:
					next = e.On
				}
			}
			return r.Within(first, next)
		},
	}
}

func longTerm(s Standards) evaluation.Indicator {
	days := span(s.LongTermDays, "day")
	return evaluation.Indicator{
		ID: LongTermID, Number: 43, Name: "measured " + days + " later", Unit: facts.People, Of: "people measured " + days + " ago",
		Numerator:   "people who were measured " + days + " or more after the first time",
		Denominator: "people referred in the period who were first measured since then, " + days + " or more ago",
		Excluded:    inError + "; measured first less than " + days + " ago",
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "maintenance", Themes: []string{"4-4", "1-1"},
		Window: evaluation.Window{Days: s.LongTermDays},
		Reads:  []evaluation.Fact{facts.Received, facts.Scores},
		Rule: func(r evaluation.Row) evaluation.Answer {
			all := measured(new(scores), r, "")
			if len(all) == 0 {
				return evaluation.Absent
			}
			due := r.Deadline(all[0].On)
			if due > r.AsOf() {
				return evaluation.NotYet
			}
			return evaluation.YesIf(all[len(all)-1].On >= due)
		},
	}
}

// firstAndLast returns the first and the last score of a person on a scale; once reports whether
// there is one, again whether they are of different days.
func firstAndLast(r evaluation.Row, scale string) (first, last evaluation.Entry, once, again bool) {
	all := measured(new(scores), r, scale)
	if len(all) == 0 {
		return first, last, false, false
	}
	first, last = all[0], all[len(all)-1]
	return first, last, true, last.On > first.On
}

// reliable is how much a score on SWEMWBS has to rise, in hundredths of a point, to be
// more than what the same person scores on another day.
const reliable = 287

func improved() evaluation.Indicator {
	return evaluation.Indicator{
		ID: ImprovedID, Number: 44, Name: "reliably better by SWEMWBS", Unit: facts.People, Of: "people measured twice",
		Numerator:   "people whose last score is 2.87 points or more above their first: a reliable change",
		Denominator: "people referred in the period who were measured since by the Short Warwick-Edinburgh Mental Wellbeing Scale on two days; without a comparison, so no effect of anything",
		Excluded:    inError + "; no follow-up",
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "effectiveness", Themes: []string{"4-4"},
		Reads: []evaluation.Fact{facts.Received, facts.Scores},
		Rule: func(r evaluation.Row) evaluation.Answer {
			first, last, once, again := firstAndLast(r, "swemwbs/metric")
			switch {
			case !once:
				return evaluation.Absent
			case !again:
				return evaluation.Out("no follow-up")
			default:
				return evaluation.YesIf(last.Number-first.Number >= reliable)
			}
		},
	}
}

func change(id, name, scale, questionnaire string, themes ...string) evaluation.Indicator {
	return evaluation.Indicator{
		ID: id, Number: 45, Name: "change in " + name, Unit: facts.People, Of: "people measured twice", In: "points", Scale: 100,
		Numerator:   "points by which the last score is above the first",
		Denominator: "people referred in the period who were measured since by " + questionnaire + " on two days; uncontrolled before and after, so no effect of anything: what would have come about anyway is in it",
		Excluded:    inError + "; no follow-up",
		Statistic:   evaluation.Changes, Better: evaluation.Higher, Frame: "effectiveness", Themes: themes,
		Reads: []evaluation.Fact{facts.Received, facts.Scores},
		Rule: func(r evaluation.Row) evaluation.Answer {
			return r.Changed(measured(new(scores), r, scale))
		},
	}
}

// changes are the indicators of change, each with what is known of regression to the mean.
func changes(s Standards) []evaluation.Indicator {
	all := []evaluation.Indicator{
		change(WellbeingID, "wellbeing", "swemwbs/metric", "the Short Warwick-Edinburgh Mental Wellbeing Scale", "4-4"),
		change(SatisfactionID, "life satisfaction", "ons4/satisfied", "the first of the four ONS questions on wellbeing", "4-4"),
		loneliness(),
	}
	for k := range all {
		all[k].Regression = s.Regression[all[k].ID]
	}
	return all
}

// YearsOfFollowUp returns the indicators of change for each of so many years of follow-up, to be
// counted beside All: what a scheme changes is often told of its first months alone. Each year has
// its own attrition, and nobody counts in a year that is not over for them.
func YearsOfFollowUp(s Standards, years int) (all []evaluation.Indicator) {
	for n := range max(0, years) {
		for _, i := range described(changes(s)) {
			all = append(all, i.InYear(n+1))
		}
	}
	return all
}

// lonely is the score on the three items of UCLA from which somebody is lonely.
const lonely = 600

func loneliness() evaluation.Indicator {
	i := change(LonelinessID, "loneliness", "ucla-3/total", "the UCLA three-item loneliness scale", "4-4", "8-3")
	i.Number, i.Name, i.In, i.Scale, i.Better = 46, "change in the share who are lonely", "percentage points", 1, evaluation.Lower
	i.Numerator = "share of people who score 6 or more at the end, less that at the start"
	i.Rule = func(r evaluation.Row) evaluation.Answer {
		all := measured(new(scores), r, "ucla-3/total")
		for k := range all {
			if all[k].Number >= lonely {
				all[k].Number = 100
			} else {
				all[k].Number = 0
			}
		}
		return r.Changed(all)
	}
	return i
}

func goals() evaluation.Indicator {
	return evaluation.Indicator{
		ID: GoalsID, Number: 47, Name: "goals reached, in full or in part", Unit: facts.Goals, Of: "goals that ended",
		Numerator:   "goals that by a review were met, or partly met",
		Denominator: "goals reviewed, of assessments opened in the period",
		Excluded:    "go on after their review; nobody knows",
		Statistic:   evaluation.Clustered, Better: evaluation.Higher, Frame: "effectiveness", Themes: []string{"4-5"},
		Cohort: facts.Opened,
		Reads:  []evaluation.Fact{facts.GoalReviewed, facts.GoalOutcome},
		Rule: func(r evaluation.Row) evaluation.Answer {
			if !r.Happened(facts.GoalReviewed) {
				return evaluation.Absent
			}
			switch needs.Outcome(r.Code(facts.GoalOutcome)) {
			case "":
				return evaluation.NotYet
			case needs.Met, needs.PartlyMet:
				return evaluation.Yes
			case needs.NotMet:
				return evaluation.No
			default:
				return evaluation.Unknown
			}
		},
	}
}

// said makes an indicator of the answers to a question: the two best of five.
func said(number int, id, name, question string, answer evaluation.CodeFact, frame string, themes ...string) evaluation.Indicator {
	return evaluation.Indicator{
		ID: id, Number: number, Name: name, Unit: facts.Statements, Of: "answers",
		Numerator:   "answers to \"" + question + "\" that are one of the two best of five",
		Denominator: "answers to that question which were given in the period; not of everybody who was asked, and whoever answers may be content",
		Excluded:    "declined to answer, or not asked",
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: frame, Themes: themes,
		Cohort: facts.Said,
		Reads:  []evaluation.Fact{answer},
		Rule: func(r evaluation.Row) evaluation.Answer {
			switch text := r.Code(answer); text {
			case "":
				return evaluation.Absent
			case "declined", "not-asked":
				return evaluation.Unknown
			default:
				return evaluation.YesIf(text == "3" || text == "4")
			}
		},
	}
}

func permitted() evaluation.Indicator {
	return evaluation.Indicator{
		ID: PermittedID, Number: 70, Name: "with a permission on record", Unit: facts.People, Of: "people referred",
		Numerator:   "people who have said what may be told of them, before or after, and had not taken it back by the first receipt in the period",
		Denominator: "people referred in the period",
		Excluded:    inError,
		Statistic:   evaluation.Shares, Better: evaluation.Higher, Frame: "fidelity", Themes: []string{"8-2", "5-1"},
		Reads:    []evaluation.Fact{facts.Received, facts.Permitted, facts.NoLonger},
		Recorded: facts.Permitted,
		Rule: func(r evaluation.Row) evaluation.Answer {
			return evaluation.YesIf(permits(r, r.First(facts.Received)))
		},
	}
}

// permits reports whether a person has given a permission that was not taken back before a day.
func permits(r evaluation.Row, day sp.Date) bool {
	for choice := range r.Each(facts.Choices) {
		if back := choice.Day(facts.NoLonger); choice.Happened(facts.Permitted) && (back == 0 || back >= day) {
			return true
		}
	}
	return false
}

func noLonger() evaluation.Indicator {
	return evaluation.Indicator{
		ID: NoLongerID, Number: 70, Name: "permissions withdrawn", Unit: facts.Choices, Of: "permissions",
		Numerator:   "permissions that the person took back",
		Denominator: "permissions given in the period",
		Excluded:    "none",
		Statistic:   evaluation.Clustered, Frame: "fidelity", Themes: []string{"8-2", "5-1"},
		Cohort: facts.Permitted,
		Reads:  []evaluation.Fact{facts.Permitted, facts.NoLonger},
		Rule:   func(r evaluation.Row) evaluation.Answer { return evaluation.YesIf(r.Happened(facts.NoLonger)) },
	}
}

func safe() evaluation.Indicator {
	return evaluation.Indicator{
		ID: SafeID, Number: 76, Name: "concerns handed over on the same day", Unit: facts.Concerns, Of: "concerns raised",
		Numerator:   "concerns about somebody's safety that a team took over on the day on which they were raised",
		Denominator: "concerns raised in referrals received in the period",
		Excluded:    inError,
		Statistic:   evaluation.Clustered, Better: evaluation.Higher, Frame: "fidelity", Themes: []string{"2-3", "4-1"},
		Reads: []evaluation.Fact{facts.Flagged, facts.HandedOver},
		Rule:  inTime(facts.Flagged, facts.HandedOver),
	}
}

func alertEscalated() evaluation.Indicator {
	return evaluation.Indicator{
		ID: AlertEscalatedID, Number: 76, Name: "alerts of questionnaires taken on on the same day", Unit: facts.Alerts, Of: "alerts raised",
		Numerator:   "alerts, such as item 9 of PHQ-9, that somebody took on on the day on which they were raised",
		Denominator: "alerts raised by questionnaires, in assessments opened in the period",
		Excluded:    "none",
		Statistic:   evaluation.Clustered, Better: evaluation.Higher, Frame: "fidelity", Themes: []string{"2-3", "4-1"},
		Cohort: facts.Opened,
		Reads:  []evaluation.Fact{facts.Raised, facts.Escalated},
		Rule:   inTime(facts.Raised, facts.Escalated),
	}
}
