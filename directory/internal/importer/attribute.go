package importer

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// attributes takes the attributes of a record: those with a link type that the
// package comment lists become facts, all others topics. Where only some link
// types are understood, attributes of others stay among the extra fields.
func (o *object) attributes(f *directory.Facts, only ...string) {
	for _, a := range o.list("attributes") {
		a.drop("id", "link_id", "link_entity", "taxonomy_term_id")
		written, value := a.text("link_type"), a.text("value")
		linkType := word(strings.ReplaceAll(written, "_", "-"))
		understood := len(only) == 0 || slices.Contains(only, linkType)
		if understood && value != "" && a.fact(f, linkType, value) {
			continue
		}
		var topic sp.Code
		if understood {
			topic = a.object("taxonomy_term").topic()
		}
		if understood && value == "" && a.fact(f, linkType, topic.Display) {
			continue
		}
		a.keep("value", value, false)
		a.keep("link_type", written, linkType == "topic")
		if !topic.IsZero() {
			f.Topics = append(f.Topics, topic)
		}
	}
}

// topic takes a taxonomy term as a code of its taxonomy.
func (o *object) topic() sp.Code {
	id, code := o.text("id"), o.text("code")
	taxonomy, taxonomyID := o.text("taxonomy"), o.text("taxonomy_id")
	name, term := o.text("name"), o.text("term")
	if code == "" {
		code = id
	}
	if taxonomy == "" {
		taxonomy = taxonomyID
	}
	if name == "" {
		name = term
	}
	detail := o.fields["taxonomy_detail"]
	if fields, ok := detail.(map[string]any); ok {
		if uri, ok := fields["uri"].(string); ok && uri != "" {
			o.keep("taxonomy", taxonomy, uri == taxonomy)
			taxonomy = uri
		}
	}
	o.keep("term", term, term == name)
	o.keep("name", name, code != "" || taxonomy != "")
	return sp.Code{System: taxonomy, Code: code, Display: name}
}

// fact notes what an attribute states, and reports whether its link type is one
// that states facts.
func (o *object) fact(f *directory.Facts, linkType, value string) bool {
	answer := sp.Yes
	if denied, ok := strings.CutPrefix(value, "no:"); ok {
		answer, value = sp.No, denied
	}
	item := word(value)
	switch linkType {
	case "delivery":
		f.Delivery = set(o, f.Delivery, directory.Mode(item), answer)
	case "access":
		f.Access = set(o, f.Access, directory.Access(item), answer)
	case "referral-route":
		f.Routes = set(o, f.Routes, directory.Route(item), answer)
	case "eligibility-group":
		f.Eligibility.Groups = append(f.Eligibility.Groups, directory.Group(item))
	case "eligibility-restricted":
		o.restricted(f, item)
	case "funded-until":
		f.FundedUntil = o.im.date(o.root.source, o.path+"value", value)
		o.keep("value", value, !f.FundedUntil.IsZero())
	case "wait-days":
		o.wait(f, value)
	default:
		return false
	}
	if value == "" {
		o.report(sp.Warning, "value", "empty-attribute", "states nothing")
	}
	return true
}

func (o *object) restricted(f *directory.Facts, item string) {
	answer, ok := map[string]sp.Truth{"yes": sp.Yes, "no": sp.No}[item]
	if !ok {
		o.report(sp.Warning, "value", "bad-answer", "must be yes or no")
		o.keep("value", item, false)
		return
	}
	if before := f.Eligibility.Restricted; before.Known() {
		answer = o.agreed(before, answer)
	}
	f.Eligibility.Restricted = answer
}

// maxWait bounds a wait, in days, to something that a person may live to see.
const maxWait = 36525

func (o *object) wait(f *directory.Facts, value string) {
	d := number(value)
	if d == nil || !d.IsInteger() || d.Sign() < 0 || d.GreaterThan(decimal.NewFromInt(maxWait)) {
		o.report(sp.Warning, "value", "bad-wait", "is not a number of whole days")
		o.keep("value", value, false)
		return
	}
	f.Capacity.WaitDays = sp.Know(int(d.IntPart()))
}
