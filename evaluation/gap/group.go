package gap

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/funding/panel"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// A Candidate is what matters for a group of a person whose need is not met.
type Candidate struct {
	Person    person.ID
	Need      needs.Code
	Interests []person.Activity // what they like to do
	Home      geo.Point         // roughly; unknown is nowhere near anybody
	Area      string            // the neighbourhood, coarse enough for a table
	Free      []string          // when they can come, in the words of the scheme, such as "weekday mornings"

	// May says whether they agreed to be asked to join a group. Unknown counts as no.
	May sp.Truth
}

// Rules say what makes a group.
type Rules struct {
	Within  geo.Distance // how far from the middle a home may be; 0 is 1600 m, twenty minutes on foot at 4.8 km/h
	Minimum int          // of people; 0 is 6. Less than 3 is none

	// Travel, if it is there, says how many minutes somebody needs from their home to where the
	// group would meet, and whether that is known: on foot, by bus, or as this person gets about.
	// Within is then not asked. Where the minutes are not known, somebody is not near.
	Travel  func(c Candidate, to geo.Point) (minutes int, known bool)
	Minutes int // that it may take, with Travel; 0 is 20
}

// near reports whether a home is near enough to where a group would meet.
func (r Rules) near(c Candidate, to geo.Point) bool {
	if r.Travel != nil {
		minutes, known := r.Travel(c, to)
		return known && minutes >= 0 && minutes <= r.Minutes
	}
	d, known := to.DistanceTo(c.Home)
	return known && d <= r.Within
}

// checked returns the rules with what is not said filled in.
func (r Rules) checked() (Rules, error) {
	r.Within, r.Minimum, r.Minutes = cmp.Or(r.Within, 1600*geo.Metre), cmp.Or(r.Minimum, 6), cmp.Or(r.Minutes, 20)
	e := &sp.InvalidError{Subject: "gap: groups"}
	e.Check(r.Within > 0, "within", sp.OutOfRange, "must be more than 0")
	e.Check(r.Minimum >= 3, "minimum", sp.OutOfRange, "must be 3 or more: two people are no group")
	e.Check(r.Minutes > 0, "minutes", sp.OutOfRange, "must be more than 0")
	return r, e.Err()
}

// A Group is people who could meet: the same unmet need, something they all like, homes near
// each other, and a time when all are free. It prints without saying who they are.
type Group struct {
	Need     needs.Code      `json:"need"`
	Activity person.Activity `json:"activity"`
	When     string          `json:"when"`
	Area     string          `json:"area"`              // the neighbourhood of most of them
	Within   geo.Distance    `json:"within,omitempty"`  // where the rules are of distance
	Minutes  int             `json:"minutes,omitempty"` // where they are of travel
	Size     int             `json:"size"`

	people []person.ID
}

// String returns the group as a sentence.
func (g Group) String() string {
	within := fmt.Sprintf("%.0f m", float64(g.Within))
	if g.Minutes > 0 {
		within = fmt.Sprintf("%d minutes", g.Minutes)
	}
	return fmt.Sprintf("%d people within %s in %s who need help with %s would join %s on %s", g.Size, within, g.Area, g.Need, g.Activity, g.When)
}

// Groups returns the groups that could form, the largest first. For each of their needs a
// person is in one group at most, so that the sizes of the groups of one need can be added up.
// The largest group is formed first, then the largest of the people who are left; of equal ones
// the first by need, activity, time and area. People who have not agreed to be asked are in
// none. It fails with an error that is [sp.ErrInvalid] if the rules are out of range. The time
// that it takes grows with the square of the number of people with the same need.
func Groups(candidates []Candidate, r Rules) ([]Group, error) {
	r, err := r.checked()
	if err != nil {
		return nil, err
	}
	byNeed := map[needs.Code][]Candidate{}
	var order []needs.Code
	for _, c := range candidates {
		if c.May != sp.Yes || c.Home.IsZero() {
			continue
		}
		if byNeed[c.Need] == nil {
			order = append(order, c.Need)
		}
		byNeed[c.Need] = append(byNeed[c.Need], c)
	}
	slices.Sort(order)
	var groups []Group
	for _, need := range order {
		left := byNeed[need]
		slices.SortFunc(left, func(x, y Candidate) int { return cmp.Compare(x.Person, y.Person) })
		left = slices.CompactFunc(left, func(x, y Candidate) bool { return x.Person == y.Person })
		for {
			g, ok := largest(left, r)
			if !ok {
				break
			}
			groups = append(groups, g)
			left = slices.DeleteFunc(left, func(c Candidate) bool {
				_, in := slices.BinarySearch(g.people, c.Person)
				return in
			})
		}
	}
	slices.SortStableFunc(groups, func(x, y Group) int { return cmp.Compare(y.Size, x.Size) })
	return groups, nil
}

