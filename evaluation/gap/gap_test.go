package gap_test

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/gap"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/unmet"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
)

// lines streams the lines of a ledger, and an error at the end if there is one.
func lines(err error, all ...unmet.Line) iter.Seq2[unmet.Line, error] {
	return func(yield func(unmet.Line, error) bool) {
		for _, l := range all {
			if !yield(l, nil) {
				return
			}
		}
		if err != nil {
			yield(unmet.Line{}, err)
		}
	}
}

func line(id, need string, kind unmet.Kind, why string, effect reason.Effect) unmet.Line {
	return unmet.Line{
		Source: store.Key{Tenant: "bay", Kind: "placement", ID: "PL-" + id}, Kind: kind, Need: needs.Code(need),
		Referral: referral.ID("R-" + id), Reason: reason.Reason{Code: why, Effect: effect},
	}
}

func TestLacksAreTheLinesThatStandAndEachCountsOnce(t *testing.T) {
	retracted := line("3", "", unmet.Retracted, "", "")
	whole := unmet.Line{Source: store.Key{Tenant: "bay", Kind: referral.Kind, ID: "R-4"}, Kind: unmet.Retracted, Referral: "R-4"}
	lacks, err := gap.Lacks(lines(nil,
		line("1", "debt", unmet.Declined, "too-far", reason.Rematch),
		line("1", "debt", unmet.Declined, "too-far", reason.Rematch),
		line("1", "debt", unmet.NothingFound, "", ""),
		line("2", "debt", unmet.Declined, "duplicate", reason.NoEffect),
		line("3", "debt", unmet.Lapsed, "no-answer", reason.Rematch),
		line("4", "debt", unmet.Lapsed, "no-answer", reason.Rematch),
		retracted, whole,
	))
	require.NoError(t, err)
	require.Equal(t, []gap.Lack{{"R-1", "debt", "too-far"}, {"R-1", "debt", "nothing-found"}}, lacks)

	broken := errors.New("broken")
	_, err = gap.Lacks(lines(broken))
	require.ErrorIs(t, err, broken)
}

// sources has many who lack a walk in two wards, and three who lack something else.
func sources() gap.Sources {
	s := gap.Sources{Who: map[referral.ID]gap.Person{}, Reach: map[string]map[string]int{"Bare": {"walks": 2, "debt": 2}, "Poulton": {"walks": 5}, "Torrisholme": {}}}
	for i := range 43 {
		id := referral.ID(fmt.Sprint("R-", i))
		area, need := "Bare", needs.Code("loneliness")
		if i%2 == 0 {
			area = "Poulton"
		}
		if i >= 40 {
			need = "grief"
		}
		if i != 5 {
			s.Who[id] = gap.Person{Area: area, Age: "65-74"}
		}
		s.Lacks = append(s.Lacks, gap.Lack{Referral: id, Need: need, Reason: "no-transport"})
		s.Said = append(s.Said, voice.Said{Kind: voice.Request, Need: "loneliness", Area: geo.Area{Code: area}})
		s.Missing = append(s.Missing, gap.Missing{Need: "loneliness", Area: area})
	}
	for range 50 {
		s.Said = append(s.Said, voice.Said{Kind: voice.Request, Need: "debt", Area: geo.Area{Code: "Bare"}}, voice.Said{Kind: voice.Diary})
	}
	return s
}

