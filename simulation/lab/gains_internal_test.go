package lab

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/simulation"
)

// Four groups live north of one choir, at 12 km an hour: next to it, 2.2 km (11 minutes and 5 of waiting),
// 5.6 km (28 and 5) away, and nobody knows where.
func gaining() *Study {
	group := func(name string, home geo.Point) simulation.Group {
		return simulation.Group{Name: name, Profile: person.Profile{Home: directory.Home{Point: home}}}
	}
	at := func(lat float64) geo.Point { return geo.Point{Lat: lat, Lon: -3} }
	helps := func(name string, lat float64, inPerson sp.Truth) simulation.Supply {
		return simulation.Supply{Offer: directory.Offer{
			ID: directory.ID(name), Point: at(lat),
			Facts: directory.Facts{Delivery: directory.Truths[directory.Mode]{directory.InPerson: inPerson}},
		}}
	}
	return &Study{
		Travel: Travel{KmPerHour: 12, Wait: 5},
		Scenario: simulation.Scenario{
			Groups: []simulation.Group{group("quay", at(54)), group("mill", at(54.02)), group("farms", at(54.05)), group("boats", geo.Point{})},
			Supply: []simulation.Supply{helps("choir", 54, sp.Yes), helps("line", 54.05, sp.No)}, // a telephone is no place to go to
		},
		Policies: []Policy{{Name: "as now"}, {Name: "other"}},
		About: map[string]map[string]string{
			"quay":  {"deprivation": "most deprived fifth", "age": "under 65"},
			"mill":  {"deprivation": "most deprived fifth", "age": "65 and over"},
			"farms": {"deprivation": "others", "age": "65 and over"},
		},
	}
}

func TestCompareTellsGroupsApartByDeprivationAgeAndDistance(t *testing.T) {
	scopes, in := gaining().scopes()
	require.Equal(t, []scope{
		{},
		{"age", "65 and over"},
		{"age", "under 65"},
		{"deprivation", "most deprived fifth"},
		{"deprivation", "others"},
		{Distance, "0 to 15 minutes"},
		{Distance, "16 to 30 minutes"},
		{Distance, "31 minutes or more"},
		{Distance, "unknown"},
	}, scopes)
	require.Equal(t, [][]int{{0, 1, 2, 3}, {1, 2}, {0}, {0, 1}, {2}, {0}, {1}, {2}, {3}}, in, "whom nothing is said about is of no age and no deprivation, and is told with everybody")

	nowhere := gaining()
	nowhere.Travel = Travel{}
	scopes, _ = nowhere.scopes()
	require.Len(t, scopes, 5, "where nobody knows how people get about nothing is told by distance")
}

// In two pairs the other policy lets one and three people more of the quay begin, takes two and two from the farms,
// and leaves the mill and the boats as they are.
func TestCompareSaysWhoGainsAndWhoLoses(t *testing.T) {
	s := gaining()
	tr := &trial{Study: s, o: Options{Pairs: 2, Level: 0.95}, infos: Measures(), runs: make([][]sample, 2), keys: make([]string, 2)}
	tr.scopes, tr.in = s.scopes()
	for _, run := range []struct {
		policy int
		begun  [4]int
	}{{0, [4]int{10, 5, 6, 2}}, {1, [4]int{11, 5, 4, 2}}, {0, [4]int{8, 4, 7, 2}}, {1, [4]int{11, 4, 5, 2}}} {
		r := &simulation.Result{}
		for i, n := range run.begun {
			r.Groups = append(r.Groups, simulation.GroupResult{Name: s.Scenario.Groups[i].Name, Begun: n})
		}
		tr.runs[run.policy] = append(tr.runs[run.policy], tr.count(&s.Policies[run.policy], r))
	}
	c, err := tr.compare(1, []int{2})
	require.NoError(t, err)
	require.Equal(t, []string{"age", "deprivation", Distance}, c.Kinds())
	type line struct {
		group string
		mean  float64
		says  Verdict
	}
	told := func(by string) (all []line) {
		for _, d := range c.Groups(Began, by) {
			require.Equal(t, "other", d.Policy)
			all = append(all, line{d.Group, d.Constant.Or(d.Mean.Value), d.Verdict})
		}
		return all
	}
	require.Equal(t, []line{{"", 0, Unsure}}, told(""), "-1 and +1: those who gain are as many as those who lose")
	require.Equal(t, []line{{"65 and over", -2, Unsure}, {"under 65", 2, Unsure}}, told("age"))
	require.Equal(t, []line{{"most deprived fifth", 2, Unsure}, {"others", -2, Unsure}}, told("deprivation"))
	require.Equal(t, []line{{"0 to 15 minutes", 2, Unsure}, {"16 to 30 minutes", 0, Same}, {"31 minutes or more", -2, Unsure}, {"unknown", 0, Same}}, told(Distance))
	for _, d := range c.Groups(Began, "deprivation") {
		if d.Group == "most deprived fifth" { // 1 and 3: 2 with a standard error of 1, of one degree of freedom, over two groups
			require.InDelta(t, 2-25.4517, d.Mean.Interval.Lower, 1e-4)
			require.InDelta(t, 2+25.4517, d.Mean.Interval.Upper, 1e-4)
			require.Equal(t, "+2.0 (-23.5 to 27.5) ?", d.String())
		}
	}
	require.Empty(t, c.Groups(Cost, "age"), "no group has costs of its own")
	require.Empty(t, c.Groups(Began, "height"))
}
