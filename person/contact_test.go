package person_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

func TestHowAPersonMayBeReached(t *testing.T) {
	number := func(safe sp.Truth) person.Contact {
		return person.Contact{Value: sp.Hide("07700 900123"), Safe: map[person.Channel]sp.Truth{person.Phone: safe}}
	}
	mail := person.Contact{Value: sp.Hide("jo@example.org"), Safe: map[person.Channel]sp.Truth{person.Email: sp.Yes}}
	for _, c := range []struct {
		name     string
		channel  person.Channel
		whole    sp.Truth
		contacts []person.Contact
		want     sp.Truth
		reach    int
	}{
		{"a number that nobody asked about is unknown", person.Phone, sp.Unknown, []person.Contact{number(sp.Unknown)}, sp.Unknown, 0},
		{"a safe number may be rung", person.Phone, sp.Unknown, []person.Contact{number(sp.Yes)}, sp.Yes, 1},
		{"do not ring goes before a safe number", person.Phone, sp.No, []person.Contact{number(sp.Yes)}, sp.No, 0},
		{"not on this number leaves none", person.Phone, sp.Yes, []person.Contact{number(sp.No)}, sp.No, 0},
		{"not on this number, but on that", person.Phone, sp.Unknown, []person.Contact{number(sp.No), number(sp.Yes)}, sp.Yes, 1},
		{"one unsafe number, one unasked", person.Phone, sp.Unknown, []person.Contact{number(sp.No), number(sp.Unknown)}, sp.Unknown, 0},
		{"ringing is safe, so each number that is not unsafe is", person.Phone, sp.Yes, []person.Contact{number(sp.No), number(sp.Unknown)}, sp.Yes, 1},
		{"ringing is safe, but there is no number", person.Phone, sp.Yes, []person.Contact{mail}, sp.Unknown, 0},
		{"without any contact nothing is known", person.Email, sp.Unknown, nil, sp.Unknown, 0},
		{"a letter needs no contact", person.Letter, sp.Yes, nil, sp.Yes, 0},
		{"do not write", person.Letter, sp.No, nil, sp.No, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := person.Person{Contacts: c.contacts, Channels: map[person.Channel]sp.Truth{c.channel: c.whole}}
			require.Equal(t, c.want, p.May(c.channel))
			require.Len(t, p.Reach(c.channel), c.reach)
		})
	}
}

func TestARepresentativeIsReachedAsSafely(t *testing.T) {
	mother := person.Representative{Contacts: []person.Contact{
		{Value: sp.Hide("07700 900123"), Safe: map[person.Channel]sp.Truth{person.Phone: sp.No, person.Text: sp.Yes}},
		{Value: sp.Hide("01524 960123"), Safe: map[person.Channel]sp.Truth{person.Phone: sp.Unknown}},
	}}
	require.Empty(t, mother.Reach(person.Phone), "he answers the one, and nobody has asked about the other")
	require.Equal(t, mother.Contacts[:1], mother.Reach(person.Text))
	require.Empty(t, mother.Reach(person.Email))
}

func TestDigitalOnlineNeedsConnectionDeviceAndSkill(t *testing.T) {
	require.Equal(t, sp.Yes, person.Digital{Internet: sp.Yes, Device: sp.Yes, Skill: sp.Yes}.Online())
	require.Equal(t, sp.No, person.Digital{Skill: sp.No}.Online())
	require.Equal(t, sp.Unknown, person.Digital{Internet: sp.Yes, Device: sp.Yes}.Online())
}

