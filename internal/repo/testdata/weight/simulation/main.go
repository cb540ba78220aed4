// A program that plays a scheme through.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/socialprescribing/sp/simulation"
)

func main() {
	var s simulation.Scenario
	fmt.Println(json.NewDecoder(os.Stdin).Decode(&s))
	r, err := simulation.Run(context.Background(), s, simulation.Policy{}, simulation.Options{Seed: os.Args[1]})
	fmt.Println(r, err)
}
