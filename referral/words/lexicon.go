package words

import (
	"maps"
	"reflect"
)

// A lexicon is the words for codes as this package writes them down: beside the words
// of a topic stands the type of its codes, so that [Of] finds the topic of a code.
type lexicon map[Topic]entry

type entry struct {
	codes reflect.Type // nil where the codes have no type of their own
	said  map[string]string
}

// of makes the words of one topic from those for typed codes.
func of[C Code](words map[C]string) entry {
	said := make(map[string]string, len(words))
	for code, text := range words {
		said[string(code)] = text
	}
	return entry{reflect.TypeFor[C](), said}
}

// joined returns the table of some lexicons, and the topic of each type of codes.
func joined(parts ...lexicon) (Table, map[reflect.Type]Topic) {
	table, topics := make(Table), make(map[reflect.Type]Topic)
	for _, part := range parts {
		for topic, e := range part {
			table[topic] = maps.Clone(e.said)
			if e.codes != nil {
				topics[e.codes] = topic
			}
		}
	}
	return table, topics
}
