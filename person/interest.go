package person

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/socialprescribing/sp"
)

// An Activity is a kind of thing that people like to do, as a code: "singing". [Activities]
// has those that this library proposes.
type Activity string

// A Setting is where somebody likes to do it. Empty is anywhere.
type Setting string

// The settings that activities are listed under.
const (
	Indoors  Setting = "indoors"
	Outdoors Setting = "outdoors"
	AtHome   Setting = "at-home"
	OnScreen Setting = "online"
)

// Company is with whom somebody likes to do it. Empty is with anybody or nobody.
type Company string

// The kinds of company that somebody may like.
const (
	Alone       Company = "alone"
	WithOne     Company = "with-one" // one other person, such as a buddy
	SmallGroup  Company = "small-group"
	LargeGroup  Company = "large-group"
	WithFamily  Company = "with-family"
	OwnAge      Company = "own-age"
	OwnGender   Company = "own-gender"
	OwnCulture  Company = "own-culture" // people who share their language, origin or faith
	ManyAges    Company = "many-ages"
	WithAnimals Company = "with-animals"
)

// An Interest is something that a person likes to do, or would rather not.
type Interest struct {
	Activity Activity `json:"activity"`
	Setting  Setting  `json:"setting,omitempty"`
	With     Company  `json:"with,omitempty"`
	Likes    sp.Truth `json:"likes"` // yes, or no for a dislike
}

// Format implements [fmt.Formatter]; every verb prints "[personal]".
func (i Interest) Format(f fmt.State, _ rune) { sp.Personal[struct{}]{}.Format(f, 'v') }

// Likes reports whether the person likes an activity, in whatever setting and company:
// Yes if they like it in one, No if they dislike it and like it in none, and otherwise
// Unknown.
func (c Circumstances) Likes(a Activity) sp.Truth {
	answer := sp.Unknown
	for _, i := range c.Interests {
		switch {
		case i.Activity != a:
		case i.Likes == sp.Yes:
			return sp.Yes
		case i.Likes == sp.No:
			answer = sp.No
		}
	}
	return answer
}

// ActivitySystem is the URI of the code system of [Activities].
const ActivitySystem = own + "activity"

type activity struct {
	code     sp.Code
	concepts []sp.Code
}

var activityTable = sync.OnceValue(func() []activity {
	const needsSystem = "https://github.com/socialprescribing/sp/needs" // see package needs
	var all []activity
	for _, row := range rows("data/activities.csv") {
		a := activity{code: sp.Code{System: ActivitySystem, Version: "2026-11", Code: row[0], Display: row[1]}}
		for need := range strings.FieldsSeq(row[2]) {
			a.concepts = append(a.concepts, sp.Code{System: needsSystem, Code: need})
		}
		all = append(all, a)
	}
	for _, row := range rows("data/activity-crosswalk.csv") {
		i := slices.IndexFunc(all, func(a activity) bool { return a.code.Code == row[0] })
		all[i].concepts = append(all[i].concepts, sp.Code{System: row[1], Code: row[2], Display: row[3]})
	}
	return all
})

// Activities yields the kinds of activity that this library proposes: sport, music, art,
// nature, company, and having a say. No national list was found.
func Activities() iter.Seq[sp.Code] {
	return func(yield func(sp.Code) bool) {
		for _, a := range activityTable() {
			if !yield(a.code) {
				return
			}
		}
	}
}

// Concepts returns the crosswalk of an activity: the needs that it may help with, by the
// taxonomy of package needs, and the same activity in the words of others. That singing
// may help with loneliness is a proposal of this library and no finding.
func (a Activity) Concepts() []sp.Code {
	for _, listed := range activityTable() {
		if listed.code.Code == string(a) {
			return slices.Clone(listed.concepts)
		}
	}
	return nil
}

func checkInterests(e *sp.InvalidError, interests []Interest) {
	for i, in := range interests {
		path := fmt.Sprintf("circumstances.interests[%d].", i)
		e.Check(sp.ValidCode(in.Activity), path+"activity", sp.Malformed, sp.CodeRule)
		e.Check(in.Setting == "" || sp.ValidCode(in.Setting), path+"setting", sp.Malformed, sp.CodeRule)
		e.Check(in.With == "" || sp.ValidCode(in.With), path+"with", sp.Malformed, sp.CodeRule)
		e.Check(in.Likes.Known(), path+"likes", sp.Missing, "must be yes, or no for a dislike")
		same := func(o Interest) bool {
			return o.Activity == in.Activity && o.Setting == in.Setting && o.With == in.With
		}
		e.Check(slices.IndexFunc(interests, same) == i, path+"activity", sp.Duplicate, "must not be said twice of one setting and company")
	}
}
