package matching_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// dogs is a rule, and climb a term, that a scheme has added.
var (
	dogs = matching.Criterion{
		Rule: "takes-dogs", Words: "lets a dog in",
		Ask:     func(_ *matching.Case, o *directory.Offer) sp.Truth { return o.Access["dogs"] },
		Because: func(*matching.Case, *directory.Offer) string { return "" },
		No:      matching.Change{By: matching.Person, What: "somebody looks after the dog"},
		Unknown: matching.Change{By: matching.Provider, What: "it takes dogs"},
	}
	climb = matching.Factor{
		Kind: "climb",
		Price: func(_ *matching.Case, _ matching.Taking, o *directory.Offer) matching.Term {
			metres := sp.Know(int64(len(o.Where)))
			return matching.Term{Amount: metres, Points: matching.Weight{Points: 2}.Price(metres)}
		},
		Text: func(_ *matching.Case, _ matching.Taking, _ *directory.Offer, t matching.Term) string {
			return fmt.Sprintf("%d m uphill", t.Amount.Or(0))
		},
	}
)

// A scheme asks something of its own, and lets something of its own count.
func ExampleCriterion() {
	choir, walk := offer("bay/S-1", "Choir"), offer("bay/S-2", "Walk")
	choir.Access = directory.Truths[directory.Access]{directory.StepFree: sp.Yes, "dogs": sp.No}
	walk.Where = "On the hill"
	offers := []directory.Offer{choir, walk}
	options := matching.Options{Travel: byBus, Rules: []matching.Criterion{dogs}, Factors: []matching.Factor{climb}}
	for _, p := range matching.Rank(profile(), offers, options) {
		fmt.Println(p.Offer.Name, p.Terms[len(p.Terms)-1])
		for _, q := range p.Questions() {
			fmt.Println("  ask whether", q.Change)
		}
	}
	for _, m := range matching.NearMisses(profile(), offers, options) {
		fmt.Println(m.Offer.Name, "would fit if", m.Change)
	}
	// Output:
	// Walk 11 m uphill (22 points)
	//   ask whether it takes dogs
	// Choir would fit if somebody looks after the dog
}

func TestCriteriaOfASchemeStandInTheVerdictUnderTheirWords(t *testing.T) {
	options := matching.Options{Rules: []matching.Criterion{dogs}}
	v := find(t, matching.Judge(profile(), offer("bay/S-1", "Choir"), options), "takes-dogs")
	require.Equal(t, "lets a dog in: unknown", v.String())
	rule := dogs
	rule.Applies = func(c *matching.Case) bool { return c.Person.Gender == person.Male }
	for _, part := range matching.Judge(profile(), offer("bay/S-1", "Choir"), matching.Options{Rules: []matching.Criterion{rule}}).Parts {
		require.NotEqual(t, matching.Rule("takes-dogs"), part.Rule, "it is asked for men alone")
	}
	rule = dogs
	rule.Ask = func(*matching.Case, *directory.Offer) sp.Truth { return 77 }
	require.Equal(t, sp.Unknown, find(t, matching.Judge(profile(), offer("bay/S-1", "Choir"), matching.Options{Rules: []matching.Criterion{rule}}), "takes-dogs").Truth)
}

// Those of this package are values of the same type: asked a second time as a scheme's own
// they say the same.
func TestCriteriaAndFactorsOfThisPackageAreValuesLikeThoseOfAScheme(t *testing.T) {
	p, o := profile(), offer("bay/S-1", "Choir")
	o.Languages = nil
	plain := matching.Judge(p, o, matching.Options{})
	for _, c := range matching.Criteria() {
		again := matching.Judge(p, o, matching.Options{Rules: []matching.Criterion{c}})
		for _, v := range plain.Parts {
			if v.Rule == c.Rule {
				own := again.Parts[len(again.Parts)-2] // before the ways
				require.Equal(t, v, own)
			}
		}
	}
	once := matching.Rank(p, []directory.Offer{o}, matching.Options{})
	twice := matching.Rank(p, []directory.Offer{o}, matching.Options{Factors: matching.Factors()})
	require.Equal(t, 2*once[0].Score, twice[0].Score)
	require.Equal(t, append(once[0].Terms, once[0].Terms...), twice[0].Terms)
}

