package matching

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// PlanOptions say for what a plan is made, and with which supports.
type PlanOptions struct {
	Ask      Options            // its Needs, one to eight, are those of the plan; its Limit is not used
	Supports []Support          // in the order in which they are tried, before the transport that the directory offers
	Ceiling  sp.Known[sp.Money] // the most that one attendance of each step may cost the person in all, fares included; unknown is no ceiling
	Width    int                // how many offers, the best ones, are considered for each set of needs and each support; zero is 6
}

// A Plan is a choice of offers that together help with several needs.
type Plan struct {
	Steps    []Step       `json:"steps"`              // in the order of the needs
	Unmet    []needs.Code `json:"unmet,omitempty"`    // needs for which nothing was found, or nothing under the ceiling
	Points   int64        `json:"points"`             // of the steps, and of what is unmet; fewer are better
	Cost     sp.Money     `json:"cost,omitzero"`      // what one attendance of each step costs the person, fares included
	Unpriced bool         `json:"unpriced,omitempty"` // the price of some step is not known, and Cost counts it as nothing
}

// A Step is one outing of a plan: one offer, and all the needs that it helps with.
type Step struct {
	Proposal Proposal     `json:"proposal"`
	Needs    []needs.Code `json:"needs"`
	Supports []Support    `json:"supports,omitempty"` // what the offer needs to fit
	Next     []Proposal   `json:"next,omitempty"`     // what to offer instead if the person declines it, at most two
}

// MakePlan returns the plan with the fewest points for a person. A service counts once,
// however many needs it helps with; a need that is left open counts by [Weights].Need, and
// the one that comes first by [Weights].FirstNeed too. MakePlan considers the best offers for
// each set of needs, with and without supports ([PlanOptions].Width), among these the offers of
// transport in the directory that fit the person, and finds the best of
// all choices among these by branch and bound. It fails with an [*sp.InvalidError] if
// [Options.Check] does, or if the needs, the width or a support are out of range.
func MakePlan(p person.Profile, offers []directory.Offer, o PlanOptions) (Plan, error) {
	o.Ask.Limit = 0
	if err := o.check(&p); err != nil {
		return Plan{}, err
	}
	m := &planner{options: &o, c: newCase(&p, o.Ask), best: math.MaxInt64}
	m.supports = slices.Clone(o.Supports)
	for _, lift := range lifts(&p, offers, o.Ask) {
		if !slices.ContainsFunc(o.Supports, func(s Support) bool { return s.Offer == lift.Offer }) {
			m.supports = append(m.supports, lift)
		}
	}
	m.used = make([]int, len(m.supports))
	m.c.among = offers
	m.gather(p, offers)
	m.bound()
	m.choose(0, 0)
	return m.plan(), nil
}

func (o *PlanOptions) check(p *person.Profile) error {
	if err := o.Ask.Check(p); err != nil {
		return err
	}
	e := &sp.InvalidError{Subject: "matching: plan"}
	e.Check(len(o.Ask.Needs) > 0 && len(o.Ask.Needs) <= mostNeeds, "ask.needs", sp.OutOfRange, "must be one to eight")
	e.Check(o.Width >= 0, "width", sp.OutOfRange, "must be 0 or more")
	for i, s := range o.Supports {
		path := fmt.Sprintf("supports[%d].", i)
		e.Check(s.Kind == Escort || s.Kind == Lift || s.Kind == Voucher, path+"kind", sp.NotListed, "must be escort, lift or voucher")
		e.Check(s.Left >= 0, path+"left", sp.OutOfRange, "must be 0 or more")
		e.Check(s.Points >= 0, path+"points", sp.OutOfRange, "must be 0 or more")
		e.Check(s.Price.Sign() >= 0, path+"price", sp.OutOfRange, "must be nothing or more")
		e.Check(s.Worth.Sign() >= 0, path+"worth", sp.OutOfRange, "must be nothing or more")
	}
	return e.Err()
}

// mostNeeds is how many needs a plan is made for at most.
const mostNeeds = 8

// An option is an offer that may be a step.
type option struct {
	candidate
	covers   uint  // needs that it helps with, a bit each
	supports []int // that it takes
	points   int64
	cost     sp.Money
	priced   bool
	c        *Case // that it was asked in
}

type planner struct {
	options  *PlanOptions
	c        *Case
	supports []Support
	all      []option
	least    []int64 // points that each need adds to any choice, at least

	steps []int // of all
	used  []int // by support
	taken []int // the best choice yet
	best  int64
}

