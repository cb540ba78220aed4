package fhir

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

const (
	capacityURL     = "http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/SDOHCC-ExtensionHealthcareServiceCapacityStatus"
	systemTemporary = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
	systemCharge    = "http://terminology.hl7.org/CodeSystem/service-provision-conditions"
)

// HealthcareService writes a service with the places at which it happens, and whether it has
// room as SDOHCC says that: in all profiles, since R4 has no other word for it. What a service
// is for, where people must live, what it costs and when it meets in other rhythms than by
// the week is told in words or not at all. In SDOHCC a service that is not known to be open
// has no resource.
func (e Encoder) HealthcareService(s directory.Service, places []directory.ID, onto *resource.Object) (*resource.Object, Report) {
	open := s.Status.Open()
	if e.Profile.sdohcc() && open != sp.Yes {
		return nil, Report{{Path: "status", Theirs: "HealthcareService.active", Kind: Refused, Severity: sp.Warning}}
	}
	w := e.begin("HealthcareService", onto)
	w.identify("service", string(s.ID))
	w.o.Set("active", truth(open))
	w.serviceStatus(s.Status)
	w.o.Set("providedBy", e.ref("Organization", "organisation", string(s.Organisation))).
		Set("name", resource.Text(s.Name)).Set("comment", resource.Text(s.Description)).Set("extraDetails", resource.Text(s.Alert))
	at := make([]resource.Value, len(places))
	for i, p := range places {
		at[i] = e.ref("Location", "place", string(p))
	}
	w.o.Set("location", resource.List(at...)).Set("telecom", reach(s.Phones, s.Email, s.URL))
	w.withheldPhones(s.Phones)
	w.kinds(s)
	w.words(s.Facts)
	w.hours(s.Schedules)
	w.capacity(s.Capacity)
	w.unsaid(s)
	return w.done()
}

// truth writes yes and no, and nothing of what is not known.
func truth(t sp.Truth) resource.Value {
	if t == sp.Unknown {
		return resource.Value{}
	}
	return resource.Bool(t == sp.Yes)
}

func (w *out) serviceStatus(s directory.Status) {
	kept := w.extend("service-status", "valueCode", resource.Text(s))
	if s != "" && s != directory.Active {
		w.lose(Loss{Path: "status", Ours: string(s), Theirs: "HealthcareService.active", Kind: Coarsened, Recoverable: kept})
	}
}

// reach writes how an organisation, a service or a place is reached, as far as it may be
// published.
func reach(phones []directory.Phone, email, web string) resource.Value {
	var all []resource.Value
	point := func(system, value string) {
		if value != "" {
			all = append(all, object().Set("system", resource.Text(system)).Set("value", resource.Text(value)).Set("use", resource.Text("work")).Value())
		}
	}
	for _, p := range phones {
		if p.Confidential {
			continue
		}
		number := p.Number
		if p.Extension != "" {
			number += " ext " + p.Extension
		}
		point("phone", number)
	}
	point("email", email)
	point("url", web)
	return resource.List(all...)
}

func (w *out) withheldPhones(phones []directory.Phone) {
	for i, p := range phones {
		switch {
		case p.Confidential:
			w.lose(Loss{Path: at("phones", i), Theirs: "telecom", Kind: Withheld})
		case p.ID != "" || p.Kind != "" || p.Note != "" || p.Extension != "":
			w.lose(Loss{Path: at("phones", i), Theirs: "telecom", Kind: Coarsened})
		}
	}
}

// kinds writes what a service helps with, as categories. SDOHCC asks that each says that it
// is about social care.
func (w *out) kinds(s directory.Service) {
	var base []sp.Code
	if w.e.Profile.sdohcc() {
		base = w.e.Profile.Category[1:]
		w.keep("type", resource.List(concept(s.Name)))
		w.lose(Loss{Path: "topics", Theirs: "HealthcareService.type", Kind: Defaulted})
	}
	all := make([]resource.Value, 0, len(s.Topics)+1)
	for _, t := range s.Topics {
		all = append(all, concept("", append(slices.Clip(base), t)...))
	}
	if len(all) == 0 && base != nil {
		all = append(all, concept("", base...))
	}
	w.o.Set("category", resource.List(all...))
}

// words writes what R4 has in words or in lists without a no.
func (w *out) words(f directory.Facts) {
	whom := object().Set("comment", resource.Text(f.Eligibility.Text)).Value()
	w.o.Set("eligibility", resource.List(whom))
	rest := f.Eligibility
	rest.Text = ""
	w.missing("eligibility", !rest.Ages.IsZero() || rest.Groups != nil || rest.Excluded != nil || rest.Restricted != sp.Unknown)
	var charge resource.Value
	switch f.Cost.Charge {
	case directory.Free:
		charge = resource.List(concept("", sp.Code{System: systemCharge, Code: "free"}))
	case directory.Paid:
		charge = resource.List(concept("", sp.Code{System: systemCharge, Code: "cost"}))
	default:
		w.missing("cost.charge", f.Cost.Charge != "")
	}
	w.o.Set("serviceProvisionCode", charge)
	w.missing("cost.prices", len(f.Cost.Prices) > 0)
	w.missing("cost.text", f.Cost.Text != "")
	w.o.Set("communication", yeses(w, "languages", f.Languages, systemLanguage)).
		Set("characteristic", yeses(w, "access", f.Access, Extensions+"access")).
		Set("referralMethod", yeses(w, "routes", f.Routes, Extensions+"route"))
}

