package voice

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/nearest"
)

// A Code is one thing that can be said, such as "bd-2-4-l", paperwork as a link worker
// meets it, or "exp-heard", I was listened to.
type Code string

// A Term is one entry of a [List].
type Term struct {
	Code    Code
	Kinds   []Kind    // what it can be said as
	Asked   []Speaker // who is asked
	Theme   string    // number of the sub-theme of the study, such as "2-4"; empty if it is of none
	Slug    string    // the same word for all speakers, such as "paperwork"; empty if there is none
	Display string    // in plain words
}

// A List holds the codes that can be said. It is immutable, so several goroutines may
// use it at once.
type List struct {
	version string
	terms   []Term
	index   map[Code]int
}

// System is the URI of the standard list as a code system.
const System = "https://github.com/socialprescribing/sp/voice"

// edition is the version of the list that this package ships.
const edition = "2026-11"

//go:embed data
var tables embed.FS

var standard = sync.OnceValue(func() *List {
	l := &List{version: edition, index: map[Code]int{}}
	for row := range rows("data/questions.csv") {
		l.add(Term{Code: Code(row[1]), Kinds: []Kind{Kind(row[0])}, Asked: speakers(row[2]), Display: row[3]})
	}
	for row := range rows("data/barriers.csv") {
		theme := strings.TrimRight(row[0], "ab")
		for letter := range strings.FieldsSeq(row[2]) {
			code := Code("bd-" + row[0] + "-" + letter)
			l.add(Term{Code: code, Kinds: []Kind{Barrier, Diary}, Asked: speakers(letter), Theme: theme, Slug: row[1], Display: row[3]})
		}
	}
	return l
})

// rows yields the rows of a shipped table below its header. A fault in one is a fault
// of this package.
func rows(name string) iter.Seq[[]string] {
	f, err := tables.Open(name)
	var all [][]string
	if err == nil {
		all, err = csv.NewReader(f).ReadAll()
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		panic("voice: " + err.Error())
	}
	return slices.Values(all[1:])
}

func speakers(asked string) (list []Speaker) {
	for letter := range strings.FieldsSeq(asked) {
		list = append(list, letters[letter])
	}
	return list
}

func (l *List) add(t Term) {
	l.index[t.Code] = len(l.terms)
	l.terms = append(l.terms, t)
}

// Standard returns the list that this package ships: questions about experience, trust
// and the staff, the 84 codes of the barrier diary, and codes for requests, concerns
// and checked listings. All of them are proposals of this library.
func Standard() *List { return standard() }

// With returns the list with further codes of a scheme. Each must carry a namespace,
// as in "bay:no-minibus", so that it cannot be taken for one of ours, and be new, with
// kinds and speakers; otherwise the error is an [*sp.InvalidError]. The version names
// the edition of the addition, such as "bay-3".
func (l *List) With(edition string, terms ...Term) (*List, error) {
	e := &sp.InvalidError{Subject: "voice: list"}
	e.Check(sp.ValidCode(edition), "edition", sp.Malformed, sp.CodeRule)
	more := &List{version: l.version + "+" + edition, terms: slices.Clone(l.terms), index: make(map[Code]int, len(l.index)+len(terms))}
	for i, t := range more.terms {
		more.index[t.Code] = i
	}
	for i, t := range terms {
		path := fmt.Sprintf("terms[%d].", i)
		_, exists := more.index[t.Code]
		namespace, _, named := strings.Cut(string(t.Code), ":")
		e.Check(sp.ValidCode(t.Code), path+"code", sp.Malformed, sp.CodeRule)
		e.Check(named && namespace != "", path+"code", sp.Malformed, `must begin with a namespace, as in "bay:no-minibus"`)
		e.Check(!exists, path+"code", sp.Duplicate, "must be new")
		e.Check(len(t.Kinds) > 0 && !slices.ContainsFunc(t.Kinds, func(k Kind) bool { return !k.valid() }), path+"kinds", sp.Missing, "must say what it can be said as")
		e.Check(len(t.Asked) > 0 && !slices.ContainsFunc(t.Asked, func(s Speaker) bool { return !s.valid() }), path+"asked", sp.Missing, "must say who is asked")
		more.add(t.clone())
	}
	if err := e.Err(); err != nil {
		return nil, err
	}
	return more, nil
}

// Canonical returns "system|version", as FHIR refers to one version of a code system.
// It is kept with whatever is said.
func (l *List) Canonical() string { return System + "|" + l.version }

// All returns the terms, those of a barrier in the order of the study.
func (l *List) All() iter.Seq[Term] {
	return func(yield func(Term) bool) {
		for _, t := range l.terms {
			if !yield(t.clone()) {
				return
			}
		}
	}
}

// Term returns the term of a code, and false if the list has none.
func (l *List) Term(c Code) (Term, bool) {
	i, ok := l.index[c]
	if !ok {
		return Term{}, false
	}
	return l.terms[i].clone(), true
}

func (t Term) clone() Term {
	t.Kinds, t.Asked = slices.Clone(t.Kinds), slices.Clone(t.Asked)
	return t
}

// For returns the codes that a speaker can be asked as a kind: the buttons of a screen.
func (l *List) For(k Kind, by Speaker) []Code {
	var codes []Code
	for _, t := range l.terms {
		if t.asks(k, by) {
			codes = append(codes, t.Code)
		}
	}
	return codes
}

func (t Term) asks(k Kind, by Speaker) bool {
	return slices.Contains(t.Kinds, k) && slices.Contains(t.Asked, by)
}

// Nearest returns the code for a kind and a speaker that is most like a text, which may
// be a mistyped code or a word such as "paper work": by the fewest letters to change
// (Levenshtein 1966), of equals the one that begins like it for longest, and then the
// first. It is empty if the list has none for them, or if the text is longer than any code.
func (l *List) Nearest(text string, k Kind, by Speaker) Code {
	const longest = 64
	if len(text) > longest {
		return ""
	}
	text = strings.ToLower(text)
	var best Code
	least, same := 2*longest, 0
	for _, t := range l.terms {
		if !t.asks(k, by) {
			continue
		}
		n := nearest.Changes(text, string(t.Code))
		if t.Slug != "" {
			n = min(n, nearest.Changes(text, t.Slug))
		}
		if begins := common(text, string(t.Code)); n < least || n == least && begins > same {
			best, least, same = t.Code, n, begins
		}
	}
	return best
}

// common returns how many letters a and b begin with in common.
func common(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}
