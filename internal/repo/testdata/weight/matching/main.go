// A program that reads a directory and ranks what fits somebody.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

func main() {
	catalogue, issues, err := hsds.ReadJSON(context.Background(), os.Stdin, "stdin", feed.Options{Feed: "bay"})
	fmt.Println(len(issues), err)
	fmt.Println(matching.List(matching.Rank(person.Profile{ID: "P-1"}, catalogue.Offers(), matching.Options{Needs: []needs.Code{needs.Loneliness}, Limit: 5})))
}
