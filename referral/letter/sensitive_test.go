package letter_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/crosswalk"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
)

// everything is a permission that allows all fields, and names all that is sensitive.
type everything struct{ referraltest.AllowAll }

func (everything) SeeSensitive(sp.Actor, consent.Audience, person.ID, string) error { return nil }

// toHealth is a permission that allows all fields, and names domestic abuse to health.
type toHealth struct{ referraltest.AllowAll }

func (toHealth) SeeSensitive(_ sp.Actor, as consent.Audience, _ person.ID, need string) error {
	if as == consent.Health && need == string(needs.DomesticAbuse) {
		return nil
	}
	return sp.ErrDenied
}

// refuge is a case of somebody who is in debt, and hurt at home, referred by a source.
func refuge(t *testing.T, source string) *referral.Case {
	t.Helper()
	a := referraltest.Submission("R-1")
	a.Source, a.Reasons = source, []needs.Code{needs.DomesticAbuse, needs.Debt}
	r, err := referraltest.Receive(a, referraltest.AllowAll{}, referraltest.By(sp.RoleReferrer, 0))
	require.NoError(t, err)
	return referral.NewCase(r)
}

func TestMessageBackTellsWhatIsSensitiveOnlyWhereAPermissionNamesIt(t *testing.T) {
	c := refuge(t, "school")
	for name, tt := range map[string]struct {
		source     string
		permission consent.Permission
		abuse      bool
	}{
		"to a school, under a permission that allows all":   {"school", referraltest.AllowAll{}, false},
		"to a practice, under a permission that allows all": {"gp", referraltest.AllowAll{}, false},
		"to a practice, by its name":                        {"gp", toHealth{}, true},
		"to a school, by its name to others":                {"school", toHealth{}, false},
		"to whoever nobody knows, by its name to others":    {"a-friend", toHealth{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			m := letter.MessageBack(refuge(t, tt.source), letter.Wording{}, tt.permission, referraltest.Day(9))
			require.Contains(t, m.String(), "debt")
			if tt.abuse {
				require.Contains(t, m.String(), "domestic abuse")
				return
			}
			require.NotContains(t, m.String(), "domestic abuse")
			require.Equal(t, letter.FieldSensitive, m.Withheld[len(m.Withheld)-1].Field)
		})
	}
	june := sp.Actor{ID: "june", Role: sp.RolePerson, For: "P-1"}
	story := letter.Story(c, letter.Wording{}, june, referraltest.AllowAll{})
	lines, withheld := story.Lines, story.Withheld
	require.NotContains(t, lines[0].Text, "abuse", "whoever reads along may be the one who hurts her")
	require.Contains(t, lines[0].Text, "debt")
	require.Equal(t, letter.FieldSensitive, withheld[len(withheld)-1].Field)
	lines = letter.Story(c, letter.Wording{}, june, everything{}).Lines
	require.Contains(t, lines[0].Text, "domestic abuse")
	mine := letter.Wording{Sensitive: func(c needs.Code) bool { return c == needs.Debt }}
	lines = letter.Story(c, mine, june, referraltest.AllowAll{}).Lines
	require.NotContains(t, lines[0].Text, "debt", "a scheme can draw the line elsewhere")
}

func TestMessageBackDoesNotTellAServiceThatWouldTell(t *testing.T) {
	c := plain.tell(t) // the refuge
	school := referraltest.AllowAll{}
	june := sp.Actor{ID: "june", Role: sp.RolePerson, For: "P-1"}
	for _, text := range []string{message(c, school), story(c, sp.RolePerson, school)} {
		require.NotContains(t, text, "refuge")
		require.NotContains(t, text, "abuse")
	}
	lines := letter.Story(c, letter.Wording{}, june, school).Lines
	require.NotEmpty(t, lines, "the rest is told")
	require.Contains(t, message(c, everything{}), "refuge")
	view := letter.Look(c.Placements[0], crosswalk.FHIRTask(), sp.Actor{ID: "bay/green", Role: sp.RoleProvider}, "", school)
	require.Empty(t, view.Needs)
	require.NotEqual(t, directory.ID(""), view.Service, "who offers it knows what it is")
}

func TestAViewShowsASensitiveNeedOnlyWhereAPermissionNamesIt(t *testing.T) {
	items := []placement.Item{{Field: "name"}, {Field: placement.FieldNeed, Code: string(needs.DomesticAbuse)}, {Field: placement.FieldNeed, Code: string(needs.Debt)}}
	may, withheld := placement.Permitted(referraltest.AllowAll{}, "bay/green", "", "P-1", items)
	require.Equal(t, []placement.Item{items[0], items[2]}, may)
	require.Equal(t, items[1:2], withheld)
	may, _ = placement.Permitted(everything{}, "bay/green", "", "P-1", items)
	require.Equal(t, items, may)
}

