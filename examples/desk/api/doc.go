// Package api is the desk for other programs: JSON over HTTP, described by OpenAPI 3.1.
//
//	a, err := api.New(api.Options{Desks: desks, Gate: g, Log: log})
//	a.Mount(mux) // below /api/v1
//
// One table of routes says for each what it does, who may use it, what it takes and what it
// gives. The mux, the description at /api/v1/openapi.json and the tests all come from it, so
// that they cannot disagree.
//
// # What a client sends
//
// A token of POST /api/v1/sessions as "Authorization: Bearer TOKEN". With everything that
// changes something an Idempotency-Key of its own choice: the same request under the same
// key happens once and is answered as before, also after the service was restarted, and
// another request under it is refused (422). With what changes a record that was shown,
// If-Match with the ETag of what was shown: without it 428, after another change 412.
//
// Bodies are read by package decode, which refuses members that do not exist, and checked
// by the tags of package validate, from which the description says what is required.
//
// # What it is told
//
// An error is a problem (RFC 9457): a code to branch on, a pointer into the body for each
// broken field (RFC 6901), which commands would be legal, and what to do next. None
// repeats what was sent. A record that somebody may not know of is not there: 404.
package api
