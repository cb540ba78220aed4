package lab

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
)

// Model is the version of the model and of the measures. Finished runs of another are played anew.
// A test holds it to what the model does.
const Model = "2"

// key returns what a finished run of a policy is known by: a hash of all that decides its values.
func (s *Study) key(p *Policy, seed string) (string, error) {
	var all bytes.Buffer
	fmt.Fprintf(&all, "lab %s, study %q, seed %q\n", Model, s.Version, seed)
	policy := *p
	policy.Name = ""
	for _, part := range []any{s.Scenario, s.Travel, s.Match, s.Prices, s.Effects, s.About, policy} {
		if err := spell(&all, reflect.ValueOf(part), 0); err != nil {
			return "", err
		}
	}
	hash := sha256.Sum256(all.Bytes())
	return hex.EncodeToString(hash[:]), nil
}

// spell writes a value with the names of its types, so that no two that differ are written alike. Of
// functions it writes only whether there are any: see [Study.Version].
func spell(w *bytes.Buffer, v reflect.Value, depth int) error {
	if depth > 100 {
		return fmt.Errorf("lab: a study must not refer to itself")
	}
	if !v.IsValid() {
		w.WriteString("nil;")
		return nil
	}
	fmt.Fprintf(w, "%s:", v.Type())
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			if err := spell(w, field, depth+1); err != nil {
				return err
			}
		}
	case reflect.Slice, reflect.Array:
		fmt.Fprintf(w, "%d[", v.Len())
		for i := range v.Len() {
			if err := spell(w, v.Index(i), depth+1); err != nil {
				return err
			}
		}
	case reflect.Map:
		return spellMap(w, v, depth)
	case reflect.Pointer, reflect.Interface:
		return spell(w, v.Elem(), depth+1)
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		fmt.Fprintf(w, "%t;", v.IsNil())
	case reflect.String:
		fmt.Fprintf(w, "%q;", v.String())
	default:
		fmt.Fprintf(w, "%v;", v)
	}
	return nil
}

// spellMap writes a map in the order of its keys as they are written.
func spellMap(w *bytes.Buffer, v reflect.Value, depth int) error {
	type entry struct{ key, value []byte }
	var entries []entry
	for _, k := range v.MapKeys() {
		var key, value bytes.Buffer
		if err := spell(&key, k, depth+1); err != nil {
			return err
		}
		if err := spell(&value, v.MapIndex(k), depth+1); err != nil {
			return err
		}
		entries = append(entries, entry{key.Bytes(), value.Bytes()})
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(string(a.key), string(b.key)) })
	fmt.Fprintf(w, "%d{", len(entries))
	for _, e := range entries {
		w.Write(e.key)
		w.Write(e.value)
	}
	return nil
}
