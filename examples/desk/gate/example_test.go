package gate_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/gate"
	"github.com/socialprescribing/sp/rest/token"
)

// A provider without an account follows a link, and may then open one page.
func Example() {
	now := func() time.Time { return time.Date(2026, time.November, 30, 8, 55, 0, 0, time.UTC) }
	keys, err := token.NewKeys(bytes.Repeat([]byte{7}, token.KeySize)) // drawn at random, and kept
	if err != nil {
		panic(err)
	}
	g, err := gate.New(gate.Options{Keys: keys, Now: now, Log: slog.New(slog.DiscardHandler), Plain: true})
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /link/{token}", g.Follow)
	mux.Handle("GET /offer/{id}", g.Only(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, _ := gate.Of(r.Context())
		fmt.Fprintln(w, s.Actor, "may answer", s.Actor.Only)
	}), sp.RoleProvider))
	site := g.Handler(mux)

	link, err := g.Seal(gate.Link{
		Tenant: "bay", To: "/offer/PL-1", Until: now().AddDate(0, 0, 14),
		Actor: sp.Actor{ID: "link-1", Role: sp.RoleProvider, For: "garden-group", Only: "placement/PL-1"},
	})
	if err != nil {
		panic(err)
	}
	followed := httptest.NewRecorder()
	site.ServeHTTP(followed, httptest.NewRequest("GET", "/link/"+link, nil))
	fmt.Println(followed.Code, followed.Header().Get("Location"))

	page := httptest.NewRequest("GET", "/offer/PL-1", nil)
	page.AddCookie(followed.Result().Cookies()[0])
	opened := httptest.NewRecorder()
	site.ServeHTTP(opened, page)
	fmt.Print(opened.Body)
	// Output:
	// 303 /offer/PL-1
	// provider link-1 may answer placement/PL-1
}
