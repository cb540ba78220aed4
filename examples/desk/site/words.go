package site

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/worklist"
)

// say looks an English text up in the words of the site, and puts the arguments into it.
func (v *visit) say(english string, args ...any) string {
	english = cmp.Or(v.site.o.Words[english], english)
	if len(args) == 0 {
		return english
	}
	return fmt.Sprintf(english, args...)
}

// sentence makes one of words of the library.
func (v *visit) sentence(words string) string {
	first, n := utf8.DecodeRuneInString(words)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(words[n:], ".") + "."
}

// of returns the words for a code: those of the table, or the code itself where a newer library
// has one that the table lacks.
func of[T ~string](v *visit, table map[T]string, code T) string {
	if words, ok := table[code]; ok {
		return v.say(words)
	}
	return strings.ReplaceAll(string(code), "-", " ")
}

// need is what a need is called.
func (v *visit) need(c needs.Code) string {
	if t, ok := needs.Standard().Term(c); ok {
		return v.say(t.Display)
	}
	return string(c)
}

func (v *visit) urgency(u referral.Urgency) string {
	return of(v, map[referral.Urgency]string{referral.Routine: "In the usual time", referral.Soon: "Soon", referral.Urgent: "At once"}, u)
}

func (v *visit) leave(l person.Leave) string {
	return of(v, map[person.Leave]string{
		person.LeaveNothing: "Nothing", person.LeaveName: "A name, and not from where", person.LeaveMessage: "A message",
	}, l)
}

func (v *visit) truth(s string) string {
	return of(v, map[string]string{"yes": "Yes", "no": "No", "unknown": "Not asked"}, s)
}

func (v *visit) channel(c person.Channel) string {
	return of(v, map[person.Channel]string{person.Phone: "By telephone", person.Text: "By text", person.Email: "By e-mail", person.Letter: "By letter", inPerson: "Face to face"}, c)
}

func (v *visit) state(s referral.State) string {
	return of(v, map[referral.State]string{
		referral.StateReceived: "Received: waits for a link worker", referral.StateAccepted: "A link worker has taken it on",
		referral.StateActive: "They have been spoken to", referral.StateClosed: "Finished", referral.StateDeclined: "Not taken on",
		referral.StateRerouted: "Sent elsewhere", referral.StateExpired: "Ended: they could not be reached", referral.StateWithdrawn: "Ended: they did not want it",
		referral.StateInError: "Entered in error",
	}, s)
}

func (v *visit) stage(s placement.State) string {
	return of(v, map[placement.State]string{
		placement.StateProposed: "Suggested, and not asked yet", placement.StateOffered: "Asked: no answer yet", placement.StateAccepted: "Said yes",
		placement.StateStarted: "They go there", placement.StateCompleted: "Finished", placement.StateStopped: "Stopped", placement.StateDeclined: "Said no",
		placement.StateLapsed: "Nobody answered in time", placement.StateWithdrawn: "Called off", placement.StateInError: "Entered in error",
	}, s)
}

func (v *visit) outcome(o needs.Outcome) string {
	return of(v, map[needs.Outcome]string{
		needs.Met: "It is better now", needs.PartlyMet: "Partly better", needs.NotMet: "Nothing helped", needs.Withdrawn: "They do not want it any more",
		needs.UnknownOutcome: "Nobody could find out", needs.Signposted: "They know where to go", needs.SelfReferred: "They ask a service themself",
	}, o)
}

func (v *visit) why(w worklist.Why) string {
	return of(v, map[worklist.Why]string{
		worklist.WhyNobodyAsked: "A concern about their safety: no team was asked yet.", worklist.WhyNoAnswer: "A team was asked about their safety, and has not said yes.",
		worklist.WhyBounced: "A team said no, or nothing in time.", worklist.WhyAfterConcern: "A team has taken the concern over. They are to hear from you.",
		worklist.WhyAlert: "An answer in a questionnaire.", worklist.WhyConcernRaised: "A concern was raised: the referrer hears today.",
		worklist.WhyWithdrawal: "They have asked to stop.", worklist.WhyWaits: "Nobody has spoken to them yet.", worklist.WhyWorse: "They said that it is worse.",
		worklist.WhySessionOver: "A session is over, and nobody has said whether they came.", worklist.WhySuggested: "Something was suggested, and not sent.",
		worklist.WhySent: "A service was asked, and has not answered.", worklist.WhyHasDetails: "They were told where to go.",
		worklist.WhyListed: "A service has them on its waiting list.", worklist.WhySaidYes: "A service said yes, and nothing has begun.",
		worklist.WhyPlanned: "It is planned for that day.", worklist.WhySeries: "Questionnaires are due.", worklist.WhyGoing: "They go somewhere, and nobody has heard of it since.",
		worklist.WhyNothingGoes: "Nothing was suggested yet.", worklist.WhyAllEnded: "All that was suggested has ended.", worklist.WhyNews: "There is news that the referrer has not been told.",
	}, w)
}

