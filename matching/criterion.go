package matching

import (
	"cmp"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A Criterion is a rule: what it is called, whom it is asked for, and how an offer answers
// it. [Criteria] has those of this package, and a scheme adds its own in [Options].Rules,
// which are asked, told and counted as those are:
//
//	dogs := matching.Criterion{
//		Rule: "takes-dogs", Words: "takes dogs",
//		Ask:     func(_ *matching.Case, o *directory.Offer) sp.Truth { return o.Access["dogs"] },
//		Unknown: matching.Change{By: matching.Provider, What: "it takes dogs"},
//	}
//
// The functions must be pure: the same answer for the same case and offer, without a clock.
type Criterion struct {
	Rule    Rule                                   // its code, which no other rule has: see [Options.Check]
	Words   string                                 // what it is called; empty is [Rule.String]
	Applies func(*Case) bool                       // whether it is asked for this person; nil is always
	Ask     func(*Case, *directory.Offer) sp.Truth // the answer
	Because func(*Case, *directory.Offer) string   // what the offer states, such as "is free"; nil is nothing
	No      Change                                 // what would turn a no into a yes; zero if nothing can
	Final   func(*Case, *directory.Offer) bool     // whether a no of this offer cannot be changed, whatever No says; nil is never
	Unknown Change                                 // what would have to be confirmed where the answer is unknown
	Warns   func(*Case, *directory.Offer) bool     // whether an unknown answer is a warning, since what is known speaks against the offer; nil is never
}

// Criteria returns the rules of this package that are asked of every offer, in the order in
// which they are asked. The rules of single modes of delivery are asked after them.
func Criteria() []Criterion { return slices.Clone(criteria) }

// verdict puts an answer to the rule in words.
func (r *Criterion) verdict(c *Case, o *directory.Offer, answer sp.Truth) Verdict {
	v := Verdict{Rule: r.Rule, Truth: answer}
	if words := cmp.Or(r.Words, r.Rule.String()); words != r.Rule.String() {
		v.Words = words
	}
	if r.Because != nil {
		v.Because = r.Because(c, o)
	}
	if v.Truth != sp.Yes {
		v.Change = r.remedy(c, o, v.Truth)
	}
	v.Warning = answer == sp.Unknown && r.Warns != nil && r.Warns(c, o)
	return v
}

// applies reports whether the criterion is asked for a person.
func (r *Criterion) applies(c *Case) bool { return r.Applies == nil || r.Applies(c) }

// ask returns the answer of an offer. What is no truth value is unknown.
func (r *Criterion) ask(c *Case, o *directory.Offer) sp.Truth {
	if t := r.Ask(c, o); t.Known() {
		return t
	}
	return sp.Unknown
}

// remedy returns what would make a yes of another answer.
func (r *Criterion) remedy(c *Case, o *directory.Offer, t sp.Truth) Change {
	switch {
	case t != sp.No:
		return r.Unknown
	case r.Final != nil && r.Final(c, o):
		return Change{}
	}
	return r.No
}
