package letter

import (
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/store"
)

// A Line is one sentence of a person's story.
type Line struct {
	Day  string
	Text string
}

// Story tells a person what has happened in their case, in plain sentences and
// in the order in which it happened, without the paperwork between others.
//
// The permission is asked about each field for whoever is to read it, and nil
// leaves no more than that somebody got in touch. Concerns about safety are never
// told to the role of the person, whatever the permission says: in a child's
// home, or an abusive one, whoever reads along may be the one they are about.
// Needs that are sensitive, such as domestic abuse, are told only where the permission
// names them ([consent.SensitivePermission]), and so are services that are for them.
// What was withheld is for whoever hands the story over, not for its reader.
func Story(c *referral.Case, w Wording, reader sp.Actor, permission consent.Permission) ([]Line, []Withheld) {
	if c.Referral == nil {
		return nil, nil // of nobody there is nothing to tell
	}
	may, withheld := ask(permission, reader, c.Referral.Person(),
		FieldStatus, FieldService, FieldNeeds, FieldStep, FieldReason, FieldResult, FieldContact, FieldFlags)
	d := w.discretion(permission, reader, consent.ThePerson, c.Referral.Person())
	withheld = append(withheld, d.withheld()...)
	t := teller{Wording: w, may: may, you: true, discretion: d}
	var lines []Line
	for _, e := range d.without(c, may).Timeline() {
		if text := t.tell(e.Entry); text != "" {
			lines = append(lines, Line{w.day(e.Stamp.At), text})
		}
	}
	return lines, withheld
}

// A teller puts into words what one reader may see.
type teller struct {
	Wording
	may sight
	you bool // it speaks to the person, and not of them
	discretion
}

func (t teller) because(why reason.Reason) string {
	switch {
	case why.Code == "" || !t.may[FieldReason]:
		return ""
	case t.you:
		return ", because " + t.Words.ReasonToPerson(why)
	default:
		return ", because " + t.Words.Reason(why)
	}
}

func (t teller) forNeeds(intro string, list []needs.Code) string {
	list = t.told(list)
	if len(list) == 0 || !t.may[FieldNeeds] {
		return ""
	}
	return intro + t.needs(list)
}

func (t teller) outcome(r needs.Result) string {
	if !t.may[FieldResult] {
		return ""
	}
	return "; " + words.Of(t.Words, r.Outcome)
}

func (t teller) unmet(intro string, r needs.Result) string {
	if !t.may[FieldResult] {
		return ""
	}
	return t.forNeeds(intro, r.Unmet)
}

// tell returns the sentence for an event, and nothing if it is silent or the
// reader may not see what it is about.
func (t teller) tell(e store.Entry[store.Event]) string {
	var field, text string
	switch f := e.Event.(type) {
	case referral.Event:
		field, text = t.referral(f, e.Stamp)
	case placement.Event:
		field, text = t.placement(f)
	case session.Event:
		field, text = t.session(f)
	}
	if field != "" && !t.may[field] {
		return ""
	}
	return text
}

