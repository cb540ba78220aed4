package special

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/shared"
)

// Source: qt of R 4.2.2.
func TestStudentsQuantilesMatchRWithinTheLevelsThatAreTaken(t *testing.T) {
	f, err := os.Open(filepath.Join(shared.Dir(t), "data/evaluation/stats/quantile_t.csv"))
	require.NoError(t, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	checked := 0
	for _, row := range all[1:] {
		var v [3]float64
		for i := range v {
			v[i], err = strconv.ParseFloat(row[i], 64)
			require.NoError(t, err)
		}
		if p := v[0]; p > .5 && p <= .99995 || p < .5 && p >= 5e-5 {
			level := 1 - 2*min(p, 1-p)
			require.InEpsilon(t, max(v[2], -v[2]), Student(level, v[1]), 1e-11, "%v", row)
			checked++
		}
	}
	require.Greater(t, checked, 20)
}

func TestASpecialSumLosesNothingThatIsSmallBesideWhatIsLarge(t *testing.T) {
	var s Sum
	for range 1_000_000 {
		s.Add(.1)
	}
	s.Add(1e16)
	s.Add(-1e16)
	require.InDelta(t, 100_000, s.Value(), 1e-9)
}
