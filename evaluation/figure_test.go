package evaluation

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/socialprescribing/sp/evaluation/stat"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/survival"
)

func TestFiguresPrintAsAReaderExpects(t *testing.T) {
	share := func(x, n int64, m stat.Method) string {
		e, err := newShare("reached", "people in need", x, n, m, .95)
		require.NoError(t, err)
		return e.String()
	}
	require.Equal(t, "reached: 71.4 % (68.9 to 73.8), 912 of 1,277 people in need, Wilson 95 %", share(912, 1277, stat.MethodWilson))
	require.Equal(t, "reached: 0.0 % (0.0 to 84.2), 0 of 2 people in need, Clopper-Pearson 95 %", share(0, 2, stat.MethodClopperPearson))
	require.Equal(t, "reached: undefined: there are no cases", share(0, 0, stat.MethodWilson))

	rate, err := newRate("incidents", 12, 4_000_000, 1000, "per 1,000 referrals", stat.MethodByar, .998)
	require.NoError(t, err)
	require.Equal(t, "incidents: 0.00 per 1,000 referrals (0.00 to 0.01), 12 of 4,000,000, Byar 99.8 %", rate.String())

	rate, err = newRate("incidents", 12, 4_000, 1000, "per 1,000 referrals", stat.MethodByar, .95)
	require.NoError(t, err)
	require.Equal(t, "incidents: 3.00 per 1,000 referrals (1.55 to 5.24), 12 of 4,000, Byar 95 %", rate.String())

	rate, err = newRate("incidents", 0, 4_000, 1000, "per 1,000 referrals", stat.MethodExact, .95)
	require.NoError(t, err)
	require.Equal(t, "incidents: 0.00 per 1,000 referrals (0.00 to 0.92), 0 of 4,000, exact Poisson 95 %", rate.String(), "none of some is a rate")

	_, err = newRate("incidents", 1<<53, 1, 1e300, "per so many", stat.MethodByar, .95)
	require.ErrorIs(t, err, sp.ErrInvalid, "no number is beyond all numbers")

	rate, err = newRate("incidents", 0, 0, 1000, "per 1,000 referrals", stat.MethodExact, .95)
	require.NoError(t, err)
	require.Equal(t, "incidents: undefined: there are no cases", rate.String())
	require.Equal(t, stat.Interval{Upper: math.Inf(1)}, rate.Estimate.Interval, "of nothing any rate is possible")

	var d survival.Ends
	for n := range 3 {
		require.NoError(t, d.Ended(Reached, 10*n))
	}
	median, err := newWait("wait", "referrals", &d, Reached, .95)
	require.NoError(t, err)
	require.Equal(t, "wait: 10 days (0 or more), 3 of 3 referrals, Aalen-Johansen median 95 %", median.String())
	var open survival.Ends
	require.NoError(t, open.Ended(Reached, 3))
	require.NoError(t, open.Waiting(9))
	without, err := newWait("wait", "referrals", &open, Reached, .95)
	require.NoError(t, err)
	require.Equal(t, "wait: 6 days (3 or more), 1 of 2 referrals, Aalen-Johansen median 95 %", without.String())
	without.Estimate.Value = 1
	require.Equal(t, "wait: 1 day (3 or more), 1 of 2 referrals, Aalen-Johansen median 95 %", without.String())
	_, err = json.Marshal(without)
	require.NoError(t, err, "a limit without end is null in JSON")
	median.Category, median.Excluded = "urgent", 1234
	require.Equal(t, "wait: urgent: 10 days (0 or more), 3 of 3 referrals, Aalen-Johansen median 95 %, 1,234 left out", median.String())
}

func TestAFigureRefusesNumbersThatCannotBe(t *testing.T) {
	var d survival.Ends
	for name, f := range map[string]func() error{
		"more than all":        func() error { _, err := newShare("s", "", 3, 2, stat.MethodWilson, .95); return err },
		"some of nothing":      func() error { _, err := newShare("s", "", 3, 0, stat.MethodWilson, .95); return err },
		"a rate's method":      func() error { _, err := newShare("s", "", 1, 2, stat.MethodByar, .95); return err },
		"a rate over nothing":  func() error { _, err := newRate("r", 1, 0, 1, "", stat.MethodByar, .95); return err },
		"a rate per nothing":   func() error { _, err := newRate("r", 1, 2, 0, "", stat.MethodByar, .95); return err },
		"a negative count":     func() error { _, err := newRate("r", -1, 2, 1, "", stat.MethodExact, .95); return err },
		"a share's method":     func() error { _, err := newRate("r", 1, 2, 1, "", stat.MethodWilson, .95); return err },
		"none by no method":    func() error { _, err := newShare("s", "", 0, 0, "guess", .95); return err },
		"none at no level":     func() error { _, err := newShare("s", "", 0, 0, stat.MethodWilson, 95); return err },
		"a rate of none":       func() error { _, err := newRate("r", 0, 0, 1, "", stat.MethodWilson, .95); return err },
		"no rate per nothing":  func() error { _, err := newRate("r", 0, 0, 0, "", stat.MethodByar, .95); return err },
		"a median at no level": func() error { _, err := newWait("m", "", &d, Reached, 2); return err },
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, f(), sp.ErrInvalid) })
	}
	_, err := newShare("reached", "", 1, 2, stat.MethodByar, .95)
	require.EqualError(t, err, "evaluation: reached: method Byar: invalid: does not suit this kind of number")
	_, err = newRate("incidents", 1, 0, 1, "", stat.MethodByar, .95)
	require.ErrorContains(t, err, "evaluation: incidents: rate: invalid: exposure must be above 0")
}
