CREATE TABLE sp_record (
	tenant  TEXT NOT NULL,
	kind    TEXT NOT NULL,
	id      TEXT NOT NULL,
	version INTEGER NOT NULL,
	terms   TEXT NOT NULL, -- a JSON object of strings
	body    BLOB NOT NULL,
	PRIMARY KEY (tenant, kind, id)
); -- with rowids, since rows over 1 KB would overflow the pages of an index

CREATE TABLE sp_term (
	tenant TEXT NOT NULL,
	kind   TEXT NOT NULL,
	name   TEXT NOT NULL,
	value  TEXT NOT NULL,
	id     TEXT NOT NULL,
	PRIMARY KEY (tenant, kind, name, value, id)
) WITHOUT ROWID;

CREATE TABLE sp_event (
	seq      INTEGER PRIMARY KEY, -- the order of commits, since there is one writer
	tenant   TEXT NOT NULL,
	kind     TEXT NOT NULL,
	id       TEXT NOT NULL,
	version  INTEGER NOT NULL,
	type     TEXT NOT NULL,
	role     TEXT NOT NULL,
	actor    TEXT NOT NULL,
	at       INTEGER NOT NULL, -- microseconds since 1970, UTC
	recorded INTEGER NOT NULL,
	data     BLOB NOT NULL
);

CREATE INDEX sp_event_tenant ON sp_event (tenant); -- and, as in every index, seq
