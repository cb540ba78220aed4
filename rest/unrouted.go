package rest

import (
	"net/http"
	"slices"
	"strings"
)

// Unrouted has a mux answer with a problem, below a path that ends in a slash, what none of the
// patterns takes: 405 with the methods that are, where another method of the same path is one of
// them, and 404 elsewhere. A mux by itself says so in plain text. The patterns are those of
// the routes that the caller handles there, each with its method: "GET /api/people/{id}".
func Unrouted(mux *http.ServeMux, below string, patterns ...string) {
	methods := map[string][]string{}
	for _, pattern := range patterns {
		method, path, _ := strings.Cut(pattern, " ")
		methods[path] = append(methods[path], method)
		if method == http.MethodGet {
			methods[path] = append(methods[path], http.MethodHead)
		}
	}
	for path, allowed := range methods {
		slices.Sort(allowed)
		allow := strings.Join(slices.Compact(allowed), ", ")
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Allow", allow)
			ProblemOfStatus(http.StatusMethodNotAllowed).Write(w)
		})
	}
	if methods[below] == nil {
		mux.HandleFunc(below, func(w http.ResponseWriter, _ *http.Request) { ProblemOfStatus(http.StatusNotFound).Write(w) })
	}
}
