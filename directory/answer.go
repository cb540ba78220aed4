package directory

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/internal/words"
	"github.com/socialprescribing/sp/geo"
)

// An Answer says whether an offer satisfies one part of a query. The parts are
// named after the fields of [Query] in lower case: "within", "home", "topics",
// "text", "age", "groups", "free", "maxcost", "delivery", "languages", "access",
// "routes", "days", "when" (of Dates and Hours), "named", "open", "maxage", "room",
// "organisations", "without".
type Answer struct {
	Part  string
	Truth sp.Truth
}

// Explain returns, in a fixed order, whether o satisfies each part that q asks
// for, and so why q finds it or does not. Of a text it knows this offer only, and
// forgives no slip in a word, as [Index.Find] does.
func (q Query) Explain(o Offer) []Answer {
	var answers []Answer
	e := entry{Offer: o}
	if q.Text != "" {
		e.text = e.searchable(new(words.Reader))
	}
	for _, p := range q.parts(slips{}) {
		answers = append(answers, Answer{p.name, p.ask(&e)})
	}
	return answers
}

// Fits reports whether o fits everything that q asks for.
func (q Query) Fits(o Offer) sp.Truth {
	truth := sp.Yes
	for _, a := range q.Explain(o) {
		truth = truth.And(a.Truth)
	}
	return truth
}

// An Asking is a query that has been made ready to be asked of many offers.
type Asking struct{ parts []part }

// Ask makes q ready. Of a text it knows one offer at a time, as [Query.Explain] does.
func (q Query) Ask() Asking { return Asking{q.parts(slips{})} }

// Of returns whether o fits everything that is asked for, and whether it is found, by
// what is to become of offers that leave a part unknown.
func (a Asking) Of(o *Offer) (fits sp.Truth, found bool) {
	e := entry{Offer: *o}
	fits, found = sp.Yes, true
	for _, p := range a.parts {
		if p.name == "text" && e.text == "" {
			e.text = e.searchable(new(words.Reader))
		}
		t := p.ask(&e)
		fits, found = fits.And(t), found && p.policy.Passes(t)
	}
	return fits, found
}

// Finds reports whether q finds o, by what o states and what q does with what it does not
// state.
func (q Query) Finds(o Offer) bool {
	_, found := q.Ask().Of(&o)
	return found
}

// Texts returns what is searched for a text, in three fields: the name; the provider, the
// place, its postcode and the telephone numbers; and the description.
func Texts(o *Offer) [3][]string {
	around := []string{o.Provider, o.Where, o.Postcode}
	for i := range o.Phones {
		around = append(around, o.Phones[i].Number)
	}
	return [...][]string{words.Name: {o.Name}, words.Around: around, words.Description: {o.Description}}
}

// An entry is an offer as the index holds it.
type entry struct {
	Offer
	text string // the words that can be searched
}

func (e *entry) searchable(r *words.Reader) string {
	fields := Texts(&e.Offer)
	return r.Text(slices.Concat(fields[:]...)...)
}

// points returns those of [Hit.Points] for the words of a text, of which some are slips.
func (e *entry) points(asked, slips []string) int {
	if len(asked) == 0 {
		return 0
	}
	var fields [words.FieldCount]string
	for f, texts := range Texts(&e.Offer) {
		fields[f] = words.Text(texts...)
	}
	sum := 0
	for _, w := range asked {
		sum += words.PointsIn(fields, w, slices.Contains(slips, w))
	}
	return sum
}

// A part is one thing that a query asks for.
type part struct {
	name   string
	ask    func(*entry) sp.Truth
	policy Policy
}

// slips are the words of a query that are taken for slips of the finger.
type slips struct{ text, named []string }

