package extend_test

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
)

// phoned is a fact of our own: the first day on which a link worker spoke to the person by telephone.
var phoned = evaluation.First(facts.Referrals,
	evaluation.When(func(e referral.Contacted) bool { return e.Channel == person.Phone }))

// phonedInTime is an indicator of our own: its words, what it reads, and the rule.
var phonedInTime = evaluation.Indicator{
	ID: "bay:phoned", Version: "1", Name: "telephoned within 5 working days", Source: "our steering group, May 2026",
	Numerator: "referrals whose person was spoken to by telephone within 5 working days of receipt", Denominator: "referrals received",
	Excluded: "ended before anybody rang", Unit: facts.Referrals, Of: "referrals received",
	Cohort: facts.Received, Statistic: evaluation.Shares, Better: evaluation.Higher,
	Window: evaluation.Window{Workdays: 5},
	Reads:  []evaluation.Fact{facts.Received, facts.Ended, phoned},
	Rule: func(r evaluation.Row) evaluation.Answer {
		if !r.Happened(phoned) && r.Happened(facts.Ended) {
			return evaluation.Out("ended before anybody rang")
		}
		return r.Within(r.Day(facts.Received), r.Day(phoned))
	},
}

// An indicator of our own is counted as those of the catalogue are.
func Example_indicator() {
	ctx := context.Background()
	run, err := evaluation.New(evaluation.Options{AsOf: evaluationtest.End}, phonedInTime)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := run.Read(ctx, evaluationtest.World{Seed: 1, Referrals: 300}.Log(), nil); err != nil {
		fmt.Println(err)
		return
	}
	figures, err := run.Figures(ctx)
	fmt.Println(figures[0], err)

	_, err = evaluation.New(evaluation.Options{}, evaluation.Indicator{ID: "half-made"})
	fmt.Println("half an indicator is refused:", err != nil)
	// Output:
	// telephoned within 5 working days: 7.5 % (4.6 to 12.0), 15 of 200 referrals received, Wilson 95 %, 100 left out <nil>
	// half an indicator is refused: true
}
