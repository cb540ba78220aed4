package rest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/rest/token"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A Problem says what is wrong with a request, and what to do about it (RFC 9457).
type Problem struct {
	Type   string   `json:"type"` // "urn:sp:problem:" and the code: a name, not a page to be read
	Title  string   `json:"title"`
	Status int      `json:"status"`
	Detail string   `json:"detail,omitempty"` // of a refused command: why it may not be given
	Code   string   `json:"code"`             // to branch on, and to translate by
	Next   string   `json:"next"`             // what to do now, in English
	Errors []Fault  `json:"errors,omitempty"` // one for each broken field
	Legal  []string `json:"legal,omitempty"`  // commands that may be given instead
}

// A Fault is a broken field: where in the body, in which way, and what would be right.
type Fault struct {
	Pointer string   `json:"pointer"` // RFC 6901; empty for all of the body
	Code    sp.Fault `json:"code"`
	Detail  string   `json:"detail"`
}

// NewProblem returns what a service itself has to say: a status, a code to branch on, and
// what to do now.
func NewProblem(status int, code, next string) *Problem {
	return &Problem{Type: "urn:sp:problem:" + code, Title: http.StatusText(status), Status: status, Code: code, Next: next}
}

// ProblemOfStatus returns the problem of a status alone, whose code is its words:
// "too-many-requests".
func ProblemOfStatus(status int) *Problem {
	code := strings.ToLower(strings.ReplaceAll(http.StatusText(status), " ", "-"))
	return NewProblem(status, code, next[status])
}

// next is what to do about a status of which no more is known.
var next = map[int]string{
	http.StatusUnauthorized:          "Sign in, and send it again.",
	http.StatusForbidden:             "Ask somebody who may.",
	http.StatusNotFound:              "Check the address. What you may not know of is not there either.",
	http.StatusMethodNotAllowed:      "Use one of the methods in the header Allow.",
	http.StatusGone:                  "Ask for a new one.",
	http.StatusRequestEntityTooLarge: "Send a smaller body.",
	http.StatusTooManyRequests:       "Wait as long as the header Retry-After says.",
	http.StatusInternalServerError:   "Tell whoever runs this service.",
	http.StatusServiceUnavailable:    "Send it again in a minute.",
}

// known is what is said of errors of the library, the particular before the general.
var known = []struct {
	is  error
	say *Problem
}{
	{sp.ErrNotFound, ProblemOfStatus(http.StatusNotFound)},
	{token.ErrEnded, NewProblem(http.StatusGone, "ended", "Ask for a new one: its time is over.")},
	{sp.ErrDenied, NewProblem(http.StatusForbidden, "denied", "Ask whoever holds the case, or the person.")},
	{store.ErrOutcomeUnknown, NewProblem(http.StatusServiceUnavailable, "outcome-unknown", "Send it again under the same Idempotency-Key: it happens once.")},
	{context.DeadlineExceeded, NewProblem(http.StatusServiceUnavailable, "slow", "Send it again in a minute, under the same Idempotency-Key.")},
	{store.ErrCorrupt, NewProblem(http.StatusInternalServerError, "broken", "Tell whoever runs this service: what is stored cannot be read.")},
	{store.ErrChanged, NewProblem(http.StatusPreconditionFailed, "stale", "Read it again: somebody has changed it since you were shown it.")},
	{sp.ErrConflict, NewProblem(http.StatusConflict, "conflict", "Read it again, and decide again.")},
	{sp.ErrExists, NewProblem(http.StatusConflict, "exists", "Read what is there.")},
	{sp.ErrInvalid, NewProblem(http.StatusUnprocessableEntity, "invalid", "Mend it and send it again.")},
}

// ProblemOf returns what to say about an error: itself if it is a [Problem], and else what
// the introduction lists. The caller may change it, such as to put Next into another language.
func ProblemOf(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		own := *p
		return &own
	}
	if r, ok := errors.AsType[*transition.Refusal](err); ok {
		return refused(r)
	}
	if broken, ok := errors.AsType[*sp.InvalidError](err); ok {
		return invalid(broken)
	}
	for _, k := range known {
		if errors.Is(err, k.is) {
			own := *k.say
			return &own
		}
	}
	// What the library has no name for is of the database, the disk or a network.
	return NewProblem(http.StatusServiceUnavailable, "unavailable", "Send it again in a minute, under the same Idempotency-Key. If it stays, tell whoever runs this service.")
}

// refused says why a command may not be given as things stand.
func refused(r *transition.Refusal) *Problem {
	var p *Problem
	switch {
	case r.Code == transition.KeyTaken:
		p = ProblemOf(ErrKeyReused)
	case errors.Is(r, sp.ErrDenied):
		p = NewProblem(http.StatusForbidden, r.Code, "Ask somebody whose command it is.")
	default:
		p = NewProblem(http.StatusConflict, r.Code, "Read it again: what is legal now is listed there.")
	}
	p.Detail, p.Legal = r.Command+" "+r.Words, r.Legal
	return p
}

// invalid names each broken field.
func invalid(e *sp.InvalidError) *Problem {
	p := NewProblem(http.StatusUnprocessableEntity, "invalid", "Mend each of the errors and send it again.")
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, Fault{pointer(f.Path), f.Code, f.Rule})
	}
	return p
}

// pointer turns a path such as "needs[2].severity" into "/needs/2/severity".
func pointer(path string) string {
	if path == "" {
		return ""
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1", "[", "/", "]", "", ".", "/")
	return "/" + strings.TrimPrefix(escape.Replace(path), "/")
}

// Error implements error.
func (p *Problem) Error() string { return "rest: " + p.Code }

// Write answers a request with a problem. Of the headers that it asks for, those stay that
// are there: WWW-Authenticate (Bearer, with 401) and Retry-After (30 seconds, with 503).
func (p *Problem) Write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	if p.Status == http.StatusUnauthorized && h.Get("WWW-Authenticate") == "" {
		h.Set("WWW-Authenticate", "Bearer")
	}
	if p.Status == http.StatusServiceUnavailable && h.Get("Retry-After") == "" {
		h.Set("Retry-After", "30")
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) //nolint:errcheck // whoever asked has gone
}

// Refuse answers a request with the problem of an error.
func Refuse(w http.ResponseWriter, err error) { ProblemOf(err).Write(w) }
