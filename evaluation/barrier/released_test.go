package barrier_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/voice"
	"github.com/socialprescribing/sp/workforce"
)

var byAge = barrier.Plan{Groups: evaluation.By("age", facts.AgeBand)}

// impersonal are indicators that count nobody.
var impersonal = func() map[string]bool {
	all := map[string]bool{}
	for _, i := range (barrier.Plan{}).Indicators() {
		all[i.ID] = i.Impersonal
	}
	return all
}()

// Whatever is in the log: no count of a report is small, and none is exact.
func TestReportShowsNoCountThatItsPolicyWithholds(t *testing.T) {
	policies := []disclosure.Policy{disclosure.HES(), disclosure.MHSDS(), disclosure.Threshold5(), disclosure.Threshold10()}
	for n := range tier.Pick(4, 20, 2_000) {
		world, policy := evaluationtest.World{Seed: uint64(n), Referrals: 7 * n % 60, Heard: true}, policies[n%4]
		r, err := byAge.Read(ctx, world.Log(), evaluation.Options{}, barrier.Sources{}, policy)
		require.NoError(t, err)
		for row := range r.Rows() {
			if impersonal[row.Indicator] || !row.Estimate.Defined() {
				continue
			}
			mayBeShown(t, row, policy)
		}
	}
}

// mayBeShown fails for a row whose counts are small or exact, or whose share is not that of its counts.
func mayBeShown(t *testing.T, row barrier.Row, p disclosure.Policy) {
	t.Helper()
	e := row.Estimate
	for _, n := range []float64{e.Numerator, e.Denominator} {
		require.Zero(t, math.Mod(n, 5), "%+v", row)
		require.False(t, n > 0 && int64(n) < p.SmallTo, "%+v", row)
	}
	if row.Unit == string(evaluation.Share) {
		require.InDelta(t, e.Numerator/e.Denominator, e.Value, 1e-9, "made of what is shown")
		require.Positive(t, e.Numerator)
	}
}

// A report of 100 people and one of 102 differ by two whom nobody must be able to tell.
func TestReportsOfTwoDaysTellNobodyTogether(t *testing.T) {
	shown := func(n int, ledger *disclosure.Ledger) []barrier.Row {
		l := new(tape)
		l.loses(0, n, reason.TooFar)
		l.loses(0, 60, reason.NoCapacity)
		r := l.report(t, barrier.Plan{}, barrier.Sources{Ledger: ledger}, disclosure.Threshold5())
		return slices.Collect(r.Rows())
	}
	var ledger disclosure.Ledger
	first, second := shown(40, &ledger), shown(42, &ledger)
	require.NotEmpty(t, ledger.Entries)
	require.Len(t, second, len(first))
	for i := range first {
		a, b := first[i].Estimate, second[i].Estimate
		if a.Defined() && b.Defined() {
			for _, d := range []float64{b.Numerator - a.Numerator, b.Denominator - a.Denominator} {
				require.Zero(t, math.Mod(d, 5), "%+v", second[i])
			}
		}
	}
	r := barrier.Report{}
	require.NotContains(t, r.String(), "NaN", "a report that nobody made prints")
}

// Nothing of a report that a ledger refuses is shown.
// Counts that are rounded to five leave five values open, whatever is known from elsewhere: a
// ledger refuses what is known to within two.
func TestReportBesideExactCountsOfAnotherLeavesMoreThanTwoValuesOpen(t *testing.T) {
	ledger := disclosure.Ledger{}
	l := new(tape)
	l.loses(0, 40, reason.TooFar)
	l.loses(0, 60, reason.NoCapacity)
	l.report(t, barrier.Plan{}, barrier.Sources{Ledger: &ledger}, disclosure.HES())
	for i := range ledger.Entries {
		if ledger.Entries[i].Key == "barrier/8-1/lost" {
			for c := range ledger.Entries[i].Cells { // as if exact counts had been published by somebody else
				ledger.Entries[i].Cells[c].Low, ledger.Entries[i].Cells[c].High = 37, 37
			}
		}
	}
	p := disclosure.HES()
	p.RoundTo, p.Name = 5, "HES"
	r := l.report(t, barrier.Plan{}, barrier.Sources{Ledger: &ledger}, p)
	got := line(r, "8-1").Lost.Share
	require.True(t, got.Defined())
	require.Equal(t, 40.0, got.Numerator) //nolint:testifylint // it is a whole number
	tampered := false
	for _, e := range ledger.Entries {
		tampered = tampered || slices.ContainsFunc(e.Cells, func(c disclosure.EntryCell) bool { return e.Key == "barrier/8-1/lost" && c.Low == 37 && c.High == 37 })
	}
	require.True(t, tampered)
	require.True(t, line(r, "6-2").Lost.Share.Defined())
}

