package rest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/rest"
)

func TestUnroutedIsAnsweredWithAProblem(t *testing.T) {
	mux := http.NewServeMux()
	patterns := []string{
		"GET /api/people/{id}", "HEAD /api/people/{id}", "POST /api/people/{id}", "DELETE /api/people",
		"PATCH /api/people/{person}", "PUT /api/{kind}/all", "POST /api/notes/{note}",
	}
	for _, p := range patterns {
		mux.HandleFunc(p, func(http.ResponseWriter, *http.Request) {})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	rest.Unrouted(mux, "/api/", patterns...)
	for name, test := range map[string]struct {
		method, path string
		status       int
		allow        string
	}{
		"a route":                               {"GET", "/api/people/P-1", 200, ""},
		"its head":                              {"HEAD", "/api/people/P-1", 200, ""},
		"another method of it":                  {"PUT", "/api/people/P-1", 405, "GET, HEAD, PATCH, POST"},
		"a route that names the same otherwise": {"PATCH", "/api/people/P-1", 200, ""},
		"what two routes take that cross":       {"GET", "/api/notes/all", 405, "POST, PUT"},
		"a method of a route without GET":       {"GET", "/api/people", 405, "DELETE"},
		"no route":                              {"GET", "/api/nobody", 404, ""},
		"no route, by another method":           {"POST", "/api/", 404, ""},
		"what stands elsewhere is not ours":     {"GET", "/page", 418, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				w := httptest.NewRecorder()
				mux.ServeHTTP(w, httptest.NewRequest(test.method, test.path, nil))
				require.Equal(t, test.status, w.Code)
				require.Equal(t, test.allow, w.Header().Get("Allow"))
				require.Equal(t, test.status == 404 || test.status == 405, w.Header().Get("Content-Type") == "application/problem+json")
			}
		})
	}
}

func TestUnroutedLeavesWhatStandsAtItsOwnPath(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/", func(http.ResponseWriter, *http.Request) {})
	rest.Unrouted(mux, "/api/", "GET /api/")
	for method, status := range map[string]int{"GET": 200, "POST": 405} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(method, "/api/nobody", nil))
		require.Equal(t, status, w.Code)
		if status == 405 {
			require.Equal(t, "GET, HEAD", w.Header().Get("Allow"), "whoever may read may ask for the head")
		}
	}
}

func TestUnroutedKnowsTheRoutesOfEachHost(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("DELETE bay.example/api/notes", func(http.ResponseWriter, *http.Request) {})
	rest.Unrouted(mux, "/api/", "DELETE bay.example/api/notes")
	for host, status := range map[string]int{"bay.example": 405, "dale.example": 404} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", "http://"+host+"/api/notes", nil))
		require.Equal(t, status, w.Code, host)
	}
}
