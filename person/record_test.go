package person_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

func TestStoredFormOfAPerson(t *testing.T) {
	record, err := person.Register(jo(t), ann)
	require.NoError(t, err)
	batch, err := record.Pending()
	require.NoError(t, err)
	var pretty bytes.Buffer
	require.NoError(t, json.Indent(&pretty, batch.Puts[0].Body, "", "\t"))
	golden(t, "person.json", append(pretty.Bytes(), '\n'))
	require.Equal(t, store.Terms{"household": "H-7"}, batch.Puts[0].Terms)
}

func TestASavedPersonComesBackWhole(t *testing.T) {
	loaded := saved(t, jo(t))
	require.Equal(t, jo(t), loaded.Person())
	batch, err := loaded.Pending()
	require.NoError(t, err)
	require.Empty(t, batch)
}

func TestAnErasedRecordLeavesNothingButTheLog(t *testing.T) {
	ctx := t.Context()
	db := store.Tenant(memstore.New(), "bay")
	people := person.NewRepository(db)
	record, err := person.Register(jo(t), ann)
	require.NoError(t, err)
	require.ErrorContains(t, record.Erase(ann), "save it first")
	require.NoError(t, store.Save(ctx, db, record))
	require.NoError(t, record.Erase(ann))
	require.ErrorContains(t, record.Revise(jo(t), ann), "save it first")
	require.NoError(t, store.Save(ctx, db, record))

	_, err = people.Load(ctx, "P-55")
	require.ErrorIs(t, err, sp.ErrNotFound)
	require.Equal(t, person.Person{}, record.Person())
	require.ErrorContains(t, record.Erase(ann), "is erased already")
	require.ErrorIs(t, record.Revise(jo(t), ann), sp.ErrInvalid)

	left, err := db.Get(ctx, store.Key{Kind: person.Kind, ID: "P-55"})
	require.NoError(t, err)
	require.JSONEq(t, `{"v":3,"id":"P-55","erased":true}`, string(left.Body))
	require.Empty(t, left.Terms)
	again, err := person.Register(jo(t), ann)
	require.NoError(t, err)
	require.ErrorIs(t, store.Save(ctx, db, again), sp.ErrExists, "nobody is registered under an ID that the log knows")
}

func TestTwoWorkersReviseAtOnce(t *testing.T) {
	ctx := t.Context()
	db := store.Tenant(memstore.New(), "bay")
	people := person.NewRepository(db)
	record, err := person.Register(jo(t), ann)
	require.NoError(t, err)
	require.NoError(t, store.Save(ctx, db, record))

	mine, err := people.Load(ctx, "P-55")
	require.NoError(t, err)
	theirs, err := people.Load(ctx, "P-55")
	require.NoError(t, err)
	p := mine.Person()
	p.Household = ""
	require.NoError(t, mine.Revise(p, ann))
	require.NoError(t, store.Save(ctx, db, mine))
	require.NoError(t, theirs.Erase(ann))
	require.ErrorIs(t, store.Save(ctx, db, theirs), sp.ErrConflict)

	again, err := person.Register(jo(t), ann)
	require.NoError(t, err)
	require.ErrorIs(t, store.Save(ctx, db, again), sp.ErrExists)
}

func TestARecordTakesNothingAndAnEmptyListForTheSame(t *testing.T) {
	record := saved(t, person.Person{ID: "P-55", Circumstances: sp.Hide(person.Circumstances{})})
	require.NoError(t, record.Revise(person.Person{
		ID: "P-55", Contacts: []person.Contact{}, Channels: map[person.Channel]sp.Truth{}, Representatives: []person.Representative{},
		Circumstances: sp.Hide(person.Circumstances{Languages: []directory.Language{}, Groups: map[directory.Group]sp.Truth{}}),
	}, ann))
	batch, err := record.Pending()
	require.NoError(t, err)
	require.True(t, batch.IsZero())
}

