package rest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/rest/token"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

func TestProblemOfSaysOfEachErrorOfTheLibraryWhatItIs(t *testing.T) {
	for name, test := range map[string]struct {
		err    error
		status int
		code   string
	}{
		"a record that is not there":                {fmt.Errorf("referral R-1: %w", sp.ErrNotFound), 404, "not-found"},
		"somebody may not":                          {sp.ErrDenied, 403, "denied"},
		"somebody else was faster":                  {&store.ConflictError{Want: 2, Got: 3}, 409, "conflict"},
		"somebody else made it":                     {&store.ConflictError{Want: store.New, Got: 1}, 409, "exists"},
		"others were faster, again and again":       {store.ErrAgain, 409, "conflict"},
		"it is there already":                       {sp.ErrExists, 409, "exists"},
		"a link whose time is over":                 {fmt.Errorf("link: %w", token.ErrEnded), 410, "ended"},
		"a link that is none":                       {token.ErrUnknown, 404, "not-found"},
		"a rule is broken":                          {sp.ErrInvalid, 422, "invalid"},
		"a field breaks a rule":                     {sp.Invalid("x", "y", sp.Missing, "must be there"), 422, "invalid"},
		"nobody knows whether it happened":          {fmt.Errorf("%w: %w", store.ErrOutcomeUnknown, context.DeadlineExceeded), 503, "outcome-unknown"},
		"it took too long":                          {context.DeadlineExceeded, 503, "slow"},
		"what is stored was changed":                {fmt.Errorf("log: %w", store.ErrCorrupt), 500, "broken"},
		"the disk":                                  {io.ErrShortWrite, 503, "unavailable"},
		"what the service says itself":              {fmt.Errorf("x: %w", rest.NewProblem(http.StatusTeapot, "tea", "Drink it.")), 418, "tea"},
		"what it says itself of an error":           {fmt.Errorf("%w: %w", rest.ErrUnseen, sp.ErrNotFound), 428, "if-match-missing"},
		"somebody has changed it since":             {fmt.Errorf("referral R-1: %w", store.ErrChanged), 412, "stale"},
		"a command that is another's":               {refusal(t, sp.RoleProvider), 403, transition.NotYours},
		"a command that is not for now":             {refusal(t, sp.RoleLinkWorker), 409, transition.NotNow},
		"a key that came with other words":          {&transition.Refusal{Code: transition.KeyTaken}, 422, "idempotency-key-reused"},
		"a refusal within the errors of many tries": {errors.Join(errors.New("first"), refusal(t, sp.RoleLinkWorker)), 409, transition.NotNow},
	} {
		t.Run(name, func(t *testing.T) {
			p := rest.ProblemOf(test.err)
			require.Equal(t, test.status, p.Status)
			require.Equal(t, test.code, p.Code)
			require.Equal(t, "urn:sp:problem:"+test.code, p.Type)
			require.Equal(t, http.StatusText(test.status), p.Title)
			require.NotEmpty(t, p.Next)
		})
	}
}

// refusal returns why somebody may not accept a referral that has been closed.
func refusal(t *testing.T, role sp.Role) error {
	t.Helper()
	err := referraltest.Referral("R-1", referral.StateClosed).Accept("W-1", sp.By(sp.Actor{ID: "W-1", Role: role, For: "S-1"}, referraltest.By(role, 3).At))
	_, refused := errors.AsType[*transition.Refusal](err)
	require.True(t, refused, "%v", err)
	return err
}

func TestProblemOfARefusalSaysWhatIsLegalNow(t *testing.T) {
	err := referraltest.Referral("R-1", referral.StateReceived).Attempt(person.Phone, referraltest.By(sp.RoleLinkWorker, 3))
	p := rest.ProblemOf(err)
	require.Equal(t, 409, p.Status, "%v", err)
	require.Contains(t, p.Legal, string(referral.Accept))
	require.Equal(t, "attempt cannot be done now", p.Detail)
}

