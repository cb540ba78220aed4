package quality_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/quality"
	"github.com/socialprescribing/sp/geo"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func ExampleDiff() {
	before := directory.Catalogue{Services: []directory.Service{{ID: "bay/1", Name: "Lunch"}, {ID: "bay/2", Name: "Choir"}}}
	after := directory.Catalogue{Services: []directory.Service{{ID: "bay/1", Name: "Lunch", Alert: "Moved to the hall"}, {ID: "bay/3", Name: "Walks"}}}
	for _, c := range quality.Diff(before, after) {
		fmt.Println(c.What, c.Name, c.Fields)
	}
	// Output:
	// changed Lunch [alert]
	// gone Choir []
	// new Walks []
}

// service is one that an import fetched.
func service(id directory.ID, fetched time.Time) directory.Service {
	s := directory.Service{ID: id, Name: "Lunch", Provenance: directory.Provenance{Feed: "bay", Fetched: fetched, Hash: fetched.String()}}
	s.Status = directory.Active
	s.Freshness = directory.Freshness{Seen: fetched, Modified: now}
	return s
}

func TestRecordsAreComparedByWhatTheyState(t *testing.T) {
	old := directory.Catalogue{Services: []directory.Service{service("bay/1", now)}}
	again := directory.Catalogue{Services: []directory.Service{service("bay/1", now.AddDate(0, 0, 1))}}
	require.Empty(t, quality.Diff(old, again), "it was fetched again, in other bytes")
	data, err := json.Marshal(again.Services[0])
	require.NoError(t, err)
	var stored directory.Service
	require.NoError(t, json.Unmarshal(data, &stored))
	stored.Phones = []directory.Phone{}
	require.Empty(t, quality.Diff(old, directory.Catalogue{Services: []directory.Service{stored}}), "it was stored")
	again.Services[0].Freshness.Assured = sp.NewDate(2026, 11, 1)
	require.Equal(t, []string{"freshness"}, quality.Diff(old, again)[0].Fields, "an assurance is news")
}

func TestDiffNamesNoPlaceThatIsToldToNobody(t *testing.T) {
	refuge := directory.Place{ID: "bay/refuge", Name: "The Refuge", Point: geo.Point{Lat: 54, Lon: -2.8}, Shown: directory.ShownNothing}
	changes := quality.Diff(directory.Catalogue{}, directory.Catalogue{Places: []directory.Place{refuge}})
	require.Equal(t, []quality.Change{{What: quality.New, Kind: "place", ID: "bay/refuge"}}, changes)
}

func TestChangesNearAPointAreTheNearestFirst(t *testing.T) {
	offer := func(id directory.ID, lat float64) directory.Offer {
		return directory.Offer{ID: id, Name: string(id), Point: geo.Point{Lat: lat, Lon: lat / 54 * -2.8}}
	}
	online := directory.Offer{ID: "bay/online"}
	moved := offer("bay/moved", 54.03)
	before := []directory.Offer{offer("bay/gone", 54.01), offer("bay/moved", 54.2), offer("bay/same", 54.01)}
	after := []directory.Offer{online, moved, offer("bay/same", 54.01), offer("bay/far", 55)}
	var got []string
	for _, c := range quality.Near(quality.DiffOffers(before, after), geo.Point{Lat: 54, Lon: -2.8}, 10*geo.Kilometre) {
		got = append(got, fmt.Sprint(c.What, " ", c.ID))
	}
	require.Equal(t, []string{"gone bay/gone", "changed bay/moved", "new bay/online"}, got)
}