// gather finds what may be a step: the offers that fit, and those that fit with a support.
func (m *planner) gather(p person.Profile, offers []directory.Offer) {
	m.all = m.fitting(m.c, offers, nil)
	fits := make(map[directory.ID][][]int) // with which supports
	for _, x := range m.all {
		if x.taking.Questions == 0 || p.Transport.Alone != sp.No {
			fits[x.offer.ID] = [][]int{nil}
		}
	}
	for _, set := range combined(m.supports) {
		helped, with := p, offers
		for _, n := range set {
			helped, with = m.supports[n].help(helped, with)
		}
		c := newCase(&helped, m.options.Ask)
		c.among = offers
		for _, x := range m.fitting(c, with, set) {
			fewer := func(less []int) bool { return subset(less, set) }
			if !slices.ContainsFunc(fits[x.offer.ID], fewer) && needed(m.c, x.offer, offers) {
				fits[x.offer.ID] = append(fits[x.offer.ID], set)
				m.all = append(m.all, x)
			}
		}
	}
	slices.SortStableFunc(m.all, func(a, b option) int {
		return cmp.Or(cmp.Compare(a.points, b.points), cmp.Compare(a.offer.ID, b.offer.ID))
	})
	width, seen := cmp.Or(m.options.Width, 6), make(map[string]int)
	m.all = slices.DeleteFunc(m.all, func(x option) bool {
		key := fmt.Sprint(x.covers, x.supports)
		seen[key]++
		return seen[key] > width
	})
}

// fitting returns the offers that fit in a case and help with a need.
func (m *planner) fitting(c *Case, offers []directory.Offer, supports []int) (all []option) {
	for i := range offers {
		x, ok := c.consider(&offers[i], false)
		if !ok {
			continue
		}
		step := option{candidate: x, supports: supports, c: c}
		for n, w := range c.needs.wants {
			if w.met(x.offer.Topics) == sp.Yes {
				step.covers |= 1 << n
			}
		}
		if step.covers == 0 {
			continue
		}
		step.points = x.score - needTerm(c, x.taking, x.offer).Points - firstNeedTerm(c, x.taking, x.offer).Points
		step.cost, step.priced = c.attendance(x.taking, x.offer)
		if !m.support(&step) {
			continue
		}
		all = append(all, step)
	}
	return all
}

// support adds what the supports of a step cost, and reports whether the person can pay that
// beside the offer.
func (m *planner) support(step *option) bool {
	for _, n := range step.supports {
		s := &m.supports[n]
		step.points += min(s.Points, mostPoints)
		sum, err := step.cost.Add(s.Price)
		step.cost, step.priced = sum, step.priced && !s.Unpriced && err == nil
		if most, limited := m.c.Person.Ceiling.Lookup(); limited && step.priced && !s.Price.IsZero() && (sum.Currency() != most.Currency() || sum.Cmp(most) > 0) {
			return false
		}
	}
	return true
}

// open returns the points of leaving a need open.
func (m *planner) open(need int) int64 {
	points := m.c.weights.Need.points(1)
	if need == 0 && len(m.c.needs.wants) > 1 {
		points += m.c.weights.FirstNeed.points(1)
	}
	return max(points, 1)
}

// bound works out the fewest points that each need adds. A step that helps with several adds
// to each of them its share, or all of a bonus.
func (m *planner) bound() {
	m.least = make([]int64, len(m.c.needs.wants))
	for n := range m.least {
		m.least[n] = m.open(n)
		for i := range m.all {
			if x := &m.all[i]; x.covers>>n&1 == 1 {
				m.least[n] = min(m.least[n], x.points, x.points/int64(bits.OnesCount(x.covers)))
			}
		}
	}
}

// choose goes through the choices for the needs that are not covered yet, except those that
// cannot have fewer points than the best choice so far.
func (m *planner) choose(covered uint, points int64) {
	next, least := len(m.least), points
	for n, adds := range slices.Backward(m.least) {
		if covered>>n&1 == 0 {
			next, least = n, least+adds
		}
	}
	if least >= m.best {
		return
	}
	if next == len(m.least) {
		m.best, m.taken = points, slices.Clone(m.steps)
		return
	}
	for i := range m.all {
		x := &m.all[i]
		if x.covers>>next&1 == 0 || !m.affords(i) {
			continue
		}
		m.take(i, 1)
		m.choose(covered|x.covers, points+x.points)
		m.take(i, -1)
	}
	m.choose(covered|1<<next, points+m.open(next))
}

