package custom_test

import (
	"context"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/custom"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
)

// A scheme asks who holds a blue badge, and with which pet people live.
func Example() {
	ctx := context.Background()
	db := store.Tenant(seal.Driver(memstore.New(), oneKey{}), "morecambe-bay") // a scheme has a key for each person
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	at := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)

	bay := &custom.Schema{Namespace: "bay", Version: "2026-11", Fields: []custom.Field{
		{Key: "blue-badge", Label: "Holds a blue badge", Of: custom.Person, Kind: custom.KindTruth, Audiences: []consent.Audience{consent.Health, consent.SocialCare}},
		{Key: "pet", Label: "Shares a home with", Of: custom.Person, Kind: custom.KindCode, Audiences: []consent.Audience{consent.Health, consent.Community}, Options: []custom.Option{{Code: "dog", Label: "A dog"}, {Code: "cat", Label: "A cat"}}},
	}}
	r, err := custom.New(custom.Subject{Person: "P-55"})
	fmt.Println(r, err)
	fmt.Println(r.Set(bay, custom.Values{"pet": custom.Code("lion")}, sp.By(ann, at)))
	fmt.Println(r.Set(bay, custom.Values{"pet": custom.Code("dog"), "blue-badge": custom.Truth(sp.Yes)}, sp.By(ann, at)))
	fmt.Println(store.Save(ctx, db, r))

	// A walking group may know of the dog, and of nothing else.
	may := consent.Func(func(sp.Actor, person.ID, string) error { return nil })
	r, err = custom.NewRepository(db).Load(ctx, custom.Subject{Person: "P-55"}.ID())
	seen, withheld := r.Read(bay, sp.Actor{ID: "lee", Role: sp.RoleProvider}, consent.Community, may)
	fmt.Println(seen, seen["pet"].Reveal(), err)
	fmt.Println(withheld["blue-badge"])
	// Output:
	// custom fields of person/P-55 <nil>
	// custom: set: custom fields of person/P-55: invalid: values.pet must be one of the options of the field
	// <nil>
	// <nil>
	// [personal] dog <nil>
	// custom: read blue-badge of person/P-55: is not for this audience: denied
}
