package person_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/person"
)

func TestAdjustmentsAreThePublishedOnes(t *testing.T) {
	table, err := os.ReadFile(filepath.Join(shared.Dir(t), "data/fhir/codes/bars-codesystems.tsv"))
	require.NoError(t, err)
	var want []sp.Code
	for line := range strings.Lines(string(table)) {
		if column := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); column[0] == person.AdjustmentSystem {
			want = append(want, sp.Code{System: column[0], Code: column[1], Display: column[2]})
		}
	}
	require.Equal(t, want, person.Adjustments())
	for _, c := range want {
		got, ok := person.Adjustment(c.Code)
		require.True(t, ok)
		require.Equal(t, c, got)
	}
	_, ok := person.Adjustment("newplanet")
	require.False(t, ok)
}

func TestCallersCannotChangeTheAdjustments(t *testing.T) {
	person.Adjustments()[0] = sp.Code{}
	require.NotEmpty(t, person.Adjustments()[0].Code)
}