func TestProblemOfPointsAtEachBrokenField(t *testing.T) {
	for path, want := range map[string]string{
		"":                         "",
		"needs[2].severity":        "/needs/2/severity",
		"reasons[0]":               "/reasons/0",
		"[3]":                      "/3",
		"of/home":                  "/of~1home",
		"a~b":                      "/a~0b",
		"people[1].contacts[0].by": "/people/1/contacts/0/by",
	} {
		p := rest.ProblemOf(sp.Invalid("request", path, sp.Malformed, "must be right"))
		require.Equal(t, []rest.Fault{{Pointer: want, Code: sp.Malformed, Detail: "must be right"}}, p.Errors)
	}
}

func TestProblemOfReturnsWhatItsCallerMayChange(t *testing.T) {
	for _, err := range []error{sp.ErrNotFound, rest.ErrUnseen, store.ErrChanged, io.EOF} {
		p := rest.ProblemOf(err)
		said := p.Next
		p.Next, p.Status = "Lisez-le encore.", 1
		require.Equal(t, said, rest.ProblemOf(err).Next)
	}
}

func TestProblemOfRepeatsNothingOfAnError(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := errors.New("June Hartley of 12 Sea View")
		err := rapid.SampledFrom([]error{
			fmt.Errorf("%w: %w", secret, sp.ErrNotFound), errors.Join(sp.ErrDenied, secret), fmt.Errorf("%w: %w", secret, sp.ErrConflict), secret,
			fmt.Errorf("%w: %w", secret, sp.Invalid("June Hartley", "name", sp.Missing, "must be there")), fmt.Errorf("%w: %w", secret, store.ErrCorrupt),
		}).Draw(t, "error")
		w := httptest.NewRecorder()
		rest.Refuse(w, err)
		require.NotContains(t, w.Body.String(), "Hartley")
	})
}

func TestProblemOfStatusIsNamedByItsWords(t *testing.T) {
	require.Equal(t, "too-many-requests", rest.ProblemOfStatus(http.StatusTooManyRequests).Code)
	require.NotEmpty(t, rest.ProblemOfStatus(http.StatusTooManyRequests).Next)
}

func TestProblemIsWrittenWithTheHeadersThatItsStatusAsksFor(t *testing.T) {
	for status, header := range map[int]string{http.StatusUnauthorized: "WWW-Authenticate", http.StatusServiceUnavailable: "Retry-After"} {
		w := httptest.NewRecorder()
		rest.ProblemOfStatus(status).Write(w)
		require.Equal(t, status, w.Code)
		require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
		require.NotEmpty(t, w.Header().Get(header))
		w = httptest.NewRecorder()
		w.Header().Set(header, "its own")
		rest.ProblemOfStatus(status).Write(w)
		require.Equal(t, "its own", w.Header().Get(header))
		require.True(t, json.Valid(w.Body.Bytes()))
	}
}

func TestSeenIsTheVersionThatWasShown(t *testing.T) {
	for match, want := range map[string]struct {
		version int64
		err     error
	}{
		"":                      {0, rest.ErrUnseen},
		"*":                     {0, nil},
		`"7"`:                   {7, nil},
		`7`:                     {0, store.ErrChanged},
		`W/"7"`:                 {0, store.ErrChanged},
		`"07"`:                  {0, store.ErrChanged},
		`"0"`:                   {0, store.ErrChanged},
		`"-1"`:                  {0, store.ErrChanged},
		`"7", "8"`:              {0, store.ErrChanged},
		`"9e9"`:                 {0, store.ErrChanged},
		`"7-0123456789abcdef"`:  {7, nil},
		`"7-0123456789abcdeg"`:  {0, store.ErrChanged},
		`"7-01"`:                {0, store.ErrChanged},
		`"7-"`:                  {0, store.ErrChanged},
		`"9223372036854775807"`: {9223372036854775807, nil},
		`"9223372036854775808"`: {0, store.ErrChanged},
		rest.ETag(1e9):          {1e9, nil},
	} {
		version, err := rest.Seen(request("POST", "", "If-Match", match))
		require.ErrorIs(t, err, want.err, match)
		require.Equal(t, want.version, version, match)
	}
}