// parts returns what q asks for; what costs least to answer comes first.
func (q Query) parts(slips slips) []part {
	on := sp.Date(0)
	if !q.At.IsZero() {
		on = sp.DateOf(q.At)
	}
	asked, named := words.Query(q.Text), words.Query(q.Named)
	all := []struct {
		asked bool
		name  string
		ask   func(*entry) sp.Truth
	}{
		{len(q.Organisations) > 0, "organisations", func(e *entry) sp.Truth { return among(e.Organisation, q.Organisations) }},
		{len(q.Without) > 0, "without", func(e *entry) sp.Truth { return among(e.Organisation, q.Without).Not() }},
		{q.Open, "open", func(e *entry) sp.Truth { return e.open(on) }},
		{q.MaxAge > 0, "maxage", func(e *entry) sp.Truth { return e.Freshness.within(q.MaxAge, on) }},
		{!q.Age.IsZero(), "age", func(e *entry) sp.Truth { return e.Eligibility.Ages.Include(q.Age.Or(0)) }},
		{q.Free, "free", func(e *entry) sp.Truth { return e.Cost.Within(sp.Money{}, on) }},
		{!q.MaxCost.IsZero(), "maxcost", func(e *entry) sp.Truth { return e.Cost.Within(q.MaxCost, on) }},
		{q.Room, "room", func(e *entry) sp.Truth { return e.Capacity.At(q.At, q.CapacityLife).HasRoom() }},
		{q.Within > 0, "within", func(e *entry) sp.Truth { return reaches(q.Near, e.Point, q.Within) }},
		{len(q.Topics) > 0, "topics", func(e *entry) sp.Truth { return covers(e.Topics, q.Topics) }},
		{q.Groups != nil, "groups", func(e *entry) sp.Truth { return e.Eligibility.Admits(q.Groups) }},
		{len(q.Delivery) > 0, "delivery", func(e *entry) sp.Truth { return e.Delivery.Any(q.Delivery...) }},
		{len(q.Languages) > 0, "languages", func(e *entry) sp.Truth { return e.Speaks(q.Languages...) }},
		{len(q.Access) > 0, "access", func(e *entry) sp.Truth { return e.Access.All(q.Access...) }},
		{len(q.Routes) > 0, "routes", func(e *entry) sp.Truth { return e.Routes.Any(q.Routes...) }},
		{len(q.Days) > 0, "days", func(e *entry) sp.Truth { return Query{Days: q.Days}.when(e.Schedules, on) }},
		{q.Dates != (sp.Period{}) || q.Hours != Hours{}, "when", func(e *entry) sp.Truth { return q.when(e.Schedules, on) }},
		{!q.Home.IsZero(), "home", func(e *entry) sp.Truth { return e.Area.Covers(q.Home) }},
		{len(asked) > 0, "text", func(e *entry) sp.Truth { return sp.TruthOf(containsAll(e.text, asked, slips.text)) }},
		{len(named) > 0, "named", func(e *entry) sp.Truth { return sp.TruthOf(containsAll(words.Text(e.Name), named, slips.named)) }},
	}
	var parts []part
	for _, p := range all {
		if p.asked {
			parts = append(parts, part{p.name, p.ask, q.PolicyOf(p.name)})
		}
	}
	return parts
}

func among(id ID, ids []ID) sp.Truth {
	if id == "" {
		return sp.Unknown
	}
	return sp.TruthOf(slices.Contains(ids, id))
}

// open reports whether a service takes people on a day: its status allows it,
// it is not over, and its money has not run out. Not knowing how long it is funded
// is no doubt.
func (f *Facts) open(on sp.Date) sp.Truth {
	if !f.FundedUntil.IsZero() && !on.IsZero() && f.FundedUntil < on || f.Over(on) {
		return sp.No
	}
	return f.Status.Open()
}

func (f Freshness) within(days int, on sp.Date) sp.Truth {
	age, ok := f.Age(on)
	if !ok {
		return sp.Unknown
	}
	return sp.TruthOf(age <= days)
}

func reaches(from, to geo.Point, limit geo.Distance) sp.Truth {
	d, ok := from.DistanceTo(to)
	if !ok {
		return sp.Unknown
	}
	return sp.TruthOf(d <= limit)
}

// covers reports whether topics has a code of each group.
func covers(topics []sp.Code, groups [][]sp.Code) sp.Truth {
	truth := sp.Yes
	for _, group := range groups {
		truth = truth.And(hasTopic(topics, group))
	}
	return truth
}

// hasTopic reports whether topics has a code of the group. A service that is
// not tagged in a code system says nothing about the codes of it.
func hasTopic(topics, group []sp.Code) sp.Truth {
	answer := sp.No
	for _, code := range group {
		tagged := false
		for i := range topics {
			if topics[i].Is(code) {
				return sp.Yes
			}
			tagged = tagged || topics[i].System == code.System
		}
		if !tagged {
			answer = sp.Unknown
		}
	}
	return answer
}

// containsAll reports whether a text has all words, or words near those that are
// slips.
func containsAll(text string, all, slips []string) bool {
	for _, w := range all {
		if !words.In(text, w) && (!slices.Contains(slips, w) || !words.NearIn(text, w)) {
			return false
		}
	}
	return true
}
