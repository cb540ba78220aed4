package repo

import (
	"fmt"
	"os"
	"testing"

	"github.com/socialprescribing/sp/internal/tier"
)

// The rules read files, and nothing runs at the same time: the race detector would
// only take a minute more.
func TestMain(m *testing.M) {
	if tier.Racing() {
		fmt.Println("the rules of the repository are checked without the race detector")
		os.Exit(0)
	}
	os.Exit(m.Run())
}
