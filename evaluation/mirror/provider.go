package mirror

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/referral/reason"
)

// answerFacts are what it takes to say what a provider answered.
var answerFacts = []evaluation.Fact{facts.Offered, facts.Taken, facts.Declined, facts.DeclinedBy, facts.Lapsed, facts.Over, facts.Started, facts.Completed, facts.Attended}

// answered returns the day on which a provider said yes or no, zero if it has not. That a person
// was there is a yes too.
func answered(p evaluation.Row) (day sp.Date, yes bool) {
	if day = p.Day(facts.Taken); day != 0 {
		return day, true
	}
	if day = there(p); day != 0 {
		return day, true
	}
	if p.Code(facts.DeclinedBy) == string(reason.Provider) {
		return p.Day(facts.Declined), false
	}
	return 0, false
}

func answers() section {
	return section{
		title: answersTitle, of: "requests", columns: []string{"yes", "no", "let it lapse", "not yet", "taken back before"},
		unit: facts.Placements, cohort: facts.Offered, reads: answerFacts,
		rule: func(r evaluation.Row) evaluation.Answer {
			day, yes := answered(r)
			switch {
			case !r.Happened(facts.Offered):
				return evaluation.Absent
			case day != 0 && yes:
				return evaluation.Of("yes")
			case day != 0:
				return evaluation.Of("no")
			case r.Happened(facts.Lapsed):
				return evaluation.Of("let it lapse")
			case r.Happened(facts.Over):
				return evaluation.Of("taken back before")
			default:
				return evaluation.Of("not yet")
			}
		},
	}
}

func replies(o Options) section {
	soon := fmt.Sprintf("within %d days", o.ReplyDays)
	return section{
		title: "how soon it answered", of: "requests that an answer was due to", columns: []string{soon, "later", "no answer"},
		unit: facts.Placements, cohort: facts.Offered, reads: answerFacts,
		rule: func(r evaluation.Row) evaluation.Answer {
			day, _ := answered(r)
			due := r.Day(facts.Offered).Add(o.ReplyDays)
			switch {
			case !r.Happened(facts.Offered), day == 0 && !r.Happened(facts.Lapsed) && (r.Happened(facts.Over) || due > r.AsOf()):
				return evaluation.Absent // nothing is due, or no longer
			case day == 0:
				return evaluation.Of("no answer")
			case day <= due:
				return evaluation.Of(soon)
			default:
				return evaluation.Of("later")
			}
		},
	}
}

func attendance() section {
	return section{
		title: "who came", of: "sessions", columns: []string{"came", "missed", "called off"},
		unit: facts.Sessions, cohort: facts.Offered, reads: []evaluation.Fact{facts.Attended, facts.Missed, facts.Cancelled},
		rule: func(r evaluation.Row) evaluation.Answer {
			switch {
			case r.Happened(facts.Attended):
				return evaluation.Of("came")
			case r.Happened(facts.Missed):
				return evaluation.Of("missed")
			case r.Happened(facts.Cancelled):
				return evaluation.Of("called off")
			default:
				return evaluation.Absent // to come, or not recorded
			}
		},
	}
}

func ending() section {
	return section{
		title: "how places went on", of: "places begun", columns: []string{"came to their planned end", "stopped early", "go on"},
		unit: facts.Placements, cohort: facts.Offered,
		reads: []evaluation.Fact{facts.Started, facts.Completed, facts.Attended, facts.Stopped},
		rule: func(r evaluation.Row) evaluation.Answer {
			switch {
			case there(r) == 0:
				return evaluation.Absent
			case r.Happened(facts.Completed):
				return evaluation.Of("came to their planned end")
			case r.Happened(facts.Stopped):
				return evaluation.Of("stopped early")
			default:
				return evaluation.Of("go on")
			}
		},
	}
}
