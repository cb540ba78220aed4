package seal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
	"github.com/socialprescribing/sp/store/storetest"
)

// vault keeps a secret for each ID and round of rotation. Keys come from a hash
// here; a real one draws them at random.
type vault struct {
	mu        sync.Mutex
	round     int
	forgotten map[string]bool
	destroyed map[int]bool
	err       error
}

func (v *vault) Secret(_ context.Context, r store.Record, name string) (seal.Secret, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.err != nil {
		return seal.Secret{}, v.err
	}
	if len(r.Body) > 0 {
		return seal.Secret{}, errors.New("asked with a body")
	}
	round := v.round
	if name != "" {
		if _, err := fmt.Sscanf(name, "round-%d", &round); err != nil {
			return seal.Secret{}, err
		}
	}
	if v.forgotten[r.ID] || v.destroyed[round] {
		return seal.Secret{}, sp.ErrNotFound
	}
	sum := sha256.Sum256(fmt.Append(nil, r.Key, round))
	return seal.Secret{Name: fmt.Sprint("round-", round), Key: sum[:]}, nil
}

func (v *vault) Forget(id string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.forgotten == nil {
		v.forgotten = map[string]bool{}
	}
	v.forgotten[id] = true
}

func key(id string) store.Key { return store.Key{Tenant: "north", Kind: "person", ID: id} }

func put(t *testing.T, d store.Driver, id string, expected int64, body string) {
	t.Helper()
	require.NoError(t, d.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: key(id), If: expected, Terms: store.Terms{"state": "open", "due": id}, Body: []byte(body)}}}))
}

func TestDriverKeepsEveryPromiseOfTheOneBelow(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Driver { return seal.Driver(memstore.New(), new(vault)) })
}

func TestBodiesAreUnreadableBelow(t *testing.T) {
	plain := memstore.New()
	db := seal.Driver(plain, new(vault))
	body := strings.Repeat("canary ", 20)
	put(t, db, "P-1", store.New, body)
	put(t, db, "P-2", store.New, body)
	one, err := plain.Get(t.Context(), key("P-1"))
	require.NoError(t, err)
	require.NotContains(t, string(one.Body), "canary")
	require.Equal(t, store.Terms{"state": "open", "due": "P-1"}, one.Terms, "terms can be searched")
	two, err := plain.Get(t.Context(), key("P-2"))
	require.NoError(t, err)
	require.NotEqual(t, one.Body, two.Body)
	put(t, db, "P-1", 1, body)
	again, err := plain.Get(t.Context(), key("P-1"))
	require.NoError(t, err)
	require.NotEqual(t, one.Body, again.Body, "the same body is never sealed to the same bytes")
	r, err := db.Get(t.Context(), key("P-1"))
	require.NoError(t, err)
	require.Equal(t, body, string(r.Body))
}

func TestADriverNoticesABodyThatWasMovedOrAltered(t *testing.T) {
	plain := memstore.New()
	db := seal.Driver(plain, new(vault))
	put(t, db, "P-1", store.New, "one")
	r, err := plain.Get(t.Context(), key("P-1"))
	require.NoError(t, err)
	check := func(id string, body []byte, want string) {
		t.Helper()
		require.NoError(t, plain.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: key(id), If: store.Any, Body: body}}}))
		_, err := db.Get(t.Context(), key(id))
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.ErrorContains(t, err, want)
		var last error
		for _, last = range db.Scan(t.Context(), store.Query{Tenant: "north", Kind: "person"}) {
		}
		require.ErrorIs(t, last, sp.ErrInvalid)
		require.NoError(t, plain.Commit(t.Context(), store.Batch{Deletes: []store.Delete{{Key: key(id), If: store.Any}}}))
	}
	check("P-2", r.Body, "seal: open north/person/P-2: the body is not what was sealed under this key with secret \"round-0\"")
	for i := range r.Body {
		altered := bytes.Clone(r.Body)
		altered[i] ^= 1
		if i >= 1 && i < 2+len("round-0") {
			continue // names another secret, or none: not for this test
		}
		check("P-1", altered, "seal: open north/person/P-1: ")
	}
	for n := range len(r.Body) {
		check("P-1", r.Body[:n], "seal: open north/person/P-1: the body is not ")
	}
	check("P-1", []byte("written before there was a seal"), "the body is not sealed")
}

