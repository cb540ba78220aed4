package worklist_test

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// crowd is a store with several lines in every work list, some of them of the same moment.
func crowd(t *testing.T) store.Driver {
	t.Helper()
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	save := func(cs ...store.Change) { require.NoError(t, store.Save(ctx, db, cs...)) }
	for i, u := range []referral.Urgency{referral.Routine, referral.Soon, referral.Urgent, referral.Routine, referral.Routine, referral.Soon, referral.Urgent} {
		save(receive(fmt.Sprint("R-", i), u, i/2))
		mine := referraltest.Referral(referral.ID(fmt.Sprint("R-mine-", i)), referral.StateAccepted)
		save(mine)
	}
	for i := range 5 {
		n := fmt.Sprint(i)
		r := worried(referral.ID("R-concern-"+n), concern.Kinds()[i%2])
		require.NoError(t, r.Raise(referral.Flagged{Flag: "F-2", Kind: concern.Crisis, To: "crisis-team"}, worker(4)))
		c := referral.NewCase(r)
		for j := range 2 { // two suggestions of one day are two lines that say the same
			a := referraltest.Proposal(placement.ID(fmt.Sprintf("PL-%d-%d", i, j)))
			a.Person, a.Service = r.Person(), directory.ID(fmt.Sprintf("bay/garden-%d-%d", i, j))
			_, err := c.Propose(a, worker(5))
			require.NoError(t, err)
		}
		save(c)
		p := referraltest.Placement(placement.ID("PL-owed-"+n), placement.StateOffered)
		require.NoError(t, p.Withdraw(reason.Because(reason.Moved), worker(8)))
		save(p)
		record, err := person.Register(mia(person.ID("P-child-"+n)), referraltest.By(sp.RoleReferrer, 0))
		require.NoError(t, err)
		save(record)
		if i%2 == 0 {
			a := referraltest.Submission(referral.ID("R-child-" + n))
			a.Person = person.ID("P-child-" + n)
			r, err := referraltest.Receive(a, all, referraltest.By(sp.RoleReferrer, 2))
			require.NoError(t, err)
			save(r)
		}
	}
	return db
}

// pages puts the pages of a list together. Between two pages it calls between.
func pages[L worklist.Line](t *testing.T, list func() iter.Seq2[L, error], limit int, between func()) (lines []L) {
	t.Helper()
	var after store.Cursor
	for {
		page, next, err := worklist.Page(list(), limit, after)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page), limit)
		lines = append(lines, page...)
		if next == (store.Cursor{}) {
			return lines
		}
		require.Len(t, page, limit, "only the last page is short")
		url, err := next.MarshalText()
		require.NoError(t, err)
		require.NoError(t, after.UnmarshalText(url), "it comes back from a URL")
		require.Equal(t, next, after)
		between()
	}
}

// whole checks that pages of any size put together are the list, and that it is counted.
func whole[L worklist.Line](t *testing.T, name string, list func() iter.Seq2[L, error]) {
	t.Helper()
	var want []L
	for line, err := range list() {
		require.NoError(t, err, name)
		want = append(want, line)
	}
	require.GreaterOrEqual(t, len(want), 5, "%s has too few lines to see their order", name)
	for _, limit := range []int{1, 2, 3, len(want) - 1, len(want), len(want) + 1} {
		require.Equal(t, want, pages(t, list, limit, func() {}), "%s in pages of %d", name, limit)
	}
	n, err := worklist.Count(list())
	require.NoError(t, err)
	require.Equal(t, len(want), n, name)
}

func TestThePagesOfEveryWorklistPutTogetherAreTheList(t *testing.T) {
	ctx, db := t.Context(), crowd(t)
	people, referrals, placements := person.NewRepository(db), referral.NewRepository(db, all), placement.NewRepository(db, all)
	at := referraltest.Day(40)
	ageing := worklist.Standards{Name: "bay-1", Ageing: 39}
	whole(t, "Waiting", func() iter.Seq2[worklist.Wait, error] {
		return worklist.Lines(worklist.Waiting(ctx, referrals, referral.Query{}, ageing, sp.Calendar{}, at))
	})
	whole(t, "Concerns", func() iter.Seq2[worklist.Concern, error] {
		return worklist.Lines(worklist.Concerns(ctx, referrals, clocks, at))
	})
	whole(t, "Stuck", func() iter.Seq2[worklist.Finding, error] {
		return worklist.Stuck(ctx, referrals, rules, sp.Calendar{}, at)
	})
	whole(t, "FeedbackOwed", func() iter.Seq2[worklist.Owed, error] {
		return worklist.FeedbackOwed(ctx, referrals, placements, sp.Calendar{}, at)
	})
	whole(t, "ToAsk", func() iter.Seq2[worklist.Ask, error] {
		return worklist.ToAsk(ctx, people, referrals, consent.England, sp.Calendar{}, at)
	})
	for name, part := range map[string]func(worklist.Day) []worklist.Task{
		"Today, safety": func(d worklist.Day) []worklist.Task { return d.Safety },
		"Today, due":    func(d worklist.Day) []worklist.Task { return d.Due },
	} {
		whole(t, name, func() iter.Seq2[worklist.Task, error] {
			d, err := worklist.Today(ctx, referrals, referraltest.Worker, policy, at)
			return worklist.Lines(part(d), err)
		})
	}
}

