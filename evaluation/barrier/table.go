package barrier

import (
	_ "embed" // of the table
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/socialprescribing/sp/voice"
)

// A Barrier is one of the 25 sub-themes of the study: what was found, and what this library
// has against it.
type Barrier struct {
	No    string `json:"no"`    // of the sub-theme, such as "6-1"
	Name  string `json:"name"`  // in a few words
	Found string `json:"found"` // what the study found, in our words
	// Perception says that it is how somebody sees it: what is measured says little without what is said.
	Perception bool `json:"perception,omitempty"`

	Acts      []string `json:"acts"`                // what acts on it, by folder and name: "matching.Rank"
	Figures   []string `json:"figures"`             // indicators of a log that measure it, by ID, the most telling first
	Outside   []string `json:"outside,omitempty"`   // figures of evaluation/tables that measure it, by ID
	Numbers   []int    `json:"numbers"`             // of the 76 of package catalogue, wherever they are counted
	Questions []string `json:"questions,omitempty"` // of package voice, answered from 0 to 4
	Shows     Shows    `json:"shows"`               // where an example shows both
}

// Shows says which lines of what an example prints show that a barrier is acted on, and that it
// is measured.
type Shows struct {
	Acts     Shown `json:"acts"`
	Measures Shown `json:"measures"`
}

// A Shown is a part of a line that an example prints.
type Shown struct {
	Golden string `json:"golden"` // the example and its output: "clinic/default"
	Line   string `json:"line"`
}

//go:embed barriers.json
var table []byte

var barriers = sync.OnceValue(func() (all []Barrier) {
	if err := json.Unmarshal(table, &all); err != nil {
		panic("barrier: barriers.json: " + err.Error()) // a fault of this package
	}
	return all
})

// All returns the 25, in the order of the study.
func All() []Barrier {
	all := slices.Clone(barriers())
	for i := range all {
		b := &all[i]
		b.Acts, b.Figures, b.Outside = slices.Clone(b.Acts), slices.Clone(b.Figures), slices.Clone(b.Outside)
		b.Numbers, b.Questions = slices.Clone(b.Numbers), slices.Clone(b.Questions)
	}
	return all
}

// Questionnaire returns what somebody is asked about barriers: each of the statements that stand
// in the way of their role, to be picked or not, as a [voice.Barrier] or, for a day, as a
// [voice.Diary]. They are in our words, one for each role, and each names its sub-theme.
func Questionnaire(of *voice.List, s voice.Speaker) (asked []voice.Term) {
	for term := range of.All() {
		if term.Theme != "" && slices.Contains(term.Asked, s) {
			asked = append(asked, term)
		}
	}
	return asked
}

// speakers are in which order they are told of.
var speakers = []voice.Speaker{voice.Person, voice.LinkWorker, voice.Referrer, voice.Provider, voice.Lead}

// plural is how speakers are called.
func plural(s voice.Speaker) string {
	switch s {
	case voice.Person:
		return "people"
	case voice.Lead:
		return "leads"
	default:
		return strings.ReplaceAll(string(s), "-", " ") + "s"
	}
}
