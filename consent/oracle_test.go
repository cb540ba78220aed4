package consent_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
)

// plain decides as docs/permission.md says it, step by step and without care for speed: on
// which authority may this be told? It asks the policy only for the letters and who decides.
func plain(p *consent.Policy, f *consent.File, q consent.Ask) consent.Authority {
	at := q.At
	if at.Before(f.Last) {
		at = f.Last
	}
	if f.Erased || slices.Contains(f.Harm, q.To) {
		return ""
	}
	letter := plainLetter(p, f, q)
	for _, o := range f.Orders {
		if slices.Contains(o.To, q.To) && slices.Contains(o.Kinds, q.Kind) && o.Complied.IsZero() && o.Duty == consent.CourtOrder {
			return consent.Statutory
		}
	}
	deciding := p.Decides(f, q)
	inside := slices.Contains([]consent.Recipient{consent.ToLinkWorker, consent.ToLead, consent.ToSafeguardingLead, consent.ToPerson}, q.As)
	yes, no := plainVoices(p, f, q)
	letter, closed := plainLimits(f, q, letter, deciding, inside, no)
	for _, o := range f.Overrides {
		live := !o.Used && !o.At.After(at) && at.Before(o.Review) && o.To == q.To && slices.Contains(o.Kinds, q.Kind)
		helps := slices.Contains([]consent.Purpose{consent.DirectCare, consent.OnwardReferral, consent.Feedback, consent.ForSafeguarding}, q.Purpose)
		if live && (letter == consent.ByOverride || o.Ground == consent.DangerToLife && helps) {
			return consent.Overrides
		}
	}
	switch {
	case closed:
		return ""
	case letter == consent.Always:
		return consent.Implied
	case letter != consent.ByAgreement && letter != consent.ByOverride, q.As == consent.ToPerson:
		return ""
	case q.As == consent.ToGuardian: // nobody agrees to what they are told themselves
		deciding.Self = sp.Yes
		yes, no = plainVoicesOf(f, q, func(c consent.Choice) bool { return c.By == f.Person })
	}
	if yes && !no {
		return consent.Agreement
	}
	return ""
}

// plainLetter is the letter of the row that is the recipient's here.
func plainLetter(p *consent.Policy, f *consent.File, q consent.Ask) consent.Letter {
	row := q.As
	switch {
	case q.As == consent.ToLinkWorker && f.Holder == "":
		row = consent.ToLead
	case q.As == consent.ToPerson && q.To != string(f.Person), q.As == consent.ToSchool && q.Purpose == consent.ForSafeguarding && !q.Designated:
		return consent.Never
	}
	return p.Table.Letter(row, q.Purpose, q.Kind)
}

// plainLimits lowers a letter by what is known of the person, and says whether nothing but an
// override is left.
func plainLimits(f *consent.File, q consent.Ask, l consent.Letter, d consent.Deciding, inside, refused bool) (_ consent.Letter, closed bool) {
	rank := func(l consent.Letter) int {
		return max(slices.Index([]consent.Letter{consent.Never, consent.ByOverride, consent.ByAgreement, consent.Always}, l), 0)
	}
	lower := func(most consent.Letter) {
		if rank(l) > rank(most) {
			l = most
		}
	}
	if !f.Died.IsZero() && !q.At.Before(f.Died) {
		if inside && q.As != consent.ToPerson && q.Purpose == consent.ForSafeguarding {
			return l, false
		}
		lower(consent.ByOverride)
		return l, true
	}
	objected := slices.ContainsFunc(f.Objections, func(o consent.Objection) bool {
		return o.By == f.Person && d.Self == sp.Yes || o.By == f.Person && d.Self != sp.Yes
	})
	if q.As == consent.ToGuardian {
		holds := slices.ContainsFunc(f.Deciders, func(x consent.Decider) bool { return string(x.ID) == q.To })
		_, own := plainVoicesOf(f, q, func(c consent.Choice) bool { return c.By == f.Person })
		switch {
		case !holds:
			l = consent.Never
		case f.Abuse == sp.Yes, d.Self == sp.Yes && (own || objected):
			lower(consent.ByOverride)
		case d.Self == sp.Yes:
			lower(consent.ByAgreement)
		}
	}
	if !inside && l != consent.Never && l != consent.AggregateOnly && d.Self == sp.Unknown {
		lower(consent.ByOverride)
		closed = true
	}
	if !inside && objected || !inside && l == consent.Always && refused {
		lower(consent.ByOverride)
		closed = true
	}
	return l, closed
}

