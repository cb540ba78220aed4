package funding_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/apportion"
)

func TestPoliciesAreStoredAsJSON(t *testing.T) {
	p := funding.Policy{
		Name: "need", Method: apportion.Cascade, Levels: []string{"region", "icb"}, Opening: "opening",
		Formula: funding.Formula{
			Factors:    []funding.Factor{{Column: "decile", DecileGradient: "0.5"}, {Name: "age", AgeSex: map[string]string{"old": "2"}}},
			Programmes: []funding.Programme{{Name: "acute", Share: "1"}}, Fixed: "fixed", Alpha: "2",
		},
		Floor: funding.Bound{Growth: "-0.05", Amount: sp.Pounds(10)}, Cap: funding.Bound{Pace: []funding.Pace{{"0", "0.1"}}}, Damped: true,
	}
	text, err := json.Marshal(p)
	require.NoError(t, err)
	back, err := funding.ParsePolicy(text)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(p, back, cmp.Comparer(func(a, b sp.Money) bool { return a == b })))
	for _, bad := range []string{
		``, `{"gradient": 1}`, `{`, `{} {}`, `{"method": "fair"}`, `{"name":"a"} ]`, `{"name":"a"} }`, `{"name":"a"} null`, `{"name":"a"},`,
		`null`, `{"floor": null}`, `{"formula": {"factors": [null]}}`, `[]`, `"a"`,
		`{"name":"a","name":"b"}`, `{"name":"a","Name":"b"}`, `{"formula":{"factors":[{"core20":"1","core20":"2"}]}}`, `{"formula":{"factors":[{"table":{"1":"1","1":"2"}}]}}`,
	} {
		_, err := funding.ParsePolicy([]byte(bad))
		require.ErrorIs(t, err, sp.ErrInvalid, bad)
	}
	_, err = funding.ParsePolicy([]byte(`{"opening":"a","floor":{"growth":"0","Growth":"1"}}`))
	require.EqualError(t, err, `funding: policy: invalid: floor has a member that does not exist, the 2nd; "growth" was probably meant`)
	_, err = funding.ParsePolicy([]byte(`{"method":"fair","formula":{"factors":[{"column":"a"},{"column":true,"ageSex":{"old":[2]}}]},"cap":{"amount":"5"}}`))
	broken, ok := errors.AsType[*sp.InvalidError](err)
	require.True(t, ok)
	var paths []string
	for _, f := range broken.Fields {
		paths = append(paths, f.Path+" "+string(f.Code))
	}
	require.Equal(t, []string{"method not-listed", "formula.factors[1].column wrong-type", "formula.factors[1].ageSex[0] wrong-type", "cap.amount malformed"}, paths)
	p, err = funding.ParsePolicy([]byte(" {\"formula\":{\"factors\":[{\"ageSex\":{\"old\":\"1\",\"Old\":\"2\"}},{\"column\":\"a\"},{\"column\":\"a\"}]}}\n"))
	require.NoError(t, err, "columns may differ by their case alone, and values may repeat")
	require.Len(t, p.Formula.Factors[0].AgeSex, 2)
	p, err = funding.ParsePolicy([]byte(`{"formula":{"factors":[{"column":"a","table":{"1":2,"2":"1.50"}}],"alpha":2e0},"floor":{"growth":-0.01,"pace":[{"distance":0,"growth":"1"}]}}`))
	require.NoError(t, err, "numbers are numbers or text")
	require.Equal(t, funding.Policy{
		Formula: funding.Formula{Factors: []funding.Factor{{Column: "a", Table: map[string]string{"1": "2", "2": "1.50"}}}, Alpha: "2e0"},
		Floor:   funding.Bound{Growth: "-0.01", Pace: []funding.Pace{{Distance: "0", Growth: "1"}}},
	}, p)
	text, err = json.Marshal(funding.Policy{})
	require.NoError(t, err)
	require.Equal(t, `{}`, string(text))
}

