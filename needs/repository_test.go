package needs_test

import (
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

func TestASavedAssessmentComesBackWhole(t *testing.T) {
	ctx := t.Context()
	db := store.Tenant(memstore.New(), "bay")
	a := begun(t)
	require.NoError(t, a.Order([]needs.ID{"N-2", "N-1"}, at(1)))
	_, err := a.Measure(phq(t), measure.Answers{"9": 2}, at(1))
	require.NoError(t, err)
	require.NoError(t, store.Save(ctx, db, a))
	require.NoError(t, a.SetGoal("G-1", []needs.ID{"N-2"}, today.Add(30), at(2)))
	require.NoError(t, store.Save(ctx, db, a))

	loaded, err := needs.NewRepository(db, anybody).Assessment(ctx, "A-7")
	require.NoError(t, err)
	require.Empty(t, diff(stateOf(a), stateOf(loaded)))
	require.Equal(t, needs.AssessmentID("A-7"), loaded.ID())
	// And it goes on from there.
	require.NoError(t, loaded.Resolve("N-1", needs.Met, needs.BySessions, at(3)))
	require.NoError(t, store.Save(ctx, db, loaded))
	require.NoError(t, a.Resolve("N-1", needs.Met, needs.BySessions, at(3)))
	require.ErrorIs(t, store.Save(ctx, db, a), sp.ErrConflict)
	_, err = needs.NewRepository(db, anybody).Assessment(ctx, "A-8")
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestAnAssessmentHoldsTimesAsTheyAreStored(t *testing.T) {
	ctx := t.Context()
	db := store.Tenant(memstore.New(), "bay")
	a := begun(t)
	exact := sp.Stamp{By: ann, At: noon.Add(1234 * time.Nanosecond), Recorded: noon.Add(time.Hour).In(time.FixedZone("", 3600))}
	require.NoError(t, a.Rate("N-1", needs.Severe, exact))
	require.NoError(t, store.Save(ctx, db, a))
	loaded, err := needs.NewRepository(db, anybody).Assessment(ctx, "A-7")
	require.NoError(t, err)
	require.Empty(t, diff(stateOf(a), stateOf(loaded)))
}

func TestRepositoryFindsReviewsThatAreDueAndAlertsThatWait(t *testing.T) {
	ctx := t.Context()
	db := store.Tenant(memstore.New(), "bay")
	repository := needs.NewRepository(db, anybody)
	for i, days := range []int{40, 10, 20} {
		a, err := opened(needs.AssessmentID(fmt.Sprintf("A-%d", i)), "P-1", at(0))
		require.NoError(t, err)
		require.NoError(t, a.Identify(needs.Finding{ID: "N", Code: needs.Grief}, nil, at(0)))
		require.NoError(t, a.SetGoal("G-1", []needs.ID{"N"}, today.Add(days), at(0)))
		require.NoError(t, a.SetGoal("G-2", []needs.ID{"N"}, today.Add(90), at(0)))
		if i == 2 {
			_, err := a.Measure(phq(t), measure.Answers{"9": 1}, at(1))
			require.NoError(t, err)
		}
		require.NoError(t, store.Save(ctx, db, a))
	}
	due := func(days int) (ids []needs.AssessmentID) {
		for a, err := range repository.Due(ctx, today.Add(days)) {
			require.NoError(t, err)
			ids = append(ids, a.ID())
		}
		n, err := repository.CountDue(ctx, today.Add(days))
		require.NoError(t, err)
		require.Len(t, ids, n)
		return ids
	}
	require.Equal(t, []needs.AssessmentID{"A-1", "A-2"}, due(40), "the most overdue first; the day itself is not before it")
	require.Equal(t, []needs.AssessmentID{"A-1", "A-2", "A-0"}, due(41))
	require.Len(t, due(-int(today)), 3, "an unknown day is no limit")

	waiting, err := repository.CountAlerting(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, waiting)
	var alerting []needs.AssessmentID
	for a, err := range repository.Alerting(ctx) {
		require.NoError(t, err)
		alerting = append(alerting, a.ID())
		require.NoError(t, a.Escalate("self-harm", "dr-lee", at(2)))
		require.NoError(t, store.Save(ctx, db, a))
	}
	require.Equal(t, []needs.AssessmentID{"A-2"}, alerting)
	for range repository.Alerting(ctx) {
		t.Fatal("nothing waits any more")
	}
	for a, err := range repository.Of(ctx, "P-1") {
		require.NoError(t, err)
		if a.ID() != "A-1" {
			continue
		}
		require.NoError(t, a.Review(needs.Reviewed{Goal: "G-1", Outcome: needs.Met}, at(24*12)))
		require.NoError(t, store.Save(ctx, db, a))
	}
	require.Equal(t, []needs.AssessmentID{"A-2", "A-0"}, due(41), "the other goal is looked at later")
}

func TestARepositoryReportsAStoreThatFails(t *testing.T) {
	db := storetest.Faulty(memstore.New(), storetest.Fault{Op: storetest.Scan, Err: io.ErrUnexpectedEOF})
	calls := 0
	for a, err := range needs.NewRepository(store.Tenant(db, "bay"), anybody).Of(t.Context(), "P-1") {
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.Nil(t, a)
		calls++
	}
	require.Equal(t, 1, calls)
}

func TestABrokenHistoryIsAnError(t *testing.T) {
	ctx := t.Context()
	db := store.Tenant(memstore.New(), "bay")
	const line = "\t2026-11-23T12:00:00.000000Z\t2026-11-23T12:00:00.000000Z\tlink-worker\tann\t"
	for _, body := range []string{
		"", // cut off before its first line
		"assessment.opened" + line + "null\n",
		"assessment.opened" + line + "{}\n",
		"assessment.rated" + line + `{"need":"N-1","severity":1}` + "\n",
		"assessment.ordered" + line + "{}\nassessment.opened" + line + `{"person":"P-1"}` + "\n",
		"nonsense", "assessment.danced\t2026-11-23T12:00:00.000000Z\t2026-11-23T12:00:00.000000Z\tperson\tx\t{}\n",
	} {
		put := store.Put{Key: store.Key{Kind: needs.AssessmentKind, ID: "A-1"}, If: store.Any, Terms: store.Terms{"person": "P-1"}, Body: []byte(body)}
		require.NoError(t, db.Commit(ctx, store.Batch{Puts: []store.Put{put}}))
		_, err := needs.NewRepository(db, anybody).Assessment(ctx, "A-1")
		require.ErrorIs(t, err, sp.ErrInvalid)
		for _, err := range needs.NewRepository(db, anybody).Of(ctx, "P-1") {
			require.ErrorIs(t, err, sp.ErrInvalid)
		}
	}
}

// FuzzHistory replays histories as a damaged store may hold them: they give an
// error or an assessment that can be read and worked on, and never a panic.
func FuzzHistory(f *testing.F) {
	a := begun(f)
	_, err := a.Measure(phq(f), measure.Answers{"9": 1}, at(1))
	require.NoError(f, err)
	require.NoError(f, a.SetGoal("G-1", []needs.ID{"N-1"}, today.Add(9), at(1)))
	require.NoError(f, a.Review(needs.Reviewed{Goal: "G-1", Next: today.Add(20)}, at(2)))
	batch, err := a.Pending()
	require.NoError(f, err)
	f.Add(batch.Puts[0].Body)
	const line = "\t2026-11-23T12:00:00.000000Z\t2026-11-23T12:00:00.000000Z\tlink-worker\tann\t"
	f.Add([]byte("assessment.opened" + line + `{"person":"P-1"}` + "\nassessment.measured" + line + `{"result":{"refusals":[null],"alerts":[null]}}` + "\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		record := store.Record{Key: store.Key{Kind: needs.AssessmentKind, ID: "A-7"}, Version: 1, Body: body}
		a, err := needs.NewRepository(one{record: record}, anybody).Assessment(t.Context(), "A-7")
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		_ = stateOf(a)
		for _, m := range a.Measurements() {
			_, _ = m.Result.Of("total")
		}
		_, _ = a.Measure(phq(t), measure.Answers{"9": 0}, at(9999))
		_ = a.Close(at(9999))
		_, _ = a.Pending()
	})
}

func BenchmarkReplay(b *testing.B) {
	a := begun(b)
	for i := range 47 {
		if err := a.Rate("N-1", needs.Severity(1+i%4), at(1)); err != nil {
			b.Fatal(err)
		}
	}
	batch, err := a.Pending()
	require.NoError(b, err)
	db := one{record: store.Record{Key: batch.Puts[0].Key, Version: 1, Body: batch.Puts[0].Body}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := needs.NewRepository(db, anybody).Assessment(b.Context(), "A-7"); err != nil {
			b.Fatal(err)
		}
	}
}
