-- What the store keeps. Every key starts with the tenant, and every text
-- compares byte by byte, whatever the collation of the database.

CREATE TABLE sp_record (
	tenant  text   COLLATE "C" NOT NULL,
	kind    text   COLLATE "C" NOT NULL,
	id      text   COLLATE "C" NOT NULL,
	version bigint NOT NULL,
	tx      bigint NOT NULL, -- number of the commit that wrote it
	terms   jsonb  NOT NULL, -- the same as in sp_term, so that a record is read in one place
	body    bytea  NOT NULL,
	PRIMARY KEY (tenant, kind, id)
);

-- One row for each term of each record. The key is also the index: it answers
-- both "equals, in order of ID" and "from, to, in order of value and ID".
CREATE TABLE sp_term (
	tenant text COLLATE "C" NOT NULL,
	kind   text COLLATE "C" NOT NULL,
	name   text COLLATE "C" NOT NULL,
	value  text COLLATE "C" NOT NULL,
	id     text COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant, kind, name, value, id)
);

CREATE TABLE sp_event (
	tenant   text        COLLATE "C" NOT NULL,
	tx       bigint      NOT NULL, -- number of the commit that wrote it
	seq      integer     NOT NULL, -- place within the commit
	kind     text        COLLATE "C" NOT NULL,
	id       text        COLLATE "C" NOT NULL,
	version  bigint      NOT NULL,
	type     text        COLLATE "C" NOT NULL,
	at       timestamptz NOT NULL,
	recorded timestamptz NOT NULL,
	role     text        COLLATE "C" NOT NULL,
	actor    text        COLLATE "C" NOT NULL,
	data     bytea       NOT NULL,
	PRIMARY KEY (tenant, tx, seq)
);

-- Commits of each tenant; used by the numbering "counter" only.
CREATE TABLE sp_log (
	tenant  text   COLLATE "C" NOT NULL PRIMARY KEY,
	commits bigint NOT NULL
);
