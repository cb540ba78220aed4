package rest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// KindAnswer is the kind of record in which answers are kept.
const KindAnswer = "answer"

// Answers keep what requests were answered with, each under the Idempotency-Key of whoever
// sent it, so that one that comes again is answered as before, also after a restart.
//
// An answer may hold personal data. So it is kept sealed (package seal) under the key of
// the person whom its terms name, and is to be erased with that person: list [KindAnswer]
// among the kinds of records that an erasure removes.
type Answers struct {
	DB   store.Driver  // of one tenant
	Keep time.Duration // for how long at least; zero is a day
}

// A kept answer is what is stored of one.
type kept struct {
	Request string `json:"request"` // what the request said, as a hash
	Answer
}

// Once answers a request that changes something, with its body: as before where it has come
// under this key, and by do where it has not. The stamp is who sends it, when, and the key.
// What do returns beside the answer are the terms of its record, such as store.Terms{"person":
// id}; an error is not kept. It is [ErrKeyReused] where the key came with another request. A
// key is that of one actor: in another role, or for another organisation, it is another.
//
// Of two that come at one moment both are done, and the first answer stays; a process may also
// end between doing and keeping. So the command itself has to know the key again, as every
// command of the library does by its stamp.
func (a Answers) Once(ctx context.Context, s sp.Stamp, r *http.Request, body []byte, do func() (Answer, store.Terms, error)) (Answer, error) {
	if !sp.ValidID(s.Key) {
		return Answer{}, ErrNoKey
	}
	key := store.Key{Kind: KindAnswer, ID: sum("%q %q %q %q", s.By.Role, s.By.ID, s.By.For, s.Key)}
	request := sum("%s %s %s\n%s", r.Method, r.URL.RequestURI(), r.Header.Get("If-Match"), body)
	before, err := a.earlier(ctx, key, request)
	if !errors.Is(err, sp.ErrNotFound) {
		return before, err
	}
	now, about, err := do()
	if err != nil {
		return Answer{}, err
	}
	terms := store.Terms{}
	maps.Copy(terms, about)
	terms["until"] = store.Time(s.At.Add(cmp.Or(a.Keep, 24*time.Hour))) // nothing that is told of it keeps it for ever
	err = a.keep(ctx, key, terms.Compact(), kept{request, now})
	if errors.Is(err, sp.ErrExists) {
		return a.earlier(ctx, key, request)
	}
	return now, err
}

// sum returns what names or tells apart requests, and tells nothing of them.
func sum(format string, of ...any) string {
	hash := sha256.Sum256(fmt.Appendf(nil, format, of...))
	return hex.EncodeToString(hash[:])
}

// earlier returns the answer to the same request, or sp.ErrNotFound if there was none.
func (a Answers) earlier(ctx context.Context, key store.Key, request string) (Answer, error) {
	record, err := a.DB.Get(ctx, key)
	if err != nil {
		return Answer{}, err
	}
	var k kept
	if err := store.Unmarshal(record.Body, &k); err != nil {
		return Answer{}, fmt.Errorf("rest: answer %s: %w", key.ID, err)
	}
	if k.Request != request {
		return Answer{}, ErrKeyReused
	}
	return k.Answer, nil
}

// keep stores an answer. It is sp.ErrExists where there is one.
func (a Answers) keep(ctx context.Context, key store.Key, terms store.Terms, k kept) error {
	body, err := store.EncodeForm(1, k)
	if err != nil {
		return fmt.Errorf("rest: keep answer %s: %w", key.ID, err)
	}
	return store.Save(ctx, a.DB, pending{Puts: []store.Put{{Key: key, If: store.New, Terms: terms, Body: body, Sealed: true}}})
}

// Expire removes the answers that have been kept for long enough. It is for work beside
// requests, and may be called as often as one likes, also by several processes at a time.
func (a Answers) Expire(ctx context.Context, at time.Time) error {
	due := store.Query{Kind: KindAnswer, Range: store.Range{Term: "until", Before: store.Time(at)}, Limit: 500}
	for {
		var old pending
		err := store.Retry(ctx, expireTries, func(ctx context.Context) error {
			old = pending{}
			for r, err := range a.DB.Scan(ctx, due) {
				if err != nil {
					return err
				}
				old.Deletes = append(old.Deletes, store.Delete{Key: r.Key, If: r.Version})
			}
			return store.Save(ctx, a.DB, old)
		})
		if err != nil {
			return fmt.Errorf("rest: expire answers: %w", err)
		}
		if len(old.Deletes) == 0 {
			return nil
		}
	}
}

// expireTries is how often it is looked again what is left where another process removes the same.
const expireTries = 8

// pending is a batch that is saved once, and then forgotten.
type pending store.Batch

func (p pending) Pending() (store.Batch, error) { return store.Batch(p), nil }
func (pending) Committed()                      {}
func (pending) Stale()                          {}
