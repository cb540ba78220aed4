package subject_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/observe"
)

// referred saves a referral of P-1 by a practice, taken on by a worker unless it is "", and
// ended where it is over.
func referred(t *testing.T, db store.Driver, id referral.ID, day int, worker string, over bool) {
	t.Helper()
	r := referral.New(id, all)
	require.NoError(t, r.Receive(referral.Submission{
		Person: "P-1", Urgency: referral.Routine, Source: "gp", From: directory.ID("practice-" + string(id)), Reasons: []needs.Code{needs.Loneliness},
	}, referraltest.By(sp.RoleReferrer, day)))
	c := referral.NewCase(r)
	if worker != "" {
		require.NoError(t, r.Accept(referral.WorkerID(worker), referraltest.By(sp.RoleLinkWorker, day+1)))
	}
	if over {
		require.NoError(t, c.Decline(reason.Because(reason.PersonsChoice), referraltest.By(sp.RoleLinkWorker, day+2)))
	}
	require.NoError(t, store.Save(t.Context(), db, c))
}

func TestFileSaysWhoseCaseAPersonIs(t *testing.T) {
	type sent struct {
		id     referral.ID
		day    int
		worker string
		over   bool
	}
	for name, c := range map[string]struct {
		sent             []sent
		latest, practice string
		holder           referral.WorkerID
	}{
		"nobody's, whom nobody referred":                       {},
		"nobody's, whom nobody has taken on":                   {[]sent{{"R-1", 0, "", false}}, "R-1", "practice-R-1", ""},
		"the worker's who took them on":                        {[]sent{{"R-1", 0, "ann", false}}, "R-1", "practice-R-1", "ann"},
		"still the worker's once it is over":                   {[]sent{{"R-1", 0, "ann", true}}, "R-1", "practice-R-1", "ann"},
		"the worker's of the later of two":                     {[]sent{{"R-1", 9, "ben", false}, {"R-2", 0, "ann", false}}, "R-1", "practice-R-1", "ben"},
		"the worker's they are with, while they wait anew":     {[]sent{{"R-1", 0, "ann", false}, {"R-2", 9, "", false}}, "R-2", "practice-R-2", "ann"},
		"nobody's, who waits anew and is with nobody any more": {[]sent{{"R-1", 0, "ann", true}, {"R-2", 9, "", false}}, "R-2", "practice-R-2", ""},
	} {
		t.Run(name, func(t *testing.T) {
			db := store.Tenant(memstore.New(), "bay")
			p, err := person.Register(person.Person{ID: "P-1", Born: sp.Hide(sp.NewDate(1950, 5, 1))}, worker(0))
			require.NoError(t, err)
			require.NoError(t, store.Save(t.Context(), db, p))
			for _, s := range c.sent {
				referred(t, db, s.id, s.day, s.worker, s.over)
			}
			f, err := subject.LoadFile(t.Context(), db, all, "P-1")
			require.NoError(t, err)
			latest := ""
			if r := f.Latest(); r != nil {
				latest = string(r.ID())
			}
			require.Equal(t, c.latest, latest)
			require.Equal(t, c.holder, f.Holder())
			facts := f.Facts()
			require.Equal(t, []string{string(c.holder), c.practice}, []string{facts.Holder, facts.Referrer})
			require.Equal(t, sp.NewDate(1950, 5, 1), facts.Born.Reveal())
		})
	}
}

func TestFileIsReadByThreeCallsHoweverManyReferralsThereAre(t *testing.T) {
	w := populate(t, "P-1")
	for i := range 5 {
		referred(t, w.db(), referral.ID(fmt.Sprint("R-", 10+i)), 10+i, "ben", true)
	}
	var calls []string
	db := observe.Driver(w.db(), func(ctx context.Context, c observe.Call) (context.Context, observe.End) {
		calls = append(calls, c.Method+" "+c.Key.Kind)
		return ctx, nil
	})
	f, err := subject.LoadFile(t.Context(), db, all, "P-1")
	require.NoError(t, err)
	require.Len(t, f.Referrals, 6)
	slices.Sort(calls)
	require.Equal(t, []string{"Get permission", "Get person", "Scan referral"}, calls)
}

func TestFileIsWhatAPolicyDecidesOn(t *testing.T) {
	w := populate(t, "P-1")
	f, err := subject.LoadFile(t.Context(), w.db(), all, "P-1")
	require.NoError(t, err)
	policy := consent.StandardPolicy()
	q := consent.Ask{To: "bay/green", As: consent.ToProvider, Purpose: consent.DirectCare, Field: "name", At: worker(9).At}
	require.True(t, policy.Decide(f.Consent(), q).Allow, "agreed to")
	q.To = "bay/others"
	require.False(t, policy.Decide(f.Consent(), q).Allow, "not agreed to")
	notes := consent.Ask{To: string(f.Holder()), As: consent.ToLinkWorker, Purpose: consent.DirectCare, Kind: consent.Notes, At: worker(9).At}
	require.True(t, policy.Decide(f.Consent(), notes).Allow, "the holder")
	notes.To = "somebody-else"
	require.False(t, policy.Decide(f.Consent(), notes).Allow, "another worker")
}

func TestFileOfSomebodyWhoIsNotHereIsNotFound(t *testing.T) {
	_, err := subject.LoadFile(t.Context(), store.Tenant(memstore.New(), "bay"), all, "P-9")
	require.ErrorIs(t, err, sp.ErrNotFound)
	require.ErrorContains(t, err, "subject: file of P-9")
}

func TestWhoseIsThePersonWhomEveryRecordOfThemIsAbout(t *testing.T) {
	w := populate(t, "P-1")
	for _, k := range subject.Kinds() {
		for r, err := range w.db().Scan(t.Context(), store.Query{Kind: k.Name}) {
			require.NoError(t, err)
			require.Equal(t, person.ID("P-1"), subject.Whose(r), r.Key)
		}
	}
	require.Empty(t, subject.Whose(store.Record{Key: store.Key{Kind: "place", ID: "P-1"}}), "a place is about nobody")
}
