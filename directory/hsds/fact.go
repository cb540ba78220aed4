package hsds

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// attributes writes the facts for which HSDS has no fields, and topics, as the
// introduction of this package lists them.
func (x *Exporter) attributes(id string, f directory.Facts) []fields {
	a := attributer{id: id, standard: x.standard}
	answers(&a, "delivery", f.Delivery)
	answers(&a, "access", f.Access)
	answers(&a, "referral-route", f.Routes)
	for _, g := range f.Eligibility.Groups {
		a.add("eligibility-group", string(g))
	}
	for _, g := range f.Eligibility.Excluded {
		a.add("eligibility-excluded", string(g))
	}
	if f.Eligibility.Restricted.Known() {
		a.add("eligibility-restricted", f.Eligibility.Restricted.String())
	}
	if !f.FundedUntil.IsZero() {
		a.add("funded-until", f.FundedUntil.String())
	}
	if n, ok := f.Capacity.WaitDays.Lookup(); ok {
		a.add("wait-days", strconv.Itoa(n))
	}
	if f.DropIn.Known() {
		a.add("drop-in", f.DropIn.String())
	}
	if n, ok := f.GroupSize.Lookup(); ok {
		a.add("group-size", strconv.Itoa(n))
	}
	for _, fact := range [...][2]string{{"activity", string(f.Format)}, {"first-contact", f.Welcome}, {"intake-point", f.Intake}} {
		if fact[1] != "" {
			a.add(fact[0], fact[1])
		}
	}
	for _, t := range f.Topics {
		term := fields{"id": t.Code, "name": t.Display, "description": ""}
		term.text("taxonomy", t.System)
		a.all = append(a.all, fields{
			"id": fmt.Sprintf("%s-attribute-%d", id, len(a.all)+1), "link_id": id, "link_type": "topic", "taxonomy_term_id": t.Code, "taxonomy_term": term,
		})
	}
	return a.all
}

type attributer struct {
	id       string
	standard Standard
	all      []fields
}

// add writes a fact as the value of an attribute and, since the standards require
// one, as the name of a term.
func (a *attributer) add(linkType, value string) {
	a.all = append(a.all, fields{
		"id": fmt.Sprintf("%s-attribute-%d", a.id, len(a.all)+1), "link_id": a.id, "link_type": linkType, "value": value,
		"taxonomy_term_id": linkType + "/" + value,
	})
}

func answers[K ~string](a *attributer, linkType string, all directory.Truths[K]) {
	for _, key := range slices.Sorted(maps.Keys(all)) {
		switch all[key] {
		case sp.Yes:
			a.add(linkType, string(key))
		case sp.No:
			a.add(linkType, "no:"+string(key))
		default: // it was told in two ways
			if a.standard == HSDS3 {
				a.add(linkType, "unknown:"+string(key))
			}
		}
	}
}