func TestARecordRefusesAStampThatTheLogCannotKeep(t *testing.T) {
	for name, s := range map[string]sp.Stamp{
		"nobody":                    sp.By(sp.Actor{Role: sp.RoleLinkWorker}, ann.At),
		"no role":                   sp.By(sp.Actor{ID: "ann"}, ann.At),
		"a name instead of an ID":   sp.By(sp.Actor{ID: "Ann Lee", Role: sp.RoleLinkWorker}, ann.At),
		"no time":                   {By: ann.By},
		"a year of five digits":     sp.By(ann.By, time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)),
		"what has not happened yet": ann.Happened(ann.At.Add(time.Minute)),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := person.Register(jo(t), s)
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorContains(t, err, "stamp")
		})
	}
}

func TestRevisingNamesTheFieldsThatDiffer(t *testing.T) {
	for field, change := range map[string]func(p *person.Person){
		"household":       func(p *person.Person) { p.Household = "H-8" },
		"name":            func(p *person.Person) { p.Name = sp.Hide(person.Name{Given: "Jo"}) },
		"born":            func(p *person.Person) { p.Born = sp.Personal[sp.Date]{} },
		"nhsNumber":       func(p *person.Person) { p.NHSNumber = sp.NHSNumber{} },
		"address":         func(p *person.Person) { p.Address = sp.Hide(person.Address{}) },
		"contacts":        func(p *person.Person) { p.Contacts = p.Contacts[1:] },
		"channels":        func(p *person.Person) { p.Channels = nil },
		"representatives": func(p *person.Person) { p.Representatives = nil },
		"competent":       func(p *person.Person) { p.Competent = sp.Yes },
		"equality":        func(p *person.Person) { p.Equality = sp.Personal[person.Equality]{} },
		"registration":    func(p *person.Person) { p.Registration = sp.Hide(person.Registration{Practice: "P81002"}) },
		"heard":           func(p *person.Person) { p.Heard = "" },
		"circumstances":   func(p *person.Person) { p.Circumstances = sp.Hide(person.Circumstances{Gender: person.Male}) },
	} {
		t.Run(field, func(t *testing.T) {
			record := saved(t, jo(t))
			p := jo(t)
			change(&p)
			require.NoError(t, record.Revise(p, ann))
			batch, err := record.Pending()
			require.NoError(t, err)
			require.JSONEq(t, `{"v":1,"fields":["`+field+`"]}`, string(batch.Events[0].Data))
		})
	}
	record := saved(t, jo(t))
	require.NoError(t, record.Revise(jo(t), ann))
	batch, err := record.Pending()
	require.NoError(t, err)
	require.Empty(t, batch, "nothing differs")
}

func TestARecordIsNotChangedByARefusedRevision(t *testing.T) {
	record := saved(t, jo(t))
	for name, p := range map[string]person.Person{"another ID": {ID: "P-56"}, "an invalid one": {ID: "P-55", Born: sp.Hide(today.Add(3))}} {
		require.ErrorIs(t, record.Revise(p, ann), sp.ErrInvalid, name)
		require.Equal(t, jo(t), record.Person())
		batch, err := record.Pending()
		require.NoError(t, err)
		require.Empty(t, batch)
	}
}

func TestARecordNeedsAWholeStamp(t *testing.T) {
	for name, s := range map[string]sp.Stamp{
		"nobody":                  sp.By(sp.Actor{}, noon),
		"no time":                 {By: ann.By},
		"a time to come":          ann.Happened(noon.Add(time.Hour)),
		"no role":                 sp.By(sp.Actor{ID: "ann"}, noon),
		"not when it was written": {By: ann.By, At: noon},
	} {
		_, err := person.Register(person.Person{ID: "P-1"}, s)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
		require.ErrorIs(t, saved(t, jo(t)).Erase(s), sp.ErrInvalid, name)
	}
}

// saved returns the record of p as loaded from a store.
func saved(t *testing.T, p person.Person) *person.Record {
	t.Helper()
	db := store.Tenant(memstore.New(), "bay")
	record, err := person.Register(p, ann)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, record))
	loaded, err := person.NewRepository(db).Load(t.Context(), p.ID)
	require.NoError(t, err)
	return loaded
}

