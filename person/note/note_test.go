package note_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
)

var (
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ann  = sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, noon)
)

// canary stands in every text, so that a leak is found by searching for it.
const canary = "Xylocarp"

// A vault holds a key for each person. Keys come from a hash here; a real one draws them
// at random.
type vault struct {
	mu        sync.Mutex
	destroyed map[string]bool
}

func (v *vault) Secret(_ context.Context, r store.Record, name string) (seal.Secret, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	of := r.Terms[note.TermPerson]
	if of == "" || v.destroyed[of] || name != "" && name != of {
		return seal.Secret{}, sp.ErrNotFound
	}
	sum := sha256.Sum256([]byte(of))
	return seal.Secret{Name: of, Key: sum[:]}, nil
}

func (v *vault) destroy(of string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.destroyed = map[string]bool{of: true}
}

// A tap notes every byte that reaches the database below the seal.
type tap struct {
	store.Driver
	seen *bytes.Buffer
}

func (d tap) Below() store.Driver                  { return d.Driver }
func (d tap) Over(below store.Driver) store.Driver { return tap{below, d.seen} }

func (d tap) Commit(ctx context.Context, b store.Batch) error {
	for _, p := range b.Puts {
		fmt.Fprintf(d.seen, "%s %v %s\n", p.Key, p.Terms, p.Body)
	}
	for _, e := range b.Events {
		fmt.Fprintf(d.seen, "%+v %s\n", e, e.Data)
	}
	return d.Driver.Commit(ctx, b)
}

// open returns a sealed store, its keys, and what has reached the database.
func open() (db store.Driver, keys *vault, seen *bytes.Buffer) {
	keys, seen = &vault{}, &bytes.Buffer{}
	return store.Tenant(seal.Driver(tap{memstore.New(), seen}, keys), "bay"), keys, seen
}

func daily(id note.ID, of person.ID) note.Note {
	return note.Note{ID: id, Person: of, About: "referral/R-7", Class: note.Team, Text: sp.Hide("Rang " + canary + " at " + string(id))}
}

func write(t *testing.T, db store.Driver, n note.Note, at time.Time) *note.Record {
	t.Helper()
	r, err := note.Write(n, sp.By(ann.By, at))
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, r))
	return r
}

// all lets everybody read everything.
type all struct{}

func (all) See(sp.Actor, person.ID, string) error { return nil }

func texts(t *testing.T, r *note.Record) (list []string) {
	t.Helper()
	versions, err := r.Read(ann.By, all{})
	require.NoError(t, err)
	for _, v := range versions {
		list = append(list, v.Text.Reveal())
	}
	return list
}

func TestNoByteOfANoteReachesTheDatabase(t *testing.T) {
	ctx := t.Context()
	db, keys, seen := open()
	repo := note.NewRepository(db)
	for i := range 50 {
		n := daily(note.ID(fmt.Sprintf("N-%02d", i)), person.ID(fmt.Sprintf("P-%d", i%2)))
		r := write(t, db, n, noon.Add(time.Duration(i)*time.Hour))
		n.Text = sp.Hide(canary + " again")
		require.NoError(t, r.Rewrite(n, sp.By(ann.By, noon.Add(100*time.Hour))))
		require.NoError(t, store.Save(ctx, db, r))
	}
	require.Contains(t, seen.String(), "P-1", "the tap hears what is written")
	require.NotContains(t, seen.String(), canary)

	// One person is erased note by note; of the other the key is destroyed, and what a
	// backup holds of them is as good as gone.
	backup := bytes.Clone(seen.Bytes())
	for r, err := range repo.Of(ctx, "P-0", note.Query{}) {
		require.NoError(t, err)
		require.NoError(t, r.Erase(ann))
		require.NoError(t, store.Save(ctx, db, r))
		require.Equal(t, note.Summary{}, r.Summary())
		require.ErrorContains(t, r.Erase(ann), "is erased")
		require.ErrorContains(t, r.Rewrite(daily("N-00", "P-0"), ann), "is erased")
	}
	keys.destroy("P-1")
	for _, of := range []person.ID{"P-0", "P-1"} {
		for range repo.Of(ctx, of, note.Query{}) {
			t.Fatal("is still read")
		}
	}
	_, err := repo.Load(ctx, "N-00")
	require.ErrorIs(t, err, sp.ErrNotFound)
	_, err = repo.Load(ctx, "N-01")
	require.ErrorIs(t, err, seal.ErrErased)
	require.NotContains(t, string(backup), canary)
	events := 0
	for e, err := range db.Log(ctx, "", "") {
		require.NoError(t, err)
		text := fmt.Sprintf("%+v %s", e, e.Data)
		require.NotContains(t, text, canary)
		require.NotContains(t, text, "P-0", "and the log does not say of whom")
		events++
	}
	require.Equal(t, 125, events)
	_, err = note.Write(daily("N-99", "P-1"), ann)
	require.NoError(t, err)
	late, _ := note.Write(daily("N-99", "P-1"), ann)
	require.ErrorIs(t, store.Save(ctx, db, late), seal.ErrErased, "nothing is written of whoever was forgotten")
}

