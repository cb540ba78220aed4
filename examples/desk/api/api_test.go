package api_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/examples/desk/api"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/gate"
	"github.com/socialprescribing/sp/examples/desk/seed"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/rest/limit"
	"github.com/socialprescribing/sp/rest/token"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
)

var monday = time.Date(2026, time.November, 30, 8, 55, 0, 0, time.UTC)

// A world is the seeded desks behind an API and a gate, and what they log.
type world struct {
	t     *testing.T
	db    store.Driver
	keys  seal.Keys
	desks map[app.Tenant]*app.Desk
	site  http.Handler
	log   bytes.Buffer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: memstore.New(), keys: seal.Folder(t.TempDir())}
	w.restart()
	return w
}

// restart opens the same database again.
func (w *world) restart() {
	w.t.Helper()
	now := func() time.Time { return monday }
	w.desks = map[app.Tenant]*app.Desk{}
	for _, tenant := range seed.Tenants {
		d, err := app.New(w.db, app.Setup{
			Tenant: tenant, Scheme: seed.Scheme(tenant), Keys: w.keys,
			Index: person.HashKey{Name: "2026", Secret: make([]byte, 32)}, Now: now,
		})
		require.NoError(w.t, err)
		require.NoError(w.t, seed.World(w.t.Context(), d))
		w.desks[tenant] = d
	}
	keys, err := token.NewKeys(make([]byte, token.KeySize))
	require.NoError(w.t, err)
	log, much := slog.New(slog.NewJSONHandler(&w.log, nil)), limit.Rate{Every: time.Nanosecond, Burst: 1 << 30}
	g, err := gate.New(gate.Options{Keys: keys, Now: now, Log: log, Plain: true, Refuse: api.Refuse, PerAddress: much, PerSession: much})
	require.NoError(w.t, err)
	a, err := api.New(api.Options{Desks: w.desks, Gate: g, Log: log})
	require.NoError(w.t, err)
	mux := http.NewServeMux()
	a.Mount(mux)
	w.site = g.Handler(mux)
}

// A client asks in the name of somebody.
type client struct {
	w     *world
	token string
}

func (w *world) as(tenant, user string) client {
	w.t.Helper()
	return w.session(`{"tenant":"` + tenant + `","user":"` + user + `"}`)
}

func (w *world) session(body string) client {
	w.t.Helper()
	got := client{w: w}.post("/sessions", body)
	require.Equal(w.t, http.StatusCreated, got.Code, got.Body.String())
	return client{w, member[string](w.t, got, "token")}
}

func member[T any](t *testing.T, got *httptest.ResponseRecorder, name string) T {
	t.Helper()
	var all map[string]any
	require.NoError(t, json.Unmarshal(got.Body.Bytes(), &all), got.Body.String())
	v, ok := all[name].(T)
	require.True(t, ok, "%s of %s", name, got.Body)
	return v
}

// ask sends a request with headers, each a name and a value.
func (c client) ask(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost"+api.Prefix+path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:9"
	r.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	c.w.site.ServeHTTP(rec, r)
	return rec
}

func (c client) get(path string, headers ...string) *httptest.ResponseRecorder {
	return c.ask("GET", path, "", headers...)
}

func (c client) post(path, body string, headers ...string) *httptest.ResponseRecorder {
	return c.ask("POST", path, body, headers...)
}

const intake = `{"number":"9434765803","name":{"given":"Amir","family":"Okafor"},"born":"1960-02-03","telephone":"07700 900456","safe":{"phone":"yes"},"message":"no","urgency":"soon","reasons":["loneliness"],"agreed":"yes"}`

// spoken returns the referral of somebody who was spoken to.
func (w *world) spoken(tenant app.Tenant) string {
	w.t.Helper()
	sent, _, err := w.desks[tenant].Sent(w.t.Context(), seed.DrKhan, 100, store.Cursor{})
	require.NoError(w.t, err)
	for _, s := range sent {
		if s.State == referral.StateActive {
			return string(s.Referral)
		}
	}
	w.t.Fatal("nobody was spoken to")
	return ""
}

