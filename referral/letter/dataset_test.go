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
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/transition"
)

var analyst = sp.Actor{ID: "ann", Role: sp.RoleAuditor}

// full is a profile of which much is known, and something was not stated.
func full(of person.ID) person.Profile {
	ethnic, _ := person.ListOf(person.EthnicCategory)
	asian, _ := ethnic.Find("H")
	p := person.Person{
		ID: of, Born: sp.Hide(sp.NewDate(1950, 5, 1)), Heard: "gp",
		Equality:      sp.Hide(person.Equality{person.EthnicCategory: {Code: asian}, person.Belief: {NotStated: true}}),
		Address:       sp.Hide(person.Address{Postcode: "LA4 5AB", Areas: []geo.Area{{Code: "E01025062"}}}),
		Circumstances: sp.Hide(person.Circumstances{Gender: person.Female, Languages: []directory.Language{"pl", "en"}, Interpreter: sp.No}),
		Registration:  sp.Hide(person.Registration{Practice: "P81001"}),
	}
	return p.Profile(sp.NewDate(2026, 5, 3))
}

func rows(t *testing.T, list ...letter.Row) string {
	t.Helper()
	var b strings.Builder
	header := list[0].Header()
	for i, name := range header {
		b.WriteString(name + ":")
		for _, row := range list {
			require.Equal(t, header, row.Header(), "all rows have the same columns")
			require.NotEmpty(t, row.Record()[i], name)
			b.WriteString(" | " + row.Record()[i])
		}
		b.WriteString("\n")
	}
	return b.String()
}

// One column each: a case in which much has happened, one that was just received of
// somebody of whom nothing is known, one that was not taken on, and the first again for a
// reader who may see nothing.
func TestTheMinimumDataSetHasARowOfEachReferral(t *testing.T) {
	row := func(c *referral.Case, who person.Profile, may consent.Permission) letter.Row {
		r, err := letter.MinimumDataSet(c, who, analyst, consent.Community, may)
		require.NoError(t, err)
		return r
	}
	busy := long(t)
	a := needs.New("A-1", transition.TableOnly{})
	require.NoError(t, a.Open("P-1", referraltest.By(sp.RoleLinkWorker, 5)))
	ucla, _ := measure.Find("ucla-3")
	_, err := a.Measure(ucla, measure.Answers{"1": 3, "2": 3, "3": 3}, referraltest.By(sp.RoleLinkWorker, 5))
	require.NoError(t, err)
	_, err = a.Measure(ucla, measure.Answers{"1": 2, "2": 1, "3": 2}, referraltest.By(sp.RoleLinkWorker, 50))
	require.NoError(t, err)
	busy.Assessments = append(busy.Assessments, a)
	received := referral.NewCase(referraltest.Referral("R-2", referral.StateReceived))
	declined := referral.NewCase(referraltest.Referral("R-3", referral.StateDeclined))
	goldentest.Equal(t, "testdata/dataset.txt", rows(t,
		row(busy, full("P-1"), everything{}), row(received, person.Profile{}, everything{}), row(declined, full("P-1"), everything{}),
		row(busy, full("P-1"), nil),
	))
}

func TestARowIsOfTheProfileOfItsPerson(t *testing.T) {
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateReceived))
	_, err := letter.MinimumDataSet(c, full("P-2"), analyst, consent.Community, everything{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = letter.MinimumDataSet(&referral.Case{}, person.Profile{}, analyst, consent.Community, everything{})
	require.ErrorIs(t, err, sp.ErrInvalid)
}

// Every case of a world has its row, and each is complete and of the same columns.
func TestEveryCaseHasARow(t *testing.T) {
	world := referraltest.NewWorld(4)
	var header []string
	for i, c := range world.Cases {
		r, err := letter.MinimumDataSet(c, world.People[i].Profile(sp.NewDate(2026, 6, 1)), analyst, "", referraltest.AllowAll{})
		require.NoError(t, err)
		if header == nil {
			header = r.Header()
		}
		require.Equal(t, header, r.Header())
		require.NotContains(t, r.Record(), "")
		require.NotContains(t, strings.Join(r.Record(), " "), "Given", "nobody is named")
	}
}

// What may not be told is withheld, and a service that would tell it is not there.
func TestARowTellsNoNeedThatIsSensitive(t *testing.T) {
	c := refuge(t, "gp")
	value := func(r letter.Row, name string) string {
		return r.Record()[slices.Index(r.Header(), name)]
	}
	r, err := letter.MinimumDataSet(c, person.Profile{}, analyst, consent.Community, referraltest.AllowAll{})
	require.NoError(t, err)
	require.Equal(t, "debt", value(r, "need.reasons"))
	require.NotContains(t, fmt.Sprint(r), "abuse")
	r, err = letter.MinimumDataSet(c, person.Profile{}, analyst, consent.Health, toHealth{})
	require.NoError(t, err)
	require.Equal(t, "domestic-abuse debt", value(r, "need.reasons"))
	for field, columns := range map[string][]string{
		letter.FieldIdentity: {"who.age-band", "who.gender", "who.areas", "who.practice"},
		letter.FieldEquality: {"who.ethnic-category", "who.disability"},
		letter.FieldMeasures: {"outcome.measures"},
		letter.FieldNeeds:    {"need.reasons", "need.found", "who.language", "who.interpreter", "outcome.unmet", "offered.nothing-found"},
		letter.FieldService:  {"offered.services", "offered.options", "offered.chosen"},
		letter.FieldStatus:   {"outcome.state", "outcome.ended", "outcome.outcome", "outcome.reason"},
		letter.FieldReason:   {"outcome.reason", "outcome.whose"},
		letter.FieldResult:   {"outcome.outcome", "outcome.unmet"},
		letter.FieldContact:  {"offered.first-contact", "offered.conversations", "offered.minutes"},
	} {
		r, err := letter.MinimumDataSet(long(t), full("P-1"), analyst, consent.Community, everythingBut(field))
		require.NoError(t, err)
		for _, name := range columns {
			require.Equal(t, letter.Hidden, value(r, name), "%s without %s", name, field)
		}
	}
}
