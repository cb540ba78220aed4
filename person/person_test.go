package person_test

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var (
	noon  = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	today = sp.DateOf(noon)
	ann   = sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, noon)
)

// canary stands in every personal field of [jo], so that a leak is found by searching for it.
const canary = "Xylocarp"

func nhsNumber(tb testing.TB, s string) sp.NHSNumber {
	tb.Helper()
	n, err := sp.ParseNHSNumber(s)
	require.NoError(tb, err)
	return n
}

// jo is somebody of whom everything is known.
func jo(tb testing.TB) person.Person {
	tb.Helper()
	quiet, ok := person.Adjustment("adjustforlownoisestimulus")
	require.True(tb, ok)
	return person.Person{
		ID: "P-55", Household: "H-7",
		Name:      sp.Hide(person.Name{Given: canary + "Given", Family: canary + "Family", Known: canary + "Known", Pronouns: canary}),
		Born:      sp.Hide(sp.NewDate(1959, time.March, 14)),
		NHSNumber: nhsNumber(tb, "943 476 5919"),
		Address: sp.Hide(person.Address{
			Lines: []string{canary + " Street"}, Postcode: "LA4 5AB", Point: geo.Point{Lat: 54.07123, Lon: -2.86789},
			Areas: []geo.Area{{Code: "E01025130", Boundary: 2021}},
		}),
		Contacts: []person.Contact{
			{
				Value: sp.Hide("07700 900123 " + canary), Safe: map[person.Channel]sp.Truth{person.Phone: sp.No, person.Text: sp.Yes},
				Message: person.LeaveName, Times: []person.Window{{Days: []time.Weekday{time.Monday}, From: 9 * 60, Until: 17 * 60}}, Answers: map[person.Answerer]person.Leave{person.Partner: person.LeaveNothing}, Review: sp.NewDate(2027, 1, 1), Note: sp.Hide(canary + " note"),
			},
			{Value: sp.Hide(canary + "@example.org"), Safe: map[person.Channel]sp.Truth{person.Email: sp.Unknown}},
		},
		Channels: map[person.Channel]sp.Truth{person.Letter: sp.No},
		Representatives: []person.Representative{{
			Name: sp.Hide(person.Name{Given: canary + "Attorney"}), Authority: person.PowerOfAttorney, Decides: sp.No,
			Contacts: []person.Contact{{Value: sp.Hide("01524 " + canary), Safe: map[person.Channel]sp.Truth{person.Phone: sp.Yes}}},
			During:   sp.Period{Start: sp.NewDate(2025, time.May, 1)},
		}},
		Circumstances: sp.Hide(person.Circumstances{
			Gender: person.Female, Groups: map[directory.Group]sp.Truth{directory.Carers: sp.Yes, directory.Veterans: sp.No},
			Languages: []directory.Language{"pl", "en"}, Interpreter: sp.No,
			Transport:   person.Transport{Car: sp.No, Public: sp.Yes, BusPass: sp.Yes, Minutes: sp.Know(40)},
			Digital:     person.Digital{Internet: sp.Yes, Device: sp.Yes},
			Ceiling:     sp.Know(sp.Pounds(5)),
			Access:      map[directory.Access]sp.Truth{directory.StepFree: sp.Yes},
			Adjustments: []sp.Code{quiet},
			Modes:       map[directory.Mode]sp.Truth{directory.InPerson: sp.Yes, directory.Online: sp.No},
			GroupSize:   sp.Know(6),
			Days:        map[time.Weekday]sp.Truth{time.Monday: sp.Yes},
			Interests: []person.Interest{
				{Activity: "singing", Setting: person.Indoors, With: person.SmallGroup, Likes: sp.Yes},
				{Activity: "video-games", Likes: sp.No},
			},
		}),
		Equality: sp.Hide(person.Equality{
			person.EthnicCategory: fact(tb, person.EthnicCategory, "J"),
			person.Belief:         {NotStated: true},
			person.Disability:     {Code: sp.Code{System: "https://example.org/disability", Code: "hearing"}},
		}),
		Registration: sp.Hide(person.Registration{Practice: "P81001", Supplier: "tpp"}),
		Heard:        "heard-poster",
	}
}

