package rest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/lives"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
)

var monday = time.Date(2026, time.November, 30, 9, 0, 0, 0, time.UTC)

func whose(r store.Record) string {
	if of := r.Terms["person"]; of != "" {
		return of
	}
	return "scheme"
}

// The answer to a referral did not arrive, so that the surgery sends it again.
func ExampleAnswers() {
	db := lives.Tenant(memstore.New()) // sealed, and of one tenant
	answers, referrals := rest.Answers{DB: db}, 0
	send := func(key, body string) {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "/referrals", strings.NewReader(body))
		if err != nil {
			fmt.Println(err)
			return
		}
		by := sp.By(sp.Actor{ID: "surgery", Role: sp.RoleReferrer}, monday).Under(key)
		a, err := answers.Once(r.Context(), by, r, []byte(body), func() (rest.Answer, store.Terms, error) {
			referrals++
			body, err := json.Marshal(map[string]any{"referral": fmt.Sprint("R-", referrals)})
			return rest.NewAnswer(http.StatusCreated, body), store.Terms{"person": "P-1"}, err
		})
		fmt.Println(a.Status, string(a.Body), err)
	}
	send("k-1", `{"urgency":"soon"}`)
	send("k-1", `{"urgency":"soon"}`)
	send("k-1", `{"urgency":"urgent"}`)
	// Output:
	// 201 {"referral":"R-1"} <nil>
	// 201 {"referral":"R-1"} <nil>
	// 0  rest: idempotency-key-reused
}

func TestAnswersAreKeptOverMemory(t *testing.T) {
	lives.Answers(t, func(*testing.T) store.Driver { return memstore.New() })
}

// asks sends a request whose answer is about somebody.
func asks(t *testing.T, db store.Driver, s sp.Stamp, method, path, seen, body, about string) (rest.Answer, bool, error) {
	t.Helper()
	r := request(method, body, "If-Match", seen)
	r.URL.Path = path
	did := false
	a, err := rest.Answers{DB: db}.Once(t.Context(), s, r, []byte(body), func() (rest.Answer, store.Terms, error) {
		did = true
		return rest.NewAnswer(200, []byte(`{"name":"Hartley"}`)), store.Terms{"person": about, "until": "never"}, nil
	})
	return a, did, err
}

func TestAnswersTellRequestsApart(t *testing.T) {
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	first := sp.By(ann, monday).Under("k-1")
	for name, test := range map[string]struct {
		s                        sp.Stamp
		method, path, seen, body string
		did                      bool
		err                      error
	}{
		"the same":                        {first, "POST", "/a", `"1"`, "{}", false, nil},
		"the same, later":                 {sp.By(ann, monday.Add(time.Hour)).Under("k-1"), "POST", "/a", `"1"`, "{}", false, nil},
		"another body":                    {first, "POST", "/a", `"1"`, "{ }", false, rest.ErrKeyReused},
		"another path":                    {first, "POST", "/b", `"1"`, "{}", false, rest.ErrKeyReused},
		"another method":                  {first, "PUT", "/a", `"1"`, "{}", false, rest.ErrKeyReused},
		"another version was seen":        {first, "POST", "/a", `"2"`, "{}", false, rest.ErrKeyReused},
		"another key":                     {sp.By(ann, monday).Under("k-2"), "POST", "/a", `"1"`, "{}", true, nil},
		"the key of somebody else":        {sp.By(sp.Actor{ID: "ben", Role: sp.RoleLinkWorker}, monday).Under("k-1"), "POST", "/a", `"1"`, "{}", true, nil},
		"the key of one in another role":  {sp.By(sp.Actor{ID: "ann", Role: sp.RoleTeamLead}, monday).Under("k-1"), "POST", "/a", `"1"`, "{}", true, nil},
		"the key of one for another":      {sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker, For: "dale"}, monday).Under("k-1"), "POST", "/a", `"1"`, "{}", true, nil},
		"none":                            {sp.By(ann, monday), "POST", "/a", `"1"`, "{}", false, rest.ErrNoKey},
		"the key of one who writes a key": {sp.By(sp.Actor{ID: "ann\nk-1", Role: sp.RoleLinkWorker}, monday).Under("k-1"), "POST", "/a", `"1"`, "{}", true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			db := lives.Tenant(memstore.New())
			_, did, err := asks(t, db, first, "POST", "/a", `"1"`, "{}", "P-1")
			require.NoError(t, err)
			require.True(t, did)
			_, did, err = asks(t, db, test.s, test.method, test.path, test.seen, test.body, "P-1")
			require.ErrorIs(t, err, test.err)
			require.Equal(t, test.did, did)
		})
	}
}

