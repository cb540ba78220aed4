package matching_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
	"github.com/socialprescribing/sp/directory/taxonomy"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// find returns the verdict on a rule, the first in the tree.
func find(t *testing.T, v matching.Verdict, rule matching.Rule) matching.Verdict {
	t.Helper()
	var walk func(matching.Verdict) (matching.Verdict, bool)
	walk = func(v matching.Verdict) (matching.Verdict, bool) {
		if v.Rule == rule {
			return v, true
		}
		for _, part := range v.Parts {
			if found, ok := walk(part); ok {
				return found, true
			}
		}
		return matching.Verdict{}, false
	}
	found, ok := walk(v)
	require.True(t, ok, "rule %s was not asked", rule)
	return found
}

func TestEachRuleOfMatching(t *testing.T) {
	years := func(from, to int) directory.Ages {
		return directory.Ages{From: sp.Know(directory.Years(from)), Before: sp.Know(directory.Years(to + 1))}
	}
	weekly := func(day time.Weekday) []directory.Schedule {
		return []directory.Schedule{{Rule: recurrence.Rule{Every: recurrence.Weekly, Interval: 1, Days: []recurrence.Day{{Weekday: day}}}}}
	}
	type world struct {
		person  *person.Profile
		offer   *directory.Offer
		options *matching.Options
	}
	observe := func(w world, o directory.Observed) {
		w.options.Observed = map[directory.ID]directory.Observed{w.offer.Service: o}
	}
	for _, c := range []struct {
		name string
		rule matching.Rule
		set  func(world)
		want sp.Truth
		by   matching.Party // whose doing would make it a yes
	}{
		{"an age within the range is served", matching.Age, func(w world) { w.offer.Eligibility.Ages = years(60, 70) }, sp.Yes, matching.Nobody},
		{"an age outside the range is not, and cannot be changed", matching.Age, func(w world) { w.offer.Eligibility.Ages = years(68, 70) }, sp.No, matching.Nobody},
		{"ages that are not stated are unknown", matching.Age, func(w world) { w.offer.Eligibility.Ages = directory.Ages{} }, sp.Unknown, matching.Provider},
		{"an unknown age is unknown to a service for some ages", matching.Age, func(w world) { w.person.Age = sp.Known[directory.Months]{} }, sp.Unknown, matching.Provider},
		{"an unknown age is served where every age is", matching.Age, func(w world) {
			w.person.Age = sp.Known[directory.Months]{}
			w.offer.Eligibility.Ages = directory.Ages{From: sp.Know(directory.Months(0))}
		}, sp.Yes, matching.Nobody},
		{"a service only for men does not take a woman", matching.Groups, func(w world) {
			w.offer.Eligibility = directory.Eligibility{Groups: []directory.Group{directory.Men}, Restricted: sp.Yes}
		}, sp.No, matching.Nobody},
		{"a service only for women takes a woman", matching.Groups, func(w world) {
			w.offer.Eligibility = directory.Eligibility{Groups: []directory.Group{directory.Women}, Restricted: sp.Yes}
		}, sp.Yes, matching.Nobody},
		{"whether a service for women takes somebody of another gender is for the provider to say", matching.Groups, func(w world) {
			w.person.Gender = person.OtherGender
			w.offer.Eligibility = directory.Eligibility{Groups: []directory.Group{directory.Women}, Restricted: sp.Yes}
		}, sp.Unknown, matching.Provider},
		{"whether somebody is a carer may be unknown", matching.Groups, func(w world) {
			w.offer.Eligibility = directory.Eligibility{Groups: []directory.Group{directory.Carers}, Restricted: sp.Yes}
		}, sp.Unknown, matching.Provider},
		{"a home outside the area is not served", matching.Area, func(w world) { w.offer.Area.Postcodes = []string{"LA1"} }, sp.No, matching.Nobody},
		{"an area that is not stated is unknown", matching.Area, func(w world) { w.offer.Area = directory.ServiceArea{} }, sp.Unknown, matching.Provider},
		{"another language needs an interpreter", matching.Language, func(w world) {
			w.person.Languages = []directory.Language{"pl"}
			w.offer.Languages = directory.Truths[directory.Language]{"en": sp.Yes, "pl": sp.No}
		}, sp.No, matching.Scheme},
		{"a regional form of a language is that language", matching.Language, func(w world) { w.person.Languages = []directory.Language{"en-GB"} }, sp.Yes, matching.Nobody},
		{"sign language must be offered to those who need it", matching.Language, func(w world) {
			w.person.Access = map[directory.Access]sp.Truth{directory.SignLanguage: sp.Yes}
			w.offer.Access = directory.Truths[directory.Access]{directory.SignLanguage: sp.No}
		}, sp.No, matching.Scheme},
		{"a fee above the ceiling could be funded", matching.Cost, func(w world) {
			w.offer.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(sp.Pounds(6))}}}
		}, sp.No, matching.Scheme},
		{"a fee that is not stated is not free", matching.Cost, func(w world) { w.offer.Cost = directory.Cost{} }, sp.Unknown, matching.Provider},
		{"a service that takes no referrals is out of reach", matching.Referral, func(w world) {
			w.offer.Routes = directory.Truths[directory.Route]{directory.LinkWorkerReferral: sp.No, directory.SelfReferral: sp.No}
		}, sp.No, matching.Provider},
		{"a person can be helped to refer themselves", matching.Referral, func(w world) {
			w.offer.Routes = directory.Truths[directory.Route]{directory.LinkWorkerReferral: sp.No, directory.SelfReferral: sp.Yes}
		}, sp.Yes, matching.Nobody},
		{"a day when the person can come fits", matching.Days, func(w world) {
			w.person.Days = map[time.Weekday]sp.Truth{time.Tuesday: sp.Yes, time.Friday: sp.No}
			w.offer.Schedules = weekly(time.Tuesday)
		}, sp.Yes, matching.Nobody},
		{"a day when the person cannot come does not", matching.Days, func(w world) {
			w.person.Days = map[time.Weekday]sp.Truth{time.Tuesday: sp.No}
			w.offer.Schedules = weekly(time.Tuesday)
		}, sp.No, matching.Person},
		{"a day that nobody asked about is unknown", matching.Days, func(w world) {
			w.person.Days = map[time.Weekday]sp.Truth{time.Friday: sp.No}
			w.offer.Schedules = weekly(time.Tuesday)
		}, sp.Unknown, matching.Provider},
		{"a full service without a list has no room", matching.Room, func(w world) {
			w.offer.Capacity = directory.Capacity{Available: sp.Know(0), Updated: today.In(time.UTC)}
		}, sp.No, matching.Provider},
		{"a full service with a list can be joined", matching.Room, func(w world) { w.offer.Capacity.Available = sp.Know(0) }, sp.Yes, matching.Nobody},
		{"old news about room is no news", matching.Room, func(w world) { w.offer.Capacity.Updated = today.Add(-40).In(time.UTC) }, sp.Unknown, matching.Provider},
		{"a service that answered that it is full may have no room, whatever it stated before", matching.Room, func(w world) {
			w.offer.Capacity.Updated = today.Add(-1).In(time.UTC)
			observe(w, directory.Observed{FullInARow: 1, FullLast: today.In(time.UTC)})
		}, sp.Unknown, matching.Provider},
		{"one that stated otherwise since has", matching.Room, func(w world) {
			observe(w, directory.Observed{FullInARow: 30, FullLast: w.offer.Capacity.Updated.Add(-time.Hour)})
		}, sp.Yes, matching.Nobody},
		{"one that states nothing and was full long ago may have", matching.Room, func(w world) {
			w.offer.Capacity = directory.Capacity{}
			observe(w, directory.Observed{FullInARow: 1, FullLast: today.Add(-40).In(time.UTC)})
		}, sp.Unknown, matching.Provider},
		{"one that was full again and again is full for longer", matching.Room, func(w world) {
			w.offer.Capacity, w.offer.DropIn = directory.Capacity{}, sp.Yes
			observe(w, directory.Observed{FullInARow: 2, FullLast: today.Add(-40).In(time.UTC)})
		}, sp.Unknown, matching.Provider},
		{"people who may drop in need no place to be stated", matching.Room, func(w world) {
			w.offer.Capacity, w.offer.DropIn = directory.Capacity{}, sp.Yes
		}, sp.Yes, matching.Nobody},
		{"a drop-in that states that it is full is full", matching.Room, func(w world) {
			w.offer.Capacity = directory.Capacity{Available: sp.Know(0), Updated: today.In(time.UTC)}
			w.offer.DropIn = sp.Yes
		}, sp.No, matching.Provider},
		{"money that ends before the course does may be renewed", matching.Funded, func(w world) {
			w.offer.FundedUntil = today.Add(20)
			w.offer.Schedules = weekly(time.Tuesday)
			w.offer.Schedules[0].Until = today.Add(21)
		}, sp.Unknown, matching.Scheme},
		{"money that lasts as long as the course is enough", matching.Funded, func(w world) {
			w.offer.FundedUntil = today.Add(21)
			w.offer.Schedules = weekly(time.Tuesday)
			w.offer.Schedules[0].Until = today.Add(21)
		}, sp.Yes, matching.Nobody},
		{"help that has no last day lasts as long as it is meant to", matching.Funded, func(w world) {
			w.offer.FundedUntil, w.options.CourseDays = today.Add(83), 84
		}, sp.Unknown, matching.Scheme},
		{"adjustments are for the provider to promise", matching.Adjustments, func(w world) {
			w.person.Adjustments = person.Adjustments()[:2]
		}, sp.Unknown, matching.Provider},
		{"adjustments that a service states are made", matching.Adjustments, func(w world) {
			w.person.Adjustments = person.Adjustments()[:1]
			w.offer.Topics = append(w.offer.Topics, person.Adjustments()[0])
		}, sp.Yes, matching.Nobody},
		{"an adjustment that a service says it cannot make is not made", matching.Adjustments, func(w world) {
			w.person.Adjustments = person.Adjustments()[:2]
			w.offer.Access = directory.Truths[directory.Access]{directory.StepFree: sp.Yes, directory.Access(person.Adjustments()[1].Code): sp.No}
		}, sp.No, matching.Provider},
		{"how another service answered says nothing", matching.Room, func(w world) {
			w.options.Observed = map[directory.ID]directory.Observed{"other": {FullInARow: 1, FullLast: today.In(time.UTC)}}
		}, sp.Yes, matching.Nobody},
		{"a closed service takes nobody", matching.Open, func(w world) { w.offer.Status = directory.TemporarilyClosed }, sp.No, matching.Nobody},
		{"the last funded day is still funded", matching.Funded, func(w world) { w.offer.FundedUntil = today }, sp.Yes, matching.Nobody},
		{"a service without money could be funded again", matching.Funded, func(w world) { w.offer.FundedUntil = today.Add(-1) }, sp.No, matching.Scheme},
		{"an entry that is too old needs assuring", matching.Freshness, func(w world) { w.options.MaxAge = 30 }, sp.No, matching.Provider},
		{"an entry that nobody assured is unknown", matching.Freshness, func(w world) {
			w.options.MaxAge = 30
			w.offer.Freshness = directory.Freshness{}
		}, sp.Unknown, matching.Provider},
		{"a service that helps with something else does not meet the need", matching.Need, func(w world) {
			w.options.Needs = []needs.Code{needs.Debt}
		}, sp.No, matching.Nobody},
		{"a service without topics may meet the need", matching.Need, func(w world) {
			w.options.Needs = []needs.Code{needs.Debt}
			w.offer.Topics = nil
		}, sp.Unknown, matching.Provider},
		{"a service is found through a crosswalk", matching.Need, func(w world) {
			money := sp.Code{System: "bay", Code: "money"}
			w.options.Needs = []needs.Code{needs.Debt}
			w.offer.Topics = []sp.Code{money}
			w.options.Crosswalk = taxonomy.Crosswalk{Links: []directory.Link{{From: money, To: needs.Debt.Concept()}}}
		}, sp.Yes, matching.Nobody},
		{"a code system that cannot say what is needed says nothing", matching.Need, func(w world) {
			money := sp.Code{System: "bay", Code: "money"}
			w.options.Needs = []needs.Code{needs.Grief}
			w.offer.Topics = []sp.Code{money}
			w.options.Crosswalk = taxonomy.Crosswalk{Links: []directory.Link{{From: money, To: needs.Debt.Concept()}}}
		}, sp.Unknown, matching.Provider},
		{"an organisation that is out of the question stays out", matching.Excluded, func(w world) {
			w.options.Without = []directory.ID{"bay/O-1"}
		}, sp.No, matching.Nobody},
		{"a journey that is too long could be funded", matching.Reachable, func(w world) {
			w.options.Travel = func(directory.Home, geo.Point) (matching.Journey, bool) { return matching.Journey{Minutes: 31}, true }
		}, sp.No, matching.Scheme},
		{"a journey as long as can be borne is not too long", matching.Reachable, func(w world) {
			w.options.Travel = func(directory.Home, geo.Point) (matching.Journey, bool) { return matching.Journey{Minutes: 30}, true }
		}, sp.Yes, matching.Nobody},
		{"a fare that takes all there is leaves enough for what is free", matching.Reachable, func(w world) {
			w.options.Travel = func(directory.Home, geo.Point) (matching.Journey, bool) {
				return matching.Journey{Minutes: 5, Fare: sp.Pounds(5)}, true
			}
		}, sp.Yes, matching.Nobody},
		{"people who are fetched need no journey", matching.Reachable, func(w world) {
			w.offer.Access = directory.Truths[directory.Access]{directory.Transport: sp.Yes}
		}, sp.Yes, matching.Nobody},
		{"a distance beyond the limit is too far", matching.Reachable, func(w world) {
			w.person.Transport = person.Transport{Distance: sp.Know(4 * geo.Kilometre)}
		}, sp.No, matching.Scheme},
		{"nobody who cannot travel alone is sent alone", matching.Reachable, func(w world) {
			w.person.Transport = person.Transport{Alone: sp.No}
		}, sp.Unknown, matching.Scheme},
		{"a fare beyond what is left of the ceiling is too much", matching.Reachable, func(w world) {
			w.offer.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(sp.Pounds(3))}}}
			w.options.Travel = func(directory.Home, geo.Point) (matching.Journey, bool) {
				return matching.Journey{Minutes: 5, Fare: sp.Pence(201)}, true
			}
		}, sp.No, matching.Scheme},
		{"a price that is too much is not held against the journey too", matching.Reachable, func(w world) {
			w.offer.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(sp.Pounds(6))}}}
			w.options.Travel = func(directory.Home, geo.Point) (matching.Journey, bool) {
				return matching.Journey{Minutes: 5, Fare: sp.Pence(201)}, true
			}
		}, sp.Yes, matching.Nobody},
		{"a fare in another currency may be too much", matching.Reachable, func(w world) {
			w.options.Travel = func(directory.Home, geo.Point) (matching.Journey, bool) {
				return matching.Journey{Minutes: 5, Fare: sp.NewMoney(201, sp.EUR)}, true
			}
		}, sp.Unknown, matching.Scheme},
		{"a place without steps suits a wheelchair", matching.Accessible, func(world) {}, sp.Yes, matching.Nobody},
		{"a place with steps does not", matching.Accessible, func(w world) {
			w.offer.Access = directory.Truths[directory.Access]{directory.StepFree: sp.No}
		}, sp.No, matching.Provider},
		{"a group no larger than can be borne is small enough", matching.GroupSize, func(w world) {
			w.person.GroupSize = sp.Know(6)
			w.offer.Capacity.Maximum = sp.Know(6)
		}, sp.Yes, matching.Nobody},
		{"a group with more places need not be full", matching.GroupSize, func(w world) {
			w.person.GroupSize = sp.Know(6)
			w.offer.Capacity.Maximum = sp.Know(7)
		}, sp.Unknown, matching.Provider},
		{"a session for no more than can be borne is small enough", matching.GroupSize, func(w world) {
			w.person.GroupSize, w.offer.GroupSize, w.offer.Capacity.Maximum = sp.Know(6), sp.Know(6), sp.Know(40)
		}, sp.Yes, matching.Nobody},
		{"a session for more is not", matching.GroupSize, func(w world) {
			w.person.GroupSize, w.offer.GroupSize = sp.Know(6), sp.Know(7)
		}, sp.No, matching.Provider},
		{"a group of a size that is not stated may be too large", matching.GroupSize, func(w world) { w.person.GroupSize = sp.Know(6) }, sp.Unknown, matching.Provider},
		{"what somebody would not take is theirs to change", matching.Accepted, func(w world) {
			w.person.Modes = map[directory.Mode]sp.Truth{directory.InPerson: sp.No}
		}, sp.No, matching.Person},
		{"a telephone that is not safe rules calls out", matching.Safe, func(w world) {
			w.person.Contact = map[person.Channel]sp.Truth{person.Phone: sp.No}
		}, sp.No, matching.Nobody},
		{"what is needed online can be lent", matching.Equipped, func(w world) { w.person.Digital = person.Digital{Internet: sp.No} }, sp.No, matching.Scheme},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, o := profile(), offer("bay/S-1", "Choir")
			options := matching.Options{Travel: byBus}
			c.set(world{&p, &o, &options})
			v := find(t, matching.Judge(p, o, options), c.rule)
			require.Equal(t, c.want, v.Truth, v)
			require.Equal(t, c.by, v.Change.By)
			require.Equal(t, v.Change.Possible(), v.Change.What != "")
		})
	}
}

