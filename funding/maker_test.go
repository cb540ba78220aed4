package funding_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/internal/tier"
)

// A maker makes random tables and policies.
type maker struct{ *rand.Rand }

func (m maker) one(of ...string) string { return of[m.IntN(len(of))] }

func (m maker) rows() []row {
	rows := make([]row, 1+m.IntN(7))
	for i := range rows {
		region := m.IntN(2)
		people := 1 + m.Int64N(50)
		rows[i] = row{
			code: fmt.Sprintf("A%03d", (i*37+11)%97), region: fmt.Sprintf("R%d", region), icb: fmt.Sprintf("I%d%d", region, m.IntN(2)),
			people: people, decile: 1 + m.Int64N(10), rank: 1 + m.Int64N(int64(len(rows))), opening: m.Int64N(60) * m.Int64N(4),
			fixed: m.Int64N(9), mff: 8000 + m.Int64N(4000), young: m.Int64N(people + 1),
		}
	}
	return rows
}

func (m maker) factors() []funding.Factor {
	table := map[string]string{}
	for d := 1; d <= 10; d++ {
		table[fmt.Sprint(d)] = m.one("0", "1", "1.5", "2.25", "0.001")
	}
	all := []funding.Factor{
		{Column: "decile", DecileGradient: m.one("0.5", "1", "-1", "0.333", "12")},
		{Column: "rank", RankGradient: m.one("0.5", "1.25", "-0.9", "0.000000001")},
		{Column: "rank", Core20: m.one("1.1", "3", "0")},
		{Column: "mff"},
		{Column: "mff", ScoreGradient: m.one("0.5", "0.123456789", "-0.5")},
		{Name: "steps", Column: "decile", Table: table},
		{Name: "age", AgeSex: map[string]string{"young": m.one("0.85", "0"), "old": m.one("1.2", "0.7")}},
		{Name: "need", AboveMinimum: map[string]string{"mff": m.one("1", "0.5"), "decile": "0.1"}},
	}
	m.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:m.IntN(4)]
}

func (m maker) bound(floor bool) funding.Bound {
	var b funding.Bound
	for range 1 + m.IntN(2) {
		switch m.IntN(6) {
		case 0:
			b.Growth = m.one("0.01", "-0.05", "0.5", "-1")
		case 1:
			b.Pace = []funding.Pace{{Distance: "-0.1", Growth: m.one("0.2", "0.01")}, {Distance: "0", Growth: "0.01"}, {Distance: "0", Growth: "0"}, {Distance: "0.25", Growth: m.one("-0.1", "0")}}
		case 2:
			b.PerHead = m.one("0.01", "0.025")
		case 3:
			b.OfFlat = m.one("0.5", "0.9")
		case 4:
			b.Amount = sp.Pence(1 + m.Int64N(20))
		default:
			b.Column = "fixed"
		}
	}
	if !floor { // caps that leave some room
		if b.Growth != "" {
			b.Growth = m.one("0.5", "3")
		}
		if b.PerHead != "" {
			b.PerHead = m.one("0.10", "1")
		}
		if b.OfFlat != "" {
			b.OfFlat = m.one("1.2", "2.5")
		}
		b.Column = ""
		if !b.Amount.IsZero() {
			b.Amount = sp.Pence(50 + m.Int64N(200))
		}
	}
	return b
}

func (m maker) policy() funding.Policy {
	f := funding.Formula{Base: m.one("", "", "old"), Factors: m.factors(), Alpha: m.one("", "", "", "1", "2", "2.5", "infinity")}
	if m.IntN(4) == 0 {
		f.Programmes = []funding.Programme{{Name: "a", Share: "0.7", Factors: m.factors()}, {Name: "b", Share: "0.3", Base: m.one("old", "young", "")}}
	}
	if m.IntN(4) == 0 {
		f.Fixed = "fixed"
	}
	p := funding.Policy{Formula: f, Opening: "opening"}
	p.Levels = [][]string{nil, nil, {"region"}, {"region", "icb"}, {"icb"}}[m.IntN(5)]
	switch m.IntN(8) {
	case 0, 1:
		p.Floor = m.bound(true)
	case 2:
		p.Cap = m.bound(false)
	case 3, 4:
		p.Floor, p.Cap = m.bound(true), m.bound(false)
	case 5:
		p.Floor, p.Damped = m.bound(true), true
	case 6:
		p.Method = []apportion.Method{apportion.Cascade, apportion.Webster}[m.IntN(2)]
	}
	return p
}

// Every policy divides as an independent program in rationals does, or neither can.
func TestManyPoliciesAllocateAsAnIndependentExactProgram(t *testing.T) {
	tier.Unraced(t)
	divided := 0
	policies := tier.Pick[uint64](500, 2000, 5000)
	for seed := range policies {
		m := maker{rand.New(rand.NewPCG(seed, 10))}
		rows, policy := m.rows(), m.policy()
		total := m.Int64N(1000)
		want := plainly{rows, total}.divide(policy)
		a, err := funding.Allocate(sp.Pence(total), tableOf(t, rows), policy)
		if want == nil {
			require.Error(t, err, "policy %d: %+v of %+v", seed, policy, rows)
			require.ErrorIs(t, err, sp.ErrInvalid)
			continue
		}
		require.NoError(t, err, "policy %d: %+v of %+v", seed, policy, rows)
		require.Equal(t, want, a.Minor(), "policy %d: %+v of %d over %+v", seed, policy, total, rows)
		divided++
	}
	require.Greater(t, divided, int(policies)*7/10)
}
