package search

import (
	"slices"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/internal/words"
)

// postings say of each word of all offers in which rows it stands.
type postings struct {
	words []string
	rows  [][]uint32 // of each word, in order
}

func post(offers []*directory.Offer) *postings {
	p := &postings{}
	numbers := map[string]uint32{}
	var buffer []byte
	for row, o := range offers {
		add := func(word []byte) {
			n, ok := numbers[string(word)]
			if !ok {
				n = uint32(len(p.words))
				w := string(word)
				numbers[w] = n
				p.words, p.rows = append(p.words, w), append(p.rows, nil)
			}
			if rows := p.rows[n]; len(rows) == 0 || rows[len(rows)-1] != uint32(row) {
				p.rows[n] = append(rows, uint32(row))
			}
		}
		for _, field := range [...]string{o.Name, o.Description, o.Provider, o.Where} {
			buffer = words.Each(field, buffer, add)
		}
	}
	for n := range p.rows {
		p.rows[n] = slices.Clip(p.rows[n])
	}
	return p
}

// having returns the rows with a word for which found is true.
func (p *postings) having(rows int, found func(inText string) bool) set {
	s := make(set, leaves(rows))
	for n, w := range p.words {
		if found(w) {
			for _, row := range p.rows[n] {
				s.add(row)
			}
		}
	}
	return s
}
