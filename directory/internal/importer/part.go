package importer

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// owners are the fields by which a part says whose it is; nesting says it too.
var owners = []string{"service_id", "location_id", "service_at_location_id", "organization_id", "contact_id", "phone_id", "link_id", "link_entity", "resource_id", "resource_type"}

// ownID takes the identifier of a part.
func (o *Object) ownID() string {
	if o.up != nil { // a row of a table has to say whose it is
		o.drop(owners...)
	}
	return inert(o.textOf("id", identifier))
}

// inert returns an identifier of a part as one that is no markup, whatever is made of
// it. Those of records are escaped likewise.
func inert(id string) string { return strings.ReplaceAll(id, "<", "%3C") }

// first takes the first of fields that says something.
func (o *Object) first(u use, fields ...string) string {
	for _, f := range fields {
		if o.has(f) {
			return o.textOf(f, u)
		}
	}
	return ""
}

func (o *Object) contacts() []directory.Contact {
	var contacts []directory.Contact
	for _, c := range o.list("contacts") {
		contacts = append(contacts, c.contact())
	}
	if j := o.find("contact"); j > 0 && o.t.holdsParts(j+1) {
		for _, c := range o.list("contact") {
			contacts = append(contacts, c.contact())
		}
	}
	return contacts
}

func (o *Object) contact() directory.Contact {
	c := directory.Contact{ID: o.ownID(), Title: o.Text("title"), Email: o.email("email")}
	c.Phones = o.phones()
	if called := o.textOf("name", called); called != "" {
		c.Name = sp.Plain[string]{Personal: sp.Hide(called)}
	}
	return c
}

// addresses takes the physical address of a place, or the first one, and reports
// that there are others, which are kept as they are.
func (o *Object) addresses(p *directory.Place) {
	var parts []*Object
	for _, field := range []string{"addresses", "physical_addresses", "address"} {
		if j := o.find(field); j > 0 && o.t.says(j+1) && (field != "address" || o.t.nodes[j+1].kind == object || o.t.nodes[j+1].kind == list) {
			parts = append(parts, o.list(field)...)
		}
	}
	if len(parts) == 0 {
		if o.has("address_1", "postal_code", "city", "address") { // written out in the place itself
			parts = []*Object{o}
		} else {
			return
		}
	}
	chosen := slices.IndexFunc(parts, func(a *Object) bool { return a.field == "physical_addresses" || isToGoTo(a.kindOfAddress()) })
	if chosen < 0 { // one of which nothing says that it is for letters
		chosen = max(0, slices.IndexFunc(parts, func(a *Object) bool { return !isForLetters(a.kindOfAddress()) }))
	}
	if len(parts) > 1 {
		o.report(sp.Note, "addresses", "second-address", "there is more than one; the physical one is used, or the first, and the others are kept as they are")
	}
	for _, a := range parts { // whatever is secret of any of them
		p.Shown = p.Shown.Stricter(a.shown())
	}
	if p.Point.IsZero() && parts[chosen] != o { // feeds place the address rather than what stands there
		p.Point = parts[chosen].point()
	}
	p.Address = parts[chosen].address(p.Kind, parts[chosen] != o)
}

// isToGoTo reports whether the kind of an address is that of one to go to.
func isToGoTo(kind string) bool {
	kind = strings.TrimSuffix(phrase(kind), " address")
	return kind == string(directory.Physical) || kind == "street" || kind == "visiting" || kind == "site"
}

// isForLetters reports whether it is that of one for letters only.
func isForLetters(kind string) bool {
	kind = phrase(kind)
	return strings.Contains(kind, "post") || strings.Contains(kind, "mail") || strings.Contains(kind, "correspondence") || strings.Contains(kind, "po box")
}

// kindOfAddress returns what an address is for, in whichever field it stands.
func (o *Object) kindOfAddress() string {
	if kind := o.peek("address_type"); kind != "" {
		return kind
	}
	return o.peek("type")
}

// address takes an address of a place of some kind, which need not say it again. It
// may be written out in the place itself, whose identifier is none of the address.
func (o *Object) address(of directory.PlaceKind, itself bool) directory.Address {
	a := directory.Address{}
	if itself {
		a.ID = o.ownID()
	}
	if kind := o.textOf("address_type", coded); kind != "" && !strings.EqualFold(kind, string(directory.Physical)) && !strings.EqualFold(kind, string(of)) {
		o.keep("address_type")
	}
	a.City, a.Region = o.Text("city"), o.Text("region")
	a.Country = strings.ToUpper(o.first(coded, "country", "country_code"))
	if state := o.Text("state_province"); a.Region == "" {
		a.Region = state
	} else if state != "" && state != a.Region {
		o.keep("state_province")
	}
	if attention := o.textOf("attention", called); attention != "" {
		a.Attention = sp.Plain[string]{Personal: sp.Hide(attention)}
	}
	for _, field := range []string{o.inWords("address_1", "address"), "address_2"} {
		if line := o.Text(field); line != "" {
			a.Lines = append(a.Lines, line)
		}
	}
	a.Postcode = o.first(coded, "postal_code", "postcode")
	if a.Country == "GB" || a.Country == "UK" || a.Country == "" && o.im.options.Zone == "Europe/London" {
		a.Postcode = o.postcode("postal_code", a.Postcode)
	}
	return a
}

