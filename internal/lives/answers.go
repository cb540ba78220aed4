package lives

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/store"
)

// Answers sends requests over a backend in any order, once or again, in the same or other
// words, under few keys of two clients while days pass: each is answered as somebody says who
// remembers all that was answered.
func Answers(t *testing.T, open func(*testing.T) store.Driver) {
	t.Helper()
	db := open(t)
	for seed := range uint64(30) {
		a := asking{t: t, Answers: rest.Answers{DB: tenant(db, fmt.Sprint("bay-", seed))}, draw: rand.New(rand.NewPCG(seed, 1)), now: start, said: map[string]said{}}
		for range 20 {
			if a.draw.IntN(5) == 0 {
				a.wait()
			}
			a.ask()
		}
	}
}

// asking is clients of a service, and what they remember.
type asking struct {
	rest.Answers
	t    *testing.T
	draw *rand.Rand
	now  time.Time
	said map[string]said // by client and key
}

type said struct {
	words, answer string
	until         time.Time
}

var errRefused = errors.New("refused")

// wait lets some hours pass.
func (a *asking) wait() {
	a.now = a.now.Add(time.Duration(1+a.draw.IntN(30)) * time.Hour)
	check(a.t, a.Expire(a.t.Context(), a.now))
	for k, s := range a.said {
		if s.until.Before(a.now) {
			delete(a.said, k)
		}
	}
}

// ask sends a request, and holds its answer to what is remembered.
func (a *asking) ask() {
	a.t.Helper()
	client, key, words := pick(a.draw, "ann", "ben"), pick(a.draw, "k-1", "k-2"), pick(a.draw, "{}", `{"a":1}`)
	name, answer, did := client+" "+key, fmt.Sprintf(`{"version":%d}`, 1+a.draw.IntN(1000)), false
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, "/referrals", strings.NewReader(words))
	check(a.t, err)
	before, known := a.said[name]
	want := error(nil)
	switch {
	case known && before.words != words:
		want = rest.ErrKeyReused
	case known:
		answer = before.answer
	case a.draw.IntN(4) == 0:
		want = errRefused
	default:
		a.said[name] = said{words, answer, a.now.Add(24 * time.Hour)}
	}
	got, err := a.Once(a.t.Context(), sp.By(sp.Actor{ID: client, Role: sp.RoleLinkWorker}, a.now).Under(key), r, []byte(words), func() (rest.Answer, store.Terms, error) {
		did = true
		if errors.Is(want, errRefused) {
			return rest.Answer{}, nil, want
		}
		return rest.NewAnswer(http.StatusCreated, []byte(answer)), store.Terms{"person": pick(a.draw, "", "P-1")}, nil
	})
	switch {
	case did == known:
		a.t.Fatalf("done: %t, though it was answered before: %t", did, known)
	case !errors.Is(err, want):
		a.t.Fatalf("refused by %v, not %v", err, want)
	case err == nil && (got.Status != http.StatusCreated || string(got.Body) != answer || got.ETag == ""):
		a.t.Fatalf("answered %+v, not as before: %s", got, answer)
	}
}

func pick(draw *rand.Rand, of ...string) string { return of[draw.IntN(len(of))] }
