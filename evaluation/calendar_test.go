package evaluation_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// Somebody is late on the work list of a moment exactly if a conversation at that moment
// would be too late for the indicator, and has waited for as many days as the indicator of
// waits then counts: in any zone, at any time of day, over weekends and holidays.
func TestEvaluationCountsTheSameDaysAsTheWorkList(t *testing.T) {
	zones := []*time.Location{time.UTC, time.FixedZone("Kiribati", 14*3600), time.FixedZone("Honolulu", -10*3600)}
	if london, err := time.LoadLocation("Europe/London"); err == nil {
		zones = append(zones, london)
	}
	rapid.Check(t, func(t *rapid.T) {
		begin := time.Date(2026, time.March, 27, 0, 0, 0, 0, time.UTC) // the weekend on which summer time begins, and the week before Easter
		hours := func(name string, most int) time.Duration {
			return time.Duration(rapid.IntRange(0, most*2).Draw(t, name)) * 30 * time.Minute
		}
		received := begin.Add(hours("received", 5*24))
		spoken := received.Add(hours("spoken", 21*24))
		var holidays []sp.Date
		for _, h := range rapid.SliceOfN(rapid.IntRange(0, 25), 0, 6).Draw(t, "holidays") {
			holidays = append(holidays, sp.DateOf(begin).Add(h))
		}
		calendar := sp.NewCalendar(rapid.SampledFrom(zones).Draw(t, "zone"), holidays...)
		within := rapid.IntRange(1, 12).Draw(t, "within")

		r := referral.New("R-1", referraltest.AllowAll{})
		require.NoError(t, r.Receive(referraltest.Submission("R-1"), sp.By(sp.Actor{ID: "dr", Role: sp.RoleReferrer}, received)))
		require.NoError(t, r.Accept("ann", sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, received)))
		db := store.Tenant(memstore.New(), "bay")
		require.NoError(t, store.Save(t.Context(), db, r))
		standards := worklist.Standards{Name: "bay-1", Workdays: map[referral.Urgency]int{r.Urgency(): within}}
		list, err := worklist.Waiting(t.Context(), referral.NewRepository(db, nil), referral.Query{}, standards, calendar, spoken)
		require.NoError(t, err)
		require.Len(t, list, 1)

		require.NoError(t, r.Contact(person.Phone, 10, sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, spoken)))
		require.NoError(t, store.Save(t.Context(), db, r))
		run, err := evaluation.New(evaluation.Options{AsOf: sp.DateOf(begin).Add(400), Calendar: calendar}, catalogue.All(catalogue.Standards{ContactDays: within})...)
		require.NoError(t, err)
		for e, err := range db.Log(t.Context(), "", "") {
			require.NoError(t, err)
			require.NoError(t, run.Add(e))
		}
		for _, f := range figures(t, run) {
			switch f.Indicator {
			case catalogue.ContactedID:
				require.Equal(t, f.Estimate.Numerator == 0, list[0].Late == sp.Yes, "received %s, spoken to %s", received, spoken)
				require.Equal(t, list[0].Late, sp.TruthOf(calendar.Date(spoken) > list[0].Due))
			case catalogue.WaitID:
				require.InDelta(t, list[0].Days, f.Estimate.Value, 0)
			}
		}
	})
}
