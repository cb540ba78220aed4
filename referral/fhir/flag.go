package fhir

import (
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

const (
	systemFlagBaRS     = "https://fhir.nhs.uk/CodeSystem/flag-categories-bars"
	systemSafeguarding = "https://fhir.nhs.uk/CodeSystem/safeguarding-codes-bars"
	systemFlag         = "http://terminology.hl7.org/CodeSystem/flag-category"
)

// Flag returns the resource that a worry about somebody's safety is, with the codes of the
// NHS Booking and Referral Standard. It returns no resource where the permission does not
// allow the recipient to know of a concern of this kind, and never one for the person: that
// there is a flag can put somebody in danger at home. BaRS has no code for a danger to life
// that does not claim more than is known, so it has a code of this package.
func (e Encoder) Flag(c concern.Concern, of person.ID, onto *resource.Object) (*resource.Object, Report) {
	if e.As == consent.ThePerson || e.To.Role == sp.RolePerson || consent.SeeFlag(e.May, e.To, e.As, of, string(c.Kind)) != nil {
		return nil, Report{{Path: "concern", Theirs: "Flag", Kind: Withheld}}
	}
	w := e.begin("Flag", onto)
	w.identify("concern", string(c.ID))
	status := "active"
	switch {
	case c.Open(): // whatever a partner says of its end
		c.To, c.Ended = "", time.Time{}
	case c.Answer == concern.RaisedByMistake:
		status = "entered-in-error"
	default:
		status = "inactive"
	}
	w.o.Set("status", resource.Text(status)).
		Set("subject", e.ref("Patient", "person", string(of))).
		Set("period", object().Set("start", resource.Moment(c.Raised, e.Zone)).Set("end", resource.Moment(c.Ended, e.Zone)).Value()).
		Set("author", e.ref("Practitioner", "actor", c.By.ID))
	w.code(c)
	w.extend("author-role", "valueCode", resource.Text(c.By.Role))
	w.ended(c)
	w.missing("by.for", c.By.For != "")
	w.missing("offers", len(c.Offers) > 0)
	w.missing("holders", len(c.Holders) > 0)
	return w.done()
}

func (w *out) code(c concern.Concern) {
	said := sp.Code{System: Extensions + "concern", Code: string(c.Kind)}
	if c.Reason != "" {
		said.Code = string(c.Kind) + "/" + string(c.Reason)
	}
	category := sp.Code{System: systemFlag, Code: "safety"}
	codes := []sp.Code{said}
	if c.Kind == concern.Safeguarding {
		category = sp.Code{System: systemFlagBaRS, Code: "SG"}
		code, lost := c.Reason.Code()
		codes = []sp.Code{{System: systemSafeguarding, Code: code}, said}
		if lost != "" {
			w.lose(Loss{Path: "reason", Ours: string(c.Reason), Theirs: code, Kind: Coarsened, Severity: sp.Warning, Recoverable: w.e.Own != ""})
		}
	} else {
		w.lose(Loss{Path: "kind", Ours: string(c.Kind), Theirs: category.Code, Kind: UnknownCode, Severity: sp.Warning, Recoverable: w.e.Own != ""})
	}
	if w.e.Own == "" {
		codes[len(codes)-1].System = ""
	}
	w.o.Set("category", resource.List(concept("", category))).Set("code", concept("", codes...))
}

// ended writes which answer ended the duty, and which team has it now.
func (w *out) ended(c concern.Concern) {
	kept := w.extend("concern-to", "valueString", resource.Text(c.To))
	if c.To != "" {
		w.lose(Loss{Path: "to", Kind: Dropped, Severity: sp.Warning, Recoverable: kept})
	}
	kept = w.extend("concern-answer", "valueCode", resource.Text(c.Answer))
	if c.Answer != "" {
		w.lose(Loss{Path: "answer", Kind: Dropped, Severity: sp.Warning, Recoverable: kept})
	}
}

// Flag reads a worry about somebody's safety, and about whom it is. One of another
// category, such as a reasonable adjustment, is no concern and is refused. That a partner
// says a flag is over tells nothing of which team has it: the answer is unknown then, and
// whoever carries it here has to ask.
func (d Decoder) Flag(o *resource.Object) (concern.Concern, person.ID, Report, error) {
	r, err := d.begin(o, "Flag")
	if err != nil {
		return concern.Concern{}, "", r.report, err
	}
	c := concern.Concern{ID: concern.ID(r.identity("concern"))}
	of, _ := d.ours("person", o.Get("subject"))
	r.refuse(of != "", "subject", "names a person whom we know")
	c.Kind, c.Reason = r.concern()
	r.refuse(c.Kind != "", "code", "is a concern about somebody's safety")
	c.Raised = r.timeOf("period.start", "raised", o.Get("period", "start"))
	c.By.ID, _ = d.ours("actor", o.Get("author"))
	c.By.Role = sp.Role(r.extension("author-role").Text())
	switch status := o.Get("status"); {
	case status.Is("inactive"), status.Is("entered-in-error"):
		c.Ended = r.timeOf("period.end", "ended", o.Get("period", "end"))
		c.To, c.Answer = concern.TeamID(r.extension("concern-to").Text()), concern.Answer(r.extension("concern-answer").Text())
		if c.Answer == "" {
			r.lose(Loss{Path: "Flag.status", Ours: "answer", Kind: Coarsened, Severity: sp.Error})
		}
	default:
		r.refuse(status.Is("active"), "status", "is active, inactive or entered-in-error")
	}
	return c, person.ID(of), r.report, r.faults.Err()
}

// concern reads what a Flag is about: in our own code, or in that of BaRS.
func (r *in) concern() (k concern.Kind, reason concern.Reason) {
	for i, v := range r.o.Get("code", "coding").All() {
		code := readCoding(v)
		switch {
		case code.System == Extensions+"concern":
			kind, why, _ := strings.Cut(code.Code, "/")
			return concern.Kind(kind), concern.Reason(why)
		case sameSystem(code.System, systemSafeguarding) || code.InSNOMED():
			read, err := concern.FromCode(code.Code)
			if err != nil || read.Warning != "" {
				r.lose(Loss{Path: at("Flag.code.coding", i), Ours: "reason", Kind: UnknownCode, Severity: sp.Warning})
			}
			if read.Answer != "" { // that no concern was found is none
				continue
			}
			k, reason = concern.Safeguarding, read.Reason
		}
	}
	if k == "" {
		for _, category := range r.o.Get("category").All() {
			if codeIn(category, systemFlagBaRS, "SG") {
				k = concern.Safeguarding
				r.lose(Loss{Path: "Flag.code", Ours: "reason", Kind: UnknownCode, Severity: sp.Warning})
			}
		}
	}
	return k, reason
}
