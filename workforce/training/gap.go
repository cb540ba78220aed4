package training

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/workforce"
)

// A Requirement says who needs a module.
type Requirement struct {
	Module   Module    `json:"module"`
	Roles    []sp.Role `json:"roles"`              // of whom; nobody else needs it
	Within   int       `json:"within"`             // days after they have begun
	Months   int       `json:"months,omitempty"`   // for which a completion is in date, where it does not say so itself; 0 is for ever
	Assessed bool      `json:"assessed,omitempty"` // a course is not enough: an assessor has to have seen it
	Source   string    `json:"source"`
	From     sp.Date   `json:"from"` // since when it applies
}

// Proposed returns what this library proposes that everybody needs. It is its own choice: the
// titles of the national modules could not be found.
func Proposed() []Requirement {
	const own = "this library's own choice"
	from := sp.NewDate(2026, 11, 1)
	link := []sp.Role{sp.RoleLinkWorker}
	return []Requirement{
		{Role, link, 91, 0, false, own, from},
		{SafeguardingAdults, link, 28, 36, false, own, from},
		{SafeguardingChildren, link, 28, 36, false, own, from},
		{DataProtection, []sp.Role{sp.RoleLinkWorker, sp.RoleReferrer}, 28, 12, false, own, from},
		{SuicideAwareness, link, 91, 36, false, own, from},
		{LoneWorking, link, 28, 36, false, own, from},
	}
}

// A Learner is somebody of whom modules are required.
type Learner struct {
	ID    string
	Roles []sp.Role
	Areas []string // by code
	Since sp.Date  // when they began; zero is unknown
}

// Learners returns the link workers of a team who are employed on a day. Referrers are for
// the caller to add.
func Learners(team []workforce.Worker, on sp.Date) []Learner {
	var all []Learner
	for _, w := range workforce.LinkWorkers(team, on) {
		all = append(all, Learner{string(w.ID), w.Roles, w.Areas, w.Began()})
	}
	return all
}

// A Lack is why a module is a gap.
type Lack string

// The ways in which a learner can lack a module.
const (
	NeverDone   Lack = "never-done"
	RunOut      Lack = "run-out"
	NotAssessed Lack = "not-assessed" // a course is there, and nobody has seen that they can do it
)

// A Gap is a module that a learner needs and has not in date.
type Gap struct {
	Learner string   `json:"learner"`
	Module  Module   `json:"module"`
	Areas   []string `json:"areas"`
	Lack    Lack     `json:"lack"`
	Due     sp.Date  `json:"due,omitzero"` // by when it is needed; zero if nobody knows since when they are there
	Days    int      `json:"days"`         // since then; below 0 if it is still to come
}

// Gaps returns the modules that learners need and do not have in date on a day, and those
// that are needed, or run out, within so many days: the longest due first, and before all
// others those of learners whose first day is unknown. A requirement without a module, or
// with days below zero, is refused.
func Gaps(learners []Learner, done []Completion, required []Requirement, today sp.Date, within int) ([]Gap, error) {
	if err := check(required); err != nil {
		return nil, err
	}
	had := byLearner(done, today)
	var all []Gap
	for _, l := range learners {
		for _, r := range required {
			if g, ok := r.gap(l, had[at{l.ID, r.Module}], today); ok && g.Days >= -within {
				all = append(all, g)
			}
		}
	}
	slices.SortFunc(all, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Learner, b.Learner), cmp.Compare(a.Module, b.Module))
	})
	return all, nil
}

type at struct {
	learner string
	module  Module
}

// byLearner returns what each learner had completed of each module by a day.
func byLearner(done []Completion, today sp.Date) map[at][]Completion {
	had := map[at][]Completion{}
	for _, c := range done {
		if c.On <= today {
			k := at{c.Learner, c.Module}
			had[k] = append(had[k], c)
		}
	}
	return had
}

func check(required []Requirement) error {
	e := &sp.InvalidError{Subject: "training: requirements"}
	for i, r := range required {
		e.Check(sp.ValidCode(r.Module), fmt.Sprintf("requirements[%d].module", i), sp.Malformed, sp.CodeRule)
		e.Check(r.Within >= 0 && r.Months >= 0, fmt.Sprintf("requirements[%d]", i), sp.OutOfRange, "must have no days or months below zero")
	}
	return e.Err()
}

// of reports whether a learner needs the module at all.
func (r Requirement) of(l Learner) bool {
	return slices.ContainsFunc(r.Roles, func(role sp.Role) bool { return slices.Contains(l.Roles, role) })
}

