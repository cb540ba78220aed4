// Package duplicate finds people who may stand in the records twice.
//
// Somebody is referred by the practice in March and rings the scheme in June, under the
// name that they go by. Two records mean two plans, and one worker who does not know what
// the other has promised. But twins share a day of birth, a home and a telephone, and
// whoever merges two people shows the one what the other has said. So a program proposes
// and people decide, and no record is ever joined, changed or erased here:
//
//	for _, pair := range duplicate.Candidates(people) {
//		fmt.Println(pair.A, pair.B, pair.Score, pair.Reasons) // IDs and reasons, no personal data
//	}
//
// What they decide about a pair is a [Review], which only grows, so that two who are known
// to be two are not proposed again ([Reviews.Waiting]). What follows stays with people:
// revise the record that is to be used, and close the case of the other.
package duplicate

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

// A Reason says what two records have in common.
type Reason string

// What two records can have in common. [Candidates] says how many points each is worth.
const (
	NHSNumber Reason = "nhs-number"
	Born      Reason = "born"
	Name      Reason = "name"         // the same name, but for case, hyphens, apostrophes and the order of its words
	Similar   Reason = "similar-name" // a name that is one slip away, or one of its words
	Contact   Reason = "contact"      // a telephone number or an e-mail address
	Address   Reason = "address"      // the postcode and the first line
)

// points are what each reason is worth; a pair has at most 100. They are choices of this
// library: no reason but the NHS number is enough without another, and a home and a
// telephone are shared by whole families.
var points = map[Reason]int{NHSNumber: 100, Born: 35, Name: 35, Similar: 25, Contact: 15, Address: 15}

var order = []Reason{NHSNumber, Born, Name, Similar, Contact, Address}

// fewest is the points of a pair that is proposed: a day of birth and a similar name.
const fewest = 60

// A Pair is two records that may be of one person. A comes before B in order of ID. It
// holds no personal data.
type Pair struct {
	A       person.ID `json:"a"`
	B       person.ID `json:"b"`
	Score   int       `json:"score"`   // from 1 to 100
	Reasons []Reason  `json:"reasons"` // in the order of the constants
}

// Candidates returns the records that may be of one person, the likeliest pairs first and
// then in order of their IDs. It compares those that have an NHS number, a day of birth
// with a name's first letter, a contact or an address in common. Two different NHS numbers
// are two people, and so are two days of birth, unless the number is the same. Reasons add
// up to a score: the same NHS number is worth 100 points, the day of birth and the same
// name 35 each, a similar name 25, a contact and an address 15 each. A pair has 60 points
// or more, and counts as 100 at most. Without the same number, people of different names
// are no pair, whatever else they share: twins do. The points are this library's own
// choice.
func Candidates(people []person.Person) []Pair {
	entries := make([]entry, len(people))
	blocks := map[string][]int{}
	for i := range people {
		entries[i] = entryOf(&people[i])
		for _, k := range entries[i].keys {
			blocks[k] = append(blocks[k], i)
		}
	}
	seen := map[[2]int]bool{}
	var pairs []Pair
	for _, block := range blocks {
		for i, a := range block {
			for _, b := range block[i+1:] {
				if key := [2]int{a, b}; !seen[key] {
					seen[key] = true
					if p, ok := compare(&entries[a], &entries[b]); ok {
						pairs = append(pairs, p)
					}
				}
			}
		}
	}
	slices.SortFunc(pairs, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	return pairs
}

// An entry is a record as it is compared.
type entry struct {
	id     person.ID
	number sp.NHSNumber
	born   sp.Date
	names  []string // the words of all names, in order
	shared []string // contacts and addresses, with a letter for the reason
	keys   []string
}

func entryOf(p *person.Person) entry {
	name, address := p.Name.Reveal(), p.Address.Reveal()
	e := entry{id: p.ID, number: p.NHSNumber, born: p.Born.Reveal(), names: wordsOf(name.Given + " " + name.Family)}
	slices.Sort(e.names)
	for _, c := range p.Contacts {
		if k := contactOf(c.Value.Reveal()); k != "" {
			e.shared = append(e.shared, "c"+k)
		}
	}
	if len(address.Lines) > 0 && address.Postcode != "" {
		e.shared = append(e.shared, "a"+string(address.Postcode)+" "+strings.Join(wordsOf(address.Lines[0]), " "))
	}
	e.keys = slices.Clone(e.shared)
	if !e.number.IsZero() {
		e.keys = append(e.keys, "n"+e.number.Reveal())
	}
	for _, w := range e.names {
		if !e.born.IsZero() {
			first := []rune(w)[0]
			e.keys = append(e.keys, "b"+e.born.String()+string(first))
		}
	}
	slices.Sort(e.keys)
	e.keys = slices.Compact(e.keys)
	return e
}

// compare returns the pair of two records, if they are one.
func compare(a, b *entry) (Pair, bool) {
	sameNumber := !a.number.IsZero() && a.number.Equal(b.number)
	switch {
	case a.id == b.id, !sameNumber && !a.number.IsZero() && !b.number.IsZero(), !sameNumber && !a.born.IsZero() && !b.born.IsZero() && a.born != b.born:
		return Pair{}, false
	}
	p := Pair{A: min(a.id, b.id), B: max(a.id, b.id)}
	for reason, has := range map[Reason]bool{
		NHSNumber: sameNumber,
		Born:      !a.born.IsZero() && a.born == b.born,
		Name:      len(a.names) > 0 && slices.Equal(a.names, b.names),
		Similar:   !slices.Equal(a.names, b.names) && similar(a.names, b.names),
		Contact:   common(a.shared, b.shared, 'c'),
		Address:   common(a.shared, b.shared, 'a'),
	} {
		if has {
			p.Reasons = append(p.Reasons, reason)
			p.Score += points[reason]
		}
	}
	if !slices.ContainsFunc(p.Reasons, func(r Reason) bool { return r == NHSNumber || r == Name || r == Similar }) {
		return Pair{}, false // a family
	}
	p.Score = min(p.Score, points[NHSNumber])
	slices.SortFunc(p.Reasons, func(a, b Reason) int { return cmp.Compare(slices.Index(order, a), slices.Index(order, b)) })
	return p, p.Score >= fewest
}

func common(a, b []string, letter byte) bool {
	return slices.ContainsFunc(a, func(s string) bool { return s[0] == letter && slices.Contains(b, s) })
}

// similar reports whether the words of two names are the same but for one slip, or all
// words of the shorter one are in the longer: "Mo Khan" and "Mo Ali Khan".
func similar(a, b []string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 2 {
		return false
	}
	slips := 0
	for _, w := range a {
		switch {
		case slices.Contains(b, w):
		case slips == 0 && slices.ContainsFunc(b, func(o string) bool { return near(w, o) }):
			slips++
		default:
			return false
		}
	}
	return true
}

// shortest is the letters from which a word may have a slip in it: Tim is not Tom.
const shortest = 5

// near reports whether two words are one letter apart: one more, one less or another.
func near(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) < shortest || len(y) < shortest {
		return false
	}
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	return len(x) <= 1 && len(y) <= 1
}

// wordsOf returns the words of a text in lower case, without apostrophes.
func wordsOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(strings.NewReplacer("'", "", "’", "").Replace(s)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// contactOf returns an e-mail address in lower case, or the last nine digits of a
// telephone number, which are the same with and without the code of the country.
func contactOf(value string) string {
	if strings.Contains(value, "@") {
		return strings.ToLower(strings.TrimSpace(value))
	}
	const subscriber = 9
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, value)
	return digits[max(0, len(digits)-subscriber):]
}
