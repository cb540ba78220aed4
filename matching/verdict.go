package matching

import (
	"cmp"
	"strings"

	"github.com/socialprescribing/sp"
)

// A Rule is the code of one thing that is asked about an offer. The codes are
// stable, so that decisions can be counted by them.
type Rule string

// The rules, in the order in which they are asked.
const (
	Fit         Rule = "fit"            // the root: all that follow
	Excluded    Rule = "excluded"       // is not among [Options].Without
	Need        Rule = "need"           // helps with one of the needs
	Open        Rule = "open"           // takes people, and is not over
	Funded      Rule = "funded"         // is paid for on the day, and until help would end
	Age         Rule = "age"            // is for people of that age
	Groups      Rule = "groups"         // is for people like them
	Area        Rule = "area"           // is for people who live there
	Language    Rule = "language"       // speaks, or signs, with them
	Adjustments Rule = "adjustments"    // makes the reasonable adjustments that they need
	Cost        Rule = "cost"           // costs no more than they can pay
	Referral    Rule = "referral-route" // the person can be referred to it, or come by themself
	Days        Rule = "days"           // happens when they can come
	Room        Rule = "room"           // has a place, or a list for one
	Freshness   Rule = "freshness"      // was assured lately
	Way         Rule = "way"            // one of the modes that follow
	InPerson    Rule = "in-person"      // offered, accepted, reachable, accessible, group size
	HomeVisit   Rule = "home-visit"     // offered, accepted
	Telephone   Rule = "telephone"      // offered, accepted, safe
	Online      Rule = "online"         // offered, accepted, equipped
	Offered     Rule = "offered"        // the service works in this way
	Accepted    Rule = "accepted"       // the person would take help in this way
	Reachable   Rule = "reachable"      // they can get there
	Accessible  Rule = "accessible"     // they can get in and around
	GroupSize   Rule = "group-size"     // no more people than they can bear
	Safe        Rule = "safe"           // they may be telephoned
	Equipped    Rule = "equipped"       // they have what it takes to be online
)

// rules are all of them.
var rules = []Rule{
	Fit, Excluded, Need, Open, Funded, Age, Groups, Area, Language, Adjustments, Cost, Referral, Days, Room, Freshness,
	Way, InPerson, HomeVisit, Telephone, Online, Offered, Accepted, Reachable, Accessible, GroupSize, Safe, Equipped,
}

// String returns the rule in words: "in person", "referral route".
func (r Rule) String() string { return strings.ReplaceAll(string(r), "-", " ") }

// A Party is who could bring a change about.
type Party string

// The parties. Nobody is for what cannot be changed, such as somebody's age.
const (
	Nobody   Party = ""
	Person   Party = "person"
	Provider Party = "provider"
	Scheme   Party = "scheme" // the link worker, and whoever pays for the scheme
)

// A Change is what would turn a no or an unknown into a yes: for a no something
// that somebody would have to do, for an unknown something that somebody would
// have to confirm.
type Change struct {
	By   Party  `json:"by,omitempty"`
	What string `json:"what"` // completes "it would fit if ..."
}

// Possible reports whether somebody can bring c about: whether By is not Nobody.
func (c Change) Possible() bool { return c.By != Nobody }

// String returns what would have to be: "transport is funded".
func (c Change) String() string {
	if !c.Possible() {
		return "nothing can change it"
	}
	return c.What
}

// A Verdict is the answer to one rule for one person and one offer: a node of a
// tree, with the verdicts it follows from as its Parts. The Truth of a verdict
// with parts is the [sp.Truth.And] of theirs; that of the rule Way is the
// [sp.Truth.Or].
type Verdict struct {
	Rule    Rule      `json:"rule"`
	Words   string    `json:"words,omitempty"` // what a rule of a scheme's own is called, if not after its code
	Truth   sp.Truth  `json:"truth"`
	Because string    `json:"because,omitempty"` // what the offer says; empty if there are parts
	Warning bool      `json:"warning,omitempty"` // of an unknown: what is known speaks against the offer
	Change  Change    `json:"change,omitzero"`   // what would make it a yes; zero if it is a yes already, or if there are parts
	Parts   []Verdict `json:"parts,omitempty"`   // in the order of the rules
}

// String returns the tree, a line for each verdict:
//
//	fit: no
//	  age: no, is for 60 and over
func (v Verdict) String() string {
	var b strings.Builder
	v.write(&b, "")
	return strings.TrimSuffix(b.String(), "\n")
}

func (v Verdict) write(b *strings.Builder, indent string) {
	b.WriteString(indent + cmp.Or(v.Words, v.Rule.String()) + ": " + v.Truth.String())
	if v.Because != "" {
		b.WriteString(", " + v.Because)
	}
	b.WriteString("\n")
	for _, part := range v.Parts {
		part.write(b, indent+"  ")
	}
}

// Leaves returns the verdicts without parts that have the given truth, in the
// order of the tree.
func (v Verdict) Leaves(truth sp.Truth) []Verdict {
	if len(v.Parts) == 0 {
		if v.Truth == truth {
			return []Verdict{v}
		}
		return nil
	}
	var leaves []Verdict
	for _, part := range v.Parts {
		leaves = append(leaves, part.Leaves(truth)...)
	}
	return leaves
}

// blockers returns the leaves that keep v from passing. Where one of several
// parts is enough, they are those of the part that is easiest to change: the
// fewest, all of them possible if there is such a part.
func (v Verdict) blockers(passes func(sp.Truth) bool) []Verdict {
	switch {
	case passes(v.Truth):
		return nil
	case len(v.Parts) == 0:
		return []Verdict{v}
	}
	var all, best []Verdict
	for _, part := range v.Parts {
		b := part.blockers(passes)
		all = append(all, b...)
		if best == nil || easier(b, best) {
			best = b
		}
	}
	if v.Rule == Way {
		return best
	}
	return all
}

func easier(a, b []Verdict) bool {
	if pa, pb := possible(a), possible(b); pa != pb {
		return pa
	}
	return len(a) < len(b)
}

func possible(blockers []Verdict) bool {
	for _, v := range blockers {
		if !v.Change.Possible() {
			return false
		}
	}
	return true
}
