package subject_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// Whatever stands in a record of somebody, it is in the document or the document is refused:
// nothing is left out in silence.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"v":1,"text":"hello"}`), uint8(0))
	f.Add([]byte(`{"v":1,"erased":true}`), uint8(1))
	f.Add([]byte(`"no object"`), uint8(2))
	f.Add([]byte("2\tpermission.opened\t2026-03-04T10:00:00.000000Z\t\tlink-worker\tann\t\t\t\t{\"v\":1}\n"), uint8(3))
	askers := []subject.Asker{subject.Self, subject.Attorney, subject.Parent, subject.Executor, subject.Claimant}
	f.Fuzz(func(t *testing.T, body []byte, as uint8) {
		db := store.Tenant(memstore.New(), "bay")
		if err := db.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: store.Key{Kind: "own", ID: "O-1"}, If: store.New, Terms: store.Terms{"person": "P-1"}, Body: body}}}); err != nil {
			return
		}
		kinds := []subject.Kind{{Name: "own", Default: "notes", History: as&128 != 0, Third: []string{"mother"}, Words: []string{"words"}}}
		d, err := subject.Read(t.Context(), db, kinds, subject.Request{Person: "P-1", As: askers[int(as&127)%len(askers)]})
		if err != nil {
			return
		}
		if len(d.Parts)+len(d.Kept) == 0 {
			t.Fatal("a document of nothing")
		}
		if _, err := d.JSON(); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		var members map[string]json.RawMessage
		if json.Unmarshal(body, &members) == nil && len(members) != len(d.Parts)+len(d.Kept) && as&128 == 0 {
			t.Fatalf("%d members, %d parts and %d withheld", len(members), len(d.Parts), len(d.Kept))
		}
	})
}

// However often and long it is asked who they are, the day on which it is owed is a working
// day, no earlier than without the questions.
func FuzzTimeLimit(f *testing.F) {
	f.Add(int32(20500), int32(3), int32(9), int32(5), int32(20), false)
	f.Add(int32(20545), int32(0), int32(0), int32(-40), int32(1), true)
	f.Fuzz(func(t *testing.T, received, a, n, b, m int32, extended bool) {
		day := func(x int32) sp.Date { return sp.NewDate(2026, time.January, 1).Add(int(x) % 2000) }
		c := subject.TimeLimit{Received: day(received), Extended: extended}
		plain, runs := c.Due()
		if !runs {
			t.Fatal("nobody asked anything")
		}
		for _, s := range [][2]int32{{a, n}, {b, m}} {
			from := day(s[0])
			c.Stops = append(c.Stops, sp.Period{Start: from, End: from.Add(int(s[1]&255) + 1)})
		}
		due, runs := c.Due()
		if !runs || due < plain || due.Weekday() == time.Saturday || due.Weekday() == time.Sunday {
			t.Fatalf("%s, without questions %s", due, plain)
		}
	})
}

// A pseudonym is that of the person and the project, and of nobody else.
func FuzzPseudonym(f *testing.F) {
	f.Add("P-1", "study", "P-2", "audit")
	f.Fuzz(func(t *testing.T, of, project, other, elsewhere string) {
		ring := subject.Keyring{Keys: []subject.Key{{ID: "k1", Secret: sp.Hide(make([]byte, 32))}}}
		name, err := ring.Pseudonym(person.ID(of), project, sp.NewDate(2026, 1, 1))
		if err != nil {
			if !errors.Is(err, sp.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		if ring.Is(name, person.ID(of), project) != sp.Yes {
			t.Fatal("it is not recognised")
		}
		if (other != of || elsewhere != project) && ring.Is(name, person.ID(other), elsewhere) == sp.Yes {
			t.Fatalf("%q in %q is %q in %q", of, project, other, elsewhere)
		}
	})
}
