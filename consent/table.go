package consent

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
)

// A Table says for each recipient, purpose and kind what may be told: 12 by 9 by 10
// letters. What is in no table is [Never]. It is a value: a copy changes by itself.
type Table struct {
	cells [len(recipients)][len(purposes)][len(kinds)]Letter
}

// StandardTable returns the table that ships with this package: the choice of this
// library, which no source decides and a scheme may change. Each letter follows from a
// principle of Caldicott and one of the rules of [Rules].
func StandardTable() Table { return standardTable }

// standardRows has a row for each recipient, a column for each purpose, and in each a
// letter for each kind.
const standardRows = `
AAAAOANNAA NNNNNNNNNN YNAAOANNAA OOOOONNNOO NNNNNNNNNN NNGGNGNGGG NNNNNNNNNN NNNNNNNNNN NNNNNNNNNN
YYYAYYNAYY YYYAYYNAYY YNYAYYNNYY YYOOYONNOO NNYAYYNNYY NNGGNGNGGG NNNNNNNNNN NNNNNNNNNN NNNNNNNNNN
YYYYYYYYYY YYYYYYYYYY YYYYYYYYYY YYYYYYYYYY YYYYYYYYYY YNYYYYNGYY NNNNNNNNNN NNNNNNNNNN YNNNNNNNYN
YYYYYYNNYY YYYYYYNNYY YYYYYYNNYY YYYYYYYNYY YNYYYYYNYY NNGGGGNGGG NNGGGGNGGG NNNNNNNNNN YNNNNNNNYN
NNNNYNNNNN NNNNNNNNNN YNNNYNNNNY YYYYYYYNYY YNYYYNYNYY NNNGGNNGNG NNNNGNNNNN NNNNNNNNNN NNNNNNNNNN
AAAAONNNYY AAAAONNNNN YNNNNNNNYY OOOOONNNOO NNNNNNNNNN NNGNNGNGGG NNNNNNNNNN NNNNNNNNNN NNNNNNNNYN
YYYAOANYYY YYYAOANNYY YYYAOANNYY OOOOONNNOO NNNNNNNNNN NNGNNGNGGG NNNNNNNNNN NNNNNNNNNN NNNNNNNNNN
YYYYOYNYYY YYYYOYNYYY YYYYOYNYYY YYYYOYNYYY NNNNNNNNNN YYYYOYNYYY YYYYOYNYYY YYYYOYNYYY YYYYOYNYYY
AAAAONNNAA AAAAONNNNN YNAAONNNAA OOOOONNNOO NNNNNNNNNN NNGNNNNGGG NNNNNNNNNN NNNNNNNNNN NNNNNNNNNN
NNNNNNNNNN NNNNNNNNNN NNNNNNNNNN NNNNNNNNNN NNNNNNNNNN NNGGGGNGGG NNNNNNNNNN AAAANANAAA NNNNNNNNNN
NNNNNNNNNN NNNNNNNNNN NNNNNNNNNN NNNNNNNNNN NNNNNNNNNN NNGGGGNGGG NNGGGGNGGG NNNNNNNNNN NNNNNNNNGG
NNNNNNNNNN NNNNNNNNNN NNNNNNNNNN NNNNONNNNO NNNNNNNNNN NNGGGGNGGG NNGGGGNGGG NNNNNNNNNN NNNNNNNNYN
`

var standardTable = parseTable(standardRows)

func parseTable(rows string) (t Table) {
	words := strings.Fields(rows)
	for r := range t.cells {
		for p := range t.cells[r] {
			t.fill(r, p, words[r*len(purposes)+p])
		}
	}
	return t
}

// Letter returns what the table says; of what it does not know, [Never].
func (t *Table) Letter(to Recipient, f Purpose, k Kind) Letter {
	r, p, i := slices.Index(recipients[:], to), slices.Index(purposes[:], f), slices.Index(kinds[:], k)
	if r < 0 || p < 0 || i < 0 || t.cells[r][p][i] == 0 {
		return Never
	}
	return t.cells[r][p][i]
}

// Set replaces the letters of a recipient and a purpose, one for each of [Kinds] in its
// order, such as "YYYAYYNAYY". It fails with an [*sp.InvalidError], and changes nothing,
// if there are not ten letters or one of them opens what no table may open: a note or an
// identity that is aggregated, a single person to a commissioner, or asks for an agreement
// of the person to what they are told themselves.
func (t *Table) Set(to Recipient, f Purpose, letters string) error {
	e := &sp.InvalidError{Subject: "consent: set letters"}
	r, p := slices.Index(recipients[:], to), slices.Index(purposes[:], f)
	e.Check(r >= 0, "to", sp.NotListed, "must be a recipient of this package")
	e.Check(p >= 0, "purpose", sp.NotListed, "must be a purpose of this package")
	e.Check(len(letters) == len(kinds), "letters", sp.WrongLength, "must be one for each of the ten kinds")
	for i := range letters {
		l := Letter(letters[i])
		e.Check(l.level() > 0 || l == Never || l == AggregateOnly, "letters", sp.NotListed, "must be N, O, A, Y or G")
		named := i < len(kinds) && (kinds[i] == Identity || kinds[i] == Contact || kinds[i] == Notes)
		e.Check(l != AggregateOnly || !named, "letters", sp.Inconsistent, "must not aggregate identity, contact or notes")
		e.Check(l != ByAgreement || to != ToPerson, "letters", sp.Inconsistent, "must not ask the person's agreement to what they are told themselves")
		e.Check(l != Always || to != ToCommissioner && to != ToResearcher, "letters", sp.Inconsistent, "must not let a commissioner or a researcher see a person without agreement")
	}
	if err := e.Err(); err != nil {
		return err
	}
	t.fill(r, p, letters)
	return nil
}

func (t *Table) fill(r, p int, letters string) {
	for i := range kinds {
		t.cells[r][p][i] = Letter(letters[i])
	}
}
