package reason

import (
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/nearest"
)

// A Party is one of those concerned in a referral: whose reason it is, who is owed.
type Party string

// Whose reason it can be.
const (
	Person   Party = "person"
	Provider Party = "provider"
	Referrer Party = "referrer"
	Scheme   Party = "scheme" // the link worker and the service around them
)

// An Effect is what follows for finding something else.
type Effect string

// What can follow from a reason.
const (
	Rematch  Effect = "rematch"  // look for something else at once
	Park     Effect = "park"     // not again before a date
	Reassess Effect = "reassess" // understand the needs again first
	NoEffect Effect = "none"     // nothing follows
)

// A Reason is why something was refused or ended. It is stored as it was given,
// so that a later change of the list does not rewrite what was decided.
type Reason struct {
	Code   string  `json:"code"`           // one of [List] or a local one
	Whose  Party   `json:"whose"`          // the same code can be the person's or the provider's
	Effect Effect  `json:"effect"`         // what follows for re-matching
	Until  sp.Date `json:"until,omitzero"` // with [Park]: not again before
}

// Check notes in e what is wrong with r. A code of one's own is none that could be
// mistaken for one of [List]: "no-transprot" is refused, with the one that was probably
// meant. Put the name of the scheme and a colon in front where yours is like one of the
// list, as in "bay:no-transports".
func (r Reason) Check(e *sp.InvalidError) {
	e.Check(sp.ValidCode(r.Code), "reason.code", sp.Malformed, sp.CodeRule)
	if meant := mistyped(r.Code); meant != "" {
		e.Check(false, "reason.code", sp.NotListed, fmt.Sprintf("must be one of the list; the nearest is %q", meant))
	}
	e.Check(r.Whose == Person || r.Whose == Provider || r.Whose == Referrer || r.Whose == Scheme,
		"reason.whose", sp.NotListed, "must be person, provider, referrer or scheme")
	e.Check(r.Effect == Rematch || r.Effect == Park || r.Effect == Reassess || r.Effect == NoEffect,
		"reason.effect", sp.NotListed, "must be rematch, park, reassess or none")
	e.Check(r.Effect == Park == !r.Until.IsZero(), "reason.until", sp.Inconsistent, "must be given with the effect park, and only then")
}

// mistyped returns the listed code that was probably meant by one that is not on the
// list, and nothing for a code that is listed or clearly another.
func mistyped(code string) string {
	var listed [len(reasons)]string
	for i := range reasons {
		if listed[i] = reasons[i].Code; listed[i] == code {
			return ""
		}
	}
	if !sp.ValidCode(code) || strings.Contains(code, ":") {
		return ""
	}
	return nearest.To(code, listed[:])
}

// ParkedUntil returns r with the effect that the person is not asked again before day.
func (r Reason) ParkedUntil(day sp.Date) Reason {
	r.Effect, r.Until = Park, day
	return r
}

// Codes of the reasons that ship with this package.
const (
	NoTransport           = "no-transport"
	TooFar                = "too-far"
	TooDear               = "too-dear"
	NoCapacity            = "no-capacity"
	NoAppointment         = "no-appointment"
	AppointmentUnsuitable = "appointment-not-suitable"
	NotSuitable           = "not-suitable"
	NotEligible           = "not-eligible"
	ServiceDeclined       = "service-declined"
	HomeVisitWanted       = "home-visit-wanted"
	PersonsChoice         = "persons-choice"
	NotReached            = "not-reached"
	ServiceNotReached     = "service-not-reached"
	NoReply               = "no-reply"
	NoNews                = "no-news"
	OtherOfferAccepted    = "other-offer-accepted"
	Anxiety               = "anxiety"
	Illness               = "illness"
	Moved                 = "moved"
	Died                  = "died"
	NoLongerNeeded        = "no-longer-needed"
	PermissionWithdrawn   = "permission-withdrawn"
	OutsideRemit          = "outside-remit"
	Duplicate             = "duplicate"
	Mistake               = "mistake"
	OtherReason           = "other"
)

// A Listed reason is an entry of a list of reasons, with what it is called
// elsewhere.
type Listed struct {
	Reason
	Means string  // in plain words, to follow "because"
	NHS   sp.Code // in the NHS Booking and Referral Standard, if it has it
}

// Version names the list that [List] returns.
const Version = "2026-11"

// List returns the reasons that ship with this package. Codes 21 to 99 of
// the NHS Booking and Referral Standard (dos-rejected-reasons-bars, from
// NHSDigital/NHSDigital-FHIR-BookingAndReferrals at 0cf8fdaa) are all there;
// the rest is what schemes need beside them. Whose reason it is and what
// follows are this package's own reading and can be changed in the copy.
func List() []Listed { return slices.Clone(reasons[:]) }

