package matching_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

func TestAVerdictGivesAsReasonWhatTheOfferSaysOrThatItDoesNot(t *testing.T) {
	on := sp.NewDate(2026, 11, 23)
	weekly := func(day time.Weekday) directory.Schedule {
		return directory.Schedule{Rule: recurrence.Rule{Every: recurrence.Weekly, Interval: 1, Days: []recurrence.Day{{Weekday: day}}}}
	}
	groups := func(only sp.Truth, list ...directory.Group) directory.Offer {
		return directory.Offer{Facts: directory.Facts{Eligibility: directory.Eligibility{Groups: list, Restricted: only}}}
	}
	facts := func(f directory.Facts) directory.Offer { return directory.Offer{Facts: f} }
	grief := sp.Code{Code: "grief", Display: "Grief"}
	options := matching.Options{Needs: []needs.Code{needs.Grief}}
	for _, tt := range []struct {
		rule  matching.Rule
		offer directory.Offer
		want  string
	}{
		{matching.Need, directory.Offer{}, "does not say what it helps with"},
		{matching.Need, facts(directory.Facts{Topics: []sp.Code{grief, {Code: "debt"}}}), "helps with Grief, debt"},
		{matching.Open, directory.Offer{}, "does not say whether it is running"},
		{matching.Funded, directory.Offer{}, "names no end of its funding"},
		{matching.Funded, facts(directory.Facts{FundedUntil: on}), "is funded until 2026-11-23"},
		{matching.Age, directory.Offer{}, "names no ages"},
		{matching.Groups, groups(sp.No), "is for anybody"},
		{matching.Groups, groups(sp.Unknown), "does not say whether it is for anybody"},
		{matching.Groups, groups(sp.Yes, directory.Carers), "is only for carers"},
		{matching.Groups, groups(sp.Unknown, directory.Carers), "is for carers, perhaps not only"},
		{matching.Area, directory.Offer{}, "does not say which area it serves"},
		{matching.Area, facts(directory.Facts{Area: directory.ServiceArea{Everywhere: true}}), "serves people wherever they live"},
		{matching.Area, facts(directory.Facts{Area: directory.ServiceArea{Postcodes: []string{"LA4"}}}), "serves people of its area"},
		{matching.Days, directory.Offer{}, "does not say on which days it happens"},
		{matching.Days, facts(directory.Facts{Schedules: []directory.Schedule{weekly(time.Thursday), weekly(time.Sunday), weekly(time.Saturday), weekly(time.Thursday)}}), "happens on Sunday, Thursday, Saturday"},
		{matching.Reachable, directory.Offer{}, "is at an unknown distance"},
		{matching.Reachable, facts(directory.Facts{Access: directory.Truths[directory.Access]{directory.Transport: sp.Yes}}), "fetches people and takes them home"},
	} {
		t.Run(string(tt.rule)+" "+tt.want, func(t *testing.T) {
			tt.offer.ID = "bay/o"
			if tt.offer.Delivery == nil {
				tt.offer.Delivery = directory.Truths[directory.Mode]{directory.InPerson: sp.Yes}
			}
			p := person.Profile{On: on, Circumstances: person.Circumstances{Days: map[time.Weekday]sp.Truth{time.Sunday: sp.Yes}}}
			require.Equal(t, tt.want, find(t, matching.Judge(p, tt.offer, options), tt.rule).Because)
		})
	}
}

func TestAnExclusionLeavesOutAnOfferItsServiceOrItsOrganisation(t *testing.T) {
	o := directory.Offer{ID: "bay/s@p", Service: "bay/s", Organisation: "bay/o"}
	for id, want := range map[directory.ID]sp.Truth{"bay/s@p": sp.No, "bay/s": sp.No, "bay/o": sp.No, "bay/p": sp.Yes} {
		v := matching.Judge(person.Profile{}, o, matching.Options{Without: []directory.ID{"bay/x", id}})
		require.Equal(t, want, find(t, v, matching.Excluded).Truth, id)
	}
}

func TestJudgeTakesAProfileForOneOfTheAreasOfItsHome(t *testing.T) {
	here, there := geo.Area{Code: "E07000121", Boundary: 2023}, geo.Area{Code: "E07000123", Boundary: 2023}
	o := directory.Offer{ID: "bay/o", Facts: directory.Facts{Area: directory.ServiceArea{Areas: []geo.Area{here}}}}
	for home, want := range map[geo.Area]sp.Truth{here: sp.Yes, there: sp.No} {
		p := person.Profile{Home: directory.Home{Areas: []geo.Area{home}}}
		require.Equal(t, want, find(t, matching.Judge(p, o, matching.Options{}), matching.Area).Truth)
	}
}