// A mental health team is told of what a permission names for health, a choir is not.
func TestLookTellsAProviderWhatIsForItsAudience(t *testing.T) {
	items := []placement.Item{{Field: placement.FieldNeed, Code: string(needs.DomesticAbuse)}}
	for as, told := range map[consent.Audience]bool{
		consent.Health: true, consent.Community: false, "": false, consent.Education: false, consent.SocialCare: false,
	} {
		may, _ := placement.Permitted(toHealth{}, "bay/green", as, "P-1", items)
		require.Equal(t, told, len(may) == 1, "permitted to %q", as)

		c := refuge(t, "gp")
		worker := func(day int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, day) }
		require.NoError(t, c.Referral.Accept("ann", worker(1)))
		require.NoError(t, c.Referral.Contact(person.Phone, 0, worker(2)))
		p, err := c.Propose(placement.Proposal{ID: "PL-7", Service: "bay/talking", Provider: "bay/green", Needs: []needs.Code{needs.DomesticAbuse}}, referraltest.By(sp.RoleLinkWorker, 5))
		require.NoError(t, err)
		err = p.Offer(placement.Sending{Level: placement.FullReferral, Items: items, Audience: as}, toHealth{}, referraltest.By(sp.RoleLinkWorker, 5))
		require.Equal(t, told, err == nil, "offered to %q: %v", as, err)

		v := letter.Look(p, crosswalk.FHIRTask(), sp.Actor{ID: "t", Role: sp.RoleProvider, For: "bay/green"}, as, toHealth{})
		require.Equal(t, told, len(v.Needs) == 1, "seen by %q", as)
	}
	p := referraltest.Placement("PL-1", placement.StateProposed)
	err := p.Offer(placement.Sending{Level: placement.FullReferral, Items: []placement.Item{{Field: "name"}}, Audience: consent.ThePerson}, toHealth{}, referraltest.By(sp.RoleLinkWorker, 9))
	require.ErrorContains(t, err, "audience")
}

// A link worker found the needs out, and reads them; but where a permission names what is
// sensitive, and does not name it for them, they are not told either.
func TestStoryTellsALinkWorkerNothingSensitiveThatAPermissionKeepsFromThem(t *testing.T) {
	c := refuge(t, "gp")
	story := letter.Story(c, letter.Wording{}, aloud, referraltest.AllowAll{})
	lines, withheld := story.Lines, story.Withheld
	require.Contains(t, lines[0].Text, "domestic abuse")
	require.Empty(t, withheld)
	story = letter.Story(c, letter.Wording{}, aloud, toHealth{})
	lines, withheld = story.Lines, story.Withheld
	require.NotContains(t, lines[0].Text, "domestic abuse")
	require.Equal(t, letter.FieldSensitive, withheld[0].Field)
}

// A refuge that was among the options says as much as one that was proposed.
func TestStoryTellsAChoiceWithoutTheNeedThatItWouldTell(t *testing.T) {
	c := refuge(t, "school")
	worker := func(day int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, day) }
	require.NoError(t, c.Referral.Accept("ann", worker(1)))
	require.NoError(t, c.Referral.Contact(person.Phone, 0, worker(2)))
	show := func(need needs.Code, chosen []directory.ID, why ...reason.Choice) {
		t.Helper()
		require.NoError(t, c.Referral.ShowOptions(referral.OptionsShown{
			Needs: []needs.Code{need}, Options: []directory.ID{directory.ID("bay/a-" + need), directory.ID("bay/b-" + need), directory.ID("bay/c-" + need)}, Chosen: chosen, Why: why,
		}, worker(3)))
	}
	show(needs.DomesticAbuse, nil)
	show(needs.Debt, []directory.ID{"bay/b-debt"}, reason.ChoseNear, reason.ChoseSmall)
	june := sp.Actor{ID: "june", Role: sp.RolePerson, For: "P-1"}
	told := func(may consent.Permission) (string, string) {
		lines := letter.Story(c, letter.Wording{}, june, may).Lines
		var text strings.Builder
		for _, line := range lines {
			text.WriteString(line.Text + "\n")
		}
		return text.String(), letter.MessageBack(c, letter.Wording{}, may, referraltest.Day(9)).String()
	}
	story, message := told(referraltest.AllowAll{})
	require.Contains(t, story, "We showed you bay/a-debt, bay/b-debt and bay/c-debt. You chose bay/b-debt, because it is near and few people go there.\n")
	require.Contains(t, message, "Shown for debt: bay/a-debt, bay/b-debt and bay/c-debt. Chosen: bay/b-debt, because it is near and few people go there.\n")
	require.NotContains(t, story+message, "abuse")
	story, message = told(everything{})
	require.Contains(t, story, "We showed you bay/a-domestic-abuse, bay/b-domestic-abuse and bay/c-domestic-abuse. You chose none of them.\n")
	require.Contains(t, message, "Shown for domestic abuse: ")
	require.Contains(t, message, "None of it was chosen.\n")
	story, message = told(everythingBut(letter.FieldService))
	require.NotContains(t, story+message, "bay/")
	story, message = told(everythingBut(letter.FieldReason))
	require.NotContains(t, story+message, "near")
}

