package site_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/socialprescribing/sp/examples/desk/gate"
	"github.com/socialprescribing/sp/examples/desk/site"
	"github.com/socialprescribing/sp/rest/token"
)

func Example() {
	keys, err := token.NewKeys(make([]byte, token.KeySize)) // random bytes from a secret place
	if err != nil {
		panic(err)
	}
	g, err := gate.New(gate.Options{Keys: keys, Now: time.Now, Log: slog.New(slog.DiscardHandler), Plain: true})
	if err != nil {
		panic(err)
	}
	s, err := site.New(site.Options{Gate: g, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	s.Mount(mux)
	w := httptest.NewRecorder()
	g.Handler(mux).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	for line := range strings.Lines(w.Body.String()) {
		if strings.Contains(line, "<title") {
			fmt.Print(line)
		}
	}
	// Output:
	// <title>A desk for link workers - Social prescribing desk</title>
}
