package sp_test

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
)

// anyMinor draws amounts with the ends of the range well represented.
func anyMinor() *rapid.Generator[int64] {
	return rapid.OneOf(
		rapid.Int64Range(-1000, 1000),
		rapid.Int64(),
		rapid.Int64Range(math.MinInt64, math.MinInt64+3),
		rapid.Int64Range(math.MaxInt64-3, math.MaxInt64),
	)
}

func anyCurrency() *rapid.Generator[sp.Currency] {
	return rapid.SampledFrom([]sp.Currency{sp.GBP, sp.EUR, sp.USD, "JPY", "KWD", "CLF", "CHF"})
}

func TestMoneyArithmeticAgreesWithBigIntegers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyMinor().Draw(t, "a"), anyMinor().Draw(t, "b")
		x, y := sp.Pence(a), sp.Pence(b)
		for _, op := range []struct {
			name string
			got  func() (sp.Money, error)
			want func(z, x, y *big.Int) *big.Int
		}{
			{"sum", func() (sp.Money, error) { return x.Add(y) }, (*big.Int).Add},
			{"difference", func() (sp.Money, error) { return x.Sub(y) }, (*big.Int).Sub},
			{"product", func() (sp.Money, error) { return x.Mul(b) }, (*big.Int).Mul},
		} {
			want := op.want(new(big.Int), big.NewInt(a), big.NewInt(b))
			got, err := op.got()
			if !want.IsInt64() {
				require.ErrorIs(t, err, sp.ErrInvalid, op.name)
				require.Zero(t, got, op.name)
				continue
			}
			require.NoError(t, err, op.name)
			require.Equal(t, sp.Pence(want.Int64()), got, op.name)
		}
		require.Equal(t, big.NewInt(a).Cmp(big.NewInt(b)), x.Cmp(y))
		require.Equal(t, big.NewInt(a).Sign(), x.Sign())
	})
}

func TestMulIsExactAtTheEndsOfTheRangeOfMoney(t *testing.T) {
	for _, test := range []struct {
		a, b  int64
		fails bool
	}{
		{math.MinInt64, 1, false},
		{math.MinInt64, -1, true},
		{math.MaxInt64, -1, false},
		{-4, 1 << 61, false},
		{4, 1 << 61, true},
		{-3, 3_074_457_345_618_258_603, true}, // one beyond the least
		{1 << 62, 1 << 62, true},
		{math.MinInt64, math.MinInt64, true},
		{math.MinInt64, 0, false},
	} {
		got, err := sp.Pence(test.a).Mul(test.b)
		if test.fails {
			require.ErrorIs(t, err, sp.ErrInvalid, "%d times %d", test.a, test.b)
			continue
		}
		require.NoError(t, err, "%d times %d", test.a, test.b)
		require.Equal(t, test.a*test.b, got.Minor())
	}
}

func TestMoneySurvivesTextAndDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := sp.NewMoney(anyMinor().Draw(t, "minor"), anyCurrency().Draw(t, "currency"))
		text, err := m.MarshalText()
		require.NoError(t, err)
		for _, s := range []string{string(text), m.String(), " " + m.String() + " "} {
			back, err := sp.ParseMoney(s)
			require.NoError(t, err, s)
			require.Equal(t, m, back, s)
		}
		if !m.IsZero() {
			back, err := m.Currency().Of(m.Decimal(), sp.Exact)
			require.NoError(t, err)
			require.Equal(t, m, back)
		}
	})
}

func TestCurrencyOfAgreesWithExactRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCurrency().Draw(t, "currency")
		amount := decimal.New(
			rapid.OneOf(rapid.Int64Range(-2000, 2000), rapid.Int64()).Draw(t, "coefficient"),
			rapid.Int32Range(-24, 8).Draw(t, "exponent"))
		minor := new(big.Rat).Mul(amount.Rat(), new(big.Rat).SetInt64(int64(math.Pow10(c.Digits()))))
		for _, r := range []sp.Rounding{sp.Exact, sp.HalfEven, sp.HalfUp, sp.Down, 99} {
			want, whole := round(minor, r)
			got, err := c.Of(amount, r)
			if !want.IsInt64() || !whole && (r == sp.Exact || r == 99) {
				require.ErrorIs(t, err, sp.ErrInvalid, "%s with rounding %d", amount, r)
				continue
			}
			require.NoError(t, err, "%s with rounding %d", amount, r)
			require.Equal(t, sp.NewMoney(want.Int64(), c), got, "%s with rounding %d", amount, r)
		}
	})
}