func TestANoteIsNotSavedInTheOpen(t *testing.T) {
	r, err := note.Write(daily("N-1", "P-1"), ann)
	require.NoError(t, err)
	plain := memstore.New()
	for name, d := range map[string]store.Driver{"plainly": store.Tenant(plain, "bay"), "wrapped": store.Tenant(tap{plain, new(bytes.Buffer)}, "bay")} {
		require.ErrorIs(t, store.Save(t.Context(), d, r), sp.ErrInvalid, name)
		require.ErrorIs(t, store.Save(t.Context(), d, store.Changes{r}), sp.ErrInvalid, name)
	}
	_, err = plain.Get(t.Context(), store.Key{Tenant: "bay", Kind: note.Kind, ID: "N-1"})
	require.ErrorIs(t, err, sp.ErrNotFound)
	db, _, _ := open()
	require.NoError(t, store.InTx(t.Context(), db, func(ctx context.Context, tx store.Driver) error { return store.Save(ctx, tx, r) }))
	require.Equal(t, []string{"Rang " + canary + " at N-1"}, texts(t, r))
}

func TestANoteKeepsWhatStoodBeforeItsCorrection(t *testing.T) {
	db, _, _ := open()
	r := write(t, db, daily("N-1", "P-1"), noon)
	n := daily("N-1", "P-1")
	n.Text, n.Class = sp.Hide("It was the brother."), note.Safeguarding
	require.NoError(t, r.Rewrite(n, sp.By(sp.Actor{ID: "ben", Role: sp.RoleLinkWorker}, noon.Add(time.Hour))))
	require.ErrorContains(t, r.Rewrite(n, ann), "save it first")
	require.ErrorContains(t, r.Erase(ann), "save it first")
	require.NoError(t, store.Save(t.Context(), db, r))
	loaded, err := note.NewRepository(db).Load(t.Context(), "N-1")
	require.NoError(t, err)
	require.Equal(t, []string{"Rang " + canary + " at N-1", "It was the brother."}, texts(t, loaded))
	require.Equal(t, note.Summary{ID: "N-1", Person: "P-1", About: "referral/R-7", Class: note.Safeguarding, By: ann.By, At: noon, Versions: 2}, loaded.Summary())
	for name, change := range map[string]func(*note.Note){
		"another person": func(n *note.Note) { n.Person = "P-2" },
		"another case":   func(n *note.Note) { n.About = "referral/R-8" },
		"another note":   func(n *note.Note) { n.ID = "N-2" },
	} {
		other := n
		change(&other)
		require.ErrorContains(t, loaded.Rewrite(other, ann), "must be about the same", name)
	}
	require.Len(t, texts(t, loaded), 2)
}

func TestOnlyAPermissionOpensANote(t *testing.T) {
	db, _, _ := open()
	r := write(t, db, daily("N-1", "P-1"), noon)
	_, err := r.Read(ann.By, nil)
	require.ErrorIs(t, err, sp.ErrDenied)
	for _, class := range note.Classes() {
		n := daily("N-1", "P-1")
		n.Class = class
		require.NoError(t, r.Rewrite(n, ann))
		require.NoError(t, store.Save(t.Context(), db, r))
		for _, asked := range note.Classes() {
			_, err := r.Read(ann.By, only(asked))
			require.Equal(t, asked == class, err == nil, "%s for %s", class, asked)
			if err != nil {
				require.ErrorIs(t, err, sp.ErrDenied)
				require.NotContains(t, err.Error(), canary)
			}
		}
	}
}

// only lets everybody read one class.
type only note.Class

func (o only) See(_ sp.Actor, _ person.ID, field string) error {
	if field != string(o) {
		return sp.ErrDenied
	}
	return nil
}

// refuses answers every question with an error.
type refuses struct{ err error }

func (r refuses) See(sp.Actor, person.ID, string) error { return r.err }

func TestRepositoryReadsTheNotesThatSomebodyMayReadAsTheyReadNow(t *testing.T) {
	db, _, _ := open()
	first, second, other := daily("N-1", "P-1"), daily("N-2", "P-1"), daily("N-3", "P-2")
	second.Class = note.Safeguarding
	corrected := write(t, db, first, noon)
	write(t, db, second, noon.Add(time.Hour))
	write(t, db, other, noon)
	first.Text = sp.Hide("Rang Jo again.")
	require.NoError(t, corrected.Rewrite(first, ann))
	require.NoError(t, store.Save(t.Context(), db, corrected))
	notes := note.NewRepository(db)
	errUnsure := errors.New("unsure")
	read := func(may note.Permission) (list []string, err error) {
		versions, err := notes.Read(t.Context(), "P-1", note.Query{}, sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, may)
		for _, v := range versions {
			list = append(list, v.Text.Reveal())
		}
		return list, err
	}
	for name, c := range map[string]struct {
		may  note.Permission
		want []string
	}{
		"all of them":                         {all{}, []string{"Rang Jo again.", second.Text.Reveal()}},
		"those of the classes for them":       {only(note.Team), []string{"Rang Jo again."}},
		"none without a permission":           {nil, nil},
		"none that the permission hides":      {refuses{sp.ErrNotFound}, nil},
		"none where the permission is unsure": {refuses{errUnsure}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := read(c.may)
			require.Equal(t, c.want, list)
			if name == "none where the permission is unsure" {
				require.ErrorIs(t, err, errUnsure)
				return
			}
			require.NoError(t, err)
		})
	}
}

