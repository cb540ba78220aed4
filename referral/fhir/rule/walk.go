package rule

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// A place is where something stands. It is written out only where something is wrong.
type place struct {
	within *place
	name   string
	index  int // -1 where there is no list
}

func (p *place) to(name string) *place { return &place{p, name, -1} }

func (p *place) at(i int) *place { return &place{p.within, p.name, i} }

// String returns a path of FHIRPath: "Task.input[0].valueReference".
func (p *place) String() string {
	s := p.name
	if p.index >= 0 {
		s += "[" + strconv.Itoa(p.index) + "]"
	}
	if p.within != nil {
		s = p.within.String() + "." + s
	}
	return s
}

// A checker checks one resource, and for a bundle those in it.
type checker struct {
	definitions
	also   []string
	found  []sp.Issue
	bundle *resource.Index // nil outside a bundle
	entry  int
	whole  resource.Value // the resource that is not contained in another
}

func (c *checker) add(s sp.Severity, p *place, code, detail string) {
	c.found = append(c.found, sp.Issue{Severity: s, Field: p.String(), Code: code, Detail: detail})
}

func (c *checker) wrong(p *place, code, detail string) { c.add(sp.Error, p, code, detail) }

// inherited are what every part has, with the names of their shapes: of a resource, of one
// that can contain others, and of the rest.
func inherited(s string) []string {
	switch s {
	case "Bundle":
		return []string{"resourceType", "id", "meta", "implicitRules", "language"}
	case "":
		return []string{"id", "extension", "modifierExtension"}
	}
	return []string{"resourceType", "id", "meta", "implicitRules", "language", "text", "contained", "extension", "modifierExtension"}
}

// resource checks a resource at its place.
func (c *checker) resource(p *place, v resource.Value, contained bool) {
	t := v.Get("resourceType").Text()
	if t == "" {
		c.wrong(p, "missing", "a resource has a resourceType")
		return
	}
	if !contained {
		defer func(whole resource.Value, bundle *resource.Index, entry int) {
			c.whole, c.bundle, c.entry = whole, bundle, entry
		}(c.whole, c.bundle, c.entry)
		c.whole = v
		if b, is := resource.BundleOf(v.Object()); is {
			c.bundle = b.Index()
		} else if p.within != nil && p.within.name == "entry" {
			c.entry = p.within.index
		}
	}
	c.identity(p, v)
	c.contained(p, v, contained)
	if !v.Get("implicitRules").IsZero() {
		c.wrong(p.to("implicitRules"), "unknown-modifier", "rules that nobody here knows must be understood before the resource is read")
	}
	c.part(p, t, inherited(t), v)
	for _, profile := range c.claimed(v) {
		c.profile(p, profile, t, v)
	}
	for _, i := range invariants[t] {
		c.invariant(p, i, v)
	}
}

func (c *checker) identity(p *place, v resource.Value) {
	if id := v.Get("id"); !id.IsZero() && !isID(id.Text()) {
		c.wrong(p.to("id"), "malformed", "an id has from 1 to 64 letters, digits, hyphens and points")
	}
}

// contained checks what a resource contains (dom-2, dom-3).
func (c *checker) contained(p *place, v resource.Value, within bool) {
	for i, one := range v.Get("contained").All() {
		at := p.to("contained").at(i)
		if within {
			c.wrong(at, "nested", "a contained resource contains none (dom-2)")
			return
		}
		id := one.Get("id").Text()
		refers := bytes.Contains(one.Raw(), []byte(`"#"`)) // a Provenance about what contains it
		if !refers && (id == "" || !bytes.Contains(v.Raw(), []byte(`"#`+id+`"`))) {
			c.wrong(at, "unreferenced", "a contained resource is referred to by what contains it (dom-3)")
		}
		c.resource(at, one, true)
	}
}

// part checks the members of an object against a shape, and without one as far as rules
// hold for all.
func (c *checker) part(p *place, name string, also []string, v resource.Value) {
	s := c.shapes[name]
	seen := map[*element]bool{}
	for member, value := range v.Members() {
		at := p.to(member)
		plain, beside := strings.CutPrefix(member, "_")
		e, k := s.member(plain)
		switch {
		case beside:
			c.beside(at, v.Get(plain), value)
			if e != nil {
				seen[e] = true
			}
			continue
		case member == "extension" || member == "modifierExtension":
			c.extensions(at, member, value)
			continue
		case member == "text" && slices.Contains(also, "text"):
			c.narrative(at, value)
			continue
		case member == "meta" && slices.Contains(also, "meta"):
			c.value(at, kind{name: "Meta"}, name, value)
			continue
		case slices.Contains(also, member):
			c.empty(at, value)
			continue
		case s == nil:
			c.empty(at, value)
			c.generic(at, value)
			continue
		case e == nil:
			c.wrong(at, "unknown-element", "R4 has no such element here")
			c.generic(at, value)
			continue
		case seen[e] && e.choice:
			c.wrong(at, "two-values", "a choice has one type")
		}
		seen[e] = true
		c.element(at, name, e, k, v, value)
	}
	for i := range s {
		if e := &s[i]; e.required && !seen[e] {
			c.wrong(p.to(e.name), "missing", "R4 asks for it")
		}
	}
}

