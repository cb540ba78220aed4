package voice

import (
	"fmt"
	"log/slog"
	"slices"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// An ID names a statement.
type ID string

// Said is what was said, in codes: the part of a [Statement] that counts, that everybody
// may see, and that the log keeps. It says nothing of who spoke but their role. It is an
// event of the log too, and its JSON is the form for screens and exports.
type Said struct {
	Kind    Kind         `json:"kind"`
	Speaker Speaker      `json:"speaker"`
	Items   []Item       `json:"items,omitempty"`
	Need    needs.Code   `json:"need,omitempty"`    // that a request is for
	Service directory.ID `json:"service,omitempty"` // that it is about; the listing that was checked
	Area    geo.Area     `json:"area,omitzero"`     // where, coarse enough that nobody is alone in it
	List    string       `json:"list,omitempty"`    // see [List.Canonical]; set when it is said
}

// An Item is one code of a statement.
type Item struct {
	Code   Code   `json:"code"`
	Answer Answer `json:"answer,omitempty"` // to a question about experience, trust or the staff
	Effect Effect `json:"effect,omitempty"` // of a barrier
	Weight int    `json:"weight,omitempty"` // of a barrier on this day, from 1 to 3
}

// A Statement is something that somebody says. The zero value of what is not [Said] is a
// statement that nobody can trace to anybody. It prints as "statement V-1"; JSON can be
// read into one, and one that is marshalled has its words redacted.
type Statement struct {
	ID     ID        `json:"id"`
	Person person.ID `json:"person,omitempty"` // whose statement it is, or whom it is about
	Case   string    `json:"case,omitempty"`   // ID of the referral, if it is about one
	Said
	Words sp.Personal[string] `json:"words,omitzero"` // their own, where the kind has room for them
}

// Check reports what is wrong with a statement by the codes of a list, as an
// [*sp.InvalidError]. A code that is not on the list is refused with the nearest that
// is, and what was typed is never repeated.
func (st Statement) Check(by *List) error {
	e := &sp.InvalidError{Subject: st.String()}
	e.CheckID(string(st.ID), "id")
	if st.Person != "" {
		e.CheckPersonID(string(st.Person), "person")
	}
	e.CheckOptionalID(st.Case, "case")
	e.Check(st.Kind.valid(), "kind", sp.NotListed, "must be one of the kinds of package voice")
	e.Check(st.Speaker.valid(), "speaker", sp.NotListed, "must be person, link-worker, referrer, provider or lead")
	if e.Err() != nil {
		return e
	}
	if st.Kind == Pulse {
		e.Check(st.Person == "" && st.Case == "", "person", sp.Inconsistent, "must be empty: the pulse of a staff is anonymous")
	}
	words := st.Words.Reveal()
	e.Check(words == "" || !st.Kind.wordless(), "words", sp.Inconsistent, "must be empty: this kind has no room for words")
	e.Check(utf8.ValidString(words) && words != st.Words.String(), "words", sp.Malformed, "must be UTF-8, and not a redacted copy")
	st.checkSubject(e)
	for i := range st.Items {
		st.checkItem(e, i, by)
	}
	return e.Err()
}

// checkSubject checks what the statement is about.
func (s Said) checkSubject(e *sp.InvalidError) {
	e.Check(s.Need == "" || sp.ValidCode(s.Need), "need", sp.Malformed, sp.CodeRule)
	e.CheckOptionalID(string(s.Service), "service")
	if s.Area != (geo.Area{}) {
		area, err := geo.ParseArea(s.Area.Code, s.Area.Boundary)
		e.Check(err == nil && area == s.Area, "area", sp.Malformed, "must be the code of an area in capitals, as in E01025130")
	}
	switch s.Kind {
	case Request:
		e.Check(s.Need != "", "need", sp.Missing, "must say what is asked for")
	case Listing:
		e.Check(s.Service != "", "service", sp.Missing, "must say which listing was checked")
		e.Check(len(s.Items) > 0, "items", sp.Missing, "must say what the check found")
	default:
		e.Check(len(s.Items) > 0, "items", sp.Missing, "must not be empty")
	}
	const most = 64
	e.Check(len(s.Items) <= most, "items", sp.WrongLength, "must be at most 64")
}

func (s Said) checkItem(e *sp.InvalidError, i int, by *List) {
	item, path := s.Items[i], fmt.Sprintf("items[%d].", i)
	term, known := by.Term(item.Code)
	if !known || !term.asks(s.Kind, s.Speaker) {
		rule := fmt.Sprintf("must be on the list for a %s of a %s", s.Kind, s.Speaker)
		if nearest := by.Nearest(string(item.Code), s.Kind, s.Speaker); nearest != "" {
			rule += fmt.Sprintf("; the nearest is %q", nearest)
		}
		e.Check(false, path+"code", sp.NotListed, rule)
		return
	}
	first := slices.IndexFunc(s.Items, func(o Item) bool { return o.Code == item.Code })
	e.Check(first == i, path+"code", sp.Duplicate, "must not come twice")
	if s.Kind.rated() {
		e.Check(item.Answer.valid(), path+"answer", sp.NotListed, "must be from 0 to 4, declined or not-asked")
	} else {
		e.Check(item.Answer == "", path+"answer", sp.Inconsistent, "must be empty: only a question has one")
	}
	switch s.Kind {
	case Diary:
		e.Check(item.Effect.valid(), path+"effect", sp.NotListed, "must be none, slower, less or stopped")
		e.Check(item.Weight >= 1 && item.Weight <= 3, path+"weight", sp.OutOfRange, "must be from 1 to 3")
	case Barrier:
		e.Check(item.Effect == "" || item.Effect.valid(), path+"effect", sp.NotListed, "must be none, slower, less or stopped")
		e.Check(item.Weight >= 0 && item.Weight <= 3, path+"weight", sp.OutOfRange, "must be from 1 to 3, or left out")
	default:
		e.Check(item.Effect == "" && item.Weight == 0, path+"effect", sp.Inconsistent, "must be empty: only a barrier has an effect and a weight")
	}
}

// String returns "statement V-1", or "statement" if the ID is none.
func (st Statement) String() string {
	if !sp.ValidID(st.ID) {
		return "statement"
	}
	return "statement " + string(st.ID)
}

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (st Statement) Format(f fmt.State, _ rune) { f.Write([]byte(st.String())) }

// LogValue implements [slog.LogValuer].
func (st Statement) LogValue() slog.Value { return slog.StringValue(st.String()) }
