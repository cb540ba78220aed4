package store

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/socialprescribing/sp"
)

// An EventType is the name under which events of one kind are stored, such as
// "referral.accepted": the kind of aggregate, a dot, and what happened. It is part of
// the stored data for ever.
type EventType string

// An Event is something that happened to an aggregate (event sourcing): a small
// struct that marshals to JSON and knows the name under which it is stored, which
// is a constant and not derived from a Go type. In a [History] it is an [Entry],
// with who did it and when; in the log it is a [RecordedEvent], encoded.
type Event interface{ EventType() EventType }

// A FormedEvent is an [Event] whose JSON has had other forms before. EventForm
// returns the number of the present one; that of an Event without the method is 1.
type FormedEvent interface {
	Event
	EventForm() int
}

func form(e Event) int {
	if f, ok := e.(FormedEvent); ok {
		return f.EventForm()
	}
	return 1
}

// EventTypes are the events that one kind of aggregate can have, by their stored
// names:
//
//	var eventTypes = store.EventTypesOf[Event](Received{}, Accepted{}, Closed{})
//
// A name and a form that were once stored are read for ever. EventTypes are told how
// names and forms have changed since (upcasting), so that the rest of a program
// sees the present form alone:
//
//	var eventTypes = store.EventTypesOf[Event](Received{}, Accepted{}, Closed{}).
//		Renamed("referral.recieved", "referral.received").
//		Upcast("referral.closed", 1, func(old []byte) ([]byte, error) { ... }) // to form 2
type EventTypes[E Event] struct{ known map[EventType]*eventType }

// An eventType is what is known of the events of one name.
type eventType struct {
	name    EventType // the present one
	is      reflect.Type
	form    int
	upcasts map[int]func([]byte) ([]byte, error)
	rooms   sync.Pool // pointers to zero events, to decode into
}

// EventTypesOf returns the types of the events of which one each is given. It panics
// if two of them have the same name, which is a mistake in the program.
func EventTypesOf[E Event](each ...E) EventTypes[E] {
	t := EventTypes[E]{make(map[EventType]*eventType, len(each))}
	for _, e := range each {
		t.add(e.EventType(), &eventType{name: e.EventType(), is: reflect.TypeOf(e), form: form(e)})
	}
	return t
}

func (t EventTypes[E]) add(name EventType, k *eventType) {
	if t.known[name] != nil {
		panic("store: two events are named " + string(name))
	}
	t.known[name] = k
}

// Renamed makes Decode read what was stored under an old name as the event with
// the present name. It panics if no event has the present name, or if one has the
// old.
func (t EventTypes[E]) Renamed(old, present EventType) EventTypes[E] {
	k := t.known[present]
	if k == nil {
		panic("store: there is no event named " + string(present))
	}
	t.add(old, k)
	return t
}

// Upcast registers the function that turns the JSON of a form into that of the
// next one. It panics if the event has no later form, or if there is a function
// for that form already.
func (t EventTypes[E]) Upcast(name EventType, from int, up func(old []byte) ([]byte, error)) EventTypes[E] {
	k := t.known[name]
	if k == nil || from < 1 || from >= k.form || k.upcasts[from] != nil {
		panic(fmt.Sprintf("store: nothing leads from form %d of event %s", from, name))
	}
	if k.upcasts == nil {
		k.upcasts = make(map[int]func([]byte) ([]byte, error))
	}
	k.upcasts[from] = up
	return t
}

// Decode reads an event from its stored name and JSON, of whichever form. The error
// is [sp.ErrInvalid] for a name that t does not have, JSON that cannot be read,
// and a form that only a newer program knows. It quotes nothing of the data.
// Members that the event does not have are passed over, so that an older program
// can read what a newer one added.
func (t EventTypes[E]) Decode(name EventType, data []byte) (E, error) {
	var none E
	k := t.known[name]
	if k == nil {
		if len(name) > MaxName {
			name = name[:MaxName] + "..."
		}
		return none, fmt.Errorf("store: decode event: unknown type %q: %w", name, sp.ErrInvalid)
	}
	for n := FormOf(data); n != k.form; n++ {
		up := k.upcasts[n]
		if up == nil {
			return none, fmt.Errorf("store: decode %s: is stored in form %d, and this program knows %d: %w", name, n, k.form, sp.ErrInvalid)
		}
		var err error
		if data, err = up(data); err != nil {
			return none, fmt.Errorf("store: decode %s: form %d cannot be read: %w", name, n, sp.ErrInvalid)
		}
	}
	decoded, err := k.decode(data)
	if err != nil {
		return none, fmt.Errorf("store: decode %s: %w", name, err)
	}
	return decoded.(E), nil
}

// decode reads the present form of an event. It decodes into a room that was used before:
// to allocate one for each event, beside the copy in the interface, would cost a third of
// all that is allocated when a history is read.
func (k *eventType) decode(data []byte) (any, error) {
	room := k.rooms.Get()
	if room == nil {
		room = reflect.New(k.is).Interface()
	}
	event := reflect.ValueOf(room).Elem()
	err := Unmarshal(data, room)
	decoded := event.Interface()
	event.SetZero() // so that no event shares memory with the next one, or is seen by it
	k.rooms.Put(room)
	return decoded, err
}
