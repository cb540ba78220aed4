// A program that divides a million pounds among areas.
package main

import (
	"fmt"
	"os"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
)

func main() {
	areas, issues, err := area.Read(os.Stdin, area.Layout{})
	fmt.Println(len(issues), err)
	a, err := funding.Allocate(sp.Pounds(1_000_000), areas, funding.Policy{Name: "population"})
	fmt.Println(a, err)
}
