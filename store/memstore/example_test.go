package memstore_test

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// A store in memory behaves as a database does: whoever comes second with the
// same version is refused.
func Example() {
	ctx := context.Background()
	db := memstore.New()
	scheme := store.Tenant(db, "morecambe-bay")
	referral := store.Put{Key: store.Key{Kind: "referral", ID: "R-1007"}, Body: []byte("received")}
	fmt.Println(scheme.Commit(ctx, store.Batch{Puts: []store.Put{referral}}))
	fmt.Println(scheme.Commit(ctx, store.Batch{Puts: []store.Put{referral}}))
	r, err := scheme.Get(ctx, referral.Key)
	fmt.Println(r.Version, string(r.Body), err)
	// Output:
	// <nil>
	// store: morecambe-bay/referral/R-1007: already exists, at version 1
	// 1 received <nil>
}