func TestMakeReleasesNothingButSafeTables(t *testing.T) {
	r, err := gap.Make(sources(), disclosure.HES())
	require.NoError(t, err)
	require.Equal(t, []string{"Referrals with an unmet need, by need and area"}, r.Withheld, "one person of an unknown area cannot be hidden")
	var all []disclosure.Safe
	var titles []string
	for _, released := range r.Tables {
		safe, err := released.Public()
		require.NoError(t, err)
		all, titles = append(all, safe), append(titles, safe.Title)
	}
	require.Equal(t, []string{
		"Referrals with an unmet need, by need and reason",
		"Referrals with an unmet need, by need", "Referrals with an unmet need, by area", // totals in place of what is withheld
		"Referrals with an unmet need, by need and age band",
		"Requests for help that is not there, by need and area",
		"Requests on the waiting list for which all places are held, by need and area",
	}, titles)
	require.Equal(t, "20", all[2].Rows[0].Cells[0].String(), "of Bare")
	require.Equal(t, "*", all[2].Rows[2].Cells[0].String(), "one person of whom the area is not known")
	for _, row := range all[0].Rows {
		if row.Name == "grief" {
			_, shown := row.Cells[0].Count.Lookup()
			require.False(t, shown, "three people are too few to be shown")
		}
	}
	require.Equal(t, "debt", all[4].Rows[0].Name, "what most people ask for stands first")

	diversity, err := r.Diversity.Public()
	require.NoError(t, err)
	require.Equal(t, []gap.Diversity{
		{"Bare", 4, 2, math.Ln2, 2}, {"Poulton", 5, 1, 0, 1}, {"Torrisholme", 0, 0, 0, 0},
	}, diversity)

	none, err := gap.Make(gap.Sources{}, disclosure.HES())
	require.NoError(t, err)
	require.Empty(t, none.Tables)
	_, err = gap.Make(sources(), disclosure.Policy{SmallFrom: 7, SmallTo: 1})
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestShannonIsTheLogarithmOfHowManyKindsAreEquallyFrequent(t *testing.T) {
	for n := 1; n < 9; n++ {
		h, known := gap.Shannon(slices.Repeat([]int{7}, n)).Lookup()
		require.True(t, known)
		require.InDelta(t, math.Log(float64(n)), h, 1e-12)
	}
	h, _ := gap.Shannon([]int{1, 3}).Lookup()
	require.InDelta(t, 0.5623351446188083, h, 1e-15, "ln 4 - 3/4 ln 3")
	for _, nothing := range [][]int{nil, {0, 0}, {3, -1}} {
		_, known := gap.Shannon(nothing).Lookup()
		require.False(t, known)
	}
}

// walkers are people along a road, so many metres apart, who would walk.
func walkers(n int, apart float64) []gap.Candidate {
	var all []gap.Candidate
	for i := range n {
		all = append(all, gap.Candidate{
			Person: person.ID(fmt.Sprintf("P-%02d", i)), Need: "loneliness", Interests: []person.Activity{"walking", "walking"}, Area: "Bare",
			Home: geo.Point{Lat: 54 + float64(i)*apart/111_195, Lon: -2.8}, Free: []string{"weekday mornings", "Sundays"}[:1+i%2], May: sp.Yes,
		})
	}
	return all
}

func TestGroupsAreOfPeopleNearEachOtherWhoAgreedToBeAsked(t *testing.T) {
	people := walkers(9, 100)
	groups, err := gap.Groups(people, gap.Rules{})
	require.NoError(t, err)
	require.Len(t, groups, 1)
	require.Equal(t, "9 people within 1600 m in Bare who need help with loneliness would join walking on weekday mornings", groups[0].String())

	invite, err := groups[0].Invite()
	require.NoError(t, err)
	_, err = invite.Public()
	require.Error(t, err, "who they are is for the team alone")
	require.NotContains(t, fmt.Sprintf("%v %+v %s", groups[0], groups[0], invite), "P-0")
	project := groups[0].Project("walk", sp.Pounds(800))
	require.Equal(t, "walking in Bare, weekday mornings", project.Name)
	require.NotContains(t, fmt.Sprint(project), "9")

	slices.Reverse(people)
	again, err := gap.Groups(people, gap.Rules{})
	require.NoError(t, err)
	require.Equal(t, groups, again, "in whatever order they come")

	for i := range people[:4] {
		people[i].May = sp.Unknown
	}
	groups, err = gap.Groups(people, gap.Rules{})
	require.NoError(t, err)
	require.Empty(t, groups, "five are too few, and nobody is asked who did not agree")

	apart, err := gap.Groups(walkers(20, 1000), gap.Rules{Minimum: 3})
	require.NoError(t, err)
	seen := 0
	for _, g := range apart {
		require.GreaterOrEqual(t, g.Size, 3)
		seen += g.Size
	}
	require.LessOrEqual(t, seen, 20, "nobody is in two groups for one need")
	for _, bad := range []gap.Rules{{Minimum: 2}, {Minimum: -1}, {Within: -1}} {
		_, err := gap.Groups(nil, bad)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
}

// Who goes on foot needs 75 seconds for 100 m, who goes by bus a fifth of that, and of some nobody knows.
func TestGroupsAreOfPeopleWithinMinutesOfTravel(t *testing.T) {
	people := walkers(9, 1000)
	seconds := func(i int) int { return map[bool]int{true: 75, false: 15}[i < 6] }
	of := map[person.ID]int{}
	for i := range people {
		people[i].Free = []string{"weekday mornings"}
		of[people[i].Person] = seconds(i)
	}
	travel := func(c gap.Candidate, to geo.Point) (int, bool) {
		d, known := c.Home.DistanceTo(to)
		return int(float64(d) / 100 * float64(of[c.Person]) / 60), known && c.Person != "P-02"
	}
	groups, err := gap.Groups(people, gap.Rules{Travel: travel, Minimum: 4})
	require.NoError(t, err)
	require.Len(t, groups, 1)
	require.Equal(t, "6 people within 20 minutes in Bare who need help with loneliness would join walking on weekday mornings", groups[0].String(),
		"three on foot, no further than a kilometre from their middle, and three by bus")
	slices.Reverse(people)
	again, err := gap.Groups(people, gap.Rules{Travel: travel, Minimum: 4, Minutes: 20})
	require.NoError(t, err)
	require.Equal(t, groups, again)
	far, err := gap.Groups(people, gap.Rules{Travel: travel, Minimum: 4, Minutes: 1})
	require.NoError(t, err)
	require.Empty(t, far)
	_, err = gap.Groups(nil, gap.Rules{Minutes: -1})
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestReleaseShowsNoSizeThatIsSmall(t *testing.T) {
	groups, err := gap.Groups(append(walkers(9, 10), shifted(walkers(3, 10))...), gap.Rules{Minimum: 3})
	require.NoError(t, err)
	require.Len(t, groups, 2)
	released, err := gap.Release(groups, disclosure.HES())
	require.NoError(t, err)
	safe, err := released.Public()
	require.NoError(t, err)
	text := fmt.Sprint(safe)
	require.Contains(t, text, "loneliness: walking, weekday mornings")
	require.NotContains(t, text, " 3 ")
}

// shifted moves people far away and gives them IDs of their own.
func shifted(people []gap.Candidate) []gap.Candidate {
	for i := range people {
		people[i].Person += "b"
		people[i].Home.Lat++
		people[i].Area = "Poulton"
	}
	return people
}
