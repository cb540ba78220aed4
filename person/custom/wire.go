package custom

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
)

// wireVersion is the form in which values are stored. A new form gets a new number, and
// the decoder goes on reading the old ones.
const wireVersion = 1

// The wire types hold values in the open. They are the only place where they are.
type (
	wire struct {
		Version   int        `json:"v"`
		Erased    bool       `json:"erased,omitempty"` // and nothing else is left
		Person    person.ID  `json:"person,omitempty"`
		Referral  string     `json:"referral,omitempty"`
		Facts     []wireFact `json:"facts,omitempty"`
		Sensitive []wireFact `json:"sensitive,omitempty"` // apart, for whoever reads records out
	}
	wireFact struct {
		Field Name             `json:"field"`
		Kind  Kind             `json:"kind"`
		Value sp.Plain[string] `json:"value"`
	}
)

func tombstone() ([]byte, error) { return json.Marshal(wire{Version: wireVersion, Erased: true}) }

func (r *Record) encode() ([]byte, error) {
	w := wire{Version: wireVersion, Person: r.subject.Person, Referral: r.subject.Referral}
	for _, name := range slices.Sorted(maps.Keys(r.facts)) {
		f := r.facts[name]
		kept := wireFact{name, f.value.kind, sp.Plain[string]{Personal: f.value.written}}
		if f.sensitive {
			w.Sensitive = append(w.Sensitive, kept)
		} else {
			w.Facts = append(w.Facts, kept)
		}
	}
	return json.Marshal(w)
}

// load reads what encode writes. Its errors never quote what was read.
func load(stored store.Record) (*Record, error) {
	r, err := decode(stored.Body)
	if err == nil && string(r.subject.ID()) != stored.ID {
		err = fmt.Errorf("body is of another subject: %w", sp.ErrInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("custom: load %s: %w", stored.ID, err)
	}
	r.saved = store.DocumentOf(stored)
	return r, nil
}

func decode(body []byte) (*Record, error) {
	var w wire
	if err := store.Unmarshal(body, &w); err != nil {
		return nil, fmt.Errorf("body has no custom fields: %w", sp.ErrInvalid)
	}
	switch {
	case w.Version != wireVersion:
		return nil, fmt.Errorf("body has version %d, not %d: %w", w.Version, wireVersion, sp.ErrInvalid)
	case w.Erased:
		return nil, fmt.Errorf("was erased: %w", sp.ErrNotFound)
	case w.Person == "":
		return nil, fmt.Errorf("body says nothing of anybody: %w", sp.ErrInvalid)
	}
	r := &Record{subject: Subject{w.Person, w.Referral}, facts: make(map[Name]fact, len(w.Facts)+len(w.Sensitive))}
	for i, f := range slices.Concat(w.Facts, w.Sensitive) {
		v := Value{f.Kind, f.Value.Personal}
		_, twice := r.facts[f.Field]
		if twice || !sp.ValidCode(f.Field) || !strings.Contains(string(f.Field), ".") || v.broken() != "" {
			return nil, fmt.Errorf("body has a field that is none, or is there twice: %w", sp.ErrInvalid)
		}
		r.facts[f.Field] = fact{v, i >= len(w.Facts)}
	}
	return r, nil
}