// plainVoices says whether any of those who decide says yes to this, and whether any says no.
func plainVoices(p *consent.Policy, f *consent.File, q consent.Ask) (yes, no bool) {
	d := p.Decides(f, q)
	return plainVoicesOf(f, q, func(c consent.Choice) bool {
		if d.Self == sp.Yes {
			return c.By == f.Person
		}
		return d.Self == sp.No && slices.ContainsFunc(f.Deciders, func(x consent.Decider) bool { return x.ID == c.By && x.Authority == c.As })
	})
}

// plainVoicesOf takes the answers of each in turn. A refusal ends the agreements until then
// for good, and an agreement the refusals before it. All choices here are about everything.
func plainVoicesOf(f *consent.File, q consent.Ask, counts func(consent.Choice) bool) (yes, no bool) {
	at := q.At
	if at.Before(f.Last) {
		at = f.Last
	}
	for _, c := range f.Choices {
		ended := false
		for _, other := range f.Choices {
			opposite := other.By == c.By && other.Refused != c.Refused && !other.At.After(at)
			ended = ended || opposite && (other.At.After(c.At) || other.Refused && other.At.Equal(c.At))
		}
		stands := !c.At.After(at) && (c.Until.IsZero() || at.Before(c.Until)) && (c.Withdrawn.IsZero() || at.Before(c.Withdrawn))
		if counts(c) && stands && !ended {
			yes, no = yes || !c.Refused, no || c.Refused
		}
	}
	return yes, no
}

func TestADecisionIsThatOfThePlainRules(t *testing.T) {
	p := consent.StandardPolicy()
	names, files := situations()
	for _, name := range names {
		for _, to := range consent.Recipients() {
			f := files[name](to)
			for _, purpose := range consent.Purposes() {
				for _, k := range consent.Kinds() {
					q := ask(to, purpose, k)
					require.Equal(t, plain(p, &f, q), p.Decide(&f, q).Authority, "%s: %s %s %s", name, to, purpose, k)
				}
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		f, q := drawFile(t), drawAsk(t)
		if rapid.Bool().Draw(t, "held") {
			f.Holder = ""
		}
		if rapid.Bool().Draw(t, "override") {
			ground := rapid.SampledFrom([]consent.Ground{consent.AdultAtRisk, consent.DangerToLife}).Draw(t, "ground")
			f.Overrides = []consent.Override{{ID: "O-1", Ground: ground, To: q.To, Kinds: consent.Kinds(), At: noon, Review: noon.AddDate(0, 0, 1), Used: rapid.Bool().Draw(t, "used")}}
		}
		if rapid.Bool().Draw(t, "objects") {
			f.Objections = []consent.Objection{{ID: "J-1", By: "P-1", At: noon.AddDate(0, 0, -9)}}
		}
		if want, got := plain(p, &f, q), p.Decide(&f, q); got.Authority != want {
			t.Fatalf("%s %s %s at %s: %s (%s), plainly %s", q.As, q.Purpose, q.Kind, q.At, got.Authority, got.Reason, want)
		}
	})
}

// Each letter of the standard table matters: whatever other letter stands in a cell, some
// answer changes in one of the situations, and so in the golden file.
func TestEveryMistakeInTheStandardTableIsSeen(t *testing.T) {
	names, files := situations()
	p := consent.StandardPolicy()
	answers := func(to consent.Recipient, purpose consent.Purpose, k consent.Kind) (all []consent.Authority) {
		for _, name := range names {
			f := files[name](to)
			all = append(all, p.Decide(&f, ask(to, purpose, k)).Authority)
		}
		counted := ask(to, purpose, k)
		counted.Aggregate = true
		f := adult()
		return append(all, map[bool]consent.Authority{true: "counted"}[p.Decide(&f, counted).Allow])
	}
	mistakes := 0
	for _, to := range consent.Recipients() {
		for _, purpose := range consent.Purposes() {
			row := make([]byte, len(consent.Kinds()))
			for i, k := range consent.Kinds() {
				row[i] = byte(p.Table.Letter(to, purpose, k))
			}
			for i, k := range consent.Kinds() {
				right := answers(to, purpose, k)
				for _, l := range []byte("NOAYG") {
					wrong := slices.Clone(row)
					wrong[i] = l
					if l == row[i] || p.Table.Set(to, purpose, string(wrong)) != nil { // what no table may open is refused
						continue
					}
					mistakes++
					require.NotEqual(t, right, answers(to, purpose, k), "%s %s %s: %c for %c is seen by nobody", to, purpose, k, l, row[i])
				}
				require.NoError(t, p.Table.Set(to, purpose, string(row)))
			}
		}
	}
	require.Greater(t, mistakes, 3000)
}
