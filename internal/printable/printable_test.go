package printable_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/printable"
)

func TestIDRepeatsNothingThatIsNoID(t *testing.T) {
	require.Equal(t, "R-7", printable.ID("R-7"))
	for _, no := range []string{"", "Ann Smith", "ann\n", strings.Repeat("x", 201)} {
		require.Equal(t, "(malformed id)", printable.ID(no))
	}
}
