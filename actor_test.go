package sp_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
)

func TestAStampSaysWhoActedAndWhen(t *testing.T) {
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	friday, monday := time.Date(2026, 3, 6, 10, 0, 0, 0, time.UTC), time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name  string
		stamp sp.Stamp
		paths []string // of what is wrong
	}{
		{"what is recorded at once is right", sp.By(ann, monday), nil},
		{"what is recorded after the weekend is right", sp.By(ann, monday).Happened(friday), nil},
		{"nothing is recorded before it happens", sp.By(ann, friday).Happened(monday), []string{"stamp.at"}},
		{"nobody is no actor", sp.By(sp.Actor{}, monday), []string{"stamp.by.id", "stamp.by.role"}},
		{"a name is no ID", sp.By(sp.Actor{ID: "Ann Archer", Role: sp.RoleLinkWorker}, monday), []string{"stamp.by.id"}},
		{"nothing is a stamp of nothing", sp.Stamp{By: ann}, []string{"stamp.at", "stamp.recorded"}},
		{"for whom somebody acts is named by ID", sp.By(sp.Actor{ID: "u-1", Role: sp.RolePerson, For: "June Moon"}, monday), []string{"stamp.by.for"}},
		{"what a link is for is named by ID", sp.By(sp.Actor{ID: "u-1", Role: sp.RolePerson, For: "P-1", Only: "placement PL-1"}, monday), []string{"stamp.by.only"}},
		{"a key has no room for a sentence", sp.By(ann, monday).Under("a second try"), []string{"stamp.key"}},
		{"all of it is right", sp.By(sp.Actor{ID: "u-1", Role: sp.RolePerson, For: "P-1", Only: "placement/PL-1"}, monday).Under("k-1"), nil},
		{"a year of five digits cannot be stored", sp.By(ann, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)), []string{"stamp.at", "stamp.recorded"}},
		{"nor can one that has five digits in UTC alone", sp.By(ann, time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -5*3600))), []string{"stamp.at", "stamp.recorded"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var e sp.InvalidError
			tt.stamp.Check(&e)
			var paths []string
			for _, f := range e.Fields {
				paths = append(paths, f.Path)
			}
			require.Empty(t, cmp.Diff(tt.paths, paths))
		})
	}
}

func TestAStampDoesNotSayWhichDayItIsForItsActor(t *testing.T) {
	auckland, honolulu := time.FixedZone("NZST", 12*3600), time.FixedZone("HST", -10*3600)
	for _, tt := range []struct {
		name        string
		at          time.Time
		day         sp.Date // for the actor
		first, last sp.Date
	}{
		{"a morning in New Zealand is still yesterday in UTC", time.Date(2026, 6, 10, 9, 0, 0, 0, auckland), sp.NewDate(2026, 6, 10), sp.NewDate(2026, 6, 9), sp.NewDate(2026, 6, 10)},
		{"an evening in Hawaii is tomorrow in UTC already", time.Date(2026, 6, 9, 20, 0, 0, 0, honolulu), sp.NewDate(2026, 6, 9), sp.NewDate(2026, 6, 9), sp.NewDate(2026, 6, 10)},
		{"before ten in UTC the new day has begun everywhere but in the far west", time.Date(2026, 6, 9, 9, 59, 0, 0, time.UTC), sp.NewDate(2026, 6, 9), sp.NewDate(2026, 6, 8), sp.NewDate(2026, 6, 9)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			first, last := sp.By(sp.Actor{}, tt.at).Days()
			require.Equal(t, []sp.Date{tt.first, tt.last}, []sp.Date{first, last})
			require.True(t, first <= tt.day && tt.day <= last)
		})
	}
}

func TestStampsKeepTwoTimesInWholeMicroseconds(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	monday := time.Date(2026, time.June, 15, 9, 0, 0, 1999, london)
	friday := time.Date(2026, time.June, 12, 16, 30, 0, 0, london)
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}

	s := sp.By(ann, monday).Happened(friday)
	require.Equal(t, time.Date(2026, time.June, 15, 8, 0, 0, 1000, time.UTC), s.Recorded)
	require.Equal(t, time.Date(2026, time.June, 12, 15, 30, 0, 0, time.UTC), s.At)
	require.Equal(t, "link-worker ann", s.By.String())
	require.Equal(t, s, sp.Stamp{By: ann, At: friday, Recorded: monday}.Precise())

	data, err := json.Marshal(s)
	require.NoError(t, err)
	var back sp.Stamp
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, s, back, "a stamp survives its wire form, bit by bit")
}

func TestAStampOfTheSystemIsMadeAndNotClaimed(t *testing.T) {
	monday := time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	claimed := sp.By(sp.Actor{ID: "mallory", Role: sp.RoleSystem}, monday)
	require.False(t, claimed.System())
	data, err := json.Marshal(sp.BySystem("nightly", monday))
	require.NoError(t, err)
	var read sp.Stamp
	require.NoError(t, json.Unmarshal(data, &read))
	require.False(t, read.System(), "nor read from a request")

	timer := sp.BySystem("nightly", monday)
	require.True(t, timer.System())
	require.Equal(t, sp.Actor{ID: "nightly", Role: sp.RoleSystem}, timer.By)
	require.True(t, timer.Happened(monday.Add(-time.Hour)).Under("k-1").System())
	follows := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker, For: "bay", Only: "referral/R-1"}, monday).Under("k-1").Consequence()
	require.True(t, follows.System())
	require.Equal(t, sp.Stamp{By: sp.Actor{ID: "ann", Role: sp.RoleSystem}, At: monday, Recorded: monday, Key: "k-1"}, follows.Kept())
	require.False(t, timer.Kept().System(), "what is kept proves nothing")
}

func TestStampsAreEqualIfTheySayTheSame(t *testing.T) {
	monday := time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	s := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, monday)
	paris := s
	paris.At = monday.In(time.FixedZone("CET", 3600))
	require.True(t, s.Equal(paris))
	for name, other := range map[string]sp.Stamp{
		"another actor": sp.By(sp.Actor{ID: "ben", Role: sp.RoleLinkWorker}, monday),
		"another key":   s.Under("k-1"),
		"earlier":       s.Happened(monday.Add(-time.Hour)),
		"noted later":   sp.By(s.By, monday.Add(time.Hour)).Happened(monday),
	} {
		require.False(t, s.Equal(other), name)
	}
	require.True(t, s.By.Same(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker, For: "bay"}))
	require.False(t, s.By.Same(sp.Actor{ID: "ann", Role: sp.RolePerson}))
}
