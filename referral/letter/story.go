package letter

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/store"
)

// An Account is what a person is told of their own case.
type Account struct {
	Lines    []Line
	Told     []consent.Told     // what its reader may see, and on which authority
	Withheld []consent.Withheld // for whoever hands the account over, and not for its reader
}

// A Line is one sentence of a person's story, and what it is made of.
type Line struct {
	Day  string          `json:"day"`
	Text string          `json:"text"`
	On   sp.Date         `json:"on"`             // the day
	Kind store.EventType `json:"kind"`           // what happened
	Who  sp.Role         `json:"who"`            // whose doing it was
	Next string          `json:"next,omitempty"` // what was to follow then; empty where nothing was
}

// Story tells a person what has happened in their case, in plain sentences and
// in the order in which it happened, without the paperwork between others.
//
// The permission is asked about each field for whoever is to read it, and nil
// leaves no more than that somebody got in touch. Concerns about safety are never
// told to the role of the person, whatever the permission says: in a child's
// home, or an abusive one, whoever reads along may be the one they are about.
// Needs that are sensitive, such as domestic abuse, are told only where the permission
// names them ([consent.SensitivePermission]), and so are services that are for them or whose
// name tells them ([Wording]).
func Story(c *referral.Case, w Wording, reader sp.Actor, permission consent.Permission) Account {
	if c.Referral == nil {
		return Account{} // of nobody there is nothing to tell
	}
	may, told, withheld := ask(permission, reader, c.Referral.Person(),
		FieldStatus, FieldService, FieldNeeds, FieldStep, FieldReason, FieldResult, FieldContact, FieldFlags)
	d := w.discretion(permission, reader, consent.ThePerson, c.Referral.Person())
	story := Account{Withheld: append(append(withheld, d.withheld()...), d.names(may)...)}
	story.Told = may.only(told)
	t := teller{Wording: w, may: may, you: true, discretion: d, goals: goalsMet(c)}
	for _, e := range d.without(c, may).Timeline() {
		if text := t.tell(e.Entry); text != "" {
			story.Lines = append(story.Lines, Line{
				Day: w.day(e.Stamp.At), Text: text, On: sp.DateOf(w.local(e.Stamp.At)), Kind: e.Event.EventType(), Who: e.Stamp.By.Role,
				Next: w.Words.Sentence(words.StoryNext, string(e.Event.EventType())),
			})
		}
	}
	return story
}

// A teller puts into words what one reader may see.
type teller struct {
	Wording
	may sight
	you bool // it speaks to the person, and not of them

	goals bool // what they set out to reach was reached
	discretion
}

func (t teller) because(why reason.Reason) string {
	switch {
	case why.Code == "" || !t.may[FieldReason]:
		return ""
	case t.you:
		return t.Words.Sentence(words.Parts, "because", "reason", t.Words.ReasonToPerson(why))
	default:
		return t.Words.Sentence(words.Parts, "because", "reason", t.Words.Reason(why))
	}
}

func (t teller) forNeeds(intro string, list []needs.Code) string {
	list = t.told(list)
	if len(list) == 0 || !t.may[FieldNeeds] {
		return ""
	}
	return t.Words.Sentence(words.Parts, intro, "needs", t.needs(list))
}

func (t teller) outcome(r needs.Result) string {
	if !t.may[FieldResult] {
		return ""
	}
	return t.Words.Sentence(words.Parts, "outcome", "outcome", words.Of(t.Words, r.Outcome))
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
	say := func(field, key string, parts ...string) (string, string) {
		return field, t.tellOf(e.EventType(), key, parts...)
	}
	switch f := e.(type) {
	case referral.Received:
		if s.By.Role == sp.RolePerson {
			return say("", "self", "needs", t.forNeeds("with", f.Reasons))
		}
		return say("", "", "needs", t.forNeeds("about", f.Reasons))
	case referral.Accepted, referral.Assigned, referral.Rerouted, referral.Expired:
		return say(FieldStatus, "")
	case referral.Attempted:
		return say(FieldContact, visit(f.Channel), "channel", t.channel(f.Channel))
	case referral.Contacted:
		return say(FieldContact, visit(f.Channel), "channel", t.channel(f.Channel))
	case referral.CheckedIn, referral.FollowedUp:
		return say(FieldContact, "")
	case referral.Assessed:
		if list := t.told(f.Needs); len(list) > 0 {
			return say(FieldNeeds, "", "needs", t.needs(list))
		}
	case referral.OptionsShown:
		if key, parts, ok := t.choice(f); ok {
			return say(FieldService, key, parts...)
		}
	case referral.NothingFound:
		if t.may[FieldService] && t.may[FieldNeeds] && t.tells(f.Need) {
			return say(FieldStatus, "", "need", t.need(f.Need), "reason", t.because(f.Reason))
		}
	case referral.Flagged, referral.HandOverOffered, referral.HandedOver:
		return say(FieldFlags, "")
	case referral.HandOverAnswered:
		return say(FieldFlags, answerKey(f.Answer))
	case referral.FollowUpPlanned:
		return say(FieldContact, "", "day", t.Words.Day(f.On))
	case referral.FollowUpCalledOff:
		return say(FieldContact, "", "reason", t.because(f.Reason))
	case referral.Declined:
		return say(FieldStatus, "", "reason", t.because(f.Reason))
	case referral.WithdrawalAsked:
		return say(FieldStatus, "", "reason", t.because(f.Reason))
	case referral.Withdrawn:
		return say(FieldStatus, "", "reason", t.because(f.Reason))
	case referral.Closed:
		key, parts := t.closed(f)
		return say(FieldStatus, key, parts...)
	}
	return "", ""
}

