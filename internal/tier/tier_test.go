package tier

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTierIsThatOfTheVariableAndFastWithoutIt(t *testing.T) {
	for variable, want := range map[string]Tier{"": Fast, "fast": Fast, "full": Full, "long": Long, "longest": Fast} {
		t.Setenv("SP_TIER", variable)
		require.Equal(t, want, Now(), variable)
		require.Equal(t, want, Pick(Fast, Full, Long), variable)
	}
}

func TestNeedSkipsBelowItsTierAlone(t *testing.T) {
	t.Setenv("SP_TIER", "full")
	ran := false
	t.Run("below", func(t *testing.T) {
		Need(t, Long)
		t.Error("was not skipped")
	})
	t.Run("at", func(t *testing.T) {
		Need(t, Full)
		ran = true
	})
	require.True(t, ran)
}
