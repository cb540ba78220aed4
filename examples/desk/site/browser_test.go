package site_test

import (
	"bytes"
	"context"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/gate"
	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/examples/desk/seed"
	"github.com/socialprescribing/sp/examples/desk/site"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/rest/limit"
	"github.com/socialprescribing/sp/rest/token"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/seal"
)

// A world is the seeded desks behind a site and a gate, their time, and what they log.
type world struct {
	t     testing.TB
	db    store.Driver
	desks map[app.Tenant]*app.Desk
	gate  *gate.Gate
	site  http.Handler
	sites *site.Site
	now   time.Time
	log   bytes.Buffer
	logs  *slog.Logger
}

func newWorld(tb testing.TB, db store.Driver) *world {
	tb.Helper()
	return newWorldIn(tb, db, nil)
}

// newWorldIn is one whose desks tell stories in some words.
func newWorldIn(tb testing.TB, db store.Driver, words page.Words) *world {
	tb.Helper()
	return populated(tb, db, words, seed.World)
}

// populated is a world with the people that a function puts into it.
func populated(tb testing.TB, db store.Driver, words page.Words, people func(context.Context, *app.Desk) error) *world {
	tb.Helper()
	w := &world{t: tb, db: db, desks: map[app.Tenant]*app.Desk{}, now: time.Date(2026, time.November, 30, 8, 55, 0, 0, time.UTC)}
	now := func() time.Time { return w.now }
	for _, tenant := range seed.Tenants {
		d, err := app.New(db, app.Setup{
			Tenant: tenant, Scheme: seed.Scheme(tenant), Keys: seal.Folder(tb.TempDir()),
			Index: person.HashKey{Name: "2026", Secret: make([]byte, 32)}, Now: now, Words: site.LibraryWords(words),
		})
		require.NoError(tb, err)
		require.NoError(tb, people(tb.Context(), d))
		w.desks[tenant] = d
	}
	keys, err := token.NewKeys(make([]byte, token.KeySize))
	require.NoError(tb, err)
	timeless := func(_ []string, a slog.Attr) slog.Attr { // a moment's digits may be anybody's telephone number
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	log, much := slog.New(slog.NewJSONHandler(&w.log, &slog.HandlerOptions{ReplaceAttr: timeless})), limit.Rate{Every: time.Nanosecond, Burst: 1 << 30}
	var s *site.Site
	w.logs = log
	w.gate, err = gate.New(gate.Options{
		Keys: keys, Now: now, Log: log, Plain: true, PerAddress: much, PerSession: much,
		Refuse: func(rw http.ResponseWriter, r *http.Request, status int) { s.Refuse(rw, r, status) },
	})
	require.NoError(tb, err)
	s = w.speak(nil)
	return w
}

// speak has the site go on in some words.
func (w *world) speak(words page.Words) *site.Site {
	w.t.Helper()
	s, err := site.New(site.Options{Desks: w.desks, Gate: w.gate, Log: w.logs, Words: words})
	require.NoError(w.t, err)
	mux := http.NewServeMux()
	s.Mount(mux)
	mux.HandleFunc("GET /link/{token}", w.gate.Follow)
	w.sites, w.site = s, w.gate.Handler(mux)
	return s
}

// A browser keeps cookies, follows redirects, and fills in forms. It knows no script.
type browser struct {
	w       *world
	cookies map[string]string
	path    string
	status  int
	page    string
	sizes   map[string]int // of the pages that were seen, by their patterns
}

func (w *world) browser() *browser {
	return &browser{w: w, cookies: map[string]string{}, sizes: map[string]int{}}
}

// as signs somebody in.
func (w *world) as(user string) *browser {
	w.t.Helper()
	b := w.browser()
	b.open("/")
	b.press("Sign in", url.Values{"user": {user}})
	require.Equal(w.t, http.StatusOK, b.status, b.page)
	return b
}

func (b *browser) ask(method, path string, form url.Values) {
	b.w.t.Helper()
	for hops := 0; ; hops++ {
		require.Less(b.w.t, hops, 5, "in circles at %s", path)
		r := httptest.NewRequest(method, "http://127.0.0.1:8080"+path, strings.NewReader(form.Encode()))
		r.RemoteAddr = "127.0.0.1:4000"
		if method == http.MethodPost {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
		}
		for name, value := range b.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		got := httptest.NewRecorder()
		b.w.site.ServeHTTP(got, r)
		for _, c := range got.Result().Cookies() {
			b.cookies[c.Name] = c.Value
		}
		b.path, b.status, b.page = r.URL.Path, got.Code, got.Body.String()
		if got.Code != http.StatusSeeOther {
			require.Less(b.w.t, got.Body.Len(), 100_000, path)
			return
		}
		method, form = http.MethodGet, nil
		path, _, _ = strings.Cut(got.Header().Get("Location"), "#")
	}
}

// open opens a page.
func (b *browser) open(path string) *browser {
	b.w.t.Helper()
	b.ask(http.MethodGet, path, nil)
	return b
}

var (
	forms  = regexp.MustCompile(`(?s)<form(?: class="[^"]*")? action="([^"]*)" method="post"[^>]*>(.*?)</form>`)
	button = regexp.MustCompile(`<button[^>]*>([^<]*)</button>`)
	inputs = regexp.MustCompile(`<input([^>]*)>`)
	areas  = regexp.MustCompile(`(?s)<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>`)
	attrs  = regexp.MustCompile(`([a-z-]+)(?:="([^"]*)")?`)
	anchor = regexp.MustCompile(`<a [^>]*href="([^"]*)"[^>]*>([^<]*)</a>`)
)

// form returns where the form with a button goes to, what its fields hold, and their names.
func (b *browser) form(press string) (to string, values url.Values, names []string) {
	b.w.t.Helper()
	for _, f := range forms.FindAllStringSubmatch(b.page, -1) {
		if said := button.FindStringSubmatch(f[2]); said == nil || html.UnescapeString(said[1]) != press {
			continue
		}
		values = url.Values{}
		for _, x := range inputs.FindAllStringSubmatch(f[2], -1) {
			is := map[string]string{}
			for _, a := range attrs.FindAllStringSubmatch(x[1], -1) {
				is[a[1]] = html.UnescapeString(a[2])
			}
			_, checked := is["checked"]
			names = append(names, is["name"])
			if choice := is["type"] == "radio" || is["type"] == "checkbox"; !choice || checked {
				values.Add(is["name"], is["value"])
			}
		}
		for _, x := range areas.FindAllStringSubmatch(f[2], -1) {
			names = append(names, x[1])
			values.Set(x[1], html.UnescapeString(x[2]))
		}
		return f[1], values, names
	}
	require.Fail(b.w.t, "no such button", "%s at %s: %s", press, b.path, b.page)
	return "", nil, nil
}

// press fills in the form with a button, and presses it.
func (b *browser) press(press string, fill url.Values) *browser {
	b.w.t.Helper()
	to, values, names := b.form(press)
	for name, v := range fill {
		require.True(b.w.t, slices.Contains(names, name), "the form has no field %s", name)
		values[name] = v
	}
	b.ask(http.MethodPost, to, values)
	return b
}

// follow follows the first link with a text.
func (b *browser) follow(text string) *browser {
	b.w.t.Helper()
	for _, a := range anchor.FindAllStringSubmatch(b.page, -1) {
		if html.UnescapeString(a[2]) == text {
			to, _, _ := strings.Cut(html.UnescapeString(a[1]), "#")
			return b.open(to)
		}
	}
	require.Fail(b.w.t, "no such link", "%s at %s: %s", text, b.path, b.page)
	return b
}

// sees says that the page is there and holds some texts.
func (b *browser) sees(texts ...string) *browser {
	b.w.t.Helper()
	require.Equal(b.w.t, http.StatusOK, b.status, "%s: %s", b.path, b.page)
	for _, text := range texts {
		require.Contains(b.w.t, html.UnescapeString(b.page), text, b.path)
	}
	return b
}

func unescaped(s string) string { return html.UnescapeString(s) }
