package matching

import (
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/taxonomy"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// Options say what is asked of offers and how the answers are weighed. With the
// zero Options, every offer that fits the profile on its day is proposed, by
// [DefaultWeights].
type Options struct {
	At    time.Time // the moment of asking, by which freshness, room, prices and funding are judged; zero is the day of the profile
	Limit int       // at most so many; zero is all

	// Needs are terms of the taxonomy, of which nil is [needs.Standard]. The offer must help
	// with at least one of them; helping with more is better, and with the one that comes
	// first by Order better still. The Translate of a taxonomy makes them of the words of
	// another system.
	Needs    []needs.Code
	Order    Order
	Taxonomy *needs.Taxonomy

	// Crosswalk translates the topics of the directory to the needs, and to activities. Its
	// words are looked for in offers whose topics say nothing of a need: whether such an offer
	// helps stays unknown, but it comes before one that does not even speak of it.
	Crosswalk taxonomy.Crosswalk

	// Travel estimates journeys; nil leaves straight-line distance. Shortest, if it is given,
	// returns minutes that no journey over such a straight line is below: an [Index] then asks
	// Travel only about offers that could be among the best. It must not fall where the
	// distance grows.
	Travel   Travel
	Shortest func(geo.Distance) int

	Routes     []directory.Route // ways into a service that can be used; nil is by a link worker or by oneself
	Continuity []directory.ID    // organisations that the person already knows and would like to keep
	Without    []directory.ID    // organisations, services or offers that must not be proposed

	// Observed says how services have answered, by their IDs, as package evaluation/observed
	// gathers it from the log: what people have waited counts where the entry states no wait,
	// and how often a service says yes counts in any case. One that said lately that it is full
	// is proposed with a warning, behind the wait that this means.
	Observed map[directory.ID]directory.Observed

	// Usual is what is counted where an entry says nothing and nothing was observed: see
	// [UsualOf]. Nil is what is usual among the offers that are ranked.
	Usual *Usual

	CourseDays   int              // for how many days help is meant to last: money that ends before is a warning; zero is what schedules say
	MaxAge       int              // most days since the entry was assured; zero is any number
	CapacityLife time.Duration    // for how long a statement about capacity, or an answer that it is full, is believed; zero is [directory.CapacityLife]
	Unknown      directory.Policy // whether an offer is proposed if nobody knows whether it fits
	Weights      Weights          // zero is [DefaultWeights]

	Rules   []Criterion // of the scheme's own, asked after those of [Criteria]
	Factors []Factor    // of the scheme's own, added to those of [Factors]
}

// Check returns an [*sp.InvalidError] that names every fault of the options and the profile:
// a profile without an ID, which is that of an erased person; a negative limit, age or length;
// a rule or a factor of the scheme whose code is malformed or taken, or that has no function.
// [NewIndex], [Index.Rank], [Index.NearMisses] and [MakePlan] check; the other functions take
// what they are given.
func (o *Options) Check(p *person.Profile) error {
	e := &sp.InvalidError{Subject: "matching: options"}
	e.Check(p.ID != "", "profile.id", sp.Missing, "must be that of somebody: nothing is proposed to a person who is erased")
	e.Check(o.Limit >= 0, "limit", sp.OutOfRange, "must be 0 or more")
	e.Check(o.MaxAge >= 0, "maxAge", sp.OutOfRange, "must be 0 or more")
	e.Check(o.CourseDays >= 0, "courseDays", sp.OutOfRange, "must be 0 or more")
	e.Check(o.CapacityLife >= 0, "capacityLife", sp.OutOfRange, "must be 0 or more")
	for i, r := range o.Rules {
		path := fmt.Sprintf("rules[%d]", i)
		e.Check(sp.ValidCode(r.Rule), path+".rule", sp.Malformed, sp.CodeRule)
		taken := slices.Contains(rules, r.Rule) || slices.IndexFunc(o.Rules, func(other Criterion) bool { return other.Rule == r.Rule }) != i
		e.Check(!taken, path+".rule", sp.Duplicate, "must be no other rule's")
		e.Check(r.Ask != nil, path+".ask", sp.Missing, "must be given")
	}
	for i, f := range o.Factors {
		path := fmt.Sprintf("factors[%d]", i)
		e.Check(sp.ValidCode(f.Kind), path+".kind", sp.Malformed, sp.CodeRule)
		same := func(other Factor) bool { return other.Kind == f.Kind }
		taken := slices.ContainsFunc(factors, same) || slices.IndexFunc(o.Factors, same) != i
		e.Check(!taken, path+".kind", sp.Duplicate, "must be no other term's")
		e.Check(f.Price != nil, path+".price", sp.Missing, "must be given")
	}
	return e.Err()
}

// taxonomy returns the taxonomy of the needs.
func (o *Options) taxonomy() *needs.Taxonomy {
	if o.Taxonomy == nil {
		return needs.Standard()
	}
	return o.Taxonomy
}

// Travel estimates the journey from a home to a place, and reports false if it
// cannot. It is called only for offers that fit in every other respect, and must
// give the same answer for the same arguments. An estimate of fewer than 0 minutes, or of
// more than a week, counts as none; a negative fare counts as unknown.
type Travel func(home directory.Home, to geo.Point) (Journey, bool)

// A Journey is the way from a home to a place.
type Journey struct {
	Minutes int      // one way
	How     string   // completes "14 min": "by bus", "on foot"
	Fare    sp.Money // what the person pays there and back
}

// defaultRoutes are those that a link worker can use, or help a person to use.
var defaultRoutes = []directory.Route{directory.LinkWorkerReferral, directory.SelfReferral}
