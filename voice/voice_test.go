package voice_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/voice"
)

var (
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ann  = sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, noon)
	bay  = geo.Area{Code: "E07000121", Boundary: 2021}
)

// canary stands where words and people do, so that a leak is found by searching for it.
const canary = "Xylocarp"

// samples are a valid statement of each kind.
func samples() map[voice.Kind]voice.Statement {
	rated := func(codes ...voice.Code) (items []voice.Item) {
		for _, c := range codes {
			items = append(items, voice.Item{Code: c, Answer: "3"})
		}
		return items
	}
	said := map[voice.Kind]voice.Said{
		voice.Experience: {Speaker: voice.Person, Items: rated("exp-heard", "exp-safe"), Service: "bay/garden"},
		voice.Trust:      {Speaker: voice.Person, Items: rated("trust-scheme")},
		voice.Recommend:  {Speaker: voice.Referrer, Items: rated("exp-recommend")},
		voice.Pulse:      {Speaker: voice.LinkWorker, Items: rated("pulse-load", "pulse-stay"), Area: bay},
		voice.Barrier:    {Speaker: voice.Person, Items: []voice.Item{{Code: "bd-8-1a-p"}}, Area: bay},
		voice.Diary:      {Speaker: voice.LinkWorker, Items: []voice.Item{{Code: "bd-2-4-l", Effect: voice.Less, Weight: 3}}},
		voice.Request:    {Speaker: voice.Person, Need: needs.Loneliness, Area: bay},
		voice.Support:    {Speaker: voice.Provider, Items: []voice.Item{{Code: "sup-exchange"}}},
		voice.Privacy:    {Speaker: voice.Person, Items: []voice.Item{{Code: "priv-letter-seen"}}},
		voice.Listing:    {Speaker: voice.Lead, Items: []voice.Item{{Code: "list-times"}}, Service: "bay/garden"},
	}
	all := make(map[voice.Kind]voice.Statement)
	for i, k := range voice.Kinds() {
		st := voice.Statement{ID: voice.ID(fmt.Sprintf("V-%d", i)), Said: said[k]}
		st.Kind = k
		if k != voice.Pulse {
			st.Person, st.Case = "P-"+canary, "R-"+canary
		}
		if k != voice.Pulse && k != voice.Diary {
			st.Words = sp.Hide(canary + " said so")
		}
		all[k] = st
	}
	return all
}

// stamp is whoever may say a kind.
func stamp(k voice.Kind, at time.Time) sp.Stamp {
	if k == voice.Pulse {
		return sp.BySystem("pulse", at)
	}
	return sp.By(ann.By, at)
}

func say(t *testing.T, st voice.Statement, at time.Time) *voice.Record {
	t.Helper()
	r, err := voice.Say(st, nil, stamp(st.Kind, at))
	require.NoError(t, err)
	return r
}

func TestTheDiaryAsksInEightyFourCodesOfTheStudy(t *testing.T) {
	count := map[voice.Speaker]int{}
	themes := map[string]bool{}
	total := 0
	for term := range voice.Standard().All() {
		require.True(t, sp.ValidCode(term.Code), term.Code)
		require.NotEmpty(t, term.Display)
		if !slices.Contains(term.Kinds, voice.Diary) {
			continue
		}
		total++
		themes[term.Theme] = true
		for _, by := range term.Asked {
			count[by]++
		}
		again, ok := voice.Standard().Term(term.Code)
		require.True(t, ok)
		require.Equal(t, term, again)
	}
	require.Equal(t, 84, total)
	require.Len(t, themes, 25)
	// The marks of the reference are 10, 25, 14, 13 and 16, and two rows are two codes each.
	require.Equal(t, map[voice.Speaker]int{voice.Person: 12, voice.LinkWorker: 27, voice.Referrer: 15, voice.Provider: 14, voice.Lead: 16}, count)
}

func TestEveryKindCanBeSaidSavedAndReadBack(t *testing.T) {
	for kind, st := range samples() {
		t.Run(string(kind), func(t *testing.T) {
			db := store.Tenant(memstore.New(), "bay")
			require.NoError(t, store.Save(t.Context(), db, say(t, st, noon)))
			r, err := voice.NewRepository(db).Load(t.Context(), st.ID)
			require.NoError(t, err)
			st.List = voice.Standard().Canonical()
			require.True(t, st.Words.Equal(r.Statement().Words))
			got := r.Statement()
			got.Words = st.Words
			require.Equal(t, st, got)
			require.Equal(t, noon, r.At())
			batch, err := r.Pending()
			require.NoError(t, err)
			require.True(t, batch.IsZero())
		})
	}
}

