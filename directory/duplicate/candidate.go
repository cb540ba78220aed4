package duplicate

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// A Reason says what two entries have in common.
type Reason string

// The reasons.
const (
	Phone   Reason = "phone"
	Email   Reason = "email"
	Website Reason = "website" // the same page, not only the same site
	Address Reason = "address" // the same postcode and house
	Name    Reason = "name"    // the same name, but for case, accents and the order of words
	Similar Reason = "similar-name"
)

// points are what each reason is worth; a pair has at most 100. They follow the weights
// that a public project for entity resolution of HSDS publishes (name .40, address .34,
// phone .22, e-mail .16 and domain .04 of the rest), rounded so that they add up.
var points = map[Reason]int{Name: 40, Similar: 30, Address: 25, Phone: 18, Email: 13, Website: 4}

// A Pair is two services that may be one. A comes before B in order of ID.
type Pair struct {
	A       directory.ID `json:"a"`
	B       directory.ID `json:"b"`
	Score   int          `json:"score"`   // from 1 to 100
	Reasons []Reason     `json:"reasons"` // in the order of the constants
}

// Bounds of the search.
const (
	fewest  = 48 // points of a pair that is proposed: a similar name and a telephone number
	alike   = 80 // per cent of their letter triples that names have in common to be similar
	crowded = 40 // services with one key of which not each is compared with each
	window  = 8  // neighbours in order of name that are compared in a crowd
)