// needed returns by when a learner must have completed the module first.
func (r Requirement) needed(l Learner) sp.Date {
	if l.Since.IsZero() {
		return 0
	}
	return max(l.Since, r.From).Add(r.Within)
}

// gap returns the gap of a learner, whether it is due by now or not; false is that there is
// none, for ever.
func (r Requirement) gap(l Learner, done []Completion, today sp.Date) (Gap, bool) {
	if !r.of(l) {
		return Gap{}, false
	}
	g := Gap{Learner: l.ID, Module: r.Module, Areas: l.Areas, Lack: NeverDone, Due: r.needed(l)}
	for _, c := range done {
		if r.Assessed && c.Assessor == "" {
			if g.Lack == NeverDone {
				g.Lack = NotAssessed
			}
			continue
		}
		until := c.Until
		if until.IsZero() && r.Months > 0 {
			until = c.On.AddMonths(r.Months)
		}
		if until.IsZero() {
			return Gap{}, false
		}
		if g.Lack != RunOut || until > g.Due {
			g.Lack, g.Due = RunOut, until
		}
	}
	g.Due = max(g.Due, r.needed(l)) // what ran out before it was needed is not missing yet
	if !g.Due.IsZero() {
		g.Days = today.Sub(g.Due)
	}
	return g, true
}

// An AreaGap says how many of those in an area who need a module do not have it in
// date.
type AreaGap struct {
	Area    string `json:"area"` // empty is of those without an area
	Module  Module `json:"module"`
	People  int    `json:"people"`  // who need it by now
	Without int    `json:"without"` // of them
}

// Nobody reports whether not one of those who need the module has it in date.
func (g AreaGap) Nobody() bool { return g.People > 0 && g.Without == g.People }

// ByArea returns the gaps of a day by area, those modules first that nobody there has. Somebody
// of several areas counts in each. It fails as [Gaps] does.
func ByArea(learners []Learner, done []Completion, required []Requirement, today sp.Date) ([]AreaGap, error) {
	if err := check(required); err != nil {
		return nil, err
	}
	type place struct {
		area   string
		module Module
	}
	counts := map[place]*AreaGap{}
	had := byLearner(done, today)
	for _, l := range learners {
		areas := l.Areas
		if len(areas) == 0 {
			areas = []string{""}
		}
		for _, r := range required {
			due, lacks := r.judge(l, had[at{l.ID, r.Module}], today)
			if !due {
				continue
			}
			for _, area := range areas {
				k := place{area, r.Module}
				if counts[k] == nil {
					counts[k] = &AreaGap{Area: area, Module: r.Module}
				}
				counts[k].People++
				if lacks {
					counts[k].Without++
				}
			}
		}
	}
	var all []AreaGap
	for g := range maps.Values(counts) {
		if g.Without > 0 {
			all = append(all, *g)
		}
	}
	slices.SortFunc(all, func(a, b AreaGap) int {
		return cmp.Or(first(a.Nobody(), b.Nobody()), cmp.Compare(a.Area, b.Area), cmp.Compare(a.Module, b.Module))
	})
	return all, nil
}

// first compares what comes first if it is so.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// judge reports whether a module is due of a learner by a day, and whether they have it not in
// date. Where nobody knows since when they are there, it is due.
func (r Requirement) judge(l Learner, done []Completion, today sp.Date) (due, lacks bool) {
	if !r.of(l) || r.needed(l) > today {
		return false, false
	}
	g, gap := r.gap(l, done, today)
	return true, gap && g.Due <= today
}

// Complete returns indicator 55: learners who have all in date that they need by a day, of all
// who need anything by then. Learners whose first day is unknown are excluded. It fails as
// [Gaps] does.
func Complete(learners []Learner, done []Completion, required []Requirement, today sp.Date) (workforce.Figure, error) {
	if err := check(required); err != nil {
		return workforce.Figure{}, err
	}
	had := byLearner(done, today)
	yes, of, excluded := 0, 0, 0
	for _, l := range learners {
		some, all := false, true
		for _, r := range required {
			due, lacks := r.judge(l, had[at{l.ID, r.Module}], today)
			some = some || due
			all = all && !lacks
		}
		switch {
		case !some:
		case l.Since.IsZero():
			excluded++ // nobody knows what is due
		default:
			of++
			if all {
				yes++
			}
		}
	}
	return workforce.Share(55, "learners whose required modules are in date", "learners", yes, of, excluded), nil
}
