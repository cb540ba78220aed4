package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/observe"
	"github.com/socialprescribing/sp/store/sqlite"
	"github.com/socialprescribing/sp/transition"
)

// tokens are who may sign in; a service asks whoever issued them.
var tokens = map[string]sp.Actor{
	"surgery": {ID: "gp-7", Role: sp.RoleReferrer, For: "bay/surgery"},
	"ann":     {ID: "ann", Role: sp.RoleLinkWorker},
	"bob":     {ID: "bob", Role: sp.RoleLinkWorker},
}

func options(log *slog.Logger) Options {
	return Options{
		Tenant: "morecambe-bay",
		Key:    person.HashKey{Name: "2026", Secret: bytes.Repeat([]byte{7}, 32)}, // from where the program keeps its secrets
		Observe: func(ctx context.Context, call observe.Call) (context.Context, observe.End) {
			return ctx, func(r observe.Result) {
				log.InfoContext(ctx, "store", "call", call, "rows", r.Rows, "error", r.Err)
			}
		},
		SignIn: func(token string) (sp.Actor, bool) { who, ok := tokens[token]; return who, ok },
		Now:    func() time.Time { return time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC) },
	}
}

// A client sends requests to a service and keeps the log that it writes.
type client struct {
	handler http.Handler
	log     bytes.Buffer
}

func newClient(tb testing.TB, db store.Driver) *client {
	tb.Helper()
	c := &client{}
	service, err := New(db, options(slog.New(slog.NewJSONHandler(&c.log, nil))))
	require.NoError(tb, err)
	c.handler = service.Handler()
	return c
}

func (c *client) send(token, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	return w
}

const joan = `{"id":"R-1","number":"943 476 5919","name":"Joan Bloggs","born":"1948-02-29","urgency":"soon","reasons":["loneliness"]}`

// clients are of a service on each of the stores that need no server.
func clients(t *testing.T) map[string]*client {
	t.Helper()
	db, err := sqlite.OpenFile(t.Context(), filepath.Join(t.TempDir(), "scheme.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return map[string]*client{"memory": newClient(t, memstore.New()), "file": newClient(t, db)}
}

func TestIntakeTellsNothingToWhoDoesNotSignIn(t *testing.T) {
	for name, c := range clients(t) {
		t.Run(name, func(t *testing.T) {
			w := c.send("", http.MethodGet, "/referrals/R-1", "")
			require.Equal(t, http.StatusUnauthorized, w.Code)
			require.Contains(t, w.Body.String(), `"code":"unauthorized"`) //nolint:misspell // as RFC 9110 spells it
			require.NotContains(t, w.Body.String(), "R-1")
		})
	}
}

func TestIntakeTellsEveryBrokenFieldWithItsPathAndCode(t *testing.T) {
	for name, c := range clients(t) {
		t.Run(name, func(t *testing.T) {
			fields := func(body string) (got []string) {
				w := c.send("surgery", http.MethodPost, "/referrals", body)
				require.Equal(t, http.StatusUnprocessableEntity, w.Code)
				require.NotContains(t, w.Body.String(), "Bloggs")
				var problem rest.Problem
				require.NoError(t, json.Unmarshal(w.Body.Bytes(), &problem))
				for _, f := range problem.Errors {
					got = append(got, f.Pointer+" "+string(f.Code))
				}
				return got
			}
			require.Equal(t, []string{"/number malformed", "/born malformed", " unknown-member"}, fields(`{"number":"943 476 5918","born":"1948-02-30","nam":"Joan Bloggs"}`))
			require.Equal(t, []string{"/id missing", "/number missing", "/name missing", "/born missing", "/urgency not-listed", "/reasons/0 malformed"}, fields(`{"urgency":"now","reasons":["Bloggs"]}`))
		})
	}
}

func TestIntakeTakesARequestOnceThatComesTwice(t *testing.T) {
	for name, c := range clients(t) {
		t.Run(name, func(t *testing.T) {
			first := c.send("surgery", http.MethodPost, "/referrals", joan, "Idempotency-Key", "k-1")
			require.Equal(t, http.StatusCreated, first.Code, first.Body.String())
			again := c.send("surgery", http.MethodPost, "/referrals", joan, "Idempotency-Key", "k-1")
			require.Equal(t, http.StatusCreated, again.Code)
			require.Equal(t, first.Body.String(), again.Body.String())
			require.Regexp(t, `^"1-`, again.Header().Get("ETag"))
			other := strings.Replace(joan, "soon", "urgent", 1)
			require.Equal(t, http.StatusUnprocessableEntity, c.send("surgery", http.MethodPost, "/referrals", other, "Idempotency-Key", "k-1").Code, "other words under the same key")
		})
	}
}

func TestIntakeKnowsAPersonAgainByTheirNumber(t *testing.T) {
	for name, c := range clients(t) {
		t.Run(name, func(t *testing.T) {
			of := func(body string) string {
				w := c.send("surgery", http.MethodPost, "/referrals", body)
				require.Equal(t, http.StatusCreated, w.Code, w.Body.String())
				var shown struct{ Person string }
				require.NoError(t, json.Unmarshal(w.Body.Bytes(), &shown))
				return shown.Person
			}
			first := of(joan)
			require.Equal(t, first, of(strings.Replace(joan, "R-1", "R-2", 1)))
			require.NotContains(t, c.log.String(), "9434765919")
			require.NotContains(t, c.log.String(), "Bloggs")
		})
	}
}

func TestIntakeTellsWhoSawAnOldVersion(t *testing.T) {
	for name, c := range clients(t) {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, http.StatusCreated, c.send("surgery", http.MethodPost, "/referrals", joan).Code)
			seen := c.send("ann", http.MethodGet, "/referrals/R-1", "").Header().Get("ETag")
			require.Equal(t, http.StatusForbidden, c.send("surgery", http.MethodPost, "/referrals/R-1/accept", "", "If-Match", seen).Code)
			w := c.send("ann", http.MethodPost, "/referrals/R-1/accept", "", "If-Match", seen, "Idempotency-Key", "k-accept")
			require.Equal(t, http.StatusOK, w.Code, w.Body.String())
			require.Regexp(t, `^"2-`, w.Header().Get("ETag"))
			again := c.send("ann", http.MethodPost, "/referrals/R-1/accept", "", "If-Match", seen, "Idempotency-Key", "k-accept")
			require.Equal(t, http.StatusOK, again.Code, "the answer was lost, and what changed is their own doing")
			require.Equal(t, w.Header().Get("ETag"), again.Header().Get("ETag"))
			require.Equal(t, http.StatusPreconditionFailed, c.send("bob", http.MethodPost, "/referrals/R-1/accept", "", "If-Match", seen).Code)
			require.Equal(t, http.StatusConflict, c.send("ann", http.MethodPost, "/referrals/R-1/accept", "", "If-Match", `"2"`).Code, "it is accepted")
			require.Equal(t, http.StatusNotFound, c.send("ann", http.MethodGet, "/referrals/R-9", "").Code)
			for _, path := range []string{"/referrals", "/referrals/R-1", "/referrals/R-1/log", "/referrals/R-9"} {
				w := c.send("surgery", http.MethodGet, path, "")
				require.Equal(t, http.StatusForbidden, w.Code, "who may not look learns nothing")
				require.NotContains(t, w.Body.String(), "P-")
			}
		})
	}
}

