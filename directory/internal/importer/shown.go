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
		"withhold_address", "do_not_publish", "hide_from_map", "hide_on_map", "hide_location", "private_address", "address_is_private", "private_location",
		"secret_location", "sensitive", "is_sensitive", "sensitive_location", "sensitive_address", "refuge", "is_refuge",
	}
	showing = []string{
		"visible", "is_visible", "public", "is_public", "show_address", "show_exact_address", "address_visible", "address_public", "public_address", "show_on_map", "display_on_map",
		"show_location", "display_address", "publish_address", "publish_location",
	}
	byWord = []string{"visibility", "address_visibility", "location_visibility", "privacy", "address_privacy", "location_privacy"} // and not by yes or no
)

// saidBy returns the field by which the standard says who may know where something is.
func saidBy(shown directory.Shown) string {
	if shown == directory.ShownDistrict {
		return "mask_exact_address"
	}
	return "confidential"
}

// isHidden reports whether a word says that something is not for everybody.
func isHidden(word string) bool {
	return slices.Contains([]string{"private", "hidden", "secret", "confidential", "restricted", "internal", "nobody", "sensitive", "not public", "not visible"}, setPhrase(word, longestPlaceholder))
}

// hides reports whether a field may say that a place must not be told.
func hides(field string) bool {
	return slices.Contains(masking, field) || slices.Contains(secrecy, field) || slices.Contains(hiding, field) || slices.Contains(showing, field) || slices.Contains(byWord, field) || isConfidential(field)
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
	if field := o.hidden(); field != "" {
		shown = o.secret(field)
	}
	return shown
}

// hidden returns a field that says in another way that the place is not for everybody, or "".
func (o *Object) hidden() string {
	for _, field := range hiding {
		if o.peekTruth(field) == sp.Yes {
			return field
		}
	}
	for _, field := range showing {
		if o.peekTruth(field) == sp.No {
			return field
		}
	}
	for _, field := range byWord {
		if isHidden(o.peek(field)) {
			return field
		}
	}
	return ""
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
