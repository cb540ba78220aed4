// Package consent decides who may see what of a person, and on which authority.
//
// A provider who offers a walk does not need to know of a debt, and a referrer does not
// need to hear what was said in confidence. "Consent" is the wrong word for what decides
// that, since it means three things. Here are four authorities to tell, each recorded in
// its own way and each with its own end: the person's [Agreement]; care that they would
// expect, which is [Implied] until they object; an [Overrides] for somebody's safety,
// which somebody with a name answers for; and a [Statutory] duty. The lawful basis under
// data protection is none of them: it is a [Basis], and stands beside them.
//
// A [Policy] holds what is data: the table of recipients, purposes and kinds, ages by
// nation, duties with their dates. A [File] holds what is known of one person: who
// decides, what they chose, who may have harmed them. [Policy.Decide] is a pure function
// of both, denies unless it finds an authority, and says why:
//
//	a := consent.StandardPolicy().Decide(&file, consent.Ask{
//		To: "bay/green", As: consent.ToProvider, Purpose: consent.DirectCare, Field: "telephone-number", At: now,
//	})
//	fmt.Println(a.Allow, a.Authority, a.Reason, a.Rules, a.Principles) // true agreement agreed r1 r6 c3 c7 c8
//
// To ask and to tell are different acts. Where something will be told whatever the answer,
// nobody is asked: they are told, or it is recorded why not. So a [Choice] is an answer of
// somebody who was asked, and an [Override] says whether the person was.
//
// Whether a person decides is found for each decision: by a [Finding] about this very
// decision, else by their age, nation and the day ([Policy.Decides]). An agreement of a
// parent counts until the birthday on which the young person decides, and no longer.
//
// Whatever tells anybody anything about a person asks a [Permission] first, field by
// field, and tells nothing without one. [Reading] makes one of a policy, and answers with the
// authority too ([AnsweringPermission]), which is noted with what was told; a scheme with
// rules of its own writes a function.
//
// Who may do what is another question; see Authorizer of package transition.
package consent

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

// A Permission knows who may see what about a person, and what the person has
// agreed to. It is asked for every reader and every field; whoever has none to ask
// tells nothing.
type Permission interface {
	// See returns nil if the reader may see the named field of what is known about a
	// person, and otherwise an error that is [sp.ErrDenied] and says why.
	See(reader sp.Actor, of person.ID, field string) error
}

// An AnsweringPermission is a [Permission] that also says on which authority it lets
// something be told, by which rules and principles, and until when. Whatever tells
// something notes that beside what was told. Of a Permission without this method it can
// note only that it was allowed.
type AnsweringPermission interface {
	Permission

	// Answer returns what is decided about one item. The code is that of a need or a flag,
	// if it is about one alone, and the audience is what kind of recipient the reader is.
	Answer(reader sp.Actor, as Audience, of person.ID, item Item) Answer
}

// Told is a field that a reader may see, with the answer that says on which authority and
// why. The answer of a permission that names no authority is zero: that it allowed the field
// is all that can be noted. See [AnsweringPermission].
type Told struct {
	Field  string
	Answer Answer
}

// Withheld is a field that a reader may not see, and why.
type Withheld struct {
	Field string
	Why   error
}

// AnswerOf asks a permission about one item, and reports false if it is no
// [AnsweringPermission], which names no authority. A nil permission answers with a denial.
func AnswerOf(p Permission, reader sp.Actor, as Audience, of person.ID, item Item) (a Answer, answers bool) {
	switch p := p.(type) {
	case nil:
		return Answer{Reason: NotListed, Letter: Never}, true
	case AnsweringPermission:
		return p.Answer(reader, as, of, item), true
	}
	return Answer{}, false
}

// A Func is a [Permission] made of a function.
type Func func(reader sp.Actor, of person.ID, field string) error

// See implements [Permission].
func (f Func) See(reader sp.Actor, of person.ID, field string) error { return f(reader, of, field) }