func TestANoteThatBreaksARuleIsRefusedWithoutARepetition(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*note.Note)
		rule   string
	}{
		"without an ID":         {func(n *note.Note) { n.ID = "" }, "id must"},
		"of nobody":             {func(n *note.Note) { n.Person = "" }, "person must"},
		"about a sentence":      {func(n *note.Note) { n.About = canary + " moves out" }, "about must"},
		"about a kind alone":    {func(n *note.Note) { n.About = "referral/" }, "about must"},
		"of no class":           {func(n *note.Note) { n.Class = "" }, "class must"},
		"of a class unheard of": {func(n *note.Note) { n.Class = "note-gossip" }, "class must"},
		"without words":         {func(n *note.Note) { n.Text = sp.Hide(" \n") }, "text must not be empty"},
		"without a text":        {func(n *note.Note) { n.Text = sp.Personal[string]{} }, "text must not be empty"},
		"too long":              {func(n *note.Note) { n.Text = sp.Hide(strings.Repeat(canary, 10_000)) }, "at most 65536"},
		"no text at all":        {func(n *note.Note) { n.Text = sp.Hide(canary + "\xff") }, "UTF-8"},
		"a redacted copy":       {func(n *note.Note) { n.Text = sp.Hide("[personal]") }, "redacted copy"},
	} {
		t.Run(name, func(t *testing.T) {
			n := daily("N-1", "P-1")
			tt.change(&n)
			_, err := note.Write(n, ann)
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorContains(t, err, tt.rule)
			require.NotContains(t, err.Error(), canary)
		})
	}
	_, err := note.Write(daily("N-1", "P-1"), sp.Stamp{})
	require.ErrorContains(t, err, "stamp.by.id")
}

func TestNothingOfANotePrints(t *testing.T) {
	db, _, _ := open()
	n := daily("N-1", "P-1")
	r := write(t, db, n, noon)
	versions, err := r.Read(ann.By, all{})
	require.NoError(t, err)
	type wrapper struct{ hidden any }
	for _, v := range []any{n, &n, r, *r, versions, r.Summary(), wrapper{n}, wrapper{r}, []*note.Record{r}} {
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
		js, err := json.Marshal(v)
		require.NoError(t, err)
		for _, out := range []string{fmt.Sprintf("%v %+v %#v %s %q %x %d", v, v, v, v, v, v, v), log.String(), string(js)} {
			require.NotContains(t, out, canary)
			require.NotContains(t, out, fmt.Sprintf("%x", canary))
		}
	}
	require.Equal(t, "note N-1, note N-1, note", fmt.Sprintf("%v, %v, %v", n, r, note.Note{ID: "Jo Lee"}))
}

func TestNotesOfAPersonComePageByPageInTheirOrder(t *testing.T) {
	ctx := t.Context()
	db, _, _ := open()
	for i := range 20 {
		n := daily(note.ID(fmt.Sprintf("N-%02d", 19-i)), "P-1")
		if i%2 == 0 {
			n.About = ""
		}
		write(t, db, n, noon.Add(time.Duration(i/3)*time.Hour))
	}
	write(t, db, daily("N-99", "P-2"), noon)
	find := func(q note.Query) (ids []note.ID) {
		for r, err := range note.NewRepository(db).Of(ctx, "P-1", q) {
			require.NoError(t, err)
			ids = append(ids, r.Summary().ID)
		}
		n, err := note.NewRepository(db).Count(ctx, "P-1", q)
		require.NoError(t, err)
		if q.Limit == 0 {
			require.Len(t, ids, n)
		}
		return ids
	}
	require.Len(t, find(note.Query{}), 20)
	require.Len(t, find(note.Query{About: "referral/R-7"}), 10)
	require.Len(t, find(note.Query{From: noon.Add(time.Hour), Before: noon.Add(2 * time.Hour)}), 3)
	var paged []note.ID
	for q := (note.Query{Limit: 7}); ; {
		n := 0
		for r, err := range note.NewRepository(db).Of(ctx, "P-1", q) {
			require.NoError(t, err)
			paged, q.After = append(paged, r.Summary().ID), r.Cursor()
			n++
		}
		if n < q.Limit {
			break
		}
	}
	require.Equal(t, find(note.Query{}), paged)
}