// Candidates returns the services of a catalogue that may be the same, the likeliest pairs
// first and then in order of their IDs. It compares what has a telephone number, an e-mail
// address, a web page or an address in common, in a time that grows little faster than the
// number of services. Services whose known postcodes have none in common are branches, and
// no candidates.
func Candidates(c directory.Catalogue) []Pair {
	entries := entriesOf(c)
	blocks := map[string][]int{}
	for i := range entries {
		for _, k := range entries[i].keys {
			blocks[k] = append(blocks[k], i)
		}
	}
	seen := map[[2]int]bool{}
	var pairs []Pair
	for _, block := range blocks {
		width := len(block)
		if width > crowded {
			width = window
			slices.SortFunc(block, func(a, b int) int { return cmp.Or(cmp.Compare(entries[a].name, entries[b].name), cmp.Compare(a, b)) })
		}
		for i, a := range block {
			for _, b := range block[i+1 : min(len(block), i+1+width)] {
				key := [2]int{min(a, b), max(a, b)}
				if seen[key] || a == b {
					continue
				}
				seen[key] = true
				if p, ok := compare(&entries[a], &entries[b]); ok {
					pairs = append(pairs, p)
				}
			}
		}
	}
	slices.SortFunc(pairs, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	return pairs
}

// An entry is a service as it is compared.
type entry struct {
	id        directory.ID
	name      string   // its words, folded and in order
	telling   []string // the words that tell things apart
	triples   map[string]int
	postcodes []string
	keys      []string // a letter for the reason, and what has to be the same
}

var reasonOf = map[byte]Reason{'p': Phone, 'e': Email, 'w': Website, 'a': Address}

func entriesOf(c directory.Catalogue) []entry {
	places := map[directory.ID]*directory.Place{}
	for i := range c.Places {
		places[c.Places[i].ID] = &c.Places[i]
	}
	at := map[directory.ID][]*directory.Place{}
	for _, v := range c.Venues {
		if p := places[v.Place]; p != nil {
			at[v.Service] = append(at[v.Service], p)
		}
	}
	entries := make([]entry, 0, len(c.Services))
	for i := range c.Services {
		entries = append(entries, entryOf(&c.Services[i], at[c.Services[i].ID]))
	}
	return entries
}

func entryOf(s *directory.Service, places []*directory.Place) entry {
	words := wordsOf(s.Name)
	e := entry{id: s.ID, telling: tellingOf(words)}
	slices.Sort(words)
	e.name = strings.Join(words, " ")
	e.triples = triplesOf(e.name)
	add := func(kind, key string) {
		if key != "" && !slices.Contains(e.keys, kind+key) {
			e.keys = append(e.keys, kind+key)
		}
	}
	for _, p := range s.Phones {
		add("p", digits(p.Number))
	}
	add("e", strings.ToLower(strings.TrimSpace(s.Email)))
	add("w", page(s.URL))
	for _, p := range places {
		postcode := ""
		if code, err := geo.ParsePostcode(p.Address.Postcode); err == nil {
			postcode = string(code)
			e.postcodes = append(e.postcodes, postcode)
		}
		if postcode != "" && len(p.Address.Lines) > 0 {
			add("a", postcode+" "+strings.Join(wordsOf(p.Address.Lines[0]), " "))
		}
	}
	return e
}

// compare returns the pair of two entries, if they are one.
func compare(a, b *entry) (Pair, bool) {
	if a.id == b.id || !slices.Equal(a.telling, b.telling) || len(a.postcodes) > 0 && len(b.postcodes) > 0 && !overlap(a.postcodes, b.postcodes) {
		return Pair{}, false
	}
	p := Pair{A: min(a.id, b.id), B: max(a.id, b.id)}
	switch {
	case a.name == "" || b.name == "":
		return Pair{}, false
	case a.name == b.name:
		p.Reasons = append(p.Reasons, Name)
	case similarity(a.triples, b.triples) >= alike:
		p.Reasons = append(p.Reasons, Similar)
	default:
		return Pair{}, false
	}
	for _, k := range a.keys {
		if r := reasonOf[k[0]]; slices.Contains(b.keys, k) && !slices.Contains(p.Reasons, r) {
			p.Reasons = append(p.Reasons, r)
		}
	}
	order := []Reason{Phone, Email, Website, Address, Name, Similar}
	slices.SortFunc(p.Reasons, func(a, b Reason) int { return cmp.Compare(slices.Index(order, a), slices.Index(order, b)) })
	for _, r := range p.Reasons {
		p.Score += points[r]
	}
	return p, p.Score >= fewest
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// wordsOf returns the words of a text in lower case, without what stands between them.
func wordsOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(strings.NewReplacer("'", "", "’", "", "&", " and ").Replace(s)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// apart are words that tell one service from another whose name is otherwise the same.
var apart = []string{
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
	"mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun",
	"mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays",
	"morning", "mornings", "afternoon", "afternoons", "evening", "evenings",
	"men", "mens", "women", "womens", "boys", "girls", "junior", "juniors", "senior", "seniors", "adult", "adults", "children", "beginners", "advanced",
	"north", "south", "east", "west", "online",
	"one", "two", "three", "i", "ii", "iii", "iv",
}

// tellingOf returns the words that tell things apart: those of the list, and numbers.
func tellingOf(words []string) []string {
	var telling []string
	for _, w := range words {
		if slices.Contains(apart, w) || strings.ContainsAny(w, "0123456789") {
			telling = append(telling, w)
		}
	}
	slices.Sort(telling)
	return telling
}

// triplesOf counts the runs of three letters of a name.
func triplesOf(name string) map[string]int {
	letters := []rune("  " + name + " ")
	all := make(map[string]int, len(letters))
	for i := range len(letters) - 2 {
		all[string(letters[i:i+3])]++
	}
	return all
}

// similarity returns how many per cent of their triples two names have in common
// (Dice's coefficient).
func similarity(a, b map[string]int) int {
	common, all := 0, 0
	for t, n := range a {
		common += min(n, b[t])
		all += n
	}
	for _, n := range b {
		all += n
	}
	return 200 * common / max(all, 1)
}

// digits returns the last nine digits of a telephone number, which are the same with and
// without the code of the country, and nothing of what is too short to be one.
func digits(number string) string {
	var b strings.Builder
	for _, r := range number {
		if r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	const subscriber = 9
	if b.Len() < subscriber {
		return ""
	}
	return b.String()[b.Len()-subscriber:]
}

// page returns the address of a page without what makes no difference, and nothing for
// the front page of a site, which everything on it has in common.
func page(url string) string {
	s := strings.ToLower(strings.TrimSpace(url))
	s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
	s = strings.TrimSuffix(strings.TrimPrefix(s, "www."), "/")
	if !strings.Contains(s, "/") {
		return ""
	}
	return s
}