func (m *planner) take(i, by int) {
	for _, s := range m.all[i].supports {
		m.used[s] += by
	}
	if by > 0 {
		m.steps = append(m.steps, i)
	} else {
		m.steps = m.steps[:len(m.steps)-1]
	}
}

// affords reports whether one more step is under the ceiling, with a support that is left.
func (m *planner) affords(i int) bool {
	x := &m.all[i]
	if slices.ContainsFunc(m.steps, func(s int) bool { return m.all[s].offer.ID == x.offer.ID }) {
		return false
	}
	if slices.ContainsFunc(x.supports, func(s int) bool { return m.used[s] >= m.supports[s].Left }) {
		return false
	}
	ceiling, limited := m.options.Ceiling.Lookup()
	if !limited {
		return true
	}
	sum, _, err := m.cost(append(slices.Clone(m.steps), i))
	return err == nil && sum.Cmp(ceiling) <= 0 && (sum.IsZero() || ceiling.IsZero() || sum.Currency() == ceiling.Currency())
}

// cost returns what one attendance of each of some steps costs together.
func (m *planner) cost(steps []int) (sum sp.Money, unpriced bool, err error) {
	for _, i := range steps {
		if x := &m.all[i]; x.priced {
			if sum, err = sum.Add(x.cost); err != nil {
				return sp.Money{}, true, err
			}
		} else {
			unpriced = true
		}
	}
	return sum, unpriced, nil
}

// plan puts the best choice in words.
func (m *planner) plan() Plan {
	plan := Plan{Points: m.best}
	sum, unpriced, err := m.cost(m.taken)
	plan.Cost, plan.Unpriced = sum, unpriced || err != nil // of two currencies there is no sum
	var covered uint
	for _, i := range m.taken {
		x := &m.all[i]
		step := Step{Proposal: x.c.proposal(x.candidate)}
		for _, n := range x.supports {
			step.Supports = append(step.Supports, m.supports[n])
		}
		own := x.covers &^ covered
		covered |= x.covers
		for n, w := range m.c.needs.wants {
			if x.covers>>n&1 == 1 {
				step.Needs = append(step.Needs, w.code)
			}
		}
		for k := range m.all {
			next := &m.all[k]
			if !slices.Contains(m.taken, k) && next.offer.ID != x.offer.ID && next.covers&own == own && len(next.supports) == 0 && len(step.Next) < 2 {
				step.Next = append(step.Next, next.c.proposal(next.candidate))
			}
		}
		plan.Steps = append(plan.Steps, step)
	}
	for n, w := range m.c.needs.wants {
		if covered>>n&1 == 0 {
			plan.Unmet = append(plan.Unmet, w.code)
		}
	}
	return plan
}

// String returns the plan, a line for each step, for people to read.
func (p Plan) String() string {
	var b strings.Builder
	for i, s := range p.Steps {
		fmt.Fprintf(&b, "%d. for %s: %s", i+1, codes(s.Needs), s.Proposal.read(TermUnknown, TermNeed, TermFirstNeed))
		for _, x := range s.Supports {
			fmt.Fprintf(&b, "; with %s", x)
		}
		b.WriteString("\n")
		for _, n := range s.Next {
			fmt.Fprintf(&b, "   else %s\n", n.Offer.Name)
		}
	}
	if len(p.Unmet) > 0 {
		fmt.Fprintf(&b, "nothing for %s\n", codes(p.Unmet))
	}
	cost := p.Cost.String()
	if p.Cost.IsZero() {
		cost = "nothing"
	}
	if p.Unpriced {
		cost += ", and what is not stated"
	}
	fmt.Fprintf(&b, "going to each once costs %s", cost)
	return b.String()
}

// subset reports whether all of some supports are among others.
func subset(some, others []int) bool {
	return !slices.ContainsFunc(some, func(n int) bool { return !slices.Contains(others, n) })
}

// codes joins needs as people read them.
func codes(all []needs.Code) string {
	return list(all, func(c needs.Code) string {
		if term, known := needs.Standard().Term(c); known {
			return strings.ToLower(term.Display)
		}
		return strings.ReplaceAll(string(c), "-", " ")
	})
}
