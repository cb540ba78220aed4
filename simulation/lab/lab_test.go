package lab_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/lab"
	"github.com/socialprescribing/sp/simulation/queue"
)

var start = sp.NewDate(2026, time.April, 1)

// study is a small district, in which one practice lies in the town and one in the hills.
func study(policies ...lab.Policy) lab.Study {
	preset := simulation.Published()
	group := func(name string, lat float64) simulation.Group {
		return simulation.Group{
			Name: name, Source: "gp", From: directory.ID("bay/" + name), Team: "bay",
			Profile: person.Profile{ID: person.ID("P-" + name), On: start, Home: directory.Home{Point: geo.Point{Lat: lat, Lon: -3}}},
			PerWeek: []simulation.Rate{{From: start, PerWeek: 6}},
			Urgency: []simulation.Chance[referral.Urgency]{{Value: referral.Routine, Weight: 9}, {Value: referral.Urgent, Weight: 1}},
			Needs:   []simulation.Chance[needs.Code]{{Value: needs.Loneliness, Weight: 3}, {Value: needs.Debt, Weight: 1}},
		}
	}
	supply := func(name string, need needs.Code, lat float64) simulation.Supply {
		id := directory.ID("bay/" + name)
		return simulation.Supply{Places: 6, Sessions: 8, Gap: 7, Offer: directory.Offer{
			ID: id, Service: id, Organisation: id, Name: name, Point: geo.Point{Lat: lat, Lon: -3.01},
			Facts: directory.Facts{Topics: []sp.Code{need.Concept()}, Delivery: directory.Truths[directory.Mode]{directory.InPerson: sp.Yes}},
		}}
	}
	return lab.Study{
		Name: "bay",
		Scenario: simulation.Scenario{
			Start: start, Days: 400, Way: preset.Way,
			Groups: []simulation.Group{group("town", 54), group("hills", 54.15)},
			Teams:  []simulation.Team{{Name: "bay", Posts: 2, Cap: preset.Cap}},
			Supply: []simulation.Supply{supply("walks", needs.Loneliness, 54), supply("choir", needs.Loneliness, 54.01), supply("advice", needs.Debt, 54)},
		},
		Travel:  lab.Travel{KmPerHour: 15, Wait: 5, Fare: sp.Pounds(4)},
		Prices:  lab.Prices{Worker: sp.Pounds(36_428), Place: sp.Pounds(400), Voucher: sp.Pounds(4), Feedback: sp.Pounds(5)},
		Effects: lab.Effects{Gap: queue.Uniform{Low: 0, High: 90}, Unspent: 0.1, VoucherKeeps: 0.5, FeedbackFewer: 0.5, FeedbackWants: 0.1},
		About:   map[string]map[string]string{"town": {"deprivation": "most deprived"}, "hills": {"deprivation": "others"}},
		Sources: preset.Sources, Policies: policies,
	}
}

var asNow = lab.Policy{Name: "as now"}

func compare(t *testing.T, s lab.Study, o lab.Options) *lab.Comparison {
	t.Helper()
	o.Seed = "test"
	c, err := lab.Compare(t.Context(), s, o)
	require.NoError(t, err)
	return c
}

func difference(t *testing.T, c *lab.Comparison, policy string, m lab.Measure) lab.Difference {
	t.Helper()
	d, known := c.Difference(policy, m)
	require.True(t, known)
	return d
}

func TestCompareFindsWhatAWorkerMoreAndPlacesMoreDo(t *testing.T) {
	c := compare(t, study(asNow, lab.Policy{Name: "worker", Workers: 1}, lab.Policy{Name: "places", Places: 6}), lab.Options{Pairs: 12, Workers: 2})
	require.Equal(t, lab.Better, difference(t, c, "worker", lab.ToContact).Verdict)
	require.Equal(t, lab.Better, difference(t, c, "places", lab.ToPlace).Verdict)
	require.Equal(t, lab.Better, difference(t, c, "places", lab.Began).Verdict)
	require.Equal(t, lab.Worse, difference(t, c, "worker", lab.Cost).Verdict)
	require.Equal(t, lab.Same, difference(t, c, "places", lab.Referred).Verdict, "the same people come")
	require.Less(t, difference(t, c, "worker", lab.ToContact).Variance.Or(1), 0.5)
	require.Len(t, c.Stress, 24)
	require.False(t, c.Partial)
}

func TestCompareFindsNoDifferenceBetweenEqualPoliciesAndInventsNoInterval(t *testing.T) {
	c := compare(t, study(asNow, lab.Policy{Name: "the same"}), lab.Options{Pairs: 4})
	for _, d := range c.Differences {
		if d.Verdict == lab.Untold {
			continue
		}
		require.Equal(t, lab.Same, d.Verdict, d.Measure)
		require.Equal(t, sp.Know(0.0), d.Constant)
		require.Equal(t, stat.NoSpread, d.Mean.Undefined)
		require.InDelta(t, 1, d.P, 0)
	}
}

