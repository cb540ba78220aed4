package consent

import (
	"slices"
	"time"

	"github.com/socialprescribing/sp"
)

// Decide answers whether something may be told to somebody. It is a pure function: the
// same file, question and policy give the same answer, and nothing is remembered.
//
// It asks in this order, and the first that answers does: is there such a person; may the
// recipient have harmed them; does a duty compel; is there an override; who decides, and
// has anybody objected or refused; what does the table say, and is there the agreement
// that its letter asks for; does the service need it, and now. Whoever is not known, a
// recipient, purpose or kind that is not known, and a nil file are told nothing.
func (p *Policy) Decide(f *File, q Ask) Answer {
	c := decision{policy: p, file: f, ask: q}
	c.answer = Answer{Policy: p.Version, Letter: Never, Reason: NotKnown, Rules: 1 << 1, Principles: principles(1, 6)}
	if f == nil || f.Erased || f.Person == "" {
		return c.answer
	}
	var known bool
	c.kind, known = p.kind(&c.ask)
	if !known || !slices.Contains(recipients[:], q.As) || !slices.Contains(purposes[:], q.Purpose) || q.At.IsZero() {
		return c.deny(NotListed)
	}
	c.answer.Basis = p.Bases[q.Purpose]
	c.at = f.when(q.At)
	c.on = sp.DateOf(c.at)
	if q.To != "" && slices.Contains(f.Harm, q.To) {
		return c.because(7, 8).deny(SourceOfHarm)
	}
	if q.Aggregate {
		return c.counted()
	}
	c.answer.Letter = c.row()
	if o := c.order(); o != nil {
		c.because(15)
		return c.allow(Compelled, Statutory, string(o.ID), principles(6), o.Until)
	}
	c.deciding = p.decides(f, &c.ask, c.kind, c.on)
	c.restrict()
	if o := c.override(); o != nil {
		c.because(15)
		return c.allow(Overridden, Overrides, string(o.ID), principles(1, 3, 6, 7), o.Review)
	}
	if g := c.glass(); g != nil {
		c.because(4)
		return c.allow(Overridden, Overrides, string(g.ID), principles(1, 4, 6, 7), g.Review)
	}
	if c.denied != "" {
		return c.deny(c.denied)
	}
	return c.byLetter()
}

// A decision is one question while it is answered.
type decision struct {
	policy   *Policy
	file     *File
	ask      Ask
	kind     Kind
	at       time.Time
	on       sp.Date
	deciding Deciding
	denied   Reason // by what comes before the letter
	answer   Answer
}

func (c *decision) because(rule int, principle ...int) *decision {
	c.answer.Rules |= 1 << rule
	c.answer.Principles |= principles(principle...)
	return c
}

func (c *decision) deny(why Reason) Answer {
	c.answer.Allow, c.answer.Reason, c.answer.Authority = false, why, ""
	return c.answer
}

func (c *decision) allow(why Reason, by Authority, source string, cited Principles, until time.Time) Answer {
	a := &c.answer
	a.Allow, a.Reason, a.Authority, a.Source, a.Principles, a.Until = true, why, by, source, cited, until
	switch {
	case c.ask.Purpose == Research:
		a.Conditions |= Pseudonymise
		if by == Statutory {
			a.Conditions |= FilterOptOut
		}
	case c.ask.Purpose == Billing && c.ask.As != ToPerson:
		a.Conditions |= Pseudonymise
	}
	if c.ask.As == ToGP && (c.kind == SensitiveNeeds || c.kind == Flags || c.file.Abuse == sp.Yes) {
		a.Conditions |= HideOnline
	}
	if c.ask.As == ToSchool && c.ask.Purpose == ForSafeguarding {
		a.Conditions |= DesignatedOnly
	}
	if c.ask.As == ToGuardian && by != Statutory {
		a.Conditions |= TellFirst
	}
	return *a
}

// counted answers about figures, which tell of nobody and so need no authority.
func (c *decision) counted() Answer {
	c.answer.Letter = c.policy.Table.Letter(c.ask.As, c.ask.Purpose, c.kind)
	c.because(10, 2)
	if c.answer.Letter != AggregateOnly {
		return c.deny(NotForThis)
	}
	c.answer.Allow, c.answer.Reason, c.answer.Conditions = true, Counted, Suppress
	return c.answer
}

