package rest

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// What a request can lack. Each is a [Problem].
var (
	ErrUnseen    error = NewProblem(http.StatusPreconditionRequired, "if-match-missing", "Send If-Match with the ETag of what you were shown.")
	ErrNoKey     error = NewProblem(http.StatusBadRequest, "idempotency-key-missing", "Send an Idempotency-Key of 1 to 200 printable ASCII characters, and the same one when you send the request again.")
	ErrKeyReused error = NewProblem(http.StatusUnprocessableEntity, "idempotency-key-reused", "Choose a new Idempotency-Key for a new request.")
	ErrNotJSON   error = NewProblem(http.StatusUnsupportedMediaType, "wrong-content-type", "Send the body as application/json.")
	ErrTooLarge  error = NewProblem(http.StatusRequestEntityTooLarge, "too-large", "Send a smaller body.")
	ErrCutShort  error = NewProblem(http.StatusBadRequest, "cut-short", "Send all of the body.")
)

// Seen returns the version of what was shown to whoever sends a request, from its If-Match;
// 0 where that is "*": whatever is there. It is [ErrUnseen] where there is none, and
// [store.ErrChanged] where it is no tag that an answer of this package has. What else was shown
// beside the record may have changed: of that a tag says nothing here.
func Seen(r *http.Request) (int64, error) {
	match := r.Header.Get("If-Match")
	switch match {
	case "":
		return 0, ErrUnseen
	case "*":
		return 0, nil
	}
	tag := tagged.FindStringSubmatch(match)
	if tag == nil {
		return 0, fmt.Errorf("rest: If-Match: %w", store.ErrChanged)
	}
	version, err := strconv.ParseInt(tag[1], 10, 64)
	if err != nil { // it has more digits than versions have
		return 0, fmt.Errorf("rest: If-Match: %w", store.ErrChanged)
	}
	return version, nil
}

// tagged is a tag that names a version: alone, or with the body in which it was shown.
var tagged = regexp.MustCompile(`^"([1-9][0-9]*)(?:-[0-9a-f]{16})?"$`)

// ETag returns the tag of a version alone, as If-Match may have it.
func ETag(version int64) string { return strconv.Quote(strconv.FormatInt(version, 10)) }

// Key returns the Idempotency-Key of a request, or [ErrNoKey] where there is none that could be an ID. It
// may stand in quotes, as the draft of its standard has it, or without.
// Source: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
func Key(r *http.Request) (string, error) {
	key := r.Header.Get("Idempotency-Key")
	if len(key) > 1 && strings.HasPrefix(key, `"`) && strings.HasSuffix(key, `"`) {
		key = key[1 : len(key)-1]
	}
	if !sp.ValidID(key) {
		return "", ErrNoKey
	}
	return key, nil
}

// Page returns which page of a list a request asks for: of how many, by its parameter "limit",
// and after which place, by "after", which is the cursor that came with the page before. Usual
// is how many where it does not say, and most how many at the most. The error is
// [sp.ErrInvalid].
func Page(r *http.Request, usual, most int) (limit int, after store.Cursor, err error) {
	asked := r.URL.Query()
	limit, e := usual, &sp.InvalidError{Subject: "request"}
	if text := asked.Get("limit"); text != "" {
		limit, err = strconv.Atoi(text)
		e.Check(err == nil && limit >= 1 && limit <= most, "limit", sp.OutOfRange, fmt.Sprintf("must be from 1 to %d", most))
	}
	e.Check(after.UnmarshalText([]byte(asked.Get("after"))) == nil, "after", sp.Malformed, "must be the cursor of a page")
	if err := e.Err(); err != nil {
		return 0, store.Cursor{}, err
	}
	return limit, after, nil
}

// Body returns the JSON that a request brings, of at most so many bytes; 0 is a mebibyte. A
// request without a body brings "{}". It is [ErrTooLarge], [ErrNotJSON] where the header says
// that it is something else, and [ErrCutShort] where the rest did not come. Whether it is
// JSON, package decode says.
func Body(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	if r.Body == nil { // of a request that no server has read
		return []byte("{}"), nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, cmp.Or(most, 1<<20)))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, ErrTooLarge
	}
	if err != nil {
		return nil, ErrCutShort
	}
	if len(body) == 0 {
		return []byte("{}"), nil
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, ErrNotJSON
	}
	return body, nil
}
