package mirror

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
)

// A section is a part of a page: what it counts, by code.
type section struct {
	title   string
	of      string   // what it counts, in the plural
	columns []string // the codes in order; nil if they are those that occur
	unit    *evaluation.Table
	cohort  evaluation.DayFact
	reads   []evaluation.Fact
	rule    func(evaluation.Row) evaluation.Answer
}

func (s section) id() string { return "mirror: " + s.title }

// indicators are the sections as the engine counts them.
func indicators(sections []section) (all []evaluation.Indicator) {
	for _, s := range sections {
		all = append(all, evaluation.Indicator{
			ID: s.id(), Version: "2026-12", Name: s.title, Unit: s.unit, Of: s.of,
			Numerator: s.of + " of this kind", Denominator: s.of + " of the period", Excluded: "entered in error by the last day",
			Cohort: s.cohort, Reads: s.reads, Rule: s.rule, Statistic: evaluation.ByCode, Source: "this library",
		})
	}
	return all
}

// The titles of sections that pages treat apart.
const (
	becameTitle  = "what became of people"
	answersTitle = "what it answered"
)

func sectionsOf(of Of, o Options) []section {
	switch of {
	case OfProviders:
		return []section{answers(), replies(o), attendance(), ending()}
	case OfWorkers:
		return []section{spokenTo(o), became(), outcomes(), beyondRemit(), news(o)}
	default:
		return []section{reasons(o), fit(), criteria(o), became(), outcomes(), beyondRemit(), news(o)}
	}
}

// Facts of referrals that pages need beside those of package facts.
var (
	reasonNames = evaluation.Parts("reason of a referral", facts.Referrals)
	given       = evaluation.First(reasonNames, evaluation.Naming(func(e referral.Received) []string { return texts(e.Reasons) }))

	fits         = evaluation.Code(facts.Referrals, evaluation.Text(func(e referral.Triaged) string { return e.Fits.String() }))
	failedNames  = evaluation.Parts("criterion that failed", facts.Referrals)
	failedOnce   = evaluation.First(failedNames, evaluation.Naming(func(e referral.Triaged) []string { return e.Failed }))
	failedLately = evaluation.Code(facts.Referrals, evaluation.Texts(func(e referral.Triaged) []string { return e.Failed }))

	refusedFor = evaluation.Code(facts.Referrals,
		evaluation.Text(func(e referral.Declined) string { return e.Reason.Code }),
		evaluation.Text(func(e referral.Rerouted) string { return e.Reason.Code }))
)

func texts(codes []needs.Code) []string {
	all := make([]string, len(codes))
	for i, c := range codes {
		all[i] = string(c)
	}
	return all
}

// reasons are the sides of life that referrals were for.
func reasons(o Options) section {
	sides := map[needs.Domain]string{needs.Biological: "medical", needs.Psychological: "psychological", needs.Social: "social"}
	return section{
		title: "why", of: "reasons", columns: []string{"medical", "psychological", "social", "not on the list"},
		unit: reasonNames, cohort: facts.Received, reads: []evaluation.Fact{given},
		rule: func(r evaluation.Row) evaluation.Answer {
			term, known := o.Taxonomy.Term(needs.Code(r.Name()))
			if side := sides[term.Domain]; known && side != "" {
				return evaluation.Of(side)
			}
			return evaluation.Of("not on the list")
		},
	}
}

// fit is how referrals fared against the criteria of the check before sending.
func fit() section {
	words := map[string]string{sp.Yes.String(): "fit", sp.No.String(): "did not fit", sp.Unknown.String(): "something had to be asked"}
	return section{
		title: "fit", of: "referrals", columns: []string{"fit", "did not fit", "something had to be asked", "not judged"},
		unit: facts.Referrals, cohort: facts.Received, reads: []evaluation.Fact{fits},
		rule: func(r evaluation.Row) evaluation.Answer {
			if says := words[r.Code(fits)]; says != "" {
				return evaluation.Of(says)
			}
			return evaluation.Of("not judged")
		},
	}
}

// criteria are those that referrals failed, by the last word.
func criteria(o Options) section {
	says := map[string]string{}
	for _, c := range o.Criteria.List {
		says[c.Code] = c.Says
	}
	return section{
		title: "failed most", of: "failures", unit: failedNames, cohort: facts.Received, reads: []evaluation.Fact{failedOnce, failedLately},
		rule: func(r evaluation.Row) evaluation.Answer {
			if !slices.Contains(r.Codes(failedLately), r.Name()) {
				return evaluation.Absent
			}
			if words := says[r.Name()]; words != "" {
				return evaluation.Of(words)
			}
			return evaluation.Of(r.Name())
		},
	}
}

