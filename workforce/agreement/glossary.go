package agreement

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce/record"
)

// GlossaryKind is the kind of record under which glossaries are stored.
const GlossaryKind = "glossary"

// A Term is a word of a partner, what they mean by it, and the code that means the same here.
type Term struct {
	Word  string `json:"word"`
	Means string `json:"means,omitempty"`
	Code  string `json:"code,omitempty"` // empty is that nobody has found one
}

// A Glossary holds the words of one partner. There is one record of each.
type Glossary struct {
	Partner string  `json:"partner"` // ID of the organisation, which is that of the record
	On      sp.Date `json:"on"`      // when it was last gone through with them
	Again   sp.Date `json:"again,omitzero"`

	Terms sp.Personal[[]Term] `json:"-"`
}

// EventType returns the stored name.
func (Glossary) EventType() store.EventType { return "glossary.noted" }

// glossary is a Glossary without its methods, and wireGlossary what is stored of it.
type (
	glossary     Glossary
	wireGlossary struct {
		glossary

		Terms sp.Plain[[]Term] `json:"terms,omitzero"`
	}
)

var glossaries = &record.Kind[Glossary]{
	Name: GlossaryKind, By: []sp.Role{sp.RoleTeamLead, sp.RoleLinkWorker},
	Index: func(g Glossary) record.Index { return record.Index{ID: g.Partner, On: g.On, Due: g.Again} },
	Check: func(g Glossary, e *sp.InvalidError) {
		e.Check(!g.On.IsZero(), "on", sp.Missing, "must be known")
		e.Check(g.Again.IsZero() || g.Again > g.On, "again", sp.Inconsistent, "must be after the day on which it was gone through")
		for i, t := range g.Terms.Reveal() {
			e.Check(fold(t.Word) != "", fmt.Sprintf("terms[%d].word", i), sp.Missing, "must not be empty")
			e.Check(t.Code == "" || sp.ValidCode(t.Code), fmt.Sprintf("terms[%d].code", i), sp.Malformed, sp.CodeRule)
		}
	},
	Body: func(g Glossary) any { return wireGlossary{glossary(g), sp.Plain[[]Term]{Personal: g.Terms}} },
	Read: func(body []byte) (Glossary, error) {
		var in wireGlossary
		err := json.Unmarshal(body, &in)
		g := Glossary(in.glossary)
		g.Terms = in.Terms.Personal
		return g, err
	},
}

// Explain returns the record of the glossary of a partner who has none yet.
func Explain(g Glossary, s sp.Stamp) (*record.Record[Glossary], error) { return glossaries.Write(g, s) }

// Glossaries returns the glossaries that db keeps. Due ([record.Repository.Due]) are those to be
// gone through again.
func Glossaries(db store.Driver) *record.Repository[Glossary] { return glossaries.In(db) }

func fold(word string) string { return strings.ToLower(strings.TrimSpace(word)) }

// Translate returns the words of one partner (to) that mean the same as a word of another
// (from): those with the same code, in the order of the glossary. It returns none if either
// has not explained it. Capital letters and spaces around the word do not matter.
func Translate(all []Glossary, from, word, to string) []string {
	var words []string
	for _, g := range all {
		for _, t := range g.Terms.Reveal() {
			if g.Partner == to && t.Code != "" && slices.Contains(codes(all, from, word), t.Code) {
				words = append(words, t.Word)
			}
		}
	}
	return words
}

// codes returns what a partner means by a word.
func codes(all []Glossary, partner, word string) []string {
	var found []string
	for _, g := range all {
		for _, t := range g.Terms.Reveal() {
			if g.Partner == partner && fold(t.Word) == fold(word) && t.Code != "" {
				found = append(found, t.Code)
			}
		}
	}
	return found
}

// A Use is how one partner uses a word.
type Use struct {
	Partner string
	Word    string
	Code    string
}

// Unmapped returns the words for which nobody has found a code, in the order of the glossaries.
func Unmapped(all []Glossary) []Use {
	var open []Use
	for _, g := range all {
		for _, t := range g.Terms.Reveal() {
			if t.Code == "" {
				open = append(open, Use{g.Partner, t.Word, ""})
			}
		}
	}
	return open
}

// FalseFriends returns the words that stand for different codes at different partners, with
// each use of them, in the order of the words.
func FalseFriends(all []Glossary) [][]Use {
	uses := map[string][]Use{}
	for _, g := range all {
		for _, t := range g.Terms.Reveal() {
			if t.Code != "" {
				uses[fold(t.Word)] = append(uses[fold(t.Word)], Use{g.Partner, t.Word, t.Code})
			}
		}
	}
	var friends [][]Use
	for _, of := range uses {
		if disagree(of) {
			slices.SortFunc(of, func(a, b Use) int { return cmp.Or(cmp.Compare(a.Partner, b.Partner), cmp.Compare(a.Code, b.Code)) })
			friends = append(friends, of)
		}
	}
	slices.SortFunc(friends, func(a, b []Use) int { return cmp.Compare(fold(a[0].Word), fold(b[0].Word)) })
	return friends
}

func disagree(uses []Use) bool {
	return slices.ContainsFunc(uses, func(a Use) bool {
		return slices.ContainsFunc(uses, func(b Use) bool { return a.Partner != b.Partner && a.Code != b.Code })
	})
}
