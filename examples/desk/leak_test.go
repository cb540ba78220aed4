package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// A probe is the whole service over a database whose calls can be made to fail, and what
// it logs.
type probe struct {
	t       *testing.T
	service *service
	site    http.Handler
	db      *failing
	log     bytes.Buffer
	folder  string
	tokens  []string
	n       int
}

// failing fails the call at which left comes to zero.
type failing struct {
	store.Driver
	left atomic.Int64
}

var errFails = errors.New("the disk has gone")

func (f *failing) fails() bool { return f.left.Add(-1) == 0 }

func (f *failing) Get(ctx context.Context, k store.Key) (store.Record, error) {
	if f.fails() {
		return store.Record{}, fmt.Errorf("get %s: %w", k, errFails)
	}
	return f.Driver.Get(ctx, k)
}

func (f *failing) Commit(ctx context.Context, b store.Batch) error {
	if f.fails() {
		return fmt.Errorf("commit: %w", errFails)
	}
	return f.Driver.Commit(ctx, b)
}

func (f *failing) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	if f.fails() {
		return func(yield func(store.Record, error) bool) { yield(store.Record{}, errFails) }
	}
	return f.Driver.Scan(ctx, q)
}

func (f *failing) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	if f.fails() {
		return func(yield func(store.RecordedEvent, error) bool) { yield(store.RecordedEvent{}, errFails) }
	}
	return f.Driver.Log(ctx, tenant, after)
}

// What is of the person, and of nobody and nothing else.
const marked = `"name":{"given":"Quillan","family":"Zorbanek"},"born":"1951-05-13","telephone":"01632 960777"`

var markers = []string{"Quillan", "Zorbanek", "1951-05-13", "960777", "wandelkaart"}

func newProbe(t *testing.T) *probe {
	t.Helper()
	p := &probe{t: t, db: &failing{Driver: memstore.New()}, folder: t.TempDir()}
	timeless := func(_ []string, a slog.Attr) slog.Attr { // a moment's digits may be anybody's telephone number
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	log := slog.New(slog.NewJSONHandler(&p.log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: timeless}))
	var err error
	p.service, err = build(t.Context(), p.db, options{folder: p.folder, rate: 1 << 20}, log, "http://localhost")
	require.NoError(t, err)
	p.site = p.service.gate.Handler(p.service.mux)
	return p
}

// ask sends a request, and once more where the database failed, as clients are told to.
func (p *probe) ask(token, method, path, body, seen string) *httptest.ResponseRecorder {
	p.n++
	var rec *httptest.ResponseRecorder
	for range 2 {
		r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
		r.RemoteAddr = "127.0.0.1:9"
		for name, value := range map[string]string{"Content-Type": "application/json", "Authorization": "Bearer " + token, "Idempotency-Key": fmt.Sprint("probe-", p.n), "If-Match": seen} {
			r.Header.Set(name, value)
		}
		rec = httptest.NewRecorder()
		p.site.ServeHTTP(rec, r)
		if rec.Code < 500 {
			break
		}
		for _, marker := range markers {
			require.NotContains(p.t, rec.Body.String(), marker, "an error")
		}
	}
	return rec
}

func (p *probe) signIn(body string) string {
	token := text(p.ask("", http.MethodPost, "/api/v1/sessions", body, "").Body.Bytes(), "token")
	p.tokens = append(p.tokens, token)
	return token
}

// walk takes the marked person from a practice to a service, and returns their referral and
// placement.
func (p *probe) walk() (referral, placement string) {
	khan, ann := p.signIn(`{"tenant":"dale","user":"dr-khan"}`), p.signIn(`{"tenant":"dale","user":"ann"}`)
	form := fmt.Sprintf(`{"number":"%s",%s,"safe":{"phone":"yes"},"message":"no","urgency":"soon","reasons":["loneliness"],"agreed":"yes"}`, numbered(123_450).Reveal(), marked)
	referral = text(p.ask(khan, http.MethodPost, "/api/v1/referrals", form, "").Body.Bytes(), "referral")
	at := "/api/v1/referrals/" + referral
	p.ask(ann, http.MethodGet, "/api/v1/morning", "", "")
	p.ask(ann, http.MethodPost, at+"/accept", "{}", "*")
	tag := p.ask(ann, http.MethodGet, at, "", "").Header().Get("ETag")
	agrees := `,"agrees":"yes"`
	if p.n > 100 {
		agrees = "" // they agreed the first time
	}
	p.ask(ann, http.MethodPost, at+"/talks", `{"channel":"phone","minutes":30,"needs":["loneliness"],"note":"Likes the wandelkaart."`+agrees+`}`, tag)
	p.ask(ann, http.MethodPost, at+"/notes", `{"text":"Still likes the wandelkaart."}`, "*")
	p.ask(ann, http.MethodPost, at+"/notes", `{"text":5,"Zorbanek":"Quillan"}`, "*")
	options := p.ask(ann, http.MethodGet, at+"/options?need=loneliness", "", "")
	found := regexp.MustCompile(`"offer":\{"id":"([^"]+)"`).FindSubmatch(options.Body.Bytes())
	if found == nil {
		return referral, ""
	}
	asked := p.ask(ann, http.MethodPost, at+"/offers", fmt.Sprintf(`{"offer":%q,"need":"loneliness"}`, found[1]), options.Header().Get("ETag")).Body.Bytes()
	placement = text(asked, "placement")
	p.tokens = append(p.tokens, text(asked, "link"))
	p.pass()
	provider := p.signIn(fmt.Sprintf(`{"link":%q}`, text(asked, "link")))
	at = "/api/v1/placements/" + placement
	tag = p.ask(provider, http.MethodGet, at, "", "").Header().Get("ETag")
	p.ask(provider, http.MethodPost, at+"/answer", `{"yes":true}`, tag)
	p.ask(provider, http.MethodPost, at+"/attendances", fmt.Sprintf(`{"start":%q,"minutes":50}`, time.Now().Add(-time.Hour).Format(time.RFC3339)), "*")
	return referral, placement
}

