-- A checksum for each row, so that bytes that have changed on the disk are
-- noticed, and the sum of the event before, so that a history cannot be changed
-- in its middle. Rows from before have none: they are protected from when they are
-- next written.
ALTER TABLE sp_record ADD COLUMN head BLOB;   -- the sum of the last event of its history; NULL if there is none
ALTER TABLE sp_record ADD COLUMN sum INTEGER; -- the checksum of all other columns
ALTER TABLE sp_event ADD COLUMN prev BLOB;    -- the sum of the event before it in the history of its record
ALTER TABLE sp_event ADD COLUMN sum INTEGER;  -- the checksum of all other columns but seq

-- One row for each time that the log began anew from a backup. Positions name the
-- one that they were given out in.
CREATE TABLE sp_epoch (
	number INTEGER PRIMARY KEY,
	name   TEXT NOT NULL UNIQUE, -- which no other copy of this database has; empty for positions from before there were names
	last   INTEGER NOT NULL      -- the seq of the last event from before
);

INSERT INTO sp_epoch (number, name, last) VALUES (1, '', 0);
