package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/vocabulary"
	"github.com/socialprescribing/sp/store/postgres"
)

// A user's own table, beside ours: a column takes every type of the vocabulary and
// gives it back, or refuses it.
func TestPostgresTakesEveryTypeOfTheVocabularyThroughAColumnOrRefusesIt(t *testing.T) {
	_, pool := open(t, 1, postgres.Options{})
	vocabulary.Columns(t, func(column string, v, into any) error {
		return pool.QueryRow(t.Context(), "SELECT $1::"+column, v).Scan(into)
	})
}

func TestPostgresFitsTheVocabularyIntoColumnsOfItsOwnKind(t *testing.T) {
	_, pool := open(t, 1, postgres.Options{})
	day := sp.NewDate(2026, time.November, 28)
	var (
		gotDay   sp.Date
		gotFact  sp.Truth
		gotID    sp.SCTID
		gotCount sp.Known[int]
		nobody   sp.Date
		unasked  sp.Truth
	)
	err := pool.QueryRow(t.Context(), "SELECT $1::date, $2::boolean, $3::bigint, $4::integer, $5::date, $6::boolean",
		day, sp.No, sp.SCTID(871731000000106), sp.Know(3), sp.Date(0), sp.Unknown).
		Scan(&gotDay, &gotFact, &gotID, &gotCount, &nobody, &unasked)
	require.NoError(t, err)
	require.Equal(t, day, gotDay)
	require.Equal(t, sp.No, gotFact)
	require.Equal(t, sp.SCTID(871731000000106), gotID)
	require.Equal(t, sp.Know(3), gotCount)
	require.True(t, nobody.IsZero())
	require.Equal(t, sp.Unknown, unasked)
}
