package person_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "morecambe-bay")
	people := person.NewRepository(db)
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	at := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

	p := person.Person{
		ID:   "P-55",
		Name: sp.Hide(person.Name{Given: "Josephine", Known: "Jo"}),
		Born: sp.Hide(sp.NewDate(1959, time.March, 14)),
		Contacts: []person.Contact{{
			Value: sp.Hide("07700 900123"),
			Safe:  map[person.Channel]sp.Truth{person.Phone: sp.No, person.Text: sp.Yes},
		}},
		Channels: map[person.Channel]sp.Truth{person.Letter: sp.No}, // do not write
		Circumstances: sp.Hide(person.Circumstances{
			Languages: []directory.Language{"en"},
			Transport: person.Transport{Car: sp.No, BusPass: sp.Yes},
			Ceiling:   sp.Know(sp.Pounds(3)),
		}),
	}
	record, err := person.Register(p, sp.By(ann, at))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := store.Save(ctx, db, record); err != nil {
		fmt.Println(err)
		return
	}

	// Others work with the profile.
	profile := p.Profile(sp.DateOf(at))
	fmt.Println(profile, profile.Age.Or(0).Years(), profile.Transport.Car, profile.Transport.Alone)
	fmt.Println("ring", p.May(person.Phone), "write", p.May(person.Letter), "mail", p.May(person.Email))

	// Nothing that a program prints by accident says who it is.
	fmt.Printf("%v %+v\n", p, p.Contacts)

	// Jo asks to be forgotten. The log keeps who did what, under the pseudonym.
	if err := record.Erase(sp.By(ann, at.Add(time.Hour))); err != nil {
		fmt.Println(err)
		return
	}
	if err := store.Save(ctx, db, record); err != nil {
		fmt.Println(err)
		return
	}
	_, err = people.Load(ctx, "P-55")
	fmt.Println("forgotten:", errors.Is(err, sp.ErrNotFound))
	for event, err := range db.Log(ctx, "", "") {
		fmt.Println(event.Type, event.Key.ID, event.Stamp.By, string(event.Data), err)
	}
	// Output:
	// profile of P-55 67 no unknown
	// ring no write no mail unknown
	// person P-55 [[personal]]
	// forgotten: true
	// person.registered P-55 link-worker ann {"v":1} <nil>
	// person.erased P-55 link-worker ann {"v":1} <nil>
}
