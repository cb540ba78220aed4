-- For whom somebody acted, the one thing that a signed link was for, and the key of the request.
ALTER TABLE sp_event ADD COLUMN acts_for TEXT NOT NULL DEFAULT '';
ALTER TABLE sp_event ADD COLUMN only_for TEXT NOT NULL DEFAULT '';
ALTER TABLE sp_event ADD COLUMN request  TEXT NOT NULL DEFAULT '';
