package note_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
)

// rules let link workers read the notes of the team, and nobody anything else.
type rules struct{}

func (rules) See(reader sp.Actor, _ person.ID, field string) error {
	if reader.Role == sp.RoleLinkWorker && field == string(note.Team) {
		return nil
	}
	return fmt.Errorf("%s is not for a %s: %w", field, reader.Role, sp.ErrDenied)
}

// A call is noted, read by the team alone, and forgotten with the person.
func Example() {
	ctx := context.Background()
	keys := &vault{}
	db := store.Tenant(seal.Driver(memstore.New(), keys), "morecambe-bay")
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	at := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)

	n, err := note.Write(note.Note{
		ID: "N-1", Person: "P-55", About: "referral/R-7", Class: note.Team,
		Text: sp.Hide("Rang Jo. Her sister moves out on Friday."),
	}, sp.By(ann, at))
	fmt.Println(n, err)
	fmt.Println(store.Save(ctx, store.Tenant(memstore.New(), "morecambe-bay"), n)) // nothing seals there
	fmt.Println(store.Save(ctx, db, n))

	now, err := note.NewRepository(db).Read(ctx, "P-55", note.Query{}, ann, rules{}) // what ann may read, as it reads now
	fmt.Println(len(now), err)
	for n, err := range note.NewRepository(db).Of(ctx, "P-55", note.Query{}) {
		versions, denied := n.Read(ann, rules{})
		fmt.Println(n.Summary().Class, len(versions), versions[0].Text, denied, err)
		_, denied = n.Read(sp.Actor{ID: "lee", Role: sp.RoleProvider}, rules{})
		fmt.Println(denied)
	}

	fmt.Println(n.Erase(sp.By(ann, at.Add(time.Hour))), store.Save(ctx, db, n))
	keys.destroy("P-55")
	_, err = note.NewRepository(db).Load(ctx, "N-1")
	fmt.Println("forgotten:", errors.Is(err, sp.ErrNotFound))
	// Output:
	// note N-1 <nil>
	// store: save: a record must be sealed, and nothing between here and the database does; see package seal: invalid
	// <nil>
	// 1 <nil>
	// note-team 1 [personal] <nil> <nil>
	// note: read note N-1: note-team is not for a provider: denied
	// <nil> <nil>
	// forgotten: true
}
