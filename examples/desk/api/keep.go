package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/rest"
)

// A kept answer is what a request was answered with. It stands in the database, beside what
// the request did, so that it is known again after a restart. The desk recognises the key by
// itself too: if the service dies between the two, the request happens once all the same.
type kept struct {
	Request string `json:"request"` // hash of the method, the path and the body
	rest.Answer
}

// keptID names the answer to a key of somebody: keys of two clients never meet.
func keptID(by sp.Actor, key string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s", by.Role, by.ID, key))
	return hex.EncodeToString(sum[:])
}

// requestSum returns what a request is known again by.
func requestSum(r *http.Request, body []byte) string {
	sum := sha256.Sum256(append(fmt.Appendf(nil, "%s %s %s\n", r.Method, r.URL.Path, r.Header.Get("If-Match")), body...))
	return hex.EncodeToString(sum[:])
}

// earlier returns the answer to the same request, nil if there was none, and rest.ErrKeyReused if
// the key came with another one.
func earlier(ctx context.Context, d *app.Desk, id, request string) (*kept, error) {
	body, err := d.Kept(ctx, id)
	if errors.Is(err, sp.ErrNotFound) {
		return nil, nil //nolint:nilnil // there is none, and that is no error
	}
	if err != nil {
		return nil, err
	}
	var k kept
	if err := json.Unmarshal(body, &k); err != nil {
		return nil, fmt.Errorf("api: answer %s: %w", id, err)
	}
	if k.Request != request {
		return nil, rest.ErrKeyReused
	}
	return &k, nil
}

// keep stores an answer. If the same request came twice at a moment, the first answer stays.
func keep(ctx context.Context, d *app.Desk, id string, about person.ID, k kept) (*kept, error) {
	body, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	err = d.Keep(ctx, id, about, body)
	if errors.Is(err, sp.ErrConflict) || errors.Is(err, sp.ErrExists) {
		return earlier(ctx, d, id, k.Request)
	}
	return &k, err
}
