package evaluation

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/evaluation/survival"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
)

// A count is a share on the way to its figure.
type count struct{ yes, of, excluded int64 }

func (c *count) add(yes bool) {
	c.of++
	if yes {
		c.yes++
	}
}

// A census holds the counts of all indicators.
type census struct {
	people                                              peopleCensus
	needs                                               needsCensus
	accepted, contacted, unmet, started, completed, met count
	wait                                                survival.Ends
	waitExcluded                                        int64
	declined                                            map[reason.Reason]int64 // by code and whose alone
	declinedExcluded                                    int64
}

// Figures returns a figure for each definition, in the order of
// [Run.Definitions], and for an indicator by reason one for each reason, the
// most frequent first. The same events give the same figures, in whatever
// order and in however many parts they were added.
func (r *Run) Figures() []Figure {
	all := r.FiguresBy(func(store.Key) string { return "" })
	if len(all) == 0 {
		return r.figures(newCensus())
	}
	return all
}

// FiguresBy returns the figures of each group that group puts a referral into
// by its key, such as a quintile of deprivation, in order of the groups' names.
// It must answer the same for the same key. Referrals of an unknown group are a
// group too, under whatever name the function gives them, so that nobody is lost.
func (r *Run) FiguresBy(group func(referral store.Key) string) []Figure {
	r.ready()
	asOf := r.options.AsOf
	if asOf.IsZero() {
		asOf = r.last
	}
	attended := r.attended(asOf)
	begun, gained := r.begun(attended, asOf), r.gained(asOf)
	groups := map[string]*census{}
	in := func(key store.Key) *census {
		name := group(key)
		if groups[name] == nil {
			groups[name] = newCensus()
		}
		return groups[name]
	}
	for key, f := range r.referrals {
		if r.follows(f, asOf) {
			r.countReferral(in(key), f, asOf)
			in(key).needs.count(f, gained[key], asOf)
		}
	}
	for first, p := range r.people(begun, gained, asOf) {
		r.countPerson(&in(first).people, p, asOf)
	}
	for of, f := range r.placements {
		key := store.Key{Tenant: of.Tenant, Kind: referral.Kind, ID: f.referral}
		if from := r.referrals[key]; from != nil && r.follows(from, asOf) {
			started := f.started.or(f.completed.on).or(attended[of])
			r.countPlacement(in(key), f, started, from.inError.or(f.inError).by(asOf), asOf)
		}
	}
	var all []Figure
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		for _, e := range r.figures(groups[name]) {
			e.Group = name
			all = append(all, e)
		}
	}
	return all
}

// attended returns the first day on which the person of each placement was at a
// session of it.
func (r *Run) attended(asOf sp.Date) map[store.Key]day {
	first := make(map[store.Key]day)
	for key, s := range r.sessions {
		if s.attended != 0 && !s.inError.by(asOf) {
			of := store.Key{Tenant: key.Tenant, Kind: placement.Kind, ID: s.placement}
			first[of] = first[of].or(s.attended)
		}
	}
	return first
}

func newCensus() *census { return &census{declined: map[reason.Reason]int64{}} }

// figures returns the figures that c makes.
func (r *Run) figures(c *census) []Figure {
	shares := map[string]count{
		PeopleBegunID: c.people.begun, PeopleLeftID: c.people.left, PeopleWaitingID: c.people.waiting,
		PeopleHelpedID: c.people.helped, PeopleMetID: c.people.met,
		NeedsMetID: c.needs.met, NeedsLeftID: c.needs.left, NeedsOpenID: c.needs.open, NeedsUnknownID: c.needs.unknown,
		AcceptedID: c.accepted, ContactedID: c.contacted, NothingFoundID: c.unmet,
		StartedID: c.started, CompletedID: c.completed, CompletedMetID: c.met,
	}
	var all []Figure
	for _, d := range r.Definitions() {
		switch d.ID {
		case WaitID:
			all = append(all, r.median(d, c))
		case DeclinedByID:
			all = append(all, r.byReason(d, c)...)
		default:
			all = append(all, r.share(d, shares[d.ID]))
		}
	}
	return all
}

// follows reports whether a referral belongs to the cohort, in error or not.
func (r *Run) follows(f *referralFacts, asOf sp.Date) bool {
	return f.received.by(asOf) && r.options.Period.Contains(sp.Date(f.received))
}

