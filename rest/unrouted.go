package rest

import (
	"net/http"
	"slices"
	"strings"
)

// Unrouted makes a mux answer with a problem what none of the patterns takes, below a path that
// ends in a slash: with 405 and the methods that are allowed, where a pattern has the same path
// with another method, and otherwise with 404. A mux by itself answers in plain text. The
// patterns are those of the routes that the caller handles there, each with its method: "GET
// /api/people/{id}".
func Unrouted(mux *http.ServeMux, below string, patterns ...string) {
	var routes http.ServeMux // the same routes, so that what the caller's mux takes this one takes
	var methods []string
	for _, pattern := range slices.Compact(slices.Sorted(slices.Values(patterns))) {
		routes.HandleFunc(pattern, func(http.ResponseWriter, *http.Request) {})
		method, _, _ := strings.Cut(pattern, " ")
		methods = append(methods, method)
		if method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
	}
	slices.Sort(methods)
	methods = slices.Compact(methods)
	mux.HandleFunc(below, func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, method := range methods {
			if _, route := routes.Handler(&http.Request{Method: method, Host: r.Host, URL: r.URL}); route != "" {
				allowed = append(allowed, method)
			}
		}
		if allowed == nil {
			ProblemOfStatus(http.StatusNotFound).Write(w)
			return
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		ProblemOfStatus(http.StatusMethodNotAllowed).Write(w)
	})
}
