// A program that loads a referral from PostgreSQL.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
	"github.com/socialprescribing/sp/transition"
)

func main() {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, os.Args[2])
	fmt.Println(err, postgres.Migrate(ctx, pool, postgres.Options{}))
	db, err := postgres.Open(ctx, pool)
	fmt.Println(err)
	r, err := referral.NewRepository(store.Tenant(db, "bay"), transition.TableOnly{}).Load(ctx, referral.ID(os.Args[1]))
	fmt.Println(r, err)
}
