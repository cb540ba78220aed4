package threesixty

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
)

func TestParseDateReadsTheDaysThatTheVocabularyReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{4}-[0-3][0-9]-[0-3][0-9]|[0-9x-]{10}`).Draw(t, "day")
		want, err := sp.ParseDate(text)
		got, ok := civil(text)
		require.Equal(t, err == nil, ok, text)
		if ok {
			require.Equal(t, want, got, text)
		}
	})
}

func TestReadTakesPlainAmountsAsParseMoneyDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{0,16}|[0-9]{1,5}\.[0-9]{0,4}|[0-9.,£-]{1,9}`).Draw(t, "amount")
		currency := rapid.SampledFrom([]sp.Currency{"GBP", "JPY", "KWD"}).Draw(t, "currency")
		minor, ok := plainAmount(text, currency.Digits())
		if !ok {
			return // it is read as any other amount
		}
		want, err := sp.ParseMoney(text + " " + string(currency))
		require.NoError(t, err, text)
		require.Equal(t, want.Minor(), minor, text)
	})
}
