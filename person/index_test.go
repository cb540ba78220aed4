package person_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
	"github.com/socialprescribing/sp/store/storetest"
)

func hashKey(name string) person.HashKey {
	return person.HashKey{Name: name, Secret: bytes.Repeat([]byte(name[:1]), 32)}
}

func index(tb testing.TB, names ...string) *person.Index {
	tb.Helper()
	var keys []person.HashKey
	for _, name := range names {
		keys = append(keys, hashKey(name))
	}
	ix, err := person.NewIndex(keys...)
	require.NoError(tb, err)
	return ix
}

// somebody is a person with no more than a number.
func somebody(tb testing.TB, id person.ID, number string) *person.Record {
	tb.Helper()
	r, err := person.Register(person.Person{ID: id, NHSNumber: nhsNumber(tb, number)}, ann)
	require.NoError(tb, err)
	return r
}

const (
	number1 = "943 476 5919"
	number2 = "999 000 0018"
)

func TestAPersonIsFoundByTheirNumberAndRegisteredOnce(t *testing.T) {
	ctx, ix := t.Context(), index(t, "a-2026")
	plain := memstore.New()
	db := store.Tenant(ix.Driver(plain), "bay")
	_, err := ix.Find(ctx, db, nhsNumber(t, number1))
	require.ErrorIs(t, err, sp.ErrNotFound)
	require.NoError(t, store.Save(ctx, db, somebody(t, "P-1", number1)))
	found, err := ix.Find(ctx, db, nhsNumber(t, number1))
	require.NoError(t, err)
	require.Equal(t, person.ID("P-1"), found.Person().ID)

	second := somebody(t, "P-2", number1)
	err = store.Save(ctx, db, second)
	require.ErrorIs(t, err, sp.ErrExists)
	require.EqualError(t, err, "store: bay/person/P-2: another record has its value of unique:nhs-number.a-2026")
	require.NoError(t, store.Save(ctx, store.Tenant(ix.Driver(plain), "north"), second), "another scheme knows them too")
	require.NoError(t, store.Save(ctx, db, somebody(t, "P-3", number2)))
	require.NoError(t, store.Save(ctx, db, registered(t, "P-4"), registered(t, "P-5")), "those without a number do not share one")
	_, err = ix.Find(ctx, db, sp.NHSNumber{})
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func registered(tb testing.TB, id person.ID) *person.Record {
	tb.Helper()
	r, err := person.Register(person.Person{ID: id}, ann)
	require.NoError(tb, err)
	return r
}

func TestANumberIsFreeOnceThePersonHasAnotherOneOrIsErased(t *testing.T) {
	ctx, ix := t.Context(), index(t, "a")
	db := store.Tenant(ix.Driver(memstore.New()), "bay")
	record := somebody(t, "P-1", number1)
	require.NoError(t, store.Save(ctx, db, record))
	p := record.Person()
	p.NHSNumber = nhsNumber(t, number2)
	require.NoError(t, record.Revise(p, ann))
	require.NoError(t, store.Save(ctx, db, record))
	_, err := ix.Find(ctx, db, nhsNumber(t, number1))
	require.ErrorIs(t, err, sp.ErrNotFound)
	require.NoError(t, store.Save(ctx, db, somebody(t, "P-2", number1)))
	require.NoError(t, record.Erase(ann))
	require.NoError(t, store.Save(ctx, db, record))
	_, err = ix.Find(ctx, db, nhsNumber(t, number2))
	require.ErrorIs(t, err, sp.ErrNotFound)
	require.NoError(t, store.Save(ctx, db, somebody(t, "P-3", number2)))
	left, err := db.Get(ctx, store.Key{Kind: person.Kind, ID: "P-1"})
	require.NoError(t, err)
	require.Empty(t, left.Terms)
}

func TestAnIndexChangesItsKeysWhileNumbersStayUnique(t *testing.T) {
	ctx, plain := t.Context(), store.Tenant(memstore.New(), "bay")
	before, both, after := index(t, "a"), index(t, "b", "a"), index(t, "b")
	require.NoError(t, store.Save(ctx, plain, somebody(t, "P-0", "999 000 0026")), "from before there was an index")
	n, err := before.Enter(ctx, plain)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.NoError(t, store.Save(ctx, before.Driver(plain), somebody(t, "P-1", number1)))

	require.ErrorIs(t, store.Save(ctx, both.Driver(plain), somebody(t, "P-2", number1)), sp.ErrExists)
	require.NoError(t, store.Save(ctx, both.Driver(plain), somebody(t, "P-3", number2)))
	for _, ix := range []*person.Index{before, both} {
		for _, number := range []string{number1, number2} {
			_, err := ix.Find(ctx, plain, nhsNumber(t, number))
			require.NoError(t, err)
		}
	}
	_, err = after.Find(ctx, plain, nhsNumber(t, number1))
	require.ErrorIs(t, err, sp.ErrNotFound, "not entered yet")
	for _, want := range []int{2, 0} { // P-0 and P-1
		n, err := both.Enter(ctx, plain)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	_, err = after.Find(ctx, plain, nhsNumber(t, number1))
	require.NoError(t, err)
	require.ErrorIs(t, store.Save(ctx, after.Driver(plain), somebody(t, "P-4", number1)), sp.ErrExists)
	n, err = after.Enter(ctx, plain)
	require.NoError(t, err)
	require.Equal(t, 3, n, "which lose the old key")
	_, err = before.Find(ctx, plain, nhsNumber(t, number1))
	require.ErrorIs(t, err, sp.ErrNotFound)
	people := person.NewRepository(plain)
	_, err = people.Load(ctx, "P-1")
	require.NoError(t, err)
}

func TestEnterReportsTwoPeopleWithOneNumberAndWhoIsWritingMeanwhile(t *testing.T) {
	ctx, plain := t.Context(), memstore.New()
	db := store.Tenant(plain, "bay")
	require.NoError(t, store.Save(ctx, db, somebody(t, "P-1", number1), somebody(t, "P-2", number1)))
	n, err := index(t, "a").Enter(ctx, db)
	require.ErrorContains(t, err, "person: enter P-2: ")
	require.ErrorIs(t, err, sp.ErrExists)
	require.Equal(t, 1, n)

	record, err := person.NewRepository(db).Load(ctx, "P-2")
	require.NoError(t, err)
	revise := func() {
		p := record.Person()
		p.NHSNumber = nhsNumber(t, number2)
		require.NoError(t, record.Revise(p, ann))
		require.NoError(t, store.Save(ctx, db, record))
	}
	faulty := store.Tenant(storetest.Faulty(plain, storetest.Fault{Op: storetest.Commit, Nth: 1, Do: revise}), "bay")
	n, err = index(t, "a").Enter(ctx, faulty)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	found, err := index(t, "a").Find(ctx, db, nhsNumber(t, number2))
	require.NoError(t, err)
	require.Equal(t, person.ID("P-2"), found.Person().ID)
}

type oneSecret struct{}

func (oneSecret) Secret(context.Context, store.Record, string) (seal.Secret, error) {
	return seal.Secret{Name: "s", Key: bytes.Repeat([]byte{1}, 32)}, nil
}

func TestARecordHasNeitherANumberNorAKeyOutsideOfTheSealedBody(t *testing.T) {
	ctx, ix, plain := t.Context(), index(t, "a"), memstore.New()
	db := store.Tenant(ix.Driver(seal.Driver(plain, oneSecret{})), "bay")
	record := somebody(t, "P-1", number1)
	require.NoError(t, store.Save(ctx, db, record))
	twice := store.Save(ctx, db, somebody(t, "P-2", number1))
	require.NoError(t, record.Erase(ann))
	_, missing := ix.Find(ctx, db, nhsNumber(t, number2))
	var out bytes.Buffer
	for r, err := range plain.Scan(ctx, store.Query{Tenant: "bay", Kind: person.Kind}) {
		require.NoError(t, err)
		fmt.Fprintf(&out, "%q %q %v\n", r.Terms, r.Body, r)
		delete(r.Terms, "undecided") // nobody knows how old they are
		require.Len(t, r.Terms, 1)
	}
	for e, err := range plain.Log(ctx, "bay", "") {
		require.NoError(t, err)
		fmt.Fprintf(&out, "%q %v\n", e.Data, e)
	}
	for _, v := range []any{ix, hashKey("a"), db, record, twice, missing, struct{ K person.HashKey }{hashKey("a")}} {
		for verb := range strings.SplitSeq("v +v #v s q x X d", " ") {
			fmt.Fprintf(&out, "%"+verb+"\n", v)
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
		data, err := json.Marshal(v)
		fmt.Fprintln(&out, string(data), err)
	}
	for _, secret := range []string{"9434765919", "943 476 5919", "9990000018", strings.Repeat("a", 8), "YWFhYWFh", "61616161", "[97 97"} {
		require.NotContains(t, out.String(), secret)
	}
}

func TestAnIndexRefusesKeysThatAreNone(t *testing.T) {
	_, err := person.NewIndex()
	require.EqualError(t, err, "person: index: invalid: keys must be one or more")
	_, err = person.NewIndex(hashKey("a"), hashKey("a"), person.HashKey{Name: "Key of Jo", Secret: []byte("short")})
	require.EqualError(t, err, "person: index: invalid: keys[1].name is there twice; keys[2].name "+sp.CodeRule+"; keys[2].secret must have 32 bytes or more")
}

func TestTheDriverOfAnIndexKeepsEveryPromise(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Driver { return index(t, "a").Driver(memstore.New()) })
	require.ErrorIs(t, store.Tenant(index(t, "a").Driver(memstore.New()), "bay").Commit(t.Context(), store.Batch{
		Puts: []store.Put{{Key: store.Key{Kind: person.Kind, ID: "P-1"}, Body: []byte("sealed")}},
	}), sp.ErrInvalid, "what cannot be read cannot be entered")
}

// Two desks register one person at the same moment; the second finds who is there.
func ExampleIndex() {
	ctx := context.Background()
	ix, err := person.NewIndex(person.HashKey{Name: "2026", Secret: []byte("out of a key store, not the source")})
	if err != nil {
		panic(err)
	}
	db := store.Tenant(ix.Driver(memstore.New()), "morecambe-bay")
	number, err := sp.ParseNHSNumber("943 476 5919")
	if err != nil {
		panic(err)
	}
	for _, id := range []person.ID{"P-1", "P-2"} {
		record, err := person.Register(person.Person{ID: id, NHSNumber: number}, ann)
		if err != nil {
			panic(err)
		}
		err = store.Save(ctx, db, record)
		fmt.Println(err)
	}
	found, err := ix.Find(ctx, db, number)
	fmt.Println(found.Person(), err)
	// Output:
	// <nil>
	// store: morecambe-bay/person/P-2: another record has its value of unique:nhs-number.2026
	// person P-1 <nil>
}

func BenchmarkIndexFind(b *testing.B) {
	ctx, ix := b.Context(), index(b, "a")
	db := store.Tenant(ix.Driver(memstore.New()), "bay")
	numbers := make([]sp.NHSNumber, 0, 10_000)
	for i := 0; len(numbers) < cap(numbers); i++ {
		n, err := sp.ParseNHSNumber(withCheckDigit(i))
		if err != nil {
			continue // no tenth digit fits
		}
		record, err := person.Register(person.Person{ID: person.ID(fmt.Sprint("P-", i)), NHSNumber: n}, ann)
		require.NoError(b, err)
		require.NoError(b, store.Save(ctx, db, record))
		numbers = append(numbers, n)
	}
	people := person.NewRepository(db)
	first, err := ix.Find(ctx, db, numbers[0])
	require.NoError(b, err)
	b.Run("by number", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := ix.Find(ctx, db, numbers[i%len(numbers)]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("baseline by ID", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := people.Load(ctx, first.Person().ID); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// withCheckDigit returns the i-th number of the range for tests, 999 000 0000 and on,
// with the digit that modulus 11 asks for, or a wrong one where none fits.
func withCheckDigit(i int) string {
	digits, sum := fmt.Sprintf("999%06d", i), 0
	for place, d := range digits {
		sum += int(d-'0') * (10 - place)
	}
	return digits + fmt.Sprint((11-sum%11)%11%10)
}