func TestForgettingTheSecretErasesThePersonAndNobodyElse(t *testing.T) {
	v := new(vault)
	db := seal.Driver(memstore.New(), v)
	for i := range 250 {
		put(t, db, fmt.Sprintf("P-%03d", i), store.New, "x")
	}
	for i := range 250 {
		if i%5 != 0 {
			v.Forget(fmt.Sprintf("P-%03d", i))
		}
	}
	_, err := db.Get(t.Context(), key("P-001"))
	require.ErrorIs(t, err, seal.ErrErased)
	require.ErrorIs(t, err, sp.ErrNotFound)
	require.EqualError(t, err, "seal: open north/person/P-001: its secret is destroyed: not found")
	_, err = db.Get(t.Context(), key("P-005"))
	require.NoError(t, err)
	err = db.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: key("P-001"), If: 1}}})
	require.ErrorIs(t, err, seal.ErrErased, "nothing more is written for them")
	require.NoError(t, db.Commit(t.Context(), store.Batch{Deletes: []store.Delete{{Key: key("P-001"), If: 1}}}), "what is left can be deleted")

	for _, q := range []store.Query{{}, {Where: store.Where{"state": {"open"}}}, {Range: store.Range{Term: "due"}}} {
		q.Tenant, q.Kind = "north", "person"
		for limit, want := range map[int]int{0: 50, 1: 1, 7: 7, 49: 49, 50: 50, 51: 50} {
			q.Limit = limit
			scan := db.Scan(t.Context(), q)
			for range 2 {
				n := 0
				for r, err := range scan {
					require.NoError(t, err)
					require.Equal(t, fmt.Sprintf("P-%03d", 5*n), r.ID)
					n++
				}
				require.Equal(t, want, n, "limit %d", limit)
			}
		}
	}
}

func TestRotationSealsAnewAndTheOldSecretCanGo(t *testing.T) {
	v := new(vault)
	db := seal.Driver(memstore.New(), v)
	for i := range 20 {
		put(t, db, fmt.Sprintf("P-%02d", i), store.New, "x")
	}
	all := store.Query{Tenant: "north", Kind: "person"}
	v.round = 1
	put(t, db, "P-03", 1, "y") // already under the new secret
	v.Forget("P-04")
	n, err := seal.Rotate(t.Context(), db, all)
	require.NoError(t, err)
	require.Equal(t, 18, n)
	n, err = seal.Rotate(t.Context(), db, all)
	require.NoError(t, err)
	require.Zero(t, n, "there is nothing more to do")
	v.destroyed = map[int]bool{0: true}
	page, _, err := store.Page(t.Context(), db, all)
	require.NoError(t, err)
	require.Len(t, page, 19)
	for _, r := range page {
		require.EqualValues(t, 2, r.Version)
		require.Equal(t, store.Terms{"state": "open", "due": r.ID}, r.Terms)
	}
	cut := seal.Driver(storetest.Faulty(memstore.New(), storetest.Fault{Op: storetest.Scan}), v)
	_, err = seal.Rotate(t.Context(), cut, all)
	require.ErrorIs(t, err, storetest.ErrInjected, "what could not be read may be sealed under the old secret still")
	_, err = seal.Rotate(t.Context(), memstore.New(), all)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestRotateLeavesARecordToWhoeverWritesItMeanwhile(t *testing.T) {
	v := new(vault)
	plain := memstore.New()
	put(t, seal.Driver(plain, v), "P-1", store.New, "old")
	v.round = 1
	overtake := func() { put(t, seal.Driver(plain, v), "P-1", 1, "new") }
	db := seal.Driver(storetest.Faulty(plain, storetest.Fault{Op: storetest.Commit, Nth: 1, Do: overtake}), v)
	n, err := seal.Rotate(t.Context(), db, store.Query{Tenant: "north", Kind: "person"})
	require.NoError(t, err)
	require.Zero(t, n)
	r, err := db.Get(t.Context(), key("P-1"))
	require.NoError(t, err)
	require.Equal(t, "new", string(r.Body))
}

func TestRotationFollowsAWriterWhoStillHasTheOldSecret(t *testing.T) {
	v := &vault{round: 1}
	plain := memstore.New()
	slow := seal.Driver(plain, new(vault)) // another process, which has not heard of the new one
	put(t, slow, "P-1", store.New, "old")
	put(t, slow, "P-2", store.New, "to be deleted")
	overtake := func() { put(t, slow, "P-1", 1, "new") }
	remove := func() {
		require.NoError(t, plain.Commit(t.Context(), store.Batch{Deletes: []store.Delete{{Key: key("P-2"), If: 1}}}))
	}
	db := seal.Driver(storetest.Faulty(plain,
		storetest.Fault{Op: storetest.Commit, Nth: 1, Do: overtake},
		storetest.Fault{Op: storetest.Commit, Nth: 3, Do: remove}), v)
	n, err := seal.Rotate(t.Context(), db, store.Query{Tenant: "north", Kind: "person"})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	v.destroyed = map[int]bool{0: true}
	r, err := db.Get(t.Context(), key("P-1"))
	require.NoError(t, err, "it is not lost with the old secret")
	require.Equal(t, "new", string(r.Body))
}

// fixed gives out one secret, whatever is asked for.
type fixed seal.Secret

func (f fixed) Secret(context.Context, store.Record, string) (seal.Secret, error) {
	return seal.Secret(f), nil
}

func TestSecretsThatCannotBeAreRefused(t *testing.T) {
	for name, secret := range map[string]seal.Secret{
		"a key of 15 bytes": {Name: "x", Key: make([]byte, 15)},
		"no name":           {Key: make([]byte, 32)},
		"a name too long":   {Name: strings.Repeat("x", 256), Key: make([]byte, 32)},
	} {
		t.Run(name, func(t *testing.T) {
			db := seal.Driver(memstore.New(), fixed(secret))
			err := db.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: key("P-1")}}})
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorContains(t, err, "seal: commit north/person/P-1: ")
		})
	}
}

