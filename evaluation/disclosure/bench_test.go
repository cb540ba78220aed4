package disclosure_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/socialprescribing/sp/evaluation/disclosure"
)

// large returns a table of 1,000 rows in 50 groups by 50 columns, of which a share of
// cells is small.
func large(mean float64) disclosure.Table {
	stream := rand.New(rand.NewPCG(1, 1))
	table := disclosure.Table{}
	for c := range 50 {
		table.Columns = append(table.Columns, fmt.Sprint("c", c))
	}
	for g := range 50 {
		table.Rows = append(table.Rows, disclosure.Row{Name: fmt.Sprint("g", g)})
	}
	for i := range 1000 {
		r := disclosure.Row{Name: fmt.Sprint("r", i), Parent: fmt.Sprint("g", i/20)}
		for range 50 {
			r.Counts = append(r.Counts, int64(mean*stream.ExpFloat64()))
		}
		table.Rows = append(table.Rows, r)
	}
	return table
}

func BenchmarkRelease(b *testing.B) {
	for _, p := range []disclosure.Policy{disclosure.HES(), disclosure.Threshold5(), disclosure.Threshold10()} {
		for _, mean := range []float64{8, 60, 600} {
			table := large(mean)
			b.Run(fmt.Sprintf("%s, mean %.0f", p.Name, mean), func(b *testing.B) {
				for b.Loop() {
					if _, err := disclosure.Release(table, p); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// What applying the policy cell by cell alone would cost.
func BenchmarkPolicyAlone(b *testing.B) {
	table, p := large(8), disclosure.HES()
	for b.Loop() {
		for _, r := range table.Rows {
			for _, n := range r.Counts {
				_ = p.Show(n)
			}
		}
	}
}

// The columns are in ten groups as well.
func BenchmarkReleaseTwoHierarchies(b *testing.B) {
	table, p := large(60), disclosure.HES()
	for g := range 10 {
		group := disclosure.Group{Name: fmt.Sprint("need ", g)}
		group.Columns = table.Columns[5*g : 5*g+5]
		table.Groups = append(table.Groups, group)
	}
	for b.Loop() {
		if _, err := disclosure.Release(table, p); err != nil {
			b.Fatal(err)
		}
	}
}
