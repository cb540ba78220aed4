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

	trip   trip    // of the last offer that was asked about
	answer answers // likewise
}

func newJudge(p *person.Profile, o Options) *judge {
	j := &judge{person: p, options: o, weights: o.Weights, needs: newCoverage(o.Needs, o.Taxonomy, o.Crosswalk), at: o.At, on: p.On}
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
	j.answer.rules = make([]sp.Truth, len(j.asked))
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

// passes reports whether an offer may be proposed whose answer to a rule is t.
func (j *judge) passes(t sp.Truth) bool { return j.options.Unknown.Passes(t) }
