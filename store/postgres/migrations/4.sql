-- A value of a unique term has one record. Terms that were named so before there
-- was the rule come under it.
CREATE UNIQUE INDEX sp_unique ON sp_term (tenant, kind, name, value) WHERE name LIKE 'unique:%';