func TestJudgeAsksNoWishesThatNobodyStated(t *testing.T) {
	p := person.Profile{ID: "P-1"}
	v := matching.Judge(p, offer("bay/S-1", "Choir"), matching.Options{})
	for _, part := range v.Parts {
		require.NotContains(t, []matching.Rule{matching.Language, matching.Cost, matching.Days, matching.Need, matching.Freshness}, part.Rule)
	}
	require.Equal(t, sp.Yes, find(t, v, matching.InPerson).Truth)
}

func TestRankPrefersAWayThatFitsToOneThatMay(t *testing.T) {
	p, o := profile(), offer("bay/S-1", "Choir")
	p.Modes = nil
	p.Digital = person.Digital{Internet: sp.Yes, Device: sp.Yes, Skill: sp.Yes}
	rank := func() matching.Proposal {
		proposals := matching.Rank(p, []directory.Offer{o}, matching.Options{Travel: byBus})
		require.Len(t, proposals, 1)
		return proposals[0]
	}
	o.Delivery = directory.Truths[directory.Mode]{directory.Online: sp.Yes}
	require.Equal(t, directory.Online, rank().Mode)
	require.Equal(t, sp.Yes, rank().Verdict.Truth)

	o.Delivery = nil
	require.Equal(t, directory.InPerson, rank().Mode, "the first of those that may be")
	require.Equal(t, sp.Unknown, rank().Verdict.Truth)
	require.Len(t, rank().Questions(), 1)

	o.Delivery = directory.Truths[directory.Mode]{directory.Online: sp.Yes, directory.InPerson: sp.Yes}
	require.Equal(t, directory.Online, rank().Mode, "least travel")
}