func TestAHouseholdIsFoundTogether(t *testing.T) {
	ctx := t.Context()
	db := store.Tenant(memstore.New(), "bay")
	for id, household := range map[person.ID]person.HouseholdID{"P-3": "H-1", "P-1": "H-1", "P-2": "H-2", "P-4": ""} {
		record, err := person.Register(person.Person{ID: id, Household: household}, ann)
		require.NoError(t, err)
		require.NoError(t, store.Save(ctx, db, record))
	}
	find := func(id person.HouseholdID) (ids []person.ID) {
		for record, err := range person.NewRepository(db).Household(ctx, id) {
			require.NoError(t, err)
			ids = append(ids, record.Person().ID)
		}
		return ids
	}
	require.Equal(t, []person.ID{"P-1", "P-3"}, find("H-1"))
	require.Empty(t, find(""), "people without a household do not share one")
	require.Empty(t, find("H-9"))
}

// Bodies that were once stored are read for ever: files are added here, and none is
// changed.
func TestARepositoryReadsEveryBodyThatWasEverStored(t *testing.T) {
	before := jo(t) // as far as the first form could say
	before.Equality, before.Registration, before.Heard = sp.Personal[person.Equality]{}, sp.Personal[person.Registration]{}, ""
	c := before.Circumstances.Reveal()
	c.Interests = nil
	before.Circumstances = sp.Hide(c)
	second := jo(t) // as far as the second could
	first := second.Contacts[0]
	first.Times, first.Answers, first.Review, first.Message = nil, nil, 0, person.LeaveNothing
	second.Contacts = []person.Contact{first, second.Contacts[1]}
	before.Contacts = second.Contacts
	for file, want := range map[string]person.Person{"v1.json": before, "v2.json": second, "v3.json": jo(t)} {
		stored, err := os.ReadFile("testdata/stored/" + file)
		require.NoError(t, err)
		record, err := body(t, bytes.ReplaceAll(stored, []byte("P-55"), []byte("P-1")))
		require.NoError(t, err, file)
		want.ID = "P-1"
		require.Empty(t, diff(want, record.Person()), file)
	}
	present, err := os.ReadFile("testdata/stored/v3.json")
	require.NoError(t, err)
	require.JSONEq(t, string(present), string(stored(t, jo(t))), "the present form has its sample")
	_, err = body(t, []byte(`{"v":1,"id":"P-1","erased":true}`))
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestARepositoryReportsAStoreThatFails(t *testing.T) {
	db := store.Tenant(storetest.Faulty(memstore.New(), storetest.Fault{Err: io.ErrUnexpectedEOF}), "bay")
	_, err := person.NewRepository(db).Load(t.Context(), "P-1")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	calls := 0
	for record, err := range person.NewRepository(db).Household(t.Context(), "H-1") {
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.Nil(t, record)
		calls++
	}
	require.Equal(t, 1, calls)
}

// one is a store that holds one record.
type one struct {
	store.Driver
	record store.Record
}

func (d one) Get(context.Context, store.Key) (store.Record, error) { return d.record, nil }

// body loads the person P-1 from a record that holds b.
func body(tb testing.TB, b []byte) (*person.Record, error) {
	tb.Helper()
	record := store.Record{Key: store.Key{Kind: person.Kind, ID: "P-1"}, Version: 1, Body: b}
	return person.NewRepository(one{record: record}).Load(tb.Context(), "P-1")
}

func TestABrokenRecordIsAnErrorThatQuotesNothing(t *testing.T) {
	for name, b := range map[string]string{
		"not JSON":         canary,
		"a wrong type":     `{"v":1,"id":"P-1","name":"` + canary + `"}`,
		"a bad number":     `{"v":1,"id":"P-1","nhsNumber":"9434765910"}`,
		"a later version":  `{"v":4,"id":"P-1"}`,
		"no version":       `{"id":"P-1"}`,
		"of somebody else": `{"v":1,"id":"` + canary + `"}`,
	} {
		_, err := body(t, []byte(b))
		require.ErrorIs(t, err, sp.ErrInvalid, name)
		require.NotContains(t, err.Error(), canary, name)
		require.NotContains(t, err.Error(), "943476591", name)
		require.Contains(t, err.Error(), "person: load P-1: ", name)
	}
}

func FuzzDecode(f *testing.F) {
	record, err := person.Register(jo(f), ann)
	require.NoError(f, err)
	batch, err := record.Pending()
	require.NoError(f, err)
	f.Add([]byte(strings.ReplaceAll(string(batch.Puts[0].Body), "P-55", "P-1")))
	f.Add([]byte(`{"v":1,"id":"P-1","contacts":[null,{"safe":{"phone":"yes"}}],"representatives":[{}],"channels":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		record, err := body(t, b)
		if err != nil {
			return
		}
		p := record.Person()
		p.Profile(today)
		if p.Check(today) != nil {
			return
		}
		// Compared as stored: an empty map and none are the same there.
		once := stored(t, p)
		loaded, err := body(t, once)
		require.NoError(t, err)
		require.Equal(t, string(once), string(stored(t, loaded.Person())))
	})
}

// stored returns the body under which a person is saved.
func stored(t *testing.T, p person.Person) []byte {
	t.Helper()
	record, err := person.Register(p, ann)
	require.NoError(t, err)
	batch, err := record.Pending()
	require.NoError(t, err)
	return batch.Puts[0].Body
}

func TestAValidPersonComesBackWholeFromTheStore(t *testing.T) {
	truth := rapid.SampledFrom([]sp.Truth{sp.Unknown, sp.Yes, sp.No})
	text := rapid.StringN(1, 20, 60)
	rapid.Check(t, func(rt *rapid.T) {
		p := person.Person{
			ID:        person.ID(rapid.StringMatching(`P-[0-9]{1,6}`).Draw(rt, "id")),
			Household: person.HouseholdID(rapid.StringMatching(`|H-[0-9]{1,3}`).Draw(rt, "household")),
			Competent: truth.Draw(rt, "competent"),
		}
		if rapid.Bool().Draw(rt, "named") {
			p.Name = sp.Hide(person.Name{Given: text.Draw(rt, "given"), Family: text.Draw(rt, "family")})
		}
		if rapid.Bool().Draw(rt, "aged") {
			p.Born = sp.Hide(today.Add(-rapid.IntRange(0, 40_000).Draw(rt, "days")))
		}
		for range rapid.IntRange(0, 3).Draw(rt, "contacts") {
			p.Contacts = append(p.Contacts, person.Contact{
				Value: sp.Hide(rapid.StringMatching(`07[0-9]{9}`).Draw(rt, "number")),
				Safe:  map[person.Channel]sp.Truth{person.Phone: truth.Draw(rt, "safe")}, Message: rapid.SampledFrom([]person.Leave{"", person.LeaveNothing, person.LeaveName, person.LeaveMessage}).Draw(rt, "message"),
			})
		}
		if rapid.Bool().Draw(rt, "child") {
			p.Representatives = []person.Representative{{Person: "X", Authority: person.ParentalResponsibility, Decides: sp.Yes}}
		}
		p.Circumstances = sp.Hide(person.Circumstances{
			Groups:    map[directory.Group]sp.Truth{directory.Group(text.Draw(rt, "group")): truth.Draw(rt, "belongs")},
			Ceiling:   rapid.SampledFrom([]sp.Known[sp.Money]{{}, sp.Know(sp.Money{})}).Draw(rt, "ceiling"),
			Transport: person.Transport{Car: truth.Draw(rt, "car"), Minutes: sp.Know(rapid.IntRange(0, 500).Draw(rt, "minutes"))},
			Interests: rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) person.Interest {
				return person.Interest{Activity: person.Activity(rapid.StringMatching(`[a-z]{1,9}`).Draw(rt, "activity")), Likes: sp.TruthOf(rapid.Bool().Draw(rt, "likes"))}
			}), 1, 3).Draw(rt, "interests"),
		})
		p.Registration = sp.Hide(person.Registration{Practice: person.ODSCode(rapid.StringMatching(`[A-Z][0-9]{5}`).Draw(rt, "practice"))})
		if rapid.Bool().Draw(rt, "asked") {
			p.Equality = sp.Hide(person.Equality{person.Pregnancy: {NotStated: rapid.Just(true).Draw(rt, "declined")}})
		}
		if p.Check(today) != nil {
			rt.Skip("one interest twice")
		}
		loaded := saved(t, p).Person()
		require.Empty(t, diff(p, loaded))
		require.Empty(t, diff(p.Profile(today), loaded.Profile(today)))
	})
}
