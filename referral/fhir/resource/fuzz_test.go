package resource_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// What is accepted is what encoding/json accepts, leaves as it came, and reads alike.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,{"b":"c"}],"d":null}`, bundle, `{"a":"\ud83d\ude00\u00e9\\\""}`, `{"a":1e5,"b":[],"c":{}}`, " {\"x\" : [ true , false ] } ", `{"a":{"b":["\\","\"",{"c":"}]"}]}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := resource.Parse(bytes.Clone(b))
		if err != nil {
			return
		}
		body := bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
		if !json.Valid(body) {
			t.Fatalf("accepted %q", b)
		}
		if !bytes.Equal(bytes.TrimSpace(body), o.Append(nil)) {
			t.Fatalf("wrote %q", o.Append(nil))
		}
		again := o.Clone().Set("never", resource.Int(1)).Set("never", resource.Value{})
		if !same(t, body, again.Append(nil)) || !o.Equal(again) || !o.Equal(rebuilt(o.Value()).Object()) && o.Len() > 0 && !hollow(o.Value()) {
			t.Fatalf("wrote %q", again.Append(nil))
		}
		if x, ok := resource.BundleOf(o); ok {
			x.Whole()
			index := x.Index()
			for i, e := range x.Entries {
				if e.Resource != nil {
					index.Find(i, e.Resource.Get("for"))
				}
			}
		}
	})
}

// same reports whether two texts of JSON say the same to encoding/json.
func same(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	for _, one := range []struct {
		in []byte
		v  *any
	}{{a, &x}, {b, &y}} {
		d := json.NewDecoder(bytes.NewReader(one.in))
		d.UseNumber()
		if err := d.Decode(one.v); err != nil {
			t.Fatal(err)
		}
	}
	return reflect.DeepEqual(x, y)
}

// rebuilt reads a value piece by piece and makes another of the pieces.
func rebuilt(v resource.Value) resource.Value {
	switch {
	case v.IsObject():
		o := new(resource.Object)
		for name, member := range v.Members() {
			o.Set(name, rebuilt(member))
		}
		return o.Value()
	case v.IsList():
		var all []resource.Value
		for _, one := range v.All() {
			all = append(all, rebuilt(one))
		}
		return resource.List(all...)
	case v.IsText():
		return resource.Text(v.Text())
	}
	return v
}

// hollow reports whether something empty is in a value, which is not written.
func hollow(v resource.Value) bool {
	empty := v.IsText() && resource.Text(v.Text()).IsZero()
	if v.IsObject() || v.IsList() {
		empty = true
	}
	for _, one := range v.Members() {
		if hollow(one) {
			return true
		}
		empty = false
	}
	for _, one := range v.All() {
		if hollow(one) {
			return true
		}
		empty = false
	}
	return empty
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"2026", "2026-11", "2026-11-28", "2026-11-28T23:30:00-05:00", "2016-12-31T23:59:60.123Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := resource.ParseTime(s)
		if err != nil {
			return
		}
		if got.String() != s {
			t.Fatalf("%q became %q", s, got)
		}
		if _, ok := got.Day(); ok != (got.Precision() >= resource.ToDay) {
			t.Fatalf("%q has a precision of %d and %v", s, got.Precision(), ok)
		}
	})
}
