package referral

import (
	"cmp"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/concern"
)

// Raise records a concern about somebody's safety that a team has to take over, under an
// ID of its own. Anybody may raise one, at any time. As long as it is open the referral
// ends in no way but by a death, and [Repository.Flagged] lists it. An alert of an
// assessment holds its [Case] without a concern: raise one as well where others are to
// know. A team that is named is asked at once; see [Referral.OfferHandOver].
func (r *Referral) Raise(f Flagged, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(string(f.Flag), "flag")
	e.Check(slices.Contains(concern.Kinds(), f.Kind), "kind", sp.NotListed, "must be crisis or safeguarding")
	e.Check(f.Reason.Known(), "reason", sp.NotListed, "must be one of the list of package concern")
	e.Check(r.concern(f.Flag) == nil, "flag", sp.WrongState, "was raised before")
	e.CheckOptionalID(string(f.To), "to")
	return r.do(RaiseFlag, string(f.To), s, e.Fields, f)
}

// OfferHandOver records that a team is asked to take a concern over, by the ID that its
// people act for. Several may be asked, one after the other or at once. From then on the
// people of the team may answer themselves. A link worker who asks for a concern that
// nobody carries, carries it.
func (r *Referral) OfferHandOver(id concern.ID, to concern.TeamID, s sp.Stamp) error {
	c, e := r.about(id, s)
	e.CheckID(string(to), "to")
	e.Check(c == nil || string(to) != c.Holder().Who && string(to) != string(r.worker.value), "to", sp.Inconsistent, "must be somebody other than who carries it")
	return r.do(OfferHandOver, string(to), s, e.Fields, HandOverOffered{id, to})
}

// AcceptHandOver records a team's yes: the concern is theirs now. Somebody of the team
// says so; or a link worker does who has it from the team, and who neither carries the
// concern nor has asked the team, so that two people stand for it. What one person can
// record alone is that the team was told; see [Referral.AnswerHandOver]. The reference is the team's own, and may be empty.
func (r *Referral) AcceptHandOver(id concern.ID, to concern.TeamID, reference string, s sp.Stamp) error {
	c, e := r.about(id, s)
	e.CheckID(string(to), "to")
	e.CheckOptionalID(reference, "reference")
	r.second(e, c, to, s.By)
	return r.do(AcceptHandOver, string(to), s, e.Fields, HandedOver{id, to, reference})
}

// AnswerHandOver records what else came of asking a team: any answer but its yes. That
// nothing was found is the word of the team, like its yes. That the concern was raised by
// mistake needs a second link worker, who has neither raised it nor carries it, while
// somebody does: nobody dismisses alone what a person has said. It is of no team. All other answers leave the concern with whoever carries it.
func (r *Referral) AnswerHandOver(a HandOverAnswered, s sp.Stamp) error {
	c, e := r.about(a.Flag, s)
	e.Check(slices.Contains(concern.Answers(), a.Answer) && a.Answer != concern.Accepted, "answer", sp.NotListed, "must be one of package concern, and not a yes, which AcceptHandOver records")
	e.CheckOptionalID(a.Reference, "reference")
	switch a.Answer {
	case concern.RaisedByMistake:
		e.Check(a.By == "", "by", sp.Inconsistent, "must be empty: a mistake is found here and not by a team")
		e.Check(s.By.Role == sp.RoleLinkWorker, "answer", sp.Inconsistent, "must be given by a link worker")
		e.Check(c == nil || c.Holder().Who != "" && !carries(c, r.worker.value, s.By) && c.By.ID != s.By.ID, "answer", sp.Inconsistent, "must be given by a second person, who has neither raised the concern nor carries it, while somebody else does")
	case concern.AssessedNoConcern:
		r.second(e, c, a.By, s.By)
		e.CheckID(string(a.By), "by")
	default:
		e.CheckID(string(a.By), "by")
		e.Check(c == nil || s.By.Role == sp.RoleLinkWorker || speaksFor(s.By, a.By) && c.Offered(a.By), "by", sp.Inconsistent, "must be the team that you act for, and that was asked")
	}
	return r.do(AnswerHandOver, string(a.By), s, e.Fields, a)
}