// there returns the first day on which the person of a placement was there.
func there(p evaluation.Row) (first sp.Date) {
	for _, d := range []sp.Date{p.Day(facts.Started), p.Day(facts.Completed), p.First(facts.Attended)} {
		if d != 0 && (first == 0 || d < first) {
			first = d
		}
	}
	return first
}

func became() section {
	return section{
		title: becameTitle, of: "referrals", columns: []string{"help began", "ended without it", "still waiting"},
		unit: facts.Referrals, cohort: facts.Received,
		reads: []evaluation.Fact{facts.Received, facts.Ended, facts.Started, facts.Completed, facts.Attended},
		rule: func(r evaluation.Row) evaluation.Answer {
			for p := range r.Each(facts.Placements) {
				if there(p) != 0 {
					return evaluation.Of("help began")
				}
			}
			if r.Happened(facts.Ended) {
				return evaluation.Of("ended without it")
			}
			return evaluation.Of("still waiting")
		},
	}
}

func outcomes() section {
	return section{
		title: "at the closing", of: "referrals closed", columns: []string{"needs met", "met in part", "not met", "told where to go", "nobody knows"},
		unit: facts.Referrals, cohort: facts.Received, reads: []evaluation.Fact{facts.Closed, facts.Outcome},
		rule: func(r evaluation.Row) evaluation.Answer {
			if !r.Happened(facts.Closed) {
				return evaluation.Absent
			}
			switch needs.Outcome(r.Code(facts.Outcome)) {
			case needs.Met:
				return evaluation.Of("needs met")
			case needs.PartlyMet:
				return evaluation.Of("met in part")
			case needs.NotMet, needs.Withdrawn:
				return evaluation.Of("not met")
			case needs.Signposted, needs.SelfReferred:
				return evaluation.Of("told where to go")
			default:
				return evaluation.Of("nobody knows")
			}
		},
	}
}

func beyondRemit() section {
	return section{
		title: "asked beyond the remit", of: "referrals decided on", columns: []string{"outside the remit", "within it"},
		unit: facts.Referrals, cohort: facts.Received, reads: []evaluation.Fact{facts.Decided, refusedFor},
		rule: func(r evaluation.Row) evaluation.Answer {
			switch {
			case !r.Happened(facts.Decided):
				return evaluation.Absent
			case r.Code(refusedFor) == reason.OutsideRemit:
				return evaluation.Of("outside the remit")
			default:
				return evaluation.Of("within it")
			}
		},
	}
}

// news are closed referrals whose referrer was told what came of it, or is owed that.
func news(o Options) section {
	late := fmt.Sprintf("owed for more than %d days", o.NewsDays)
	return section{
		title: "news of what came of it", of: "referrals closed", columns: []string{"told", "owed", late},
		unit: facts.Referrals, cohort: facts.Received, reads: []evaluation.Fact{facts.Closed, facts.FeedbackSent},
		rule: func(r evaluation.Row) evaluation.Answer {
			closed := r.Day(facts.Closed)
			if closed == 0 {
				return evaluation.Absent
			}
			for _, sent := range r.List(facts.FeedbackSent) {
				if sent.On >= closed {
					return evaluation.Of("told")
				}
			}
			if closed.Add(o.NewsDays) < r.AsOf() {
				return evaluation.Of(late)
			}
			return evaluation.Of("owed")
		},
	}
}

func spokenTo(o Options) section {
	soon := fmt.Sprintf("within %d working days", o.ContactDays)
	return section{
		title: "spoken to", of: "referrals", columns: []string{soon, "later", "ended before", "not yet"},
		unit: facts.Referrals, cohort: facts.Received, reads: []evaluation.Fact{facts.Received, facts.Contacted, facts.Ended},
		rule: func(r evaluation.Row) evaluation.Answer {
			contacted := r.Day(facts.Contacted)
			switch {
			case contacted != 0 && contacted <= r.Calendar().AddWorkdays(r.Day(facts.Received), o.ContactDays):
				return evaluation.Of(soon)
			case contacted != 0:
				return evaluation.Of("later")
			case r.Happened(facts.Ended):
				return evaluation.Of("ended before")
			default:
				return evaluation.Of("not yet")
			}
		},
	}
}
