package matching

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
)

// A judge asks the rules of one person. It translates the profile and the
// options once, and is used by one goroutine.
type judge struct {
	person  *person.Profile
	options Options
	weights Weights
	needs   *coverage
	asked   []criterion // those that apply

	at        time.Time
	on        sp.Date
	home      directory.Home
	groups    directory.Truths[directory.Group]
	languages []directory.Language
	access    []directory.Access // that the person needs of a place
	signs     bool               // needs sign language
	modes     map[directory.Mode]sp.Truth
	days      map[time.Weekday]sp.Truth // empty if nothing is stated

	trip trip // of the last offer that was asked about
}

func newJudge(p *person.Profile, o Options) *judge {
	j := &judge{person: p, options: o, weights: o.Weights, needs: newCoverage(o.Needs, o.Crosswalk), at: o.At, on: p.On}
	if j.weights == (Weights{}) {
		j.weights = DefaultWeights()
	}
	j.weights = j.weights.bounded()
	if j.at.IsZero() && !p.On.IsZero() {
		j.at = p.On.In(time.UTC)
	} else if !j.at.IsZero() {
		j.on = sp.DateOf(j.at)
	}
	if len(o.Routes) == 0 {
		j.options.Routes = defaultRoutes
	}
	j.home = directory.Home{Point: p.Home.Point, Postcode: p.Home.Sector, Areas: p.Home.Areas}
	j.groups = groups(p)
	for _, l := range p.Languages {
		j.languages = append(j.languages, directory.Language(l))
		if base, _, regional := strings.Cut(l, "-"); regional {
			j.languages = append(j.languages, directory.Language(base))
		}
	}
	for _, a := range slices.Sorted(maps.Keys(p.Access)) {
		switch {
		case p.Access[a] != sp.Yes:
		case a == person.SignLanguage:
			j.signs = true
		default:
			j.access = append(j.access, directory.Access(a))
		}
	}
	j.modes = stated(p.Modes, func(m person.Mode) directory.Mode { return directory.Mode(m) })
	j.days = stated(p.Days, func(d time.Weekday) time.Weekday { return d })
	for i := range criteria {
		if criteria[i].asks(j) {
			j.asked = append(j.asked, criteria[i])
		}
	}
	return j
}

// stated returns the entries of m that are yes or no.
func stated[K, L comparable](m map[K]sp.Truth, translate func(K) L) map[L]sp.Truth {
	known := make(map[L]sp.Truth, len(m))
	for k, t := range m {
		if t.Known() {
			known[translate(k)] = t
		}
	}
	return known
}

// groups returns the groups of a person in the words of the directory. Services
// for women or for men are a matter of gender there; of somebody who is neither
// or has not said, whom they admit is for the provider to say.
func groups(p *person.Profile) directory.Truths[directory.Group] {
	all := make(directory.Truths[directory.Group], len(p.Groups)+2)
	for g, t := range p.Groups {
		all[directory.Group(g)] = t
	}
	switch p.Gender { //nolint:exhaustive // explained above
	case person.Female:
		all[directory.Women], all[directory.Men] = sp.Yes, sp.No
	case person.Male:
		all[directory.Women], all[directory.Men] = sp.No, sp.Yes
	}
	return all
}

// passes reports whether an offer may be proposed of which it is t whether it fits.
func (j *judge) passes(t sp.Truth) bool { return j.options.Unknown.Passes(t) }

// A fit is what ranking needs to know of an offer that passes.
type fit struct {
	way      *way
	unknowns int // rules whose answer is unknown
}

// fit asks the rules one after the other and stops at the first that does not
// pass. It comes to the same answer as verdict, without the words.
func (j *judge) fit(o *directory.Offer) (fit, bool) {
	var f fit
	for i := range j.asked {
		switch t := j.asked[i].ask(j, o); {
		case !j.passes(t):
			return fit{}, false
		case t == sp.Unknown:
			f.unknowns++
		}
	}
	w, truth, unknowns := j.bestWay(o)
	f.way = w
	f.unknowns += unknowns
	return f, j.passes(truth)
}

// verdict asks every rule and says why.
func (j *judge) verdict(o *directory.Offer) Verdict {
	root := Verdict{Rule: Fit, Truth: sp.Yes}
	for i := range j.asked {
		root.Parts = append(root.Parts, j.asked[i].verdict(j, o))
	}
	root.Parts = append(root.Parts, j.wayVerdict(o))
	for _, part := range root.Parts {
		root.Truth = root.Truth.And(part.Truth)
	}
	return root
}
