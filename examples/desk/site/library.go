package site

import (
	"cmp"
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/transition"
)

// LibraryWords returns the table in which the library tells stories and refuses, filled from the
// words of a site: what an app.Setup wants. Nil is English.
func LibraryWords(w page.Words) words.Table {
	if w == nil {
		return nil
	}
	t := words.English()
	for _, said := range t {
		for code, english := range said {
			if other := w[english]; other != "" {
				said[code] = other
			}
		}
	}
	return t
}

// refusal is why something was refused.
func (v *visit) refusal(r *transition.Refusal) string { return v.sentence(v.site.words.Refusal(r)) }

// because is why something ends or is not possible, as a whole sentence.
func (v *visit) because(code string) string {
	return v.sentence(v.site.words.Reason(reason.Because(code)))
}

// phrases are what the library says in English alone, one a line: why a service fits, what would
// have to change, and what a board is shown. A %s stands for what is named in it, and a %d for a number.
//
//go:embed library.txt
var phrases string

// A phrase is one of them, with its shape: that of all texts that it says.
type phrase struct {
	english string
	shape   *regexp.Regexp
}

// gap is what can stand in one: anything, or a number.
var gap = strings.NewReplacer("%s", "(.+?)", "%d", "([0-9][0-9.,]*)")

var shaped = sync.OnceValue(func() (all []phrase) {
	for _, line := range lines(phrases) {
		if strings.Contains(line, "%") {
			all = append(all, phrase{line, regexp.MustCompile("^" + gap.Replace(regexp.QuoteMeta(line)) + "$")})
		}
	}
	return all
})

func lines(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }

// library says in the words of the site what the library says in English. Names and numbers stay.
func (v *visit) library(text string) string {
	if v.site.o.Words == nil {
		return text
	}
	if other := v.site.o.Words[text]; other != "" {
		return other
	}
	for _, p := range shaped() {
		gaps := p.shape.FindStringSubmatch(text)
		if gaps == nil {
			continue
		}
		var named []any
		for _, name := range gaps[1:] {
			named = append(named, v.library(name))
		}
		return fmt.Sprintf(strings.ReplaceAll(v.say(p.english), "%d", "%s"), named...)
	}
	all := strings.Split(text, ", ")
	for i := range all {
		all[i] = cmp.Or(v.site.o.Words[all[i]], all[i])
	}
	return strings.Join(all, ", ")
}

// ofLibrary is all that the library says in English on our pages.
func ofLibrary() (all []string) {
	all = lines(phrases)
	for _, said := range words.English() {
		for _, english := range said {
			all = append(all, english)
		}
	}
	for t := range needs.Standard().All() {
		all = append(all, t.Display)
	}
	for _, x := range catalogue.Headlines(catalogue.Standards{}) {
		all = append(all, x.Name)
	}
	for _, in := range instruments {
		all = append(all, in.Name, in.Text)
		for _, item := range in.Items {
			all = append(append(all, item.Text), item.Options...)
		}
	}
	return all
}

// named is what a questionnaire is called.
func (v *visit) named(in *measure.Instrument) string { return v.say(in.Name) }
