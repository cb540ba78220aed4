package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A problem says what is wrong with a request, and what to do about it (RFC 9457).
type problem struct {
	Type   string   `json:"type"` // a name for Code: nothing is there to be read
	Title  string   `json:"title"`
	Status int      `json:"status"`
	Code   string   `json:"code"`             // to branch on
	Next   string   `json:"next"`             // what to do now
	Errors []fault  `json:"errors,omitempty"` // one for each broken field
	Legal  []string `json:"legal,omitempty"`  // commands that may be given instead
}

// A fault is a broken field: where in the body, in which way, and what would be right.
type fault struct {
	Pointer string   `json:"pointer"` // RFC 6901; empty for all of it
	Code    sp.Fault `json:"code"`
	Detail  string   `json:"detail"`
}

// A refusal is a problem that the API itself finds.
type refusal struct {
	status     int
	code, next string
}

// Error implements error.
func (r *refusal) Error() string { return "api: " + r.code }

var (
	errSignIn  = &refusal{http.StatusUnauthorized, "not-signed-in", "Send a token of POST /api/v1/sessions as Authorization: Bearer TOKEN."}
	errRole    = &refusal{http.StatusForbidden, "not-your-role", "Ask somebody whose role it is; the description of the API says whose."}
	errMethod  = &refusal{http.StatusMethodNotAllowed, "wrong-method", "Use one of the methods in the header Allow."}
	errMissing = &refusal{http.StatusNotFound, "not-found", "Check the address. What you may not know of is not there either."}
	errType    = &refusal{http.StatusUnsupportedMediaType, "wrong-content-type", "Send the body as application/json."}
	errLarge   = &refusal{http.StatusRequestEntityTooLarge, "too-large", "Send a smaller body."}
	errNoKey   = &refusal{http.StatusBadRequest, "idempotency-key-missing", "Send an Idempotency-Key of 1 to 200 printable ASCII characters, and the same one when you send the request again."}
	errReused  = &refusal{http.StatusUnprocessableEntity, "idempotency-key-reused", "Choose a new Idempotency-Key for a new request."}
	errUnseen  = &refusal{http.StatusPreconditionRequired, "if-match-missing", "Send If-Match with the ETag of what you were shown."}
	errStale   = &refusal{http.StatusPreconditionFailed, "stale", "Read it again: somebody has changed it since you were shown it."}
	errLink    = &refusal{http.StatusUnauthorized, "link-ended", "Ask for a new link, or choose an account that exists."}
)

// known is what is said of errors of the library, the particular before the general.
var known = []struct {
	is  error
	say *refusal
}{
	{app.ErrStale, errStale},
	{sp.ErrNotFound, errMissing},
	{sp.ErrDenied, &refusal{http.StatusForbidden, "denied", "Ask whoever holds the case, or the person."}},
	{store.ErrOutcomeUnknown, &refusal{http.StatusServiceUnavailable, "outcome-unknown", "Send it again under the same Idempotency-Key: it happens once."}},
	{context.DeadlineExceeded, &refusal{http.StatusServiceUnavailable, "slow", "Send it again in a minute, under the same Idempotency-Key."}},
	{store.ErrCorrupt, &refusal{http.StatusInternalServerError, "broken", "Tell whoever runs this service: what is stored cannot be read."}},
	{sp.ErrConflict, &refusal{http.StatusConflict, "conflict", "Read it again, and decide again."}},
	{sp.ErrExists, &refusal{http.StatusConflict, "exists", "Read what is there."}},
	{sp.ErrInvalid, &refusal{http.StatusUnprocessableEntity, "invalid", "Mend it and send it again."}},
}

// problemOf returns what to say about an error.
func problemOf(err error) problem {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.problem()
	}
	if r, ok := errors.AsType[*transition.Refusal](err); ok {
		return refused(r)
	}
	if broken, ok := errors.AsType[*sp.InvalidError](err); ok {
		p := (&refusal{http.StatusUnprocessableEntity, "invalid", "Mend each of the errors and send it again."}).problem()
		for _, f := range broken.Fields {
			p.Errors = append(p.Errors, fault{pointer(f.Path), f.Code, f.Rule})
		}
		return p
	}
	for _, k := range known {
		if errors.Is(err, k.is) {
			return k.say.problem()
		}
	}
	// What the library has no name for is of the database or the disk.
	return (&refusal{http.StatusServiceUnavailable, "unavailable", "Send it again in a minute, under the same Idempotency-Key. If it stays, tell whoever runs this service."}).problem()
}

// refused says why a command may not be given as things stand.
func refused(r *transition.Refusal) problem {
	say := &refusal{http.StatusConflict, r.Code, "Read it again: what is legal now is listed there."}
	switch {
	case r.Code == transition.KeyTaken:
		say = errReused
	case errors.Is(r, sp.ErrDenied):
		say = &refusal{http.StatusForbidden, r.Code, "Ask somebody whose command it is."}
	}
	p := say.problem()
	p.Legal = r.Legal
	return p
}

func (r *refusal) problem() problem {
	return problem{Type: "urn:sp:problem:" + r.code, Title: http.StatusText(r.status), Status: r.status, Code: r.code, Next: r.next}
}

// pointer turns a path such as "needs[2].severity" into "/needs/2/severity".
func pointer(path string) string {
	if path == "" {
		return ""
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1", "[", "/", "]", "", ".", "/")
	return "/" + strings.TrimPrefix(escape.Replace(path), "/")
}

// write answers with a problem.
func (p problem) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "30") // seconds
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) //nolint:errcheck // whoever asked has gone
}

// Refuse answers with the problem of a status: what a gate says of requests that it stops.
func Refuse(w http.ResponseWriter, _ *http.Request, status int) {
	next := map[int]string{
		http.StatusTooManyRequests: "Wait as long as the header Retry-After says.",
		http.StatusForbidden:       "Send it from the same site, or with a bearer token.",
		http.StatusUnauthorized:    errSignIn.next, http.StatusNotFound: errMissing.next, http.StatusGone: errLink.next,
	}[status]
	(&refusal{status, strings.ToLower(strings.ReplaceAll(http.StatusText(status), " ", "-")), next}).problem().write(w)
}