// asked offers somebody a place, and returns the provider who is asked and the placement.
func (w *world) asked(tenant, of string) (client, string) {
	w.t.Helper()
	ann, at := w.as(tenant, "ann"), "/referrals/"+of
	got := ann.get(at + "/options?need=loneliness")
	first := member[[]any](w.t, got, "fits")[0].(map[string]any)["offer"].(map[string]any)["id"].(string)
	got = ann.post(at+"/offers", `{"offer":"`+first+`","need":"loneliness"}`, "Idempotency-Key", "k-asked", "If-Match", got.Header().Get("ETag"))
	require.Equal(w.t, http.StatusCreated, got.Code, got.Body.String())
	return w.session(`{"link":"` + member[string](w.t, got, "link") + `"}`), member[string](w.t, got, "placement")
}

// themself returns the person of a referral, who came by a link to their own page.
func (w *world) themself(tenant, of string) client {
	w.t.Helper()
	got := w.as(tenant, "ann").post("/referrals/"+of+"/link", "{}", "Idempotency-Key", "k-self")
	require.Equal(w.t, http.StatusCreated, got.Code, got.Body.String())
	return w.session(`{"link":"` + member[string](w.t, got, "link") + `"}`)
}

func TestAPITakesAReferralTheWholeWay(t *testing.T) {
	w := newWorld(t)
	khan, ann := w.as("sandholme", "dr-khan"), w.as("sandholme", "ann")
	got := khan.post("/referrals", intake, "Idempotency-Key", "k-1")
	require.Equal(t, http.StatusCreated, got.Code, got.Body.String())
	at := "/referrals/" + member[string](t, got, "referral")

	day := ann.get("/morning")
	require.Equal(t, http.StatusOK, day.Code, day.Body.String())
	require.Contains(t, day.Body.String(), strings.TrimPrefix(at, "/referrals/"), "somebody waits")
	got = ann.post(at+"/accept", "{}", "Idempotency-Key", "k-2", "If-Match", got.Header().Get("ETag"))
	require.Equal(t, http.StatusNoContent, got.Code, got.Body.String())
	shown := ann.get(at)
	require.Equal(t, "Okafor", member[map[string]any](t, shown, "name")["family"])
	got = ann.post(at+"/talks", `{"channel":"phone","minutes":40,"needs":["loneliness"],"agrees":"yes","note":"Misses the sea."}`,
		"Idempotency-Key", "k-3", "If-Match", shown.Header().Get("ETag"))
	require.Equal(t, http.StatusNoContent, got.Code, got.Body.String())

	got = ann.get(at + "/options?need=loneliness")
	require.Equal(t, http.StatusOK, got.Code, got.Body.String())
	first := member[[]any](t, got, "fits")[0].(map[string]any)["offer"].(map[string]any)["id"].(string)
	got = ann.post(at+"/offers", `{"offer":"`+first+`","need":"loneliness"}`, "Idempotency-Key", "k-4", "If-Match", got.Header().Get("ETag"))
	require.Equal(t, http.StatusCreated, got.Code, got.Body.String())

	provider := w.session(`{"link":"` + member[string](t, got, "link") + `"}`)
	at = "/placements/" + member[string](t, got, "placement")
	asked := provider.get(at)
	require.Equal(t, http.StatusOK, asked.Code, asked.Body.String())
	require.NotContains(t, asked.Body.String(), "Okafor", "the name comes with the yes")
	got = provider.post(at+"/answer", `{"yes":true}`, "Idempotency-Key", "k-5", "If-Match", asked.Header().Get("ETag"))
	require.Equal(t, http.StatusNoContent, got.Code, got.Body.String())
	require.Equal(t, "Okafor", member[map[string]any](t, provider.get(at), "name")["family"])
	got = provider.post(at+"/attendances", `{"start":"2026-11-30T08:00:00Z","minutes":50}`, "Idempotency-Key", "k-6", "If-Match", provider.get(at).Header().Get("ETag"))
	require.Equal(t, http.StatusNoContent, got.Code, got.Body.String())
}

func TestAPIAnswersARequestThatComesTwiceAsBefore(t *testing.T) {
	w := newWorld(t)
	khan := w.as("sandholme", "dr-khan")
	first := khan.post("/referrals", intake, "Idempotency-Key", "k-1")
	require.Equal(t, http.StatusCreated, first.Code)
	w.restart()
	again := khan.post("/referrals", intake, "Idempotency-Key", "k-1")
	require.Equal(t, first.Code, again.Code)
	require.Equal(t, first.Body.String(), again.Body.String())
	require.Equal(t, first.Header().Get("ETag"), again.Header().Get("ETag"))
	other := khan.post("/referrals", strings.Replace(intake, "soon", "urgent", 1), "Idempotency-Key", "k-1")
	require.Equal(t, http.StatusUnprocessableEntity, other.Code)
	require.Equal(t, "idempotency-key-reused", member[string](t, other, "code"))
	theirs := w.as("dale", "dr-khan").post("/referrals", intake, "Idempotency-Key", "k-1")
	require.Equal(t, http.StatusCreated, theirs.Code, "the key of another tenant is another key")
}

