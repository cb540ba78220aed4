package site

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/gate"
	"github.com/socialprescribing/sp/examples/desk/page"
)

// around are the fields of every form, which nobody types.
var around = []string{gate.FormField, "key", "seen"}

// typed returns what was typed, by field and in their order of names.
func (v *visit) typed() (names []string) {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(v.r.PostForm)), func(n string) bool { return slices.Contains(around, n) })
}

// key returns by what a form is known again: the key of the page that it stood on, where it
// goes to, and what was typed.
func (v *visit) key() string {
	sum := sha256.New()
	write := func(all ...string) {
		for _, s := range all {
			sum.Write([]byte(strconv.Itoa(len(s)) + ":" + s))
		}
	}
	write(v.r.PostFormValue("key"), v.r.URL.Path)
	for _, name := range v.typed() {
		write(name)
		write(v.r.PostForm[name]...)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// An input reads the fields of a form, and gathers what is to be put right.
type input struct {
	v     *visit
	wrong sp.InvalidError
}

// form is the subject of what the site itself finds wrong, in whole sentences.
const form = "form"

func (v *visit) input() *input { return &input{v: v, wrong: sp.InvalidError{Subject: form}} }

// longest is how much may be typed into a field, in characters.
const longest = 10_000

// text returns what was typed into a field.
func (in *input) text(name string) string {
	s := strings.TrimSpace(in.v.r.PostFormValue(name))
	in.check(utf8.ValidString(s) && !strings.ContainsRune(s, 0), name, "Write it in letters: there is something that cannot be read")
	in.check(utf8.RuneCountInString(s) <= longest, name, "Write less: this is too long to be kept")
	return s
}

// needed returns what was typed into a field that may not be empty.
func (in *input) needed(name, rule string) string {
	s := in.text(name)
	in.check(s != "", name, rule)
	return s
}

// one returns which of the choices of a field was taken, or the zero one with what is to be done.
func one[T ~string](in *input, name, rule string, of ...T) T {
	s := T(in.text(name))
	in.check(slices.Contains(of, s), name, rule)
	return s
}

// day returns a day, typed as 1 5 1950, 1/5/1950, 1 May 1950 or 1950-05-01. The zero day is none.
func (in *input) day(name, rule string) sp.Date {
	s := strings.Join(strings.FieldsFunc(in.text(name), func(r rune) bool { return strings.ContainsRune(" ./-,", r) }), " ")
	for _, layout := range []string{"2 1 2006", "2006 1 2", "2 Jan 2006", "2 January 2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return sp.DateOf(t)
		}
	}
	in.check(false, name, rule)
	return 0
}

// number returns a whole number.
func (in *input) number(name, rule string, from, to int) int {
	n, err := strconv.Atoi(in.text(name))
	in.check(err == nil && n >= from && n <= to, name, rule)
	return n
}

// check says what is to be put right in a field, once.
func (in *input) check(ok bool, name, rule string) {
	if !ok && !slices.ContainsFunc(in.wrong.Fields, func(f sp.Field) bool { return f.Path == name }) {
		in.wrong.Check(false, name, sp.Malformed, in.v.say(rule))
	}
}

// filled returns a form with what was typed, and what is to be put right in it.
func (v *visit) filled(f page.Form, err error) page.Form {
	invalid, _ := errors.AsType[*sp.InvalidError](err)
	f.Fields = slices.Clone(f.Fields)
	for i := range f.Fields {
		x := &f.Fields[i]
		given := v.r.PostForm[x.Name]
		if len(x.Choices) == 0 && len(given) > 0 {
			x.Value = given[0]
		}
		x.Choices = slices.Clone(x.Choices)
		for j := range x.Choices {
			x.Choices[j].Chosen = slices.Contains(given, x.Choices[j].Value)
		}
	}
	if invalid == nil {
		return f
	}
	for _, broken := range invalid.Fields {
		i := max(0, slices.IndexFunc(f.Fields, func(x page.Field) bool { return broken.Path == x.Name || strings.HasPrefix(broken.Path, x.Name+"[") }))
		if f.Fields[i].Wrong == "" {
			f.Fields[i].Wrong = broken.Rule
			if invalid.Subject != form {
				f.Fields[i].Wrong = f.Fields[i].Label + ": " + broken.Rule
			}
		}
	}
	return f
}

// mend shows a form again where something in it is to be put right, with all that was typed.
// Any other error stays one.
func (v *visit) mend(err error, f page.Form, with func(page.Form) page.View) (answer, error) {
	if _, ok := errors.AsType[*sp.InvalidError](err); !ok {
		return answer{}, err
	}
	return answer{view: with(v.filled(f, err)), status: http.StatusUnprocessableEntity, seen: v.Seen}, nil
}

// again is a form that sends what was typed once more.
func (v *visit) again(button string) page.Form {
	f := page.Form{To: v.r.URL.Path, Button: button}
	for _, name := range v.typed() {
		x := page.Field{Name: name}
		for _, s := range v.r.PostForm[name] {
			x.Choices = append(x.Choices, page.Choice{Value: s, Chosen: true})
		}
		f.Fields = append(f.Fields, x)
	}
	return f
}

// kept are what was typed, to be read and copied.
func (v *visit) kept() (all []page.Fact) {
	for _, name := range v.typed() {
		if s := strings.Join(v.r.PostForm[name], ", "); s != "" {
			all = append(all, page.Fact{Name: v.say(label(name)), Value: s})
		}
	}
	return all
}

// choices are what a field can be answered with, in the words for each.
func choices[T ~string](words func(T) string, of ...T) (all []page.Choice) {
	for _, c := range of {
		all = append(all, page.Choice{Value: string(c), Text: words(c)})
	}
	return all
}
