package lab_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/lab"
	"github.com/socialprescribing/sp/simulation/queue"
)

// A journal keeps finished runs under the number of the model: runs of a model that does something
// else must not be taken for those of this one. What is hashed is what policies change in a tiny
// study, to a tenth, so that no rounding of another processor moves it.
func TestCompareDoesWhatItDidUnderTheNumberOfTheModel(t *testing.T) {
	s := study(
		asNow, lab.Policy{Name: "worker", Workers: 1}, lab.Policy{Name: "places", Places: 4},
		lab.Policy{Name: "contracts", Contracts: lab.Contracts{Months: 3, CarryOver: true}},
		lab.Policy{Name: "asks at once", Policy: simulation.Policy{Placing: simulation.AtOnce, Sharing: simulation.Learning, Ageing: 30}},
	)
	s.Scenario.Way = simulation.Optimistic().Way
	s.Scenario.Way.Closure = queue.Exponential(2000)
	var did strings.Builder
	for _, d := range compare(t, s, lab.Options{Pairs: 3, Workers: 2}).Differences {
		change := d.Constant.Or(d.Mean.Value)
		if change == 0 {
			change = 0 // of minus nothing
		}
		fmt.Fprintf(&did, "%s %s %s %s %.1f\n", d.Policy, d.Measure, d.By, d.Group, change)
	}
	kept := map[string]string{"2": "efa02a66c2b559f2"}
	got := fmt.Sprintf("%x", sha256.Sum256([]byte(did.String())))[:16]
	require.Equal(t, kept[lab.Model], got, "the model does not do what it did under number %s: if that is meant, raise Model by one and keep this hash beside the new number; if it is not, find what changed", lab.Model)
}
