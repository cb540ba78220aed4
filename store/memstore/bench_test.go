package memstore_test

import (
	"fmt"
	"testing"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

// BenchmarkDriver shows that neither commits nor reads get slower with the
// number of records.
func BenchmarkDriver(b *testing.B) {
	for _, records := range []int{1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("records=%d", records), func(b *testing.B) {
			storetest.Bench(b, records, func(*testing.B) store.Driver { return memstore.New() })
		})
	}
}