func TestKeyIsWhatARequestIsKnownAgainBy(t *testing.T) {
	for header, want := range map[string]string{
		"k-1": "k-1", `"k-1"`: "k-1", `"`: `"`, "": "", `""`: "", "two words": "", "naïve": "", strings.Repeat("x", 201): "",
	} {
		key, err := rest.Key(request("POST", "", "Idempotency-Key", header))
		require.Equal(t, want, key)
		require.Equal(t, want == "", errors.Is(err, rest.ErrNoKey), header)
	}
}

func TestPageIsWhichOneIsAskedFor(t *testing.T) {
	cursor := store.Query{Range: store.Range{Term: "due"}}.Cursor(store.Record{Key: store.Key{ID: "R-1"}, Terms: store.Terms{"due": "2026"}})
	text, err := cursor.MarshalText()
	require.NoError(t, err)
	for query, want := range map[string]struct {
		limit  int
		broken []string
	}{
		"":                      {20, nil},
		"limit=1":               {1, nil},
		"limit=100":             {100, nil},
		"limit=0":               {0, []string{"/limit"}},
		"limit=101":             {0, []string{"/limit"}},
		"limit=ten":             {0, []string{"/limit"}},
		"limit=-1&after=x":      {0, []string{"/limit", "/after"}},
		"after=x":               {0, []string{"/after"}},
		"after=" + string(text): {20, nil},
	} {
		r := request("GET", "")
		r.URL.RawQuery = query
		limit, after, err := rest.Page(r, 20, 100)
		require.Equal(t, want.limit, limit, query)
		if want.broken == nil {
			require.NoError(t, err, query)
			require.Equal(t, strings.Contains(query, "after"), after == cursor, query)
			continue
		}
		var broken []string
		for _, fault := range rest.ProblemOf(err).Errors {
			broken = append(broken, fault.Pointer)
		}
		require.Equal(t, want.broken, broken, query)
	}
}

func TestBodyIsWhatCameWholeAsJSON(t *testing.T) {
	for name, test := range map[string]struct {
		body, kind, want string
		err              error
	}{
		"JSON":                       {`{"a":1}`, "application/json", `{"a":1}`, nil},
		"JSON in a named encoding":   {`{"a":1}`, "application/json; charset=utf-8", `{"a":1}`, nil},
		"nothing":                    {"", "", "{}", nil},
		"a form":                     {"a=1", "application/x-www-form-urlencoded", "", rest.ErrNotJSON},
		"nobody knows what":          {`{"a":1}`, "", "", rest.ErrNotJSON},
		"more than may be sent":      {`{"a":1234567}`, "application/json", "", rest.ErrTooLarge},
		"as much as may be sent":     {`{"a":12345}`, "application/json", `{"a":12345}`, nil},
		"what is no JSON comes back": {"{", "application/json", "{", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := rest.Body(httptest.NewRecorder(), request("POST", test.body, "Content-Type", test.kind), 11)
			require.Equal(t, test.err, err)
			require.Equal(t, test.want, string(got))
		})
	}
	r := request("POST", "", "Content-Type", "application/json")
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"a"`), iotest.ErrReader(io.ErrUnexpectedEOF)))
	_, err := rest.Body(httptest.NewRecorder(), r, 0)
	require.Equal(t, rest.ErrCutShort, err)
	r.Body = nil
	got, err := rest.Body(httptest.NewRecorder(), r, 0)
	require.NoError(t, err)
	require.Equal(t, "{}", string(got))
}

func request(method, body string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, "/", strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// tag returns the ETag with which a body is shown.
func tag(body string) string { return rest.NewAnswer(200, []byte(body)).ETag }

func TestAnswerIsNotSentAgainToWhoHasIt(t *testing.T) {
	own := tag(`{"version":3}`)
	for name, test := range map[string]struct {
		method, tags string
		status, want int
	}{
		"who has it":                   {"GET", own, 200, 304},
		"who has it, among others":     {"GET", `"1", W/` + own, 200, 304},
		"who asks for its headers":     {"HEAD", own, 200, 304},
		"who has another":              {"GET", `"33"`, 200, 200},
		"who has none":                 {"GET", "", 200, 200},
		"who has less of the same":     {"GET", tag(`{"version":3,"notes":1}`), 200, 200},
		"who knows the version alone":  {"GET", `"3"`, 200, 200},
		"what is not only read":        {"POST", own, 200, 200},
		"what is not what was read":    {"GET", own, 202, 202},
		"what stands in no quotes":     {"GET", strings.Trim(own, `"`), 200, 200},
		"what is nothing but a prefix": {"GET", "W/", 200, 200},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			rest.NewAnswer(test.status, []byte(`{"version":3}`)).Write(w, request(test.method, "", "If-None-Match", test.tags))
			require.Equal(t, test.want, w.Code)
			require.Equal(t, own, w.Header().Get("ETag"))
			require.Equal(t, "private, no-cache", w.Header().Get("Cache-Control"))
			require.Equal(t, test.want != 304, w.Body.Len() > 0)
		})
	}
}

