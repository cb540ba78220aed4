package deskbrowser

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/gate"
	"github.com/socialprescribing/sp/examples/desk/seed"
	"github.com/socialprescribing/sp/examples/desk/site"
	"github.com/socialprescribing/sp/examples/desk/work"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/rest/limit"
	"github.com/socialprescribing/sp/rest/token"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
)

// A world is the seeded desk of Sandholme on a morning, as main puts it together.
type world struct {
	t    *testing.T
	url  string
	work *work.Work
	read []string // messages that were read before
}

func newWorld(t *testing.T) *world {
	t.Helper()
	now := func() time.Time { return time.Date(2026, time.November, 30, 8, 55, 0, 0, time.UTC) }
	quiet := slog.New(slog.DiscardHandler)
	desk, err := app.New(memstore.New(), app.Setup{
		Tenant: seed.Tenants[0], Scheme: seed.Scheme(seed.Tenants[0]), Keys: seal.Folder(t.TempDir()),
		Index: person.HashKey{Name: "2026", Secret: make([]byte, 32)}, Now: now,
	})
	require.NoError(t, err)
	require.NoError(t, seed.World(t.Context(), desk))
	keys, err := token.NewKeys(make([]byte, token.KeySize))
	require.NoError(t, err)
	var s *site.Site
	much := limit.Rate{Every: time.Nanosecond, Burst: 1 << 30}
	g, err := gate.New(gate.Options{
		Keys: keys, Now: now, Log: quiet, Plain: true, PerAddress: much, PerSession: much,
		Refuse: func(w http.ResponseWriter, r *http.Request, status int) { s.Refuse(w, r, status) },
	})
	require.NoError(t, err)
	s, err = site.New(site.Options{Desks: map[app.Tenant]*app.Desk{desk.Tenant: desk}, Gate: g, Log: quiet})
	require.NoError(t, err)
	mux := http.NewServeMux()
	s.Mount(mux)
	mux.HandleFunc("GET /link/{token}", g.Follow)
	server := httptest.NewServer(g.Handler(mux))
	t.Cleanup(server.Close)
	w := &world{t: t, url: server.URL}
	w.work = &work.Work{
		Desk: desk, Outbox: t.TempDir(), Log: quiet,
		Directory: seed.Reader(desk),
		Link: func(of placement.ID, provider directory.ID, until time.Time) (string, error) {
			path, err := s.Link(desk.Tenant, app.ProviderDoor(of, provider, until))
			return server.URL + path, err
		},
	}
	return w
}

var address = regexp.MustCompile(`http://\S+`)

// message returns the address in the message that the desk has written since the last one.
func (w *world) message() string {
	w.t.Helper()
	require.NoError(w.t, w.work.Pass(w.t.Context()))
	files, err := filepath.Glob(filepath.Join(w.work.Outbox, "*", "*.txt"))
	require.NoError(w.t, err)
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(w.t, err)
		if to := address.FindString(string(text)); to != "" && !slices.Contains(w.read, to) {
			w.read = append(w.read, to)
			return to
		}
	}
	require.Fail(w.t, "no new message", "%d in the outbox", len(files))
	return ""
}

// find marks what a script finds, and returns how the browser is to be told of it.
func (s *screen) find(what, script string) string {
	s.t.Helper()
	s.found++
	mark := fmt.Sprintf("%d", s.found)
	require.True(s.t, ask[bool](s, `(e => { if (e) e.setAttribute("data-found", "`+mark+`"); return !!e })(`+script+`)`), "no %s on %s: %s", what, ask[string](s, "location.pathname"), ask[string](s, "document.querySelector('main').innerText"))
	return `[data-found="` + mark + `"]`
}

// sees says that a text is on the page.
func (s *screen) sees(texts ...string) {
	s.t.Helper()
	said := strings.Join(strings.Fields(ask[string](s, "document.body.innerText")), " ")
	for _, text := range texts {
		require.Contains(s.t, said, text, ask[string](s, "location.pathname"))
	}
}
