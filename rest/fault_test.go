package rest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/lives"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

// Each call of the store fails in turn. An answer that could not be kept is none, as it could not be
// given again; one that is kept and cannot be read is not that of another request.
func TestAnswersThatCannotBeKeptReadOrRemovedAreAnError(t *testing.T) {
	s := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, monday).Under("k-1")
	for name, do := range map[string]func(store.Driver) error{
		"kept": func(db store.Driver) error {
			_, _, err := asks(t, db, s, "POST", "/notes", "", "{}", "P-1")
			return err
		},
		"read": func(db store.Driver) error {
			_, _, err := asks(t, db, s, "POST", "/notes", "", "{}", "P-1")
			return err
		},
		"removed": func(db store.Driver) error { return rest.Answers{DB: db}.Expire(t.Context(), monday.AddDate(0, 0, 2)) },
	} {
		for nth := 1; ; nth++ {
			db := lives.Tenant(memstore.New())
			if name != "kept" {
				require.NoError(t, do(db), name)
				_, _, err := asks(t, db, s, "POST", "/notes", "", "{}", "P-1")
				require.NoError(t, err, name)
			}
			called := false
			err := do(storetest.Faulty(db, storetest.Fault{Nth: nth, Do: func() { called = true }, Err: storetest.ErrInjected}))
			if !called {
				require.NoError(t, err, name)
				break
			}
			require.ErrorIs(t, err, storetest.ErrInjected, "%s: call %d", name, nth)
		}
	}
}

func TestAnswersThatAreSpoiltAreNotThoseOfAnotherRequest(t *testing.T) {
	db := lives.Tenant(memstore.New())
	s := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, monday).Under("k-1")
	_, _, err := asks(t, db, s, "POST", "/notes", "", "{}", "P-1")
	require.NoError(t, err)
	for r, err := range db.Scan(t.Context(), store.Query{Kind: rest.KindAnswer}) {
		require.NoError(t, err)
		require.NoError(t, db.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: store.Key{Kind: r.Kind, ID: r.ID}, If: r.Version, Terms: r.Terms, Body: []byte(`{"v":1,"request":7}`), Sealed: true}}}))
	}
	_, did, err := asks(t, db, s, "POST", "/notes", "", "{}", "P-1")
	require.Error(t, err)
	require.NotErrorIs(t, err, rest.ErrKeyReused)
	require.NotErrorIs(t, err, sp.ErrNotFound)
	require.False(t, did, "what happened does not happen again")
}

func TestAnswerIsWrittenWithItsStatusAndType(t *testing.T) {
	w := httptest.NewRecorder()
	rest.NewAnswer(http.StatusCreated, []byte(`{"id":"R-1"}`)).Write(w, request("POST", ""))
	require.Equal(t, []any{http.StatusCreated, "application/json", "{\"id\":\"R-1\"}\n"}, []any{w.Code, w.Header().Get("Content-Type"), w.Body.String()})
	w = httptest.NewRecorder()
	rest.NewAnswer(http.StatusNoContent, nil).Write(w, request("DELETE", ""))
	require.Equal(t, []any{http.StatusNoContent, "", ""}, []any{w.Code, w.Header().Get("Content-Type"), w.Body.String()})
}

func TestProblemOfEveryStatusSaysWhatToDo(t *testing.T) {
	for _, status := range []int{401, 403, 404, 405, 410, 413, 429, 500, 503} {
		require.NotEmpty(t, rest.ProblemOfStatus(status).Next, status)
	}
}
