package lab

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/simulation"
)

// A Measure is what a policy is judged by, counted in each run.
type Measure string

// The measures, of people unless they say otherwise; those from HandedOver on are of the scheme as a whole.
const (
	Referred   Measure = "referred"
	SpokenTo   Measure = "spoken-to"
	InTime     Measure = "spoken-to-in-time" // within 84 days of receipt, of all who were referred
	ToContact  Measure = "wait-to-contact"   // days, of those who were spoken to
	GaveUp     Measure = "gave-up"           // waiting for a worker, or for a place
	NotReached Measure = "not-reached"
	Nothing    Measure = "nothing-fits"
	ToPlace    Measure = "wait-to-place" // days, of those who got one
	Began      Measure = "began"
	Cut        Measure = "places-cut" // as their money ended
	LeftEarly  Measure = "left-early"
	Finished   Measure = "finished"
	Met        Measure = "need-met" // by an assumed share of courses
	Attended   Measure = "sessions-attended"

	HandedOver Measure = "handed-over"     // cases whose worker left
	Vacant     Measure = "days-vacant"     // of posts
	Queue      Measure = "queue"           // people who wait for a worker, on average
	Full       Measure = "asked-in-vain"   // requests to providers who were full
	Used       Measure = "places-used"     // of those that were paid for
	Posts      Measure = "posts"           // at the end
	Cost       Measure = "cost"            // in pence, by the prices of the study
	Net        Measure = "worth-less-cost" // what the people are worth who began, by [Prices.Worth], less the cost
)

// window is the 84 days of [InTime].
const window = 84

// An Info says what a measure is.
type Info struct {
	Measure Measure
	Name    string
	Unit    evaluation.Unit
	Better  evaluation.Direction
	Barrier []string // of the 25 barriers, which it speaks of

	of     func(g *sums) sp.Known[float64] // of some groups; nil where it is of the scheme
	scheme func(s *Study, p *Policy, r *simulation.Result) sp.Known[float64]
}

// Units of measures.
const (
	people evaluation.Unit = "people"
	days                   = evaluation.Days
	pence  evaluation.Unit = "pence" // or other minor units of the prices
)

// sums are results of some groups together.
type sums struct {
	simulation.GroupResult
	inTime                   int
	contact, place           float64 // days
	contactCount, placeCount int
}

func (s *sums) add(g *simulation.GroupResult) {
	s.Referred += g.Referred
	s.Reached += g.Reached
	s.Withdrew += g.Withdrew
	s.GaveUp += g.GaveUp
	s.NotReached += g.NotReached
	s.Nothing += g.Nothing
	s.Begun += g.Begun
	s.Cut += g.Cut
	s.Left += g.Left
	s.Finished += g.Finished
	s.Met += g.Met
	s.Sessions += g.Sessions
	s.Attended += g.Attended
	s.inTime += g.ToContact.Within(window)
	s.contactCount += g.ToContact.Count()
	s.contact += g.ToContact.Mean().Or(0) * float64(g.ToContact.Count())
	s.placeCount += g.ToPlace.Count()
	s.place += g.ToPlace.Mean().Or(0) * float64(g.ToPlace.Count())
}

// Measures returns all measures, in the order in which they are told.
func Measures() []Info {
	count := func(n func(*sums) int) func(*sums) sp.Known[float64] {
		return func(g *sums) sp.Known[float64] { return sp.Know(float64(n(g))) }
	}
	ratio := func(part, of func(*sums) float64) func(*sums) sp.Known[float64] {
		return func(g *sums) sp.Known[float64] { return divided(part(g), of(g)) }
	}
	return slices.Concat([]Info{
		{Referred, "referred", people, evaluation.Neither, nil, count(func(g *sums) int { return g.Referred }), nil},
		{SpokenTo, "spoken to", people, evaluation.Higher, []string{"6-1"}, count(func(g *sums) int { return g.Reached }), nil},
		{InTime, "spoken to within 84 days", people, evaluation.Higher, []string{"6-1", "2-2"}, count(func(g *sums) int { return g.inTime }), nil},
		{ToContact, "wait to be spoken to", days, evaluation.Lower, []string{"6-1"}, ratio(func(g *sums) float64 { return g.contact }, func(g *sums) float64 { return float64(g.contactCount) }), nil},
		{GaveUp, "gave up waiting", people, evaluation.Lower, []string{"6-1", "2-1"}, count(func(g *sums) int { return g.Withdrew + g.GaveUp }), nil},
		{NotReached, "not reached", people, evaluation.Lower, nil, count(func(g *sums) int { return g.NotReached }), nil},
		{Nothing, "nothing fits", people, evaluation.Lower, []string{"4-5", "6-2"}, count(func(g *sums) int { return g.Nothing }), nil},
		{ToPlace, "wait for a place", days, evaluation.Lower, []string{"6-1", "6-2"}, ratio(func(g *sums) float64 { return g.place }, func(g *sums) float64 { return float64(g.placeCount) }), nil},
		{Began, "began something", people, evaluation.Higher, []string{"6-2", "8-3"}, count(func(g *sums) int { return g.Begun }), nil},
		{Cut, "lost their place as money ended", people, evaluation.Lower, []string{"1-1"}, count(func(g *sums) int { return g.Cut }), nil},
		{LeftEarly, "stopped coming", people, evaluation.Lower, []string{"8-1", "8-3"}, count(func(g *sums) int { return g.Left }), nil},
		{Finished, "finished a course", people, evaluation.Higher, []string{"1-1"}, count(func(g *sums) int { return g.Finished }), nil},
		{Met, "need met, as assumed", people, evaluation.Higher, nil, count(func(g *sums) int { return g.Met }), nil},
		{Attended, "sessions attended", evaluation.Share, evaluation.Higher, []string{"8-1", "8-3"}, ratio(func(g *sums) float64 { return float64(g.Attended) }, func(g *sums) float64 { return float64(g.Sessions) }), nil},
	}, ofScheme())
}

