package partner

import (
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// A Line is one sentence of a person's story.
type Line struct {
	Day  string
	Text string
}

// Story tells a person what has happened in their case, in plain sentences and
// in the order in which it happened. It keeps back nothing but the paperwork
// between others.
func Story(c *referral.Case, w Wording) []Line {
	t := teller{w}
	var lines []Line
	for _, e := range c.Timeline() {
		if text := t.tell(e); text != "" {
			lines = append(lines, Line{w.day(e.Stamp.At), text})
		}
	}
	return lines
}

type teller struct{ Wording }

func (t teller) tell(e store.Entry[store.Fact]) string {
	switch f := e.Fact.(type) {
	case referral.Event:
		return t.referral(f, e.Stamp)
	case placement.Event:
		return t.placement(f)
	case session.Event:
		return t.session(f)
	}
	return ""
}

func (t teller) referral(e referral.Event, s sp.Stamp) string {
	switch f := e.(type) {
	case referral.Received:
		if s.By.Role == sp.RolePerson {
			return "You asked us for help with " + t.needs(f.Reasons) + "."
		}
		return "We were asked to get in touch with you about " + t.needs(f.Reasons) + "."
	case referral.Accepted:
		return "A link worker took on your case."
	case referral.Assigned:
		return "Another link worker took over your case."
	case referral.Attempted:
		return fmt.Sprintf("We tried to reach you by %s.", f.Channel)
	case referral.Contacted:
		if f.Channel == referral.Visit {
			return "We met."
		}
		return fmt.Sprintf("We spoke by %s.", f.Channel)
	case referral.Assessed:
		return "Together we worked out what matters: " + t.needs(f.Needs) + "."
	case referral.PlacementProposed:
		return ""
	case referral.NothingFound:
		return fmt.Sprintf("We found nothing for %s, because %s. We have told those who plan services.", t.need(f.Need), f.Reason.Means())
	case referral.Flagged:
		return "Somebody was worried about your safety."
	case referral.HandedOver:
		return "People who are there for that took it on."
	case referral.FollowUpPlanned:
		y, m, d := f.On.Civil()
		return fmt.Sprintf("We agreed to speak again on %d %s %d.", d, m, y)
	case referral.FollowedUp:
		return "We asked how you are."
	case referral.Declined:
		return "We could not take this on, because " + f.Reason.Means() + "."
	case referral.Rerouted:
		return "We passed this on to somebody who can do more."
	case referral.Expired:
		return "Nobody acted on this in time. That should not have happened."
	case referral.Withdrawn:
		return "This was taken back, because " + f.Reason.Means() + ". You can come back at any time."
	case referral.Closed:
		if f.Reason.Code != "" {
			return "We stopped, because " + f.Reason.Means() + ". You can come back at any time."
		}
		text := "We finished; " + outcomeWords(f.Outcome)
		if len(f.Unmet) > 0 {
			text += "; still open: " + t.needs(f.Unmet)
		}
		return text + ". You can come back at any time."
	}
	return ""
}

func (t teller) placement(e placement.Event) string {
	switch f := e.(type) {
	case placement.Proposed:
		return fmt.Sprintf("We suggested %s for %s.", t.service(f.Service), t.needs(f.Needs))
	case placement.Offered:
		return t.offered(f)
	case placement.Declined:
		return fmt.Sprintf("Nothing came of %s, because %s.", t.service(f.Service), f.Reason.Means())
	case placement.Lapsed:
		return fmt.Sprintf("Nothing came of %s, because %s.", t.service(f.Service), f.Reason.Means())
	case placement.WaitListed:
		return "You were put on a waiting list there."
	case placement.Accepted:
		return "A place was kept for you."
	case placement.Stepped:
		return "We agreed that the next time is " + stepWords(f.Step) + "."
	case placement.Withdrawn:
		return "We took one offer back, because " + f.Reason.Means() + "."
	case placement.Stopped:
		return fmt.Sprintf("You left %s, because %s.", t.service(f.Service), f.Reason.Means())
	case placement.Completed:
		return fmt.Sprintf("You finished %s; %s.", t.service(f.Service), outcomeWords(f.Outcome))
	}
	return ""
}

func (t teller) offered(f placement.Offered) string {
	if f.Level != placement.FullReferral {
		return "You have the details, and will get in touch yourself. We told them nothing about you."
	}
	var told []string
	for _, item := range f.Disclosed {
		told = append(told, strings.ReplaceAll(item.Field, "-", " "))
	}
	return "With your agreement we told them: " + and(told) + "."
}

func (t teller) session(e session.Event) string {
	switch f := e.(type) {
	case session.Attended:
		return "You were there."
	case session.Missed:
		return "You could not come. That is all right."
	case session.Cancelled:
		return "A meeting was called off, because " + f.Reason.Means() + "."
	}
	return ""
}