// fact is an answer on the list of a characteristic.
func fact(tb testing.TB, c person.Characteristic, code string) person.Fact {
	tb.Helper()
	list, ok := person.ListOf(c)
	require.True(tb, ok)
	f, ok := list.Fact(code)
	require.True(tb, ok)
	return f
}

func TestAProfileTellsWhatHelpNeedsAndNotWhoItIs(t *testing.T) {
	p := jo(t)
	want := person.Profile{
		ID: "P-55", Household: "H-7", On: today,
		Age: sp.Know(directory.Years(67) + 8), Guardian: sp.No,
		Home:          directory.Home{Point: geo.Point{Lat: 54.07, Lon: -2.87}, Postcode: "LA4 5", Areas: []geo.Area{{Code: "E01025130", Boundary: 2021}}},
		Contact:       map[person.Channel]sp.Truth{person.Phone: sp.No, person.Text: sp.Yes, person.Letter: sp.No},
		Circumstances: p.Circumstances.Reveal(),
		Equality:      map[person.Characteristic]string{person.EthnicCategory: "asian", person.Belief: "not-stated", person.Disability: "stated"},
		Practice:      "P81001", Supplier: "tpp", Heard: "heard-poster",
	}
	require.Empty(t, diff(want, p.Profile(today)))
}

func TestAProfileOfSomebodyUnknownKnowsNothing(t *testing.T) {
	require.Empty(t, diff(person.Profile{ID: "P-1"}, person.Person{ID: "P-1"}.Profile(0)))
}

func TestAProfileSharesNothingWithTheRecord(t *testing.T) {
	p := jo(t)
	profile := p.Profile(today)
	profile.Groups[directory.Carers] = sp.No
	profile.Access[directory.StepFree] = sp.No
	profile.Modes[directory.InPerson] = sp.No
	profile.Days[time.Monday] = sp.No
	profile.Languages[0] = "xx"
	profile.Adjustments[0] = sp.Code{}
	profile.Interests[0] = person.Interest{}
	profile.Equality[person.Belief] = "none"
	profile.Home.Areas[0] = geo.Area{}
	profile.Contact[person.Text] = sp.No
	require.Empty(t, diff(jo(t).Profile(today), p.Profile(today)))
}

func TestAPersonNeedsAGuardianOrNot(t *testing.T) {
	born := func(years int) sp.Personal[sp.Date] { return sp.Hide(today.AddMonths(-12 * years)) }
	mother := person.Representative{Person: "P-2", Authority: person.ParentalResponsibility, Decides: sp.Yes}
	deputy := person.Representative{Person: "P-3", Authority: person.Deputy, Decides: sp.Yes}
	former := person.Representative{Person: "P-4", Authority: person.Deputy, Decides: sp.Yes, During: sp.Period{End: today}}
	advocate := person.Representative{Person: "P-5", Authority: person.Advocate, Decides: sp.No}
	unasked := person.Representative{Person: "P-6", Authority: person.FamilyCarer}
	ending := person.Representative{Person: "P-7", Authority: person.ParentalResponsibility, Decides: sp.Yes, During: sp.Period{End: today.Add(9)}}
	for _, c := range []struct {
		name      string
		p         person.Person
		guarded   sp.Truth
		undecided bool
	}{
		{"a child with a parent has a guardian", person.Person{Born: born(9), Representatives: []person.Representative{mother}}, sp.Yes, false},
		{"a child alone is received, and asked about", person.Person{Born: born(12)}, sp.Unknown, true},
		{"a child with an advocate alone is asked about", person.Person{Born: born(9), Representatives: []person.Representative{advocate}}, sp.Unknown, true},
		{"a child whose guardian's time is over is asked about", person.Person{Born: born(9), Representatives: []person.Representative{former}}, sp.Unknown, true},
		{"a child whose guardian's time will be over is asked about then", person.Person{Born: born(9), Representatives: []person.Representative{ending}}, sp.Yes, true},
		{"a child found competent decides", person.Person{Born: born(15), Competent: sp.Yes}, sp.No, false},
		{"a child found not competent needs a guardian", person.Person{Born: born(15), Competent: sp.No}, sp.Yes, true},
		{"at sixteen it depends on where and on what", person.Person{Born: born(16)}, sp.Unknown, true},
		{"at eighteen it does not", person.Person{Born: born(18)}, sp.No, false},
		{"an adult with a deputy has a guardian", person.Person{Born: born(80), Representatives: []person.Representative{deputy}}, sp.Yes, false},
		{"an adult whose deputy's time is over decides", person.Person{Born: born(80), Representatives: []person.Representative{former}}, sp.No, false},
		{"an adult with a carer whose part nobody asked is unknown", person.Person{Born: born(80), Representatives: []person.Representative{unasked}}, sp.Unknown, false},
		{"somebody of unknown age is received, and asked about", person.Person{}, sp.Unknown, true},
		{"somebody of unknown age with a deputy has a guardian", person.Person{Representatives: []person.Representative{deputy}}, sp.Yes, false},
		{"somebody of unknown age found competent decides", person.Person{Competent: sp.Yes}, sp.No, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.p.ID = "P-1"
			require.Equal(t, c.guarded, c.p.Profile(today).Guardian)
			require.NoError(t, c.p.Check(today), "no unknown fact is a reason to refuse")
			db := store.Tenant(memstore.New(), "bay")
			record, err := person.Register(c.p, ann)
			require.NoError(t, err)
			require.NoError(t, store.Save(t.Context(), db, record))
			found := false
			for r, err := range person.NewRepository(db).Undecided(t.Context()) {
				require.NoError(t, err)
				require.Equal(t, c.p.ID, r.Person().ID)
				found = true
			}
			require.Equal(t, c.undecided, found)
		})
	}
}

