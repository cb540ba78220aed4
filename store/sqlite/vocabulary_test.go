package sqlite_test

import (
	"testing"

	"github.com/socialprescribing/sp/internal/vocabulary"
)

// A user's own table, beside ours: a column takes every type of the vocabulary and
// gives it back, or refuses it.
func TestSQLiteTakesEveryTypeOfTheVocabularyThroughAColumnOrRefusesIt(t *testing.T) {
	db := handle(t, file(t))
	vocabulary.Columns(t, func(column string, v, into any) error {
		if _, err := db.ExecContext(t.Context(), "DROP TABLE IF EXISTS own; CREATE TABLE own (v "+column+")"); err != nil {
			return err
		}
		if _, err := db.ExecContext(t.Context(), "INSERT INTO own VALUES (?)", v); err != nil {
			return err
		}
		return db.QueryRowContext(t.Context(), "SELECT v FROM own").Scan(into)
	})
}
