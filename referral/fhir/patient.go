package fhir

import (
	"cmp"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// Patient reads who a person is. Whether a telephone number may safely be used is not known by its
// standing there. The representatives are RelatedPersons, see [Decoder.RelatedPerson].
// Somebody whom nobody here knows has no ID, which the caller gives them. That a Patient was
// replaced by another is refused.
func (d Decoder) Patient(o *resource.Object) (person.Person, Report, error) {
	r, err := d.begin(o, "Patient")
	if err != nil {
		return person.Person{}, r.report, err
	}
	for i, link := range o.Get("link").All() {
		if link.Get("type").Is("replaced-by") {
			r.lose(Loss{Path: at("Patient.link", i), Theirs: "replaced-by", Kind: Refused, Severity: sp.Error})
			return person.Person{}, r.report, sp.Invalid("fhir: read Patient", "link", sp.WrongState, "must not be replaced by another: read that one")
		}
	}
	p := person.Person{ID: person.ID(r.person())}
	p.NHSNumber = r.nhsNumber()
	p.Name = r.name("Patient.name", o.Get("name"), r.extension("pronouns").Text())
	if born := o.Get("birthDate"); !born.IsZero() {
		t, _ := born.Time()
		if day, exact := t.Day(); exact {
			p.Born = sp.Hide(day)
		} else {
			r.lose(Loss{Path: "Patient.birthDate", Ours: "born", Kind: Coarsened, Severity: sp.Warning})
		}
	}
	p.Address = r.address()
	p.Contacts = r.contacts("Patient.telecom", o.Get("telecom"))
	p.Circumstances = r.circumstances()
	p.Equality = r.equality()
	if gp := o.Get("generalPractitioner").First().Get("identifier"); sameSystem(gp.Get("system").Text(), person.ODSSystem) {
		if code, err := person.ParseODSCode(gp.Get("value").Text()); err == nil {
			p.Registration = sp.Hide(person.Registration{Practice: code})
		}
	}
	for _, name := range []string{"deceasedBoolean", "deceasedDateTime"} {
		if v := o.Get(name); !v.IsZero() && string(v.Raw()) != "false" {
			r.lose(Loss{Path: "Patient." + name, Theirs: name, Kind: Dropped, Severity: sp.Error})
		}
	}
	if active, stated := o.Get("active").Bool(); stated && !active {
		r.lose(Loss{Path: "Patient.active", Theirs: "false", Kind: Dropped, Severity: sp.Error})
	}
	return p, r.report, nil
}

// sameSystem compares systems of the NHS without regard to case and scheme.
func sameSystem(a, b string) bool {
	_, a, _ = strings.Cut(strings.ToLower(a), "://")
	_, b, _ = strings.Cut(strings.ToLower(b), "://")
	return a == b
}

// name reads the name that is used officially, or else the first, and what somebody likes
// to be called.
func (r *in) name(path string, list resource.Value, pronouns string) sp.Personal[person.Name] {
	n := person.Name{Pronouns: pronouns}
	found := -1
	for i, v := range list.All() {
		use := v.Get("use")
		switch {
		case use.Is("nickname") && n.Known == "":
			n.Known = cmp.Or(v.Get("text").Text(), v.Get("given").First().Text())
		case use.Is("old") || use.Is("maiden") || found >= 0 && !use.Is("official"):
			r.lose(Loss{Path: at(path, i), Ours: "name", Kind: Dropped})
		default:
			if found >= 0 {
				r.lose(Loss{Path: at(path, found), Ours: "name", Kind: Dropped})
			}
			found = i
			n.Family, n.Given = v.Get("family").Text(), v.Get("given").First().Text()
			if n.Family == "" && n.Given == "" && v.Get("text").Text() != "" {
				n.Given = v.Get("text").Text()
				r.lose(Loss{Path: at(path, i) + ".text", Ours: "name.given", Kind: Coarsened})
			}
		}
	}
	if n == (person.Name{}) {
		return sp.Personal[person.Name]{}
	}
	return sp.Hide(n)
}

func (r *in) address() sp.Personal[person.Address] {
	v := r.o.Get("address").First()
	if v.IsZero() {
		return sp.Personal[person.Address]{}
	}
	var a person.Address
	for _, line := range v.Get("line").All() {
		if s := line.Text(); s != "" {
			a.Lines = append(a.Lines, s)
		}
	}
	if city := v.Get("city").Text(); city != "" {
		a.Lines = append(a.Lines, city)
		r.lose(Loss{Path: "Patient.address[0].city", Ours: "address.lines", Kind: Coarsened})
	}
	if s := v.Get("postalCode").Text(); s != "" {
		code, err := geo.ParsePostcode(s)
		if err != nil {
			r.lose(Loss{Path: "Patient.address[0].postalCode", Ours: "address.postcode", Kind: UnknownCode, Severity: sp.Warning})
		}
		a.Postcode = code
	}
	if len(a.Lines) == 0 && a.Postcode == "" {
		return sp.Personal[person.Address]{}
	}
	return sp.Hide(a)
}

// contacts reads ways to reach somebody. Nobody has asked whether they are safe.
func (r *in) contacts(path string, list resource.Value) (all []person.Contact) {
	ranks := map[string]int{}
	for i, v := range list.All() {
		value := v.Get("value").Text()
		known := slices.ContainsFunc(ways, func(c way) bool { return v.Get("system").Is(c.system) })
		if value == "" || !known || v.Get("use").Is("old") {
			r.lose(Loss{Path: at(path, i), Ours: "contacts", Kind: Dropped})
			continue
		}
		rank, _ := v.Get("rank").Int()
		if _, seen := ranks[value]; !seen {
			all = append(all, person.Contact{Value: sp.Hide(value)})
			ranks[value] = rank
		}
	}
	slices.SortStableFunc(all, func(a, b person.Contact) int { return ranks[a.Value.Reveal()] - ranks[b.Value.Reveal()] })
	return all
}

func (r *in) circumstances() sp.Personal[person.Circumstances] {
	var c person.Circumstances
	switch g := r.o.Get("gender").Text(); g {
	case "female", "male", "other":
		c.Gender = person.Gender(g)
	case "", "unknown":
	default:
		r.lose(Loss{Path: "Patient.gender", Ours: "circumstances.gender", Kind: UnknownCode})
	}
	for _, v := range r.o.Get("communication").All() {
		tag := v.Get("language", "coding").First().Get("code").Text()
		if tag == "" {
			tag = v.Get("language", "text").Text()
		}
		if preferred, _ := v.Get("preferred").Bool(); preferred {
			c.Languages = slices.Insert(c.Languages, 0, directory.Language(tag))
		} else if tag != "" {
			c.Languages = append(c.Languages, directory.Language(tag))
		}
	}
	if needed, stated := findExtension(r.o.Get("extension"), interpreterURL).Bool(); stated {
		c.Interpreter = sp.No
		if needed {
			c.Interpreter = sp.Yes
		}
	}
	if c.Gender == "" && c.Languages == nil && c.Interpreter == sp.Unknown {
		return sp.Personal[person.Circumstances]{}
	}
	return sp.Hide(c)
}

func (r *in) equality() sp.Personal[person.Equality] {
	facts := person.Equality{}
	for _, c := range characteristics {
		v := findExtension(r.o.Get("extension"), equalityURLs[c].url)
		if c == person.MaritalStatus {
			v = r.o.Get("maritalStatus")
		} else if v.IsZero() {
			v = r.extension("equality-" + string(c))
		}
		code := readCoding(v.Get("coding").First())
		if code.Code == "" {
			continue
		}
		fact := person.Fact{Code: code}
		if list, ok := person.ListOf(c); ok && (code.System == list.System || strings.Contains(code.System, "EthnicCategory") && c == person.EthnicCategory) {
			if listed, found := list.Fact(code.Code); found {
				fact = listed
			}
		}
		if code.Code == "asked-declined" {
			fact = person.Fact{NotStated: true}
		}
		if !fact.IsZero() {
			facts[c] = fact
		}
	}
	if len(facts) == 0 {
		return sp.Personal[person.Equality]{}
	}
	return sp.Hide(facts)
}