func TestRankNeitherProposesNorNearlyMissesACourseThatIsOver(t *testing.T) {
	course := func(start, until sp.Date) directory.Offer {
		return directory.Offer{ID: "o", Service: "o", Facts: directory.Facts{
			Status: directory.Active,
			Schedules: []directory.Schedule{{
				Rule:  recurrence.Rule{Every: recurrence.Weekly, Interval: 1, Days: []recurrence.Day{{Weekday: time.Monday}}},
				Start: start, Until: until,
			}},
		}}
	}
	busy := person.Profile{ID: "P", On: sp.NewDate(2026, 3, 2)} // a Monday
	busy.Days = map[time.Weekday]sp.Truth{}
	for day := time.Sunday; day <= time.Saturday; day++ {
		busy.Days[day] = sp.TruthOf(day == time.Tuesday)
	}
	idle := person.Profile{ID: "P", On: busy.On}
	for name, o := range map[string]directory.Offer{
		"last summer":                      course(sp.NewDate(2025, 1, 6), sp.NewDate(2025, 6, 30)),
		"to Sunday, and no Monday is left": course(sp.NewDate(2025, 1, 6), busy.On-1),
	} {
		for _, p := range []person.Profile{idle, busy} {
			require.Empty(t, matching.Rank(p, []directory.Offer{o}, matching.Options{}), name)
			require.Empty(t, matching.NearMisses(p, []directory.Offer{o}, matching.Options{}), name)
		}
		require.Equal(t, "is over", find(t, matching.Judge(idle, o, matching.Options{}), matching.Open).Because)
		require.Equal(t, "happens on no day from then on", find(t, matching.Judge(busy, o, matching.Options{}), matching.Days).Because)
	}
	left := course(sp.NewDate(2025, 1, 6), busy.On+3) // and today is the last Monday
	require.Len(t, matching.Rank(idle, []directory.Offer{left}, matching.Options{}), 1)
	misses := matching.NearMisses(busy, []directory.Offer{left}, matching.Options{})
	require.Len(t, misses, 1)
	require.Equal(t, "another day becomes possible", misses[0].Change.What)
	ends := course(sp.NewDate(2025, 1, 6), busy.On+3)
	ends.Schedules[0].Except = []sp.Date{busy.On} // it goes on until Thursday, and no Monday is left
	require.Empty(t, matching.NearMisses(busy, []directory.Offer{ends}, matching.Options{}), "no day would do")
}
