package matching_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

func activity(a person.Activity) sp.Code {
	return sp.Code{System: person.ActivitySystem, Code: string(a)}
}

// term returns the term of a kind, zero if it is not shown.
func term(p matching.Proposal, kind matching.TermKind) matching.Term {
	for _, t := range p.Terms {
		if t.Kind == kind {
			return t
		}
	}
	return matching.Term{}
}

func TestRankHeedsWhatPeopleLikeAndWouldRatherNot(t *testing.T) {
	group := func(o *directory.Offer, size int) {
		o.Format, o.GroupSize = directory.GroupFormat, sp.Know(size)
	}
	for _, c := range []struct {
		name     string
		interest person.Interest
		set      func(*directory.Offer)
		kind     matching.TermKind
		points   int64
	}{
		{"an activity they like", person.Interest{Activity: "singing", Likes: sp.Yes}, nil, matching.TermLikes, -15},
		{"another activity pleases nobody", person.Interest{Activity: "football", Likes: sp.Yes}, nil, matching.TermLikes, 0},
		{"what they would rather not do", person.Interest{Activity: "singing", Likes: sp.No}, nil, matching.TermDislikes, 30},
		{"in company of the size they like", person.Interest{Activity: "singing", With: person.SmallGroup, Likes: sp.Yes}, func(o *directory.Offer) { group(o, 8) }, matching.TermLikes, -15},
		{"company that is not stated is no reason against", person.Interest{Activity: "singing", With: person.SmallGroup, Likes: sp.Yes}, nil, matching.TermLikes, -15},
		{"in another company it is not what they like", person.Interest{Activity: "singing", With: person.SmallGroup, Likes: sp.Yes}, func(o *directory.Offer) { group(o, 40) }, matching.TermLikes, 0},
		{"large groups put off whoever dislikes them", person.Interest{Activity: "singing", With: person.LargeGroup, Likes: sp.No}, func(o *directory.Offer) { group(o, 40) }, matching.TermDislikes, 30},
		{"and small ones do not", person.Interest{Activity: "singing", With: person.LargeGroup, Likes: sp.No}, func(o *directory.Offer) { group(o, 8) }, matching.TermDislikes, 0},
		{"nor do those that do not say", person.Interest{Activity: "singing", With: person.LargeGroup, Likes: sp.No}, nil, matching.TermDislikes, 0},
		{"with one other person", person.Interest{Activity: "singing", With: person.WithOne, Likes: sp.Yes}, func(o *directory.Offer) { o.Format = directory.Befriending }, matching.TermLikes, -15},
		{"on a screen, which this is not", person.Interest{Activity: "singing", Setting: person.OnScreen, Likes: sp.Yes}, nil, matching.TermLikes, 0},
		{"at home, which this is not", person.Interest{Activity: "singing", Setting: person.AtHome, Likes: sp.Yes}, nil, matching.TermLikes, 0},
		{"outdoors nobody says", person.Interest{Activity: "singing", Setting: person.Outdoors, Likes: sp.Yes}, nil, matching.TermLikes, -15},
		{"among women", person.Interest{Activity: "singing", With: person.OwnGender, Likes: sp.Yes}, func(o *directory.Offer) {
			o.Eligibility = directory.Eligibility{Groups: []directory.Group{directory.Women}, Restricted: sp.Yes}
		}, matching.TermLikes, -15},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, o := profile(), offer("bay/S-1", "Choir")
			o.Topics = append(o.Topics, activity("singing"))
			p.Interests = []person.Interest{c.interest}
			if c.set != nil {
				c.set(&o)
			}
			ranked := matching.Rank(p, []directory.Offer{o}, matching.Options{})
			require.Len(t, ranked, 1)
			require.Equal(t, c.points, term(ranked[0], c.kind).Points)
		})
	}
}

