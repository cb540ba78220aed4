package register

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/breach"
)

var errNoPolicy = sp.Invalid("register", "policy", sp.Missing, "must be given: it decides")

// Choose records the answer of somebody who was asked. What was asked must be named:
// purposes, recipients and kinds; a refusal may leave any of them out, and then means all.
// The wording that was shown is named with its version. It does not ask whether they may
// decide: that is asked for each decision, since it changes with age and findings.
func (r *Register) Choose(c consent.Choice, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(string(c.ID), "id")
	e.Check(!r.has(string(c.ID)), "id", sp.Duplicate, "must be new")
	e.CheckPersonID(string(c.By), "by")
	e.Check(sp.ValidCode(c.As), "as", sp.Malformed, sp.CodeRule)
	e.Check((c.As == consent.Themself) == (c.By == r.id), "as", sp.Inconsistent, "must be self exactly where the person decides")
	e.Check(sp.ValidID(c.Wording.ID) && sp.ValidID(c.Wording.Version), "wording", sp.Missing, "must name the wording that was shown, and its version")
	e.Check(c.Given == consent.Spoken || c.Given == consent.Written || c.Given == consent.InApp, "given", sp.NotListed, "must be spoken, written or app")
	checkScope(&e, c.Scope, !c.Refused)
	e.Check(c.Until.IsZero() || c.Until.After(s.At), "until", sp.Untimely, "must be later than the answer")
	c.At, c.Withdrawn, c.Until = s.Precise().At, time.Time{}, precise(c.Until)
	return r.do(Choose, s, e.Fields, Chosen{c})
}

// Answer records what somebody says to a question that is asked again and again, such as at
// each conversation: the choice under its ID, and one that differs from the last under the ID
// with a number, "C-sharing-2". Of two that differ a policy goes by the later. Nothing is
// recorded of an answer that they gave last, and have not taken back: one to the same wording,
// by the same person, for the same scope.
func (r *Register) Answer(c consent.Choice, s sp.Stamp) error {
	first, n := c.ID, 1
	var last consent.Choice
	for _, x := range r.file.Choices {
		if x.ID == c.ID {
			last = x
			n++
			c.ID = consent.ChoiceID(fmt.Sprintf("%s-%d", first, n))
		}
	}
	if n > 1 && stillSaid(last, c, s.At) {
		return nil
	}
	return r.Choose(c, s)
}

// stillSaid reports whether what somebody says now is what they said last.
func stillSaid(last, now consent.Choice, at time.Time) bool {
	return last.Withdrawn.IsZero() && last.Until.Equal(precise(now.Until)) && (last.Until.IsZero() || at.Before(last.Until)) &&
		last.Refused == now.Refused && last.By == now.By && last.Wording == now.Wording &&
		slices.Equal(last.Scope.Purposes, now.Scope.Purposes) && slices.Equal(last.Scope.To, now.Scope.To) && slices.Equal(last.Scope.Kinds, now.Scope.Kinds)
}

func checkScope(e *sp.InvalidError, scope consent.Scope, all bool) {
	if all {
		e.Check(len(scope.Purposes) > 0, "scope.purposes", sp.Missing, "must be named")
		e.Check(len(scope.To) > 0, "scope.to", sp.Missing, "must be named")
		e.Check(len(scope.Kinds) > 0, "scope.kinds", sp.Missing, "must be named")
	}
	for _, p := range scope.Purposes {
		e.Check(slices.Contains(consent.Purposes(), p), "scope.purposes", sp.NotListed, "must be purposes of package consent")
	}
	for _, to := range scope.To {
		e.CheckID(to, "scope.to")
	}
	checkKinds(e, "scope.kinds", scope.Kinds)
}

func checkKinds(e *sp.InvalidError, path string, of []consent.Kind) {
	for _, k := range of {
		e.Check(k == consent.Status || slices.Contains(consent.Kinds(), k), path, sp.NotListed, "must be kinds of package consent")
	}
}

