-- For whom somebody acted, the one thing that a signed link was for, and the key of the request.

ALTER TABLE sp_event
	ADD COLUMN acts_for text COLLATE "C" NOT NULL DEFAULT '',
	ADD COLUMN only_for text COLLATE "C" NOT NULL DEFAULT '',
	ADD COLUMN request  text COLLATE "C" NOT NULL DEFAULT '';