// referral returns the sentence for an event, and the field that it is about;
// that somebody asked is about none.
func (t teller) referral(e referral.Event, s sp.Stamp) (field, text string) {
	switch f := e.(type) {
	case referral.Received:
		if s.By.Role == sp.RolePerson {
			return "", "You asked us for help" + t.forNeeds(" with ", f.Reasons) + "."
		}
		return "", "We were asked to get in touch with you" + t.forNeeds(" about ", f.Reasons) + "."
	case referral.Accepted:
		return FieldStatus, "A link worker took on your case."
	case referral.Assigned:
		return FieldStatus, "Another link worker took over your case."
	case referral.Attempted:
		if f.Channel == referral.Visit {
			return FieldContact, "We came to see you and did not find you."
		}
		return FieldContact, "We tried to reach you " + t.channel(f.Channel) + "."
	case referral.Contacted:
		if f.Channel == referral.Visit {
			return FieldContact, "We met."
		}
		return FieldContact, "We spoke " + t.channel(f.Channel) + "."
	case referral.CheckedIn:
		return FieldContact, "We asked how you are while you wait."
	case referral.Assessed:
		if list := t.told(f.Needs); len(list) > 0 {
			return FieldNeeds, "Together we worked out what matters: " + t.needs(list) + "."
		}
	case referral.NothingFound:
		if t.may[FieldService] && t.may[FieldNeeds] && t.tells(f.Need) {
			return FieldStatus, fmt.Sprintf("We found nothing for %s%s. We have told those who plan services.", t.need(f.Need), t.because(f.Reason))
		}
	case referral.Flagged:
		return FieldFlags, "Somebody was worried about your safety."
	case referral.HandOverOffered:
		return FieldFlags, "We asked people who are there for that to take it on."
	case referral.HandOverAnswered:
		return FieldFlags, t.answer(f.Answer)
	case referral.HandedOver:
		return FieldFlags, "People who are there for that took it on."
	case referral.FollowUpPlanned:
		y, m, d := f.On.Civil()
		return FieldContact, fmt.Sprintf("We agreed to speak again on %d %s %d.", d, m, y)
	case referral.FollowedUp:
		return FieldContact, "We asked how you are."
	case referral.FollowUpCalledOff:
		return FieldContact, "We called off that conversation" + t.because(f.Reason) + "."
	case referral.Declined:
		return FieldStatus, "We could not take this on" + t.because(f.Reason) + "."
	case referral.Rerouted:
		return FieldStatus, "We passed this on to somebody who can do more."
	case referral.Expired:
		return FieldStatus, "Nobody acted on this in time. That should not have happened."
	case referral.WithdrawalAsked:
		return FieldStatus, "You asked us to stop" + t.because(f.Reason) + ". Your link worker will see to it."
	case referral.Withdrawn:
		return FieldStatus, "This was taken back" + t.because(f.Reason) + "." + welcome
	case referral.Closed:
		if why := t.because(f.Reason); why != "" {
			return FieldStatus, "We stopped" + why + "." + welcome
		}
		return FieldStatus, "We finished" + t.outcome(f.Result) + t.unmet("; still open: ", f.Result) + "." + welcome
	}
	return "", ""
}

// answer says what came of asking people to take a concern on.
func (t teller) answer(a concern.Answer) string {
	switch {
	case a == concern.RaisedByMistake:
		return "It turned out that there was nothing to worry about."
	case a == concern.AssessedNoConcern:
		return "People who are there for that looked, and found nothing to worry about."
	case a.Bounces():
		return "They could not take it on."
	}
	return "They know of it."
}

const welcome = " You can come back at any time."

func (t teller) placement(e placement.Event) (field, text string) {
	if !t.may[FieldService] {
		return FieldService, ""
	}
	switch f := e.(type) {
	case placement.Proposed:
		return FieldService, "We suggested " + t.service(f.Service) + t.forNeeds(" for ", f.Needs) + "."
	case placement.Offered:
		return FieldStatus, t.offered(f)
	case placement.Declined:
		return FieldStatus, "Nothing came of " + t.service(f.Service) + t.because(f.Reason) + "."
	case placement.Lapsed:
		return FieldStatus, "Nothing came of " + t.service(f.Service) + t.because(f.Reason) + "."
	case placement.WaitListed:
		return FieldStatus, "You were put on a waiting list there."
	case placement.Accepted:
		return FieldStatus, "A place was kept for you."
	case placement.Stepped:
		return FieldStep, "We agreed that the next time is " + words.Of(t.Words, f.Step) + "."
	case placement.Withdrawn:
		return FieldStatus, "We took one offer back" + t.because(f.Reason) + "."
	case placement.Stopped:
		return FieldStatus, "You left " + t.service(f.Service) + t.because(f.Reason) + "."
	case placement.Completed:
		return FieldStatus, "You finished " + t.service(f.Service) + t.outcome(f.Result) + "."
	}
	return "", ""
}

func (t teller) offered(f placement.Offered) string {
	if f.Level != placement.FullReferral {
		return "You have the details, and will get in touch yourself. We told them nothing about you."
	}
	var told []string
	for _, item := range f.Disclosed {
		told = append(told, strings.ReplaceAll(item.Field, "-", " "))
	}
	return "With your agreement we told them your " + and(told) + "."
}

func (t teller) session(e session.Event) (field, text string) {
	if !t.may[FieldService] {
		return FieldService, ""
	}
	switch f := e.(type) {
	case session.Attended:
		return FieldStatus, "You were there."
	case session.Missed:
		return FieldStatus, "You could not come. That is all right."
	case session.Cancelled:
		return FieldStatus, "A meeting was called off" + t.because(f.Reason) + "."
	}
	return "", ""
}