func TestTrackClosesAServiceOnlyAfterSeveralAbsences(t *testing.T) {
	day := func(n int) time.Time { return now.AddDate(0, 0, n) }
	other := service("dale/1", now)
	other.Provenance.Feed = "dale"
	known := quality.Track(directory.Catalogue{Services: []directory.Service{other}}, directory.Catalogue{Services: []directory.Service{service("bay/1", now)}}, "bay", now, 0)
	require.Len(t, known.Services, 2)
	require.Equal(t, now, known.Services[0].Freshness.First)
	for n := 1; n <= 3; n++ {
		known = quality.Track(known, directory.Catalogue{}, "bay", day(n), 0)
		for _, s := range known.Services {
			if s.ID == "dale/1" {
				require.True(t, s.Freshness.Missing.IsZero(), "another feed was not fetched")
				continue
			}
			require.Equal(t, day(1), s.Freshness.Missing)
			require.Equal(t, n, s.Freshness.Absences)
			require.Equal(t, now, s.Freshness.Seen)
			require.Equal(t, n < 3, s.Status == directory.Active)
		}
	}
	known = quality.Track(known, directory.Catalogue{Services: []directory.Service{service("bay/1", day(9))}}, "bay", day(9), 0)
	back := known.Services[0]
	require.Equal(t, directory.Active, back.Status)
	require.Equal(t, directory.Freshness{Modified: now, Seen: day(9), First: now}, back.Freshness)
}

func TestWhatMostNeedsToBeVerifiedComesFirst(t *testing.T) {
	on := sp.NewDate(2026, 11, 23)
	assured := func(id directory.ID, days int) directory.Service {
		s := directory.Service{ID: id}
		if days > 0 {
			s.Freshness.Assured = on.Add(-days)
		}
		return s
	}
	closed, missing := assured("bay/closed", 900), assured("bay/missing", 1)
	closed.Status = directory.Defunct
	missing.Freshness.Missing = now
	services := []directory.Service{assured("bay/old", 400), assured("bay/older", 500), assured("bay/fresh", 10), assured("bay/never", 0), closed, missing, assured("bay/wrong", 5), assured("bay/checked", 500)}
	checks := map[directory.ID][]quality.Check{
		"bay/wrong":   {{On: on.Add(-2), Right: sp.No}},
		"bay/checked": {{On: on.Add(-400), Right: sp.No}, {On: on.Add(-3), Right: sp.Yes}},
	}
	var got []directory.ID
	for _, v := range quality.Due(services, checks, on, 0) {
		got = append(got, v.Service)
	}
	require.Equal(t, []directory.ID{"bay/wrong", "bay/missing", "bay/never", "bay/older", "bay/old"}, got)
}

func TestInventedDatesAreThoseThatAProgramWrote(t *testing.T) {
	var services []directory.Service
	for i := range 30 {
		s := directory.Service{ID: directory.ID(fmt.Sprint("bay/", i))}
		s.Freshness.Assured = sp.NewDate(2026, 1, 1)
		if i%3 == 0 {
			s.Freshness.Assured = sp.NewDate(2026, 2, 1).Add(i)
		}
		s.Freshness.Modified = now.AddDate(0, 0, -i)
		services = append(services, s)
	}
	services[0].Freshness.Assured = sp.NewDate(2030, 1, 1)
	require.Equal(t, []quality.Invented{
		{Field: "assured", Date: sp.NewDate(2026, 1, 1), Records: 20, Of: 30},
		{Field: "assured", Date: sp.NewDate(2030, 1, 1), Records: 1, Of: 30},
	}, quality.InventedDates(services, sp.NewDate(2026, 11, 23)))
	require.Empty(t, quality.InventedDates(services[1:4], sp.NewDate(2026, 11, 23)), "of few nobody can tell")
}

func BenchmarkDiff100000(b *testing.B) {
	var before, after directory.Catalogue
	for i := range 100_000 {
		s := service(directory.ID(fmt.Sprintf("bay/%d", i)), now)
		s.Phones = []directory.Phone{{Number: "01524 000000"}}
		s.Topics = []sp.Code{{System: "x", Code: "y"}}
		before.Services = append(before.Services, s)
		if i%100 == 0 {
			s.Alert = "closed for a week"
		}
		after.Services = append(after.Services, s)
	}
	for b.Loop() {
		if n := len(quality.Diff(before, after)); n != 1000 {
			b.Fatal(n)
		}
	}
}
