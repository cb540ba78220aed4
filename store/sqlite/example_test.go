package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/sqlite"
)

// A scheme is kept in a file.
func Example() {
	dir, err := os.MkdirTemp("", "scheme")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if err := run(context.Background(), filepath.Join(dir, "scheme.db")); err != nil {
		fmt.Println(err)
	}
	// Output:
	// R-1007 received
}

func run(ctx context.Context, path string) error {
	handle, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=synchronous(normal)&_txlock=immediate")
	if err != nil {
		return err
	}
	defer handle.Close()
	if err := sqlite.Migrate(ctx, handle); err != nil {
		return err
	}
	db, err := sqlite.Open(ctx, handle)
	if err != nil {
		return err
	}
	defer db.Close()
	scheme := store.Tenant(db, "morecambe-bay")
	k := store.Key{Kind: "referral", ID: "R-1007"}
	if err := scheme.Commit(ctx, store.Batch{Puts: []store.Put{{Key: k, Body: []byte("received")}}}); err != nil {
		return err
	}
	r, err := scheme.Get(ctx, k)
	fmt.Println(r.ID, string(r.Body))
	return err
}
