package page_test

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/socialprescribing/sp/examples/desk/page"
)

func Example() {
	pages, err := page.New("en-GB", nil)
	if err != nil {
		panic(err)
	}
	var w bytes.Buffer
	err = pages.Write(&w, page.Frame{Site: "Sandholme Link", Who: "Ann Archer"}, page.Today{Title: "Nothing is waiting for you"})
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(w.String()) {
		if strings.Contains(line, "<h1") || strings.Contains(line, "<title") {
			fmt.Print(line)
		}
	}
	// Output:
	// <title>Nothing is waiting for you - Sandholme Link</title>
	// <h1 class="name">Nothing is waiting for you</h1>
}