// about returns a concern that is open, and what is wrong with saying something of it.
func (r *Referral) about(id concern.ID, s sp.Stamp) (*concern.Concern, *sp.InvalidError) {
	var e sp.InvalidError
	c := r.concern(id)
	e.Check(c != nil, "flag", sp.WrongState, "must be one that was raised")
	e.Check(c == nil || c.Open(), "flag", sp.WrongState, "is in other hands already, or was no concern")
	e.Check(c == nil || !s.At.Before(c.Raised), "stamp.at", sp.Untimely, "must not be before the concern was raised")
	return c, &e
}

// second notes in e that a team's word is not recorded by somebody who may.
func (r *Referral) second(e *sp.InvalidError, c *concern.Concern, team concern.TeamID, by sp.Actor) {
	switch {
	case c == nil:
	case by.Role == sp.RoleLinkWorker:
		e.Check(r.seconds(c, team, by), "stamp.by", sp.Inconsistent, "must be somebody of the team, or a link worker who neither carries the concern nor has asked the team; before that it is told-unconfirmed")
		e.Check(string(team) != c.Holder().Who && string(team) != string(r.worker.value), "to", sp.Inconsistent, "must be somebody other than who carries it")
	default:
		e.Check(speaksFor(by, team), "to", sp.Inconsistent, "must be the team that you act for")
		e.Check(by.Role == sp.RoleReferrer || c.Offered(team), "flag", sp.WrongState, "must be one that your team was asked about")
	}
}

// seconds reports whether a link worker may confirm what a team has said, or any team
// if none is named: another one has asked it, and carries the concern.
func (r *Referral) seconds(c *concern.Concern, team concern.TeamID, by sp.Actor) bool {
	return c.Holder().Who != "" && !carries(c, r.worker.value, by) && slices.ContainsFunc(c.Offers, func(o concern.Offer) bool {
		return (team == "" || o.To == team) && o.By != by.ID
	})
}

// speaksFor reports whether a team is the one that somebody acts for. A practice may take
// a concern on itself in the name of one of its people.
func speaksFor(by sp.Actor, team concern.TeamID) bool {
	return string(team) == by.For || by.Role == sp.RoleReferrer && string(team) == by.ID
}

// carries reports whether a link worker is the one who carries a concern: who holds it, or
// on whose caseload the referral is.
func carries(c *concern.Concern, worker WorkerID, by sp.Actor) bool {
	return by.ID == c.Holder().Who || by.ID == string(worker)
}

// Concerns returns everything that somebody was worried about, in the order in which it
// was raised.
func (r *Referral) Concerns() []concern.Concern {
	all := make([]concern.Concern, len(r.concerns))
	for i, c := range r.concerns {
		all[i] = c.Clone()
	}
	slices.SortStableFunc(all, func(a, b concern.Concern) int { return a.Raised.Compare(b.Raised) })
	return all
}

// FlaggedSince returns when the oldest concern that nobody has taken over was
// raised, or the zero time.
func (r *Referral) FlaggedSince() time.Time {
	var since time.Time
	for i := range r.concerns {
		if c := &r.concerns[i]; c.Open() && (since.IsZero() || c.Raised.Before(since)) {
			since = c.Raised
		}
	}
	return since
}

// SpeakSince returns since when the person is to be spoken to after a crisis that a team
// has taken over, or in which it found nothing: when that was, or the zero time. Package
// worklist knows by when. It ends with a conversation a week later, with a death and
// with a withdrawal, but not with the end of the referral.
func (r *Referral) SpeakSince() time.Time {
	var since time.Time
	for i := range r.concerns {
		c := &r.concerns[i]
		if c.Kind == concern.Crisis && !c.Open() && c.Answer != concern.RaisedByMistake && r.spoken.Before(c.Ended.AddDate(0, 0, aftercare)) &&
			(since.IsZero() || c.Ended.Before(since)) {
			since = c.Ended
		}
	}
	if r.state == StateWithdrawn || r.state == StateInError {
		return time.Time{}
	}
	return since
}

// aftercare is after how many days of 24 hours nobody is to be spoken to any more.
const aftercare = 6

