package funding_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
)

// three are three areas of which each column tells something else.
func three(t *testing.T) *area.Table {
	t.Helper()
	areas, err := area.New([]string{"a", "b", "c"}, 0)
	require.NoError(t, err)
	for _, c := range []struct {
		name   string
		values []int64
	}{{"people", []int64{10, 10, 10}}, {"list", []int64{30, 20, 10}}, {"minus", []int64{5, -1, 5}}} {
		areas, err = areas.With(c.name, area.Meaning{}, 0, c.values)
		require.NoError(t, err)
	}
	areas, err = areas.WithPopulation("people")
	require.NoError(t, err)
	return areas
}

func TestAProgrammeWithoutABaseOfItsOwnHasThatOfItsFormula(t *testing.T) {
	areas := three(t)
	mixed := allocate(t, sp.Pence(600), areas, funding.Policy{Formula: funding.Formula{
		Base: "list", Programmes: []funding.Programme{{Name: "all", Share: "1"}},
	}})
	require.Equal(t, []int64{300, 200, 100}, mixed.Minor())
	mixed = allocate(t, sp.Pence(600), areas, funding.Policy{Formula: funding.Formula{
		Base: "list", Programmes: []funding.Programme{{Name: "all", Share: "0.5"}, {Name: "heads", Share: "0.5", Base: "people"}},
	}})
	require.Equal(t, []int64{250, 200, 150}, mixed.Minor())
	for _, share := range []string{"-0.5", "half", "0.0000000001", ""} {
		_, err := funding.Allocate(sp.Pence(600), areas, funding.Policy{Formula: funding.Formula{Programmes: []funding.Programme{{Name: "all", Share: share}}}})
		require.ErrorIs(t, err, sp.ErrInvalid, share)
		require.ErrorContains(t, err, "must have a share that is a decimal number from 0 to 1", share)
	}
}

func TestAFormulaWeightsByAgeAndSexAndCountsNobodyBelowNothing(t *testing.T) {
	for column, ok := range map[string]bool{"list": true, "minus": false, "nowhere": false} {
		_, err := funding.Allocate(sp.Pence(600), three(t), funding.Policy{Formula: funding.Formula{
			Base: "people", Factors: []funding.Factor{{AgeSex: map[string]string{column: "1.5"}}},
		}})
		require.Equal(t, ok, err == nil, "%s: %v", column, err)
	}
}

func TestAnExplanationNamesEachStepThatWasTaken(t *testing.T) {
	a := allocate(t, sp.Pence(600), three(t), funding.Policy{Formula: funding.Formula{
		Base: "people", Programmes: []funding.Programme{{Name: "all", Share: "1", Base: "list"}}, Alpha: "2",
	}})
	e, err := a.Explain("a")
	require.NoError(t, err)
	var names []string
	for _, s := range e.Steps {
		names = append(names, s.Name)
	}
	require.Subset(t, names, []string{"people", "need by programme", "aversion to inequality"})
}