// full returns a policy that holds every slice and map that there is.
func full() funding.Policy {
	factors := func() []funding.Factor {
		return []funding.Factor{
			{Column: "decile", Table: map[string]string{"1": "2", "4": "1.5", "10": "1"}},
			{Name: "age", AgeSex: map[string]string{"old": "2", "young": "1"}},
			{Name: "need", AboveMinimum: map[string]string{"mff": "2"}},
		}
	}
	pace := func() []funding.Pace { return []funding.Pace{{"-0.05", "0.01"}, {"0.05", "0"}} }
	return funding.Policy{
		Formula: funding.Formula{Factors: factors()[:2], Programmes: []funding.Programme{{Name: "a", Share: "0.5", Factors: factors()[2:]}, {Name: "b", Share: "0.5"}}},
		Levels:  []string{"region", "icb"}, Opening: "opening", Floor: funding.Bound{Pace: pace()},
	}
}

// spoil changes everything that a copy of a policy shares with it.
func spoil(p funding.Policy) {
	for _, f := range append(p.Formula.Factors, p.Formula.Programmes[0].Factors...) {
		for _, m := range []map[string]string{f.Table, f.AgeSex, f.AboveMinimum} {
			for k := range m {
				m[k] = "9"
			}
		}
	}
	p.Formula.Programmes[0].Factors[0].Name = "spoilt"
	p.Formula.Programmes[0] = funding.Programme{Name: "spoilt"}
	p.Formula.Factors[0] = funding.Factor{Column: "spoilt"}
	p.Levels[0] = "spoilt"
	p.Floor.Pace[0].Growth = "0.9"
}

func TestAnAllocationKeepsThePolicyThatItWasDividedBy(t *testing.T) {
	p := full()
	a := allocate(t, sp.Pounds(1_000_000), small(t), p)
	before, err := a.Explain("A")
	require.NoError(t, err)
	spoil(p)
	spoil(a.Policy())
	require.Empty(t, cmp.Diff(full(), a.Policy()))
	require.Equal(t, "hamilton top down by region, icb", a.Rule())
	after, err := a.Explain("A")
	require.NoError(t, err)
	require.Equal(t, before.String(), after.String())
}

// Whatever a policy says, an allocation adds up or there is an error.
func FuzzPolicy(f *testing.F) {
	f.Add(`{"formula": {"factors": [{"column": "decile", "decileGradient": "0.5"}, {"column": "mff"}]}, "levels": ["region", "icb"]}`, int64(10_000_000))
	f.Add(`{"formula": {"factors": [{"column": "decile", "table": {"1": "2", "4": "99999999999999", "10": "0.00000000000001"}}]}, "method": "dean"}`, int64(-5))
	f.Add(`{"formula": {"factors": [{"ageSex": {"old": "1.5", "young": "0"}}, {"aboveMinimum": {"mff": "3"}}], "alpha": "0.001"}}`, int64(math.MaxInt64))
	f.Add(`{"formula": {"programmes": [{"name": "a", "share": "0.4", "base": "old"}, {"name": "b", "share": "0.6"}], "fixed": "fixed"}}`, int64(10_000_000))
	f.Add(`{"opening": "opening", "floor": {"growth": "-0.01", "perHead": "1"}, "cap": {"pace": [{"distance": "-1", "growth": "3"}, {"distance": "0", "growth": "2"}]}}`, int64(10_000_000))
	f.Add(`{"opening": "opening", "floor": {"growth": "-0.5", "ofFlat": "0.1", "amount": "2.50 GBP", "column": "fixed"}, "damped": true}`, int64(10_000_000))
	f.Add(`{"formula": {"factors": [{"column": "rank", "rankGradient": "1e300"}, {"column": "rank", "core20": "9"}, {"column": "mff", "scoreGradient": "-1"}]}}`, int64(1))
	f.Fuzz(func(t *testing.T, text string, total int64) {
		p, err := funding.ParsePolicy([]byte(text))
		if err != nil {
			return
		}
		a, err := funding.Allocate(sp.Pence(total), small(t), p)
		if err != nil {
			return
		}
		var sum int64
		for _, pence := range a.Minor() {
			sum += pence
		}
		if sum != total {
			t.Fatalf("%d of %d pence", sum, total)
		}
		for e, err := range a.Explanations() {
			if err != nil {
				t.Fatal(err)
			}
			if last := e.Steps[len(e.Steps)-1].Money; !last.IsInt() || last.Num().Int64() != e.Amount.Minor() {
				t.Fatalf("%s ends at %v and gets %v", e.Code, last, e.Amount)
			}
		}
	})
}
