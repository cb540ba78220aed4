package hsds_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
)

func TestAPriceSaysNothingOfDaysOnWhichItDoesNotApply(t *testing.T) {
	const expired, current = `"valid_to":"2025-12-31"`, `"valid_from":"2026-01-01"`
	for _, tt := range []struct {
		name, fields string
		free         sp.Truth // on 23 November 2026
	}{
		{"what was free last year", `"cost_options":[{"amount":0,` + expired + `}]`, sp.Unknown},
		{"what had a price last year", `"cost_options":[{"amount":3,` + expired + `}]`, sp.Unknown},
		{"what is free since this year", `"cost_options":[{"amount":3,` + expired + `},{"amount":0,` + current + `}]`, sp.Yes},
		{"what has a price since this year", `"cost_options":[{"amount":0,` + expired + `},{"amount":3,` + current + `}]`, sp.No},
		{"free for good, and last year", `"cost_options":[{"amount":0},{"amount":0,` + expired + `}]`, sp.Yes},
		{"a price for good, and free last year", `"cost_options":[{"amount":3},{"amount":0,` + expired + `}]`, sp.No},
		{"free in words, with a price of last year", `"fees":"Free","cost_options":[{"amount":3,` + expired + `}]`, sp.Unknown},
		{"free in words, and free last year", `"fees":"Free","cost_options":[{"amount":0,` + expired + `}]`, sp.Yes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := parse(t, service(tt.fields))
			require.Equal(t, tt.free, c.Services[0].Cost.Within(sp.Money{}, day("2026-11-23")))
		})
	}
}
