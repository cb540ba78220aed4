package hsds_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// Days that stand in a list, in whatever words, are kept once when they go out and come back.
func TestExporterKeepsAListOfWeekdaysOnce(t *testing.T) {
	for _, days := range []string{`["Tuesday","Thursday"]`, `["TU","TH"]`, `["Tuesday","Thirsday"]`, `"Tuesday, Thursday"`, `["mon-fri"]`} {
		first, _ := parse(t, `{"id":"1","name":"Tea","status":"active","schedules":[{"id":"r","freq":"WEEKLY","byday":`+days+`}]}`)
		again := inTables(t, first)
		require.Empty(t, cmp.Diff(first.Services[0].Extra, again.Services[0].Extra), days)
		require.Equal(t, first.Services[0].Schedules[0].Rule, again.Services[0].Schedules[0].Rule, days)
		require.Empty(t, cmp.Diff(first.Services[0].Extra, inTables(t, again).Services[0].Extra), days)
	}
}
