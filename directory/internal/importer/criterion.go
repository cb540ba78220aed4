package importer

import (
	"strings"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// linked takes a term that HSDS 1 and 2 link with a service, or with what is eligible for it.
// Those of anything else stay among the extra fields.
func (o *Object) linked(f *directory.Facts) {
	switch tables[csvfile.Fold(o.peek("link_type"))] {
	case tableServices, "":
		o.attribute(f)
	case tableEligibility:
		o.criterion(&f.Eligibility)
	default:
	}
}

// criterion takes a term of somebody's eligibility as words: of several in a row all must
// be met, and of several rows one, so that nothing more is made of it. It is false for a term
// that is not known.
func (o *Object) criterion(e *directory.Eligibility) bool {
	called := ""
	if j := o.find("taxonomy"); j > 0 && o.t.nodes[j+1].kind == object {
		called, _ = plainText((&Object{im: o.im, t: o.t, at: j + 1}).peek("name"))
	} else if t, known := o.im.termOf(o.im.local(o.first(identifier, "taxonomy_term_id", "taxonomy_id"))); known {
		called = o.clean("taxonomy_id", t.called)
	}
	o.keep("taxonomy_term_id", "taxonomy_id")
	if called == "" {
		return false
	}
	e.Text = strings.TrimPrefix(e.Text+"\n"+called, "\n")
	return true
}
