package worklist_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

// Each line of a day says why it stands there now, since when, and in which class.
func TestATaskSaysWhyNowAndInWhichClass(t *testing.T) {
	ok := func(err error) { t.Helper(); require.NoError(t, err) }
	waiting := func(u referral.Urgency, do func(*referral.Referral)) *referral.Case {
		a := referraltest.Submission("R-1")
		a.Urgency = u
		r, err := referraltest.Receive(a, referraltest.AllowAll{}, referraltest.By(sp.RoleReferrer, 0))
		ok(err)
		ok(r.Accept(referraltest.Worker, worker(1)))
		ok(r.SendFeedback("D-1", worker(1)))
		do(r)
		return referral.NewCase(r)
	}
	none := func(*referral.Referral) {}
	crisis := func(do func(*referral.Referral)) *referral.Case {
		c := worried("R-1", concern.Crisis)
		do(c)
		return referral.NewCase(c)
	}
	asked := func() *referral.Case {
		r := referraltest.Referral("R-1", referral.StateActive)
		ok(r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis}, worker(4)))
		return referral.NewCase(r)
	}
	alert := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	a := needs.New("A-1", transition.TableOnly{})
	ok(a.Open("P-1", worker(4)))
	phq, _ := measure.Find("phq-9")
	_, err := a.Measure(phq, measure.Answers{"9": 1}, worker(4))
	ok(err)
	alert.Assessments = append(alert.Assessments, a)

	ageing := policy
	ageing.Waiting.Ageing = 10
	for _, tt := range []struct {
		name  string
		make  *referral.Case
		day   int
		class worklist.Class
		why   worklist.Why
		since int // day
	}{
		{"who waits is of the urgency that was set", waiting(referral.Routine, none), 9, "routine", worklist.WhyWaits, 0},
		{"and more urgent the longer it lasts", waiting(referral.Routine, none), 12, "soon", worklist.WhyWaits, 0},
		{"and urgent at last", waiting(referral.Routine, none), 25, "urgent", worklist.WhyWaits, 0},
		{"who has got worse is urgent at once", waiting(referral.Routine, func(r *referral.Referral) {
			ok(r.CheckIn(person.Phone, referral.GotWorse, worker(2)))
		}), 4, "urgent", worklist.WhyWorse, 2},
		{"a concern of which a team was told, which does not answer", crisis(none), 5, worklist.Safety, worklist.WhyBounced, 4},
		{"a concern that no team was asked about", asked(), 5, worklist.Safety, worklist.WhyNobodyAsked, 4},
		{"an alert", alert, 6, worklist.Safety, worklist.WhyAlert, 6},
	} {
		db := store.Tenant(memstore.New(), "bay")
		ok(store.Save(t.Context(), db, tt.make))
		d, err := worklist.Today(t.Context(), referral.NewRepository(db, all), referraltest.Worker, ageing, referraltest.Day(tt.day))
		ok(err)
		require.NotEmpty(t, append(d.Safety, d.Due...), tt.name)
		got := append(d.Safety, d.Due...)[0]
		require.Equal(t, tt.class, got.Class, tt.name)
		require.Equal(t, tt.why, got.Why, tt.name)
		require.Equal(t, tt.since, got.Since.Sub(sp.DateOf(referraltest.Day(0))), tt.name)
	}
}

// Of two that are due on the same day, the more urgent comes first.
func TestOnOneDayTheMoreUrgentComesFirst(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	for i, u := range []referral.Urgency{referral.Routine, referral.Urgent, referral.Soon} {
		r := referraltest.Referral(referral.ID("R-"+string(rune('1'+i))), referral.StateActive)
		require.NoError(t, r.SendFeedback("D-1", worker(3)))
		require.NoError(t, r.Prioritise(u, worker(3)))
		require.NoError(t, store.Save(t.Context(), db, r))
	}
	d, err := worklist.Today(t.Context(), referral.NewRepository(db, all), referraltest.Worker, policy, referraltest.Day(30))
	require.NoError(t, err)
	var order []worklist.Class
	for _, x := range d.Due {
		order = append(order, x.Class)
	}
	require.Equal(t, []worklist.Class{"urgent", "soon", "routine"}, order)
}