// largest returns the largest group of people who are in order of ID.
func largest(people []Candidate, r Rules) (best Group, ok bool) {
	type meeting struct {
		activity person.Activity
		when     string
	}
	by := map[meeting][]Candidate{}
	for _, c := range people {
		for _, a := range unique(c.Interests) {
			for _, when := range unique(c.Free) {
				by[meeting{a, when}] = append(by[meeting{a, when}], c)
			}
		}
	}
	meetings := make([]meeting, 0, len(by))
	for m := range by {
		meetings = append(meetings, m)
	}
	slices.SortFunc(meetings, func(x, y meeting) int {
		return cmp.Or(cmp.Compare(x.activity, y.activity), cmp.Compare(x.when, y.when))
	})
	for _, m := range meetings {
		who := by[m]
		if len(who) < r.Minimum || len(who) <= best.Size {
			continue
		}
		for _, middle := range who {
			var near []Candidate
			for _, c := range who {
				if r.near(c, middle.Home) {
					near = append(near, c)
				}
			}
			if len(near) >= r.Minimum && len(near) > best.Size {
				best = Group{Need: middle.Need, Activity: m.activity, When: m.when, Area: mostly(near), Size: len(near)}
				if best.Within = r.Within; r.Travel != nil {
					best.Within, best.Minutes = 0, r.Minutes
				}
				for _, c := range near {
					best.people = append(best.people, c.Person)
				}
				ok = true
			}
		}
	}
	return best, ok
}

func unique[T cmp.Ordered](values []T) []T {
	v := slices.Clone(values)
	slices.Sort(v)
	return slices.Compact(v)
}

// mostly returns the neighbourhood of most people, the first by name of several.
func mostly(people []Candidate) string {
	count := map[string]int{}
	best := ""
	for _, c := range people {
		area := cmp.Or(c.Area, Unknown)
		count[area]++
		if n := count[area] - count[best]; best == "" || n > 0 || n == 0 && area < best {
			best = area
		}
	}
	return best
}

// Invite returns who would be asked, in order of ID, for the team that knows them and may ask them.
func (g Group) Invite() (disclosure.Released[[]person.ID], error) {
	return disclosure.Within(slices.Clone(g.people), disclosure.Team, "to be asked whether they would join a group, as they agreed")
}

// Project returns the group as a project that a citizens' panel can vote on. Of the people it
// says only what they would do, where and when, and not how many they are.
func (g Group) Project(id panel.ProjectID, cost sp.Money) panel.Project {
	return panel.Project{
		ID: id, Cost: cost, Name: fmt.Sprintf("%s in %s, %s", g.Activity, g.Area, g.When),
		Categories: []string{string(g.Activity)}, Targets: []string{string(g.Need)},
	}
}

// Release returns how many people could form groups, by group and area, under a policy: it is
// the only form in which sizes leave the house. A person with two needs may be counted twice.
func Release(groups []Group, p disclosure.Policy) (disclosure.Released[disclosure.Safe], error) {
	c := counter{ranked: true}
	for _, g := range groups {
		for range g.Size {
			c.add(fmt.Sprintf("%s: %s, %s", g.Need, g.Activity, g.When), g.Area)
		}
	}
	return disclosure.Release(c.table("People who could form a group, by need, activity and time, and neighbourhood"), p)
}
