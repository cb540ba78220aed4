package postgres_test

import (
	"testing"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
	"github.com/socialprescribing/sp/store/storetest"
)

func TestStoreKeepsEveryPromise(t *testing.T) {
	for name, o := range map[string]postgres.Options{
		"numbered by transaction": {},
		"numbered by counter":     {Numbering: postgres.ByCounter},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Suite{
				Open: func(t *testing.T) store.Driver {
					s, _ := open(t, 8, o)
					return s
				},
			}.Run(t)
		})
	}
}
