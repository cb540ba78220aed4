package matching

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// A liking is one interest of a person, and what shows that an offer is that.
type liking struct {
	interest person.Interest
	topics   []sp.Code // that are the activity
	word     string    // what people call it
}

// likingsOf returns what a person likes or would rather not, the dearest first.
func likingsOf(p *person.Profile, o *Options) (all []*liking) {
	for _, in := range p.Interests {
		if in.Likes.Known() {
			all = append(all, newLiking(in, o))
		}
	}
	return all
}

func newLiking(in person.Interest, o *Options) *liking {
	code := sp.Code{System: person.ActivitySystem, Code: string(in.Activity)}
	l := &liking{interest: in, topics: []sp.Code{code}, word: strings.ReplaceAll(string(in.Activity), "-", " ")}
	for _, c := range in.Activity.Concepts() {
		if c.System != needs.System { // that an activity may help with a need does not make it one
			l.topics = append(l.topics, c)
		}
	}
	for _, link := range o.Crosswalk.Links {
		if link.To.Is(code) {
			l.topics = append(l.topics, link.From)
		}
	}
	return l
}

// is reports whether an offer is the activity of l, in its setting and company. Where
// setting or company are stated to be others it is not; where they are not stated, the
// activity alone is enough to please and not enough to put off.
func (l *liking) is(o *directory.Offer) sp.Truth {
	t := l.topical(o)
	if t != sp.Yes {
		return t
	}
	around := setting(o, l.interest.Setting).And(company(o, l.interest.With))
	if around == sp.Unknown && l.interest.Likes == sp.Yes {
		return sp.Yes
	}
	return around
}

// topical reports whether one of the topics of an offer is the activity: unknown if none is
// of a code system that knows activities.
func (l *liking) topical(o *directory.Offer) sp.Truth {
	if l.interest.Activity == "" {
		return sp.Yes
	}
	for i := range o.Topics {
		if slices.ContainsFunc(l.topics, o.Topics[i].Is) {
			return sp.Yes
		}
	}
	return sp.Unknown
}

// setting reports whether an offer happens in a setting. Directories do not say whether
// something is indoors or outdoors.
func setting(o *directory.Offer, s person.Setting) sp.Truth {
	switch s {
	case "":
		return sp.Yes
	case person.OnScreen:
		return o.Delivery[directory.Online]
	case person.AtHome:
		return o.Delivery[directory.HomeVisit]
	case person.Indoors, person.Outdoors:
		return o.Delivery[directory.InPerson].And(sp.Unknown)
	default:
		return sp.Unknown
	}
}

// fewPeople is how many a small group has at most: a choice of this library.
const fewPeople = 12

// company reports whether an offer brings people into some company.
func company(o *directory.Offer, with person.Company) sp.Truth {
	size, sized := o.GroupSize.Lookup()
	group := grouped(o)
	switch with {
	case "":
		return sp.Yes
	case person.WithOne:
		return group.Not()
	case person.Alone:
		return group.Not().And(sp.Unknown)
	case person.SmallGroup:
		return group.And(atMost(sized, size <= fewPeople))
	case person.LargeGroup:
		return group.And(atMost(sized, size > fewPeople))
	case person.OwnGender:
		only := len(o.Eligibility.Groups) == 1 && (o.Eligibility.Groups[0] == directory.Women || o.Eligibility.Groups[0] == directory.Men)
		if only {
			return o.Eligibility.Restricted
		}
		return sp.Unknown
	case person.WithFamily, person.OwnAge, person.OwnCulture, person.ManyAges, person.WithAnimals:
		return sp.Unknown
	default:
		return sp.Unknown
	}
}

// grouped reports whether several people meet at an offer.
func grouped(o *directory.Offer) sp.Truth {
	if size, ok := o.GroupSize.Lookup(); ok {
		return sp.TruthOf(size > 2) // somebody, and whoever is there for them
	}
	switch o.Format {
	case directory.GroupFormat, directory.Course, directory.Event:
		return sp.Yes
	case directory.OneToOne, directory.Advice, directory.Befriending:
		return sp.No
	case directory.Volunteering:
		return sp.Unknown
	default:
		return sp.Unknown
	}
}

// alone is how much of the company that they could have somebody goes without who takes an
// offer in a mode, from 0 to 100. Where people meet there is company, unless a single
// adviser or helper is stated to be all there is of it; a screen or a telephone brings half
// of it at most, and only where it brings people together. The shares are a choice of this library.
func alone(o *directory.Offer, mode directory.Mode) int64 {
	return without(mode, brings(o), meets(o), o.Format == directory.Befriending)
}

// brings reports whether an offer brings people together, and meets whether in person
// it is company at least.
func brings(o *directory.Offer) bool {
	return o.Format == directory.Befriending || grouped(o) == sp.Yes
}

func meets(o *directory.Offer) bool {
	return brings(o) || o.Format != directory.Advice && o.Format != directory.OneToOne
}

func without(mode directory.Mode, together, meets, befriends bool) int64 {
	switch {
	case mode == directory.InPerson && meets, mode == directory.HomeVisit && befriends:
		return 0
	case mode == directory.InPerson, mode == directory.HomeVisit, together:
		return 50
	default:
		return 100
	}
}