func (o *Object) languages() directory.Truths[directory.Language] {
	var languages directory.Truths[directory.Language]
	if j := o.find("languages"); j > 0 && o.t.nodes[j+1].kind == text {
		return o.languageNames()
	}
	for _, l := range o.list("languages") {
		if tag := l.language(); tag != "" {
			if languages == nil {
				languages = directory.Truths[directory.Language]{}
			}
			languages[tag] = sp.Yes
		}
	}
	return languages
}

// betweenLanguages are what people write between two languages, beside a comma.
var betweenLanguages = strings.NewReplacer(";", ",", " and ", ",", " & ", ",", "\n", ",")

// languageNames takes a list of languages in one text if it consists of names
// that are known. Anything else, such as "accommodations possible", stays among
// the extra fields.
func (o *Object) languageNames() directory.Truths[directory.Language] {
	list := o.peek("languages")
	var languages directory.Truths[directory.Language]
	commas := list
	if strings.ContainsAny(list, ";&\n") || strings.Contains(list, " and ") {
		commas = betweenLanguages.Replace(list)
	}
	for called := range strings.SplitSeq(commas, ",") {
		tag, ok := languageOf(called)
		if !ok {
			return nil
		}
		if languages == nil {
			languages = directory.Truths[directory.Language]{}
		}
		languages[tag] = sp.Yes
	}
	o.drop("languages")
	return languages
}

// language takes the tag of a language, or its name where it has no tag.
func (o *Object) language() directory.Language {
	o.ownID()
	called := o.first(words, "name", "language")
	tag := directory.Language(phrase(o.textOf("code", coded)))
	if known, ok := languageOf(string(tag)); ok { // feeds write names there too
		tag = known
	}
	if tag == "" && called != "" {
		known, ok := languageOf(called)
		if tag = known; !ok {
			tag = directory.Language(phrase(called))
		}
	}
	if tag == "" {
		o.report(sp.Note, "", "empty-language", "has neither code nor name")
	}
	return tag
}

// accessibility takes what is said about access, and the facts that set phrases
// state.
func (o *Object) accessibility(p *directory.Place) {
	if j := o.find("accessibility"); j > 0 && o.t.nodes[j+1].kind == text {
		o.access(p, o.Text("accessibility"))
		return
	} else if j > 0 && o.t.nodes[j+1].kind == list {
		if objects, others := o.t.count(j + 1); objects == 0 && others > 0 { // of codes, as the Ohana API has it
			if codes, ok := o.items("accessibility"); ok {
				o.access(p, strings.Join(codes, ", "))
				return
			}
		}
	}
	for _, field := range []string{"accessibility", "accessibility_for_disabilities"} {
		for _, a := range o.list(field) {
			a.accessOf(p)
		}
	}
}

func (o *Object) accessOf(p *directory.Place) {
	o.ownID()
	for _, field := range []string{"description", "accessibility", "details"} {
		o.access(p, o.Text(field))
	}
}

// access notes a text about access: as facts if it is a list of set phrases, or
// else in words. Of a list, what is no set phrase stays words.
func (o *Object) access(p *directory.Place, s string) {
	if s == "" || slices.Contains(strings.Split(p.AccessText, "\n"), s) {
		return
	}
	var rest []string
	phrases := 0
	for item := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == ';' }) {
		fact, granted := accessOf(strings.TrimSpace(item))
		if fact == "" {
			rest = append(rest, strings.TrimSpace(item))
			continue
		}
		phrases++
		p.Access = set(o, p.Access, fact, sp.TruthOf(granted))
	}
	words := s
	if codes := strings.Contains(s, "_") || !strings.Contains(s, " "); phrases > 0 && codes && strings.Contains(s, ",") {
		words = strings.Join(rest, ", ")
		if len(rest) < phrases+len(rest) {
			o.keep("accessibility")
		}
	}
	if words == "" {
		return
	}
	if p.AccessText != "" {
		p.AccessText += "\n"
	}
	p.AccessText += words
}

// set notes an answer of o. Two that contradict each other leave it unknown.
func set[K ~string](o *Object, t directory.Truths[K], key K, answer sp.Truth) directory.Truths[K] {
	if t == nil {
		t = directory.Truths[K]{}
	}
	if before, ok := t[key]; ok {
		answer = o.agreed(before, answer)
	}
	t[key] = answer
	return t
}

// agreed returns an answer that was given before and is given again, or Unknown
// if o says something else.
func (o *Object) agreed(before, answer sp.Truth) sp.Truth {
	if before == answer {
		return answer
	}
	o.report(sp.Warning, "", "contradicting-fact", "says the contrary of what was said before; it is unknown")
	return sp.Unknown
}
