package gate_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/gate"
	"github.com/socialprescribing/sp/rest/limit"
	"github.com/socialprescribing/sp/rest/token"
)

var (
	ann    = sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	garden = sp.Actor{ID: "link-7", Role: sp.RoleProvider, For: "garden-group", Only: "placement/PL-1"}
)

// A world is a gate before a few pages, its time and what it logs.
type world struct {
	t    *testing.T
	gate *gate.Gate
	site http.Handler
	now  time.Time
	log  bytes.Buffer
	did  int // how often something was written
}

func newWorld(t *testing.T, change func(*gate.Options)) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, time.November, 30, 8, 55, 0, 0, time.UTC)}
	o := gate.Options{Keys: keys(t, 'a'), Now: func() time.Time { return w.now }, Log: slog.New(slog.NewJSONHandler(&w.log, nil)), Plain: true}
	if change != nil {
		change(&o)
	}
	var err error
	w.gate, err = gate.New(o)
	require.NoError(t, err)
	mux := http.NewServeMux()
	page := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.did++
		}
		s, _ := gate.Of(r.Context())
		fmt.Fprintf(rw, "%s %s", s.Tenant, s.Actor.ID)
	})
	mux.Handle("/people/{id}", w.gate.Only(page, sp.RoleLinkWorker))
	mux.Handle("/offer/{id}", w.gate.Only(page, sp.RoleProvider))
	mux.Handle("/open", page)
	mux.HandleFunc("GET /link/{token}", w.gate.Follow)
	mux.HandleFunc("POST /out", w.gate.SignOut)
	mux.HandleFunc("GET /token", func(rw http.ResponseWriter, r *http.Request) {
		token, err := w.gate.FormToken(r)
		if err == nil {
			fmt.Fprint(rw, token)
		}
	})
	mux.HandleFunc("GET /broken/{id}", func(http.ResponseWriter, *http.Request) { panic(fmt.Errorf("June Hartley, 9434765919")) })
	mux.HandleFunc("POST /large", func(rw http.ResponseWriter, r *http.Request) {
		if r.ParseForm() != nil {
			rw.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	})
	mux.Handle("GET /choose", w.gate.Loopback(page))
	w.site = w.gate.Handler(mux)
	return w
}

func keys(t *testing.T, secrets ...byte) *token.Keys {
	t.Helper()
	var all [][]byte
	for _, s := range secrets {
		all = append(all, bytes.Repeat([]byte{s}, token.KeySize))
	}
	k, err := token.NewKeys(all[0], all[1:]...)
	require.NoError(t, err)
	return k
}

type change func(*http.Request)

func with(header, value string) change {
	return func(r *http.Request) { r.Header.Set(header, value) }
}

func (w *world) signedIn(a sp.Actor) change {
	w.t.Helper()
	rec := httptest.NewRecorder()
	require.NoError(w.t, w.gate.SignIn(rec, "bay", a))
	return with("Cookie", cookie(w.t, rec))
}

func cookie(t *testing.T, rec *httptest.ResponseRecorder) string {
	t.Helper()
	require.Len(t, rec.Result().Cookies(), 1)
	c := rec.Result().Cookies()[0]
	require.True(t, c.HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, c.SameSite)
	return c.Name + "=" + c.Value
}

func (w *world) ask(method, path, body string, changes ...change) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://desk.example"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range changes {
		c(r)
	}
	rec := httptest.NewRecorder()
	w.site.ServeHTTP(rec, r)
	return rec
}

func TestGateLetsInByRoleAndSaysWhatIsMissing(t *testing.T) {
	w := newWorld(t, nil)
	require.Equal(t, http.StatusUnauthorized, w.ask("GET", "/people/P-1", "").Code)
	require.Equal(t, http.StatusForbidden, w.ask("GET", "/people/P-1", "", w.signedIn(garden)).Code)
	in := w.ask("GET", "/people/P-1", "", w.signedIn(ann))
	require.Equal(t, http.StatusOK, in.Code)
	require.Equal(t, "bay ann", in.Body.String())
	_, bearer, err := w.gate.Begin("bay", ann)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, w.ask("GET", "/people/P-1", "", with("Authorization", "Bearer "+bearer)).Code)
	w.now = w.now.Add(gate.WorkingDay)
	require.Equal(t, http.StatusUnauthorized, w.ask("GET", "/people/P-1", "", with("Authorization", "Bearer "+bearer)).Code)
}

