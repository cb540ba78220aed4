// A program that loads a referral from SQLite.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"

	_ "modernc.org/sqlite"

	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/sqlite"
	"github.com/socialprescribing/sp/transition"
)

func main() {
	ctx := context.Background()
	handle, err := sql.Open("sqlite", os.Args[2])
	fmt.Println(err, sqlite.Migrate(ctx, handle))
	db, err := sqlite.Open(ctx, handle)
	fmt.Println(err)
	r, err := referral.NewRepository(store.Tenant(db, "bay"), transition.TableOnly{}).Load(ctx, referral.ID(os.Args[1]))
	fmt.Println(r, err)
}
