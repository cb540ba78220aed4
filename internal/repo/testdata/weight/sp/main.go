// A program that checks an NHS number.
package main

import (
	"fmt"
	"os"

	"github.com/socialprescribing/sp"
)

func main() {
	n, err := sp.ParseNHSNumber(os.Args[1])
	fmt.Println(n, err)
}