func TestRankFindsActivitiesThroughACrosswalk(t *testing.T) {
	p, o := profile(), offer("bay/S-1", "Choir")
	p.Interests = []person.Interest{{Activity: "singing", Likes: sp.Yes}}
	sings := sp.Code{System: "bay", Code: "choirs"}
	o.Topics = append(o.Topics, sings)
	options := matching.Options{}
	require.Zero(t, term(matching.Rank(p, []directory.Offer{o}, options)[0], matching.TermLikes).Points)
	options.Crosswalk.Links = []directory.Link{{From: sings, To: activity("singing")}}
	require.Equal(t, "something they like: singing (-15 points)", term(matching.Rank(p, []directory.Offer{o}, options)[0], matching.TermLikes).String())
}

// Somebody lonely was shown a course by video before a walk with others.
func TestRankPutsCompanyBeforeAScreenWhereTheNeedIsLoneliness(t *testing.T) {
	p := profile()
	p.Modes, p.Transport.Minutes = nil, sp.Known[int]{}
	p.Digital = person.Digital{Internet: sp.Yes, Device: sp.Yes, Skill: sp.Yes}
	steady, walk := offer("bay/S-1", "Steady online"), offer("bay/S-2", "Walking group")
	steady.Delivery = directory.Truths[directory.Mode]{directory.Online: sp.Yes}
	steady.Capacity = directory.Capacity{Available: sp.Know(8), Updated: today.In(time.UTC)}
	rank := func(need needs.Code) (names []string) {
		steady.Topics, walk.Topics = []sp.Code{need.Concept()}, []sp.Code{need.Concept()}
		for _, p := range matching.Rank(p, []directory.Offer{steady, walk}, matching.Options{Needs: []needs.Code{need}}) {
			names = append(names, p.Offer.Name)
		}
		return names
	}
	require.Equal(t, []string{"Walking group", "Steady online"}, rank(needs.Loneliness))
	require.Equal(t, []string{"Steady online", "Walking group"}, rank(needs.Anxiety), "to others company is no end in itself")
	steady.Delivery = directory.Truths[directory.Mode]{directory.Telephone: sp.Yes}
	steady.Topics = []sp.Code{needs.Loneliness.Concept()}
	steady.Format, p.Contact = directory.Befriending, map[person.Channel]sp.Truth{person.Phone: sp.Yes}
	ranked := matching.Rank(p, []directory.Offer{steady}, matching.Options{Needs: []needs.Code{needs.Loneliness}})
	require.Equal(t, []string{"Steady online"}, []string{ranked[0].Offer.Name})
	require.Equal(t, "little company (30 points)", term(ranked[0], matching.TermCompany).String(), "a befriender on the telephone is somebody")
}

func TestRankPutsBasicNeedsFirstUnlessThePersonSaysOtherwise(t *testing.T) {
	p, choir, bank := profile(), offer("bay/S-1", "Choir"), offer("bay/S-2", "Food bank")
	bank.Topics = []sp.Code{needs.Food.Concept()}
	options := matching.Options{Needs: []needs.Code{needs.Loneliness, needs.Food}}
	first := func() string { return matching.Rank(p, []directory.Offer{choir, bank}, options)[0].Offer.Name }
	require.Equal(t, "Food bank", first())
	require.Equal(t, "does not help with what comes first: Food (30 points)",
		term(matching.Rank(p, []directory.Offer{choir}, options)[0], matching.TermFirstNeed).String())
	options.Order = matching.AsGiven
	require.Equal(t, "Choir", first(), "and they did")
	options.Order, options.Needs = matching.BasicsFirst, []needs.Code{needs.Loneliness, needs.Debt}
	bank.Topics = []sp.Code{needs.Debt.Concept()}
	require.Equal(t, "Choir", first(), "of those that are not basic, the first they named comes first")
	bank.Topics = nil
	require.Equal(t, "does not say whether it helps with what comes first: Loneliness (15 points)",
		term(matching.Rank(p, []directory.Offer{bank}, options)[0], matching.TermFirstNeed).String())
	for _, code := range []needs.Code{needs.Food, "energy", "homelessness", "safety", needs.DomesticAbuse} {
		require.True(t, matching.Basic(code), code)
	}
	require.False(t, matching.Basic(needs.Loneliness))
}