// It is safe while he is at work, and not on his way home.
func TestAPersonMayBeReachedAtSomeTimesAndNotAtOthers(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	calendar := sp.NewCalendar(london)
	working := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	mobile := person.Contact{
		Value: sp.Hide("07700 900123"), Safe: map[person.Channel]sp.Truth{person.Phone: sp.Yes, person.Text: sp.No},
		Times: []person.Window{{Days: working, From: 9 * 60, Until: 16*60 + 30}, {From: 22 * 60, Until: 24 * 60}}, Review: sp.NewDate(2026, 9, 1),
	}
	p := person.Person{ID: "P-1", Contacts: []person.Contact{mobile}, Representatives: []person.Representative{{Name: sp.Hide(person.Name{Given: "May"}), Authority: person.FamilyCarer, Contacts: []person.Contact{mobile}}}}
	require.NoError(t, p.Check(sp.NewDate(2026, 7, 1)))
	for _, c := range []struct {
		name string
		at   time.Time
		want sp.Truth
	}{
		{"on a Monday morning", time.Date(2026, 7, 6, 9, 0, 0, 0, london), sp.Yes},
		{"by the clock of London, and not of UTC", time.Date(2026, 7, 6, 8, 0, 0, 0, time.UTC), sp.Yes},
		{"a minute too early", time.Date(2026, 7, 6, 8, 59, 0, 0, london), sp.No},
		{"at the end of the time", time.Date(2026, 7, 6, 16, 30, 0, 0, london), sp.No},
		{"at the weekend", time.Date(2026, 7, 5, 10, 0, 0, 0, london), sp.No},
		{"late, on any day", time.Date(2026, 7, 5, 23, 59, 0, 0, london), sp.Yes},
		{"on the day of the review it has to be asked anew", time.Date(2026, 9, 1, 10, 0, 0, 0, london), sp.Unknown},
	} {
		require.Equal(t, c.want, p.MayAt(person.Phone, c.at, calendar), c.name)
		require.Equal(t, c.want == sp.Yes, len(p.ReachAt(person.Phone, c.at, calendar)) == 1, c.name)
		require.Equal(t, c.want == sp.Yes, len(p.Representatives[0].ReachAt(person.Phone, c.at, calendar)) == 1, c.name)
		require.Equal(t, sp.No, p.MayAt(person.Text, c.at, calendar), c.name)
	}
	require.Equal(t, sp.Yes, p.May(person.Phone), "at some time")
	require.Equal(t, sp.Yes, p.Profile(sp.NewDate(2026, 8, 31)).Contact[person.Phone])
	require.NotContains(t, p.Profile(sp.NewDate(2026, 9, 1)).Contact, person.Phone, "the review is due")
}

func TestAContactLeavesNoMessageThatNobodyAskedAbout(t *testing.T) {
	day := sp.NewDate(2026, 7, 6)
	c := person.Contact{
		Message: person.LeaveName, Review: sp.NewDate(2026, 9, 1),
		Answers: map[person.Answerer]person.Leave{person.Partner: person.LeaveNothing, person.Carer: person.LeaveMessage, person.Voicemail: "", "lodger": "whatever"},
	}
	for who, want := range map[person.Answerer]person.Leave{
		person.Partner: person.LeaveNothing, person.Carer: person.LeaveMessage, person.Voicemail: person.LeaveName,
		person.Household: person.LeaveName, "lodger": person.LeaveNothing,
	} {
		require.Equal(t, want, c.Leaves(who, day), who)
		require.Equal(t, person.LeaveNothing, c.Leaves(who, c.Review), "the review is due")
	}
	require.Equal(t, person.LeaveNothing, person.Contact{}.Leaves(person.Voicemail, day), "unknown is no message")
}

func TestAPersonWhoseSafetyIsNotWholeIsRefused(t *testing.T) {
	for path, change := range map[string]func(*person.Contact){
		"contacts[0].times[0]": func(c *person.Contact) { c.Times = []person.Window{{From: 22 * 60, Until: 6 * 60}} },
		"contacts[0].times[1]": func(c *person.Contact) {
			c.Times = []person.Window{{Until: 60}, {From: 60, Until: 24*60 + 1}}
		},
		"contacts[0].times[0].days": func(c *person.Contact) { c.Times = []person.Window{{Days: []time.Weekday{7}, Until: 60}} },
		"contacts[0].message":       func(c *person.Contact) { c.Message = "perhaps" },
		"contacts[0].answers": func(c *person.Contact) {
			c.Answers = map[person.Answerer]person.Leave{person.Partner: "perhaps"}
		},
	} {
		c := person.Contact{Value: sp.Hide("07700 900123"), Safe: map[person.Channel]sp.Truth{person.Phone: sp.Yes}}
		change(&c)
		var invalid *sp.InvalidError
		require.ErrorAs(t, person.Person{ID: "P-1", Contacts: []person.Contact{c}}.Check(sp.NewDate(2026, 7, 1)), &invalid, path)
		require.Equal(t, path, invalid.Fields[0].Path)
	}
}