func TestSessionEndsWhereSomebodySignsOutOrItsKeyIsDropped(t *testing.T) {
	w := newWorld(t, nil)
	in := w.signedIn(ann)
	token := w.ask("GET", "/token", "", in).Body.String()
	require.Equal(t, http.StatusOK, w.ask("POST", "/out", gate.FormField+"="+token, in).Code)
	require.Equal(t, http.StatusUnauthorized, w.ask("GET", "/people/P-1", "", in).Code, "the cookie alone brings nobody back")

	in = w.signedIn(ann)
	newer := newWorld(t, func(o *gate.Options) { o.Keys = keys(t, 'b', 'a') })
	require.Equal(t, http.StatusOK, newer.ask("GET", "/people/P-1", "", in).Code, "an older key still opens")
	dropped := newWorld(t, func(o *gate.Options) { o.Keys = keys(t, 'b') })
	require.Equal(t, http.StatusUnauthorized, dropped.ask("GET", "/people/P-1", "", in).Code)
}

func TestGateRefusesWhatOtherSitesMakeABrowserSend(t *testing.T) {
	for name, test := range map[string]struct {
		body    string
		changes []change
		want    int
	}{
		"a form with its token is taken":                          {gate.FormField + "=TOKEN", []change{with("Sec-Fetch-Site", "same-origin")}, http.StatusOK},
		"a browser that does not say whence is held to the token": {gate.FormField + "=TOKEN", nil, http.StatusOK},
		"a form without a token is refused":                       {"a=b", []change{with("Sec-Fetch-Site", "same-origin")}, http.StatusForbidden},
		"a form with the token of another session":                {gate.FormField + "=OTHER", []change{with("Sec-Fetch-Site", "same-origin")}, http.StatusForbidden},
		"another site with a stolen token":                        {gate.FormField + "=TOKEN", []change{with("Sec-Fetch-Site", "cross-site")}, http.StatusForbidden},
		"a neighbour on the same host":                            {gate.FormField + "=TOKEN", []change{with("Sec-Fetch-Site", "same-site")}, http.StatusForbidden},
		"an origin that is another":                               {gate.FormField + "=TOKEN", []change{with("Origin", "https://evil.example")}, http.StatusForbidden},
		"a token in the address, which logs would keep":           {"", nil, http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			in, other := w.signedIn(ann), w.signedIn(ann)
			token, others := w.ask("GET", "/token", "", in).Body.String(), w.ask("GET", "/token", "", other).Body.String()
			path := "/people/P-1"
			if test.body == "" {
				path += "?" + gate.FormField + "=" + token
			}
			body := strings.NewReplacer("TOKEN", token, "OTHER", others).Replace(test.body)
			require.Equal(t, test.want, w.ask("POST", path, body, append(test.changes, in)...).Code)
			require.Equal(t, test.want == http.StatusOK, w.did == 1)
		})
	}
}

func TestLinkOpensOnePageForATimeAndWritesNothing(t *testing.T) {
	w := newWorld(t, nil)
	token, err := w.gate.Seal(gate.Link{Tenant: "bay", Actor: garden, To: "/offer/PL-1", Until: w.now.AddDate(0, 0, 7)})
	require.NoError(t, err)
	require.NotContains(t, token, "PL-1")
	for range 3 { // a scanner, the reader, the reader again
		require.Equal(t, http.StatusSeeOther, w.ask("HEAD", "/link/"+token, "").Code)
	}
	got := w.ask("GET", "/link/"+token, "")
	require.Equal(t, "/offer/PL-1", got.Header().Get("Location"))
	visit := with("Cookie", cookie(t, got))
	require.Equal(t, "bay link-7", w.ask("GET", "/offer/PL-1", "", visit).Body.String())
	require.Equal(t, http.StatusForbidden, w.ask("GET", "/people/P-1", "", visit).Code)
	require.Zero(t, w.did)
	require.Equal(t, http.StatusUnauthorized, w.ask("GET", "/offer/PL-1", "", with("Authorization", "Bearer "+token)).Code, "a link is no session")
	w.now = w.now.Add(gate.LinkVisit)
	require.Equal(t, http.StatusUnauthorized, w.ask("GET", "/offer/PL-1", "", visit).Code)
	w.now = w.now.AddDate(0, 0, 7)
	require.Equal(t, http.StatusGone, w.ask("GET", "/link/"+token, "").Code)
}