func TestAnswersAreSealedAndGoWithWhomTheyAreAbout(t *testing.T) {
	keys, plain := seal.Folder(t.TempDir()), memstore.New()
	db := store.Tenant(seal.Driver(plain, seal.By(keys, whose)), "bay")
	s := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, monday).Under("k-1")
	_, _, err := asks(t, db, s, "POST", "/a", "", "{}", "P-1")
	require.NoError(t, err)
	n := 0
	for r, err := range plain.Scan(t.Context(), store.Query{Tenant: "bay", Kind: rest.KindAnswer}) {
		require.NoError(t, err)
		require.NotContains(t, string(r.Body), "Hartley")
		require.NotContains(t, r.ID, "k-1")
		n++
	}
	require.Equal(t, 1, n)
	due := store.Query{Kind: rest.KindAnswer, Range: store.Range{Term: "until", Before: store.Time(monday.AddDate(0, 0, 2))}}
	n, err = store.Count(t.Context(), db, due)
	require.NoError(t, err)
	require.Equal(t, 1, n, "and it is found when its time is over, whatever its terms are")
	require.NoError(t, keys.Destroy(t.Context(), "bay", "P-1"))
	_, did, err := asks(t, db, s, "POST", "/a", "", "{}", "P-1")
	require.True(t, did, "it is not known any more")
	require.ErrorIs(t, err, sp.ErrNotFound, "and no answer about them is written again")

	open := store.Tenant(plain, "bay")
	_, _, err = asks(t, open, s.Under("k-2"), "POST", "/a", "", "{}", "P-1")
	require.ErrorIs(t, err, sp.ErrInvalid, "nothing seals")
}

// Two send the same at one moment: both are done, and both are told what stays.
func TestAnswersToTwoAtOneMomentAreOne(t *testing.T) {
	a := rest.Answers{DB: lives.Tenant(memstore.New())}
	s, r := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, monday).Under("k-1"), request("POST", "{}")
	say := func(what string) (rest.Answer, store.Terms, error) {
		return rest.NewAnswer(200, []byte(what)), nil, nil
	}
	slow, err := a.Once(t.Context(), s, r, nil, func() (rest.Answer, store.Terms, error) {
		fast, err := a.Once(t.Context(), s, r, nil, func() (rest.Answer, store.Terms, error) { return say(`"fast"`) })
		require.NoError(t, err)
		require.JSONEq(t, `"fast"`, string(fast.Body))
		return say(`"slow"`)
	})
	require.NoError(t, err)
	require.JSONEq(t, `"fast"`, string(slow.Body))
}

func TestAnswersExpireTogetherHoweverManyThereAre(t *testing.T) {
	db := lives.Tenant(memstore.New())
	a := rest.Answers{DB: db, Keep: time.Hour}
	for i := range 1100 {
		s := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, monday).Under(fmt.Sprint("k-", i))
		_, err := a.Once(t.Context(), s, request("POST", "{}"), nil, func() (rest.Answer, store.Terms, error) { return rest.NewAnswer(200, []byte("{}")), nil, nil })
		require.NoError(t, err)
	}
	require.NoError(t, a.Expire(t.Context(), monday.Add(time.Hour)))
	left, err := store.Count(t.Context(), db, store.Query{Kind: rest.KindAnswer})
	require.NoError(t, err)
	require.Equal(t, 1100, left, "their hour is not over")
	require.NoError(t, a.Expire(t.Context(), monday.Add(time.Hour+time.Second)))
	left, err = store.Count(t.Context(), db, store.Query{Kind: rest.KindAnswer})
	require.NoError(t, err)
	require.Zero(t, left)
}

func TestAnswersOfADatabaseThatIsAwayAreNone(t *testing.T) {
	away := errors.New("away")
	_, did, err := asks(t, failing{lives.Tenant(memstore.New()), away}, sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, monday).Under("k"), "POST", "/", "", "{}", "")
	require.ErrorIs(t, err, away)
	require.False(t, did, "nobody knows whether it was done")
}

type failing struct {
	store.Driver
	err error
}

func (f failing) Get(context.Context, store.Key) (store.Record, error) { return store.Record{}, f.err }

// overtaken is a database in which another process does something just before the first commit.
type overtaken struct {
	store.Driver
	first func() error
}

func (d *overtaken) Commit(ctx context.Context, b store.Batch) error {
	if first := d.first; first != nil {
		d.first = nil
		if err := first(); err != nil {
			return err
		}
	}
	return d.Driver.Commit(ctx, b)
}

func TestAnswersThatAnotherProcessRemovesAreGoneForBoth(t *testing.T) {
	db := lives.Tenant(memstore.New())
	_, did, err := asks(t, db, sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, monday).Under("k"), "POST", "/", "", "{}", "")
	require.NoError(t, err)
	require.True(t, did)
	tomorrow := monday.Add(25 * time.Hour)
	other := rest.Answers{DB: db}
	slower := rest.Answers{DB: &overtaken{db, func() error { return other.Expire(t.Context(), tomorrow) }}}
	require.NoError(t, slower.Expire(t.Context(), tomorrow))
}
