package subject_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/duplicate"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/audit"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

// canary stands in every text about the person, and sister in what is about another.
const canary, sister = "Xylocarp", "Zebrafish"

var all = referraltest.AllowAll{}

func worker(day int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, day) }

func TestAnEraserLeavesNothingAndTheLogStillVerifies(t *testing.T) {
	w := populate(t, "P-1")
	fill(t, w.db(), "P-2", "-other")
	before, err := audit.Take(t.Context(), w.raw, "bay")
	require.NoError(t, err)
	e := subject.Eraser{DB: w.db(), May: all, Forget: w.vault.forget}
	p, err := e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
	require.NoError(t, err)
	require.Equal(t, subject.Finished, p.State())
	require.Equal(t, map[string]int{"referral": 1, "placement": 1, "session": 1, "assessment": 1, "plan": 1, "note": 2, "voice": 1, "custom": 2, "permission": 1, "person": 1}, p.Counts())
	require.Equal(t, []placement.ID{"PL-1"}, p.Ended())
	data, err := json.Marshal(p)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"E-1","person":"P-1","why":"request","state":"finished","ended":["PL-1"],
		"counts":{"referral":1,"placement":1,"session":1,"assessment":1,"plan":1,"note":2,"voice":1,"custom":2,"permission":1,"person":1}}`, string(data))
	require.Empty(t, left(t, w.db(), "P-1"))
	require.Len(t, left(t, w.db(), "P-2"), 12, "and nothing of anybody else's")
	faults, err := audit.Verify(t.Context(), w.raw, before)
	require.NoError(t, err)
	require.Empty(t, faults)
	var ended bool
	for event, err := range w.db().Log(t.Context(), "", "") {
		require.NoError(t, err)
		ended = ended || event.Key.ID == "PL-1" && event.Type == placement.EventWithdrawn
		require.NotContains(t, string(event.Data), canary)
	}
	require.True(t, ended, "the provider hears of it from the log")

	again, err := e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(10))
	require.NoError(t, err, "twice")
	require.Equal(t, p.Counts(), again.Counts())
	require.Equal(t, 1, w.vault.forgets)
	_, err = e.Erase(t.Context(), "E-1", "P-2", subject.AtRequest, worker(10))
	require.ErrorIs(t, err, sp.ErrInvalid, "somebody else under the same ID")
	_, err = e.Erase(t.Context(), "E-2", "P-9", subject.AtRequest, worker(10))
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestAnEraserThatIsKilledAnywhereIsResumed(t *testing.T) {
	for commits := 1; commits <= 2; commits++ {
		for _, after := range []bool{false, true} {
			w := populate(t, "P-1")
			dies := world{&killed{w.raw, commits, after}, w.vault}
			e := subject.Eraser{DB: dies.db(), May: all, Forget: w.vault.forget}
			_, err := e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
			require.ErrorIs(t, err, errKilled)
			for p, err := range subject.Unfinished(t.Context(), w.db()) {
				require.NoError(t, err)
				require.Equal(t, subject.ErasureID("E-1"), p.ID())
			}
			e.DB = w.db()
			p, err := e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
			require.NoError(t, err, "%d %v", commits, after)
			require.Equal(t, subject.Finished, p.State())
			require.Equal(t, 12, sum(p.Counts()), "each record is counted once")
			require.Empty(t, left(t, w.db(), "P-1"))
			require.NotZero(t, w.vault.forgets)
			for range subject.Unfinished(t.Context(), w.db()) {
				t.Error("is finished")
			}
		}
	}
}

// Whether an erasure may begin is asked once: what was stopped is resumed by whoever calls again,
// also where nobody might begin it any more.
func TestEraserAsksWhetherItMayBeginAndNotWhetherItMayGoOn(t *testing.T) {
	errNotYours := errors.New("not yours")
	w := populate(t, "P-1")
	e := subject.Eraser{DB: w.db(), May: all, Forget: w.vault.forget, Begin: func(_ context.Context, of person.ID) error {
		require.Equal(t, person.ID("P-1"), of)
		return errNotYours
	}}
	_, err := e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
	require.ErrorIs(t, err, errNotYours)
	for _, r := range e.EraseAll(t.Context(), []person.ID{"P-1", "P-1"}, erasureOf, subject.AtRequest, worker(9), nil) {
		require.ErrorIs(t, r.Err, errNotYours)
	}
	require.NotEmpty(t, left(t, w.db(), "P-1"), "nothing is gone")

	dies := e
	dies.DB, dies.Begin = world{&killed{w.raw, 1, true}, w.vault}.db(), nil
	_, err = dies.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
	require.ErrorIs(t, err, errKilled)
	p, err := e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
	require.NoError(t, err, "it has begun")
	require.Equal(t, subject.Finished, p.State())
}

// What somebody writes while the key is destroyed goes too, though a driver that seals
// cannot read it any more.
func TestEraserDeletesWhatIsWrittenMeanwhile(t *testing.T) {
	for _, destroyed := range []bool{true, false} { // and without a key, what is written can still be read
		w := populate(t, "P-1")
		forget := func(ctx context.Context, of person.ID) error {
			reg := register.New(of, all)
			require.NoError(t, reg.Open(consent.England, worker(9)))
			late := referral.New("R-late", all)
			require.NoError(t, late.Receive(referral.Submission{Person: of, Urgency: referral.Routine, Reasons: []needs.Code{needs.Debt}}, worker(0)))
			require.NoError(t, late.Accept(referraltest.Worker, worker(1)))
			require.NoError(t, late.Contact(person.Phone, 30, worker(2)))
			c := referral.NewCase(late)
			_, err := c.Propose(placement.Proposal{ID: "PL-late", Service: "bay/advice", Provider: "bay/green", Needs: []needs.Code{needs.Debt}}, worker(3))
			require.NoError(t, err)
			err = store.Save(ctx, w.db(), reg, c)
			if destroyed {
				err = errors.Join(err, w.vault.forget(ctx, of))
			}
			return err
		}
		p, err := subject.Eraser{DB: w.db(), May: all, Forget: forget}.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
		require.NoError(t, err)
		require.Equal(t, subject.Finished, p.State())
		require.Equal(t, 2, p.Counts()["permission"])
		require.Equal(t, 2, p.Counts()["placement"])
		if !destroyed {
			require.Equal(t, []placement.ID{"PL-1", "PL-late"}, p.Ended())
		}
		for r, err := range store.Tenant(w.raw, "bay").Scan(t.Context(), store.Query{Kind: register.Kind}) {
			require.NoError(t, err)
			t.Errorf("%s is left below the seal", r.Key)
		}
	}
}

func sum(counts map[string]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

func TestAnEraserCommitsAFewHundredAtATime(t *testing.T) {
	w := populate(t, "P-1")
	for i := range 900 {
		n, err := note.Write(note.Note{ID: note.ID(fmt.Sprint("M-", i)), Person: "P-1", Class: note.Team, Text: sp.Hide(canary)}, worker(4))
		require.NoError(t, err)
		require.NoError(t, store.Save(t.Context(), w.db(), n))
	}
	p, err := subject.Eraser{DB: w.db(), May: all}.Erase(t.Context(), "E-1", "P-1", subject.RetentionOver, worker(9))
	require.NoError(t, err)
	require.Equal(t, 902, p.Counts()["note"])
	n := 0
	for range p.Steps() {
		n++
	}
	require.Equal(t, 7, n, "begun, three commits, all gone, key, finished")
}

func TestAHoldAndAnOpenConcernStopAnErasure(t *testing.T) {
	w := populate(t, "P-1")
	e := subject.Eraser{DB: w.db(), May: all, Hold: func(context.Context, person.ID) (string, error) { return "inquiry", nil }}
	_, err := e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
	require.ErrorIs(t, err, sp.ErrDenied)
	require.ErrorContains(t, err, "inquiry")
	e.Hold = nil
	r, err := referral.NewRepository(w.db(), all).Load(t.Context(), "R-1")
	require.NoError(t, err)
	require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis}, worker(8)))
	require.NoError(t, store.Save(t.Context(), w.db(), r))
	_, err = e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
	require.ErrorContains(t, err, "must end first")
	require.Len(t, left(t, w.db(), "P-1"), 12, "nothing is gone")
}

// A concern that was raised after the end, or an alert, would be forgotten with the person.
func TestAnErasureWaitsForWhatIsOpenInAReferralThatHasEnded(t *testing.T) {
	ok := func(err error) { t.Helper(); require.NoError(t, err) }
	db := store.Tenant(memstore.New(), "bay")
	e := subject.Eraser{DB: db, May: all}
	closed := referraltest.Referral("R-1", referral.StateClosed)
	ok(closed.PlanFollowUp(sp.DateOf(referraltest.Day(90)), worker(31)))
	ok(closed.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, worker(32)))
	a := needs.New("A-1", transition.TableOnly{})
	ok(a.Open("P-1", worker(5)))
	phq, _ := measure.Find("phq-9")
	_, err := a.Measure(phq, measure.Answers{"9": 1}, worker(5))
	ok(err)
	ok(store.Save(t.Context(), db, closed, a))

	_, err = e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(40))
	var waits *subject.UnansweredError
	require.ErrorAs(t, err, &waits)
	require.ErrorIs(t, err, sp.ErrDenied)
	require.Len(t, waits.Waiting, 2)
	require.Equal(t, "flag F-1 of referral R-1", waits.Waiting[0])

	ok(closed.AcceptHandOver("F-1", "crisis-team", "", sp.By(sp.Actor{ID: "nurse-1", Role: sp.RoleProvider, For: "crisis-team"}, referraltest.Day(33))))
	ok(store.Save(t.Context(), db, closed))
	_, err = e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(40))
	require.ErrorAs(t, err, &waits, "the alert")
	for alert := range a.Alerts() {
		ok(a.Escalate(alert, "crisis-team", worker(34)))
	}
	ok(store.Save(t.Context(), db, a))
	_, err = e.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(40))
	ok(err)
	for range referral.NewRepository(db, all).FollowUps(t.Context(), 0) {
		t.Error("nobody is asked how somebody is who was forgotten")
	}
}

// What was decided about two records goes with either of them.
func TestEraserDeletesReviewsOfPairsWhicheverOfTheTwoGoes(t *testing.T) {
	for _, gone := range []person.ID{"P-1", "P-9"} {
		w := populate(t, gone)
		for _, pair := range [][2]person.ID{{"P-1", "P-9"}, {"P-2", "P-3"}} {
			r := duplicate.NewReview(pair[0], pair[1])
			require.NoError(t, r.Decide(duplicate.Different, duplicate.Pair{}, worker(5)))
			require.NoError(t, store.Save(t.Context(), w.db(), r))
		}
		d, err := subject.Read(t.Context(), w.db(), subject.Kinds(), subject.Request{Person: gone, As: subject.Self})
		require.NoError(t, err)
		text, err := d.JSON()
		require.NoError(t, err)
		other := map[person.ID]string{"P-1": "P-9", "P-9": "P-1"}[gone]
		require.NotContains(t, string(text), `"`+other+`"`, "nobody learns of the other record")
		_, err = subject.Eraser{DB: w.db(), May: all, Forget: w.vault.forget}.Erase(t.Context(), "E-1", gone, subject.AtRequest, worker(9))
		require.NoError(t, err)
		reviews := duplicate.NewReviews(w.db())
		r, err := reviews.LoadOrNew(t.Context(), "P-1", "P-9")
		require.NoError(t, err)
		require.Empty(t, r.Decision())
		r, err = reviews.LoadOrNew(t.Context(), "P-2", "P-3")
		require.NoError(t, err)
		require.Equal(t, duplicate.Different, r.Decision(), "and nobody else's")
	}
}

func TestEraserFreesThePlaceThatWasHeld(t *testing.T) {
	w := populate(t, "P-1")
	places, err := place.NewRepository(w.db()).LoadOrNew(t.Context(), "bay/garden")
	require.NoError(t, err)
	require.NoError(t, places.Restate(directory.Capacity{Available: sp.Know(1), Updated: referraltest.Day(0)}, worker(1)))
	pl, err := placement.NewRepository(w.db(), all).Load(t.Context(), "PL-1")
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), w.db(), places))
	book := held.NewBook(w.db())
	require.NoError(t, book.Hold(t.Context(), pl, time.Time{}, worker(6)))
	require.NoError(t, store.Save(t.Context(), w.db(), book))
	_, err = subject.Eraser{DB: w.db(), May: all, Forget: w.vault.forget}.Erase(t.Context(), "E-1", "P-1", subject.AtRequest, worker(9))
	require.NoError(t, err)
	places, err = place.NewRepository(w.db()).LoadOrNew(t.Context(), "bay/garden")
	require.NoError(t, err)
	require.Empty(t, places.Holds())
	for range held.Forgotten(t.Context(), w.db()) {
		t.Error("a place stays behind")
	}
}

// Of a yes and a withdrawal at the same moment one is first. Whichever it is, the
// placement ends withdrawn, and the register says so.
// What waits for the provider's yes is looked at too: it is not told, and the offer ends.