func TestCheckNamesFieldsAndNeverValues(t *testing.T) {
	p := jo(t)
	p.ID = "P-9434765919"
	p.Born = sp.Hide(today.Add(1))
	p.Address = sp.Hide(person.Address{Postcode: canary, Point: geo.Point{Lat: 100, Lon: 1}})
	p.Contacts = []person.Contact{{Value: sp.Hide(" ")}, {Value: sp.Hide(canary), Safe: map[person.Channel]sp.Truth{person.Email: sp.Yes, person.Phone: sp.Yes}}}
	p.Representatives = []person.Representative{{}, {Person: p.ID, Authority: person.Deputy}}
	p.Circumstances = sp.Hide(person.Circumstances{
		Languages: []directory.Language{"en", canary}, Adjustments: []sp.Code{{}},
		Transport: person.Transport{Minutes: sp.Know(-1), Distance: sp.Know(geo.Distance(-1))},
		Ceiling:   sp.Know(sp.Pence(-1)), GroupSize: sp.Know(0),
	})
	var invalid *sp.InvalidError
	require.ErrorAs(t, p.Check(today), &invalid)
	require.NotContains(t, invalid.Error(), canary)
	require.NotContains(t, invalid.Error(), "9434765919")
	var paths []string
	for _, f := range invalid.Fields {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{
		"id", "born", "contacts[0].value", "contacts[0].safe", "contacts[1].value", "contacts[1].value",
		"representatives[0]", "representatives[0].authority", "representatives[1].person", "address.postcode", "address.point",
		"circumstances.languages[1]", "circumstances.adjustments[0]", "circumstances.transport.minutes", "circumstances.transport.distance",
		"circumstances.ceiling", "circumstances.groupSize",
	}, paths)
	require.ErrorContains(t, person.Person{Born: sp.Hide(sp.NewDate(1890, 1, 1))}.Check(today), sp.IDRule+"; born must not lie more than 130 years back")
}

