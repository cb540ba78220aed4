// Package sqlite keeps records and their log in one SQLite file: for a scheme
// that runs on one machine, which is most of them.
//
// It takes a [*sql.DB], so the driver is the caller's choice; the tests use
// modernc.org/sqlite, which needs no C compiler. The handle must wait for locks
// and must not give up durability, which [Open] checks:
//
//	handle, err := sql.Open("sqlite", "file:scheme.db?_pragma=busy_timeout(5000)&_pragma=synchronous(normal)&_txlock=immediate")
//	err = sqlite.Migrate(ctx, handle) // creates the tables, or brings them up to date; switches to WAL
//	db, err := sqlite.Open(ctx, handle)
//	defer db.Close()                  // the handle stays the caller's
//	scheme := store.Tenant(db, "morecambe-bay") // what repositories take
//
// A service that has no rows of its own there needs no handle: [OpenFile] does these three.
//
// [InTx] runs a transaction, so that a service commits its own rows and ours
// together, or neither.
//
// # What to know
//
// Commits are one at a time, whoever makes them: within the process they wait
// in line, across processes for as long as busy_timeout says. Readers wait for
// nobody. A wait that is too long is an error of its own and never a version
// conflict. "database is locked (517)", SQLITE_BUSY_SNAPSHOT, is what a transaction of
// your own gets at once, whatever the timeout, if it began by reading and somebody else
// has written when it wants to: begin it with the write lock, as _txlock=immediate has
// every transaction of the handle do, and as [InTx] does on any. With synchronous=normal a commit survives the death of the process;
// with synchronous=full, which costs a disk flush each, also a power cut.
//
// The tables are sp_record, sp_term, sp_unique, sp_event, sp_epoch and sp_schema. Indexes serve exact terms and
// ranges: a page costs the same among a thousand records and among a million,
// unless two conditions that many records meet are hardly ever met together.
//
// # Backups and flipped bytes
//
// Call [Restored] after a backup was put back. Every row has a checksum that is
// compared when it is read: see [store.CorruptError]. [Store.Check] looks through a
// whole file.
//
// # Erasure
//
// Deleting a record frees its pages but leaves its bytes in the file and in the
// write-ahead log until something overwrites them. [Store.Scrub] removes them.
// Backups have to be dealt with separately.
//
// # Backups
//
// The statement VACUUM INTO 'copy.db' writes a copy of one moment, while others go on
// reading and writing. Once no process has the file open, however the last one
// ended, a copy of it together with the file that ends in -wal is as good. A copy of
// a file that somebody is writing to is worth nothing.
package sqlite
