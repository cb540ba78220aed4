package note

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
)

// wireVersion is the form in which notes are stored. A new form gets a new number, and
// the decoder goes on reading the old ones.
const wireVersion = 1

// The wire types hold texts in the open. They are the only place where they are, and
// are sealed before they are stored.
type (
	wire struct {
		Version  int        `json:"v"`
		ID       ID         `json:"id"`
		Person   person.ID  `json:"person"`
		About    string     `json:"about,omitempty"`
		Class    Class      `json:"class"`
		Versions []wireText `json:"versions"`
	}
	wireText struct {
		By   sp.Actor         `json:"by"`
		At   time.Time        `json:"at"`
		Text sp.Plain[string] `json:"text"`
	}
)

func (r *Record) encode() ([]byte, error) {
	w := wire{Version: wireVersion, ID: r.note.ID, Person: r.note.Person, About: r.note.About, Class: r.note.Class}
	for _, v := range r.versions {
		w.Versions = append(w.Versions, wireText{v.By, v.At, sp.Plain[string]{Personal: v.Text}})
	}
	return json.Marshal(w)
}

// load reads what encode writes. Its errors never quote what was read.
func load(stored store.Record) (*Record, error) {
	r, err := decode(stored.Body)
	if err == nil && string(r.note.ID) != stored.ID {
		err = fmt.Errorf("body is of another note: %w", sp.ErrInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("note: load %s: %w", stored.ID, err)
	}
	r.saved = store.DocumentOf(stored)
	return r, nil
}

func decode(body []byte) (*Record, error) {
	var w wire
	if err := store.Unmarshal(body, &w); err != nil {
		return nil, fmt.Errorf("body is not a note: %w", sp.ErrInvalid)
	}
	switch {
	case w.Version != wireVersion:
		return nil, fmt.Errorf("body has version %d, not %d: %w", w.Version, wireVersion, sp.ErrInvalid)
	case len(w.Versions) == 0 || w.Person == "":
		return nil, fmt.Errorf("body says nothing of anybody: %w", sp.ErrInvalid)
	}
	r := &Record{note: Note{ID: w.ID, Person: w.Person, About: w.About, Class: w.Class}}
	for _, v := range w.Versions {
		r.versions = append(r.versions, Version{By: v.By, At: v.At, Text: v.Text.Personal})
	}
	return r, nil
}