func TestCheckRefusesAPersonThatCannotBeStoredWithoutLoss(t *testing.T) {
	const bad = "\xff"
	safe := map[person.Channel]sp.Truth{person.Phone: sp.Yes}
	circumstances := func(c person.Circumstances) func(*person.Person) {
		return func(p *person.Person) { p.Circumstances = sp.Hide(c) }
	}
	for name, c := range map[string]struct {
		change func(*person.Person)
		path   string
	}{
		"an ID with room for a name":             {func(p *person.Person) { p.ID = "Jo Bloggs" }, "id"},
		"an ID with a NUL":                       {func(p *person.Person) { p.ID = "P\x00" }, "id"},
		"an ID with the NHS number in groups":    {func(p *person.Person) { p.ID = "943-476-5919" }, "id"},
		"a household with room for a name":       {func(p *person.Person) { p.Household = "the Bloggses" }, "household"},
		"a household named by somebody's number": {func(p *person.Person) { p.Household = "H943:476:5919" }, "household"},
		"a broken name":                          {func(p *person.Person) { p.Name = sp.Hide(person.Name{Family: bad}) }, "name"},
		"a name that was redacted":               {func(p *person.Person) { p.Name = sp.Hide(person.Name{Given: "[personal]"}) }, "name"},
		"a broken line of an address":            {func(p *person.Person) { p.Address = sp.Hide(person.Address{Lines: []string{bad}}) }, "address.lines"},
		"a postcode of a form of its own":        {func(p *person.Person) { p.Address = sp.Hide(person.Address{Postcode: "la45ab"}) }, "address.postcode"},
		"half a postcode":                        {func(p *person.Person) { p.Address = sp.Hide(person.Address{Postcode: "LA4"}) }, "address.postcode"},
		"a number for texts without a digit": {func(p *person.Person) {
			p.Contacts = []person.Contact{{Value: sp.Hide("none"), Safe: map[person.Channel]sp.Truth{person.Text: sp.Yes}}}
		}, "contacts[0].value"},
		"a representative with a contact for nothing": {func(p *person.Person) { p.Representatives[0].Contacts = []person.Contact{{Value: sp.Hide("1")}} }, "representatives[0].contacts[0].safe"},
		"a distance without end":                      {circumstances(person.Circumstances{Transport: person.Transport{Distance: sp.Know(geo.Distance(math.Inf(1)))}}), "circumstances.transport.distance"},
		"a broken area":                               {func(p *person.Person) { p.Address = sp.Hide(person.Address{Areas: []geo.Area{{Code: bad}}}) }, "address.areas[0]"},
		"a broken channel":                            {func(p *person.Person) { p.Channels = map[person.Channel]sp.Truth{bad: sp.No} }, "channels"},
		"a contact with a broken channel": {func(p *person.Person) {
			p.Contacts = []person.Contact{{Value: sp.Hide("1"), Safe: map[person.Channel]sp.Truth{bad: sp.No}}}
		}, "contacts[0]"},
		"a note that was redacted": {func(p *person.Person) {
			p.Contacts = []person.Contact{{Value: sp.Hide("1"), Note: sp.Hide("[personal]"), Safe: safe}}
		}, "contacts[0]"},
		"a representative with a broken name":       {func(p *person.Person) { p.Representatives[0].Name = sp.Hide(person.Name{Known: bad}) }, "representatives[0].name"},
		"a representative with a broken right":      {func(p *person.Person) { p.Representatives[0].Authority = bad }, "representatives[0].authority"},
		"a representative whose ID is a name":       {func(p *person.Person) { p.Representatives[0].Person = "Mary Bloggs" }, "representatives[0].person"},
		"a representative for no day":               {func(p *person.Person) { p.Representatives[0].During = sp.Period{Start: today, End: today} }, "representatives[0].during"},
		"a representative from before the calendar": {func(p *person.Person) { p.Representatives[0].During = sp.Period{Start: -5} }, "representatives[0].during"},
		"a broken gender":                           {circumstances(person.Circumstances{Gender: bad}), "circumstances.gender"},
		"a broken group":                            {circumstances(person.Circumstances{Groups: map[directory.Group]sp.Truth{bad: sp.Yes}}), "circumstances.groups"},
		"a broken access need":                      {circumstances(person.Circumstances{Access: map[directory.Access]sp.Truth{bad: sp.Yes}}), "circumstances.access"},
		"a broken mode":                             {circumstances(person.Circumstances{Modes: map[directory.Mode]sp.Truth{bad: sp.Yes}}), "circumstances.modes"},
		"a broken adjustment":                       {circumstances(person.Circumstances{Adjustments: []sp.Code{{Code: bad}}}), "circumstances.adjustments[0]"},
		"a ceiling in no currency":                  {circumstances(person.Circumstances{Ceiling: sp.Know(sp.NewMoney(5, "quid"))}), "circumstances.ceiling"},
	} {
		t.Run(name, func(t *testing.T) {
			p := jo(t)
			p.Representatives = []person.Representative{{Person: "P-2", Authority: person.Deputy}}
			require.NoError(t, p.Check(today))
			c.change(&p)
			var invalid *sp.InvalidError
			require.ErrorAs(t, p.Check(today), &invalid)
			require.Len(t, invalid.Fields, 1)
			require.Equal(t, c.path, invalid.Fields[0].Path)
			require.NotContains(t, invalid.Error(), "Bloggs")
		})
	}
}

