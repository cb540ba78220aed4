package transitiontest_test

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/transition/transitiontest"
)

// A table that lends wheelchairs to whoever asks has nine mistakes waiting to be made.
func Example() {
	m := &transition.Machine[string, string, bool]{Name: "wheelchair", Rules: []transition.Rule[string, string, bool]{{
		Command: "lend", Event: "wheelchair.lent", From: []string{""}, To: "lent",
		By: []transition.Party[bool]{{Words: "a link worker", Role: sp.RoleLinkWorker}},
	}}}
	for what := range transitiontest.Mutants(m) {
		fmt.Printf("%q\n", what)
	}
	// Output:
	// "row 1, lend: never"
	// "row 1, lend: other command name"
	// "row 1, lend: other event name"
	// "row 1, lend: not from "
	// "row 1, lend: to "
	// "row 1, lend: also from lent"
	// "row 1, lend: not by a link worker"
	// "row 1, lend: other words for a link worker"
	// "row 1, lend: any role as a link worker"
}
