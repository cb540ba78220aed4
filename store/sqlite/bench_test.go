package sqlite_test

import (
	"fmt"
	"testing"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/storetest"
)

func BenchmarkDriver(b *testing.B) {
	for _, records := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprintf("records=%d", records), func(b *testing.B) {
			storetest.Bench(b, records, func(b *testing.B) store.Driver { return open(b, handle(b, file(b))) })
		})
	}
}