func TestIntakeLetsWorkersLeaveTheReferralsOfOthersAlone(t *testing.T) {
	do := transition.Act{Machine: "referral", Command: string(referral.Contact), ID: "R-1", Worker: "ann"}
	require.NoError(t, whoMay().Authorize(tokens["ann"], do))
	require.ErrorIs(t, whoMay().Authorize(tokens["bob"], do), sp.ErrDenied)
	require.ErrorIs(t, whoMay().Authorize(tokens["surgery"], do), sp.ErrDenied)
}

func TestIntakeListsPageByPageAndLogsOneReferral(t *testing.T) {
	for name, c := range clients(t) {
		t.Run(name, func(t *testing.T) {
			for i := range 5 {
				body := strings.Replace(joan, "R-1", fmt.Sprintf("R-%d", i), 1)
				require.Equal(t, http.StatusCreated, c.send("surgery", http.MethodPost, "/referrals", body).Code)
			}
			var got []string
			after := ""
			for range 3 {
				var page struct {
					Referrals []struct{ ID string }
					Next      string
				}
				require.NoError(t, json.Unmarshal(c.send("ann", http.MethodGet, "/referrals?after="+after, "").Body.Bytes(), &page))
				for _, r := range page.Referrals {
					got = append(got, r.ID)
				}
				after = page.Next
			}
			require.Empty(t, after)
			require.Equal(t, []string{"R-0", "R-1", "R-2", "R-3", "R-4"}, got)
			require.Equal(t, http.StatusUnprocessableEntity, c.send("ann", http.MethodGet, "/referrals?after=x", "").Code)
			require.JSONEq(t, `[{"version":1,"event":"referral.received","by":"referrer"}]`, c.send("ann", http.MethodGet, "/referrals/R-3/log", "").Body.String())
		})
	}
}

// A surgery refers somebody, and a link worker takes them on.
func Example() {
	service, err := New(memstore.New(), options(slog.New(slog.DiscardHandler)))
	if err != nil {
		fmt.Println(err)
		return
	}
	c := &client{handler: service.Handler()}
	fmt.Println(c.send("surgery", http.MethodPost, "/referrals", joan, "Idempotency-Key", "k-1").Code)
	w := c.send("ann", http.MethodPost, "/referrals/R-1/accept", "", "If-Match", `"1"`)
	fmt.Println(w.Code, w.Header().Get("ETag")[:2])
	w = c.send("bob", http.MethodPost, "/referrals/R-1/accept", "", "If-Match", `"1"`)
	fmt.Println(w.Code, w.Body)
	// Output:
	// 201
	// 200 "2
	// 412 {"type":"urn:sp:problem:stale","title":"Precondition Failed","status":412,"code":"stale","next":"Read it again: somebody has changed it since you were shown it."}
}