func (r *Run) countReferral(c *census, f *referralFacts, asOf sp.Date) {
	if f.inError.by(asOf) {
		c.accepted.excluded++
		c.contacted.excluded++
		c.waitExcluded++
		for range f.needs(asOf) {
			c.unmet.excluded++
		}
		return
	}
	switch refused := f.refused.by(asOf); {
	case refused || f.accepted.by(asOf):
		c.accepted.add(!refused)
	default:
		c.accepted.excluded++
	}
	if deadline := r.options.Calendar.AddWorkdays(sp.Date(f.received), r.options.Standards.ContactDays); deadline <= asOf {
		c.contacted.add(f.contacted.by(deadline))
	} else {
		c.contacted.excluded++
	}
	countWait(&c.wait, f.received, map[string]day{contacted: f.contacted, Left: f.ended}, asOf)
	for need := range f.needs(asOf) {
		c.unmet.add(f.nothing[need].by(asOf))
	}
}

// needs yields the needs that were found by a day, with or without help for them, each
// once.
func (f *referralFacts) needs(asOf sp.Date) iter.Seq[needs.Code] {
	return func(yield func(needs.Code) bool) {
		for need, d := range f.assessed {
			if d.by(asOf) && !yield(need) {
				return
			}
		}
		for need, d := range f.nothing {
			if d.by(asOf) && !f.assessed[need].by(asOf) && !yield(need) {
				return
			}
		}
	}
}

// countPlacement counts a placement whose person was there for the first time on a
// day: it was recorded that they started, they attended a session, or the planned end
// came, whichever was first.
func (r *Run) countPlacement(c *census, f *placementFacts, started day, inError bool, asOf sp.Date) {
	within := func(d *count, since, done day, days int) {
		deadline := sp.Date(since).Add(days)
		switch {
		case !since.by(asOf):
		case inError || deadline > asOf:
			d.excluded++
		default:
			d.add(done.by(deadline))
		}
	}
	concluded := f.completed.on
	if !f.completed.result.Outcome.Told() {
		concluded = 0
	}
	within(&c.started, f.offered, started, r.options.Standards.StartDays)
	within(&c.completed, started, concluded, r.options.Standards.CourseDays)
	if f.completed.on.by(asOf) {
		if inError || concluded == 0 {
			c.met.excluded++
		} else {
			c.met.add(f.completed.result.Outcome == needs.Met)
		}
	}
	if f.declined.by(asOf) {
		if inError {
			c.declinedExcluded++
		} else {
			c.declined[reason.Reason{Code: f.reason.Code, Whose: f.reason.Whose}]++
		}
	}
}

func (r *Run) share(d Definition, c count) Figure {
	e, err := NewShare(d.Name, d.Of, c.yes, c.of, r.options.Interval, r.options.Level)
	return r.finish(e, err, d, c.excluded)
}

func (r *Run) median(d Definition, c *census) Figure {
	e, err := NewWait(d.Name, d.Of, &c.wait, contacted, r.options.Level)
	return r.finish(e, err, d, c.waitExcluded)
}

func (r *Run) byReason(d Definition, c *census) []Figure {
	reasons := slices.SortedFunc(maps.Keys(c.declined), func(a, b reason.Reason) int {
		return cmp.Or(cmp.Compare(c.declined[b], c.declined[a]), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Whose, b.Whose))
	})
	var declined int64
	for _, n := range c.declined {
		declined += n
	}
	if len(reasons) == 0 {
		return []Figure{r.share(d, count{excluded: c.declinedExcluded})}
	}
	var all []Figure
	for _, reason := range reasons {
		e := r.share(d, count{yes: c.declined[reason], of: declined, excluded: c.declinedExcluded})
		e.Category = reason.Code + " (" + string(reason.Whose) + ")"
		all = append(all, e)
	}
	return all
}

// finish completes a figure. Counts that this package made fit together, and
// [New] has checked the rest, so an error is a fault of this package.
func (r *Run) finish(f Figure, err error, d Definition, excluded int64) Figure {
	if err != nil {
		panic(err)
	}
	f.Indicator, f.Excluded = d.ID, excluded
	if f.Estimate.Undefined == stat.NoCases && excluded > 0 {
		f.Estimate.Undefined = stat.AllLeftOut
	}
	return f
}
