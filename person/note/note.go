package note

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

// An ID names a note.
type ID string

// A Class is who may read a note. It is a field that a permission is asked about; which
// reader may see which is for the permission to say.
type Class string

// The classes of notes, by who may read them.
const (
	Team         Class = "note-team"         // whoever works with the person in this scheme
	Shared       Class = "note-shared"       // the person reads along
	Supervision  Class = "note-supervision"  // the writer, and whoever supervises them
	Safeguarding Class = "note-safeguarding" // whoever protects the person: never the household
)

// Classes returns all classes.
func Classes() []Class { return []Class{Team, Shared, Supervision, Safeguarding} }

// A Permission knows who may see which field of what is known about a person; that of
// package consent is one.
type Permission interface {
	// See returns nil if the reader may see the field, and otherwise an error that is
	// [sp.ErrDenied] and says why.
	See(reader sp.Actor, of person.ID, field string) error
}

// A Note is what somebody writes about a person.
type Note struct {
	ID     ID                  `json:"id"`
	Person person.ID           `json:"person"`
	About  string              `json:"about,omitempty"` // what of theirs, as "kind/ID": "referral/R-7"; empty is the person
	Class  Class               `json:"class"`
	Text   sp.Personal[string] `json:"text"`
}

// most is the number of bytes that a text may have: some ten thousand words.
const most = 64 << 10

// Check reports what is wrong with a note, as an [*sp.InvalidError] that repeats nothing.
func (n Note) Check() error {
	e := &sp.InvalidError{Subject: n.String()}
	e.CheckID(string(n.ID), "id")
	e.CheckPersonID(string(n.Person), "person")
	kind, id, split := strings.Cut(n.About, "/")
	e.Check(n.About == "" || split && sp.ValidCode(kind) && sp.ValidID(id), "about", sp.Malformed, `must be the kind and the ID of a record, as in "referral/R-7"`)
	e.Check(slices.Contains(Classes(), n.Class), "class", sp.NotListed, "must be a class of this package")
	text := n.Text.Reveal()
	e.Check(strings.TrimSpace(text) != "", "text", sp.Missing, "must not be empty")
	e.Check(len(text) <= most, "text", sp.WrongLength, "must have at most 65536 bytes")
	e.Check(utf8.ValidString(text) && text != n.Text.String(), "text", sp.Malformed, "must be UTF-8, and not a redacted copy")
	return e.Err()
}

// String returns "note N-1", or "note" if the ID is none.
func (n Note) String() string {
	if !sp.ValidID(n.ID) {
		return "note"
	}
	return "note " + string(n.ID)
}

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (n Note) Format(f fmt.State, _ rune) { f.Write([]byte(n.String())) }

// LogValue implements [slog.LogValuer].
func (n Note) LogValue() slog.Value { return slog.StringValue(n.String()) }

// A Version is a text as it was written at one time.
type Version struct {
	By   sp.Actor            `json:"by"`
	At   time.Time           `json:"at"` // when what it tells of happened
	Text sp.Personal[string] `json:"text"`
}

// A Summary is what may be shown of a note without reading it: a line of a list. It has
// no personal data beside the pseudonym, and its JSON is for screens.
type Summary struct {
	ID       ID        `json:"id"`
	Person   person.ID `json:"person"`
	About    string    `json:"about,omitempty"`
	Class    Class     `json:"class"`
	By       sp.Actor  `json:"by"` // who wrote the first version
	At       time.Time `json:"at"` // when what it tells of happened
	Versions int       `json:"versions"`
}