// concern returns what was raised under an ID, or nil.
func (r *Referral) concern(id concern.ID) *concern.Concern {
	i := slices.IndexFunc(r.concerns, func(c concern.Concern) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &r.concerns[i]
}

// anyConcern reports whether one of the open concerns is as asked for.
func (r *Referral) anyConcern(is func(*concern.Concern) bool) bool {
	for i := range r.concerns {
		if c := &r.concerns[i]; c.Open() && is(c) {
			return true
		}
	}
	return false
}

// openConcerns returns the IDs of the concerns that are open.
func (r *Referral) openConcerns() (ids []string) {
	for _, c := range r.Concerns() {
		if c.Open() {
			ids = append(ids, string(c.ID))
		}
	}
	return ids
}

// flaggedAt notes in e each concern that has ended since, and was open at a time.
func (r *Referral) flaggedAt(e *sp.InvalidError, at time.Time) {
	for i := range r.concerns {
		c := &r.concerns[i]
		e.Check(c.Open() || c.Raised.After(at) || !c.Ended.After(at), "stamp.at", sp.Untimely, "must not be before the hand-over of flag "+string(c.ID)+" was accepted")
	}
}

func (e Flagged) apply(r *Referral, s sp.Stamp) {
	c := concern.Concern{ID: e.Flag, Kind: e.Kind, Reason: e.Reason, By: s.By, Raised: s.At}
	who, role := s.By.ID, s.By.Role
	if role == sp.RolePerson || role == sp.RoleSystem { // who carries nothing
		who, role = string(r.worker.value), sp.RoleLinkWorker
	}
	c.Holders = []concern.Holding{{Who: who, Role: role, From: s.At}}
	if e.To != "" {
		c.Offers = []concern.Offer{{To: e.To, By: s.By.ID, At: s.At}}
	}
	r.concerns = append(r.concerns, c)
	r.alarm(s)
}

func (e HandOverOffered) apply(r *Referral, s sp.Stamp) {
	c := r.concern(e.Flag)
	if c == nil {
		return
	}
	c.Offers = append(c.Offers, concern.Offer{To: e.To, By: s.By.ID, At: s.At})
	if c.Open() && c.Holder().Who == "" && s.By.Role == sp.RoleLinkWorker {
		pass(c, concern.Holding{Who: s.By.ID, Role: sp.RoleLinkWorker, From: s.At})
	}
}

func (e HandedOver) apply(r *Referral, s sp.Stamp) {
	r.answered(e.Flag, e.To, concern.Accepted, e.Reference, s)
}

func (e HandOverAnswered) apply(r *Referral, s sp.Stamp) {
	r.answered(e.Flag, e.By, e.Answer, e.Reference, s)
}

// answered notes an answer at the offer that it is to, or at one that it implies, and ends
// the concern if it does. One to what nobody raised is of no concern: what is stored is
// replayed as it is.
func (r *Referral) answered(id concern.ID, team concern.TeamID, a concern.Answer, reference string, s sp.Stamp) {
	c := r.concern(id)
	if c == nil {
		return
	}
	if team != "" {
		i := len(c.Offers) - 1
		for i >= 0 && c.Offers[i].To != team {
			i--
		}
		if i < 0 {
			c.Offers, i = append(c.Offers, concern.Offer{To: team, By: s.By.ID, At: s.At}), len(c.Offers)
		}
		o := &c.Offers[i]
		o.Answer, o.Answered, o.Reference = a, s.At, cmp.Or(reference, o.Reference)
	}
	if !a.Ends() || !c.Open() {
		return
	}
	c.Answer, c.Ended, c.To = a, s.At, team
	pass(c, concern.Holding{Who: string(team), From: s.At})
	r.alarm(s)
}

// carry hands the concerns that a link worker carries, or nobody, to the one on whose
// caseload the referral is from now on.
func (r *Referral) carry(before, after WorkerID, at time.Time) {
	for i := range r.concerns {
		c := &r.concerns[i]
		if h := c.Holder(); c.Open() && h.Role == sp.RoleLinkWorker && (h.Who == "" || h.Who == string(before)) {
			pass(c, concern.Holding{Who: string(after), Role: sp.RoleLinkWorker, From: at})
		}
	}
}

// pass ends the last line of the ledger and begins the next. What is noted late begins
// when the line before began, at the earliest.
func pass(c *concern.Concern, next concern.Holding) {
	last := &c.Holders[len(c.Holders)-1]
	if next.From.Before(last.From) {
		next.From = last.From
	}
	last.To = next.From
	if next.Who == "" { // nobody has it, since it was none
		return
	}
	c.Holders = append(c.Holders, next)
}
