package letter

import (
	"cmp"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/words"
)

// A Wording turns identifiers into names, codes into words and moments into days. The
// zero Wording writes identifiers as they are, and everything else as the table of words
// says it: needs, codes, days, numbers and whole sentences, in English where Words has none.
// Days are those in UTC. Where a function returns an empty name, the zero Wording's name is
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
	Words   words.Table // in which all of it is said; nil is English
	Zone    *time.Location

	// Sensitive says which needs are told only where a permission names them; nil is as
	// the standard taxonomy says. See Sensitive of needs.Taxonomy.
	Sensitive func(needs.Code) bool

	// Reveals returns the needs that the name of a service tells, as that of a refuge tells
	// of domestic abuse; see [Topics]. A service that would tell a sensitive need is told
	// only to whoever may be told the need. As long as it is nil nobody knows what a name
	// tells, and a reader who sees no needs is told of no services either.
	Reveals func(directory.ID) []needs.Code
}

// Topics makes Reveals of a [Wording] from the topics of services: each tells the needs of
// the taxonomy that its topics lead to. A service that is not among them, or has no topic
// that the taxonomy knows, may tell anything, and counts as sensitive. A nil taxonomy is
// that of [needs.Standard].
func Topics(services []directory.Service, taxonomy *needs.Taxonomy) func(directory.ID) []needs.Code {
	if taxonomy == nil {
		taxonomy = needs.Standard()
	}
	reveals := make(map[directory.ID][]needs.Code, len(services))
	for i := range services {
		for _, topic := range services[i].Topics {
			reveals[services[i].ID] = append(reveals[services[i].ID], taxonomy.Codes(topic)...)
		}
	}
	return func(id directory.ID) []needs.Code {
		if known := reveals[id]; len(known) > 0 {
			return known
		}
		return []needs.Code{anything}
	}
}

// anything is a code that no taxonomy has, and so is sensitive.
const anything = "anything"

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
	return words.Of(w.Words, c)
}

func (w Wording) needs(list []needs.Code) string {
	names := make([]string, len(list))
	for i, n := range list {
		names[i] = w.need(n)
	}
	return w.and(names)
}

func (w Wording) day(t time.Time) string { return w.Words.Day(sp.DateOf(w.local(t))) }

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
	said := list[0]
	last := len(list) - 1
	for _, next := range list[1:last] {
		said = w.Words.Sentence(words.Parts, "comma", "list", said, "next", next)
	}
	return w.Words.Sentence(words.Parts, "and", "list", said, "last", list[last])
}

// channel says by which way somebody was reached, also by one that nobody has words for.
func (w Wording) channel(c person.Channel) string {
	said := words.Of(w.Words, c)
	if said == string(c) {
		return w.Words.Sentence(words.Parts, "by-channel", "channel", said)
	}
	return said
}
