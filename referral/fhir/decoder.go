package fhir

import (
	"bytes"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// A Decoder reads resources. Each of its methods has the name of the type of resource that
// it reads. The error is [sp.ErrInvalid] where it would be unsafe to use what can be read:
// the resource is of another type, has a modifier extension that is not known or rules that
// are implied, or says that something is not to be done. The report then has it as
// [Refused].
type Decoder struct {
	Profile Profile
	Own     string          // base address of the IDs that are ours, as [Encoder].Own
	Terms   *needs.Taxonomy // into which codes of needs are translated; nil is [needs.Standard]
	Zone    *time.Location  // where a day begins; nil is UTC

	// Known returns the ID that something of another system has here, if it has one: a
	// referenced person, organisation or service. It is asked last, by the reference as it
	// stands and, where the bundle has the resource, by a reference of each identifier of
	// that, such as an NHS number. Nil knows none.
	Known func(kind string, reference resource.Value) (id string, ok bool)

	index  *resource.Index  // of the bundle that is read
	from   int              // its entry
	within *resource.Bundle // in which each resource is looked for; nil where from says it
}

// An in is a resource that is being read.
type in struct {
	d      Decoder
	o      *resource.Object
	report Report
	faults sp.InvalidError
}

// In returns a decoder for the resources of a bundle: their references lead to its entries.
// It looks for a resource among them each time, so whoever reads a case reads it whole, by
// [Decoder.Case].
func (d Decoder) In(b *resource.Bundle) Decoder {
	d.index, d.within = b.Index(), b
	return d
}

// begin starts to read a resource, and refuses what must not be read with a part left out.
func (d Decoder) begin(o *resource.Object, resourceType string) (*in, error) {
	r := &in{d: d.at(o), o: o}
	r.faults.Subject = "fhir: read " + resourceType
	if o == nil || o.Type() != resourceType {
		r.lose(Loss{Path: "resourceType", Kind: Refused, Severity: sp.Error})
		r.faults.Check(false, "resourceType", sp.WrongType, "must be "+resourceType)
		return r, r.faults.Err()
	}
	r.refuse(o.Get("implicitRules").IsZero(), "implicitRules", "must not be there: rules that nobody here knows")
	if whole := o.Value(); bytes.Contains(whole.Raw(), []byte(`"modifierExtension"`)) {
		for _, path := range modifiers(whole, "") {
			r.refuse(false, path, "must not be there: it changes the meaning in a way that nobody here knows")
		}
	}
	return r, r.faults.Err()
}

// at returns the decoder where it stands at the entry of a resource. What is in no entry,
// such as what another contains, refers to nothing in the bundle.
func (d Decoder) at(o *resource.Object) Decoder {
	if d.within == nil {
		return d
	}
	if d.from = slices.IndexFunc(d.within.Entries, func(e resource.Entry) bool { return e.Resource == o }); d.from < 0 {
		d.from, d.index = 0, nil
	}
	return d
}

// modifiers returns the paths of all modifier extensions within a value.
func modifiers(v resource.Value, path string) (paths []string) {
	for name, member := range v.Members() {
		if name == "modifierExtension" {
			paths = append(paths, join(path, name))
			continue
		}
		paths = append(paths, modifiers(member, join(path, name))...)
	}
	for i, one := range v.All() {
		paths = append(paths, modifiers(one, at(path, i))...)
	}
	return paths
}

func (r *in) lose(l Loss) { r.report = append(r.report, l) }

// path is that of an element of the resource, "Task.status".
func (r *in) path(element string) string { return join(r.o.Type(), element) }

// extension returns the value of an extension of this package.
func (r *in) extension(name string) resource.Value {
	return findExtension(r.o.Get("extension"), Extensions+name)
}

// refuse notes, unless ok, that something cannot be used safely.
func (r *in) refuse(ok bool, path, rule string) {
	if !ok {
		r.lose(Loss{Path: r.path(path), Kind: Refused, Severity: sp.Error})
		r.faults.Check(false, path, sp.Unsupported, rule)
	}
}

// ours returns the ID that a reference means here: by an identifier under our base address,
// by that of the resource in the bundle to which it leads, or as the caller knows it.
func (d Decoder) ours(kind string, reference resource.Value) (id string, ok bool) {
	if reference.IsZero() {
		return "", false
	}
	system := d.Own + "/" + kind
	if id := reference.Get("identifier"); id.Get("system").Is(system) {
		return id.Get("value").Text(), true
	}
	if d.index != nil {
		if target, _, ok := d.index.Find(d.from, reference); ok {
			if id, ok := identified(target, system); ok {
				return id, true
			}
			return d.known(kind, reference, target)
		}
	}
	return d.known(kind, reference, nil)
}

// known asks the caller: by a reference, and then by each identifier of that to which it leads.
func (d Decoder) known(kind string, reference resource.Value, target *resource.Object) (string, bool) {
	if d.Known == nil {
		return "", false
	}
	if id, ok := d.Known(kind, reference); ok || target == nil {
		return id, ok
	}
	for _, identifier := range target.Get("identifier").All() {
		by := object().Set("type", resource.Text(target.Type())).Set("identifier", identifier)
		if id, ok := d.Known(kind, by.Value()); ok {
			return id, true
		}
	}
	return "", false
}

// person returns the ID of the person that the resource is: ours, or as the caller knows
// them. Of somebody whom nobody here knows it is empty, for the caller to give: one that is
// made of their number, in a log for ever, would tell the number.
func (r *in) person() string {
	if id, ok := identified(r.o, r.d.Own+"/person"); ok {
		return id
	}
	reference := object()
	if id := r.o.ID(); id != "" {
		reference.Set("reference", resource.Text(r.o.Type()+"/"+id))
	}
	id, ok := r.d.known("person", reference.Value(), r.o)
	if !ok {
		r.lose(Loss{Path: r.path("identifier"), Ours: "id", Kind: Dropped, Severity: sp.Warning})
	}
	return id
}

// refers reads the ID of what an element refers to, and notes a loss where nobody here
// knows it.
func (r *in) refers(kind, element string) string {
	v := r.o.Get(element)
	id, ok := r.d.ours(kind, v)
	if !ok && !v.IsZero() {
		r.lose(Loss{Path: r.path(element), Ours: kind, Kind: Dropped, Severity: sp.Warning})
	}
	return id
}

// identity returns the ID of the resource itself: the one that it has under our base
// address, or else one that is made of its identifier or logical ID, the same whenever it
// comes.
func (r *in) identity(kind string) string {
	if id, ok := identified(r.o, r.d.Own+"/"+kind); ok {
		return id
	}
	name := r.o.ID()
	for _, v := range r.o.Get("identifier").All() {
		if value := v.Get("value").Text(); value != "" {
			name = v.Get("system").Text() + "|" + value
			break
		}
	}
	if name == "" {
		return ""
	}
	return "fhir-" + digest(r.o.Type()+"|"+name)
}

// identified returns the value of the identifier that a resource has in a system.
func identified(o *resource.Object, system string) (string, bool) {
	for _, v := range o.Get("identifier").All() {
		if v.Get("system").Is(system) && !v.Get("value").IsZero() {
			return v.Get("value").Text(), true
		}
	}
	return "", false
}

// moment reads a time to the second, and notes a loss where less is known.
func (r *in) moment(element string) time.Time {
	v := r.o.Get(element)
	if v.IsZero() {
		return time.Time{}
	}
	t, ok := v.Time()
	at, exact := t.Moment()
	if !ok || !exact {
		r.lose(Loss{Path: r.path(element), Ours: "unknown", Kind: Coarsened, Severity: sp.Warning})
		return time.Time{}
	}
	return at.UTC()
}