func TestAPersonIsBornBetweenTodayAnd130YearsBack(t *testing.T) {
	for born, ok := range map[sp.Date]bool{
		today.Add(1): false, today: true, today.AddMonths(-12*131 + 1): true, today.AddMonths(-12 * 131): false,
	} {
		p := jo(t)
		p.Born, p.Competent = sp.Hide(born), sp.Yes
		require.Equal(t, ok, p.Check(today) == nil, born)
	}
	p := jo(t)
	p.Born = sp.Personal[sp.Date]{}
	require.NoError(t, p.Check(today), "or on a day that nobody knows")
}

func TestALanguageIsATagAndNotItsName(t *testing.T) {
	for tag, ok := range map[string]bool{
		"en": true, "ace": true, "zh-Hant": true, "en-GB": true, "sl-rozaj-1994": true, "AZ-zz": true, "de-abcdefgh": true,
		"": false, "e": false, "engl": false, "english": false, "en-": false, "-en": false, "e1": false, "1e": false, "en_GB": false,
		"de-abcdefghi": false, "en-G B": false, "de-@": false, "de-[": false, "de-`": false, "de-{": false, "de-/": false, "de-:": false, "de-09": true,
	} {
		p := jo(t)
		p.Circumstances = sp.Hide(person.Circumstances{Languages: []directory.Language{directory.Language(tag)}})
		require.Equal(t, ok, p.Check(today) == nil, "%q", tag)
	}
}

func TestAgeOn(t *testing.T) {
	for _, c := range []struct {
		name     string
		born, on sp.Date
		want     sp.Known[directory.Months]
	}{
		{"completes a year on the birthday", sp.NewDate(2000, 5, 17), sp.NewDate(2026, 5, 17), sp.Know(directory.Years(26))},
		{"is a month younger the day before", sp.NewDate(2000, 5, 17), sp.NewDate(2026, 5, 16), sp.Know(directory.Years(26) - 1)},
		{"is nothing on the day of birth", sp.NewDate(2026, 5, 17), sp.NewDate(2026, 5, 17), sp.Know(directory.Months(0))},
		{"is unknown before birth", sp.NewDate(2026, 5, 17), sp.NewDate(2026, 5, 16), sp.Known[directory.Months]{}},
		{"is unknown without a birth date", 0, today, sp.Known[directory.Months]{}},
		{"is unknown without a day", today, 0, sp.Known[directory.Months]{}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, person.AgeOn(c.born, c.on)) })
	}
}

func TestTheAgeOfAPersonIsInCompletedYears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		born := sp.Date(rapid.IntRange(1, 800_000).Draw(t, "born"))
		on := born.Add(rapid.IntRange(0, 50_000).Draw(t, "days"))
		age := person.AgeOn(born, on)
		require.False(t, age.IsZero())
		years, ok := born.YearsUntil(on)
		require.True(t, ok)
		require.Equal(t, years, age.Or(0).Years())
	})
}

func TestAgeBands(t *testing.T) {
	bands := person.StandardBands()
	for years, want := range map[int]string{0: "0 to 4", 15: "11 to 15", 16: "16 to 17", 17: "16 to 17", 18: "18 to 24", 84: "75 to 84", 85: "85 and over", 129: "85 and over"} {
		require.Equal(t, want, bands.Of(sp.Know(directory.Years(years))))
	}
	require.Equal(t, person.Bands{0, 5, 11, 16, 18, 25, 35, 45, 55, 65, 75, 85}, bands)
	require.Equal(t, "unknown", bands.Of(sp.Known[directory.Months]{}))
	require.Equal(t, "under 18", person.Bands{18}.Of(sp.Know(directory.Years(18)-1)))
	require.Equal(t, "18", person.Bands{18, 19}.Of(sp.Know(directory.Years(18))))
	require.Equal(t, "all ages", person.Bands{}.Of(sp.Know(directory.Years(18))))
}

// golden compares got with a file in testdata, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

func diff(want, got any) string { return cmp.Diff(want, got, cmpopts.EquateComparable(sp.Money{})) }
