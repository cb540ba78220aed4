package register_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

// Whoever gives whatever command in whatever order: a refused one changes nothing, "may I?"
// agrees, and what is saved is read as it was, with the same answers.
func FuzzRegister(f *testing.F) {
	f.Add([]byte{0, 0, 1, 0, 12, 0, 2, 0})
	f.Add([]byte{0, 0, 5, 0, 12, 0, 7, 1, 16, 0})
	f.Add([]byte{0, 6, 1, 6, 3, 6, 6, 1, 7, 2})
	table, who := register.Table().Commands(), people()
	f.Fuzz(func(t *testing.T, steps []byte) {
		r := register.New("P-1", transition.TableOnly{})
		for i := 0; i+1 < len(steps) && i < 60; i += 2 {
			c, s := table[int(steps[i])%len(table)], who[int(steps[i+1])%len(who)]
			before, may := len(slicesOf(r)), r.May(c, s)
			err := commands[c](r, string(rune('a'+i%26)), s)
			switch n := len(slicesOf(r)) - before; {
			case err != nil && n != 0:
				t.Fatalf("%s was refused (%v) and changed something", c, err)
			case may != nil && err == nil:
				t.Fatalf("%s was done, and may not be: %v", c, may)
			case err != nil && !errors.Is(err, sp.ErrInvalid) && !errors.Is(err, sp.ErrDenied) && !errors.Is(err, may) && may == nil:
				t.Fatalf("%s: %v", c, err)
			}
		}
		if len(slicesOf(r)) == 0 {
			return
		}
		db := store.Tenant(memstore.New(), "bay")
		if _, err := register.NewRepository(db, nil).Waiting(t.Context(), "ann"); err != nil {
			t.Fatal(err)
		}
		if err := store.Save(t.Context(), db, r); err != nil && !errors.Is(err, sp.ErrConflict) && !errors.Is(err, sp.ErrExists) {
			t.Fatal(err)
		} else if err != nil {
			return // whose glass it was has no record yet
		}
		again, err := register.NewRepository(db, transition.TableOnly{}).Load(t.Context(), "P-1")
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(slicesOf(r), slicesOf(again)) || len(r.Told()) != len(again.Told()) || len(r.Corrections()) != len(again.Corrections()) || len(r.Exposures()) != len(again.Exposures()) {
			t.Fatal("it is read otherwise than it was saved")
		}
		q := garden
		q.At, q.Field = noon, "name"
		if policy.Decide(r.File(facts), q) != policy.Decide(again.File(facts), q) {
			t.Fatal("it decides otherwise than it was saved")
		}
	})
}

// Whatever stands in the data of an event, it is read or refused.
func FuzzDecodeEvent(f *testing.F) {
	for i, name := range register.Table().Events() {
		f.Add(uint8(i), []byte(`{"v":1}`))
		f.Add(uint8(i), []byte(`{"v":1,"id":"T-1","choice":{"id":"C-1","at":"2026-11-27T12:00:00Z"},"kinds":["identity"]}`))
		_ = name
	}
	names := register.Table().Events()
	f.Fuzz(func(t *testing.T, i uint8, data []byte) {
		name := names[int(i)%len(names)]
		e, err := register.DecodeEvent(name, data)
		if err == nil && e.EventType() != name {
			t.Fatalf("%s is read as %s", name, e.EventType())
		}
	})
}
