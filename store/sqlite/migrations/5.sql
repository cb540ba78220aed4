-- Which record has the value of a unique term, written as in sp_term. Terms that
-- were named so before there was the rule come under it.
CREATE TABLE sp_unique (
	term TEXT NOT NULL PRIMARY KEY,
	id   TEXT NOT NULL
) WITHOUT ROWID;

INSERT INTO sp_unique (term, id)
SELECT replace(replace(replace(r.tenant, '%', '%25'), '/', '%2F'), '=', '%3D') || '/' ||
	replace(replace(replace(r.kind, '%', '%25'), '/', '%2F'), '=', '%3D') || '/' ||
	replace(replace(replace(t.key, '%', '%25'), '/', '%2F'), '=', '%3D') || '=' || t.value, r.id
FROM sp_record AS r, json_each(r.terms) AS t
WHERE substr(t.key, 1, 7) = 'unique:'
ORDER BY 1, 2;