func TestTroubleWithTheSecretsIsNotErasure(t *testing.T) {
	v := new(vault)
	db := seal.Driver(memstore.New(), v)
	put(t, db, "P-1", store.New, "x")
	v.err = io.ErrUnexpectedEOF
	_, err := db.Get(t.Context(), key("P-1"))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NotErrorIs(t, err, sp.ErrNotFound)
	require.ErrorIs(t, db.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: key("P-2")}}}), io.ErrUnexpectedEOF)
	_, err = seal.Rotate(t.Context(), db, store.Query{Tenant: "north", Kind: "person"})
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1, 7})
	f.Add([]byte("\x01\x07round-0 and so on and so on and so on"))
	f.Fuzz(func(t *testing.T, body []byte) {
		plain := memstore.New()
		if err := plain.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: key("P-1"), Body: body}}}); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.Driver(plain, fixed{Name: "round-0", Key: make([]byte, 32)}).Get(t.Context(), key("P-1")); !errors.Is(err, sp.ErrInvalid) {
			t.Fatalf("opened what nobody sealed: %v", err)
		}
	})
}

// Whoever destroys the secret of a person erases them, although the record is
// still in the database and in its backups.
func Example() {
	ctx := context.Background()
	secrets := new(vault)
	db := seal.Driver(memstore.New(), secrets)
	k := store.Key{Tenant: "morecambe-bay", Kind: "person", ID: "P-55"}
	if err := db.Commit(ctx, store.Batch{Puts: []store.Put{{Key: k, Body: []byte("lives alone")}}}); err != nil {
		fmt.Println(err)
	}
	r, err := db.Get(ctx, k)
	fmt.Println(string(r.Body), err)
	secrets.Forget("P-55")
	_, err = db.Get(ctx, k)
	fmt.Println(err)
	// Output:
	// lives alone <nil>
	// seal: open morecambe-bay/person/P-55: its secret is destroyed: not found
}

// sensitive is a change whose record must not be stored in the open.
type sensitive struct{ store.Change }

func (sensitive) Pending() (store.Batch, error) {
	return store.Batch{Puts: []store.Put{{Key: key("P-1"), Body: []byte("canary"), Sealed: true}}}, nil
}
func (sensitive) Committed() {}

func TestWhatMustBeSealedIsSavedOnlyWhereSomethingSeals(t *testing.T) {
	below := memstore.New()
	for name, d := range map[string]store.Driver{
		"plain":          below,
		"of a tenant":    store.Tenant(below, "north"),
		"that may fail":  storetest.Faulty(below),
		"over a wrapper": store.Tenant(storetest.Faulty(below), "north"),
	} {
		require.ErrorIs(t, store.Save(t.Context(), d, store.Changes{sensitive{}}), sp.ErrInvalid, name)
	}
	_, err := below.Get(t.Context(), key("P-1"))
	require.ErrorIs(t, err, sp.ErrNotFound)
	sealed := store.Tenant(storetest.Faulty(seal.Driver(below, new(vault))), "north")
	require.NoError(t, store.InTx(t.Context(), sealed, func(ctx context.Context, tx store.Driver) error {
		return store.Save(ctx, tx, sensitive{})
	}))
	r, err := below.Get(t.Context(), key("P-1"))
	require.NoError(t, err)
	require.NotContains(t, string(r.Body), "canary")
}
