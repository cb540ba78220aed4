package store

import (
	"fmt"
	"reflect"

	"github.com/go-json-experiment/json" // which Go 1.27 has as encoding/json/v2

	"github.com/socialprescribing/sp"
)

// A Fact is something that happened to an aggregate: a small struct that
// marshals to JSON and knows the name it is stored under. The name is part of
// the stored data for ever, so it is a constant and not derived from a Go type.
type Fact interface{ EventType() string }

// Facts are the facts of one kind of aggregate by their stored names.
//
//	var facts = store.FactsOf[Event](Received{}, Accepted{}, Closed{})
type Facts[F Fact] struct{ types map[string]reflect.Type }

// FactsOf returns the facts of which one each is given. It panics if two of
// them have the same name, which a program cannot be run with.
func FactsOf[F Fact](each ...F) Facts[F] {
	f := Facts[F]{make(map[string]reflect.Type, len(each))}
	for _, fact := range each {
		name := fact.EventType()
		if f.types[name] != nil {
			panic("store: two facts are named " + name)
		}
		f.types[name] = reflect.TypeOf(fact)
	}
	return f
}

// Decode reads a fact from its stored name and JSON. A name that f lacks and
// JSON that cannot be read are errors that are [sp.ErrInvalid]; they quote
// nothing of it. Members that the fact does not have are passed over, so that
// an older program can read what a newer one wrote.
func (f Facts[F]) Decode(name string, data []byte) (F, error) {
	var none F
	t := f.types[name]
	if t == nil {
		return none, fmt.Errorf("store: decode event: unknown type %q: %w", name, sp.ErrInvalid)
	}
	fact := reflect.New(t)
	if json.Unmarshal(data, fact.Interface()) != nil {
		return none, fmt.Errorf("store: decode %s: cannot be read: %w", name, sp.ErrInvalid)
	}
	return fact.Elem().Interface().(F), nil
}
