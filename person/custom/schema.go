package custom

import (
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
)

// A Key names a field within its schema: "blue-badge".
type Key string

// A Name names a field among those of all schemas, by namespace and key, with a dot
// between: "bay.blue-badge". A permission is asked about it.
type Name string

// An Owner is what a field is of.
type Owner string

// What a field can be of: a person, or one referral of theirs.
const (
	Person   Owner = "person"
	Referral Owner = "referral"
)

// An Option is one of the codes that a field offers.
type Option struct {
	Code  string `json:"code"`
	Label string `json:"label"` // for people
}

// A Field is the declaration of a field.
type Field struct {
	Key     Key      `json:"key"`
	Label   string   `json:"label"` // for people
	Of      Owner    `json:"of"`
	Kind    Kind     `json:"kind"`
	Options []Option `json:"options,omitempty"` // of [KindCode], and of no other

	// Sensitive says that only a permission that names the field shows it; see
	// [consent.SensitivePermission]. A field whose text may say why somebody is afraid, or
	// what a child said, is one.
	Sensitive bool `json:"sensitive,omitempty"`

	// Audiences are those that may see it, if the permission allows it too. No other does.
	Audiences []consent.Audience `json:"audiences"`
}

// A Schema declares the fields of a scheme. It is data: write it in JSON, and change its
// version with it. It is not changed by use, so several goroutines may use it at once.
type Schema struct {
	Namespace string  `json:"namespace"` // a code without a dot, which nobody else uses in this store
	Version   string  `json:"version"`   // a code, such as "2026-11"
	Fields    []Field `json:"fields"`
}

// Check reports what is wrong with a schema, as an [*sp.InvalidError].
func (s *Schema) Check() error {
	if s == nil {
		return sp.Invalid("custom: schema", "", sp.Missing, "must be there")
	}
	e := &sp.InvalidError{Subject: "custom: schema"}
	e.Check(sp.ValidCode(s.Namespace) && !strings.Contains(s.Namespace, "."), "namespace", sp.Malformed, sp.CodeRule+"; and have no dot")
	e.Check(sp.ValidCode(s.Version), "version", sp.Malformed, sp.CodeRule)
	for i := range s.Fields {
		f, path := &s.Fields[i], fmt.Sprintf("fields[%d].", i)
		e.Check(sp.ValidCode(f.Key), path+"key", sp.Malformed, sp.CodeRule)
		e.Check(sp.ValidCode(s.name(f.Key)), path+"key", sp.WrongLength, "must have, with the namespace before it, at most 64 characters")
		first := slices.IndexFunc(s.Fields, func(o Field) bool { return o.Key == f.Key })
		e.Check(first == i, path+"key", sp.Duplicate, "must not come twice")
		f.check(e, path)
	}
	return e.Err()
}

func (f *Field) check(e *sp.InvalidError, path string) {
	e.Check(strings.TrimSpace(f.Label) != "", path+"label", sp.Missing, "must say to people what is asked")
	e.Check(f.Of == Person || f.Of == Referral, path+"of", sp.NotListed, "must be person or referral")
	e.Check(f.Kind.valid(), path+"kind", sp.NotListed, kindRule)
	e.Check((f.Kind == KindCode) == (len(f.Options) > 0), path+"options", sp.Inconsistent, "must be there for a code, and for nothing else")
	for i, o := range f.Options {
		path := fmt.Sprintf("%soptions[%d].", path, i)
		e.Check(sp.ValidCode(o.Code), path+"code", sp.Malformed, sp.CodeRule)
		e.Check(strings.TrimSpace(o.Label) != "", path+"label", sp.Missing, "must say to people what it means")
		first := slices.IndexFunc(f.Options, func(p Option) bool { return p.Code == o.Code })
		e.Check(first == i, path+"code", sp.Duplicate, "must not come twice")
	}
	e.Check(len(f.Audiences) > 0, path+"audiences", sp.Missing, "must name who may see it")
	for i, a := range f.Audiences {
		e.Check(slices.Contains(audiences[:], a), fmt.Sprintf("%saudiences[%d]", path, i), sp.NotListed, "must be an audience of package consent")
	}
}

var audiences = [...]consent.Audience{consent.Health, consent.SocialCare, consent.Education, consent.Community, consent.ThePerson}

// name returns the name of a field among those of all schemas.
func (s *Schema) name(k Key) Name { return Name(s.Namespace + "." + string(k)) }

// field returns the declaration of a field, or nil.
func (s *Schema) field(k Key) *Field {
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.Key == k })
	if i < 0 {
		return nil
	}
	return &s.Fields[i]
}

// checkValues notes in e what is wrong with values for an owner. It names fields and
// rules, and repeats no value, nor a key that could be one.
func (s *Schema) checkValues(e *sp.InvalidError, of Owner, values Values) {
	for _, k := range values.keys() {
		path := "values"
		if sp.ValidCode(k) {
			path += "." + string(k)
		}
		f, v := s.field(k), values[k]
		if f == nil || f.Of != of {
			e.Check(false, path, sp.NotListed, fmt.Sprintf("must be a field that the schema declares for a %s", of))
			continue
		}
		rule := v.broken()
		switch {
		case v.IsZero(): // taken back
		case v.kind != f.Kind:
			e.Check(false, path, sp.Inconsistent, fmt.Sprintf("must be a %s", f.Kind))
		case rule != "":
			e.Check(false, path, sp.Malformed, rule)
		case f.Kind == KindCode && !f.offers(v):
			e.Check(false, path, sp.NotListed, "must be one of the options of the field")
		}
	}
}

func (f *Field) offers(v Value) bool {
	return slices.ContainsFunc(f.Options, func(o Option) bool { return o.Code == v.Reveal() })
}
