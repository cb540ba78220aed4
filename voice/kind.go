package voice

import "slices"

// A Kind is what somebody says.
type Kind string

// The kinds. Those of the first four are answers from 0 to 4 to the questions of a
// [List]. A Request, Support and Privacy stay open until somebody answers them
// ([Record.Answer]).
const (
	Experience Kind = "experience"    // of the help that a person had
	Trust      Kind = "trust"         // in the worker, the scheme, the practice, the use of data
	Recommend  Kind = "recommend"     // would say to a friend: go there
	Pulse      Kind = "staff-pulse"   // how the staff are; anonymous
	Barrier    Kind = "barrier"       // what stands in the way in general
	Diary      Kind = "barrier-diary" // what stood in the way today
	Request    Kind = "request"       // for help that is not there, by kind of need
	Support    Kind = "support"       // cannot do something in a program
	Privacy    Kind = "privacy"       // something about oneself came where it should not
	Listing    Kind = "listing-check" // a listing of the directory that was drawn as a sample and tried
)

// Kinds returns all kinds, in the order of the constants.
func Kinds() []Kind {
	return []Kind{Experience, Trust, Recommend, Pulse, Barrier, Diary, Request, Support, Privacy, Listing}
}

func (k Kind) valid() bool { return slices.Contains(Kinds(), k) }

// rated reports whether a kind consists of answers from 0 to 4.
func (k Kind) rated() bool { return k == Experience || k == Trust || k == Recommend || k == Pulse }

// wordless reports whether a kind leaves no room for somebody's own words. Staff are
// anonymous, and a diary is read by the hundred.
func (k Kind) wordless() bool { return k == Pulse || k == Diary }

// waits reports whether somebody expects an answer.
func (k Kind) waits() bool { return k == Request || k == Support || k == Privacy }

// A Speaker is in which role somebody speaks. Leads and commissioners, who do nothing in
// a case, speak here too, so it is not an [sp.Role].
type Speaker string

// The roles in which somebody can speak.
const (
	Person     Speaker = "person"
	LinkWorker Speaker = "link-worker"
	Referrer   Speaker = "referrer"
	Provider   Speaker = "provider"
	Lead       Speaker = "lead" // leads a scheme, or pays for it
)

// letters are the speakers by the letter that ends a code of the barrier diary.
var letters = map[string]Speaker{"p": Person, "l": LinkWorker, "r": Referrer, "v": Provider, "m": Lead}

func (s Speaker) valid() bool {
	return slices.Contains([]Speaker{Person, LinkWorker, Referrer, Provider, Lead}, s)
}

// An Effect is what a barrier did to the work of a day.
type Effect string

// The effects, from none to the whole.
const (
	NoEffect Effect = "none"    // it was in the way, and was got round
	Slower   Effect = "slower"  // it took longer
	Less     Effect = "less"    // less came of it
	Stopped  Effect = "stopped" // nothing came of it
)

func (e Effect) valid() bool { return slices.Contains([]Effect{NoEffect, Slower, Less, Stopped}, e) }

// An Answer to a question: "0", which is not at all, to "4", which is completely, or
// why there is no number.
type Answer string

// Answers without a number.
const (
	AnswerDeclined Answer = "declined"  // was asked and would rather not say
	AnswerNotAsked Answer = "not-asked" // the question was left out
)

// Points returns the number of an answer, from 0 to 4, and false if it has none.
func (a Answer) Points() (int, bool) {
	if len(a) == 1 && a[0] >= '0' && a[0] <= '4' {
		return int(a[0] - '0'), true
	}
	return 0, false
}

func (a Answer) valid() bool {
	_, number := a.Points()
	return number || a == AnswerDeclined || a == AnswerNotAsked
}

// An Outcome is what became of something that waited for an answer.
type Outcome string

// What can become of a request, a support request or a concern about privacy.
const (
	Done      Outcome = "done"       // what was asked for is there, or the fault is mended
	PassedOn  Outcome = "passed-on"  // somebody else deals with it
	NotDone   Outcome = "not-done"   // it cannot be done, and whoever asked was told
	Unfounded Outcome = "unfounded"  // it turned out not to be so
	NoContact Outcome = "no-contact" // whoever asked could not be reached
)

func (o Outcome) valid() bool {
	return slices.Contains([]Outcome{Done, PassedOn, NotDone, Unfounded, NoContact}, o)
}