func TestACodeThatIsNotOnTheListIsRefusedWithTheNearest(t *testing.T) {
	for name, tt := range map[string]struct {
		kind    voice.Kind
		by      voice.Speaker
		code    voice.Code
		nearest string
	}{
		"a slip of the finger":              {voice.Diary, voice.LinkWorker, "bd-2-4-L", "bd-2-4-l"},
		"a word for the code":               {voice.Diary, voice.LinkWorker, "paperwork", "bd-2-4-l"},
		"a word with a slip":                {voice.Diary, voice.Person, "cannot-pey", "bd-8-1b-p"},
		"a code that another role is asked": {voice.Diary, voice.Provider, "bd-2-4-l", "bd-2-4-v"},
		"a row that is two codes":           {voice.Barrier, voice.Person, "bd-7-2-p", "bd-7-2a-p"},
		"a question":                        {voice.Experience, voice.Person, "exp-herd", "exp-heard"},
	} {
		t.Run(name, func(t *testing.T) {
			st := samples()[tt.kind]
			st.Speaker = tt.by
			st.Items = []voice.Item{{Code: tt.code, Answer: "1", Effect: voice.Slower, Weight: 1}}
			_, err := voice.Say(st, nil, stamp(tt.kind, noon))
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorContains(t, err, `the nearest is "`+tt.nearest+`"`)
			_, known := voice.Standard().Term(voice.Code(tt.nearest))
			require.True(t, known)
		})
	}
	st := samples()[voice.Diary]
	st.Items[0].Code = voice.Code(strings.Repeat(canary, 20))
	_, err := voice.Say(st, nil, ann)
	require.ErrorContains(t, err, "must be on the list")
	require.NotContains(t, err.Error(), canary, "what was typed is not repeated")
	require.NotContains(t, err.Error(), "nearest", "and nothing is like a story")
}

func TestAStatementThatBreaksARuleIsRefused(t *testing.T) {
	change := func(kind voice.Kind, f func(*voice.Statement)) voice.Statement {
		st := samples()[kind]
		f(&st)
		return st
	}
	for name, tt := range map[string]struct {
		st   voice.Statement
		rule string
	}{
		"without an ID":                     {change(voice.Trust, func(st *voice.Statement) { st.ID = "" }), "id must"},
		"of no kind":                        {change(voice.Trust, func(st *voice.Statement) { st.Kind = "gossip" }), "kind must"},
		"by nobody":                         {change(voice.Trust, func(st *voice.Statement) { st.Speaker = "" }), "speaker must"},
		"of a person with a name for an ID": {change(voice.Trust, func(st *voice.Statement) { st.Person = "Jo Lee" }), "person must"},
		"an answer beyond the scale":        {change(voice.Trust, func(st *voice.Statement) { st.Items[0].Answer = "5" }), "items[0].answer must be from 0 to 4"},
		"a question without an answer":      {change(voice.Experience, func(st *voice.Statement) { st.Items[1].Answer = "" }), "items[1].answer must"},
		"a question twice":                  {change(voice.Experience, func(st *voice.Statement) { st.Items[1].Code = "exp-heard" }), "items[1].code must not come twice"},
		"a question with an effect":         {change(voice.Trust, func(st *voice.Statement) { st.Items[0].Effect = voice.Less }), "items[0].effect must be empty"},
		"a barrier with an answer":          {change(voice.Barrier, func(st *voice.Statement) { st.Items[0].Answer = "1" }), "items[0].answer must be empty"},
		"a diary without an effect":         {change(voice.Diary, func(st *voice.Statement) { st.Items[0].Effect = "" }), "items[0].effect must"},
		"a diary of another weight":         {change(voice.Diary, func(st *voice.Statement) { st.Items[0].Weight = 4 }), "items[0].weight must be from 1 to 3"},
		"a diary with a story":              {change(voice.Diary, func(st *voice.Statement) { st.Words = sp.Hide("once") }), "words must be empty"},
		"a pulse that names somebody":       {change(voice.Pulse, func(st *voice.Statement) { st.Person = "P-1" }), "anonymous"},
		"a request for nothing":             {change(voice.Request, func(st *voice.Statement) { st.Need = "" }), "need must say"},
		"a request for a sentence":          {change(voice.Request, func(st *voice.Statement) { st.Need = "Somewhere Warm" }), "need must be a code"},
		"a check of no listing":             {change(voice.Listing, func(st *voice.Statement) { st.Service = "" }), "service must"},
		"a check that found nothing":        {change(voice.Listing, func(st *voice.Statement) { st.Items = nil }), "items must"},
		"a concern about nothing":           {change(voice.Privacy, func(st *voice.Statement) { st.Items = nil }), "items must not be empty"},
		"an area in small letters":          {change(voice.Barrier, func(st *voice.Statement) { st.Area.Code = "e07" }), "area must"},
		"a redacted copy":                   {change(voice.Privacy, func(st *voice.Statement) { st.Words = sp.Hide("[personal]") }), "words must be UTF-8"},
		"words that are no text":            {change(voice.Privacy, func(st *voice.Statement) { st.Words = sp.Hide("\xff") }), "words must be UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := voice.Say(tt.st, nil, stamp(tt.st.Kind, noon))
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorContains(t, err, tt.rule)
			require.NotContains(t, err.Error(), canary)
		})
	}
	_, err := voice.Say(samples()[voice.Pulse], nil, ann)
	require.ErrorContains(t, err, "anonymous", "the stamp would name the worker")
	_, err = voice.Say(samples()[voice.Trust], nil, sp.Stamp{})
	require.ErrorContains(t, err, "stamp.by.id")
}

