// Package postgres keeps records and their log in PostgreSQL.
//
// It is for services that already trust their data to a PostgreSQL server, or
// that have outgrown one machine. [Migrate] prepares the tables, [Open] returns
// a [Store], which is a [store.Driver], and [InTx] lets a service commit rows of its
// own and ours together:
//
//	pool, err := pgxpool.New(ctx, dsn)
//	err = postgres.Migrate(ctx, pool, postgres.Options{})
//	db, err := postgres.Open(ctx, pool)
//	scheme := store.Tenant(db, "morecambe-bay")
//
// A service that has no rows of its own there needs no pool: [Connect] does these three.
//
// The caller makes the pool, and so decides on its size, time limits, TLS,
// tracing and search path. The package starts no goroutine, and holds a
// connection only while a method of the store talks to the server: never while
// the body of a loop over [Store.Scan] or [Store.Log] runs. A pool of one
// connection will do.
//
// # Setting up
//
// Migrate needs CREATE in the schema, and then owns the tables. The account of the
// service needs no more rights than these, with which it cannot rewrite the log:
//
//	GRANT SELECT ON sp_schema TO service;
//	GRANT SELECT, INSERT, UPDATE, DELETE ON sp_record TO service;
//	GRANT SELECT, INSERT, DELETE ON sp_term TO service;
//	GRANT SELECT, INSERT ON sp_event TO service;
//	GRANT SELECT, INSERT, UPDATE ON sp_log TO service; -- for ByCounter
//
// Read committed, the default isolation, is enough. Under repeatable read and
// serializable everything works, with more attempts, of reads too.
//
// PgBouncer: every statement stands alone, so transaction pooling is enough. Before its
// version 1.21 it does not know prepared statements: set pgx.QueryExecModeExec or
// QueryExecModeCacheDescribe as the pool's DefaultQueryExecMode; with both, version 1.18
// passes the whole suite. Do not set QueryExecModeSimpleProtocol: it writes arguments,
// and so what records hold, into the text of each statement, which the server shows in
// pg_stat_activity and logs with every error. Batches of a hundred writes and more use
// unnamed statements in any mode, to be planned afresh.
//
// # What is logged
//
// Arguments print as "[argument]", so a tracer or logger of pgx, such as its package
// tracelog, writes the statements and nothing of what they carry. The server is another
// matter: log_min_duration_statement, log_statement and auto_explain write the arguments
// of the statements that they log, whose bodies are personal data. Have them leave
// arguments out, which needs a superuser, for the account of the service:
//
//	ALTER ROLE service SET log_parameter_max_length = 0;
//	ALTER ROLE service SET log_parameter_max_length_on_error = 0; -- as it is by default
//	ALTER ROLE service SET auto_explain.log_parameter_max_length = 0; -- if it is loaded
//	ALTER ROLE service SET pgaudit.log_parameter = off; -- likewise
//
// A key that is there already is named in the DETAIL of an error: keys are identifiers,
// and no names.
//
// For [ByTransaction], Migrate has autovacuum leave these tables alone until 5,000
// rows have changed, and ANALYZE take no statistics of what records and terms
// hold. What it would learn from a handful of rows misleads the planner while the
// tables grow, and statistics of some columns alone would have it expect thousands
// of rows where a key names one. Change the thresholds as you like; Migrate will
// not set them again.
//
// # Commits
//
// A commit of one tenant is one statement, and so one round trip and one wait
// for the disk, whether it writes one aggregate with its events or thousands of
// records of an import. For an import, commit batches of about a thousand
// records from two to four goroutines. A commit waits only for others that write
// the same records: there is no advisory lock, no NOTIFY, no sequence, no lock on
// a table.
//
// A version that is not the one expected is a [*store.ConflictError], with the
// version found. Serialization failures and deadlocks (SQLSTATE 40001 and
// 40P01) are tried again for about a second and are never reported as conflicts.
// If the connection is lost, the session is ended or the context is cancelled
// after the first byte of a commit was sent, the error is [store.ErrOutcomeUnknown],
// since only an ERROR of the server is certain to mean that nothing has happened:
// load again, or commit the same batch again, which cannot be applied twice if its
// puts state versions.
//
// # Erasure
//
// A deleted record and its terms are invisible at once, but VACUUM only marks
// their place as free. Their bytes leave the table files with VACUUM FULL
// sp_record and VACUUM FULL sp_term, which lock and rewrite a table, while no
// older transaction is open. They leave the write-ahead log with the checkpoint
// after its segment is full, or was ended by pg_switch_wal(), if wal_recycle is
// off; otherwise old segments get a new name and are overwritten some day.
// Archives of the log and backups have to expire. Events stay, and hold
// identifiers, codes and numbers only. Samples of rows that ANALYZE takes would
// stay too, so it takes none, as said above. Where all this takes too long, encrypt
// bodies with a key per person, and delete the key: see package seal.
//
// # The log
//
// PostgreSQL gives each writing transaction an ID when it begins to write, and
// that ID numbers its events. Transactions end in another order than they began,
// so a reader that remembered a number alone would miss those that were still
// open when it passed. A position therefore also names the open ones, as the
// reader's own snapshot lists them, and the reader comes back for them. Readers
// miss nothing, see the events of one record in order, and are not held up:
// neither by a long transaction nor by other databases on the server.
//
// Three things follow. A transaction that got its ID before another one has
// changed a record is refused that record ([InTx] then reports
// [store.ErrAgain]; commits outside a transaction are just tried again), since
// the log would tell the two backwards. After a dump was restored, or data moved
// by logical replication, IDs start anew, so Open refuses the database until
// Migrate has set a new base for them. And with synchronous_commit switched off,
// or after a failover that lost commits, a reader may have seen events that are
// no more: call [Restored] then, and after any other restoration of a backup.
//
// Long transactions do not delay readers of the log, but they keep VACUUM from
// removing old versions of records, and their numbers in every position that is
// stored meanwhile. Read the log on the primary: a standby does not know which
// transactions are open.
//
// # Other servers
//
// CockroachDB, YugabyteDB and Citus speak the same protocol. None of them has
// been run with this package; what follows is from their documentation. Their
// transaction IDs are absent or belong to one node, so choose [ByCounter], which
// asks for row locks only. Get, Scan and Log are plain indexed SELECTs with
// LATERAL. A commit is one statement that modifies sp_record and sp_term in
// several places, though never the same row twice: CockroachDB allows that
// where the connection sets enable_multiple_modifications_of_table. Every primary
// key starts with the tenant, by which Citus can distribute all tables but
// sp_schema. Use no more than one numbering for a database: it is remembered in
// sp_schema.
package postgres