func TestLinkIsRefusedThatLeadsElsewhereOrIsForEverything(t *testing.T) {
	w := newWorld(t, nil)
	for name, l := range map[string]gate.Link{
		"for nothing in particular":    {Actor: ann, To: "/offer/PL-1", Until: w.now.Add(time.Hour)},
		"to another host":              {Actor: garden, To: "//evil.example", Until: w.now.Add(time.Hour)},
		"to another host, in disguise": {Actor: garden, To: `/\evil.example`, Until: w.now.Add(time.Hour)},
		"ended before it began":        {Actor: garden, To: "/offer/PL-1", Until: w.now},
	} {
		_, err := w.gate.Seal(l)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
}

func TestGateMakesThoseWaitWhoGuessOrAskTooMuch(t *testing.T) {
	w := newWorld(t, func(o *gate.Options) {
		o.Guesses, o.PerSession = limit.Rate{Every: time.Minute, Burst: 3}, limit.Rate{Every: time.Second, Burst: 2}
	})
	for range 3 {
		require.Equal(t, http.StatusNotFound, w.ask("GET", "/link/guess", "").Code)
	}
	wait := w.ask("GET", "/link/guess", "")
	require.Equal(t, http.StatusTooManyRequests, wait.Code)
	require.Equal(t, "60", wait.Header().Get("Retry-After"))
	elsewhere := func(r *http.Request) { r.RemoteAddr = "198.51.100.7:99" }
	require.Equal(t, http.StatusNotFound, w.ask("GET", "/link/guess", "", elsewhere).Code, "others are not held to it")
	w.now = w.now.Add(time.Minute)
	require.Equal(t, http.StatusNotFound, w.ask("GET", "/link/guess", "").Code)

	in := w.signedIn(ann)
	require.Equal(t, http.StatusOK, w.ask("GET", "/people/P-1", "", in).Code)
	require.Equal(t, http.StatusOK, w.ask("GET", "/people/P-1", "", in, elsewhere).Code)
	require.Equal(t, http.StatusTooManyRequests, w.ask("GET", "/people/P-1", "", in).Code)
	require.Equal(t, http.StatusOK, w.ask("GET", "/people/P-1", "", w.signedIn(ann)).Code)
}

func TestGateCountsANetworkOfAddressesAsOneVisitor(t *testing.T) {
	w := newWorld(t, func(o *gate.Options) { o.PerAddress = limit.Rate{Every: time.Second, Burst: 1} })
	from := func(address string) int {
		return w.ask("GET", "/open", "", func(r *http.Request) { r.RemoteAddr = address }).Code
	}
	require.Equal(t, http.StatusOK, from("[2001:db8::1]:1"))
	require.Equal(t, http.StatusTooManyRequests, from("[2001:db8::2]:1"))
	require.Equal(t, http.StatusOK, from("[2001:db8:0:1::2]:1"))
	require.Equal(t, http.StatusOK, from("192.0.2.9:1"))
	require.Equal(t, http.StatusTooManyRequests, from("192.0.2.9:2"))
}

func TestGateProtectsEveryAnswer(t *testing.T) {
	w := newWorld(t, nil)
	for _, path := range []string{"/open", "/nowhere", "/people/P-1", "/broken/P-1"} {
		h := w.ask("GET", path, "").Header()
		require.Equal(t, "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'", h.Get("Content-Security-Policy"), path)
		require.Equal(t, "no-store", h.Get("Cache-Control"), path)
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), path)
		require.Equal(t, "same-origin", h.Get("Referrer-Policy"), path)
		require.Empty(t, h.Get("Strict-Transport-Security"), "without TLS it means nothing")
	}
	secure := newWorld(t, func(o *gate.Options) { o.Plain = false })
	require.NotEmpty(t, secure.ask("GET", "/open", "").Header().Get("Strict-Transport-Security"))
	rec := httptest.NewRecorder()
	require.NoError(t, secure.gate.SignIn(rec, "bay", ann))
	require.True(t, rec.Result().Cookies()[0].Secure)
	require.True(t, strings.HasPrefix(cookie(t, rec), "__Host-"))
}

