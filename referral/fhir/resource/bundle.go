package resource

import "slices"

// A Bundle is resources that travel together: a transaction, document, message, collection
// or the answer to a search, in any order.
type Bundle struct {
	Object  *Object // the bundle as it was read, whose entries are not looked at any more
	Entries []Entry
}

// An Entry is one resource of a bundle.
type Entry struct {
	FullURL  string  // by which others refer to it; "urn:uuid:..." or an address
	Resource *Object // nil where an entry has none, such as a deletion
	Object   *Object // the entry as it was read, with its request, response or search; nil is none
}

// NewBundle returns a bundle of a type, such as "transaction", that has no entries yet.
func NewBundle(bundleType string) *Bundle {
	return &Bundle{Object: New("Bundle").Set("type", Text(bundleType))}
}

// BundleOf returns the bundle that an object is, and false if it is none. It shares memory
// with the object.
func BundleOf(o *Object) (*Bundle, bool) {
	if o.Type() != "Bundle" {
		return nil, false
	}
	b := &Bundle{Object: o}
	for _, v := range o.Get("entry").All() {
		e := v.Object()
		if e == nil {
			e = new(Object)
		}
		b.Entries = append(b.Entries, Entry{e.Get("fullUrl").Text(), e.Get("resource").Object(), e})
	}
	return b, true
}

// Type returns the type of the bundle, such as "transaction".
func (b *Bundle) Type() string { return b.Object.Get("type").Text() }

// Whole returns the bundle as an object with its entries. What was not changed is written
// as it was read.
func (b *Bundle) Whole() *Object {
	o := b.Object.Clone()
	if was := o.Get("entry"); !b.changed(was) {
		return o
	}
	entries := make([]Value, len(b.Entries))
	for i, e := range b.Entries {
		entries[i] = e.whole().Value()
	}
	return o.Set("entry", List(entries...))
}

// changed reports whether the entries are not those that were read.
func (b *Bundle) changed(was Value) bool {
	n := 0
	for i, v := range was.All() {
		if i >= len(b.Entries) || !sameBytes(b.Entries[i].whole(), v) {
			return true
		}
		n++
	}
	return n != len(b.Entries)
}

// sameBytes reports whether an object is still the very one that was read.
func sameBytes(o *Object, v Value) bool {
	return len(o.raw) > 0 && len(v.raw) > 0 && &o.raw[0] == &v.raw[0]
}

// whole returns the entry as an object with its resource.
func (e Entry) whole() *Object {
	o := e.Object
	if o == nil {
		o = new(Object)
	}
	kept := o.Get("resource")
	url, resource := o.Get("fullUrl"), e.Resource == nil && kept.IsZero() || e.Resource != nil && sameBytes(e.Resource, kept)
	if o.raw != nil && resource && (url.Is(e.FullURL) || url.IsZero() && e.FullURL == "") {
		return o
	}
	return o.Clone().Set("fullUrl", Text(e.FullURL)).Set("resource", e.Resource.Value())
}

// Add appends a resource under a URL, and returns its entry, of which the request can be
// set.
func (b *Bundle) Add(fullURL string, r *Object) *Entry {
	b.Entries = append(b.Entries, Entry{FullURL: fullURL, Resource: r})
	return &b.Entries[len(b.Entries)-1]
}

// Of returns the resources of a type in their order.
func (b *Bundle) Of(resourceType string) []*Object {
	var all []*Object
	for _, e := range b.Entries {
		if e.Resource != nil && e.Resource.Get("resourceType").Is(resourceType) {
			all = append(all, e.Resource)
		}
	}
	return slices.Clip(all)
}