func TestCompareIsTheSameForAnyNumberOfWorkersAndFromAJournal(t *testing.T) {
	s := study(asNow, lab.Policy{Name: "vouchers", Vouchers: true}, lab.Policy{Name: "contracts", Contracts: lab.Contracts{Months: 3}})
	var kept bytes.Buffer
	journal, err := lab.NewJournal(strings.NewReader(""), &kept)
	require.NoError(t, err)
	one := compare(t, s, lab.Options{Pairs: 4, Journal: journal})
	require.Equal(t, one, compare(t, s, lab.Options{Pairs: 4, Workers: 3}))
	require.Equal(t, 12, strings.Count(kept.String(), "\n"))

	done := kept.String()
	half, err := lab.NewJournal(strings.NewReader(done[:len(done)*2/3]), &kept)
	require.NoError(t, err)
	var last lab.Progress
	again := compare(t, s, lab.Options{Pairs: 4, Journal: half, Progress: func(p lab.Progress) { last = p }})
	require.Equal(t, one, again)
	require.Equal(t, 12, last.Done)
	require.InDelta(t, 7.5, float64(last.Known), 0.6)
	require.Equal(t, sp.Know(time.Duration(0)), last.Remaining(time.Hour))

	// Whatever decides a run decides under what name it is kept.
	whole, err := lab.NewJournal(strings.NewReader(done), nil)
	require.NoError(t, err)
	s.Scenario.Way.Met = 0.6
	played := 0
	compare(t, s, lab.Options{Pairs: 4, Journal: whole, Progress: func(p lab.Progress) { played = p.Done - p.Known }})
	require.Equal(t, 12, played)
}

func TestNewJournalRefusesWhatIsNoFinishedRun(t *testing.T) {
	_, err := lab.NewJournal(strings.NewReader("\n{\"v\":7}\n"), nil)
	require.ErrorContains(t, err, "line 2")
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestCompareStopsWhenItKnowsEnough(t *testing.T) {
	s := study(asNow, lab.Policy{Name: "worker", Workers: 1})
	c := compare(t, s, lab.Options{Pairs: 64, Workers: 2, Until: lab.Enough{Measure: lab.ToContact, Within: 12}})
	require.Less(t, c.Pairs, 64)
	require.Equal(t, 4, c.Looks)
	d := difference(t, c, "worker", lab.ToContact)
	require.LessOrEqual(t, (d.Mean.Interval.Upper-d.Mean.Interval.Lower)/2, 12.0)
	require.InDelta(t, 1-0.05/4, d.Mean.Level, 1e-12, "each look spends a part of the error")
}

func TestCompareStopsWhenItIsToldToAndReturnsWhatIsDone(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	c, err := lab.Compare(ctx, study(asNow, lab.Policy{Name: "worker", Workers: 1}), lab.Options{Seed: "test", Pairs: 50, Progress: func(p lab.Progress) {
		if p.Done == 7 {
			stop()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, c.Partial)
	require.Equal(t, 3, c.Pairs)
}

func TestCompareNamesEveryFaultByItsPath(t *testing.T) {
	s := study(lab.Policy{Name: "a", Workers: -3, Places: -7, Policy: simulation.Policy{Shares: funding.Policy{Name: "per head"}}}, lab.Policy{Name: "a", Vouchers: true, Vacancy: sp.Know(-1), Contracts: lab.Contracts{CarryOver: true}})
	s.Travel, s.Effects.Unspent, s.Scenario.Way.Tenure = lab.Travel{}, 2, nil
	s.About["nowhere"] = map[string]string{"distance": "near"}
	_, err := lab.Compare(t.Context(), s, lab.Options{Pairs: 1e9, Level: 1, Workers: -1, Until: lab.Enough{Measure: "luck", Within: 1}})
	var invalid *sp.InvalidError
	require.ErrorAs(t, err, &invalid)
	var paths []string
	for _, f := range invalid.Fields {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{
		"policies[0].workers", "policies[0].places", "policies[0].places", "policies[0].places", "policies[0].shares",
		"policies[1].name", "policies[1].vouchers", "policies[1].contracts.carryOver", "policies[1].vacancy", "policies[1].vacancy",
		"effects.unspent", "about", "about", "pairs", "level", "workers", "until.measure",
	}, paths)
	for _, pairs := range []int{0, 1, -1} {
		_, err = lab.Compare(t.Context(), study(asNow), lab.Options{Pairs: pairs})
		require.ErrorContains(t, err, "pairs must be from 2")
	}
	_, err = lab.Compare(t.Context(), lab.Study{}, lab.Options{Pairs: 2})
	require.ErrorContains(t, err, "policies must have at least one")
	broken := study(asNow)
	broken.Scenario.Groups[0].Team = "nobody"
	_, err = lab.Compare(t.Context(), broken, lab.Options{Pairs: 2})
	require.ErrorContains(t, err, "groups[0].team")
}

func TestTablesAreTidy(t *testing.T) {
	c := compare(t, study(asNow, lab.Policy{Name: "worker, one more", Workers: 1}), lab.Options{Pairs: 3})
	for _, table := range c.Tables() {
		require.NotEmpty(t, table.Rows)
		for _, row := range table.Rows {
			require.Len(t, row, len(table.Header), table.Name)
		}
		var out bytes.Buffer
		rows, err := disclosure.NotPeople(table.Values(), "a test")
		require.NoError(t, err)
		written, err := export.New(table.Schema(), rows)
		require.NoError(t, err, "every column says what it is")
		require.NoError(t, written.WriteCSV(&out))
		require.NotContains(t, out.String(), "NaN")
		lines, err := csv.NewReader(&out).ReadAll()
		require.NoError(t, err)
		require.Equal(t, append([][]string{table.Header}, table.Rows...), lines)
	}
	require.Contains(t, c.Decision(lab.ToContact, lab.Cost, "luck"), "worker, one more")
	require.False(t, math.IsNaN(c.Differences[0].P))
	full := errors.New("disk full")
	journal, err := lab.NewJournal(strings.NewReader(""), failing{full})
	require.NoError(t, err)
	_, err = lab.Compare(t.Context(), study(asNow), lab.Options{Pairs: 3, Journal: journal})
	require.ErrorIs(t, err, full)
}

// described fails unless every column says what it is.
func described(t *testing.T, table lab.Table) {
	t.Helper()
	schema := table.Schema()
	require.NotEqual(t, table.Name, schema.Title)
	for _, f := range schema.Fields {
		require.NotEmpty(t, f.Meaning, f.Name)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
