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

// A SupportKind says what kind of thing a support is.
type SupportKind string

// The kinds of supports.
const (
	Escort  SupportKind = "escort"  // somebody comes along, for a person who cannot travel alone
	Lift    SupportKind = "lift"    // the person is fetched and taken home: there is no distance, time or fare
	Voucher SupportKind = "voucher" // it pays for each attendance, up to what it is worth
)

// A Support is something that a scheme can add to an offer that would not fit by itself: a
// volunteer who comes along, a seat in a community car, a voucher.
type Support struct {
	Name   string       `json:"name"` // by which those who provide it know it
	Kind   SupportKind  `json:"kind"`
	Left   int          `json:"left"`             // for how many services it can be used
	Worth  sp.Money     `json:"worth,omitzero"`   // of a voucher, for each attendance
	Points int64        `json:"points,omitempty"` // what using it costs, beside the terms of the offer; not below 0
	Offer  directory.ID `json:"offer,omitempty"`  // its ID, if it is an offer of the directory, such as a community car
}

// PlanOptions say for what a plan is made, and with which supports.
type PlanOptions struct {
	Ask      Options            // its Needs, one to eight, are those of the plan; its Limit is not used
	Supports []Support          // in the order in which they are tried
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
// each set of needs, with and without supports ([PlanOptions].Width), and finds the best of
// all choices among these by branch and bound. It fails with an [*sp.InvalidError] if
// [Options.Check] does, or if the needs, the width or a support are out of range.
func MakePlan(p person.Profile, offers []directory.Offer, o PlanOptions) (Plan, error) {
	o.Ask.Limit = 0
	if err := o.check(&p); err != nil {
		return Plan{}, err
	}
	m := &planner{options: &o, c: newCase(&p, o.Ask), used: make([]int, len(o.Supports)), best: math.MaxInt64}
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
	e.Check(len(o.Ask.Needs) > 0 && len(o.Ask.Needs) <= 8, "ask.needs", sp.OutOfRange, "must be one to eight")
	e.Check(o.Width >= 0, "width", sp.OutOfRange, "must be 0 or more")
	for i, s := range o.Supports {
		path := fmt.Sprintf("supports[%d].", i)
		e.Check(s.Kind == Escort || s.Kind == Lift || s.Kind == Voucher, path+"kind", sp.NotListed, "must be escort, lift or voucher")
		e.Check(s.Left >= 0, path+"left", sp.OutOfRange, "must be 0 or more")
		e.Check(s.Points >= 0, path+"points", sp.OutOfRange, "must be 0 or more")
		e.Check(s.Worth.Sign() >= 0, path+"worth", sp.OutOfRange, "must be nothing or more")
	}
	return e.Err()
}

// An option is an offer that may be a step.
type option struct {
	candidate
	covers  uint // needs that it helps with, a bit each
	support int  // that it takes, -1 for none
	points  int64
	cost    sp.Money
	priced  bool
	c       *Case // that it was asked in
}

type planner struct {
	options *PlanOptions
	c       *Case
	all     []option
	least   []int64 // points that each need adds to any choice, at least

	steps []int // of all
	used  []int // by support
	taken []int // the best choice yet
	best  int64
}

// gather finds what may be a step: the offers that fit, and those that fit with a support.
func (m *planner) gather(p person.Profile, offers []directory.Offer) {
	plain := m.fitting(m.c, offers, -1)
	fits := make(map[directory.ID]bool)
	for _, x := range plain {
		fits[x.offer.ID] = x.taking.Questions == 0 || p.Transport.Alone != sp.No
	}
	m.all = plain
	for n, s := range m.options.Supports {
		helped, with := s.help(p, offers)
		c := newCase(&helped, m.options.Ask)
		c.among = offers
		for _, x := range m.fitting(c, with, n) {
			if !fits[x.offer.ID] && s.needed(m.c, x.offer, offers) {
				m.all = append(m.all, x)
			}
		}
	}
	slices.SortStableFunc(m.all, func(a, b option) int {
		return cmp.Or(cmp.Compare(a.points, b.points), cmp.Compare(a.offer.ID, b.offer.ID))
	})
	width, seen := cmp.Or(m.options.Width, 6), make(map[[2]uint]int)
	m.all = slices.DeleteFunc(m.all, func(x option) bool {
		key := [2]uint{x.covers, uint(x.support + 1)}
		seen[key]++
		return seen[key] > width
	})
}

// needed reports whether an offer does not fit, or only perhaps, without a support.
func (s *Support) needed(c *Case, o *directory.Offer, offers []directory.Offer) bool {
	i := slices.IndexFunc(offers, func(plain directory.Offer) bool { return plain.ID == o.ID })
	return i >= 0 && c.verdict(&offers[i]).Truth != sp.Yes
}

// help returns the person and the offers as they are with a support.
func (s *Support) help(p person.Profile, offers []directory.Offer) (person.Profile, []directory.Offer) {
	if s.Kind == Escort {
		p.Transport.Alone = sp.Yes
		return p, offers
	}
	with := slices.Clone(offers)
	for i := range with {
		o := &with[i]
		if s.Kind == Lift {
			access := directory.Truths[directory.Access]{directory.Transport: sp.Yes}
			for k, t := range o.Access {
				if k != directory.Transport {
					access[k] = t
				}
			}
			o.Access = access
			continue
		}
		o.Cost.Prices = slices.Clone(o.Cost.Prices)
		for k := range o.Cost.Prices {
			price := &o.Cost.Prices[k]
			if left, err := price.Amount.Or(sp.Money{}).Sub(s.Worth); err == nil && !price.Amount.IsZero() {
				if left.Sign() < 0 {
					left = sp.NewMoney(0, s.Worth.Currency())
				}
				price.Amount = sp.Know(left)
			}
		}
	}
	return p, with
}

// fitting returns the offers that fit in a case and help with a need.
func (m *planner) fitting(c *Case, offers []directory.Offer, support int) (all []option) {
	for i := range offers {
		x, ok := c.consider(&offers[i], false)
		if !ok {
			continue
		}
		step := option{candidate: x, support: support, c: c}
		for n, w := range c.needs.wants {
			if w.met(x.offer.Topics) == sp.Yes {
				step.covers |= 1 << n
			}
		}
		if step.covers == 0 {
			continue
		}
		step.points = x.score - needTerm(c, x.taking, x.offer).Points - firstNeedTerm(c, x.taking, x.offer).Points
		if support >= 0 {
			step.points += min(m.options.Supports[support].Points, mostPoints)
		}
		step.cost, step.priced = c.attendance(x.taking, x.offer)
		all = append(all, step)
	}
	return all
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
	if s := m.all[i].support; s >= 0 {
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
	if x.support >= 0 && m.used[x.support] >= m.options.Supports[x.support].Left {
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
		if x.support >= 0 {
			step.Supports = []Support{m.options.Supports[x.support]}
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
			if !slices.Contains(m.taken, k) && next.offer.ID != x.offer.ID && next.covers&own == own && next.support < 0 && len(step.Next) < 2 {
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
			fmt.Fprintf(&b, "; with a %s", x.Kind)
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

// codes joins needs as people read them.
func codes(all []needs.Code) string {
	return list(all, func(c needs.Code) string { return strings.ReplaceAll(string(c), "-", " ") })
}
