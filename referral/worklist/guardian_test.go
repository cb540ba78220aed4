package worklist_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

// mia is twelve on the days of package referraltest, and nobody knows who decides for her.
func mia(id person.ID) person.Person {
	return person.Person{ID: id, Born: sp.Hide(sp.NewDate(2013, 5, 1))}
}

func TestTheWorklistHasAChildWhoseGuardianIsToBeFound(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	people, referrals := person.NewRepository(db), referral.NewRepository(db, all)
	register := func(p person.Person) *person.Record {
		record, err := person.Register(p, referraltest.By(sp.RoleReferrer, 0))
		require.NoError(t, err)
		require.NoError(t, store.Save(ctx, db, record))
		return record
	}
	refer := func(id referral.ID, of person.ID, day int) *referral.Referral {
		a := referraltest.Submission(id)
		a.Person = of
		r, err := referraltest.Receive(a, all, referraltest.By(sp.RoleReferrer, day))
		require.NoError(t, err)
		require.NoError(t, store.Save(ctx, db, r))
		return r
	}
	list := func() (asks []worklist.Ask) {
		for ask, err := range worklist.ToAsk(ctx, people, referrals, consent.England, sp.Calendar{}, referraltest.Day(5)) {
			require.NoError(t, err)
			asks = append(asks, ask)
		}
		return asks
	}
	record := register(mia("P-1"))
	refer("R-1", "P-1", 2)
	register(person.Person{ID: "P-2"}) // nobody knows when they were born
	refer("R-2", "P-2", 4)
	refer("R-9", "P-2", 6) // which is not known yet on that day
	register(mia("P-3"))   // of whom nothing has been received
	register(person.Person{ID: "P-4", Born: sp.Hide(sp.NewDate(1959, 5, 1))})
	refer("R-4", "P-4", 2)
	register(mia("P-5"))
	over := refer("R-5", "P-5", 2)
	require.NoError(t, referral.NewCase(over).Decline(reason.Because(reason.NoCapacity), referraltest.By(sp.RoleLinkWorker, 3)))
	require.NoError(t, store.Save(ctx, db, over))

	who, when := []consent.Question{consent.WhoDecides}, []consent.Question{consent.WhenBorn}
	require.Equal(t, []worklist.Ask{
		{Person: "P-1", Questions: who, Referral: "R-1", Since: referraltest.Day(2), Days: 3},
		{Person: "P-2", Questions: when, Referral: "R-2", Since: referraltest.Day(4), Days: 1},
		{Person: "P-3", Questions: who},
	}, list())

	// Until it is known, nothing is told to the service that could help.
	may := consent.AnswersFirst{Permission: all, Questions: func(id person.ID) ([]consent.Question, error) {
		r, err := people.Load(ctx, id)
		if err != nil {
			return nil, err
		}
		return consent.Unanswered(r.Person(), consent.England, sp.DateOf(referraltest.Day(5))), nil
	}}
	told := func() []placement.Item {
		told, _ := placement.Permitted(may, "bay/garden", "", "P-1", referraltest.Sending().Items)
		return told
	}
	require.NotEmpty(t, referraltest.Sending().Items)
	require.Empty(t, told())
	p := record.Person()
	p.Representatives = []person.Representative{{Person: "P-8", Authority: person.ParentalResponsibility, Decides: sp.Yes}}
	require.NoError(t, record.Revise(p, referraltest.By(sp.RoleLinkWorker, 5)))
	require.NoError(t, store.Save(ctx, db, record))
	require.Equal(t, referraltest.Sending().Items, told())
	require.Len(t, list(), 2)
	for range worklist.ToAsk(ctx, people, referrals, consent.England, sp.Calendar{}, referraltest.Day(5)) {
		break // and whoever has seen enough may stop
	}
}

func TestToAskIsNoShortListWhereAStoreFails(t *testing.T) {
	good := store.Tenant(memstore.New(), "bay")
	record, err := person.Register(mia("P-1"), referraltest.By(sp.RoleReferrer, 0))
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), good, record))
	bad := store.Tenant(storetest.Faulty(memstore.New(), storetest.Fault{Err: io.ErrUnexpectedEOF}), "bay")
	for name, of := range map[string][2]store.Driver{"of people": {bad, good}, "of referrals": {good, bad}} {
		n := 0
		for _, err := range worklist.ToAsk(t.Context(), person.NewRepository(of[0]), referral.NewRepository(of[1], all), consent.England, sp.Calendar{}, referraltest.Day(5)) {
			require.ErrorIs(t, err, io.ErrUnexpectedEOF, name)
			n++
		}
		require.Equal(t, 1, n, name)
	}
}
