package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"

	"github.com/socialprescribing/sp"
)

// A Fact is something that happened to an aggregate: a small struct that
// marshals to JSON and knows the name it is stored under. The name is part of
// the stored data for ever, so it is a constant and not derived from a Go type.
type Fact interface{ EventType() string }

// Formed is a [Fact] whose JSON has had other forms before. EventForm returns the
// number of the present one; that of a Fact without the method is 1.
type Formed interface {
	Fact
	EventForm() int
}

func form(f Fact) int {
	if f, ok := f.(Formed); ok {
		return f.EventForm()
	}
	return 1
}

// formMember opens the JSON of every stored fact, and is followed by the number of its form.
const formMember = `{"v":`

// Encode returns the stored form of a fact: its JSON, which begins with the
// version of its form as member "v".
func Encode(f Fact) ([]byte, error) {
	var b bytes.Buffer
	if err := encode(&b, f); err != nil {
		return nil, fmt.Errorf("store: encode %s: %w", f.EventType(), err)
	}
	return b.Bytes(), nil
}

// encode appends the stored form of a fact to b.
func encode(b *bytes.Buffer, f Fact) error {
	b.WriteString(formMember)
	b.Write(strconv.AppendInt(b.AvailableBuffer(), int64(form(f)), 10))
	start := b.Len()
	if err := json.NewEncoder(b).Encode(f); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the line break
	members := b.Bytes()[start:]
	if members[0] != '{' {
		return fmt.Errorf("is no JSON object: %w", sp.ErrInvalid)
	}
	if members[0] = ','; len(members) == len("{}") {
		members[0] = '}'
		b.Truncate(b.Len() - 1)
	}
	return nil
}

// formOf returns the number of the form in which data is stored. Data without one
// was stored before forms had numbers.
func formOf(data []byte) int {
	rest, ok := bytes.CutPrefix(data, []byte(formMember))
	if !ok {
		return 1
	}
	if i := bytes.IndexAny(rest, ",}"); i >= 0 {
		if n, err := strconv.Atoi(string(rest[:i])); err == nil {
			return n
		}
	}
	return 0 // none
}

// Facts are the facts of one kind of aggregate by their stored names.
//
//	var facts = store.FactsOf[Event](Received{}, Accepted{}, Closed{})
//
// A name and a form that were once stored are read for ever. Facts are told how
// names and forms have changed since (upcasting), so that the rest of a program
// sees the present form alone:
//
//	var facts = store.FactsOf[Event](Received{}, Accepted{}, Closed{}).
//		Renamed("referral.recieved", "referral.received").
//		Upcast("referral.closed", 1, func(old []byte) ([]byte, error) { ... }) // to form 2
type Facts[F Fact] struct{ kinds map[string]*factKind }

// A factKind is what is known of the facts of one name.
type factKind struct {
	name    string // the present one
	is      reflect.Type
	form    int
	upcasts map[int]func([]byte) ([]byte, error)
}

// FactsOf returns the facts of which one each is given. It panics if two of them
// have the same name, which is a mistake in the program.
func FactsOf[F Fact](each ...F) Facts[F] {
	f := Facts[F]{make(map[string]*factKind, len(each))}
	for _, fact := range each {
		f.add(fact.EventType(), &factKind{name: fact.EventType(), is: reflect.TypeOf(fact), form: form(fact)})
	}
	return f
}

func (f Facts[F]) add(name string, k *factKind) {
	if f.kinds[name] != nil {
		panic("store: two facts are named " + name)
	}
	f.kinds[name] = k
}

// Renamed makes Decode read what was stored under an old name as the fact with
// the present name. It panics if no fact has the present name, or if one has the
// old.
func (f Facts[F]) Renamed(old, present string) Facts[F] {
	k := f.kinds[present]
	if k == nil {
		panic("store: there is no fact named " + present)
	}
	f.add(old, k)
	return f
}

// Upcast registers the function that turns the JSON of a form into that of the
// next one. It panics if the fact has no later form, or if there is a function
// for that form already.
func (f Facts[F]) Upcast(name string, from int, up func(old []byte) ([]byte, error)) Facts[F] {
	k := f.kinds[name]
	if k == nil || from < 1 || from >= k.form || k.upcasts[from] != nil {
		panic(fmt.Sprintf("store: nothing leads from form %d of fact %s", from, name))
	}
	if k.upcasts == nil {
		k.upcasts = make(map[int]func([]byte) ([]byte, error))
	}
	k.upcasts[from] = up
	return f
}

// Decode reads a fact from its stored name and JSON, of whichever form. The error
// is [sp.ErrInvalid] for a name that f does not have, JSON that cannot be read,
// and a form that only a newer program knows. It quotes nothing of the data.
// Members that the fact does not have are passed over, so that an older program
// can read what a newer one added.
func (f Facts[F]) Decode(name string, data []byte) (F, error) {
	var none F
	k := f.kinds[name]
	if k == nil {
		if len(name) > MaxName {
			name = name[:MaxName] + "..."
		}
		return none, fmt.Errorf("store: decode event: unknown type %q: %w", name, sp.ErrInvalid)
	}
	for n := formOf(data); n != k.form; n++ {
		up := k.upcasts[n]
		if up == nil {
			return none, fmt.Errorf("store: decode %s: is stored in form %d, and this program knows %d: %w", name, n, k.form, sp.ErrInvalid)
		}
		var err error
		if data, err = up(data); err != nil {
			return none, fmt.Errorf("store: decode %s: form %d cannot be read: %w", name, n, sp.ErrInvalid)
		}
	}
	fact := reflect.New(k.is)
	if err := Unmarshal(data, fact.Interface()); err != nil {
		return none, fmt.Errorf("store: decode %s: %w", name, err)
	}
	return fact.Elem().Interface().(F), nil
}
