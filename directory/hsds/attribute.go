package hsds

import (
	"strings"

	"github.com/shopspring/decimal"
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// attributes takes the attributes of a record: those with a link type that the
// package comment lists become facts, all others topics.
func (o *object) attributes(f *directory.Facts) {
	for _, a := range o.list("attributes") {
		a.drop("id", "link_id", "link_entity", "taxonomy_term_id")
		term := a.object("taxonomy_term")
		topic := term.topic()
		value := a.text("value")
		if value == "" {
			value = topic.Display
		}
		linkType := word(strings.ReplaceAll(a.text("link_type"), "_", "-"))
		if !a.fact(f, linkType, value) && !topic.IsZero() {
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
			taxonomy = uri
		}
	}
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
		f.Delivery = set(f.Delivery, directory.Mode(item), answer)
	case "access":
		f.Access = set(f.Access, directory.Access(item), answer)
	case "referral-route":
		f.Routes = set(f.Routes, directory.Route(item), answer)
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
	switch item {
	case "yes":
		f.Eligibility.Restricted = sp.Yes
	case "no":
		f.Eligibility.Restricted = sp.No
	default:
		o.report(sp.Warning, "value", "bad-answer", "must be yes or no")
		o.keep("value", item, false)
	}
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
