package consent_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
)

var (
	today  = sp.NewDate(2026, 11, 23)
	worker = sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	school = sp.Actor{ID: "bay-school", Role: sp.RoleReferrer}
)

// everything is a permission that allows every field.
var everything = consent.Func(func(sp.Actor, person.ID, string) error { return nil })

func TestWhatIsUnansweredDependsOnAgeNationAndWhoDecides(t *testing.T) {
	born := func(years, days int) person.Person {
		return person.Person{ID: "P-1", Born: sp.Hide(today.AddMonths(-12 * years).Add(-days))}
	}
	mother := person.Representative{Person: "P-2", Authority: person.ParentalResponsibility, Decides: sp.Yes}
	decided, competent, former := born(9, 0), born(9, 0), born(9, 0)
	decided.Representatives = []person.Representative{mother}
	competent.Competent = sp.Yes
	mother.During = sp.Period{End: today}
	former.Representatives = []person.Representative{mother}
	unborn := person.Person{ID: "P-1", Representatives: decided.Representatives}
	who, when := []consent.Question{consent.WhoDecides}, []consent.Question{consent.WhenBorn}
	for name, tt := range map[string]struct {
		p    person.Person
		n    consent.Nation
		want []consent.Question
	}{
		"a child whose guardian nobody knows":             {born(12, 0), consent.England, who},
		"the day before the twelfth birthday in Scotland": {born(12, -1), consent.Scotland, who},
		"the twelfth birthday in Scotland":                {born(12, 0), consent.Scotland, nil},
		"the day before the sixteenth birthday":           {born(16, -1), consent.Wales, who},
		"the sixteenth birthday":                          {born(16, 0), consent.NorthernIreland, nil},
		"a child somewhere":                               {born(12, 0), "", who},
		"nobody knows when they were born":                {person.Person{ID: "P-1"}, consent.England, when},
		"nor that, but who decides":                       {unborn, consent.England, nil},
		"a child with a mother who decides":               {decided, consent.England, nil},
		"a child found competent":                         {competent, consent.England, nil},
		"a child whose guardian's time is over":           {former, consent.England, who},
		"an adult":                                        {born(40, 0), consent.England, nil},
	} {
		require.Equal(t, tt.want, consent.Unanswered(tt.p, tt.n, today), name)
	}
}

func TestTheAgesOfANationAreStatedWithTheirSource(t *testing.T) {
	nations := map[consent.Nation]int{}
	for _, r := range consent.AgeRules() {
		require.NotEmpty(t, r.Source)
		require.Equal(t, r.From, consent.DecidesFrom(r.Nation, r.Decision))
		nations[r.Nation]++
	}
	require.Equal(t, map[consent.Nation]int{consent.England: 9, consent.Wales: 7, consent.Scotland: 8, consent.NorthernIreland: 5}, nations)
	require.Equal(t, 16, consent.DecidesFrom("", consent.AgreeToTell), "where the nation is unknown, the highest")
	require.Equal(t, 12, consent.DecidesFrom(consent.Scotland, consent.AgreeToTell))
	require.Equal(t, 16, consent.DecidesFrom(consent.Scotland, consent.AgreeToHelp))
}

func TestNothingIsToldBeforeTheAnswer(t *testing.T) {
	var open []consent.Question
	var fails error
	may := consent.AnswersFirst{Permission: named{everything}, Questions: func(person.ID) ([]consent.Question, error) { return open, fails }}
	require.NoError(t, may.See(school, "P-1", "status"))
	require.NoError(t, may.SeeSensitive(school, consent.Education, "P-1", "bullying"))

	open = []consent.Question{consent.WhoDecides}
	require.ErrorIs(t, may.See(school, "P-1", "status"), sp.ErrDenied)
	require.ErrorContains(t, may.See(school, "P-1", "status"), "P-1: who-decides must be answered first")
	require.ErrorIs(t, may.SeeSensitive(school, consent.Education, "P-1", "bullying"), sp.ErrDenied)
	require.NoError(t, may.See(worker, "P-1", "status"), "somebody has to ask")

	open, fails = nil, errors.New("down")
	require.ErrorIs(t, may.See(school, "P-1", "status"), sp.ErrDenied)
	require.ErrorIs(t, may.See(school, "P-1", "status"), fails)
	require.ErrorIs(t, consent.AnswersFirst{Permission: everything}.See(school, "P-1", "status"), sp.ErrDenied)
	require.ErrorIs(t, consent.AnswersFirst{}.See(worker, "P-1", "status"), sp.ErrDenied)
}

// named is a permission that names bullying to schools.
type named struct{ consent.Permission }

func (named) SeeSensitive(_ sp.Actor, as consent.Audience, _ person.ID, need string) error {
	if as == consent.Education && need == "bullying" {
		return nil
	}
	return sp.ErrDenied
}

func TestWhatIsSensitiveNeedsAPermissionThatNamesIt(t *testing.T) {
	require.ErrorIs(t, consent.SeeSensitive(everything, school, consent.Education, "P-1", "bullying"), sp.ErrDenied, "everything is no name")
	require.ErrorIs(t, consent.SeeSensitive(nil, school, consent.Education, "P-1", "bullying"), sp.ErrDenied)
	require.NoError(t, consent.SeeSensitive(named{everything}, school, consent.Education, "P-1", "bullying"))
	require.ErrorIs(t, consent.SeeSensitive(named{everything}, school, consent.Education, "P-1", "domestic-abuse"), sp.ErrDenied)
	require.ErrorIs(t, consent.SeeSensitive(named{everything}, school, consent.Community, "P-1", "bullying"), sp.ErrDenied)
}
