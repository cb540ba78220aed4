package tables_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/evaluation/tables"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
)

// Notice is that of a plain walk over the contracts that have ended, or are told of.
func TestNoticeIsThatOfAPlainCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []contract.Terms
		on, by := april.AddMonths(rapid.IntRange(1, 20).Draw(t, "on")), april.AddMonths(24)
		var short, ended float64
		out := int64(0)
		for i := range rapid.IntRange(0, 6).Draw(t, "contracts") {
			c := terms(contract.ID(fmt.Sprint("C-", i)), "green", 0, rapid.IntRange(1, 30).Draw(t, "months"), 10)
			if rapid.Bool().Draw(t, "told") {
				c.RenewalDecided = c.Period.End.Add(-rapid.IntRange(-30, 150).Draw(t, "before"))
				c.RenewalDecided = max(c.RenewalDecided, c.Period.Start)
			}
			all = append(all, c)
			knew := c.RenewalDecided != 0 && c.RenewalDecided <= on
			switch {
			case c.Period.End > by:
			case !knew && c.Period.End > on:
				out++
			default:
				ended++
				if !knew || c.Period.End.Sub(c.RenewalDecided) < 90 {
					short++
				}
			}
		}
		f, err := tables.Notice(book(t, all...), by, on)
		require.NoError(t, err)
		require.Equal(t, [2]float64{short, ended}, of(f[1]))
		require.Equal(t, out, f[1].Excluded)
	})
}

// The coefficient is half the mean difference of two practices over the mean.
func TestReferrerConcentrationIsThatOfEveryPair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, counts := tables.List{Source: source}, map[string]int64{"elsewhere": 3}
		var n []float64
		sum := 0.0
		for i := range rapid.IntRange(2, 7).Draw(t, "practices") {
			id, referred := fmt.Sprint("P-", i), rapid.Int64Range(0, 9).Draw(t, "referrals")
			l.IDs, counts[id], n, sum = append(l.IDs, id), referred, append(n, float64(referred)), sum+float64(referred)
		}
		f, err := tables.ReferrerConcentration(l, counts)
		require.NoError(t, err)
		require.Equal(t, int64(3), f.Excluded)
		if sum == 0 {
			require.False(t, f.Defined())
			return
		}
		apart := 0.0
		for _, a := range n {
			for _, b := range n {
				apart += math.Abs(a - b)
			}
		}
		require.InDelta(t, apart/(2*float64(len(n))*sum), f.Estimate.Value, 1e-9)
	})
	_, err := tables.ReferrerConcentration(tables.List{}, nil)
	require.ErrorIs(t, err, sp.ErrInvalid, "of no practices")
	_, err = tables.ReferrerConcentration(tables.List{IDs: []string{"a", "b"}}, map[string]int64{"a": -1})
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestVoluntaryShareIsOfAllThatTheProgrammeCosts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pounds := func(name string) int64 { return rapid.Int64Range(0, 500).Draw(t, name) }
		own, vcse, unknown, others := 1+pounds("own"), pounds("vcse"), pounds("unknown"), pounds("others")
		c := tables.Costs{Source: source, Items: []tables.Cost{{Item: "own", Amount: sp.Pounds(own)}, {Item: "passed on", Amount: sp.Pounds(vcse + unknown + others)}}}
		f, err := tables.VoluntaryShare(c, grant.Passing{Reached: sp.Pounds(vcse + others), VCSE: sp.Pounds(vcse)}, grant.Passing{Reached: sp.Pounds(unknown), Unknown: sp.Pounds(unknown)})
		require.NoError(t, err)
		require.InDelta(t, float64(vcse)/float64(own+vcse+others), f.Estimate.Value, 1e-12)
		require.Equal(t, 100*unknown, f.Excluded, "in pence")
	})
	c := tables.Costs{Source: source, Items: []tables.Cost{{Item: "all", Amount: sp.Pounds(5)}}}
	for name, passed := range map[string]grant.Passing{
		"more than it costs": {Reached: sp.Pounds(6)},
		"another currency":   {Reached: sp.NewMoney(100, sp.EUR)},
	} {
		_, err := tables.VoluntaryShare(c, passed)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
	_, err := tables.ReadCosts(strings.NewReader("item,amount\nrent,5\n,£5\ncoffee,1.00 EUR\ncake,1.00 GBP\n"), "c.csv", source)
	for _, want := range []string{"c.csv:2: amount", "c.csv:3: item", "c.csv:5: amount"} {
		require.ErrorContains(t, err, want)
	}
}

func TestResponseRatesRefuseMoreAnswersThanQuestions(t *testing.T) {
	said := func(n float64) map[string]int64 {
		figures := []evaluation.Figure{{Indicator: "said", Category: "barrier-diary (link-worker)", Estimate: stat.Estimate{Numerator: n}}, {Indicator: "other", Category: "barrier-diary (link-worker)", Estimate: stat.Estimate{Numerator: 99}}}
		return tables.Numerators(figures, "said")
	}
	s, err := tables.ReadSurveys(strings.NewReader("kind,speaker,asked\nbarrier-diary,link-worker,20\n"), "s.csv", source)
	require.NoError(t, err)
	f, err := tables.ResponseRates(s, said(15))
	require.NoError(t, err)
	require.InDelta(t, 0.75, f[0].Estimate.Value, 1e-12)
	none, err := tables.ResponseRates(s, nil)
	require.NoError(t, err)
	require.InDelta(t, 0, none[0].Estimate.Value, 0, "twenty were asked, and nobody answered")
	_, err = tables.ResponseRates(s, said(21))
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = tables.ReadSurveys(strings.NewReader("kind,speaker,asked\ngossip,person,1\nexperience,cat,1\nexperience,person,1\nexperience,person,2\n"), "s.csv", source)
	for _, want := range []string{"s.csv:2: kind", "s.csv:3: speaker", "s.csv:5: kind"} {
		require.ErrorContains(t, err, want)
	}
}

// OptionDiversity and the gap report measure the same by one function.
func TestOptionDiversityIsThatOfTheGapReport(t *testing.T) {
	options := []tables.Option{
		{Area: "E01", Category: "debt", Service: directory.ID("a"), Minutes: tables.Count(5), Open: sp.Yes},
		{Area: "E01", Category: "grief", Service: directory.ID("b"), Minutes: tables.Count(5), Open: sp.Yes},
	}
	all, err := tables.OptionDiversity([]string{"E01"}, []string{"debt", "grief"}, options, 0)
	require.NoError(t, err)
	require.InDelta(t, 2, all[0].Diversity.Effective, 1e-12, "two kinds, each as frequent as the other")
	require.Equal(t, 2, all[0].Diversity.Kinds)
}