// ofScheme returns the measures that no group has for itself.
func ofScheme() []Info {
	type result = simulation.Result
	total := func(n func(*result) int) func(*Study, *Policy, *result) sp.Known[float64] {
		return func(_ *Study, _ *Policy, r *result) sp.Known[float64] { return sp.Know(float64(n(r))) }
	}
	team := func(n func(simulation.TeamResult) int) func(*Study, *Policy, *result) sp.Known[float64] {
		return total(func(r *result) (sum int) {
			for _, t := range r.Teams {
				sum += n(t)
			}
			return sum
		})
	}
	return []Info{
		{HandedOver, "cases whose worker left", people, evaluation.Lower, []string{"2-1"}, nil, team(func(t simulation.TeamResult) int { return t.HandedOver })},
		{Vacant, "days that posts stood empty", days, evaluation.Lower, []string{"2-1"}, nil, team(func(t simulation.TeamResult) int { return t.Vacant })},
		{Queue, "wait for a worker at a time", people, evaluation.Lower, []string{"2-2", "6-1"}, nil, meanQueue},
		{Full, "requests to providers who were full", "requests", evaluation.Lower, []string{"5-2", "7-3"}, nil, total(func(r *result) (sum int) {
			for _, o := range r.Supply {
				sum += o.Full
			}
			return sum
		})},
		{Used, "places used", evaluation.Share, evaluation.Neither, nil, nil, used},
		{Posts, "posts at the end", "posts", evaluation.Neither, []string{"1-2"}, nil, team(func(t simulation.TeamResult) int { return t.Posts })},
		{Cost, "cost", pence, evaluation.Lower, nil, nil, func(s *Study, p *Policy, r *result) sp.Known[float64] {
			return sp.Know(float64(s.cost(p, r)))
		}},
		{Net, "worth less cost", pence, evaluation.Higher, nil, nil, func(s *Study, p *Policy, r *result) sp.Known[float64] {
			worth, began := s.Prices.Worth.Minor(), int64(0)
			for _, g := range r.Groups {
				began += int64(g.Begun)
			}
			if worth == 0 {
				return sp.Known[float64]{}
			}
			return sp.Know(float64(began*worth - s.cost(p, r)))
		}},
	}
}

func meanQueue(_ *Study, _ *Policy, r *simulation.Result) sp.Known[float64] {
	sum := 0.0
	for _, t := range r.Teams {
		sum += t.MeanQueue.Or(0)
	}
	return sp.Know(sum)
}

func used(_ *Study, _ *Policy, r *simulation.Result) sp.Known[float64] {
	taken, open := 0.0, 0.0
	for _, o := range r.Supply {
		taken += float64(o.Used.Or(0) * float64(o.Open))
		open += float64(o.Open)
	}
	return divided(taken, open)
}

func divided(part, of float64) sp.Known[float64] {
	if of == 0 {
		return sp.Known[float64]{}
	}
	return sp.Know(part / of)
}

// InfoOf returns what a measure is, and false if there is no such measure.
func InfoOf(m Measure) (Info, bool) {
	all := Measures()
	i := slices.IndexFunc(all, func(x Info) bool { return x.Measure == m })
	if i < 0 {
		return Info{}, false
	}
	return all[i], true
}
