package letter

import (
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/feedback"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/words"
)

// The codes that England records for social prescribing and that a published
// source confirms. Source: Transformation Partners in Health and Care, FAQs.
const (
	snomedReferred sp.SCTID = 871731000000106 // first interaction of an episode only
	snomedDeclined sp.SCTID = 871711000000103
)

// MessageBack renders the message to whoever referred, from what was recorded in
// the case. The permission is asked about each field as that reader; nil
// withholds everything but that the referral was received, and how urgent it was
// then. A reason or a result is told only beside the status that it explains, and
// nothing of placements without the service. A need that is sensitive is told only where
// the permission names it for that reader and their audience, and so is a service that is
// for it or whose name tells it ([Wording]). Concerns about safety are told where the permission allows the field "flags", and
// of a permission that tells their kinds apart ([consent.FlagPermission]) those that it
// allows. Once it is sent, SendFeedback of the referral notes it.
func MessageBack(c *referral.Case, w Wording, permission consent.Permission, at time.Time) *feedback.Message {
	r := c.Referral
	if r == nil {
		return &feedback.Message{At: at} // of nobody there is nothing to tell
	}
	may, told, withheld := ask(permission, r.Requester(), r.Person(),
		FieldStatus, FieldService, FieldNeeds, FieldReason, FieldResult, FieldContact, FieldFlags)
	m := &feedback.Message{Title: w.Words.Sentence(words.Letters, "title", "referral", string(r.ID())), Referral: r.ID(), To: r.Requester(), At: at, Withheld: withheld}
	facts := gather(c, w)
	d := w.discretion(permission, r.Requester(), audience(facts.received.Source, r.Requester()), r.Person())
	m.Withheld = append(append(m.Withheld, d.withheld()...), d.names(may)...)
	m.Told = may.only(told)
	t := teller{Wording: w, may: may, discretion: d}
	part(m, w, "referral", w.Words.Sentence(words.Letters, "received", "day", w.day(r.Received()),
		"urgency", words.Of(w.Words, facts.received.Urgency), "needs", t.forNeeds("for-comma", facts.received.Reasons)))
	if may[FieldContact] {
		part(m, w, "contact", facts.contact(r, w, at, may[FieldStatus] && !r.State().Open()))
		if !r.FirstContact().IsZero() {
			m.Codes = append(m.Codes, snomedReferred.Code("Referral to social prescribing service"))
		}
	}
	if list := d.told(r.Needs()); may[FieldNeeds] && facts.assessed && len(list) > 0 {
		part(m, w, "needs", w.Words.Sentence(words.Letters, "needs", "needs", w.needs(list)))
	}
	if may[FieldService] {
		part(m, w, "options", t.options(facts.shown)...)
		part(m, w, "support", t.support(d.without(c, may))...)
	}
	if may[FieldService] && may[FieldStatus] && may[FieldNeeds] {
		part(m, w, "nothing-found", t.nothing(facts.nowhere)...)
	}
	for _, x := range facts.concerns {
		if may[FieldFlags] || d.tellsFlag(x.kind) {
			part(m, w, "concerns", x.text)
		}
	}
	if may[FieldStatus] && !r.State().Open() {
		part(m, w, "outcome", t.ending(c))
		if why := r.Reason(); may[FieldReason] && why.Whose == reason.Person && why.Code == reason.PersonsChoice {
			m.Codes = append(m.Codes, snomedDeclined.Code("Social prescribing declined"))
		}
	}
	return m
}

// part puts lines under the heading that the words have for it.
func part(m *feedback.Message, w Wording, heading string, lines ...string) {
	m.Add(w.Words.Sentence(words.Letters, "heading/"+heading), lines...)
}

func (t teller) support(c *referral.Case) []string {
	var lines []string
	for _, p := range c.Placements {
		if p == nil || p.State() == placement.StateInError {
			continue
		}
		key, outcome := "support", ""
		parts := []string{"service", t.service(p.Service()), "needs", t.forNeeds("for-comma", p.Needs())}
		if t.may[FieldStatus] {
			if p.State() == placement.StateCompleted {
				outcome = t.outcome(p.Result())
			}
			key = "support/standing"
			parts = append(parts, "standing", t.standing(p, c.Sessions), "outcome", outcome, "reason", t.because(p.Reason()))
		}
		lines = append(lines, t.Words.Sentence(words.Letters, key, parts...))
	}
	return lines
}

