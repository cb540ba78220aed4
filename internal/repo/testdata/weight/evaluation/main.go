// A program that counts every indicator of a log.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/eventfile"
)

func main() {
	run, err := evaluation.New(evaluation.Options{}, catalogue.All(catalogue.Standards{})...)
	if err == nil {
		err = run.Read(context.Background(), eventfile.Read(os.Stdin, "stdin"), nil)
	}
	fmt.Println(err)
	figures, err := run.Figures(context.Background())
	fmt.Println(figures, err)
}
