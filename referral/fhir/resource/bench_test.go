package resource_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// work are the examples of what is worked with most, requests and tasks, as many times as
// make ten thousand.
func work(tb testing.TB) (all [][]byte, size int64) {
	tb.Helper()
	var some [][]byte
	files := published(tb)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.Contains(name, "/Task-") || strings.Contains(name, "/ServiceRequest-") {
			some = append(some, files[name])
		}
	}
	for i := range 10_000 {
		b := some[i%len(some)]
		all = append(all, b)
		size += int64(len(b))
	}
	return all, size
}

// read reads what a program asks of a task or a request.
func read(o *resource.Object) (n int) {
	n = len(o.Get("status").Text()) + len(o.Get("intent").Text()) + len(o.Get("priority").Text()) + len(o.Get("code", "text").Text())
	n += len(o.Get("subject", "reference").Text()) + len(o.Get("for", "reference").Text()) + len(o.Get("focus", "reference").Text())
	n += len(o.Get("owner", "reference").Text()) + len(o.Get("requester", "reference").Text()) + len(o.Get("authoredOn").Text())
	for _, v := range o.Get("identifier").All() {
		n += len(v.Get("system").Text()) + len(v.Get("value").Text())
	}
	for _, v := range o.Get("code", "coding").All() {
		n += len(v.Get("system").Text()) + len(v.Get("code").Text())
	}
	return n
}

// Each operation is ten thousand resources.
func BenchmarkParse(b *testing.B) {
	all, size := work(b)
	b.Run("and read a dozen fields", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			for _, in := range all {
				o, err := resource.Parse(in)
				if err != nil || read(o) == 0 {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("alone", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			for _, in := range all {
				if _, err := resource.Parse(in); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("baseline, encoding-json into maps", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			for _, in := range all {
				var m map[string]any
				if err := json.Unmarshal(in, &m); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// Each operation is ten thousand resources.
func BenchmarkObjectAppend(b *testing.B) {
	all, size := work(b)
	objects, maps := make([]*resource.Object, len(all)), make([]map[string]any, len(all))
	for i, in := range all {
		var err error
		if objects[i], err = resource.Parse(in); err != nil {
			b.Fatal(err)
		}
		if err := json.Unmarshal(in, &maps[i]); err != nil {
			b.Fatal(err)
		}
	}
	var out []byte
	b.Run("unchanged", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			for _, o := range objects {
				out = o.Append(out[:0])
			}
		}
	})
	b.Run("one member changed", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		states := [2]resource.Value{resource.Text("accepted"), resource.Text("rejected")}
		for n := 0; b.Loop(); n++ {
			for _, o := range objects {
				out = o.Set("status", states[n%2]).Append(out[:0])
			}
		}
	})
	b.Run("baseline, encoding-json of maps", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			for _, m := range maps {
				if _, err := json.Marshal(m); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// A bundle of ten thousand resources is read, each reference is followed, and it is
// written again.
func BenchmarkBundle(b *testing.B) {
	all, _ := work(b)
	whole := resource.NewBundle("collection")
	for i, in := range all {
		o, err := resource.Parse(in)
		if err != nil {
			b.Fatal(err)
		}
		whole.Add("urn:uuid:"+strings.Repeat("0", i%7)+string(rune('a'+i%26)), o)
	}
	in := whole.Whole().Append(nil)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		o, err := resource.Parse(bytes.Clone(in))
		if err != nil {
			b.Fatal(err)
		}
		bundle, ok := resource.BundleOf(o)
		if !ok || len(bundle.Entries) != 10_000 {
			b.Fatal("entries are missing")
		}
		x := bundle.Index()
		for i, e := range bundle.Entries {
			x.Find(i, e.Resource.Get("for"))
			read(e.Resource)
		}
		if len(bundle.Whole().Append(nil)) != len(in) {
			b.Fatal("something was lost")
		}
	}
}
