package fit

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/mathext"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
	"github.com/socialprescribing/sp/store"
)

// A Fit is what the events of a scheme say of it.
type Fit struct {
	Until      time.Time
	Parameters []Parameter // that were learned
	Gaps       []Gap       // that were not

	base simulation.Preset
	puts []put // of the parameters, in their order
}

// luck is the random numbers of a parameter. Nil is to take what is most likely.
type luck func(draw uint64) float64

// A put puts a parameter into a scenario.
type put func(s *simulation.Scenario, by luck)

// A Parameter is one number of a scheme, as far as its events tell it.
type Parameter struct {
	Name     string // the field of [simulation.Way]; "PerWeek ID" is the referrals a week of a practice
	Value    float64
	Interval stat.Interval // in which it is with 95 % probability
	Of       string        // what it was counted of, and how many: "2,811 calls"
}

// String returns the parameter in a line.
func (p Parameter) String() string {
	return fmt.Sprintf("%s %.3g (%.3g to %.3g), of %s", p.Name, p.Value, p.Interval.Lower, p.Interval.Upper, p.Of)
}

// A Gap is a parameter that the events do not tell.
type Gap struct {
	Name string
	Why  string
}

// String returns the gap in a line.
func (g Gap) String() string { return g.Name + ": " + g.Why }

// enough is how many cases say anything about a parameter: a choice of this library.
const enough = 10

// ripe is after how many days since the first conversation a case counts for what comes of it, so
// that those which go on for long are among them: a choice of this library.
const ripe = 182

// A law is how likely a number is to be what.
type law interface {
	// quantile returns the value below which it is with probability p.
	quantile(p float64) float64
	value() float64 // the best guess
}

// beta is the law of a share of which so many of all were counted.
type beta struct{ yes, no float64 }

func (b beta) quantile(p float64) float64 { return mathext.InvRegIncBeta(b.yes+0.5, b.no+0.5, p) }
func (b beta) value() float64             { return b.yes / (b.yes + b.no) }

// gamma is the law of a rate, of events in an exposure.
type gamma struct{ events, exposure float64 }

func (g gamma) quantile(p float64) float64 {
	return mathext.GammaIncRegInv(g.events+0.5, p) / g.exposure
}
func (g gamma) value() float64 { return g.events / g.exposure }

// Fit returns what the events up to a moment say. What they do not tell stays as in the base.
func (e *Events) Fit(base simulation.Preset, until time.Time) (*Fit, error) {
	if until.IsZero() {
		return nil, sp.Invalid("fit: fit", "until", sp.Missing, "must be the moment up to which the events go")
	}
	f := &Fit{Until: until, base: base}
	c := e.count(until)
	f.shares(c)
	f.rates(c)
	f.numbers(c)
	if err := f.delays(c); err != nil {
		return nil, err
	}
	if err := f.concerns(c); err != nil {
		return nil, err
	}
	f.Gaps = append(f.Gaps, []Gap{
		{"Attendance", "how much less people come by wait, travel, price, mode and after a cut is not learned: the fitted share is for all of them"},
		{"Options", "no event tells how many are looked at"},
		{"StopAfter", "no event tells after how many missed sessions people stop"},
		{"Tenure", "no event tells when a worker begins or leaves"},
		{"Vacancy", "no event tells how long a post stands empty"},
		{"Closure", "no event tells that a provider closes"},
		{"Outcome", "without people who were not helped, effect and regression to the mean cannot be told apart"},
		{"Cap", "no event tells how much a worker could carry"},
	}...)
	return f, nil
}

// learn adds a parameter, or the gap that there are too few cases.
func (f *Fit) learn(name string, l law, n int, of string, set func(s *simulation.Scenario, x float64)) {
	if n < enough {
		f.few(name, n, of)
		return
	}
	f.Parameters = append(f.Parameters, Parameter{name, l.value(), stat.Interval{Lower: l.quantile(0.025), Upper: l.quantile(0.975)}, fmt.Sprintf("%d %s", n, of)})
	f.puts = append(f.puts, func(s *simulation.Scenario, by luck) {
		if by == nil {
			set(s, rounded(l.value()))
			return
		}
		set(s, rounded(l.quantile(by(0))))
	})
}

// few adds the gap that there are too few cases.
func (f *Fit) few(name string, n int, of string) {
	why := fmt.Sprintf("only %d %s in the events", n, of)
	if n == 0 {
		why = fmt.Sprintf("no %s in the events", of)
	}
	f.Gaps = append(f.Gaps, Gap{name, why})
}

