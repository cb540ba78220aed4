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

// A Case is one person and what is asked for them, as the functions of a [Criterion] or a
// [Factor] see it. It is valid only during the call that passes it to them: do not keep it,
// and do not use it in another goroutine.
type Case struct {
	Person *person.Profile // whom the offers are for; do not write to it
	At     time.Time       // the moment of asking
	On     sp.Date         // the day of asking

	options Options
	weights Weights
	needs   coverage
	asked   []*Criterion // those that apply
	factors []*Factor    // likewise

	home      directory.Home
	groups    directory.Truths[directory.Group]
	languages []directory.Language
	access    []directory.Access // that the person needs of a place
	signs     bool               // needs sign language
	modes     map[directory.Mode]sp.Truth
	days      map[time.Weekday]sp.Truth // empty if nothing is stated
	likes     []*liking
	among     []directory.Offer // of which the usual is worked out when it is first asked for

	trip   trip    // of the last offer that was asked about
	answer answers // likewise
	times  []time.Time
}

func newCase(p *person.Profile, o Options) *Case {
	c := new(Case)
	c.begin(p, &o, wantedOf(&o), likingsOf(p, &o))
	return c
}

// begin makes c the case of a person, and keeps the memory that it has.
func (c *Case) begin(p *person.Profile, o *Options, wants []*wanted, likes []*liking) {
	c.Person, c.At, c.On, c.options, c.likes = p, o.At, p.On, *o, likes
	c.weights = o.Weights
	if c.weights == (Weights{}) {
		c.weights = DefaultWeights()
	}
	c.weights = c.weights.bounded()
	if c.At.IsZero() && !p.On.IsZero() {
		c.At = p.On.In(time.UTC)
	} else if !c.At.IsZero() {
		c.On = sp.DateOf(c.At)
	}
	if len(o.Routes) == 0 {
		c.options.Routes = defaultRoutes
	}
	c.needs.begin(wants, o)
	c.home = p.Home
	c.translate(p)
	c.among = nil
	c.trip, c.answer = trip{}, answers{rules: c.answer.rules}
	c.asked, c.factors = c.asked[:0], c.factors[:0]
	for i := range criteria {
		c.asks(&criteria[i])
	}
	for i := range o.Rules {
		c.asks(&o.Rules[i])
	}
	for i := range factors {
		c.factors = append(c.factors, &factors[i])
	}
	for i := range o.Factors {
		c.factors = append(c.factors, &o.Factors[i])
	}
	c.answer.rules = append(c.answer.rules[:0], make([]sp.Truth, len(c.asked))...)
}

// asks adds a criterion to those that are asked, if it applies.
func (c *Case) asks(rule *Criterion) {
	if rule.applies(c) {
		c.asked = append(c.asked, rule)
	}
}

// translate puts what is known of a person in the words of the directory.
func (c *Case) translate(p *person.Profile) {
	if c.groups == nil {
		c.groups, c.modes, c.days = make(directory.Truths[directory.Group]), make(map[directory.Mode]sp.Truth), make(map[time.Weekday]sp.Truth)
	}
	c.belongs(p)
	c.languages = c.languages[:0]
	for _, l := range p.Languages { // each regional form followed by the language that it is a form of
		c.languages = append(c.languages, l)
		if base, _, regional := strings.Cut(string(l), "-"); regional {
			c.languages = append(c.languages, directory.Language(base))
		}
	}
	c.access, c.signs = c.access[:0], false
	for a, needed := range p.Access {
		switch {
		case needed != sp.Yes:
		case a == directory.SignLanguage:
			c.signs = true
		default:
			c.access = append(c.access, a)
		}
	}
	slices.Sort(c.access)
	stated(c.modes, p.Modes)
	stated(c.days, p.Days)
}

// belongs notes the groups of a person. What a gender says of them is what
// [person.Profile.Query] asks the directory for.
func (c *Case) belongs(p *person.Profile) {
	clear(c.groups)
	maps.Copy(c.groups, p.Groups)
	if p.Gender == person.Female || p.Gender == person.Male {
		c.groups[directory.Women] = sp.TruthOf(p.Gender == person.Female)
		c.groups[directory.Men] = sp.TruthOf(p.Gender == person.Male)
	}
}

// stated makes known the entries of m that are yes or no.
func stated[K comparable](known, m map[K]sp.Truth) {
	clear(known)
	maps.Copy(known, m)
	maps.DeleteFunc(known, func(_ K, t sp.Truth) bool { return !t.Known() })
}

// passes reports whether an offer may be proposed whose answer to a rule is t.
func (c *Case) passes(t sp.Truth) bool { return c.options.Unknown.Passes(t) }

// Journey returns the way from the person's home to the place of an offer, as
// [Options].Travel estimates it. It returns false if there is no estimate, or one that can be
// no journey (see [Travel]).
func (c *Case) Journey(o *directory.Offer) (Journey, bool) {
	t := c.travel(o)
	return t.Journey, t.timed
}
