-- A checksum for each row, so that bytes that have changed on the disk are
-- noticed, and the sum of the event before, so that a history cannot be changed
-- in its middle. Rows from before have none: they are protected from when they are
-- next written.

ALTER TABLE sp_record
	ADD COLUMN head bytea,  -- the sum of the last event of its history; null if there is none
	ADD COLUMN sum  bigint; -- the checksum of all other columns but tx

ALTER TABLE sp_event
	ADD COLUMN prev bytea,  -- the sum of the event before it in the history of its record
	ADD COLUMN sum  bigint; -- the checksum of all other columns but tx and seq

-- The log began anew from a backup as often as there are epochs. Positions name
-- the one that they were given out in, or none if they are from before there were any.
ALTER TABLE sp_schema
	ADD COLUMN epochs text[]   NOT NULL DEFAULT '{}', -- names that no other copy of this database has
	ADD COLUMN began  bigint[] NOT NULL DEFAULT '{}'; -- the number of the commit that each began with
