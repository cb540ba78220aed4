package register

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
)

func (e Opened) apply(r *Register, _ sp.Stamp) { r.file.Person, r.file.Nation = e.Person, e.Nation }

func (e Chosen) apply(r *Register, _ sp.Stamp) { r.file.Choices = append(r.file.Choices, e.Choice) }

func (e Withdrawn) apply(r *Register, s sp.Stamp) {
	for i := range r.file.Choices {
		if c := &r.file.Choices[i]; c.ID == e.Choice {
			c.Withdrawn = s.At
		}
	}
}

func (e Objected) apply(r *Register, _ sp.Stamp) {
	r.file.Objections = append(r.file.Objections, e.Objection)
}

func (e Lifted) apply(r *Register, s sp.Stamp) {
	for i := range r.file.Objections {
		if o := &r.file.Objections[i]; o.ID == e.Objection {
			o.Lifted = s.At
		}
	}
}

func (e Overridden) apply(r *Register, _ sp.Stamp) {
	r.file.Overrides = append(r.file.Overrides, e.Override)
}

func (e GlassBroken) apply(r *Register, _ sp.Stamp) { r.file.Glass = append(r.file.Glass, e.Glass) }

func (e Reviewed) apply(r *Register, s sp.Stamp) {
	for i := range r.file.Overrides {
		if o := &r.file.Overrides[i]; o.ID == e.ID {
			o.Reviewed = s.At
			if e.Upheld == sp.No {
				r.correct(e.ID, s)
			}
		}
	}
	for i := range r.file.Glass {
		if g := &r.file.Glass[i]; g.ID == e.ID {
			g.Reviewed = s.At
		}
	}
}

func (e Ordered) apply(r *Register, _ sp.Stamp) { r.file.Orders = append(r.file.Orders, e.Order) }

func (e Found) apply(r *Register, _ sp.Stamp) { r.file.Findings = append(r.file.Findings, e.Finding) }

func (e Appointed) apply(r *Register, _ sp.Stamp) {
	same := func(d consent.Decider) bool { return d.ID == e.Decider.ID }
	r.file.Deciders = append(slices.DeleteFunc(slices.Clone(r.file.Deciders), same), e.Decider)
}

func (e Warned) apply(r *Register, _ sp.Stamp) {
	r.file.Harm = append(r.file.Harm, e.Harm...)
	r.file.Conflict = append(r.file.Conflict, e.Conflict...)
	if e.Abuse.Known() {
		r.file.Abuse = e.Abuse
	}
}

func (e Told) apply(r *Register, s sp.Stamp) {
	t := Telling{ID: e.ID, Facts: e.Items, At: s.At, Under: e.Policy, Ask: consent.Ask{To: e.To, As: e.As, Purpose: e.Purpose, Service: e.Service, Stage: e.Stage, At: s.At}}
	for _, item := range e.Items {
		t.Items = append(t.Items, consent.Item{Field: item.Field, Code: item.Code})
		for i := range r.file.Overrides {
			if o := &r.file.Overrides[i]; item.Authority == consent.Overrides && string(o.ID) == item.Source {
				o.Used = true
			}
		}
	}
	r.told = append(r.told, t)
}

func (e Requested) apply(r *Register, s sp.Stamp) {
	r.requests = append(r.requests, e)
	r.asked[e.Request] = Asked{Requested: e, Since: s.At}
}

func (e Replied) apply(r *Register, s sp.Stamp) {
	a := r.asked[e.Request]
	a.Answered, a.Refused = s.At, e.Refused
	r.asked[e.Request] = a
}

// correct notes that everybody who was told something on an override is owed a correction.
func (r *Register) correct(override consent.DeedID, s sp.Stamp) {
	for _, t := range r.told {
		if slices.ContainsFunc(t.Facts, func(item ToldItem) bool { return item.Source == string(override) }) {
			r.owed = append(r.owed, Correction{t.ID, t.Ask.To, s.At})
		}
	}
}

func (e Complied) apply(r *Register, s sp.Stamp) {
	for i := range r.file.Orders {
		if o := &r.file.Orders[i]; o.ID == e.Order {
			o.Complied = s.At
		}
	}
}

func (e Corrected) apply(r *Register, _ sp.Stamp) {
	r.owed = slices.DeleteFunc(r.owed, func(c Correction) bool { return c.Telling == e.Telling })
}

func (e Exposed) apply(r *Register, s sp.Stamp) {
	r.exposures = append(r.exposures, Exposure{Exposed: e, At: s.At})
}

func (e Informed) apply(r *Register, s sp.Stamp) {
	for i := range r.exposures {
		if x := &r.exposures[i]; x.Incident == e.Incident && x.Informed.IsZero() {
			x.Informed = s.At
		}
	}
}
