package seed_test

import (
	"context"
	"fmt"
	"time"

	"github.com/socialprescribing/sp/examples/desk/seed"
)

// The district offers help in nineteen ways.
func ExampleDirectory() {
	dir, err := seed.Directory(context.Background(), time.Date(2026, time.November, 30, 9, 0, 0, 0, time.UTC))
	fmt.Println(len(dir.Offers), err)
	// Output: 19 <nil>
}
