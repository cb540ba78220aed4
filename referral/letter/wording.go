package letter

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/words"
)

// A Wording turns identifiers into names, codes into words and moments into days. The
// zero Wording writes identifiers as they are, needs as the standard taxonomy calls
// them, codes in English, and days in UTC. Where a function returns an empty name, the zero Wording's name is
// used.
//
//	names := map[directory.ID]string{}
//	for _, s := range catalogue.Services {
//		names[s.ID] = s.Name
//	}
//	wording := letter.Wording{Service: func(id directory.ID) string { return names[id] }, Zone: london}
type Wording struct {
	Service func(directory.ID) string // the name of a service, by the ID of the service and not of an offer
	Need    func(needs.Code) string
	Words   words.Table // for codes such as steps and reasons; nil is English
	Zone    *time.Location

	// Sensitive says which needs are told only where a permission names them; nil is as
	// the standard taxonomy says. See Sensitive of needs.Taxonomy.
	Sensitive func(needs.Code) bool
}

func (w Wording) service(id directory.ID) string {
	if w.Service != nil {
		return cmp.Or(w.Service(id), string(id))
	}
	return string(id)
}

func (w Wording) need(c needs.Code) string {
	if w.Need != nil {
		if name := w.Need(c); name != "" {
			return name
		}
	}
	if t, ok := needs.Standard().Term(c); ok {
		return strings.ToLower(t.Display)
	}
	return string(c)
}

func (w Wording) needs(list []needs.Code) string {
	names := make([]string, len(list))
	for i, n := range list {
		names[i] = w.need(n)
	}
	return w.and(names)
}

func (w Wording) day(t time.Time) string { return w.local(t).Format("2 January 2006") }

func (w Wording) local(t time.Time) time.Time {
	if w.Zone != nil {
		return t.In(w.Zone)
	}
	return t.UTC()
}

// and joins words as a sentence does: "a, b and c".
func (w Wording) and(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	last := len(list) - 1
	return w.Words.Sentence(words.Parts, "and", "list", strings.Join(list[:last], ", "), "last", list[last])
}

// count writes a number with its noun: "1 day", "3 days".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// channel says by which way somebody was reached, also by one that nobody has words for.
func (w Wording) channel(c person.Channel) string {
	said := words.Of(w.Words, c)
	if said == string(c) {
		return "by " + said
	}
	return said
}
