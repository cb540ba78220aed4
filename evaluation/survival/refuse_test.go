package survival_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/evaluation/survival"
)

// failed turns the result of a function into its error.
func failed[T any](_ T, err error) error { return err }

func TestDurationsThatAreImpossibleAreRefused(t *testing.T) {
	var d survival.Durations
	var e survival.Ends
	for name, err := range map[string]error{
		"Durations of a negative wait":    d.Ended(-1),
		"Durations beyond all lives":      d.Waiting(survival.MaxDuration + 1),
		"Ends without a way":              e.Ended("", 1),
		"Ends of a negative wait":         e.Ended("begun", -1),
		"Curve.Quantile of all":           failed(d.Curve().Quantile(1, .95)),
		"Curve.Left at no level":          failed(d.Curve().Left(1, 0)),
		"Curve.Left before the start":     failed(d.Curve().Left(-1, .95)),
		"Curve.RestrictedMean of no time": failed(d.Curve().RestrictedMean(0, .95)),
		"Incidence.By before the start":   failed(e.Incidence("begun").By(-1, .95)),
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, err, sp.ErrInvalid) })
	}
}

func TestWhatDurationsCannotTellIsUndefinedWithItsReason(t *testing.T) {
	var nobody, unended, six survival.Durations
	require.NoError(t, unended.Waiting(5))
	require.NoError(t, six.Ended(2))
	require.NoError(t, six.Waiting(6))
	require.NoError(t, six.Waiting(6))
	of := func(e stat.Estimate, err error) stat.Undefined {
		t.Helper()
		require.NoError(t, err)
		require.False(t, math.IsNaN(e.Interval.Lower) || math.IsNaN(e.Interval.Upper))
		require.Zero(t, e.Value)
		return e.Undefined
	}
	for name, c := range map[string]struct{ want, got stat.Undefined }{
		"Curve.Left of nobody":                          {stat.NoCases, of(nobody.Curve().Left(100, .95))},
		"Curve.Left beyond the last day seen":           {stat.NotSeen, of(six.Curve().Left(100, .95))},
		"Curve.Quantile of nobody":                      {stat.NoCases, of(nobody.Curve().Quantile(.5, .95))},
		"Curve.Quantile that is not reached":            {stat.NotReached, of(six.Curve().Quantile(.5, .95))},
		"Curve.RestrictedMean of nobody":                {stat.NoCases, of(nobody.Curve().RestrictedMean(5, .95))},
		"Curve.RestrictedMean beyond the last day seen": {stat.NotSeen, of(six.Curve().RestrictedMean(7, .95))},
		"Incidence of nobody":                           {stat.NoCases, of((&survival.Ends{}).Incidence("begun").By(1, .95))},
		"LogRank of one group":                          {stat.OneGroup, survival.LogRank(&six).Undefined},
		"LogRank of no group":                           {stat.OneGroup, survival.LogRank().Undefined},
		"LogRank where nothing ended":                   {stat.OneGroup, survival.LogRank(&unended, &unended).Undefined},
		"Gray of one group":                             {stat.OneGroup, survival.Gray("begun", &survival.Ends{}).Undefined},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, c.got) })
	}
}

func TestACurveSaysWhatIsKnownOfWhatIsNotReached(t *testing.T) {
	var d survival.Durations
	require.NoError(t, d.Ended(2))
	require.NoError(t, d.Waiting(6))
	require.NoError(t, d.Waiting(6))
	median, err := d.Curve().Quantile(.5, .95)
	require.NoError(t, err)
	require.Equal(t, stat.NotReached, median.Undefined)
	require.Equal(t, stat.Interval{Lower: 2, Upper: math.Inf(1)}, median.Interval)
	require.Equal(t, "undefined: too many are still waiting", median.String())
	left, err := d.Curve().Left(6, .95)
	require.NoError(t, err)
	require.InDelta(t, 2.0/3, left.Value, 1e-15)
}
