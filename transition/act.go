package transition

import (
	"slices"

	"github.com/socialprescribing/sp"
)

// An Attribute is a plain value that an aggregate knows and hands to an [Authorizer],
// such as a need of the person (attribute-based access control). What is not known is
// left out; a name may occur several times.
type Attribute struct {
	Name   string // "need", "urgency", "age-band", "load"
	Text   string
	Number int64
}

// An Act is what somebody wants to do, in plain values, so that whoever decides
// about it loads nothing and imports no aggregate.
type Act struct {
	Machine  string // the name of its table: "referral"
	Command  string
	ID       string // of the aggregate
	Person   string // whom it is about
	Provider string // whose it is, if it is a provider's
	Worker   string // on whose caseload it is; empty is on nobody's

	// To is whom the command names: the worker of "accept" and "assign", the team
	// of a hand-over. It is empty where a command names nobody, and where somebody
	// only asks whether they may: then everything is to be allowed that may be
	// allowed for some To.
	To string

	Attributes []Attribute // not to be changed
}

// Has reports whether an attribute is known to have a value.
func (a Act) Has(name, text string) bool {
	return slices.ContainsFunc(a.Attributes, func(k Attribute) bool { return k.Name == name && k.Text == text })
}

// NumberOf returns the number of the attribute that has a name and a text, such as the
// load of a worker, and false if it is not known.
func (a Act) NumberOf(name, text string) (int64, bool) {
	for _, k := range a.Attributes {
		if k.Name == name && k.Text == text {
			return k.Number, true
		}
	}
	return 0, false
}

// Number returns the value of an attribute that is a number, and false if it is not known.
func (a Act) Number(name string) (int64, bool) {
	for _, k := range a.Attributes {
		if k.Name == name {
			return k.Number, true
		}
	}
	return 0, false
}

// An Authorizer knows who may do what beyond the table: which worker may take on a
// child, who is trained for which need, who is on leave. It is asked about
// consequences as well, such as the withdrawal of a placement whose referral ends:
// these are in the role system, with the ID of whoever caused them.
type Authorizer interface {
	// Authorize returns nil if by may do it, and otherwise an error that is
	// [sp.ErrDenied] and says what would have to be different. It is asked before any
	// guard is looked at, so that whoever is not allowed learns nothing.
	Authorize(by sp.Actor, do Act) error
}
