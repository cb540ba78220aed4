package measure_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/agreement"
	"github.com/socialprescribing/sp/workforce/fidelity"
	"github.com/socialprescribing/sp/workforce/forum"
	"github.com/socialprescribing/sp/workforce/minutes"
	"github.com/socialprescribing/sp/workforce/record"
	"github.com/socialprescribing/sp/workforce/site"
	"github.com/socialprescribing/sp/workforce/supervision"
	"github.com/socialprescribing/sp/workforce/training"
)

// id is that of all records here: of a diary it is worker and day.
const id = "ann/2026-03-02"

// again loads a record and saves it as it is: an error, or a body that loads.
func again[T store.Event](in func(store.Driver) *record.Repository[T]) func(*testing.T, store.Driver) error {
	return func(t *testing.T, db store.Driver) error {
		t.Helper()
		r, err := in(db).Load(t.Context(), id)
		if err != nil {
			return err
		}
		if err := r.Amend(r.Document(), lena); err != nil {
			return err
		}
		if err := store.Save(t.Context(), db, r); err != nil {
			return err
		}
		after, err := in(db).Load(t.Context(), id)
		require.NoError(t, err, "what was saved loads")
		require.EqualValues(t, 2, after.Version())
		return nil
	}
}

var kinds = []struct {
	name  string
	again func(*testing.T, store.Driver) error
}{
	{workforce.WorkerKind, again(workforce.Workers)},
	{workforce.PressureKind, again(workforce.Pressures)},
	{supervision.RecordKind, again(supervision.Sessions)},
	{training.RecordKind, again(training.Completions)},
	{minutes.RecordKind, again(minutes.Diaries)},
	{site.RecordKind, again(site.Sites)},
	{site.RequestKind, again(site.Requests)},
	{forum.RecordKind, again(forum.Meetings)},
	{fidelity.AdaptationKind, again(fidelity.Adaptations)},
	{fidelity.ReviewKind, again(fidelity.Reviews)},
	{agreement.AgreementKind, again(agreement.Agreements)},
	{agreement.GlossaryKind, again(agreement.Glossaries)},
}

// samples are documents of the kinds, in their order.
var samples = []string{
	`"id":"ann/2026-03-02","roles":["link-worker"],"name":"Secretary","employment":{"wte":60,"hours":[{"day":"monday","start":540,"end":600}],"leave":[{"start":"2026-11-02","end":"2026-11-09"}]}`,
	`"id":"ann/2026-03-02","on":"2026-03-02","worker":"ann","practice":"gp","matter":"crisis","remit":"r"`,
	`"id":"ann/2026-03-02","worker":"ann","kind":"line","on":"2026-03-02","held":"yes"`,
	`"id":"ann/2026-03-02","learner":"ann","module":"m","on":"2026-03-02","until":"2029-03-02"`,
	`"worker":"ann","on":"2026-03-02","spent":{"people":240}`,
	`"site":"ann/2026-03-02","on":"2026-03-02","items":{"phone":"yes"}`,
	`"id":"ann/2026-03-02","worker":"ann","matter":"access","on":"2026-03-02","words":"Secretary"`,
	`"id":"ann/2026-03-02","organiser":"c","on":"2026-03-02","invited":[{"who":"ann","as":"link-worker","came":"no"}]`,
	`"id":"ann/2026-03-02","on":"2026-03-02","part":"plan","change":"added","why":"wish","words":"Secretary"`,
	`"id":"ann/2026-03-02","place":"hill","on":"2026-03-02","scores":{"plan":2}`,
	`"id":"ann/2026-03-02","partners":["a","b"],"measure":"m","good":"at-least","target":1e9,"from":"2026-01-01","by":"2027-01-01","reporter":"a","ifMissed":"end","aims":{"a":"Secretary"}`,
	`"partner":"ann/2026-03-02","on":"2026-03-02","terms":[{"word":"Secretary"}]`,
}

func body(doc string) string {
	return `{"v":1,"recorded":"2026-03-04T10:00:00Z","document":{` + doc + `}}`
}

func TestRecordsOfEachKindLoadFromTheirSample(t *testing.T) {
	for i, k := range kinds {
		db := store.Tenant(memstore.New(), "bay")
		require.NoError(t, db.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: store.Key{Kind: k.name, ID: id}, Body: []byte(body(samples[i]))}}}))
		require.NoError(t, k.again(t, db), k.name)
	}
}

// Whatever stands in a store is loaded, and can be saved again, or is refused without a panic
// and without a word of it.
func FuzzRepositoryLoad(f *testing.F) {
	for i, doc := range samples {
		f.Add(uint8(i), body(doc))
	}
	f.Add(uint8(0), `{"v":1,"retracted":true}`)
	f.Fuzz(func(t *testing.T, kind uint8, body string) {
		k := kinds[int(kind)%len(kinds)]
		db := store.Tenant(memstore.New(), "bay")
		put := store.Put{Key: store.Key{Kind: k.name, ID: id}, Body: []byte(body)}
		if err := db.Commit(t.Context(), store.Batch{Puts: []store.Put{put}}); err != nil {
			return // no store keeps such a body, so that nobody ever loads it
		}
		if err := k.again(t, db); err != nil {
			require.True(t, errors.Is(err, sp.ErrInvalid) || errors.Is(err, sp.ErrNotFound), "%v", err)
			require.NotContains(t, err.Error(), "Secretary")
		}
	})
}
