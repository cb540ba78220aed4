package memstore_test

import (
	"testing"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

func TestDriver(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Driver { return new(memstore.Store) })
}