func precise(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Withdraw ends a choice, from when the stamp says it took effect. What was told stays
// told: package subject finds what it does to each placement.
func (r *Register) Withdraw(choice consent.ChoiceID, s sp.Stamp) error {
	var e sp.InvalidError
	i := slices.IndexFunc(r.file.Choices, func(c consent.Choice) bool { return c.ID == choice })
	e.Check(i >= 0, "choice", sp.NotListed, "must be one of this person's")
	if i >= 0 {
		e.Check(r.file.Choices[i].Withdrawn.IsZero(), "choice", sp.WrongState, "is withdrawn already")
		e.Check(!s.At.Before(r.file.Choices[i].At), "stamp.at", sp.Untimely, "must not be before the choice")
	}
	return r.do(Withdraw, s, e.Fields, Withdrawn{choice})
}

// Object records that the person, or who decides for them, does not want something told
// that would be told without asking.
func (r *Register) Object(o consent.Objection, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(r.fresh(string(o.ID)), "id", sp.Malformed, newID)
	e.CheckPersonID(string(o.By), "by")
	checkScope(&e, o.Scope, false)
	o.At, o.Lifted = s.Precise().At, time.Time{}
	return r.do(Object, s, e.Fields, Objected{o})
}

// Lift ends an objection.
func (r *Register) Lift(objection consent.ObjectionID, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(slices.ContainsFunc(r.file.Objections, func(o consent.Objection) bool { return o.ID == objection && o.Lifted.IsZero() }), "objection", sp.NotListed, "must be one that stands")
	return r.do(Lift, s, e.Fields, Lifted{objection})
}

// Override records that something is told although nobody agreed, for the safety of
// somebody. Whoever gives the command decided it. The person is asked and told, or it says
// why not; the facts relied on are in a sealed note. It is reviewed by the end of the next
// working day of the policy.
func (r *Register) Override(p *consent.Policy, o consent.Override, s sp.Stamp) error {
	if p == nil {
		return errNoPolicy
	}
	var e sp.InvalidError
	e.Check(r.fresh(string(o.ID)), "id", sp.Malformed, newID)
	e.Check(o.Ground.Valid(r.file.Nation), "ground", sp.NotListed, "must be a ground that this nation knows")
	e.CheckID(o.To, "to")
	e.Check(len(o.Kinds) > 0, "kinds", sp.Missing, "must say what is told")
	checkKinds(&e, "kinds", o.Kinds)
	e.Check(sp.ValidID(o.Facts), "facts", sp.Missing, "must name the note with the facts relied on")
	e.CheckOptionalID(o.Adviser, "adviser")
	e.Check(o.Asked.Known() && o.Told.Known(), "told", sp.Missing, "must say whether the person was asked, and whether they were told")
	e.Check(o.Told == sp.Yes || sp.ValidCode(o.WhyNot), "whyNot", sp.Missing, "must say why the person was not told")
	o.By, o.At, o.Used, o.Reviewed = s.By, s.Precise().At, false, time.Time{}
	o.Review = p.EndOfNextWorkday(o.At)
	return r.do(Override, s, e.Fields, Overridden{o})
}

// BreakGlass records that somebody reads about a person whose case is not theirs. It is
// refused once as many reviews of that reader wait, over all people, as the policy allows
// ([Repository.Waiting]). The save also writes the reader's own record, so that of two
// glasses broken at the same moment one meets a version conflict and is counted again. The
// reader's own words are in a sealed note.
func (r *Register) BreakGlass(p *consent.Policy, g consent.Glass, w Waiting, s sp.Stamp) error {
	if p == nil {
		return errNoPolicy
	}
	var e sp.InvalidError
	e.Check(r.fresh(string(g.ID)), "id", sp.Malformed, newID)
	e.Check(g.Ground.Valid(r.file.Nation), "ground", sp.NotListed, "must be a ground that this nation knows")
	e.Check(sp.ValidID(g.Facts), "facts", sp.Missing, "must name the note with the reason in their own words")
	e.Check(w.Reader == s.By.ID, "waiting.reader", sp.Inconsistent, "must be who breaks it: load their own")
	open, here := w.Open, 0
	if r.glass != nil { // not saved yet
		open++
	}
	for _, x := range r.file.Glass {
		if x.Reviewed.IsZero() {
			here++
		}
	}
	e.Check(here < mostGlass, "waiting.open", sp.WrongState, "must be fewer of this person")
	e.Check(open < p.Glass, "waiting.open", sp.WrongState, "must be fewer: as long as reviews wait, the glass is not broken again")
	g.Reader, g.At, g.Reviewed = s.By.ID, s.Precise().At, time.Time{}
	g.Review = p.EndOfNextWorkday(g.At)
	n := r.root.Len()
	err := r.do(BreakGlass, s, e.Fields, GlassBroken{g})
	if r.root.Len() > n {
		r.glass = &w
	}
	return err
}

// mostGlass is how many reviews of one person's broken glass can wait: each has a term.
const mostGlass = 20

// Review records what a lead found of an override or a broken glass that was not theirs.
func (r *Register) Review(id consent.DeedID, upheld sp.Truth, s sp.Stamp) error {
	var e sp.InvalidError
	by, waits := r.reviewed(id)
	e.Check(waits, "id", sp.NotListed, "must be an override or a broken glass that waits for a review")
	e.Check(upheld.Known(), "upheld", sp.Missing, "must be yes or no")
	e.Check(by != s.By.ID, "stamp.by", sp.Inconsistent, "must be somebody else than who did it")
	return r.do(Review, s, e.Fields, Reviewed{id, upheld})
}

// reviewed returns whose deed waits for a review.
func (r *Register) reviewed(id consent.DeedID) (by string, waits bool) {
	for _, o := range r.file.Overrides {
		if o.ID == id && o.Reviewed.IsZero() {
			return o.By.ID, true
		}
	}
	for _, g := range r.file.Glass {
		if g.ID == id && g.Reviewed.IsZero() {
			return g.Reader, true
		}
	}
	return "", false
}

// Order notes that a law or a court compels to tell. Whether the duty is in force the
// policy knows, for each decision.
func (r *Register) Order(o consent.Order, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(r.fresh(string(o.ID)), "id", sp.Malformed, newID)
	e.Check(sp.ValidCode(o.Duty), "duty", sp.Malformed, sp.CodeRule)
	e.CheckID(o.By, "by")
	e.Check(len(o.To) > 0 && len(o.Kinds) > 0, "kinds", sp.Missing, "must say who is to be told what")
	checkKinds(&e, "kinds", o.Kinds)
	o.At, o.Until, o.Complied = s.Precise().At, precise(o.Until), time.Time{}
	return r.do(Order, s, e.Fields, Ordered{o})
}

// Comply records that what an order asked for was given: from then on it compels no more.
func (r *Register) Comply(order consent.OrderID, s sp.Stamp) error {
	var e sp.InvalidError
	i := slices.IndexFunc(r.file.Orders, func(o consent.Order) bool { return o.ID == order })
	e.Check(i >= 0, "order", sp.NotListed, "must be one of this person's")
	if i >= 0 {
		e.Check(r.file.Orders[i].Complied.IsZero(), "order", sp.WrongState, "is complied with already")
		e.Check(!s.At.Before(r.file.Orders[i].At), "stamp.at", sp.Untimely, "must not be before the order")
	}
	return r.do(Comply, s, e.Fields, Complied{order})
}

// Correct records that whoever was told something on an override that was not upheld has
// been told that it was unfounded; see [Register.Corrections].
func (r *Register) Correct(telling TellingID, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(slices.ContainsFunc(r.owed, func(c Correction) bool { return c.Telling == telling }), "telling", sp.NotListed, "must be one that a correction is owed for")
	return r.do(Correct, s, e.Fields, Corrected{telling})
}

// Expose records that somebody learned something of the person in an incident, by its ID in
// package breach: a letter to the wrong house, a list that was lost.
func (r *Register) Expose(x Exposed, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(string(x.Incident), "incident")
	e.CheckOptionalID(x.To, "to")
	e.Check(len(x.Kinds) > 0, "kinds", sp.Missing, "must say what was learned")
	checkKinds(&e, "kinds", x.Kinds)
	return r.do(Expose, s, e.Fields, x)
}

// Inform records that the person was told of an incident.
func (r *Register) Inform(incident breach.ID, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(slices.ContainsFunc(r.exposures, func(x Exposure) bool { return x.Incident == incident && x.Informed.IsZero() }), "incident", sp.NotListed, "must be one that the person has not been told of")
	return r.do(Inform, s, e.Fields, Informed{incident})
}

// Find records whether the person can decide something, as somebody found.
func (r *Register) Find(f consent.Finding, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(r.fresh(string(f.ID)), "id", sp.Malformed, newID)
	checkScope(&e, f.Scope, true)
	known := []consent.Standard{consent.Gillick, consent.MCA, consent.ALCS, consent.AWI, consent.MCANI, consent.Fraser}
	e.Check(slices.Contains(known, f.Standard), "standard", sp.NotListed, "must be a standard of package consent")
	e.Check(f.Standard != consent.Fraser || f.Code == "sexual-health", "standard", sp.Inconsistent, "must not be fraser, which is about contraception and sexual health alone")
	e.CheckOptionalID(f.Evidence, "evidence")
	e.Check(f.Review.IsZero() || f.Review > sp.DateOf(s.At), "review", sp.Untimely, "must be a day to come")
	f.By, f.At = s.By, s.Precise().At
	return r.do(Find, s, e.Fields, Found{f})
}

// Appoint says who may decide for the person, and in which right, in place of what the
// register said of them before.
func (r *Register) Appoint(d consent.Decider, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckPersonID(string(d.ID), "id")
	e.Check(d.ID != r.id, "id", sp.Inconsistent, "must be somebody else")
	e.Check(sp.ValidCode(d.Authority) && d.Authority != consent.Themself, "authority", sp.Malformed, sp.CodeRule)
	e.Check(d.Authority == consent.Delegated || len(d.Areas) == 0, "areas", sp.Inconsistent, "must be left out: only what is delegated has areas")
	return r.do(Appoint, s, e.Fields, Appointed{d})
}

// Warn records who may have harmed the person, who of the team is related to them, and
// whether a concern about abuse is open. Who was named before stays named.
func (r *Register) Warn(w Warned, s sp.Stamp) error {
	var e sp.InvalidError
	e.Check(len(w.Harm)+len(w.Conflict) > 0 || w.Abuse.Known(), "", sp.Missing, "must say something")
	for _, id := range slices.Concat(w.Harm, w.Conflict) {
		e.CheckID(id, "id")
	}
	return r.do(Warn, s, e.Fields, w)
}

// Tell records that somebody was told something, if the policy finds an authority for all
// of it at the time of the stamp, and returns with which. If one item is denied nothing is
// recorded, and the error is [sp.ErrDenied] and names each. An override that it rests on is
// used up. The same command twice is once, whatever was agreed or taken back since; anything
// else under an ID that has been told is refused, since a correction is owed by that ID.
func (r *Register) Tell(p *consent.Policy, f Facts, t Telling, s sp.Stamp) (Telling, error) {
	if p == nil {
		return Telling{}, errNoPolicy
	}
	if told, ok := r.toldBefore(t, s); ok && !r.root.IsStale() {
		return told, nil
	}
	var e sp.InvalidError
	e.CheckID(string(t.ID), "id")
	e.Check(!slices.ContainsFunc(r.told, func(told Telling) bool { return told.ID == t.ID }), "id", sp.Duplicate, "must be of nothing that was told before")
	e.CheckID(t.Ask.To, "to")
	e.Check(len(t.Items) > 0, "items", sp.Missing, "must say what is told")
	event := Told{ID: t.ID, To: t.Ask.To, As: t.Ask.As, Purpose: t.Ask.Purpose, Service: t.Ask.Service, Stage: t.Ask.Stage, Policy: p.Version}
	file, q := r.File(f), t.Ask
	q.At = s.At
	var denied []error
	for _, item := range t.Items {
		e.Check(sp.ValidCode(item.Field) && (item.Code == "" || sp.ValidCode(item.Code)), "items", sp.Malformed, sp.CodeRule)
		q.Kind, q.Field, q.Code = "", item.Field, item.Code
		a := p.Decide(file, q)
		if !a.Allow {
			denied = append(denied, fmt.Errorf("%s: %w", item.Field, a.Err()))
		}
		event.Items = append(event.Items, ToldItem{item.Field, item.Code, a.Authority, a.Source, a.Until})
	}
	if err := r.May(Tell, s); err != nil { // whoever may not tell learns nothing of what was agreed
		return Telling{}, err
	}
	if len(e.Fields) == 0 && len(denied) > 0 {
		return Telling{}, fmt.Errorf("register: tell %s of %s: %w", t.ID, r.id, errors.Join(denied...))
	}
	if err := r.do(Tell, s, e.Fields, event); err != nil {
		return Telling{}, err
	}
	return r.told[len(r.told)-1], nil
}

// toldBefore returns what the same command has told before: it was decided then, and what it rested
// on may have ended since.
func (r *Register) toldBefore(t Telling, s sp.Stamp) (Telling, bool) {
	n := 0
	for e := range r.History() {
		if _, ok := e.Event.(Told); !ok {
			continue
		}
		told := r.told[n]
		n++
		asked := consent.Ask{To: t.Ask.To, As: t.Ask.As, Purpose: t.Ask.Purpose, Service: t.Ask.Service, Stage: t.Ask.Stage, At: told.Ask.At}
		if s.Key != "" && e.Stamp.Key == s.Key && e.Stamp.By == s.By && told.ID == t.ID && told.Ask == asked && slices.Equal(told.Items, t.Items) {
			return told, true
		}
	}
	return Telling{}, false
}

// Request records that somebody asks for more, by the fields, with the code of a reason.
// Providers and referrers ask for themselves, or for whom they act; a link worker notes
// what anybody asked.
func (r *Register) Request(q Requested, s sp.Stamp) error {
	var e sp.InvalidError
	_, known := r.asked[q.Request]
	e.Check(sp.ValidID(q.Request) && !known, "request", sp.Malformed, newID)
	e.CheckID(q.By, "by")
	e.Check(s.By.Role == sp.RoleLinkWorker || q.By == s.By.ID || q.By == s.By.For, "by", sp.Inconsistent, "must be who asks, or for whom they act")
	e.Check(slices.Contains(consent.Recipients(), q.As), "as", sp.NotListed, "must be a recipient of package consent")
	e.Check(len(q.Fields) > 0, "fields", sp.Missing, "must say what is asked for")
	for _, f := range q.Fields {
		e.Check(sp.ValidCode(f), "fields", sp.Malformed, sp.CodeRule)
	}
	e.Check(sp.ValidCode(q.Reason), "reason", sp.Missing, "must say why, as a code")
	return r.do(Request, s, e.Fields, q)
}

// Reply answers a request: by the ID of what was told since, or by the code of why not.
func (r *Register) Reply(a Replied, s sp.Stamp) error {
	var e sp.InvalidError
	asked, known := r.asked[a.Request]
	e.Check(known && asked.Answered.IsZero(), "request", sp.NotListed, "must be one that waits")
	e.Check((a.Telling == "") != (a.Refused == ""), "telling", sp.Inconsistent, "must be what was told, or why nothing was")
	e.Check(a.Refused == "" || sp.ValidCode(a.Refused), "refused", sp.Malformed, sp.CodeRule)
	told := slices.ContainsFunc(r.told, func(t Telling) bool { return t.ID == a.Telling && t.Ask.To == asked.By && !t.At.Before(asked.Since) })
	e.Check(a.Telling == "" || told, "telling", sp.Inconsistent, "must be something that they were told since they asked")
	return r.do(Reply, s, e.Fields, a)
}

// newID is the rule of an ID under which something is recorded.
const newID = "must be new, and " + sp.IDRule

// fresh reports whether id is one by that rule.
func (r *Register) fresh(id string) bool { return sp.ValidID(id) && !r.has(id) }

// has reports whether an ID is taken by anything that a decision can rest on.
func (r *Register) has(id string) bool {
	f := &r.file
	return slices.ContainsFunc(f.Choices, func(c consent.Choice) bool { return string(c.ID) == id }) ||
		slices.ContainsFunc(f.Objections, func(o consent.Objection) bool { return string(o.ID) == id }) ||
		slices.ContainsFunc(f.Overrides, func(o consent.Override) bool { return string(o.ID) == id }) ||
		slices.ContainsFunc(f.Orders, func(o consent.Order) bool { return string(o.ID) == id }) ||
		slices.ContainsFunc(f.Findings, func(x consent.Finding) bool { return string(x.ID) == id }) ||
		slices.ContainsFunc(f.Glass, func(g consent.Glass) bool { return string(g.ID) == id })
}