// element checks one member against its element.
func (c *checker) element(at *place, parent string, e *element, k kind, owner, v resource.Value) {
	if e.most == "1" {
		if v.IsList() {
			c.wrong(at, "cardinality", "there can be one, and no list")
			return
		}
		c.typed(at, parent, e, k, v)
		return
	}
	if !v.IsList() {
		c.wrong(at, "cardinality", "must be a list, if of one")
		return
	}
	c.empty(at, v)
	sibling := owner.Get("_" + e.name)
	for i, one := range v.All() {
		if one.IsNull() && !sibling.IsZero() {
			continue
		}
		c.typed(at.at(i), parent, e, k, one)
	}
}

func (c *checker) typed(at *place, parent string, e *element, k kind, v resource.Value) {
	c.value(at, k, parent+"."+e.name, v)
	if len(e.codes) > 0 && v.IsText() && !slices.Contains(e.codes, v.Text()) {
		c.wrong(at, "unknown-code", "must be "+strings.Join(e.codes, ", "))
	}
}

// value checks a value of a type.
func (c *checker) value(at *place, k kind, path string, v resource.Value) {
	if shared, is := strings.CutPrefix(k.name, "@"); is {
		c.part(at, shared, inherited(""), v)
		return
	}
	switch k.name {
	case "Resource":
		c.resource(at, v, false)
	case "BackboneElement", "Element":
		c.object(at, path, v)
	case "Narrative":
		c.narrative(at, v)
	default:
		if strings.ToLower(k.name[:1]) == k.name[:1] {
			c.primitive(at, k.name, v)
			return
		}
		c.object(at, k.name, v)
		switch k.name {
		case "Reference":
			c.reference(at, k.targets, v)
		case "Coding":
			c.coding(at, v)
		}
	}
}

func (c *checker) object(at *place, name string, v resource.Value) {
	if !v.IsObject() {
		c.wrong(at, "wrong-type", "must be an object")
		return
	}
	c.empty(at, v)
	c.part(at, name, inherited(""), v)
	for _, i := range invariants[name] {
		c.invariant(at, i, v)
	}
}

// generic checks what holds for every value, where nothing else is known of it.
func (c *checker) generic(p *place, v resource.Value) {
	for name, one := range v.Members() {
		at := p.to(name)
		if name == "extension" || name == "modifierExtension" {
			c.extensions(at, name, one)
			continue
		}
		c.empty(at, one)
		c.generic(at, one)
	}
	for i, one := range v.All() {
		if !one.IsNull() {
			c.empty(p.at(i), one)
		}
		c.generic(p.at(i), one)
	}
}

// empty refuses what says nothing: FHIR has no empty arrays, objects or strings, and null
// only where one of two parallel lists has nothing.
func (c *checker) empty(at *place, v resource.Value) {
	switch {
	case v.IsNull():
		c.wrong(at, "empty", "null stands only in a list beside which another has a value there")
	case v.IsText() && strings.TrimSpace(v.Text()) == "":
		c.wrong(at, "empty", "a text that is there says something")
	case v.IsList() && v.First().IsZero():
		c.wrong(at, "empty", "a list that is there has elements")
	case v.IsObject():
		for range v.Members() {
			return
		}
		c.wrong(at, "empty", "an object that is there has members")
	}
}

// beside checks what stands under a name behind an underscore: the id and extensions of a
// primitive, or a list of them parallel to that of the values.
func (c *checker) beside(at *place, plain, v resource.Value) {
	if !v.IsList() {
		c.object(at, "Element", v)
		return
	}
	n, m := 0, 0
	for range plain.All() {
		n++
	}
	for i, one := range v.All() {
		m++
		if !one.IsNull() {
			c.object(at.at(i), "Element", one)
		}
	}
	if !plain.IsZero() && n != m {
		c.wrong(at, "unequal", "the two lists of a primitive are of one length")
	}
}

func (c *checker) extensions(at *place, name string, v resource.Value) {
	if !v.IsList() {
		c.wrong(at, "cardinality", "must be a list, if of one")
		return
	}
	c.empty(at, v)
	for i, one := range v.All() {
		if name == "modifierExtension" {
			c.wrong(at.at(i), "unknown-modifier", "it changes what the rest means, and nobody here knows how")
		}
		c.object(at.at(i), "Extension", one)
	}
}
