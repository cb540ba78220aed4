package sqlite

import "github.com/socialprescribing/sp/store"

// Outcome is what a failed COMMIT is reported as.
var Outcome = outcome

// Selection returns the statement that reads one page, for its plan.
func Selection(q store.Query, lead string) (string, []any) {
	b := selection(q, lead, pageSize)
	return b.text.String(), b.args
}