// row returns the letter of the table, in the row that is the recipient's here.
func (c *decision) row() Letter {
	q, f, t := &c.ask, c.file, &c.policy.Table
	as := q.As
	switch q.As {
	case ToReferrer:
		if q.Audience == Health {
			as = ToGP
			c.because(2, 7)
		}
	case ToLinkWorker, ToLead:
		as = c.workerRow()
	case ToProvider:
		c.because(6, 2, 3, 8)
	case ToGuardian:
		c.because(7, 8)
	case ToPerson:
		c.because(8, 8)
		if q.To != string(f.Person) {
			return Never
		}
	case ToSchool:
		c.because(9, 4)
		if q.Purpose == ForSafeguarding && !q.Designated {
			return Never
		}
	case ToAuditor:
		c.because(13, 5)
	default:
	}
	if c.kind == Status {
		return c.statusLetter(as)
	}
	l := t.Letter(as, q.Purpose, c.kind)
	if q.Own && l.level() < Always.level() && (q.As == ToProvider || q.As == ToReferrer) && q.Purpose == DirectCare {
		l = Always // what they recorded themselves they know
	}
	if as == ToGP {
		l = c.practice(l)
	}
	if c.twoRoles() {
		l = l.most(t.Letter(ToGuardian, q.Purpose, c.kind)).most(t.Letter(ToReferrer, q.Purpose, c.kind))
		if !f.heard() {
			l = Never
		}
	}
	return c.purposeLetter(l)
}

// practice lowers what a GP is told of concerns: of a crisis they hear without asking, and
// of abuse by an override, or an agreement that names flags.
func (c *decision) practice(l Letter) Letter {
	spared := c.kind == Flags && l == Always && c.ask.Code != crisis
	if spared || c.kind == SensitiveNeeds {
		c.because(3, 4, 8)
	}
	if spared {
		return ByOverride
	}
	return l
}

// crisis is the code of the one flag that a GP hears of without asking.
const crisis = "crisis"

// purposeLetter notes the rules of the purpose.
func (c *decision) purposeLetter(l Letter) Letter {
	named := c.kind == Identity || c.kind == Contact
	switch c.ask.Purpose {
	case Evaluation, Commissioning:
		c.because(10, 2)
	case Research:
		c.because(11, 2, 6)
	case Billing:
		c.because(12, 2)
	case Supervision:
		if c.ask.Outside && named {
			c.because(14, 2)
			return Never
		}
	default:
	}
	if c.kind == Notes && c.ask.As != ToPerson && slices.Contains(c.file.Conflict, c.ask.To) {
		return Never
	}
	return l
}

// workerRow returns which row a worker of the scheme reads. As long as nobody holds the
// case, whoever may take it on reads what a lead does to allocate it.
func (c *decision) workerRow() Recipient {
	q, f := &c.ask, c.file
	holds := f.Holder != "" && f.Holder == q.To
	switch {
	case holds:
		c.because(4, 4)
		return ToLinkWorker
	case q.As == ToLead:
		c.because(5, 4)
		return ToLead
	case f.Holder == "":
		c.because(5, 4)
		return ToLead
	}
	c.because(4, 4)
	c.denied = NeedsGround
	return ToLinkWorker
}

// statusLetter is about how far a referral has come, and nothing else.
func (c *decision) statusLetter(as Recipient) Letter {
	t := &c.policy.Table
	if (as == ToReferrer || as == ToGP) && c.ask.Purpose == Feedback {
		c.because(2, 7)
		return Always
	}
	return c.purposeLetter(t.Letter(as, c.ask.Purpose, Outcome))
}

// twoRoles reports whether who referred also decides for the person: a guardian.
func (c *decision) twoRoles() bool {
	q, f := &c.ask, c.file
	if q.As != ToGuardian && q.As != ToReferrer || q.Purpose != Feedback || f.Referrer == "" || f.Referrer != q.To {
		return false
	}
	return slices.ContainsFunc(f.Deciders, func(d Decider) bool { return string(d.ID) == q.To })
}

