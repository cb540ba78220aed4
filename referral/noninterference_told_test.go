package referral_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/crosswalk"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/referral/unmet"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// seen is all that a person can be shown of their case: answers of every command, the
// buttons, the states, their story, what they see of each placement, the views of what is
// in their case, the document of all that is kept of them, and the rows of the lists and of
// the day in which they stand, but for those that are about concerns and alerts, and of what
// the referrer is owed, where word of a concern comes first: those only the scheme reads.
func (w *oneWorld) seen(t require.TestingT, s sp.Stamp) (all []string) {
	note := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	for _, a := range deeds() {
		note("may %s: %v; %v", a.name, a.may(w.c, s), a.legal(w.c, s))
	}
	note("%s, received %s, %s, first contact %s, %d attempts, follow-up %s, asked to withdraw %s", w.c.Referral.State(), w.c.Referral.Received(),
		w.c.Referral.Urgency(), w.c.Referral.FirstContact(), w.c.Referral.Attempts(), w.c.Referral.FollowUpDue(), w.c.Referral.WithdrawalAsked())
	story := letter.Story(w.c, letter.Wording{}, s.By, referraltest.AllowAll{})
	lines, withheld := story.Lines, story.Withheld
	note("story: %v, without %v", lines, withheld)
	for _, p := range w.c.Placements {
		note("%s: %+v", p.ID(), letter.Look(p, crosswalk.FHIRTask(), s.By, "", referraltest.AllowAll{}))
	}
	for _, x := range w.c.Sessions {
		note("%s: %s %v", x.ID(), x.State(), x.Plan())
	}
	note("tried: %v", w.c.Tried())
	all = append(all, w.views(t, s.By)...)
	all = append(all, w.document(t))
	all = append(all, w.notes(t, s.By)...)

	referrals, placements := referral.NewRepository(w.db, nil), placement.NewRepository(w.db, nil)
	at := referraltest.Day(130)
	for name, list := range map[string]iter.Seq2[*referral.Referral, error]{
		"waiting": referrals.Waiting(context.Background(), referral.Query{}), "follow-ups": referrals.FollowUps(context.Background(), 0),
		"withdrawals": referrals.WithdrawalsAsked(context.Background()), "quiet": referrals.Quiet(context.Background(), at, referral.Query{}), "all": referrals.All(context.Background(), referral.Query{Person: "P-1"}),
	} {
		for r, err := range list {
			require.NoError(t, err)
			note("list %s: %s %s", name, r.ID(), r.State())
		}
	}
	for _, before := range []time.Time{referraltest.Day(41), at} {
		for _, l := range []referral.List{referral.AllList, referral.WaitingList, referral.FollowUpList, referral.WithdrawalList, referral.QuietList} {
			page, next, err := referrals.Page(context.Background(), l, referral.Query{Limit: 5, Before: before}, store.Cursor{})
			require.NoError(t, err)
			n, err := referrals.Count(context.Background(), l, referral.Query{Before: before})
			require.NoError(t, err)
			note("page of %s before %s: %v, %v, %d", l, before, page, next, n)
		}
		for _, l := range []placement.List{placement.AllList, placement.OverdueList, placement.FeedbackList, placement.UntoldList} {
			page, next, err := placements.Page(context.Background(), l, placement.Query{Limit: 5}, before, store.Cursor{})
			require.NoError(t, err)
			note("page of placements %s before %s: %v, %v", l, before, page, next)
		}
	}
	note("touched %s, news %s", w.c.Referral.Touched(), w.c.Referral.NewsSince())
	for a, err := range referrals.MeasuresDue(context.Background(), 0) {
		require.NoError(t, err)
		note("measures due: %s", a.ID())
	}
	waits, err := worklist.Waiting(context.Background(), referrals, referral.Query{}, standards, sp.Calendar{}, at)
	require.NoError(t, err)
	note("work list: %+v", waits)
	for x, err := range worklist.Stuck(context.Background(), referrals, stuck, sp.Calendar{}, at) {
		require.NoError(t, err)
		note("stuck: %+v", x)
	}
	day, err := worklist.Today(context.Background(), referrals, referraltest.Worker, daily, at)
	require.NoError(t, err)
	note("day: due %v, coming %v, without a next step %v", day.Due, day.Coming, day.Without)
	for line, err := range unmet.Ledger(w.db.Log(context.Background(), "", "")) {
		require.NoError(t, err)
		line.Version = 0 // the log counts everything, and is nothing for a person
		note("unmet: %+v", line)
	}
	slices.Sort(all) // the lists above come in any order
	return all
}

// views are the JSON of what is in the case, as a reader may be shown it.
func (w *oneWorld) views(t require.TestingT, reader sp.Actor) (all []string) {
	add := func(v any) {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		all = append(all, string(text))
	}
	add(w.c.Referral.View().For(reader))
	for _, p := range w.c.Placements {
		add(p)
	}
	for _, x := range w.c.Sessions {
		add(x)
	}
	for _, a := range w.c.Assessments {
		add(a.View().For(reader))
	}
	return all
}

// notes are those that a reader may read; a list names no others.
func (w *oneWorld) notes(t require.TestingT, reader sp.Actor) (all []string) {
	for n, err := range note.NewRepository(w.db).Of(context.Background(), "P-1", note.Query{}) {
		require.NoError(t, err)
		if versions, err := n.Read(reader, classes{}); err == nil {
			all = append(all, fmt.Sprintf("note: %v %d", n.Summary(), len(versions)))
		}
	}
	return all
}

// classes lets everybody read their notes, and the scheme alone those on safeguarding.
type classes struct{}

func (classes) See(reader sp.Actor, _ person.ID, field string) error {
	if field == string(note.Safeguarding) && !transition.Scheme.Hears(reader.Role) {
		return sp.ErrDenied
	}
	return nil
}

// document is all that is kept of the person, as they are shown it: the answers that they
// gave to a questionnaire are known to them, whatever alerts they raised.
func (w *oneWorld) document(t require.TestingT) string {
	d, err := subject.Read(context.Background(), w.db, subject.Kinds(), subject.Request{Person: "P-1", As: subject.Self})
	require.NoError(t, err)
	d.Parts = slices.DeleteFunc(d.Parts, func(p subject.Part) bool { return p.About == consent.Measures })
	text, err := d.JSON()
	require.NoError(t, err)
	return string(text)
}