func TestNewAnswerIsTaggedByTheVersionOfWhatHasOne(t *testing.T) {
	for body, want := range map[string]string{
		`{"version":3}`: `"3-`, `{"version":0}`: "", `{"version":"3"}`: "", `[{"version":3}]`: "", `{}`: "", `null`: "", `{"of":{"version":3}}`: "",
	} {
		a := rest.NewAnswer(200, []byte(body))
		require.Equal(t, want, a.ETag[:min(3, len(a.ETag))], body)
		seen, err := rest.Seen(request("POST", "", "If-Match", a.ETag))
		require.Equal(t, want != "", seen == 3 && err == nil, "it comes back")
		w := httptest.NewRecorder()
		a.Write(w, request("GET", ""))
		require.JSONEq(t, body, w.Body.String())
	}
	w := httptest.NewRecorder()
	w.Header().Set("Cache-Control", "no-store")
	rest.NewAnswer(http.StatusNoContent, []byte(`{"version":3}`)).Write(w, request("POST", ""))
	require.Empty(t, w.Body.String())
	require.Empty(t, w.Header().Get("Content-Type"))
	require.Equal(t, "no-store", w.Header().Get("Cache-Control"), "the service has said")
}

func TestAnswerPrintsNothingOfItsBody(t *testing.T) {
	a := rest.NewAnswer(200, []byte(`{"name":"Hartley"}`))
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("answered", "answer", a)
	for _, said := range []string{fmt.Sprint(a), fmt.Sprintf("%s %q %x %+v %#v %v", a, a, a, a, a, struct{ A rest.Answer }{a}), log.String()} {
		require.Contains(t, said, "answer 200")
		require.NotContains(t, said, "Hartley")
		require.NotContains(t, said, "486172746c6579")
	}
}

func TestShowOfWhatIsNoJSONIsAProblem(t *testing.T) {
	w := httptest.NewRecorder()
	rest.Show(w, request("GET", ""), 200, func() {})
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
}

// FuzzSeen sends any text in the headers that are read: what comes back goes forth again.
func FuzzSeen(f *testing.F) {
	f.Add(`"7"`, "k-1", "needs[2].severity")
	f.Add("*", `"k"`, "")
	f.Fuzz(func(t *testing.T, match, key, path string) {
		r := request("POST", "", "If-Match", match, "Idempotency-Key", key)
		if version, err := rest.Seen(r); err == nil && version != 0 {
			require.True(t, strings.HasPrefix(match, strings.TrimSuffix(rest.ETag(version), `"`)))
		}
		if known, err := rest.Key(r); err == nil {
			require.True(t, sp.ValidID(known))
		}
		for _, fault := range rest.ProblemOf(sp.Invalid("x", path, sp.Missing, "must be there")).Errors {
			require.Equal(t, path == "", fault.Pointer == "")
		}
	})
}
