-- One row for each term of each record. The term is one text, such as
-- north/referral/state=open, since comparing keys is most of what writing and
-- finding them costs. The order is that of the values of a name, and then of the
-- IDs. The signs that hold a term together are escaped in its names.
DROP TABLE sp_term;

CREATE TABLE sp_term (
	term TEXT NOT NULL,
	id   TEXT NOT NULL,
	PRIMARY KEY (term, id)
) WITHOUT ROWID;

INSERT INTO sp_term (term, id)
SELECT replace(replace(replace(r.tenant, '%', '%25'), '/', '%2F'), '=', '%3D') || '/' ||
	replace(replace(replace(r.kind, '%', '%25'), '/', '%2F'), '=', '%3D') || '/' ||
	replace(replace(replace(t.key, '%', '%25'), '/', '%2F'), '=', '%3D') || '=' || t.value, r.id
FROM sp_record AS r, json_each(r.terms) AS t
ORDER BY 1, 2;