// counted is what was counted of the events.
type counted struct {
	weeks map[directory.ID]float64 // since the first referral of a practice
	came  map[directory.ID]int

	declined, decided  int
	withdrew           int
	waited             float64 // days for a worker, of all
	spoken, calls      int
	wished, ripe       int
	gaveUp, asked      int
	wishedFor          float64 // days until asked or given up
	yes, answered      int
	met, ended         int
	talks              int
	flags              map[concern.Kind]int
	triage, call, talk []float64
	reply, contacts    []float64
	attempts           []float64
	taken              map[concern.Kind][]float64
	attended, missed   int64
}

// count counts, in order of the keys.
func (e *Events) count(until time.Time) *counted {
	c := &counted{weeks: map[directory.ID]float64{}, came: map[directory.ID]int{}, flags: map[concern.Kind]int{}, taken: map[concern.Kind][]float64{}, attended: e.attended, missed: e.missed}
	for _, key := range slices.SortedFunc(maps.Keys(e.referrals), store.Key.Compare) {
		if w := e.referrals[key]; !w.received.IsZero() && !w.received.After(until) {
			c.way(w, until)
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(e.placements), store.Key.Compare) {
		c.request(e.placements[key])
	}
	return c
}

func (c *counted) way(w *way, until time.Time) {
	c.came[w.from]++
	c.weeks[w.from] = max(c.weeks[w.from], days(w.received, until)/7)
	if w.declined || !w.accepted.IsZero() {
		c.decided++
	}
	if w.declined {
		c.declined++
		c.triage = append(c.triage, days(w.received, w.ended))
	}
	waits := until
	for _, t := range []time.Time{w.accepted, w.ended} {
		if !t.IsZero() && t.Before(waits) {
			waits = t
		}
	}
	c.waited += days(w.received, waits)
	if w.withdrew && w.accepted.IsZero() {
		c.withdrew++
	}
	c.conversations(w, until)
	for _, f := range w.flags {
		c.flags[f.kind]++
	}
	for _, t := range w.taken {
		c.taken[t.kind] = append(c.taken[t.kind], t.days)
	}
}

// conversations counts calls and talks.
func (c *counted) conversations(w *way, until time.Time) {
	c.calls += len(w.calls)
	last := w.accepted
	tried := w.calls
	if len(w.talks) > 0 {
		c.calls++
		c.spoken++
		tried = append(slices.Clone(tried), w.talks[0])
	}
	for _, t := range tried {
		if !last.IsZero() {
			c.call = append(c.call, days(last, t))
		}
		last = t
	}
	if w.notReached && len(w.talks) == 0 {
		c.attempts = append(c.attempts, float64(len(w.calls)))
	}
	for i, t := range w.talks {
		if i > 0 {
			c.talk = append(c.talk, days(w.talks[i-1], t))
		}
	}
	c.talks += len(w.talks)
	if len(w.talks) == 0 || days(w.talks[0], until) < ripe {
		return
	}
	c.ripe++
	c.contacts = append(c.contacts, float64(len(w.talks)))
	if w.nothing || !w.asked.IsZero() {
		c.wished++
	}
	switch {
	case !w.asked.IsZero():
		c.asked++
		c.wishedFor += days(w.talks[0], w.asked)
	case !w.gaveUp.IsZero():
		c.gaveUp++
		c.wishedFor += days(w.talks[0], w.gaveUp)
	}
}

func (c *counted) request(q *request) {
	if q.asked.IsZero() || q.answered.IsZero() {
		return
	}
	c.reply = append(c.reply, days(q.asked, q.answered))
	if !q.full {
		c.answered++
		if q.yes {
			c.yes++
		}
	}
	if q.result == needs.Met || q.result == needs.NotMet {
		c.ended++
		if q.result == needs.Met {
			c.met++
		}
	}
}

// shares learns those parameters that are shares.
func (f *Fit) shares(c *counted) {
	share := func(name string, yes, all int, of string, set func(s *simulation.Scenario, x float64)) {
		f.learn(name, beta{float64(yes), float64(all - yes)}, all, of, set)
	}
	share("Declined", c.declined, c.decided, "referrals decided on", func(s *simulation.Scenario, x float64) { s.Way.Declined = x })
	share("Answers", c.spoken, c.calls, "calls", func(s *simulation.Scenario, x float64) { s.Way.Answers = x })
	share("WantsService", c.wished, c.ripe, "people spoken to half a year ago or earlier", func(s *simulation.Scenario, x float64) { s.Way.WantsService = x })
	share("Accepts", c.yes, c.answered, "requests answered by those who were not full", func(s *simulation.Scenario, x float64) { s.Way.Accepts = x })
	share("Attendance", int(c.attended), int(c.attended+c.missed), "sessions", func(s *simulation.Scenario, x float64) { s.Way.Attendance = simulation.Attendance{Base: x} })
	share("Met", c.met, c.ended, "finished courses", func(s *simulation.Scenario, x float64) { s.Way.Met = x })
}

// rates learns how many people come, and how patient they are.
func (f *Fit) rates(c *counted) {
	for _, from := range slices.Sorted(maps.Keys(c.came)) {
		f.learn("PerWeek "+string(from), gamma{float64(c.came[from]), c.weeks[from]}, c.came[from], "referrals", func(s *simulation.Scenario, x float64) {
			for i := range s.Groups {
				if g := &s.Groups[i]; g.From == from {
					g.PerWeek = []simulation.Rate{{From: s.Start, PerWeek: x / float64(groupsOf(s, from))}}
				}
			}
		})
	}
	f.learn("Patience", mean{gamma{float64(c.withdrew), max(c.waited, 1e-9)}}, c.withdrew, "people who withdrew", func(s *simulation.Scenario, x float64) { s.Way.Patience = queue.Exponential(x) })
	f.learn("PlacePatience", mean{gamma{float64(c.gaveUp), max(c.wishedFor, 1e-9)}}, c.gaveUp, "people who gave up", func(s *simulation.Scenario, x float64) { s.Way.PlacePatience = queue.Exponential(x) })
}

// groupsOf returns how many groups of a scenario share the referrals of a practice.
func groupsOf(s *simulation.Scenario, from directory.ID) (n int) {
	for i := range s.Groups {
		if s.Groups[i].From == from {
			n++
		}
	}
	return n
}

// mean is the law of the mean time to an event that has a rate.
type mean struct{ gamma }

func (m mean) quantile(p float64) float64 { return 1 / m.gamma.quantile(1-p) }
func (m mean) value() float64             { return 1 / m.gamma.value() }

// concerns learns how often concerns about somebody's safety come out, and how soon they are taken over.
// Where events have enough of some kind, only those are in the scenario.
func (f *Fit) concerns(c *counted) error {
	for _, kind := range concern.Kinds() {
		name, n := "Concerns "+string(kind), c.flags[kind]
		f.learn(name, beta{float64(n), float64(max(0, c.talks-n))}, n, "concerns", func(s *simulation.Scenario, x float64) { concernOf(s, kind).Share = x })
		if n < enough {
			continue
		}
		err := f.times(name+" days", c.taken[kind], "concerns taken over", func(s *simulation.Scenario, d queue.Distribution) { concernOf(s, kind).Days = d })
		if err != nil {
			return err
		}
	}
	return nil
}

// concernOf returns the concern of a kind in a scenario, a new one if there is none.
func concernOf(s *simulation.Scenario, kind concern.Kind) *simulation.Concern {
	i := slices.IndexFunc(s.Way.Concerns, func(o simulation.Concern) bool { return o.Kind == kind })
	if i < 0 {
		i = len(s.Way.Concerns)
		s.Way.Concerns = append(s.Way.Concerns, simulation.Concern{Kind: kind})
	}
	return &s.Way.Concerns[i]
}

// numbers learns after how many calls a case is closed: what most of them had.
func (f *Fit) numbers(c *counted) {
	if len(c.attempts) < enough {
		f.few("Attempts", len(c.attempts), "cases closed as nobody was reached")
		return
	}
	often := map[float64]int{}
	for _, n := range c.attempts {
		often[n]++
	}
	most := slices.MaxFunc(slices.Sorted(maps.Keys(often)), func(a, b float64) int { return cmp.Compare(often[a], often[b]) })
	f.learn("Attempts", fixed(math.Max(1, most)), len(c.attempts), "cases closed as nobody was reached", func(s *simulation.Scenario, x float64) { s.Way.Attempts = int(x) })
}

// fixed is the law of a number of which there is no doubt.
type fixed float64

func (x fixed) quantile(float64) float64 { return float64(x) }
func (x fixed) value() float64           { return float64(x) }
