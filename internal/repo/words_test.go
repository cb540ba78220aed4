package repo

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
)

// What a record holds of somebody stands in its body, which is sealed and erased. Its key,
// the terms by which it is found, the log, which only grows, and errors hold none of it, nor
// does a sealed body.
func TestRepoKeysTermsLogAndErrorsHoldNothingOfAnybody(t *testing.T) {
	var personal []string // kinds
	for _, kind := range slices.Sorted(maps.Keys(storedKinds)) {
		k := storedKinds[kind]
		if k.sample == nil {
			continue
		}
		t.Run(kind, func(t *testing.T) {
			change := k.sample(t)
			words := make(map[string]bool)
			collect(reflect.ValueOf(&change).Elem(), words, make(map[unsafe.Pointer]bool), false)
			if len(words) > 0 {
				personal = append(personal, kind)
			}
			b, err := change.Pending()
			require.NoError(t, err)
			var outside, bodies strings.Builder
			for _, p := range b.Puts {
				outside.WriteString(p.Kind + " " + p.ID + " ")
				for name, value := range p.Terms {
					outside.WriteString(name + "=" + value + " ")
				}
				bodies.Write(p.Body)
			}
			for _, e := range b.Events {
				outside.WriteString(e.Key.ID + " " + string(e.Type) + " " + string(e.Data) + " " + e.Stamp.Key + " " + e.Stamp.By.ID)
			}
			database := memstore.New()
			db := store.Tenant(seal.Driver(database, oneSecret{}), "bay")
			require.NoError(t, store.Save(t.Context(), db, change))
			if err := store.Save(t.Context(), db, k.sample(t)); err != nil { // it is there already
				outside.WriteString(err.Error())
			}
			for r, err := range database.Scan(t.Context(), store.Query{Tenant: "bay", Kind: kind}) { // past the seal
				require.NoError(t, err)
				outside.Write(r.Body)
			}
			for word := range words {
				require.NotContains(t, outside.String(), word)
				require.Contains(t, bodies.String(), word, "what is collected is what is stored")
			}
		})
	}
	require.GreaterOrEqual(t, len(personal), 5, "of %v", personal)
}

// oneSecret seals everything under one key.
type oneSecret struct{}

func (oneSecret) Secret(context.Context, store.Record, string) (seal.Secret, error) {
	return seal.Secret{Name: "s", Key: make([]byte, 32)}, nil
}

// collect gathers the texts and days that a value holds within personal data, hidden
// fields included.
func collect(v reflect.Value, words map[string]bool, seen map[unsafe.Pointer]bool, inside bool) {
	if !v.IsValid() {
		return
	}
	t := v.Type()
	if v.CanAddr() && !v.CanInterface() {
		v = reflect.NewAt(t, unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	name, _, _ := strings.Cut(t.Name(), "[")
	inside = inside || t.PkgPath() == module && slices.Contains(holders, name)
	switch v.Kind() { //nolint:exhaustive // the others hold nothing
	case reflect.String:
		if inside && len(v.String()) > 3 {
			words[v.String()] = true
		}
	case reflect.Int32:
		if inside && t == reflect.TypeFor[sp.Date]() && v.Int() != 0 {
			words[sp.Date(v.Int()).String()] = true
		}
	case reflect.Pointer:
		if v.IsNil() || seen[v.UnsafePointer()] {
			return
		}
		seen[v.UnsafePointer()] = true
		collect(v.Elem(), words, seen, inside)
	case reflect.Interface:
		collect(v.Elem(), words, seen, inside)
	case reflect.Struct:
		for _, field := range v.Fields() {
			collect(field, words, seen, inside)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			collect(v.Index(i), words, seen, inside)
		}
	case reflect.Map:
		for key, value := range v.Seq2() {
			collect(key, words, seen, inside)
			collect(value, words, seen, inside)
		}
	}
}
