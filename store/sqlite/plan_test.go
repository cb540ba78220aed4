package sqlite_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/sqlite"
)

func TestAStoreServesEveryQueryByAnIndexInItsOrder(t *testing.T) {
	db := handle(t, file(t))
	s := open(t, db)
	t.Run("fresh", func(t *testing.T) { planned(t, db) })
	var all store.Batch
	for i := range 1000 { // of one tenant, kind and state
		b := batch(fmt.Sprint(i), store.New)
		all.Puts, all.Events = append(all.Puts, b.Puts...), append(all.Events, b.Events...)
	}
	require.NoError(t, s.Commit(t.Context(), all))
	_, err := db.Exec("ANALYZE")
	require.NoError(t, err)
	t.Run("analysed", func(t *testing.T) { planned(t, db) })
}

func planned(t *testing.T, db *sql.DB) {
	t.Helper()
	long := make([]string, 60)
	for _, tt := range []struct {
		name  string
		query store.Query
		lead  string
		want  string // the outermost search of the table that is walked along
	}{
		{
			"all of a kind",
			store.Query{},
			"",
			"SEARCH sp_record USING INDEX sqlite_autoindex_sp_record_1 (tenant=? AND kind=? AND id>?)",
		},
		{
			"an exact term",
			store.Query{Where: store.Where{"state": {"open"}}},
			"state",
			"SEARCH t USING PRIMARY KEY (term=? AND id>?)",
		},
		{
			"one of several values",
			store.Query{Where: store.Where{"state": {"open", "new"}}},
			"state",
			"SEARCH t USING PRIMARY KEY (term=? AND id>?)",
		},
		{
			"one of very many values",
			store.Query{Where: store.Where{"state": long}},
			"state",
			"SEARCH t USING PRIMARY KEY (term=? AND id>?)",
		},
		{
			"two terms",
			store.Query{Where: store.Where{"state": {"open"}, "worker": {"ann"}}},
			"worker",
			"SEARCH t USING PRIMARY KEY (term=? AND id>?)",
		},
		{
			"a range",
			store.Query{Range: store.Range{Term: "due", From: "1", Before: "2"}},
			"",
			"SEARCH t USING PRIMARY KEY (term>? AND term<?)",
		},
		{
			"a range from a cursor on",
			store.Query{Range: store.Range{Term: "due"}, After: store.Cursor{Value: "1", ID: "x"}},
			"",
			"SEARCH t USING PRIMARY KEY ((term,id)>(?,?) AND term<?)",
		},
		{
			"a range and a term",
			store.Query{Range: store.Range{Term: "due"}, Where: store.Where{"worker": {"ann"}}},
			"worker",
			"SEARCH t USING PRIMARY KEY (term>? AND term<?)",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.query.Tenant, tt.query.Kind = "north", "referral"
			text, args := sqlite.Selection(tt.query, tt.lead)
			plan := explain(t, db, text, args...)
			all := strings.Join(plan, "\n")
			require.Contains(t, plan, tt.want, all)
			for _, step := range plan {
				require.False(t, strings.HasPrefix(step, "SCAN sp_") || strings.HasPrefix(step, "SCAN f") || step == "SCAN r", all)
			}
		})
	}
	t.Run("the log", func(t *testing.T) {
		require.Equal(t, []string{"SEARCH sp_event USING INDEX sp_event_tenant (tenant=? AND rowid>?)"}, explain(t, db, sqlite.LogSQL, "north", 0, 100))
	})
}

// explain returns the steps of the plan for a statement.
func explain(t *testing.T, db *sql.DB, text string, args ...any) (plan []string) {
	t.Helper()
	rows, err := db.Query("EXPLAIN QUERY PLAN "+text, args...)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &detail))
		plan = append(plan, detail)
	}
	require.NoError(t, rows.Err())
	return plan
}