// pass does what is due beside requests, as the ticks of a clock do.
func (p *probe) pass() {
	for _, beside := range p.service.works {
		tick := make(chan time.Time)
		ctx, stop := context.WithCancel(p.t.Context())
		go func() { tick <- time.Time{}; tick <- time.Time{}; stop() }()
		beside.Run(ctx, tick)
	}
}

// clean fails if a marker, or what lets somebody in, stands in a text.
func (p *probe) clean(where, text string) {
	p.t.Helper()
	for _, marker := range append(markers, numbered(123_450).Reveal()) {
		require.NotContains(p.t, text, marker, where)
	}
	for _, token := range p.tokens {
		require.False(p.t, token != "" && strings.Contains(text, token), "%s has a token", where)
	}
}

// Each call of the database fails once while somebody goes the whole way: whatever breaks
// where, neither the log nor the metrics nor a message nor an error tells of them.
func TestDeskTellsNobodyOfThePersonWhateverFails(t *testing.T) {
	p := newProbe(t)
	p.db.left.Store(0)
	referral, placement := p.walk()
	require.NotEmpty(t, placement)
	for nth := int64(1); ; nth += tier.Pick[int64](31, 11, 1) {
		p.db.left.Store(nth)
		p.walk()
		if p.db.left.Load() > 0 {
			break
		}
	}
	require.Contains(t, p.log.String(), errFails.Error())
	p.clean("the log", p.log.String())
	metrics := p.ask("", http.MethodGet, "/metrics", "", "").Body.String()
	p.clean("metrics", metrics)
	require.NotContains(t, metrics, referral)
	require.NotContains(t, metrics, placement)
	sent := 0
	require.NoError(t, filepath.WalkDir(filepath.Join(p.folder, "outbox"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		message, err := os.ReadFile(path)
		sent++
		for _, marker := range markers {
			require.NotContains(t, string(message), marker, path)
		}
		return err
	}))
	require.NotZero(t, sent)
	p.strangers(referral, placement)
}

// strangers ask for everything: whoever has nothing to do with the person learns nothing.
func (p *probe) strangers(referral, placement string) {
	ann := p.signIn(`{"tenant":"dale","user":"ann"}`)
	require.Contains(p.t, p.ask(ann, http.MethodGet, "/api/v1/referrals/"+referral, "", "").Body.String(), "Zorbanek", "it is she who may")
	for _, who := range []string{"dale/ben", "dale/bo", "dale/ada", "sandholme/ann", "sandholme/ben", "sandholme/lena", "sandholme/dr-khan", "sandholme/bo"} {
		tenant, user, _ := strings.Cut(who, "/")
		token := p.signIn(fmt.Sprintf(`{"tenant":%q,"user":%q}`, tenant, user))
		for _, path := range []string{
			"/api/v1/morning", "/api/v1/referrals", "/api/v1/referrals/" + referral, "/api/v1/referrals/" + referral + "/options?need=loneliness",
			"/api/v1/placements/" + placement, "/today", "/lead", "/board", "/people/" + referral, "/provider/" + placement, "/check", "/metrics",
		} {
			p.clean(who+" "+path, p.ask(token, http.MethodGet, path, "", "").Body.String())
		}
	}
}

func TestDeskMeasuresByRouteAndCallForThisMachineAlone(t *testing.T) {
	p := newProbe(t)
	p.walk()
	got := p.ask("", http.MethodGet, "/metrics", "", "")
	require.Equal(t, http.StatusOK, got.Code)
	said := got.Body.String()
	for _, want := range []string{
		`desk_request_seconds_count{route="POST /api/v1/referrals",status="201"} 1`, `desk_request_seconds_bucket{route="POST /api/v1/referrals",status="201",le="+Inf"} 1`,
		`# TYPE desk_store_seconds histogram`, `desk_store_seconds_count{call="Commit",kind="`, `desk_events_behind{tenant="dale"} `,
	} {
		require.Contains(t, said, want)
	}
	line := regexp.MustCompile(`^(# HELP [a-z_]+|# TYPE [a-z_]+ (gauge|histogram)|[a-z_]+\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\} [0-9.e+-]+)$`)
	for l := range strings.Lines(said) {
		require.Regexp(t, line, strings.TrimSuffix(l, "\n"))
	}
	r := httptest.NewRequest(http.MethodGet, "http://desk.example/metrics", nil)
	far := httptest.NewRecorder()
	p.site.ServeHTTP(far, r)
	require.Equal(t, http.StatusNotFound, far.Code)
}