func TestReportIsTheSameOfCountsThatWereMerged(t *testing.T) {
	count := func(skip func(i int) bool) *evaluation.Counts {
		run, err := evaluation.New(evaluation.Options{AsOf: evaluationtest.End, By: byAge.By()}, byAge.Indicators()...)
		require.NoError(t, err)
		i := 0
		for e, err := range (evaluationtest.World{Seed: 1, Referrals: 120, Heard: true}).Log() {
			require.NoError(t, err)
			if n, isReferral := number(e.Key.ID); isReferral {
				i = n
			}
			if !skip(i) {
				require.NoError(t, run.Add(e))
			}
		}
		counts, err := run.Count(ctx)
		require.NoError(t, err)
		return counts
	}
	want, err := byAge.Make(count(func(int) bool { return false }), barrier.Sources{}, disclosure.HES())
	require.NoError(t, err)
	// Those who come back are the one after the other, in pairs of eight.
	a, b := count(func(i int) bool { return i >= 64 }), count(func(i int) bool { return i < 64 })
	require.NoError(t, a.Merge(b))
	got, err := byAge.Make(a, barrier.Sources{}, disclosure.HES())
	require.NoError(t, err)
	require.Equal(t, want.String(), got.String())
}

// number returns the number of a referral by its ID, "R-17".
func number(id string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimPrefix(id, "R-"))
	return n, err == nil && strings.HasPrefix(id, "R-")
}

func TestReportIsRowsAndJSON(t *testing.T) {
	r, err := byAge.Read(ctx, evaluationtest.World{Seed: 1, Referrals: 120, Heard: true}.Log(), evaluation.Options{}, barrier.Sources{}, disclosure.HES())
	require.NoError(t, err)
	var text strings.Builder
	require.NoError(t, r.WriteCSV(&text))
	rows, err := csv.NewReader(strings.NewReader(text.String())).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"barrier", "side", "indicator", "name", "kind", "by", "span", "group", "unit", "value", "lower", "upper", "numerator", "denominator", "undefined", "evidence"}, rows[0])
	require.Len(t, rows, 1+len(slices.Collect(r.Rows())))
	spans, groups := 0, 0
	for _, row := range rows[1:] {
		spans += len(row[6])
		groups += len(row[7])
		require.NotEqual(t, row[9] == "", row[14] == "", "a value or the reason why there is none: %q", row)
	}
	require.Positive(t, spans)
	require.Positive(t, groups)
	require.Error(t, r.WriteCSV(full{}))

	data, err := json.Marshal(r)
	require.NoError(t, err)
	var back struct {
		Lines []struct {
			No       string
			Evidence string
			Measured []struct {
				Indicator string
				Over      []struct{ Group string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(data, &back))
	require.Len(t, back.Lines, 25)
	require.Equal(t, "people-waiting", back.Lines[16].Measured[0].Indicator)
	require.NotEmpty(t, back.Lines[16].Measured[0].Over)
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, fmt.Errorf("no room") }

// What no log knows comes from the caller: figures of the team, of tables, and targets.
func TestReportTakesFiguresOfElsewhereAndTargets(t *testing.T) {
	e, err := stat.Proportion(420, 1400, 0.95)
	require.NoError(t, err)
	few, err := stat.Proportion(2, 4, 0.95)
	require.NoError(t, err)
	l := new(tape)
	for i := range 100 {
		id := fmt.Sprint(i)
		l.add(0, referral.Kind, id, referral.Received{Person: personID(id), AgeBand: []string{"0-17", "65-74"}[i%2]})
		if i%4 != 0 && i%3 != 0 {
			l.add(1, referral.Kind, id, referral.Accepted{})
		} else {
			l.add(1, referral.Kind, id, referral.Declined{Reason: reason.Because(reason.OutsideRemit)})
		}
	}
	r := l.report(t, byAge, barrier.Sources{
		Team:    []workforce.Figure{{Number: 52, Name: "time for administration", Estimate: e}, {Number: 53, Name: "vacant posts", Estimate: few}},
		Figures: []evaluation.Figure{{Indicator: "funding-equity", Name: "concentration of money", Unit: "index", Estimate: stat.Estimate{Value: -0.13, Interval: stat.Interval{Lower: -0.21, Upper: -0.02}, Level: 0.95, Denominator: 15, Of: "areas"}}},
		Targets: map[string]barrier.Target{catalogue.AcceptedID: {Value: 0.3, Source: "the year before"}, "52": {Value: 0.2, Source: "our plan"}},
		People:  map[voice.Speaker]int{voice.LinkWorker: 40},
	}, disclosure.HES())
	require.InDelta(t, 0.3, line(r, "2-4").Measured[0].Estimate.Value, 1e-9)
	require.Equal(t, barrier.Fair, line(r, "2-4").Evidence)
	require.Equal(t, barrier.Silent, line(r, "2-4").Measured[0].Target.Verdict, "nobody says whether more is better")
	require.Equal(t, barrier.Withheld, line(r, "2-1").Measured[0].Estimate.Undefined, "two of four people")
	require.Equal(t, barrier.None, line(r, "2-1").Evidence)
	require.Equal(t, "ask 29 of 40 link workers", line(r, "2-1").Ask[0].String())
	require.Contains(t, line(r, "2-1").String(), "too few people to be shown")
	require.InDelta(t, -0.13, line(r, "1-2").Measured[0].Estimate.Value, 1e-9)
	accepted := line(r, "6-3").Measured[0]
	require.Equal(t, barrier.Better, accepted.Target.Verdict)
	require.Contains(t, accepted.String(), "better than 30 % (the year before)")
	require.Equal(t, "0-17", accepted.Gap.Lowest)
	require.Equal(t, "65-74", accepted.Gap.Highest)
	require.True(t, accepted.Gap.Disparity.Defined())
	require.Contains(t, line(r, "6-3").Details(), "of the mean away from it")
}
