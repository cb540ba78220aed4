package measure_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/needs/measure"
)

// TestEachInstrumentScoresAsItsRulesWereRead holds every range, table, band, line
// and weight to a file that a person has read beside the sources. A slip in one
// number would otherwise pass for a change in people. Wording is left out.
func TestEachInstrumentScoresAsItsRulesWereRead(t *testing.T) {
	var b strings.Builder
	write := func(format string, v any) {
		data, err := json.Marshal(v)
		require.NoError(t, err)
		fmt.Fprintf(&b, format, data)
	}
	for _, in := range measure.Shipped() {
		fmt.Fprintf(&b, "%s %s\n", in.Code, in.Version)
		for _, item := range in.Items {
			item.Text, item.Options = "", nil
			write("\titem %s\n", item)
		}
		for _, scale := range in.Scales {
			write("\tscale %s\n", scale)
		}
		for _, alert := range in.Alerts {
			write("\talert %s\n", alert)
		}
	}
	for _, set := range []measure.ValueSet{measure.UK3L(), measure.UK5L(), measure.ICECAPO()} {
		write("%s\n", set)
	}
	goldentest.Equal(t, "testdata/shipped.txt", b.String())
}
