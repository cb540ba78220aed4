package grant_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestAnAwardKnowsTheDayOnWhichItsRenewalWasDecided(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	f := funded(t, 30_000)
	a := agreed(t, f, twoYears("A-1")) // until 1 April 2028
	_, decided := a.Renewal()
	require.False(t, decided)

	in := func(year int, month time.Month, day int) sp.Stamp { return by(grant.RoleFunder, on(year, month, day)) }
	require.ErrorContains(t, a.DecideRenewal(sp.NewDate(2026, 3, 31), true, in(2026, 4, 2)), "before the award begins")
	require.ErrorContains(t, a.DecideRenewal(sp.NewDate(2028, 1, 2), true, in(2027, 12, 31)), "after the decision is recorded")
	require.NoError(t, a.DecideRenewal(sp.NewDate(2028, 1, 2), false, in(2028, 1, 2)))
	require.ErrorContains(t, a.DecideRenewal(sp.NewDate(2028, 1, 3), false, in(2028, 1, 3)), "what was decided before")
	require.ErrorContains(t, a.DecideRenewal(sp.NewDate(2028, 1, 1), true, in(2028, 1, 3)), "before the decision that stands")
	require.NoError(t, store.Save(t.Context(), db, f, a))

	a, err := grant.NewAwards(db, anybody).Load(t.Context(), "A-1")
	require.NoError(t, err)
	days, known := a.Terms().Notice()
	require.True(t, known)
	require.Equal(t, 90, days, "from 2 January to 1 April of a leap year")

	require.NoError(t, a.DecideRenewal(sp.NewDate(2028, 2, 1), true, in(2028, 2, 1)), "money was found")
	decision, decided := a.Renewal()
	require.True(t, decided)
	require.Equal(t, grant.RenewalDecided{Told: sp.NewDate(2028, 2, 1), Renewed: true, End: sp.NewDate(2028, 4, 1)}, decision)
	body, err := json.Marshal(a)
	require.NoError(t, err)
	require.Contains(t, string(body), `"renewal":{"told":"2028-02-01","renewed":true,"end":"2028-04-01"}`)

	require.NoError(t, f.Extend(a, grant.Extension{End: sp.NewDate(2029, 4, 1)}, in(2028, 3, 1)))
	_, decided = a.Renewal()
	require.False(t, decided, "nobody has said what follows the new end")
	_, known = a.Terms().Notice()
	require.False(t, known)
}

func TestDecideRenewalTellsTheNoticeOfAProviderThatWasToldTooLate(t *testing.T) {
	_, a := in(t, grant.StateEnded)
	require.NoError(t, a.DecideRenewal(sp.NewDate(2028, 4, 11), false, late))
	days, known := a.Terms().Notice()
	require.True(t, known)
	require.Equal(t, -10, days)
}
