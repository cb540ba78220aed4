package api

import (
	"net/http"

	"github.com/socialprescribing/sp/rest"
)

// What the API itself refuses. What else is wrong, package rest puts in words.
var (
	errSignIn  = rest.NewProblem(http.StatusUnauthorized, "not-signed-in", "Send a token of POST /api/v1/sessions as Authorization: Bearer TOKEN.")
	errRole    = rest.NewProblem(http.StatusForbidden, "not-your-role", "Ask somebody whose role it is; the description of the API says whose.")
	errMissing = rest.ProblemOfStatus(http.StatusNotFound)
	errLink    = rest.NewProblem(http.StatusUnauthorized, "link-ended", "Ask for a new link, or choose an account that exists.")
)

// refuse answers with what is wrong, and writes down what somebody has to look after.
func (a *API) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := rest.ProblemOf(err)
	if p.Status >= http.StatusInternalServerError { // errors of the library hold IDs and rules, and nothing of a person
		a.o.Log.ErrorContext(r.Context(), "api", "route", r.Pattern, "error", err)
	}
	p.Write(w)
}

// Refuse answers with the problem of a status: what a gate says of requests that it stops.
func Refuse(w http.ResponseWriter, _ *http.Request, status int) {
	p := rest.ProblemOfStatus(status)
	switch status {
	case http.StatusUnauthorized:
		p.Next = errSignIn.Next
	case http.StatusForbidden:
		p.Next = "Send it from the same site, or with a bearer token."
	}
	p.Write(w)
}