// After the first page somebody on it is spoken to, somebody behind it too, and somebody
// new comes. Numbered pages would pass over one and show another twice.
func TestWhoStaysOnAWorklistComesOnceWhateverHappensBetweenItsPages(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	referrals := referral.NewRepository(db, all)
	speak := func(id referral.ID) {
		r, err := referrals.Load(ctx, id)
		require.NoError(t, err)
		require.NoError(t, r.Accept("ann", worker(10)))
		require.NoError(t, r.Contact(person.Phone, 20, worker(10)))
		require.NoError(t, store.Save(ctx, db, r))
	}
	for i := range 7 {
		require.NoError(t, store.Save(ctx, db, receive(fmt.Sprint("R-", i), referral.Routine, i)))
	}
	once := false
	var ids []referral.ID
	for _, w := range pages(t, func() iter.Seq2[worklist.Wait, error] {
		return worklist.Lines(worklist.Waiting(ctx, referrals, referral.Query{}, worklist.Standards{}, sp.Calendar{}, referraltest.Day(9)))
	}, 2, func() {
		if once {
			return
		}
		once = true
		speak("R-0")
		speak("R-1") // the cursor stands behind it
		speak("R-4")
		require.NoError(t, store.Save(ctx, db, receive("R-new", referral.Routine, 8), receive("R-soon", referral.Soon, 8)))
	}) {
		ids = append(ids, w.Referral)
	}
	require.Equal(t, []referral.ID{"R-0", "R-1", "R-2", "R-3", "R-5", "R-6", "R-new"}, ids)
}

// The rule of which the first page told is kept in the meantime; the others are still told.
func TestAFindingThatIsMendedBetweenPagesHidesNoOther(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateActive)
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(ctx, db, r))
	mended := false
	var codes []string
	for _, f := range pages(t, func() iter.Seq2[worklist.Finding, error] {
		return worklist.Stuck(ctx, referral.NewRepository(db, all), rules, sp.Calendar{}, referraltest.Day(95))
	}, 1, func() {
		if !mended {
			mended = true
			require.NoError(t, r.Contact(person.Phone, 5, worker(94)))
			require.NoError(t, store.Save(ctx, db, r))
		}
	}) {
		codes = append(codes, f.Rule.Code)
	}
	require.Equal(t, []string{"untouched", "no-placement", "long"}, codes)
}

func TestAPageOfAWorklistSaysWhatIsWrongWithWhatItIsAskedFor(t *testing.T) {
	ctx, referrals := context.Background(), referral.NewRepository(crowd(t), all)
	waits := worklist.Lines(worklist.Waiting(ctx, referrals, referral.Query{}, worklist.Standards{}, sp.Calendar{}, referraltest.Day(9)))
	_, next, err := worklist.Page(waits, 1, store.Cursor{})
	require.NoError(t, err)
	_, _, err = worklist.Page(waits, 0, store.Cursor{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, _, err = worklist.Page(worklist.Stuck(ctx, referrals, rules, sp.Calendar{}, referraltest.Day(9)), 1, next)
	require.ErrorIs(t, err, sp.ErrInvalid, "a cursor of another list")
	_, repository, err := referrals.Page(ctx, referral.WaitingList, referral.Query{Limit: 1}, store.Cursor{})
	require.NoError(t, err)
	_, _, err = worklist.Page(waits, 1, repository)
	require.ErrorIs(t, err, sp.ErrInvalid, "a cursor of records")

	failed := worklist.Lines([]worklist.Wait{{}}, errDisk)
	page, next, err := worklist.Page(failed, 1, store.Cursor{})
	require.ErrorIs(t, err, errDisk)
	require.Empty(t, page)
	require.Zero(t, next)
	_, err = worklist.Count(failed)
	require.ErrorIs(t, err, errDisk)
}