func (v *visit) next(n worklist.Next) string {
	return of(v, map[worklist.Next]string{
		worklist.NextConcern: "See that a team takes it over", worklist.NextAlert: "Answer the alert", worklist.NextAlarm: "Tell the referrer",
		worklist.NextWithdraw: "End what they want to stop", worklist.NextSpeak: "Speak to them", worklist.NextCheckIn: "Ring them while they wait",
		worklist.NextMark: "Note whether they came", worklist.NextSend: "Send it", worklist.NextAnswer: "Chase the answer", worklist.NextStart: "See that it begins",
		worklist.NextSession: "A session", worklist.NextAsk: "Ask how it goes", worklist.NextMeasure: "Ask the questions", worklist.NextFollowUp: "Ask how things are",
		worklist.NextSuggest: "Look for help", worklist.NextClose: "Close", worklist.NextTell: "Tell the referrer how things stand",
	}, n)
}

func (v *visit) kind(k consent.Kind) string {
	return of(v, map[consent.Kind]string{
		consent.Contact: "how to reach them", consent.Flags: "concerns about their safety", consent.Notes: "notes", consent.Measures: "measures", consent.Needs: "needs",
	}, k)
}

func (v *visit) danger(k concern.Kind) string {
	return of(v, map[concern.Kind]string{
		concern.Crisis: "A danger to life, such as thoughts of suicide", concern.Safeguarding: "Harm or neglect, by others or of oneself",
	}, k)
}

func (v *visit) about(r concern.Reason) string {
	return of(v, map[concern.Reason]string{
		concern.SuicidalThoughts: "Thoughts of suicide", concern.SelfHarm: "Self-harm", "domestic-abuse": "Abuse at home", "physical-abuse": "Somebody hurts them",
		"sexual-abuse": "Sexual abuse", "financial-abuse-risk": "Somebody takes their money", "self-neglect": "They neglect themself", "child-neglect": "A child is not looked after",
		concern.Unspecified: "Something else, or not said yet",
	}, r)
}

// label is what a field is called where its form is not there.
func label(field string) string {
	if words, ok := map[string]string{
		"number": "NHS number", "given": "First name", "family": "Last name", "born": "Born on", "reasons": "Trouble", "urgency": "How soon",
		"telephone": "Telephone", "safe": "Safe to ring", "message": "May be left", "agreed": "Agreed", "agrees": "Agreed", "note": "Note", "minutes": "Minutes",
	}[field]; ok {
		return words
	}
	first, n := utf8.DecodeRuneInString(field)
	return string(unicode.ToUpper(first)) + field[n:]
}

// day is a day on which somebody acts: with its weekday, or today.
func (v *visit) day(d sp.Date) string {
	switch {
	case d.IsZero():
		return v.say("no day is set")
	case d == v.desk.Scheme.Promises.Calendar.Date(v.desk.Now()):
		return v.say("today")
	}
	_, month, day := d.Civil()
	return fmt.Sprintf("%s %d %s", v.say(d.Weekday().String()), day, v.say(month.String()))
}

// date is a day that lies further off.
func (v *visit) date(d sp.Date) string {
	if d.IsZero() {
		return v.say("not known")
	}
	year, month, day := d.Civil()
	return fmt.Sprintf("%d %s %d", day, v.say(month.String()), year)
}

// moment is a time by the clock of the scheme.
func (v *visit) moment(t time.Time) string {
	t = t.In(v.desk.Scheme.Promises.Calendar.Zone())
	return fmt.Sprintf("%d %s, %s", t.Day(), v.say(t.Month().String()), t.Format("15:04"))
}

// called is what somebody is called, whole.
func called(n person.Name) string {
	return strings.TrimSpace(cmp.Or(n.Given, n.Known) + " " + n.Family)
}

// first is what somebody is called to their face.
func first(n person.Name) string { return cmp.Or(n.Known, n.Given, n.Family) }