// heard reports whether the person's own view is on record.
func (f *File) heard() bool {
	return slices.ContainsFunc(f.Choices, func(c Choice) bool { return c.As == Themself && c.By == f.Person }) ||
		slices.ContainsFunc(f.Objections, func(o Objection) bool { return o.By == f.Person })
}

// order returns an order that compels to tell this.
func (c *decision) order() *Order {
	for i := range c.file.Orders {
		o := &c.file.Orders[i]
		if !o.At.After(c.at) && (o.Until.IsZero() || c.at.Before(o.Until)) && o.Complied.IsZero() &&
			slices.Contains(o.To, c.ask.To) && slices.Contains(o.Kinds, c.kind) && c.policy.duty(o.Duty, c.file.Nation, c.on) {
			return o
		}
	}
	return nil
}

// override returns an override that opens this, once.
func (c *decision) override() *Override {
	for i := range c.file.Overrides {
		o := &c.file.Overrides[i]
		if o.Used || !o.Reviewed.IsZero() || o.At.After(c.at) || !c.at.Before(o.Review) || o.To == "" || o.To != c.ask.To || !slices.Contains(o.Kinds, c.kind) {
			continue
		}
		if c.answer.Letter == ByOverride || o.Ground == DangerToLife && c.ask.Purpose.helps() {
			return o
		}
	}
	return nil
}

// glass returns what a worker whose case it is not has broken to read this.
func (c *decision) glass() *Glass {
	if c.ask.As != ToLinkWorker && c.ask.As != ToLead || c.ask.Purpose != DirectCare && c.ask.Purpose != ForSafeguarding {
		return nil
	}
	if c.policy.Table.Letter(ToLinkWorker, c.ask.Purpose, c.kind) != Always || c.kind == Notes && slices.Contains(c.file.Conflict, c.ask.To) {
		return nil
	}
	for i := range c.file.Glass {
		if g := &c.file.Glass[i]; g.Reader == c.ask.To && !g.At.After(c.at) && c.at.Before(g.Review) && g.Reviewed.IsZero() {
			return g
		}
	}
	return nil
}

// byLetter answers by the letter that is left.
func (c *decision) byLetter() Answer {
	if why := c.notNow(); why != "" {
		return c.deny(why)
	}
	switch c.answer.Letter {
	case Always:
		return c.allow(WithinCare, Implied, "", principles(4, 7, 8), time.Time{})
	case ByAgreement, ByOverride:
		return c.byAgreement()
	case AggregateOnly:
		return c.deny(OnlyCounted)
	default:
		return c.deny(NotForThis)
	}
}

// byAgreement looks for a yes that names recipient, purpose and kind. To a guardian it is
// that of the young person: nobody agrees to what they are told themselves.
func (c *decision) byAgreement() Answer {
	d := c.deciding
	switch c.ask.As {
	case ToPerson:
		return c.deny(NeedsGround) // somebody else decided to tell them
	case ToGuardian:
		d = Deciding{Self: sp.Yes}
	default:
	}
	o := c.file.chosen(&c.ask, c.kind, d, c.on, c.at)
	if o.yes == nil {
		if o.reason == NoAgreement && c.answer.Letter == ByOverride {
			o.reason = NeedsGround
		}
		return c.deny(o.reason)
	}
	return c.allow(Agreed, Agreement, string(o.yes.ID), principles(3, 7, 8), o.yes.Until)
}

// notNow looks at what the service needs, and how far the offer has come.
func (c *decision) notNow() Reason {
	q := &c.ask
	if q.As != ToProvider && q.As != ToSchool {
		return ""
	}
	if needed, listed := c.policy.Needed[q.Service]; listed && q.Service != "" && !slices.Contains(needed, q.Field) {
		c.because(6, 2, 3)
		return NotNeeded
	}
	if q.Stage == WithQuestion && slices.Contains(c.policy.AfterYes, c.kind) {
		c.because(6, 3, 4)
		return NotYet
	}
	return ""
}
