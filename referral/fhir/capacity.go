package fhir

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// capacity writes whether there is room, and the numbers for a reader who knows our
// extension.
func (w *out) capacity(c directory.Capacity) {
	code := ""
	switch _, waits := c.WaitDays.Lookup(); {
	case c.HasRoom() == sp.Yes:
		code = "capacity"
	case c.HasRoom() == sp.No && waits:
		code = "waitlist"
	case c.HasRoom() == sp.No:
		code = "no-capacity"
	case w.e.Profile.sdohcc():
		code = "additional-assessment-required"
		w.lose(Loss{Path: "capacity", Theirs: code, Kind: Defaulted})
	}
	var said resource.Value
	if code != "" {
		status := object().Set("url", resource.Text("capacityStatus")).Set("valueCodeableConcept", concept("", sp.Code{System: systemTemporary, Code: code}))
		said = resource.List(status.Value())
	}
	setExtension(w.o, capacityURL, "extension", said)
	if c == (directory.Capacity{}) {
		w.extend("capacity", "", resource.Value{})
		return
	}
	var x rest
	x.text("unit", c.Unit)
	for _, n := range numbers(&c) {
		if v, known := n.value.Lookup(); known {
			x.add(n.name, "valueInteger", resource.Int(v))
		}
	}
	x.moment("updated", c.Updated)
	w.lose(Loss{Path: "capacity", Theirs: code, Kind: Coarsened, Severity: sp.Warning, Recoverable: x.write(w, "capacity")})
}

type number struct {
	name  string
	value *sp.Known[int]
}

func numbers(c *directory.Capacity) []number {
	return []number{{"available", &c.Available}, {"maximum", &c.Maximum}, {"funded", &c.Funded}, {"waitDays", &c.WaitDays}}
}

func (r *in) capacity() (c directory.Capacity) {
	if x := r.recover("capacity"); x.any() {
		c.Unit, c.Updated = x.text("unit"), x.moment("updated")
		for _, n := range numbers(&c) {
			if v, stated := x.get(n.name).Int(); stated {
				*n.value = sp.Know(v)
			}
		}
		return c
	}
	status := findExtension(findExtension(r.o.Get("extension"), capacityURL), "capacityStatus")
	switch code := status.Get("coding").First().Get("code").Text(); code {
	case "":
	case "no-capacity", "waitlist":
		c.Available = sp.Know(0)
		if code == "waitlist" { // how long it takes is not said
			r.lose(Loss{Path: r.path("extension"), Ours: "capacity.waitDays", Theirs: code, Kind: Coarsened})
		}
	default:
		r.lose(Loss{Path: r.path("extension"), Ours: "capacity", Theirs: code, Kind: Coarsened, Severity: sp.Warning})
	}
	return c
}
