package lab

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/simulation"
)

// An Item is one of the checklist by which a simulation study is reported so that others can
// repeat it: STRESS-DES (Monks et al. 2019, doi 10.1080/17477778.2018.1442155).
type Item struct{ Number, Name, Says string }

// stress fills in the checklist from the study, so that it cannot say anything else than was done.
// What only its author knows is said to be so.
func (t *trial) stress(c *Comparison) []Item {
	s := &t.Scenario
	policies := make([]string, len(t.Policies))
	for i := range t.Policies {
		policies[i] = t.Policies[i].describe()
	}
	measures := make([]string, len(t.infos))
	for i, info := range t.infos {
		measures[i] = info.Name
	}
	rates := 0.0
	for _, g := range s.Groups {
		if len(g.PerWeek) > 0 {
			rates += g.PerWeek[0].PerWeek
		}
	}
	question := t.Question
	if question == "" {
		question = "not stated"
	}
	if info, known := InfoOf(cmp.Or(t.Decides, Began)); known {
		question += " Decided by: " + info.Name + "."
	}
	return []Item{
		{"1.1", "Purpose", question},
		{"1.2", "Model outputs", strings.Join(measures, "; ")},
		{"1.3", "Experimentation aims", "policies compared: " + strings.Join(policies, " | ")},
		{"2.1", "Base model overview", "docs/simulation.md has the diagram"},
		{"2.2", "Base model logic", "referral, triage, queue for a link worker, calls, conversations, wish for a place, placing, sessions, end: package simulation"},
		{"2.3", "Scenario logic", "what each policy changes is a field of lab.Policy; its assumed effects are lab.Effects"},
		{"2.4", "Algorithms", "offers are ranked by matching.Rank, places given out by matching/assign, cases weighed by referral/caseload, money divided by funding.Allocate"},
		{"2.5.1", "Entities", fmt.Sprintf("people of %d groups, with group, need, urgency and luck drawn at arrival", len(s.Groups))},
		{"2.5.2", "Activities", "triage, attempts, conversations, answers of providers, sessions"},
		{"2.5.3", "Resources", fmt.Sprintf("%d teams with %d posts, %d offers with %d places", len(s.Teams), posts(s), len(s.Supply), places(s))},
		{"2.5.4", "Queues", "for a link worker by urgency and wait, for a place by urgency and wait; people leave both when their patience ends"},
		{"2.5.5", "Entry and exit", "people are referred; they are declined, withdraw, are not reached, or are closed"},
		{"3.1", "Data sources", sources(t.Sources)},
		{"3.2", "Pre-processing", "to be stated by the author"},
		{"3.3", "Input parameters", fmt.Sprintf("the scenario, %.1f referrals a week at the beginning; hash of study and first policy %.16s", rates, t.keys[0])},
		{"3.4", "Assumptions", assumptions(t.Study)},
		{"4.1", "Initialisation", "the scheme begins without anybody in hand, and no warm-up is cut off: all policies begin alike"},
		{"4.2", "Run length", fmt.Sprintf("%d days from %s", s.Days, s.Start)},
		{"4.3", "Estimation", fmt.Sprintf("%d pairs of runs; look %d of %d; Student's t for paired differences, intervals by Bonferroni over policies and looks, p by Holm; level %g", c.Pairs, c.Look, c.Looks, t.o.Level)},
		{"5.1", "Software", "github.com/socialprescribing/sp/simulation/lab, model " + Model},
		{"5.2", "Random sampling", fmt.Sprintf("a hash of seed %q, replication, purpose, person and draw (SHA-256 and SplitMix64); variates by inversion; the same for every policy", t.o.Seed)},
		{"5.3", "Model execution", "event by event, at one moment in order of rank and entry; time in whole seconds"},
		{"5.4", "System", "results do not depend on it; time taken is to be stated by the author"},
		{"6.1", "Code access", "the code is public under the licence of its repository; the scenario is to be published by the author"},
	}
}

func posts(s *simulation.Scenario) (n int) {
	for _, t := range s.Teams {
		n += t.Posts
	}
	return n
}

func places(s *simulation.Scenario) (n int) {
	for _, o := range s.Supply {
		n += o.Places
	}
	return n
}

func sources(all []simulation.Source) string {
	var from []string
	for _, s := range all {
		if s.From != "" && !slices.Contains(from, s.From) {
			from = append(from, s.From)
		}
	}
	if len(from) == 0 {
		return "none were given"
	}
	return strings.Join(from, "; ")
}

// assumptions names what nobody has published.
func assumptions(s *Study) string {
	var names []string
	for _, source := range s.Sources {
		if source.From == "" {
			names = append(names, source.Parameter)
		}
	}
	x, e := []string{}, &s.Effects
	if e.Gap != nil {
		x = append(x, fmt.Sprintf("gap between contracts %T %v days, %g %% of each unspent", e.Gap, e.Gap, 100*e.Unspent))
	}
	for _, p := range s.Policies {
		if p.Vouchers {
			x = append(x, fmt.Sprintf("vouchers give back %g %% of what journeys take from attendance", 100*e.VoucherKeeps))
			break
		}
	}
	for _, p := range s.Policies {
		if p.Feedback {
			x = append(x, fmt.Sprintf("feedback prevents %g %% of declined referrals and replaces %g %% of people who want no service", 100*e.FeedbackFewer, 100*e.FeedbackWants))
			break
		}
	}
	if len(names) == 0 {
		names = append(names, "no sources were given, so all parameters")
	}
	return "assumed: " + strings.Join(append(names, x...), ", ")
}

// describe says in words what a policy changes.
func (p *Policy) describe() string {
	var is []string
	say := func(when bool, format string, args ...any) {
		if when {
			is = append(is, fmt.Sprintf(format, args...))
		}
	}
	say(p.Workers != 0, "%+d posts in each team", p.Workers)
	say(p.Places != 0, "%+d places at each offer", p.Places)
	say(p.Contracts.Months > 0, "contracts of %d months", p.Contracts.Months)
	say(p.Contracts.CarryOver, "carry-over")
	say(p.Vouchers, "vouchers for journeys")
	say(p.Feedback, "feedback to referrers")
	days, set := p.Vacancy.Lookup()
	say(set, "posts filled after %d days", days)
	say(p.Ageing > 0, "one class more urgent after %d days", p.Ageing)
	say(p.Placing != simulation.Weekly, "placing %s", p.Placing)
	say(p.Sharing != simulation.Live, "free places known by %s", p.Sharing)
	say(p.Believe > 0, "full is believed for %d days", p.Believe)
	say(p.Shares.Name != "", "money divided by %s", p.Shares.Name)
	if len(is) == 0 {
		is = append(is, "as the scenario is")
	}
	return p.Name + " (" + strings.Join(is, ", ") + ")"
}
