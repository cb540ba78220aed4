// Package rest is where a web service and the library meet: it reads the headers and
// parameters that such a service needs - the version that was seen, the key of a request
// that may come twice, the page of a list - and answers with JSON and its version, or with
// a problem that says what to do now. It opens no port and knows no router: it is for
// handlers of package net/http, whoever calls them.
//
//	func (s *service) accept(w http.ResponseWriter, r *http.Request) {
//		seen, err := rest.Seen(r) // the version in If-Match
//		...
//		rest.Refuse(w, err)       // 404, 409, 412, 422 ..., never with what was sent
//		rest.Show(w, r, http.StatusOK, shown)
//	}
//
// # What is wrong
//
// A [Problem] (RFC 9457) has a code to branch on, a sentence to do by, a pointer for each
// broken field (RFC 6901), and the commands that would be legal. [ProblemOf] makes one of
// any error of the library:
//
//	*sp.InvalidError            422  invalid, with each broken field
//	*transition.Refusal         409  its own code, with what is legal now
//	    that is sp.ErrDenied    403  its own code
//	    by transition.KeyTaken  422  idempotency-key-reused
//	sp.ErrNotFound              404  not-found
//	sp.ErrDenied                403  denied
//	token.ErrEnded              410  ended
//	store.ErrChanged            412  stale
//	sp.ErrConflict              409  conflict
//	sp.ErrExists                409  exists
//	sp.ErrInvalid               422  invalid
//	store.ErrOutcomeUnknown     503  outcome-unknown
//	store.ErrCorrupt            500  broken
//	context.DeadlineExceeded    503  slow
//	anything else               503  unavailable
//
// Errors of the library hold IDs, codes and rules and nothing personal, and of them a
// problem repeats only codes and rules. What the service itself refuses, it says by a
// [NewProblem] of its own: a Problem is an error.
//
// # What was seen, and what comes twice
//
// A record that is shown carries its version in the ETag. Whoever changes it sends that back in
// If-Match, and [Seen] reads it: without it 428, and 412 where the record has
// another version by then ([store.ErrChanged]). Under an Idempotency-Key ([Key]) a
// request that comes again is known again: every command of the library knows its own by
// [github.com/socialprescribing/sp.Stamp.Under], and [Answers] keep what it was answered.
package rest
