package taxonomy

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/decode"
	"github.com/socialprescribing/sp/directory"
)

// A Crosswalk translates the terms that directories tag services with to the
// codes of needs that a scheme works with. Both sides are data, so a scheme can
// correct its crosswalk without anybody's release.
type Crosswalk struct {
	Version string           `json:"version"`          // of the crosswalk, to be kept with the decisions made by it
	Source  string           `json:"source,omitempty"` // who made it, from what
	Links   []directory.Link `json:"links"`
	Words   []Word           `json:"words,omitempty"` // for directories that tag nothing; package matching takes them for a guess
}

// A Word says that a service whose name or description contains Text may help
// with To.
type Word struct {
	Text string  `json:"text"` // a word or several, in any case
	To   sp.Code `json:"to"`
}

// ParseCrosswalk reads a crosswalk from JSON. The error is an [*sp.InvalidError] that
// lists every field that is wrong by its path, such as "links[3].to", among them links
// and words that lead nowhere. See package decode.
func ParseCrosswalk(text []byte) (Crosswalk, error) {
	c, err := decode.JSON[Crosswalk](text, decode.Options{Subject: "crosswalk", Bytes: 16 << 20})
	if err != nil {
		return Crosswalk{}, fmt.Errorf("taxonomy: %w", err)
	}
	e := &sp.InvalidError{Subject: "taxonomy: crosswalk"}
	for i, l := range c.Links {
		e.Check(l.From.Code != "", fmt.Sprintf("links[%d].from.code", i), sp.Missing, "must be given")
		e.Check(l.To.Code != "", fmt.Sprintf("links[%d].to.code", i), sp.Missing, "must be given")
	}
	for i, w := range c.Words {
		e.Check(strings.TrimSpace(w.Text) != "", fmt.Sprintf("words[%d].text", i), sp.Missing, "must be given")
		e.Check(w.To.Code != "", fmt.Sprintf("words[%d].to.code", i), sp.Missing, "must be given")
	}
	if err := e.Err(); err != nil {
		return Crosswalk{}, err
	}
	return c, nil
}

// Needs returns the codes that topics translate to, each once, in the order of
// the links, and the topics that no link mentions.
func (c Crosswalk) Needs(topics []sp.Code) (needs, missing []sp.Code) {
	found := make([]bool, len(topics))
	for _, link := range c.Links {
		for i, t := range topics {
			if !t.Is(link.From) {
				continue
			}
			found[i] = true
			if !slices.ContainsFunc(needs, link.To.Is) {
				needs = append(needs, link.To)
			}
		}
	}
	for i, t := range topics {
		if !found[i] {
			missing = append(missing, t)
		}
	}
	return needs, missing
}

// Tag returns topics and after them the needs that they translate to.
func (c Crosswalk) Tag(topics []sp.Code) []sp.Code {
	needs, _ := c.Needs(topics)
	tagged := slices.Clone(topics)
	for _, n := range needs {
		if !slices.ContainsFunc(tagged, n.Is) {
			tagged = append(tagged, n)
		}
	}
	return tagged
}

// Suggest returns the codes of the words that the name or the description of an
// offer holds, each once, in the order of the words. It is a guess, for
// directories that tag their services with nothing: "no debt advice" speaks of
// debt too. Show it as a guess.
func (c Crosswalk) Suggest(o directory.Offer) []sp.Code {
	text := spaced(o.Name + " " + o.Description)
	var codes []sp.Code
	for _, w := range c.Words {
		word := spaced(w.Text)
		if len(word) > 2 && strings.Contains(text, word) && !slices.ContainsFunc(codes, w.To.Is) {
			codes = append(codes, w.To)
		}
	}
	return codes
}

// spaced returns the words of s in lower case, each between single spaces.
func spaced(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return " " + strings.Join(words, " ") + " "
}