func TestAPIWantsToKnowWhatWasShown(t *testing.T) {
	w := newWorld(t)
	ann, at := w.as("sandholme", "ann"), "/referrals/"+w.spoken("sandholme")
	tag := ann.get(at).Header().Get("ETag")
	require.Equal(t, http.StatusNotModified, ann.get(at, "If-None-Match", tag).Code)
	talk := `{"channel":"phone","minutes":5}`
	require.Equal(t, http.StatusPreconditionRequired, ann.post(at+"/talks", talk, "Idempotency-Key", "k-1").Code)
	require.Equal(t, http.StatusNoContent, ann.post(at+"/talks", talk, "Idempotency-Key", "k-2", "If-Match", tag).Code)
	stale := ann.post(at+"/talks", talk, "Idempotency-Key", "k-3", "If-Match", tag)
	require.Equal(t, http.StatusPreconditionFailed, stale.Code)
	require.Equal(t, "stale", member[string](t, stale, "code"))
}

func TestAPINamesEveryBrokenFieldByItsPointer(t *testing.T) {
	w := newWorld(t)
	khan := w.as("sandholme", "dr-khan")
	for name, test := range map[string]struct{ body, pointer, code string }{
		"a check digit that is wrong":  {strings.Replace(intake, "9434765803", "9434765804", 1), "/number", "malformed"},
		"a member that does not exist": {strings.Replace(intake, "given", "givven", 1), "/[*]", "unknown-member"},
		"a reason that is no code":     {strings.Replace(intake, `"loneliness"`, `"loneliness","LONELY NOW"`, 1), "/reasons/1", "malformed"},
		"nobody asked the person":      {strings.Replace(intake, `"agreed":"yes"`, `"agreed":"no"`, 1), "/agreed", "missing"},
		"no JSON":                      {`{"number":`, "/number", "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			got := khan.post("/referrals", test.body, "Idempotency-Key", "k")
			require.Equal(t, http.StatusUnprocessableEntity, got.Code)
			require.Equal(t, "application/problem+json", got.Header().Get("Content-Type"))
			fault := member[[]any](t, got, "errors")[0].(map[string]any)
			require.Equal(t, test.code, fault["code"], got.Body.String())
			if test.pointer != "/[*]" {
				require.Equal(t, test.pointer, fault["pointer"], got.Body.String())
			}
		})
	}
}

func TestAPIPagesThroughAListAndMissesNobody(t *testing.T) {
	w := newWorld(t)
	khan := w.as("sandholme", "dr-khan")
	seen, after := map[string]bool{}, ""
	for range 10 {
		got := khan.get("/referrals?limit=2&after=" + after)
		require.Equal(t, http.StatusOK, got.Code, got.Body.String())
		for _, s := range member[[]any](t, got, "referrals") {
			seen[s.(map[string]any)["referral"].(string)] = true
		}
		if !strings.Contains(got.Body.String(), `"next"`) {
			break
		}
		after = member[string](t, got, "next")
	}
	require.Len(t, seen, 3)
	require.Equal(t, http.StatusUnprocessableEntity, khan.get("/referrals?limit=0").Code)
}

func TestAPITellsNobodyOfAnotherTenantOrRole(t *testing.T) {
	w := newWorld(t)
	june := "/referrals/" + w.spoken("sandholme")
	require.Equal(t, http.StatusNotFound, w.as("dale", "ann").get(june).Code)
	require.Equal(t, http.StatusForbidden, w.as("sandholme", "dr-khan").get(june).Code)
	require.Equal(t, http.StatusUnauthorized, client{w: w}.get(june).Code)
	require.Equal(t, http.StatusForbidden, w.as("sandholme", "ben").get(june).Code, "it is on the caseload of another")
	far := httptest.NewRequest("POST", "http://desk.example"+api.Prefix+"/sessions", strings.NewReader(`{"tenant":"sandholme","user":"ann"}`))
	far.Header.Set("Content-Type", "application/json")
	got := httptest.NewRecorder()
	w.site.ServeHTTP(got, far)
	require.Equal(t, http.StatusUnauthorized, got.Code, "who is not at this machine is nobody of the seeded world")
}