// Whoever sees services and no needs learns a need from the name of a refuge.
func TestMessageBackWithoutNeedsNamesNoServiceThatTellsOne(t *testing.T) {
	c := plain.tell(t)
	noNeeds := referraltest.Only{letter.FieldService, letter.FieldStatus, letter.FieldResult, letter.FieldReason, letter.FieldContact}
	by := sp.Actor{ID: "referrer-1", Role: sp.RoleReferrer}
	read := func(c *referral.Case, w letter.Wording) string {
		lines := letter.Story(c, w, by, noNeeds).Lines
		return fmt.Sprint(letter.MessageBack(c, w, noNeeds, referraltest.Day(31)), lines)
	}
	require.NotContains(t, read(c, letter.Wording{}), "refuge", "nobody knows what a name tells")
	m := letter.MessageBack(c, letter.Wording{}, noNeeds, referraltest.Day(31))
	require.True(t, slices.ContainsFunc(m.Withheld, func(w consent.Withheld) bool { return w.Field == letter.FieldService }))

	topic := func(c needs.Code) []sp.Code { return []sp.Code{needs.Standard().Concept(c)} }
	services := []directory.Service{
		{ID: "bay/refugePL-1", Facts: directory.Facts{Topics: append(topic(needs.Housing), topic(needs.DomesticAbuse)...)}},
		{ID: "bay/choirPL-1", Facts: directory.Facts{Topics: topic(needs.Loneliness)}},
		{ID: "bay/choirPL-2"},
	}
	w := letter.Wording{Reveals: letter.Topics(services, nil)}
	require.NotContains(t, read(c, w), "refuge")
	choir := read(plain.other(letter.FieldService).tell(t), w)
	require.Contains(t, choir, "bay/choirPL-1", "it tells no more than that somebody is lonely")
	require.NotContains(t, choir, "bay/choirPL-2", "nobody knows what it is for")
	require.NotContains(t, choir, "bay/choirPL-3", "nobody knows it")

	view := letter.Look(c.Placements[0], crosswalk.FHIRTask(), by, consent.Health, noNeeds)
	require.Empty(t, view.Service)
	view = letter.Look(c.Placements[0], crosswalk.FHIRTask(), by, consent.Health, append(noNeeds, letter.FieldNeeds))
	require.Empty(t, view.Service, "what is for a need that they may not be told")
	view = letter.Look(c.Placements[0], crosswalk.FHIRTask(), by, consent.Health, everything{})
	require.NotEmpty(t, view.Service)

	row, err := letter.MinimumDataSet(c, person.Profile{}, by, consent.Health, noNeeds)
	require.NoError(t, err)
	require.NotContains(t, strings.Join(row.Record(), " "), "refuge")
}

// A house that takes in whoever is hurt at home tells it also where somebody went there
// for a roof.
func TestMessageBackNamesNoServiceThatTellsAnotherNeedThanTheOneItIsFor(t *testing.T) {
	housed := plain
	housed.need = needs.Housing
	c := housed.tell(t)
	w := letter.Wording{Reveals: func(directory.ID) []needs.Code { return []needs.Code{needs.DomesticAbuse} }}
	m := letter.MessageBack(c, w, referraltest.AllowAll{}, referraltest.Day(31))
	require.NotContains(t, m.String(), "refuge")
	require.Contains(t, m.String(), "housing")
	require.Contains(t, letter.MessageBack(c, w, everything{}, referraltest.Day(31)).String(), "refuge")
}

func TestMessageBackNotesOnWhichAuthorityItTells(t *testing.T) {
	f := consent.File{Person: "P-1", Nation: consent.England, Born: sp.Hide(sp.NewDate(1950, 5, 1))}
	may := consent.Reading{
		Policy: consent.StandardPolicy(), Purpose: consent.Feedback, At: referraltest.Day(31),
		Files: func(person.ID) (*consent.File, error) { return &f, nil },
		Of: func(a sp.Actor) consent.Ask {
			return consent.Ask{To: a.ID, As: consent.ToReferrer, Audience: consent.Health}
		},
	}
	c := plain.tell(t)
	m := letter.MessageBack(c, letter.Wording{}, may, referraltest.Day(31))
	require.NotEmpty(t, m.Told)
	for _, told := range m.Told {
		require.Equal(t, consent.Implied, told.Answer.Authority, told.Field)
		require.NotEmpty(t, told.Answer.Policy)
		require.NotZero(t, told.Answer.Principles)
	}
	for _, told := range letter.MessageBack(c, letter.Wording{}, referraltest.AllowAll{}, referraltest.Day(31)).Told {
		require.Zero(t, told.Answer, "this permission names no authority")
	}
}