// Because returns the shipped reason with a code. A code that is not in the
// list gives a Reason that no command accepts before it says whose it is and
// what follows.
func Because(code string) Reason {
	for i := range reasons {
		if reasons[i].Code == code {
			return reasons[i].Reason
		}
	}
	return Reason{Code: code}
}

// Means returns what a shipped code means in plain words, or the code itself.
func (r Reason) Means() string {
	for i := range reasons {
		if reasons[i].Code == r.Code {
			return reasons[i].Means
		}
	}
	return r.Code
}

func nhs(code, display string) sp.Code {
	return sp.Code{System: "https://fhir.nhs.uk/CodeSystem/dos-rejected-reasons-bars", Code: code, Display: display}
}

var reasons = [...]Listed{
	{Reason{Code: NoTransport, Whose: Person, Effect: Rematch}, "there is no way to get there", nhs("21", "Unsuitable due to transport")},
	{Reason{Code: NoCapacity, Whose: Provider, Effect: Rematch}, "the service is full", nhs("22", "Rejected for capacity reasons")},
	{Reason{Code: NotSuitable, Whose: Provider, Effect: Reassess}, "the service is not right for what is needed", nhs("23", "Service not clinically appropriate")},
	{Reason{Code: ServiceDeclined, Whose: Provider, Effect: Rematch}, "the service said no", nhs("24", "Service declined referral")},
	{Reason{Code: PersonsChoice, Whose: Person, Effect: Rematch}, "the person chose not to", nhs("26", "Rejected for patient choice")},
	{Reason{Code: ServiceNotReached, Whose: Provider, Effect: Rematch}, "the service could not be reached", nhs("27", "Service could not be contacted")},
	{Reason{Code: NoAppointment, Whose: Provider, Effect: Rematch}, "no appointment is free", nhs("31", "No appointments available")},
	{Reason{Code: AppointmentUnsuitable, Whose: Person, Effect: Rematch}, "the times on offer do not suit", nhs("32", "Appointments not suitable")},
	{Reason{Code: NotEligible, Whose: Provider, Effect: Rematch}, "the service is not for this person", nhs("40", "Patient not eligible for service")},
	{Reason{Code: HomeVisitWanted, Whose: Person, Effect: Rematch}, "a home visit is wanted", nhs("41", "Patient requested home visit")},
	{Reason{Code: TooFar, Whose: Person, Effect: Rematch}, "it is too far away", nhs("42", "Unsuitable due to distance")},
	{Reason{Code: OtherReason, Whose: Scheme, Effect: Reassess}, "of another reason", nhs("99", "Other reason")},
	{Reason{Code: NotReached, Whose: Scheme, Effect: NoEffect}, "the person could not be reached", sp.Code{}},
	{Reason{Code: TooDear, Whose: Person, Effect: Rematch}, "it costs too much", sp.Code{}},
	{Reason{Code: NoReply, Whose: Provider, Effect: Rematch}, "the service did not answer in time", sp.Code{}},
	{Reason{Code: NoNews, Whose: Person, Effect: Reassess}, "nobody heard what became of it", sp.Code{}},
	{Reason{Code: OtherOfferAccepted, Whose: Scheme, Effect: NoEffect}, "another service said yes first", sp.Code{}},
	{Reason{Code: Anxiety, Whose: Person, Effect: Rematch}, "going there is too hard just now", sp.Code{}},
	{Reason{Code: Illness, Whose: Person, Effect: Reassess}, "of illness", sp.Code{}},
	{Reason{Code: Moved, Whose: Person, Effect: NoEffect}, "the person moved away", sp.Code{}},
	{Reason{Code: Died, Whose: Person, Effect: NoEffect}, "the person has died", sp.Code{}},
	{Reason{Code: NoLongerNeeded, Whose: Person, Effect: NoEffect}, "it is no longer needed", sp.Code{}},
	{Reason{Code: PermissionWithdrawn, Whose: Person, Effect: NoEffect}, "the person withdrew their permission", sp.Code{}},
	{Reason{Code: OutsideRemit, Whose: Scheme, Effect: Reassess}, "it is outside what the scheme may do", sp.Code{}},
	{Reason{Code: Duplicate, Whose: Referrer, Effect: NoEffect}, "it was sent twice", sp.Code{}},
	{Reason{Code: Mistake, Whose: Scheme, Effect: NoEffect}, "it was a mistake", sp.Code{}},
}