// closed returns the key and the parts of the sentence for how a referral came to its end.
func (t teller) closed(f referral.Closed) (key string, parts []string) {
	told := f.Outcome == needs.Signposted || f.Outcome == needs.SelfReferred
	switch why := t.because(f.Reason); {
	case why != "":
		return "stopped", []string{"reason", why}
	case t.goals && t.may[FieldResult]:
		return "goals", nil
	case told && t.may[FieldResult]:
		return string(f.Outcome), nil
	}
	return "", []string{"outcome", t.outcome(f.Result), "unmet", t.unmet("still-open", f.Result)}
}

// tellOf returns the sentence of an event from the table, with its parts.
func (t teller) tellOf(kind store.EventType, key string, parts ...string) string {
	code := string(kind)
	if key != "" {
		code += "/" + key
	}
	return t.Words.Sentence(words.Story, code, parts...)
}

func visit(c person.Channel) string {
	if c == referral.Visit {
		return "visit"
	}
	return ""
}

// answerKey groups the answers of teams by what the person is told of them.
func answerKey(a concern.Answer) string {
	switch {
	case a == concern.RaisedByMistake:
		return "mistake"
	case a == concern.AssessedNoConcern:
		return "no-concern"
	case a.Bounces():
		return "bounced"
	}
	return ""
}

func (t teller) placement(e placement.Event) (field, text string) {
	if !t.may[FieldService] {
		return FieldService, ""
	}
	say := func(field, key string, parts ...string) (string, string) {
		return field, t.tellOf(e.EventType(), key, parts...)
	}
	switch f := e.(type) {
	case placement.Proposed:
		return say(FieldService, "", "service", t.service(f.Service), "needs", t.forNeeds("for", f.Needs))
	case placement.Offered:
		return FieldStatus, t.offered(f)
	case placement.Disclosed:
		return FieldStatus, t.disclosed(f.EventType(), f.Authority, f.Grounds, f.Items)
	case placement.Declined:
		return say(FieldStatus, "", "service", t.service(f.Service), "reason", t.because(f.Reason))
	case placement.Lapsed:
		return say(FieldStatus, "", "service", t.service(f.Service), "reason", t.because(f.Reason))
	case placement.WaitListed, placement.Accepted:
		return say(FieldStatus, "")
	case placement.Stepped:
		return say(FieldStep, "", "step", words.Of(t.Words, f.Step))
	case placement.Withdrawn:
		return say(FieldStatus, "", "reason", t.because(f.Reason))
	case placement.Stopped:
		return say(FieldStatus, "", "service", t.service(f.Service), "reason", t.because(f.Reason))
	case placement.Completed:
		if !f.Outcome.Told() && f.Outcome != needs.UnknownOutcome {
			return say(FieldStatus, "own-hands", "service", t.service(f.Service))
		}
		return say(FieldStatus, "", "service", t.service(f.Service), "outcome", t.outcome(f.Result))
	}
	return "", ""
}

// offered says what a provider was told, and on which authority, as far as that was noted.
func (t teller) offered(f placement.Offered) string {
	if f.Level != placement.FullReferral {
		return t.tellOf(f.EventType(), "own-hands")
	}
	if len(f.Disclosed) == 0 {
		return t.tellOf(f.EventType(), "asked")
	}
	return t.disclosed(f.EventType(), f.Authority, f.Grounds, f.Disclosed)
}

// disclosed has a sentence for each authority on which something was told.
func (t teller) disclosed(kind store.EventType, shared consent.Authority, grounds []placement.Ground, items []placement.Item) string {
	var order []consent.Authority
	told := make(map[consent.Authority][]string)
	for i, item := range items {
		on := shared
		if i < len(grounds) {
			on = grounds[i].Authority
		}
		if !slices.Contains(order, on) {
			order = append(order, on)
		}
		told[on] = append(told[on], t.Words.Field(item.Field))
	}
	var said []string
	for _, on := range order {
		said = append(said, t.tellOf(kind, string(on), "told", t.and(told[on])))
	}
	return strings.Join(said, " ")
}

func (t teller) session(e session.Event) (field, text string) {
	if !t.may[FieldService] {
		return FieldService, ""
	}
	switch f := e.(type) {
	case session.Attended, session.Missed:
		return FieldStatus, t.tellOf(e.EventType(), "")
	case session.Cancelled:
		return FieldStatus, t.tellOf(e.EventType(), "", "reason", t.because(f.Reason))
	}
	return "", ""
}
