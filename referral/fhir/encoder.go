package fhir

import (
	"cmp"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// An Encoder writes resources for one reader. Each of its methods has the name of the type
// of resource that it writes, and takes the resource as it was received or written before,
// nil if there was none: what is not modelled stays in it, and that resource is not changed
// itself. The permission is asked about what is modelled, and about nothing else: whether
// the reader may have the rest of what that resource held, the caller decides. Write onto
// what the same reader sent or was sent; for another reader, begin with nil.
type Encoder struct {
	Profile Profile

	// Own is the base address of the scheme's identifiers, such as "https://bay.example":
	// a placement's ID is written under "https://bay.example/placement". Without one,
	// identifiers have no system, and nothing that FHIR has no element for is written.
	Own string

	// Who reads it, and what they may read. The permission is asked about each element;
	// nil allows none.
	To  sp.Actor
	As  consent.Audience // what kind of recipient that is; empty is [consent.Community], to whom least is told
	May consent.Permission

	Scheme  directory.ID   // the organisation that writes
	Zone    *time.Location // by whose clock times are written; nil is UTC
	At      time.Time      // when it is written
	Session time.Duration  // how long a session lasts that nobody knows the end of; zero is an hour

	bundled bool            // references are to entries of a bundle,
	present map[string]bool // if they are written
}

// Extensions is the base address of the extensions in which what FHIR R4 has no element for
// travels. A reader who does not know them loses nothing else: none modifies anything.
const Extensions = "https://github.com/socialprescribing/sp/fhir/"

// An out is a resource that is being written.
type out struct {
	e      Encoder
	o      *resource.Object
	was    *resource.Object // onto which it is written; nil for a new one
	report Report
}

// begin starts a resource on a copy of what there was.
func (e Encoder) begin(resourceType string, onto *resource.Object) *out {
	o := resource.New(resourceType)
	if onto != nil {
		o = onto.Clone()
	}
	w := &out{e: e, o: o, was: onto}
	if url := e.Profile.url(resourceType); url != "" {
		w.addProfile(url)
	}
	return w
}

// addProfile adds the address of a profile to those that a resource states already.
func (w *out) addProfile(url string) {
	meta := w.o.Get("meta").Object()
	if meta == nil {
		meta = object()
	}
	var all []resource.Value
	for _, v := range meta.Get("profile").All() {
		if v.Is(url) {
			return
		}
		all = append(all, v)
	}
	w.o.Set("meta", meta.Set("profile", resource.List(append(all, resource.Text(url))...)).Value())
}

// identify writes an ID as identifier beside those that are there, and as logical ID if the
// resource has none. A record that came without any identity is written without one.
func (w *out) identify(kind, id string) {
	if id == "" {
		return
	}
	identifier, logical := w.e.id(kind, id)
	if w.o.ID() == "" {
		w.o.Set("id", resource.Text(logical))
	}
	var all []resource.Value
	for _, v := range w.o.Get("identifier").All() {
		if v.Get("system").Equal(identifier.Get("system")) && v.Get("value").Equal(identifier.Get("value")) {
			return
		}
		all = append(all, v)
	}
	w.o.Set("identifier", resource.List(append(all, identifier)...))
}

// keep sets a member only where there is none: what a partner stated more exactly stays.
func (w *out) keep(name string, v resource.Value) {
	if w.o.Get(name).IsZero() {
		w.o.Set(name, v)
	}
}

func (w *out) lose(l Loss) { w.report = append(w.report, l) }

// may reports whether the reader may see a field of a person, and notes that what stands at
// a path is withheld if not.
func (w *out) may(path string, of person.ID, field string) bool {
	return w.mayCode(path, of, field, "")
}

// mayCode is may for one code, such as that of a need.
func (w *out) mayCode(path string, of person.ID, field, code string) bool {
	if w.e.sees(of, field, code) {
		return true
	}
	w.lose(Loss{Path: path, Kind: Withheld})
	return false
}

// sees asks the permission about a field, and one that is sensitive by its code for this
// reader and their audience, as [placement.Permitted] does.
func (e Encoder) sees(of person.ID, field, code string) bool {
	if e.May == nil || e.May.See(e.To, of, field) != nil {
		return false
	}
	as := cmp.Or(e.As, consent.Community)
	item := consent.Item{Field: field, Code: code}
	if field == "need" && code != "" && (needs.Standard().Sensitive(needs.Code(code)) || consent.IsSensitive(e.May, code)) {
		if consent.SeeSensitive(e.May, e.To, as, of, code) != nil {
			return false
		}
		item.Field = string(consent.SensitiveNeeds)
	}
	a, answers := consent.AnswerOf(e.May, e.To, as, of, item)
	return !answers || a.Allow
}

// extend writes what FHIR has no element for as an extension of this package, and reports
// false where that is not done.
func (w *out) extend(name, valueType string, v resource.Value) bool {
	if w.e.Own == "" {
		return false
	}
	setExtension(w.o, Extensions+name, valueType, v)
	return true
}

// done returns the resource, and reports what of the one onto which it was written has given
// way to less: codes, texts and parts that nothing here says. A single word, such as a
// status, that is another now is no loss.
func (w *out) done() (*resource.Object, Report) {
	if w.was == nil {
		return w.o, w.report
	}
	for name, v := range w.was.Members() {
		if (v.IsObject() || v.IsList()) && !within(v, w.o.Get(name)) {
			w.lose(Loss{Path: w.o.Type() + "." + name, Theirs: name, Kind: Dropped})
		}
	}
	return w.o, w.report
}

// within reports whether everything that v says is in w still.
func within(v, w resource.Value) bool {
	switch {
	case v.IsList():
		for _, one := range v.All() {
			found := false
			for _, other := range w.All() {
				found = found || within(one, other)
			}
			if !found {
				return false
			}
		}
		return true
	case v.IsObject():
		for name, member := range v.Members() {
			if !within(member, w.Get(name)) {
				return false
			}
		}
		return true
	}
	return v.Equal(w)
}

// moment writes a time by the clock of the scheme.
func (e Encoder) moment(t time.Time) resource.Value { return resource.Moment(t, e.Zone) }
