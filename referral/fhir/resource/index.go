package resource

import (
	"slices"
	"strings"
)

// An Index finds what the references in a bundle mean. It is made for the entries as they
// are: of a bundle that has changed since, make another. It looks nowhere but in the bundle.
type Index struct {
	bundle *Bundle
	urls   map[string][]int // by fullUrl
	ids    map[string][]int // by type and logical ID, "Task/7"
	named  map[string][]int // by identifier, system and value
}

// Index returns the index of the bundle's entries.
func (b *Bundle) Index() *Index {
	x := &Index{b, make(map[string][]int, len(b.Entries)), make(map[string][]int, len(b.Entries)), make(map[string][]int)}
	for i, e := range b.Entries {
		if e.FullURL != "" {
			x.urls[e.FullURL] = append(x.urls[e.FullURL], i)
		}
		if e.Resource == nil {
			continue
		}
		if id := e.Resource.ID(); id != "" {
			name := e.Resource.Type() + "/" + id
			x.ids[name] = append(x.ids[name], i)
		}
		for key := range identifiers(e.Resource.Get("identifier")) {
			x.named[key] = append(x.named[key], i)
		}
	}
	return x
}

// identifiers yields the keys of one identifier or a list of them: some resources have one.
func identifiers(v Value) map[string]bool {
	keys := make(map[string]bool, 1)
	if v.IsObject() {
		v = List(v)
	}
	for _, one := range v.All() {
		if value := one.Get("value").Text(); value != "" {
			keys[one.Get("system").Text()+"|"+value] = true
		}
	}
	return keys
}

// Find returns what a Reference in the resource of entry from means, and the index of the
// entry in which it is. It is looked up in this order, and never anywhere else:
//
//   - "#p" among what the resource itself contains, since another resource's "#p" is
//     somebody else;
//   - an address or URN as the fullUrl of an entry;
//   - "Patient/7" under the address from which the referring resource comes, or, where that
//     has none, as the one resource of the bundle with this type and logical ID;
//   - an identifier as that of the one resource that has it.
//
// What fits several resources means none of them: a guess could be another person. A
// version behind "/_history/" chooses among several of one address.
func (x *Index) Find(from int, reference Value) (target *Object, at int, ok bool) {
	text := reference.Get("reference").Text()
	if id, contained := strings.CutPrefix(text, "#"); contained {
		target := x.bundle.Entries[from].Resource.Contained(id)
		return target, from, target != nil
	}
	address, version, _ := strings.Cut(text, "/_history/")
	var found []int
	switch {
	case text == "":
		id := reference.Get("identifier")
		if value := id.Get("value").Text(); value != "" {
			found = x.typed(x.named[id.Get("system").Text()+"|"+value], reference.Get("type").Text())
		}
	case strings.Contains(address, ":"):
		found = x.urls[address]
	default:
		if base, ok := base(x.bundle.Entries[from]); ok {
			found = x.urls[base+address]
		} else {
			found = x.ids[address]
		}
	}
	if len(found) > 1 && version != "" {
		found = slices.DeleteFunc(slices.Clone(found), func(i int) bool {
			o := x.bundle.Entries[i].Resource
			return o == nil || !o.Get("meta", "versionId").Is(version)
		})
	}
	if len(found) != 1 || x.bundle.Entries[found[0]].Resource == nil {
		return nil, 0, false
	}
	return x.bundle.Entries[found[0]].Resource, found[0], true
}

// typed returns those entries whose resource is of a type, and all for no type.
func (x *Index) typed(found []int, resourceType string) []int {
	if resourceType == "" {
		return found
	}
	return slices.DeleteFunc(slices.Clone(found), func(i int) bool {
		return x.bundle.Entries[i].Resource.Type() != resourceType
	})
}

// base returns the address under which the server keeps an entry's resource, with its
// slash, if it comes from one: "https://gp.example/fhir/" of ".../fhir/Task/7".
func base(e Entry) (string, bool) {
	if e.Resource == nil || !strings.HasPrefix(e.FullURL, "http") {
		return "", false
	}
	return strings.CutSuffix(e.FullURL, e.Resource.Type()+"/"+e.Resource.ID())
}

// Contained returns what a resource contains under a local ID, which is without its "#".
// What it contains twice under one is neither: a guess could be another person.
func (o *Object) Contained(id string) *Object {
	var found Value
	for _, v := range o.Get("contained").All() {
		if id == "" || !v.Get("id").Is(id) {
			continue
		}
		if !found.IsZero() {
			return nil
		}
		found = v
	}
	return found.Object()
}
