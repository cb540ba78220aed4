package quality_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/quality"
	"github.com/socialprescribing/sp/directory/recurrence"
	"github.com/socialprescribing/sp/voice"
)

func TestOfficesAreFoundWhereServicesAreSaidToHappen(t *testing.T) {
	var c directory.Catalogue
	add := func(organisation, place directory.ID, n int, set func(*directory.Service)) {
		for i := range n {
			s := directory.Service{ID: directory.ID(fmt.Sprintf("%s-%s-%d", organisation, place, i)), Organisation: organisation}
			if set != nil {
				set(&s)
			}
			c.Services = append(c.Services, s)
			c.Venues = append(c.Venues, directory.Venue{ID: s.ID + "-v", Service: s.ID, Place: place})
		}
	}
	weekly := func(s *directory.Service) {
		s.Schedules = []directory.Schedule{{Rule: recurrence.Rule{Every: recurrence.Weekly, Interval: 1}}}
	}
	far := func(s *directory.Service) {
		weekly(s)
		s.Area.Postcodes = []string{"M1"}
	}
	c.Places = []directory.Place{
		{ID: "hq", Name: "Tidewell Head Office"},
		{ID: "box", Address: directory.Address{Lines: []string{"PO Box 7"}, Postcode: "LA4 5AA"}},
		{ID: "letters", Kind: directory.Postal, Name: "Head office"},
		{ID: "hall", Name: "Office Street Hall"},
		{ID: "all", Address: directory.Address{Lines: []string{"1 Shore Road"}, Postcode: "LA4 5AA"}},
		{ID: "centre", Address: directory.Address{Lines: []string{"2 Shore Road"}, Postcode: "LA4 5AB"}},
		{ID: "desk", Address: directory.Address{Lines: []string{"3 Shore Road"}, Postcode: "LA4 5AD"}},
		{ID: "part", Address: directory.Address{Lines: []string{"4 Shore Road"}, Postcode: "LA4 5AE"}},
		{ID: "empty", Name: "Registered office"},
	}
	add("a", "hq", 1, weekly)
	add("b", "box", 1, nil)
	add("b", "letters", 1, nil)
	add("c", "hall", 2, nil)
	add("d", "all", 3, nil)       // everything at one place, at no known time
	add("e", "centre", 3, weekly) // a community centre
	add("f", "desk", 3, far)      // for people of another town
	add("g", "part", 3, nil)      // and one somewhere else
	add("g", "hall", 1, nil)
	got := map[directory.ID]quality.OfficeReason{}
	for _, o := range quality.Offices(c) {
		got[o.Place] = o.Why
		require.NotEmpty(t, o.Services)
	}
	require.Equal(t, map[directory.ID]quality.OfficeReason{
		"hq": quality.NamedOffice, "box": quality.NamedOffice, "all": quality.EverythingAt, "desk": quality.EverythingAt,
	}, got)
}

func TestAStatementThatAListingWasCheckedIsACheck(t *testing.T) {
	on := sp.NewDate(2026, 11, 23)
	for term := range voice.Standard().All() {
		for _, k := range term.Kinds {
			if k != voice.Listing {
				continue
			}
			want := sp.No
			switch term.Code {
			case "list-right":
				want = sp.Yes
			case "list-no-answer":
				want = sp.Unknown
			}
			require.Equal(t, quality.Check{On: on, Right: want}, quality.CheckOf(on, term.Code), term.Code)
		}
	}
	require.Equal(t, sp.No, quality.CheckOf[voice.Code](on, "list-cost", "list-right").Right)
	require.Equal(t, sp.No, quality.CheckOf[voice.Code](on, "list-right", "list-cost").Right)
	require.Equal(t, sp.Unknown, quality.CheckOf[voice.Code](on).Right)
}
