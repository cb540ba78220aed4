package sqlite

import "github.com/socialprescribing/sp/store"

// Outcome is what a failed COMMIT is reported as.
var Outcome = outcome

// LogSQL is the statement that reads a page of the log.
const LogSQL = logSQL

// Selection returns the statement that reads one page, for its plan.
func Selection(q store.Query, lead string) (string, []any) {
	b := selection(q, lead, pageSize)
	return b.text.String(), b.args
}

// Kept returns how many statements of pages s keeps.
func Kept(s *Store) int { return len(s.sql.page) }
