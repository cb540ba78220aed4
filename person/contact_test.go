package person_test

import (
	"testing"

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