func TestRoundingOfMoneyAtHalves(t *testing.T) {
	for _, test := range []struct {
		amount                 string
		halfEven, halfUp, down int64
	}{
		{"0.124", 12, 12, 12},
		{"0.125", 12, 13, 12},
		{"0.135", 14, 14, 13},
		{"0.126", 13, 13, 12},
		{"-0.125", -12, -13, -12},
		{"-0.135", -14, -14, -13},
		{"-0.126", -13, -13, -12},
		{"0.004", 0, 0, 0},
	} {
		for r, want := range map[sp.Rounding]int64{sp.HalfEven: test.halfEven, sp.HalfUp: test.halfUp, sp.Down: test.down} {
			got, err := sp.GBP.Of(decimal.RequireFromString(test.amount), r)
			require.NoError(t, err)
			require.Equal(t, want, got.Minor(), "%s with rounding %d", test.amount, r)
			require.Equal(t, want == 0, got.IsZero())
		}
	}
}

func TestMoneyTakesAndAddsNothing(t *testing.T) {
	for _, n := range []int64{math.MinInt64, -1, 0, 1, math.MaxInt64} {
		m := sp.Pence(n)
		less, err := m.Sub(sp.Money{})
		require.NoError(t, err)
		require.Equal(t, m, less)
		more, err := m.Add(sp.Money{})
		require.NoError(t, err)
		require.Equal(t, m, more)
		require.Equal(t, n == 0, m.IsZero())
	}
}

// round is the definition of the roundings, on fractions.
func round(x *big.Rat, r sp.Rounding) (n *big.Int, whole bool) {
	n, rest := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int)) // toward zero
	half := new(big.Int).Abs(rest.Mul(rest, big.NewInt(2))).Cmp(x.Denom())
	away := half > 0 || half == 0 && (r == sp.HalfUp || r == sp.HalfEven && n.Bit(0) == 1)
	if away && (r == sp.HalfEven || r == sp.HalfUp) {
		n.Add(n, big.NewInt(int64(x.Sign())))
	}
	return n, x.IsInt()
}

func TestCurrencyOfWithstandsHostileExponents(t *testing.T) {
	for _, test := range []struct {
		name     string
		amount   decimal.Decimal
		rounding sp.Rounding
		want     sp.Money
		fails    bool
	}{
		{name: "a giant", amount: decimal.New(1, math.MaxInt32), fails: true},
		{name: "a giant's mirror", amount: decimal.New(-1, math.MaxInt32), rounding: sp.Down, fails: true},
		{name: "a dwarf, exactly", amount: decimal.New(1, math.MinInt32), fails: true},
		{name: "a dwarf, rounded", amount: decimal.New(1, math.MinInt32), rounding: sp.HalfUp},
		{name: "nothing with an exponent", amount: decimal.New(0, math.MaxInt32)},
		{name: "the most", amount: decimal.New(math.MaxInt64, -2), want: sp.Pence(math.MaxInt64)},
		{name: "the least", amount: decimal.New(math.MinInt64, -2), want: sp.Pence(math.MinInt64)},
		{name: "a fraction above the most", amount: decimal.RequireFromString("92233720368547758.074"), rounding: sp.HalfEven, want: sp.Pence(math.MaxInt64)},
		{name: "a penny above the most", amount: decimal.RequireFromString("92233720368547758.08"), fails: true},
		{name: "half a penny above the most", amount: decimal.RequireFromString("92233720368547758.075"), rounding: sp.HalfUp, fails: true},
		{name: "zeros after the point", amount: decimal.RequireFromString("1.500000000000000000000000000000"), want: sp.Pence(150)},
	} {
		got, err := sp.GBP.Of(test.amount, test.rounding)
		if test.fails {
			require.ErrorIs(t, err, sp.ErrInvalid, test.name)
			continue
		}
		require.NoError(t, err, test.name)
		require.Equal(t, test.want, got, test.name)
	}
	for _, c := range []sp.Currency{"", "gbp", "POUND", "£££", "GB1"} {
		_, err := c.Of(decimal.New(0, 0), sp.Exact)
		require.ErrorIs(t, err, sp.ErrInvalid, "currency %q", c)
	}
}

func TestMoneyReadsAndWrites(t *testing.T) {
	for _, test := range []struct{ input, text, string string }{
		{"1234.5 GBP", "1234.50 GBP", "£1,234.50"},
		{"£1,234.50", "1234.50 GBP", "£1,234.50"},
		{"-£0.05", "-0.05 GBP", "-£0.05"},
		{"  €7 ", "7.00 EUR", "€7.00"},
		{"1200 JPY", "1200 JPY", "1,200 JPY"},
		{"1,234.567 KWD", "1234.567 KWD", "1,234.567 KWD"},
		{"-92233720368547758.08 GBP", "-92233720368547758.08 GBP", "-£92,233,720,368,547,758.08"},
		{"0", "0", "0"},
		{"0.00 GBP", "0", "0"},
		{"007.10 GBP", "7.10 GBP", "£7.10"},
	} {
		m, err := sp.ParseMoney(test.input)
		require.NoError(t, err, test.input)
		text, err := m.MarshalText()
		require.NoError(t, err, test.input)
		require.Equal(t, test.text, string(text), test.input)
		require.Equal(t, test.string, m.String(), test.input)
	}
}

