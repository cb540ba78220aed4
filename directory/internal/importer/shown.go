package importer

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// Fields by which feeds say who may know where a place is: whatever they hold but a no, if
// they are true, or if they are not.
var (
	masking = []string{"mask_exact_address", "masked"}
	secrecy = []string{"confidential", "is_confidential", "address_confidential"}
	hiding  = []string{
		"private", "is_private", "hidden", "is_hidden", "secret", "hide_address", "hide_exact_address", "address_hidden", "address_private", "address_withheld",
		"withhold_address", "do_not_publish",
	}
	showing = []string{"visible", "is_visible", "public", "is_public", "show_address", "show_exact_address", "address_visible", "address_public"}
)

// hides reports whether a field may say that a place must not be told.
func hides(field string) bool {
	return slices.Contains(masking, field) || slices.Contains(secrecy, field) || slices.Contains(hiding, field) || slices.Contains(showing, field) || isConfidential(field)
}

// shown takes what a record says about who may know where a place is.
func (o *Object) shown() directory.Shown {
	shown := directory.ShownInFull
	if o.at == 0 && o.t.columns != nil && !o.t.columns.hides { // no row of the table says anything
		return shown
	}
	for _, field := range masking {
		if o.has(field) && o.yes(field) != sp.No {
			o.report(sp.Note, field, "masked-place", "the place is told by its district only")
			shown = directory.ShownDistrict
		}
	}
	for _, field := range secrecy {
		if o.has(field) && o.yes(field) != sp.No {
			shown = o.secret(field)
		}
	}
	for _, field := range o.confidential() {
		if said := o.peek(field); o.has(field) && !isNo(said) && !isNullWord(said) && o.peekTruth(field) != sp.No {
			shown = o.secret(field)
		}
	}
	for _, field := range hiding {
		if o.peekTruth(field) == sp.Yes {
			shown = o.secret(field)
		}
	}
	for _, field := range showing {
		if o.peekTruth(field) == sp.No {
			shown = o.secret(field)
		}
	}
	return shown
}

// secret reports that nobody is to be told where a place is.
func (o *Object) secret(field string) directory.Shown {
	o.report(sp.Note, field, "confidential-place", "the place is told to nobody; what is offered there is offered without it")
	return directory.ShownNothing
}

// confidential returns the fields that were not read whose names say so. There is no list
// of what feeds call them, and a refuge must not be found because of that.
func (o *Object) confidential() []string {
	t := o.t
	if o.at == 0 && t.columns != nil {
		return t.columns.confidential
	}
	var found []string
	for j := o.at + 1; j < t.nodes[o.at].next; j = t.nodes[j+1].next {
		if n := &t.nodes[j]; n.taken || n.end-n.start < uint32(len(confidential)) || !t.says(j+1) || t.nodes[j+1].kind == list || t.nodes[j+1].kind == object {
			continue
		}
		if field := t.text(j); isConfidential(field) {
			found = append(found, field)
		}
	}
	return found
}

const confidential = "confidential"

// isConfidential reports whether the name of a field is about what is confidential, and
// not one that is read.
func isConfidential(field string) bool {
	return strings.Contains(strings.ToLower(field), confidential) && !slices.Contains(fieldNames, field)
}
