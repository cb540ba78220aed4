package panel

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
)

// An Outcome is what a rule decides, with its audit trail.
type Outcome struct {
	Rule    string // in words, with every option: "equal shares by cost, raised until over"
	Budget  sp.Money
	Funded  []ProjectID // in the order in which they were funded
	Cost    sp.Money    // of all of them
	Rounds  []Round     // one for each of Funded
	Refused []Refusal   // one for each other project, by ID

	// Share is what each voter had to spend with equal shares, in minor units. It
	// is more than the budget divided by the voters if it was raised. Nil with
	// other rules.
	Share *big.Rat
	// Raises is how many times the share was raised.
	Raises int

	payments func(round int) []Payment
}

// A Round is one project being funded.
type Round struct {
	Project    ProjectID
	Cost       sp.Money
	Left       sp.Money    // of the budget, after it
	Supporters int64       // voters who are for it
	Points     int64       // what they give it; with approvals as many
	Tied       []ProjectID // others that were as good, with higher IDs

	// Price is the measure by which the project was chosen, the lowest first. With
	// equal shares it is what a supporter who has money left pays for each unit of
	// utility, in minor units. With Phragmen it is the time, as minor units that each
	// voter has been given. It is nil where votes alone decide.
	Price *big.Rat
	// Drained is how many supporters gave the last that they had.
	Drained int64
	// Filled reports that nobody paid: what was left over was given by votes.
	Filled bool
}

// String returns "walks for £1,200.00 by 45 voters at 0.022222, £800.00 left".
func (r Round) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s for %v by %s", r.Project, r.Cost, voters(r.Supporters))
	if r.Price != nil {
		fmt.Fprintf(&b, " at %s", r.Price.FloatString(6))
	}
	if r.Filled {
		b.WriteString(" from what was left")
	}
	if len(r.Tied) > 0 {
		fmt.Fprintf(&b, ", tied with %s", join(r.Tied))
	}
	fmt.Fprintf(&b, ", %v left", r.Left)
	return b.String()
}

func voters(n int64) string {
	if n == 1 {
		return "1 voter"
	}
	return fmt.Sprintf("%d voters", n)
}

func join(ids []ProjectID) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = string(id)
	}
	return strings.Join(names, ", ")
}

// A Why says why a project is not funded.
type Why string

// The reasons.
const (
	NoVotes      Why = "no votes"               // nobody is for it, and no rule funds such a project
	TooFewVotes  Why = "too few votes"          // it has fewer than the threshold of the election
	DoesNotFit   Why = "does not fit"           // it costs more than what was left when its turn came
	CannotPay    Why = "supporters cannot pay"  // those who are for it have too little of their shares left
	AfterTheStop Why = "after the rule stopped" // Phragmen stops at the first project that does not fit
)

// A Refusal is a project that is not funded.
type Refusal struct {
	Project    ProjectID
	Cost       sp.Money
	Supporters int64
	Why        Why
	Had        sp.Money // what there was for it: of the budget, or of its supporters' shares, rounded down
}

// String returns "choir for £900.00 by 12 voters: supporters cannot pay, there was £640.00".
func (r Refusal) String() string {
	return fmt.Sprintf("%s for %v by %s: %s, there was %v", r.Project, r.Cost, voters(r.Supporters), r.Why, r.Had)
}

// A Payment is what one voter paid for one project.
type Payment struct {
	Voter  VoterID
	Amount *big.Rat // minor units, exact
}

// Payments returns who paid for a project, by voter ID; the amounts add up to its
// cost exactly. It is empty where nobody pays: with [Greedy], for what was filled
// in from money left over, and for a project that is not funded.
func (o *Outcome) Payments(project ProjectID) []Payment {
	i := slices.Index(o.Funded, project)
	if i < 0 || o.payments == nil || o.Rounds[i].Filled {
		return nil
	}
	payments := o.payments(i)
	slices.SortFunc(payments, func(a, b Payment) int { return strings.Compare(string(a.Voter), string(b.Voter)) })
	return payments
}

// newOutcome returns the outcome in which nothing is funded yet.
func newOutcome(e *Election, rule string) *Outcome {
	return &Outcome{Rule: rule, Budget: e.Budget}
}

// left returns what is left of the budget.
func (o *Outcome) left() int64 { return o.Budget.Minor() - o.Cost.Minor() }

func (o *Outcome) money(minor int64) sp.Money { return sp.NewMoney(minor, o.Budget.Currency()) }

// fund adds a round for a project.
func (t *tally) fund(o *Outcome, project int, r Round) {
	o.Cost = o.money(o.Cost.Minor() + t.cost[project])
	r.Project, r.Cost, r.Left = t.projects[project].ID, o.money(t.cost[project]), o.money(o.left())
	r.Supporters, r.Points = t.supporters(project), t.points[project]
	o.Funded = append(o.Funded, r.Project)
	o.Rounds = append(o.Rounds, r)
}

// refuse adds a refusal for each project that is not funded. Why is asked for
// those with votes.
func (t *tally) refuse(o *Outcome, funded []bool, why func(project int) (Why, int64)) {
	for p := range t.projects {
		if funded[p] {
			continue
		}
		r := Refusal{Project: t.projects[p].ID, Cost: o.money(t.cost[p]), Supporters: t.supporters(p), Why: NoVotes}
		switch {
		case t.points[p] > 0 && !t.eligible(p):
			r.Why = TooFewVotes
		case t.eligible(p):
			var had int64
			r.Why, had = why(p)
			r.Had = o.money(had)
		}
		o.Refused = append(o.Refused, r)
	}
}