// yeses writes those that are so. That something is not so, and that nobody knows, look alike
// there.
func yeses[K ~string](w *out, path string, all directory.Truths[K], system string) resource.Value {
	var said []resource.Value
	for _, k := range slices.Sorted(maps.Keys(all)) {
		switch all[k] {
		case sp.Yes:
			said = append(said, concept("", sp.Code{System: system, Code: string(k)}))
		case sp.No:
			w.lose(Loss{Path: path, Ours: string(k), Kind: Coarsened, Severity: sp.Warning})
		default:
		}
	}
	return resource.List(said...)
}

// unsaid notes what of a service R4 has no element for.
func (w *out) unsaid(s directory.Service) {
	w.missing("alternateName", s.AlternateName != "")
	w.missing("apply", s.Apply != "")
	w.missing("area", !s.Area.IsZero())
	w.missing("delivery", len(s.Delivery) > 0)
	w.missing("fundedUntil", !s.FundedUntil.IsZero())
	w.missing("activity", s.Format != "")
	w.missing("groupSize", !s.GroupSize.IsZero())
	w.missing("dropIn", s.DropIn != sp.Unknown)
	w.missing("welcome", s.Welcome != "")
	w.missing("intake", s.Intake != "")
	w.missing("freshness", s.Freshness != directory.Freshness{})
	w.missing("contacts", len(s.Contacts) > 0)
	w.missing("provenance", s.Provenance != directory.Provenance{})
	w.missing("extra", len(s.Extra) > 0)
}

// HealthcareService reads a service, and the places at which it happens that are known here.
// When the server last changed the resource is not when anybody made sure of it.
func (d Decoder) HealthcareService(o *resource.Object) (directory.Service, []directory.ID, Report, error) {
	r, err := d.begin(o, "HealthcareService")
	if err != nil {
		return directory.Service{}, nil, r.report, err
	}
	s := directory.Service{ID: directory.ID(r.identity("service")), Organisation: directory.ID(r.refers("organisation", "providedBy"))}
	s.Name, s.Description, s.Alert = o.Get("name").Text(), o.Get("comment").Text(), o.Get("extraDetails").Text()
	s.Phones, s.Email, s.URL = r.reach("telecom")
	if active, stated := o.Get("active").Bool(); stated {
		s.Status = directory.Active
		if !active {
			s.Status = directory.Inactive
		}
	}
	if own := r.extension("service-status").Text(); own != "" {
		s.Status = directory.Status(own)
	}
	for i, v := range o.Get("category").All() {
		r.topics(&s, at("category", i), v)
	}
	var said []string
	for i, v := range o.Get("eligibility").All() {
		if words := cmp.Or(v.Get("comment").Text(), v.Get("code", "text").Text()); words != "" {
			said = append(said, words)
		} else {
			r.lose(Loss{Path: r.path(at("eligibility", i)), Ours: "eligibility", Kind: UnknownCode})
		}
	}
	s.Eligibility.Text = strings.Join(said, "\n")
	r.charge(&s)
	s.Languages = readYeses[directory.Language](r, "communication", "languages", systemLanguage)
	s.Access = readYeses[directory.Access](r, "characteristic", "access", Extensions+"access")
	s.Routes = readYeses[directory.Route](r, "referralMethod", "routes", Extensions+"route")
	s.Schedules = r.hours()
	s.Capacity = r.capacity()
	var places []directory.ID
	for i, v := range o.Get("location").All() {
		if id, known := d.ours("place", v); known {
			places = append(places, directory.ID(id))
		} else {
			r.lose(Loss{Path: r.path(at("location", i)), Kind: Dropped, Severity: sp.Warning})
		}
	}
	return s, places, r.report, nil
}

func (r *in) charge(s *directory.Service) {
	switch v := r.o.Get("serviceProvisionCode").First(); {
	case v.IsZero():
	case codeIn(v, systemCharge, "free"):
		s.Cost.Charge = directory.Free
	case codeIn(v, systemCharge, "cost"), codeIn(v, systemCharge, "disc"):
		s.Cost.Charge = directory.Paid
	default:
		r.lose(Loss{Path: r.path("serviceProvisionCode"), Ours: "cost.charge", Kind: UnknownCode})
	}
}

func (r *in) topics(s *directory.Service, path string, v resource.Value) {
	found := false
	for c := range codesOf(v) {
		if c.Code == "sdoh" && strings.HasSuffix(c.System, "us-core-category") {
			found = true
			continue
		}
		s.Topics, found = append(s.Topics, c), true
	}
	if !found {
		r.lose(Loss{Path: r.path(path), Ours: "topics", Kind: UnknownCode})
	}
}

func readYeses[K ~string](r *in, element, ours, system string) directory.Truths[K] {
	all := directory.Truths[K]{}
	for i, v := range r.o.Get(element).All() {
		found := false
		for c := range codesOf(v) {
			if c.System == system {
				all[K(c.Code)], found = sp.Yes, true
			}
		}
		if !found {
			r.lose(Loss{Path: r.path(at(element, i)), Ours: ours, Kind: UnknownCode})
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// reach reads how somebody is reached.
func (r *in) reach(element string) (phones []directory.Phone, email, web string) {
	for i, v := range r.o.Get(element).All() {
		value := v.Get("value").Text()
		switch system := v.Get("system").Text(); {
		case system == "phone":
			phones = append(phones, directory.Phone{Number: value})
		case system == "email" && email == "":
			email = value
		case system == "url" && web == "":
			web = value
		default:
			r.lose(Loss{Path: r.path(at(element, i)), Ours: "phones", Kind: Dropped})
		}
	}
	return phones, email, web
}
