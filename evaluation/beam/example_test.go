package beam_test

import (
	"fmt"

	"github.com/socialprescribing/sp/evaluation/beam"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
)

// A plan is what travels to the workers. It needs a last day, since none of them sees the last event.
func ExamplePlan() {
	_, err := beam.Plan{By: "practice"}.Run()
	fmt.Println(err)
	run, err := beam.Plan{AsOf: evaluationtest.End, By: "practice"}.Run()
	fmt.Println(len(run.Indicators()) > 60, err)
	// Output:
	// beam: plan: invalid: AsOf must be given
	// true <nil>
}
