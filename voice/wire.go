package voice

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
)

// wireVersion is the form in which statements are stored. A new form gets a new number,
// and the decoder goes on reading the old ones.
const wireVersion = 1

// A wire is a stored statement, with words in the open. It is the only place where they
// are.
type wire struct {
	Version   int              `json:"v"`
	ID        ID               `json:"id"`
	Erased    bool             `json:"erased,omitempty"` // and nothing else is left
	At        time.Time        `json:"at,omitzero"`
	Said      *Said            `json:"said,omitempty"`
	Person    person.ID        `json:"person,omitempty"`
	Case      string           `json:"case,omitempty"`
	Words     sp.Plain[string] `json:"words,omitzero"`
	Outcome   Outcome          `json:"outcome,omitempty"`
	Retracted bool             `json:"retracted,omitempty"`
}

func encode(r *Record, erased bool) ([]byte, error) {
	st := r.statement
	w := wire{
		Version: wireVersion, ID: st.ID, Erased: erased, At: r.at, Person: st.Person, Case: st.Case,
		Words: sp.Plain[string]{Personal: st.Words}, Outcome: r.outcome, Retracted: r.retracted,
	}
	if !erased {
		w.Said = &st.Said
	}
	return json.Marshal(w)
}

// load reads what encode writes. Its errors never quote what was read.
func load(stored store.Record) (*Record, error) {
	r, err := decode(stored.Body)
	if err == nil && string(r.statement.ID) != stored.ID {
		err = fmt.Errorf("body is of another statement: %w", sp.ErrInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("voice: load %s: %w", stored.ID, err)
	}
	r.saved = store.DocumentOf(stored)
	return r, nil
}

func decode(body []byte) (*Record, error) {
	var w wire
	if err := store.Unmarshal(body, &w); err != nil {
		return nil, fmt.Errorf("body is not a statement: %w", sp.ErrInvalid)
	}
	switch {
	case w.Version != wireVersion:
		return nil, fmt.Errorf("body has version %d, not %d: %w", w.Version, wireVersion, sp.ErrInvalid)
	case w.Erased:
		return nil, fmt.Errorf("was erased: %w", sp.ErrNotFound)
	case w.Said == nil:
		return nil, fmt.Errorf("body says nothing: %w", sp.ErrInvalid)
	}
	return &Record{
		statement: Statement{ID: w.ID, Person: w.Person, Case: w.Case, Said: *w.Said, Words: w.Words.Personal},
		at:        w.At, outcome: w.Outcome, retracted: w.Retracted,
	}, nil
}