func TestMoneyRefuses(t *testing.T) {
	for _, s := range []string{
		"", " ", "5", "-5", "£", "GBP", "5 gbp", "5 GBP EUR", "£5 EUR", "£€5", "5.001 GBP", "0.5 JPY", "1,23 GBP", "1234,567 GBP",
		",123 GBP", "1,,234 GBP", "1.5.5 GBP", ".5 GBP", "5. GBP", "1e3 GBP", "0x10 GBP", "+5 GBP", "--5 GBP", "£-5", "- 5 GBP",
		"NaN GBP", "Inf GBP", "٣ GBP", "92233720368547758.08 GBP", "99999999999999999999999999999999999999999 GBP",
	} {
		m, err := sp.ParseMoney(s)
		require.ErrorIs(t, err, sp.ErrInvalid, "%q", s)
		require.Zero(t, m)
	}
	_, err := sp.NewMoney(5, "").MarshalText()
	require.ErrorIs(t, err, sp.ErrInvalid, "an amount of no currency is not stored")
}

func FuzzParseMoney(f *testing.F) {
	for _, s := range []string{"1234.50 GBP", "£1,234.50", "-€0.05", "0", "1200 JPY", "1e9 GBP", "-92233720368547758.08 GBP"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := sp.ParseMoney(s)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		text, err := m.MarshalText()
		require.NoError(t, err)
		var back sp.Money
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, m, back)
	})
}

func TestMoneyOfTwoCurrenciesDoesNotMix(t *testing.T) {
	pound, euro, nothing := sp.Pounds(1), sp.NewMoney(100, sp.EUR), sp.Money{}
	_, err := pound.Add(euro)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = pound.Sub(euro)
	require.ErrorIs(t, err, sp.ErrInvalid)

	sum, err := nothing.Add(euro)
	require.NoError(t, err)
	require.Equal(t, euro, sum, "nothing takes any currency")
	sum, err = euro.Add(nothing)
	require.NoError(t, err)
	require.Equal(t, euro, sum)
	rest, err := euro.Sub(euro)
	require.NoError(t, err)
	require.Equal(t, nothing, rest, "nothing is equal to nothing in any currency")
	require.Empty(t, rest.Currency())
}

func TestMoneyOrderIsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Custom(func(t *rapid.T) sp.Money {
			return sp.NewMoney(rapid.Int64Range(-2, 2).Draw(t, "minor"), rapid.SampledFrom([]sp.Currency{sp.GBP, sp.EUR, sp.USD}).Draw(t, "currency"))
		})
		a, b, c := amount.Draw(t, "a"), amount.Draw(t, "b"), amount.Draw(t, "c")
		require.Equal(t, -b.Cmp(a), a.Cmp(b))
		require.Equal(t, a == b, a.Cmp(b) == 0)
		require.Equal(t, a == b, a.Equal(b))
		if a.Cmp(b) <= 0 && b.Cmp(c) <= 0 {
			require.LessOrEqual(t, a.Cmp(c), 0, "%s <= %s <= %s", a, b, c)
		}
	})
}

func TestPoundsBeyondTheRangePanic(t *testing.T) {
	require.Equal(t, int64(100), sp.Pounds(1).Minor())
	require.Panics(t, func() { sp.Pounds(math.MaxInt64) })
}

func TestMoneyInJSON(t *testing.T) {
	data, err := json.Marshal(map[string]sp.Money{"award": sp.Pounds(1200), "left": {}})
	require.NoError(t, err)
	require.JSONEq(t, `{"award":"1200.00 GBP","left":"0"}`, string(data))
	var m sp.Money
	require.Error(t, json.Unmarshal([]byte(`12.5`), &m), "a bare number has no currency")
}

func BenchmarkMoneyAdd(b *testing.B) {
	x, y := sp.Pence(1_234_567), sp.Pence(89)
	for b.Loop() {
		_, _ = x.Add(y)
	}
}

// BenchmarkDecimalAdd is the baseline of BenchmarkMoneyAdd.
func BenchmarkDecimalAdd(b *testing.B) {
	x, y := decimal.New(1_234_567, -2), decimal.New(89, -2)
	for b.Loop() {
		_ = x.Add(y)
	}
}

func BenchmarkParseMoney(b *testing.B) {
	for b.Loop() {
		_, _ = sp.ParseMoney("£1,234.50")
	}
}

// BenchmarkParseDecimal is the baseline of BenchmarkParseMoney.
func BenchmarkParseDecimal(b *testing.B) {
	for b.Loop() {
		_, _ = decimal.NewFromString("1234.50")
	}
}