func TestWhatWaitsIsAnsweredOnce(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	later := sp.By(ann.By, noon.Add(time.Hour))
	r := say(t, samples()[voice.Request], noon)
	require.True(t, r.Open())
	require.ErrorContains(t, r.Answer(voice.Done, later), "save it first")
	require.NoError(t, store.Save(t.Context(), db, r))
	require.ErrorContains(t, r.Answer("perhaps", later), "outcome must")
	require.ErrorContains(t, r.Answer(voice.Done, sp.By(ann.By, noon.Add(-time.Hour))), "before it was said")
	require.True(t, r.Open(), "what is refused changes nothing")
	require.NoError(t, r.Answer(voice.PassedOn, later))
	require.NoError(t, store.Save(t.Context(), db, r))
	require.ErrorContains(t, r.Answer(voice.Done, later), "answered or taken back already")

	loaded, err := voice.NewRepository(db).Load(t.Context(), r.Statement().ID)
	require.NoError(t, err)
	require.Equal(t, voice.PassedOn, loaded.Outcome())
	require.False(t, loaded.Open())

	trust := say(t, samples()[voice.Trust], noon)
	require.NoError(t, store.Save(t.Context(), db, trust))
	require.ErrorContains(t, trust.Answer(voice.Done, later), "must be a request")
	require.NoError(t, trust.Retract(later))
	require.NoError(t, store.Save(t.Context(), db, trust))
	require.True(t, trust.Retracted())
	require.ErrorContains(t, trust.Retract(later), "taken back already")
}

func TestErasureLeavesWhatWasSaidAndNothingOfWhoSaidIt(t *testing.T) {
	ctx := t.Context()
	for kind, st := range samples() {
		if kind == voice.Pulse {
			continue // nobody's from the start
		}
		t.Run(string(kind), func(t *testing.T) {
			db := store.Tenant(memstore.New(), "bay")
			repo := voice.NewRepository(db)
			require.NoError(t, store.Save(ctx, db, say(t, st, noon)))
			n := 0
			for r, err := range repo.Of(ctx, st.Person) {
				require.NoError(t, err)
				require.NoError(t, r.Erase(ann))
				require.NoError(t, store.Save(ctx, db, r))
				require.Empty(t, r.Statement().ID)
				require.ErrorContains(t, r.Erase(ann), "is erased")
				n++
			}
			require.Equal(t, 1, n)
			_, err := repo.Load(ctx, st.ID)
			require.ErrorIs(t, err, sp.ErrNotFound)
			for range repo.Of(ctx, st.Person) {
				t.Fatal("still found by the person")
			}
			for range repo.Find(ctx, voice.Query{}) {
				t.Fatal("still found")
			}
			left, err := db.Get(ctx, store.Key{Kind: voice.RecordKind, ID: string(st.ID)})
			require.NoError(t, err)
			require.Empty(t, left.Terms)
			require.NotContains(t, string(left.Body), canary)
			events := 0
			for e, err := range db.Log(ctx, "", "") {
				require.NoError(t, err)
				require.NotContains(t, fmt.Sprintf("%+v %s", e, e.Data), canary)
				events++
			}
			require.Equal(t, 2, events)
			require.ErrorIs(t, store.Save(ctx, db, say(t, st, noon)), sp.ErrExists)
		})
	}
}

