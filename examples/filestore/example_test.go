package filestore_test

import (
	"context"
	"fmt"
	"os"

	"github.com/socialprescribing/sp/examples/filestore"
	"github.com/socialprescribing/sp/store"
)

// Every commit is a file.
func Example() {
	dir, err := os.MkdirTemp("", "scheme")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	db, err := filestore.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	k := store.Key{Tenant: "morecambe-bay", Kind: "referral", ID: "R-1007"}
	for version := range int64(2) {
		if err := db.Commit(context.Background(), store.Batch{Puts: []store.Put{{Key: k, If: version}}}); err != nil {
			fmt.Println(err)
		}
	}
	files, err := os.ReadDir(dir)
	for _, f := range files {
		fmt.Println(f.Name())
	}
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 000000000001.gob
	// 000000000002.gob
}
