package consent

import "slices"

// A Recipient is the capacity in which somebody is told something of a person. A role of
// [sp.Actor] that has the same code is that recipient; see [RecipientOf].
type Recipient string

// The recipients, in the order of the table.
const (
	ToReferrer         Recipient = "referrer"          // who referred; one of audience [Health] reads the row of the GP
	ToGP               Recipient = "gp"                // the practice where the person is registered
	ToLinkWorker       Recipient = "link-worker"       // who holds the case; any other needs a [Glass]
	ToLead             Recipient = "lead"              // allocates, covers and supervises
	ToSafeguardingLead Recipient = "safeguarding-lead" // of the scheme
	ToProvider         Recipient = "provider"          // of a placement of this person
	ToGuardian         Recipient = "guardian"          // who decides for a child
	ToPerson           Recipient = "person"            // their own record
	ToSchool           Recipient = "school"
	ToResearcher       Recipient = "researcher"
	ToCommissioner     Recipient = "commissioner"
	ToAuditor          Recipient = "auditor"
)

var recipients = [...]Recipient{
	ToReferrer, ToGP, ToLinkWorker, ToLead, ToSafeguardingLead, ToProvider, ToGuardian, ToPerson, ToSchool, ToResearcher, ToCommissioner, ToAuditor,
}

// Recipients returns all recipients, in the order of the table.
func Recipients() []Recipient { return slices.Clone(recipients[:]) }

// inside reports whether r is of the scheme, or the person: whoever has to ask the
// person something must be able to read what is known.
func (r Recipient) inside() bool {
	return r == ToLinkWorker || r == ToLead || r == ToSafeguardingLead || r == ToPerson
}

// A Purpose is what something is told for. Nothing that was told for one purpose may be
// used for another.
type Purpose string

// The purposes, in the order of the table.
const (
	DirectCare      Purpose = "direct-care"
	OnwardReferral  Purpose = "onward-referral"
	Feedback        Purpose = "feedback" // to whoever referred
	ForSafeguarding Purpose = "safeguarding"
	Supervision     Purpose = "supervision" // of the worker
	Evaluation      Purpose = "evaluation"
	Commissioning   Purpose = "commissioning"
	Research        Purpose = "research"
	Billing         Purpose = "billing"
)

var purposes = [...]Purpose{DirectCare, OnwardReferral, Feedback, ForSafeguarding, Supervision, Evaluation, Commissioning, Research, Billing}

// Purposes returns all purposes, in the order of the table.
func Purposes() []Purpose { return slices.Clone(purposes[:]) }

// helps reports whether the purpose is to help the person, rather than to count, pay or learn.
func (p Purpose) helps() bool {
	return p == DirectCare || p == OnwardReferral || p == Feedback || p == ForSafeguarding
}

// A Kind is a kind of information about a person.
type Kind string

// The kinds, in the order of the table, and Status, which stands in no table: how far a
// referral has come. Whoever referred may always hear that.
const (
	Identity       Kind = "identity"
	Contact        Kind = "contact" // how to reach them
	Needs          Kind = "needs"
	SensitiveNeeds Kind = "sensitive-needs"
	Flags          Kind = "flags" // concerns about somebody's safety
	Measures       Kind = "measures"
	Notes          Kind = "notes"
	Equality       Kind = "equality"
	Attendance     Kind = "attendance"
	Outcome        Kind = "outcome"

	Status Kind = "status"
)

var kinds = [...]Kind{Identity, Contact, Needs, SensitiveNeeds, Flags, Measures, Notes, Equality, Attendance, Outcome}

// Kinds returns the kinds of the table, in its order.
func Kinds() []Kind { return slices.Clone(kinds[:]) }

// A Letter is what a cell of the table says about one recipient, purpose and kind.
type Letter byte

// The letters. N, O, A and Y rise: each lets more be told than the one before. G stands
// beside them.
const (
	Never         Letter = 'N' // not under this purpose
	ByOverride    Letter = 'O' // by an override or a duty on record, or an agreement that names exactly this kind
	ByAgreement   Letter = 'A' // by an agreement that names recipient, purpose and kind
	Always        Letter = 'Y' // within the reasonable expectation of the person
	AggregateOnly Letter = 'G' // counted with others, small numbers suppressed, and of nobody alone
)

// String returns the letter.
func (l Letter) String() string { return string(rune(l)) }

// level orders the letters by what they let be told of one person.
func (l Letter) level() int {
	switch l {
	case ByOverride:
		return 1
	case ByAgreement:
		return 2
	case Always:
		return 3
	default:
		return 0
	}
}

// most returns the lower of two letters; of a letter that is not higher, itself.
func (l Letter) most(limit Letter) Letter {
	if l.level() > limit.level() {
		return limit
	}
	return l
}