func TestStatementsAreFoundPageByPage(t *testing.T) {
	ctx := t.Context()
	db := store.Tenant(memstore.New(), "bay")
	repo := voice.NewRepository(db)
	for i := range 30 {
		st := samples()[voice.Kinds()[i%10]]
		st.ID = voice.ID(fmt.Sprintf("V-%02d", 29-i)) // so that the order of time is not that of IDs
		require.NoError(t, store.Save(ctx, db, say(t, st, noon.Add(time.Duration(i/2)*time.Hour))))
	}
	find := func(q voice.Query) (ids []voice.ID) {
		for r, err := range repo.Find(ctx, q) {
			require.NoError(t, err)
			ids = append(ids, r.Statement().ID)
		}
		n, err := repo.Count(ctx, q)
		require.NoError(t, err)
		if q.Limit == 0 {
			require.Len(t, ids, n)
		}
		return ids
	}
	all := find(voice.Query{})
	require.Len(t, all, 30)
	require.Len(t, find(voice.Query{Kinds: []voice.Kind{voice.Diary, voice.Trust}}), 6)
	require.Len(t, find(voice.Query{Open: true}), 9)
	require.Len(t, find(voice.Query{Area: bay.Code}), 9)
	require.Len(t, find(voice.Query{Service: "bay/garden", Kinds: []voice.Kind{voice.Listing}}), 3)
	require.Len(t, find(voice.Query{Need: needs.Loneliness}), 3)
	require.Len(t, find(voice.Query{Case: "R-" + canary}), 27)
	require.Len(t, find(voice.Query{From: noon.Add(time.Hour), Before: noon.Add(3 * time.Hour)}), 4)
	for _, open := range []bool{false, true} {
		var paged []voice.ID
		q := voice.Query{Open: open, Limit: 7}
		for {
			n := 0
			for r, err := range repo.Find(ctx, q) {
				require.NoError(t, err)
				paged, q.After = append(paged, r.Statement().ID), r.Cursor()
				n++
			}
			if n < q.Limit {
				break
			}
		}
		require.Equal(t, find(voice.Query{Open: open}), paged)
	}
}

func TestAStatementThatWasTakenBackIsFoundByItsPersonAlone(t *testing.T) {
	ctx := t.Context()
	db := store.Tenant(memstore.New(), "bay")
	st := samples()[voice.Request]
	r := say(t, st, noon)
	require.NoError(t, store.Save(ctx, db, r))
	require.NoError(t, r.Retract(ann))
	require.NoError(t, store.Save(ctx, db, r))
	for _, q := range []voice.Query{{}, {Open: true}, {Kinds: []voice.Kind{voice.Request}}, {Case: st.Case}} {
		for range voice.NewRepository(db).Find(ctx, q) {
			t.Fatal("what was taken back counts")
		}
	}
	n := 0
	for r, err := range voice.NewRepository(db).Of(ctx, st.Person) {
		require.NoError(t, err)
		require.True(t, r.Retracted())
		n++
	}
	require.Equal(t, 1, n)
}

func TestAStatementPrintsAsItsID(t *testing.T) {
	st := samples()[voice.Privacy]
	for _, out := range []string{fmt.Sprint(st), fmt.Sprintf("%+v %#v %s %x", st, st, st, st), st.LogValue().String()} {
		require.NotContains(t, out, canary)
		require.Contains(t, out, "statement V-8")
	}
	require.Equal(t, "statement", voice.Statement{ID: "Jo Lee"}.String())
	said, err := json.Marshal(st.Said)
	require.NoError(t, err)
	require.JSONEq(t, `{"kind":"privacy","speaker":"person","items":[{"code":"priv-letter-seen"}]}`, string(said))
	whole, err := json.Marshal(st)
	require.NoError(t, err)
	require.NotContains(t, string(whole), "said so")
}

func TestASchemeAddsCodesInItsNamespace(t *testing.T) {
	minibus := voice.Term{Code: "bay:no-minibus", Kinds: []voice.Kind{voice.Diary}, Asked: []voice.Speaker{voice.LinkWorker}, Display: "The minibus was out"}
	list, err := voice.Standard().With("bay-3", minibus)
	require.NoError(t, err)
	st := samples()[voice.Diary]
	st.Items[0].Code = "bay:no-minibus"
	_, err = voice.Say(st, nil, ann)
	require.ErrorIs(t, err, sp.ErrInvalid, "the standard list does not change")
	r, err := voice.Say(st, list, ann)
	require.NoError(t, err)
	require.Equal(t, voice.System+"|2026-11+bay-3", r.Statement().List)
	require.Contains(t, list.For(voice.Diary, voice.LinkWorker), voice.Code("bay:no-minibus"))
	for name, term := range map[string]voice.Term{
		"without a namespace":  {Code: "no-minibus", Kinds: minibus.Kinds, Asked: minibus.Asked},
		"with one of no name":  {Code: ":no-minibus", Kinds: minibus.Kinds, Asked: minibus.Asked},
		"twice":                minibus,
		"of no kind":           {Code: "bay:x", Asked: minibus.Asked},
		"asked of nobody":      {Code: "bay:x", Kinds: minibus.Kinds},
		"of a kind unheard of": {Code: "bay:x", Kinds: []voice.Kind{"song"}, Asked: minibus.Asked},
	} {
		_, err := list.With("bay-4", term)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
	_, err = list.With("")
	require.ErrorIs(t, err, sp.ErrInvalid)
}