func TestGateTakesNoBodyThatIsTooLarge(t *testing.T) {
	w := newWorld(t, func(o *gate.Options) { o.Body = 100 })
	require.Equal(t, http.StatusOK, w.ask("POST", "/large", "a="+strings.Repeat("x", 90)).Code)
	require.Equal(t, http.StatusRequestEntityTooLarge, w.ask("POST", "/large", "a="+strings.Repeat("x", 100)).Code)
}

func TestGateLoopbackIsForThisMachineByItsOwnName(t *testing.T) {
	w := newWorld(t, nil)
	for name, test := range map[string]struct {
		remote, host string
		want         int
	}{
		"the machine itself":                   {"127.0.0.1:9", "127.0.0.1:8080", http.StatusOK},
		"the machine itself, by name":          {"[::1]:9", "localhost:8080", http.StatusOK},
		"another machine":                      {"192.0.2.1:9", "127.0.0.1:8080", http.StatusNotFound},
		"a name elsewhere that was bound here": {"127.0.0.1:9", "evil.example:8080", http.StatusNotFound},
	} {
		got := w.ask("GET", "/choose", "", func(r *http.Request) { r.RemoteAddr, r.Host = test.remote, test.host })
		require.Equal(t, test.want, got.Code, name)
	}
}

// The markers are what somebody could find in a request: no line of the log has one.
func TestGateLogsNothingOfAnybody(t *testing.T) {
	w := newWorld(t, nil)
	token, err := w.gate.Seal(gate.Link{Tenant: "bay", Actor: garden, To: "/offer/PL-1", Until: w.now.AddDate(0, 0, 7)})
	require.NoError(t, err)
	in := w.signedIn(ann)
	for _, path := range []string{"/people/P-1", "/people/9434765919?name=Hartley", "/broken/P-1", "/link/" + token, "/link/guess-P-1", "/nowhere/Hartley"} {
		for _, method := range []string{"GET", "POST", "HARTLEY"} {
			w.ask(method, path, "name=Hartley", in, with("User-Agent", "Hartley"), with("X-Forwarded-For", "Hartley"))
		}
	}
	log := w.log.String()
	for _, marker := range []string{"Hartley", "HARTLEY", "9434765919", "P-1", "PL-1", "ann", token, "guess", "192.0.2.1", "desk="} {
		require.NotContains(t, strings.ReplaceAll(log, "desk/gate_test.", ""), marker)
	}
	require.Contains(t, log, `"route":"/people/{id}","status":200`)
	require.Contains(t, log, `"route":"GET /link/{token}","status":303`)
	require.Contains(t, log, `"msg":"panic","route":"GET /broken/{id}","type":"*errors.errorString"`)
	require.Contains(t, log, `"method":"POST","route":"/people/{id}","status":403`, "what is refused has a route too")
	require.Regexp(t, `"at":\["[^"]*newWorld[^"]*:\d+"`, log, "where it broke")
	require.Contains(t, log, `"method":"other"`)
	require.NotContains(t, w.ask("GET", "/broken/P-1", "").Body.String(), "Hartley")
}

func TestGateSaysWhichOptionIsMissing(t *testing.T) {
	_, err := gate.New(gate.Options{})
	require.ErrorIs(t, err, sp.ErrInvalid)
}

// FuzzToken sends any text as a cookie, a bearer token, a form's token and a link.
func FuzzToken(f *testing.F) {
	f.Add("")
	f.Add("AAAA")
	f.Add(strings.Repeat("A", 400))
	f.Fuzz(func(t *testing.T, token string) {
		w := newWorld(t, nil)
		require.Equal(t, http.StatusUnauthorized, w.ask("GET", "/people/P-1", "", with("Authorization", "Bearer "+token)).Code)
		require.Equal(t, http.StatusUnauthorized, w.ask("GET", "/people/P-1", "", with("Cookie", "desk="+token)).Code)
		require.Equal(t, http.StatusForbidden, w.ask("POST", "/people/P-1", gate.FormField+"="+url.QueryEscape(token), w.signedIn(ann)).Code)
		require.NotEqual(t, http.StatusSeeOther, w.ask("GET", "/link/x"+url.PathEscape(token), "").Code)
	})
}
