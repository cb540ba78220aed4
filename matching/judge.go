package matching

import (
	"maps"
	"slices"
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
	asked := p.Query()
	j.home, j.groups, j.languages = asked.Home, asked.Groups, asked.Languages
	for _, a := range slices.Sorted(maps.Keys(p.Access)) {
		switch {
		case p.Access[a] != sp.Yes:
		case a == directory.SignLanguage:
			j.signs = true
		default:
			j.access = append(j.access, a)
		}
	}
	j.modes = stated(p.Modes)
	j.days = stated(p.Days)
	for i := range criteria {
		if criteria[i].asks(j) {
			j.asked = append(j.asked, criteria[i])
		}
	}
	return j
}

// stated returns the entries of m that are yes or no.
func stated[K comparable](m map[K]sp.Truth) map[K]sp.Truth {
	known := make(map[K]sp.Truth, len(m))
	for k, t := range m {
		if t.Known() {
			known[k] = t
		}
	}
	return known
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