func TestOptionsSayWhatCannotBeMeant(t *testing.T) {
	p := profile()
	good := matching.Options{Rules: []matching.Criterion{dogs}, Factors: []matching.Factor{climb}}
	require.NoError(t, good.Check(&p))
	for name, c := range map[string]struct {
		field string
		set   func(*matching.Options, *person.Profile)
	}{
		"somebody who is erased":       {"profile.id", func(_ *matching.Options, p *person.Profile) { *p = person.Profile{} }},
		"a limit below none":           {"limit", func(o *matching.Options, _ *person.Profile) { o.Limit = -1 }},
		"an age below none":            {"maxAge", func(o *matching.Options, _ *person.Profile) { o.MaxAge = -1 }},
		"a course of less than no day": {"courseDays", func(o *matching.Options, _ *person.Profile) { o.CourseDays = -1 }},
		"a belief of less than no day": {"capacityLife", func(o *matching.Options, _ *person.Profile) { o.CapacityLife = -1 }},
		"a rule without a code":        {"rules[0].rule", func(o *matching.Options, _ *person.Profile) { o.Rules = []matching.Criterion{{Ask: dogs.Ask}} }},
		"a rule that is there already": {"rules[0].rule", func(o *matching.Options, _ *person.Profile) {
			o.Rules = []matching.Criterion{{Rule: matching.Cost, Ask: dogs.Ask}}
		}},
		"a rule that comes twice":  {"rules[1].rule", func(o *matching.Options, _ *person.Profile) { o.Rules = []matching.Criterion{dogs, dogs} }},
		"a rule that asks nothing": {"rules[0].ask", func(o *matching.Options, _ *person.Profile) { o.Rules = []matching.Criterion{{Rule: "dogs"}} }},
		"a term that is no code": {"factors[0].kind", func(o *matching.Options, _ *person.Profile) {
			o.Factors = []matching.Factor{{Kind: "Up Hill", Price: climb.Price}}
		}},
		"a term of this package": {"factors[0].kind", func(o *matching.Options, _ *person.Profile) {
			o.Factors = []matching.Factor{{Kind: matching.TermCost, Price: climb.Price}}
		}},
		"a term that comes twice":   {"factors[1].kind", func(o *matching.Options, _ *person.Profile) { o.Factors = []matching.Factor{climb, climb} }},
		"a term that costs nothing": {"factors[0].price", func(o *matching.Options, _ *person.Profile) { o.Factors = []matching.Factor{{Kind: "climb"}} }},
	} {
		t.Run(name, func(t *testing.T) {
			p, o := profile(), matching.Options{}
			c.set(&o, &p)
			err := o.Check(&p)
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorContains(t, err, c.field)
		})
	}
}

func TestFactorsOfASchemeDoNotOverflow(t *testing.T) {
	var all []matching.Factor
	for i := range 900 {
		all = append(all, matching.Factor{
			Kind: matching.TermKind(fmt.Sprintf("t-%d", i)),
			Price: func(*matching.Case, matching.Taking, *directory.Offer) matching.Term {
				return matching.Term{Points: math.MaxInt64}
			},
		})
	}
	p := matching.Rank(profile(), []directory.Offer{offer("bay/S-1", "Choir")}, matching.Options{Factors: all, Needs: []needs.Code{needs.Loneliness}})
	require.Len(t, p, 1)
	sum := int64(0)
	for _, term := range p[0].Terms {
		sum += term.Points
		require.NotEmpty(t, term.Text, "a term without words is called by its kind")
	}
	require.Positive(t, sum)
	require.Equal(t, sum, p[0].Score)
}
