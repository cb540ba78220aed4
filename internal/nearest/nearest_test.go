package nearest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/nearest"
)

func TestTheNearestWordIsOneOfTheListOrNone(t *testing.T) {
	known := []string{"loneliness", "low-mood", "debt", "grief", "housing", "benefits"}
	for text, want := range map[string]string{
		"lonely" + "ness": "loneliness", "lonliness": "loneliness", "low_mood": "low-mood", "dept": "debt", "benefit": "benefits", "debt": "debt",
		"Housing": "housing", "unemployment": "", "x": "", "": "", "zz": "", strings.Repeat("loneliness", 7): "",
	} {
		require.Equal(t, want, nearest.To(text, known), text)
	}
	require.Empty(t, nearest.To("debt", []string{strings.Repeat("debt", 20)}))
	require.Empty(t, nearest.To[string]("debt", nil))
}
