package fhir

import (
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// registers is where org-id.guide lists public registers, each under its code. Codes of the
// NHS have the address that the NHS gives them.
const (
	registers   = "http://org-id.guide/list/"
	registerODS = "GB-NHS"
	systemODS   = "https://fhir.nhs.uk/Id/ods-organization-code"
)

// Organization writes who runs services.
func (e Encoder) Organization(o directory.Organisation, onto *resource.Object) (*resource.Object, Report) {
	w := e.begin("Organization", onto)
	w.identify("organisation", string(o.ID))
	w.registered(o.Identifiers)
	if e.Profile.sdohcc() && w.o.Get("active").IsZero() { // 1..1 in US Core
		w.o.Set("active", resource.Bool(true))
		w.lose(Loss{Path: "status", Theirs: "Organization.active", Kind: Defaulted})
	}
	w.o.Set("name", resource.Text(o.Name)).Set("alias", resource.List(resource.Text(o.AlternateName))).
		Set("telecom", reach(o.Phones, o.Email, o.Website)).Set("partOf", e.ref("Organization", "organisation", string(o.Parent)))
	w.withheldPhones(o.Phones)
	w.missing("description", o.Description != "")
	w.missing("contacts", len(o.Contacts) > 0)
	w.missing("freshness", o.Freshness != directory.Freshness{})
	w.missing("provenance", o.Provenance != directory.Provenance{})
	w.missing("extra", len(o.Extra) > 0)
	return w.done()
}

// registered adds numbers in public registers.
func (w *out) registered(all []directory.Identifier) {
	for i, id := range all {
		system := registers + id.Scheme
		switch id.Scheme {
		case "":
			system = ""
		case registerODS:
			system = systemODS
		}
		made := object().Set("system", resource.Text(system)).Set("value", resource.Text(id.Value)).Set("type", concept(id.Kind)).Value()
		there := false
		for _, v := range w.o.Get("identifier").All() {
			there = there || v.Equal(made)
		}
		if strings.ContainsAny(id.Scheme, " \t\n") {
			w.lose(Loss{Path: at("identifiers", i), Kind: Dropped})
		} else if !there {
			w.o.Set("identifier", resource.List(append(values(w.o.Get("identifier")), made)...))
		}
	}
}

func values(list resource.Value) (all []resource.Value) {
	for _, v := range list.All() {
		all = append(all, v)
	}
	return all
}

func (r *in) registered() (all []directory.Identifier) {
	for _, v := range r.o.Get("identifier").All() {
		system := v.Get("system").Text()
		scheme, listed := strings.CutPrefix(system, registers)
		switch {
		case sameSystem(system, systemODS):
			scheme, listed = registerODS, true
		case system == "":
			listed = true
		}
		if listed && v.Get("value").Text() != "" {
			all = append(all, directory.Identifier{Scheme: scheme, Kind: v.Get("type", "text").Text(), Value: v.Get("value").Text()})
		}
	}
	return all
}

// Organization reads who runs services.
func (d Decoder) Organization(o *resource.Object) (directory.Organisation, Report, error) {
	r, err := d.begin(o, "Organization")
	if err != nil {
		return directory.Organisation{}, r.report, err
	}
	g := directory.Organisation{ID: directory.ID(r.identity("organisation")), Name: o.Get("name").Text(), AlternateName: o.Get("alias").First().Text()}
	g.Phones, g.Email, g.Website = r.reach("telecom")
	g.Identifiers = r.registered()
	g.Parent = directory.ID(r.refers("organisation", "partOf"))
	if active, stated := o.Get("active").Bool(); stated && !active {
		r.lose(Loss{Path: r.path("active"), Theirs: "false", Kind: Dropped, Severity: sp.Warning})
	}
	return g, r.report, nil
}

// Location writes where services happen, as far as it may be published: of a refuge nothing
// leads anybody to its door. In SDOHCC, which asks for a name and an address, a place of which
// these may not be told has no resource.
func (e Encoder) Location(p directory.Place, onto *resource.Object) (*resource.Object, Report) {
	public := p.Public()
	whole := public.Name == p.Name && p.Shown == directory.ShownInFull
	if e.Profile.sdohcc() && (public.Name == "" || public.Address.IsZero()) {
		return nil, Report{{Path: "address", Theirs: "Location", Kind: Withheld, Severity: sp.Warning}}
	}
	w := e.begin("Location", onto)
	if !whole { // what somebody else wrote may lead there too
		w.o = resource.New("Location").Set("meta", w.o.Get("meta"))
		w.lose(Loss{Path: "address", Theirs: "Location.address", Kind: Withheld})
		w.lose(Loss{Path: "name", Theirs: "Location.name", Kind: Withheld})
		w.lose(Loss{Path: "point", Theirs: "Location.position", Kind: Withheld})
	}
	w.identify("place", string(p.ID))
	w.registered(public.Identifiers)
	w.o.Set("name", resource.Text(public.Name)).Set("alias", resource.List(resource.Text(public.AlternateName))).
		Set("description", resource.Text(public.Description)).
		Set("telecom", reach(public.Phones, "", "")).Set("address", postal(public.Address)).
		Set("managingOrganization", e.ref("Organization", "organisation", string(public.Organisation)))
	w.keep("mode", resource.Text("instance"))
	w.withheldPhones(p.Phones)
	var position resource.Value
	if !public.Point.IsZero() {
		position = object().Set("longitude", resource.Number(public.Point.Lon)).Set("latitude", resource.Number(public.Point.Lat)).Value()
	}
	w.o.Set("position", position)
	w.extend("precision", "valueCode", resource.Text(public.Precision))
	w.extend("place-kind", "valueCode", resource.Text(public.Kind))
	w.missing("kind", p.Kind != "" && e.Own == "")
	w.missing("precision", p.Precision != "" && e.Own == "")
	w.missing("address.id", p.Address.ID != "")
	w.missing("address.attention", !p.Address.Attention.IsZero())
	w.missing("transit", p.Transit != "")
	w.missing("access", len(p.Access) > 0)
	w.missing("accessText", p.AccessText != "")
	w.missing("languages", len(p.Languages) > 0)
	w.missing("schedules", len(p.Schedules) > 0)
	w.missing("contacts", len(p.Contacts) > 0)
	w.missing("shown", p.Shown != directory.ShownInFull)
	w.missing("freshness", p.Freshness != directory.Freshness{})
	w.missing("provenance", p.Provenance != directory.Provenance{})
	w.missing("extra", len(p.Extra) > 0)
	return w.done()
}

func postal(a directory.Address) resource.Value {
	lines := make([]resource.Value, len(a.Lines))
	for i, line := range a.Lines {
		lines[i] = resource.Text(line)
	}
	return object().Set("line", resource.List(lines...)).Set("city", resource.Text(a.City)).Set("state", resource.Text(a.Region)).
		Set("postalCode", resource.Text(a.Postcode)).Set("country", resource.Text(a.Country)).Value()
}

// Location reads where services happen. How exact a position is it does not say.
func (d Decoder) Location(o *resource.Object) (directory.Place, Report, error) {
	r, err := d.begin(o, "Location")
	if err != nil {
		return directory.Place{}, r.report, err
	}
	p := directory.Place{
		ID: directory.ID(r.identity("place")), Name: o.Get("name").Text(), AlternateName: o.Get("alias").First().Text(), Description: o.Get("description").Text(),
		Organisation: directory.ID(r.refers("organisation", "managingOrganization")), Kind: directory.PlaceKind(r.extension("place-kind").Text()),
		Precision: directory.Precision(r.extension("precision").Text()), Identifiers: r.registered(),
	}
	p.Phones, _, _ = r.reach("telecom")
	v := o.Get("address")
	p.Address = directory.Address{City: v.Get("city").Text(), Region: v.Get("state").Text(), Postcode: v.Get("postalCode").Text(), Country: v.Get("country").Text()}
	for _, line := range v.Get("line").All() {
		if s := line.Text(); s != "" {
			p.Address.Lines = append(p.Address.Lines, s)
		}
	}
	if at := o.Get("position"); !at.IsZero() {
		if err := p.Point.UnmarshalText([]byte(at.Get("latitude").Number() + "," + at.Get("longitude").Number())); err != nil {
			r.lose(Loss{Path: r.path("position"), Ours: "point", Kind: Dropped, Severity: sp.Warning})
		}
	}
	if status := o.Get("status"); status.Is("inactive") || status.Is("suspended") {
		r.lose(Loss{Path: r.path("status"), Theirs: status.Text(), Kind: Dropped, Severity: sp.Warning})
	}
	return p, r.report, nil
}