// standing says where a placement stands. Whoever attended a session has started,
// even if only the attendance list tells.
func (t teller) standing(p *placement.Placement, sessions []*session.Session) string {
	_, waiting := p.Waiting()
	attended := slices.ContainsFunc(sessions, func(x *session.Session) bool {
		return x != nil && x.State() == session.StateAttended && x.Plan().Placement == p.ID()
	})
	switch s := p.State(); {
	case attended && s.Open():
		return words.Of(t.Words, placement.StateStarted)
	case waiting:
		return t.Words.Say(words.PlacementStandings, words.WaitListed)
	case s == placement.StateOffered && p.Sent().Level != placement.FullReferral:
		return t.Words.Say(words.PlacementStandings, words.Signposted)
	default:
		return words.Of(t.Words, s)
	}
}

// options says what the person was shown and what they chose.
func (t teller) options(shown []referral.OptionsShown) []string {
	var lines []string
	for _, x := range shown {
		if key, parts, ok := t.choice(x); ok {
			lines = append(lines, t.Words.Sentence(words.Letters, strings.TrimSuffix("options/"+key, "/"), parts...))
		}
	}
	return lines
}

// choice returns the key and the parts of a sentence about a choice, and false where it
// would tell a need that the reader may not know.
func (t teller) choice(x referral.OptionsShown) (key string, parts []string, ok bool) {
	if !t.may[FieldService] || t.may[FieldNeeds] && len(t.told(x.Needs)) < len(x.Needs) || slices.ContainsFunc(x.Options, t.gives) {
		return "", nil, false
	}
	names := func(ids []directory.ID) string {
		list := make([]string, len(ids))
		for i, id := range ids {
			list[i] = t.service(id)
		}
		return t.and(list)
	}
	because := ""
	if len(x.Why) > 0 && t.may[FieldReason] {
		said := make([]string, len(x.Why))
		for i, why := range x.Why {
			said[i] = words.Of(t.Words, why)
		}
		because = t.Words.Sentence(words.Parts, "because", "reason", t.and(said))
	}
	if len(x.Chosen) == 0 {
		key = "none"
	}
	return key, []string{"needs", t.forNeeds("for", x.Needs), "options", names(x.Options), "chosen", names(x.Chosen), "reason", because}, true
}

func (t teller) nothing(found []referral.NothingFound) []string {
	var lines []string
	for _, x := range found {
		if !t.tells(x.Need) {
			continue
		}
		lines = append(lines, t.Words.Sentence(words.Letters, "nothing-found", "need", t.need(x.Need), "reason", t.because(x.Reason)))
	}
	return lines
}

func (t teller) ending(c *referral.Case) string {
	r := c.Referral
	because := t.because(r.Reason())
	switch {
	case r.State() != referral.StateClosed:
		return t.Words.Sentence(words.Letters, "ended", "state", words.Of(t.Words, r.State()), "reason", because)
	case t.may[FieldResult] && goalsMet(c):
		return t.Words.Sentence(words.Letters, "closed/goals", "reason", because)
	default:
		return t.Words.Sentence(words.Letters, "closed", "outcome", t.outcome(r.Result()), "unmet", t.unmet("still-there", r.Result()), "reason", because)
	}
}

// goalsMet reports whether goals may be said to be met: the referral was closed as met, and
// of the goals that were set in it each was looked at again and found to be reached. Where
// no goal was set there is none to speak of.
func goalsMet(c *referral.Case) bool {
	if c.Referral.Result().Outcome != needs.Met {
		return false
	}
	reached := false
	for _, a := range c.Assessments {
		if a.Opened().Before(c.Referral.Received()) {
			continue // of an earlier episode
		}
		for _, g := range a.Goals() {
			if g.Outcome == needs.Withdrawn {
				continue
			}
			if g.Outcome != needs.Met {
				return false
			}
			reached = true
		}
	}
	return reached
}
