package postgres

import "fmt"

// A Numbering is how commits are numbered, and so how the log is ordered. It is
// chosen when the schema is created and stays with it.
type Numbering int8

const (
	// ByTransaction numbers a commit with the ID that PostgreSQL gives its
	// transaction anyway. Commits wait for nothing but the records they write,
	// and readers of the log learn from the snapshot which ones are still under way.
	ByTransaction Numbering = iota

	// ByCounter numbers the commits of a tenant 1, 2, 3 ... with a row that each
	// commit updates, and so lets them through one at a time. It asks nothing
	// of the database but row locks: choose it where transaction IDs
	// are not those of the whole database, as on CockroachDB, YugabyteDB and Citus.
	ByCounter
)

// String returns the name under which the schema remembers n.
func (n Numbering) String() string {
	if n == ByCounter {
		return "counter"
	}
	return "transaction"
}

// A dialect is what differs between the numberings, as SQL.
type dialect struct {
	number  string // query of the number of this commit of tenant $1, as tx
	open    string // array of the numbers that are given out and may still be committed
	cluster string // identity of what gives out the numbers
	present string // a number that every commit from now on is above, and none from before
	raise   string // brings all counters to that number, if there are any
	tune    string // what to change about new tables, if anything
	// tuneSums is the same for the columns of checksums, which came later.
	tuneSums string
}

// statements are those that a dialect is part of.
type statements struct{ commit, log string }

func (d dialect) statements() statements {
	return statements{
		commit: fmt.Sprintf(commitSQL, d.number),
		log:    fmt.Sprintf(logSQL, d.open, logPage),
	}
}

func (n Numbering) dialect() dialect {
	if n == ByCounter {
		return dialect{
			number: `INSERT INTO sp_log (tenant, commits) VALUES ($1, (SELECT coalesce(began[cardinality(began)], 0) + 1 FROM sp_schema))
	ON CONFLICT (tenant) DO UPDATE SET commits = sp_log.commits + 1 RETURNING commits AS tx`,
			open:    `'{}'::bigint[]`,
			cluster: `0`,
			present: `SELECT coalesce(max(commits), 0) FROM sp_log`,
			raise:   `UPDATE sp_log SET commits = (SELECT max(commits) + 1 FROM sp_log)`,
		}
	}
	return dialect{
		number: `SELECT base + pg_current_xact_id()::text::bigint AS tx FROM (SELECT (SELECT base FROM sp_schema) AS base) b`,
		// A transaction is not in its own snapshot, but has not committed either.
		open: `ARRAY(SELECT base + x::text::bigint FROM sp_schema, (
		SELECT pg_snapshot_xip(pg_current_snapshot()) AS x UNION ALL SELECT pg_current_xact_id_if_assigned()
	) x WHERE x IS NOT NULL)`,
		cluster:  `(SELECT system_identifier FROM pg_control_system())`,
		present:  `SELECT base + pg_current_xact_id()::text::bigint FROM sp_schema`,
		tune:     tuneSQL,
		tuneSums: `ALTER TABLE sp_record ALTER head SET STATISTICS 0, ALTER sum SET STATISTICS 0`,
	}
}

// tuneSQL suits PostgreSQL to the tables. Statistics are samples of the rows,
// which would outlive them: nothing of a person may be sampled. Those of the other
// columns alone are worse than none. From them the planner concludes that a key names
// thousands of rows, reads whole tables instead, and compiles its plan for the
// work that it expects, for seconds in each commit. And sizes of a handful of rows let
// it read the whole table, by a plan that is kept while the table grows.
const tuneSQL = `
ALTER TABLE sp_record ` + late + `,
	ALTER tenant SET STATISTICS 0, ALTER kind SET STATISTICS 0, ALTER id SET STATISTICS 0,
	ALTER terms SET STATISTICS 0, ALTER body SET STATISTICS 0;
ALTER TABLE sp_term ` + late + `,
	ALTER tenant SET STATISTICS 0, ALTER kind SET STATISTICS 0, ALTER name SET STATISTICS 0,
	ALTER value SET STATISTICS 0, ALTER id SET STATISTICS 0;
ALTER TABLE sp_event ` + late

const late = `SET (autovacuum_analyze_threshold = 5000, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_insert_threshold = 5000)`
