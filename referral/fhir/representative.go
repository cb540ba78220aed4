package fhir

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

const systemRole = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"

// authorities are the relationships of R4 that come nearest to the right by which somebody
// speaks for a person. None of them says more than the right does.
var authorities = map[person.Authority]string{
	person.ParentalResponsibility: "PRN", person.PowerOfAttorney: "HPOWATT", person.Deputy: "GUARD", person.FamilyCarer: "FAMMEMB",
}

// RelatedPerson returns the resource that somebody who speaks for a person is to the
// recipient, as far as the permission to tell of that person allows. That they decide in the
// person's place has no element in R4: it travels in an extension of ours, and a reader who
// does not know it does not learn it.
func (e Encoder) RelatedPerson(r person.Representative, of person.ID, onto *resource.Object) (*resource.Object, Report) {
	w := e.begin("RelatedPerson", onto)
	w.o.Set("patient", e.ref("Patient", "person", string(of)))
	if r.Person != "" {
		own, _ := e.id("person", string(r.Person))
		w.o.Set("identifier", resource.List(own))
	}
	if w.stated("name", of, "name", !r.Name.IsZero(), "name") {
		n := r.Name.Reveal()
		w.o.Set("name", resource.List(object().Set("family", resource.Text(n.Family)).Set("given", resource.List(resource.Text(n.Given))).Value(),
			object().Set("use", resource.Text("nickname")).Set("text", resource.Text(n.Known)).Value()))
		if n.Known == "" {
			w.o.Set("name", resource.List(w.o.Get("name").First()))
		}
		w.missing("name.pronouns", n.Pronouns != "")
	}
	w.contacts("contacts", of, r.Contacts, r.Reach)
	w.relationship(r.Authority)
	w.o.Set("period", period(r.During))
	if r.Decides != sp.Unknown {
		kept := w.extend("decides", "valueBoolean", resource.Bool(r.Decides == sp.Yes))
		w.lose(Loss{Path: "decides", Kind: Dropped, Severity: sp.Error, Recoverable: kept})
	}
	return w.done()
}

func (w *out) relationship(a person.Authority) {
	codes := []sp.Code{{System: Extensions + "authority", Code: string(a)}}
	if w.e.Own == "" {
		codes = nil
	}
	if code := authorities[a]; code != "" {
		codes = append(codes, sp.Code{System: systemRole, Code: code})
	}
	if a != "" {
		w.lose(Loss{Path: "authority", Kind: Coarsened, Recoverable: w.e.Own != ""})
	}
	w.o.Set("relationship", resource.List(concept("", codes...)))
}

// RelatedPerson reads who speaks for a person, and for whom. By which right somebody
// speaks is known where we wrote it ourselves. Another's word that somebody is a mother is
// no proof of parental responsibility.
func (d Decoder) RelatedPerson(o *resource.Object) (person.Representative, person.ID, Report, error) {
	r, err := d.begin(o, "RelatedPerson")
	if err != nil {
		return person.Representative{}, "", r.report, err
	}
	of, _ := d.ours("person", o.Get("patient"))
	p := person.Representative{Name: r.name("RelatedPerson.name", o.Get("name"), ""), Contacts: r.contacts("RelatedPerson.telecom", o.Get("telecom"))}
	for _, v := range o.Get("identifier").All() {
		if v.Get("system").Is(d.Own + "/person") {
			p.Person = person.ID(v.Get("value").Text())
		}
	}
	for i, relation := range o.Get("relationship").All() {
		for _, v := range relation.Get("coding").All() {
			if v.Get("system").Is(Extensions + "authority") {
				p.Authority = person.Authority(v.Get("code").Text())
			}
		}
		if p.Authority == "" {
			r.lose(Loss{Path: at("RelatedPerson.relationship", i), Ours: "authority", Kind: UnknownCode, Severity: sp.Warning})
		}
	}
	p.During = r.period("RelatedPerson.period", "during", o.Get("period"))
	if decides, stated := r.extension("decides").Bool(); stated {
		p.Decides = sp.No
		if decides {
			p.Decides = sp.Yes
		}
	}
	return p, person.ID(of), r.report, nil
}

// period returns a Period, whose last day is the one before ours ends.
func period(p sp.Period) resource.Value {
	o := object().Set("start", resource.Day(p.Start))
	if !p.End.IsZero() {
		o.Set("end", resource.Day(p.End.Add(-1)))
	}
	return o.Value()
}

// period reads a Period of days. Of a month or a year in which it began or ended it holds
// no day: a right to speak for somebody is not made longer than is certain.
func (r *in) period(path, ours string, v resource.Value) (p sp.Period) {
	p.Start = r.bound(path+".start", ours, v.Get("start"), true)
	p.End = r.bound(path+".end", ours, v.Get("end"), false)
	return p
}

// bound reads a bound of a period of days, which does not hold its End.
func (r *in) bound(path, ours string, v resource.Value, start bool) sp.Date {
	t, stated := v.Time()
	if !stated {
		return 0
	}
	if day, exact := t.Day(); exact {
		if start {
			return day
		}
		return day.Add(1)
	}
	r.lose(Loss{Path: path, Ours: ours, Kind: Coarsened, Severity: sp.Warning})
	first, months := t.String()+"-01", 1
	if t.Precision() == resource.ToYear {
		first, months = t.String()+"-01-01", 12
	}
	day, err := sp.ParseDate(first)
	if err == nil && start {
		return day.AddMonths(months)
	}
	return day
}
