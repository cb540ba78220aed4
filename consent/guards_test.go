package consent_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
)

// A finding by the law of another nation or age is as good as one that is to be made anew.
func TestFindingCountsUnderTheLawOfItsNationAndAge(t *testing.T) {
	laws := map[consent.Standard]struct {
		adult bool
		in    []consent.Nation
	}{
		consent.Gillick: {false, []consent.Nation{consent.England, consent.Wales, consent.NorthernIreland}},
		consent.MCA:     {true, []consent.Nation{consent.England, consent.Wales}},
		consent.ALCS:    {false, []consent.Nation{consent.Scotland}},
		consent.AWI:     {true, []consent.Nation{consent.Scotland}},
		consent.MCANI:   {true, []consent.Nation{consent.NorthernIreland}},
	}
	p := consent.StandardPolicy()
	for law, rule := range laws {
		for _, nation := range []consent.Nation{consent.England, consent.Wales, consent.Scotland, consent.NorthernIreland} {
			for _, years := range []int{15, 16} {
				f := child(years)
				f.Nation, f.Findings = nation, []consent.Finding{finding(sp.No, law)}
				d := p.Decides(&f, toGarden)
				counts := rule.adult == (years >= 16) && slices.Contains(rule.in, nation)
				require.Equal(t, counts, d.Why == "finding", fmt.Sprint(law, " in ", nation, " at ", years, ": ", d))
				require.Equal(t, counts && rule.adult, d.Test != "", fmt.Sprint(law, " in ", nation, " at ", years, ": ", d))
			}
		}
	}
}

func TestFindingByFraserIsAboutSexualHealthAlone(t *testing.T) {
	p, f := consent.StandardPolicy(), child(15)
	x := finding(sp.Yes, consent.Fraser)
	f.Findings = []consent.Finding{x}
	require.Equal(t, sp.No, p.Decides(&f, toGarden).Self, "no code is not that code")
	f.Findings[0].Code = "sexual-health"
	require.Equal(t, sp.No, p.Decides(&f, toGarden).Self)
	require.Equal(t, sp.Yes, p.Decides(&f, with(toGarden, func(q *consent.Ask) { q.Kind, q.Code = consent.SensitiveNeeds, "sexual-health" })).Self)
	f.Findings[0].Standard = consent.Gillick
	require.Equal(t, sp.No, p.Decides(&f, toGarden).Self, "a finding about one need decides no other")
}

func TestFileOfAPersonHasThoseWhoDecideAndPrintsNobody(t *testing.T) {
	during := sp.Period{Start: sp.NewDate(2026, 1, 1)}
	of := person.Person{ID: "P-1", Born: sp.Hide(sp.NewDate(2016, 5, 4)), Representatives: []person.Representative{
		{Person: "P-2", Authority: person.ParentalResponsibility, Decides: sp.Yes, During: during},
		{Person: "P-3", Authority: person.FamilyCarer, Decides: sp.No},
		{Person: "P-4", Authority: person.FamilyCarer},
		{Authority: person.ParentalResponsibility, Decides: sp.Yes},
	}}
	f := consent.FileOf(of, consent.Wales)
	require.Equal(t, consent.File{
		Person: "P-1", Nation: consent.Wales, Born: of.Born,
		Deciders: []consent.Decider{{ID: "P-2", Authority: person.ParentalResponsibility, During: during}},
	}, f)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		require.Equal(t, "permissions of P-1", fmt.Sprintf(verb, f))
	}
	require.Equal(t, "permissions of P-1", f.LogValue().String())
}

// Each row is one condition of a decision less, and the answer changes.
func TestDecisionHoldsToEveryPartOfItsConditions(t *testing.T) {
	p := consent.StandardPolicy()
	adultWho := func(change func(*consent.File)) consent.File { f := adult(); change(&f); return f }
	t.Run("what bills a provider and what a person reads of it themselves", func(t *testing.T) {
		f := adultWho(func(f *consent.File) { f.Choices = []consent.Choice{yes("P-1", consent.Themself)} })
		for _, as := range []consent.Recipient{consent.ToCommissioner, consent.ToProvider, consent.ToPerson} {
			a := p.Decide(&f, ask(as, consent.Billing, consent.Attendance))
			if a.Allow {
				require.Equal(t, as != consent.ToPerson, a.Conditions&consent.Pseudonymise != 0, as)
			}
		}
	})
	t.Run("what a GP must not show online", func(t *testing.T) {
		f := adult()
		hidden := func(f *consent.File, q consent.Ask) bool {
			a := p.Decide(f, q)
			require.True(t, a.Allow, "%v", a)
			return a.Conditions&consent.HideOnline != 0
		}
		require.False(t, hidden(&f, toGP))
		require.True(t, hidden(&f, with(toGP, func(q *consent.Ask) { q.Kind, q.Code = consent.Flags, "crisis" })))
		abused := adultWho(func(f *consent.File) { f.Abuse = sp.Yes })
		require.True(t, hidden(&abused, toGP))
		require.False(t, hidden(&abused, toWorker), "a worker is not a GP")
	})
	t.Run("a guardian who referred hears no more before the person was heard", func(t *testing.T) {
		q := ask(consent.ToGuardian, consent.Feedback, consent.Outcome)
		f := child(9)
		f.Referrer = q.To
		unheard := p.Decide(&f, q)
		f.Choices = []consent.Choice{{By: "P-9", As: consent.Themself, At: noon}, {By: "P-1", As: person.ParentalResponsibility, At: noon}}
		require.Equal(t, unheard.Letter, p.Decide(&f, q).Letter, "somebody else's view is not the person's")
		f.Objections = []consent.Objection{{By: "P-1", At: noon, Scope: consent.Scope{Purposes: []consent.Purpose{consent.Research}}}}
		require.NotEqual(t, unheard.Letter, p.Decide(&f, q).Letter)
	})
	t.Run("only one who holds the right answers", func(t *testing.T) {
		for _, c := range []consent.Choice{agreedTo(toGarden, "P-2", person.Advocate), agreedTo(toGarden, "P-9", person.ParentalResponsibility)} {
			f := child(9)
			f.Choices = []consent.Choice{c}
			require.Equal(t, consent.NotTheirs, p.Decide(&f, toGarden).Reason, "%s as %s", c.By, c.As)
		}
		f := child(9)
		f.Choices = []consent.Choice{agreedTo(toGarden, "P-2", person.ParentalResponsibility)}
		require.Equal(t, consent.Agreed, p.Decide(&f, toGarden).Reason)
	})
	t.Run("nobody answers while it is not known who decides", func(t *testing.T) {
		asking := consent.StandardPolicy()
		require.NoError(t, asking.Table.Set(consent.ToLead, consent.DirectCare, "AAAAAAAAAA"))
		toLead := ask(consent.ToLead, consent.DirectCare, consent.Needs)
		f := adultWho(func(f *consent.File) {
			f.Deciders = []consent.Decider{{ID: "P-2", Authority: person.FamilyCarer}}
			f.Choices = []consent.Choice{agreedTo(toLead, "P-2", person.FamilyCarer), agreedTo(toLead, "P-1", consent.Themself)}
		})
		require.Equal(t, consent.Agreed, asking.Decide(&f, toLead).Reason)
		f.Born = sp.Personal[sp.Date]{}
		require.Equal(t, consent.NotTheirs, asking.Decide(&f, toLead).Reason)
	})
	t.Run("a guardian hears nothing that is asked for and was refused", func(t *testing.T) {
		asking := consent.StandardPolicy()
		require.NoError(t, asking.Table.Set(consent.ToGuardian, consent.DirectCare, "AAAAANNAAA"))
		f := child(14)
		f.Findings = []consent.Finding{finding(sp.Yes, consent.Gillick)}
		require.Equal(t, consent.ByAgreement, asking.Decide(&f, toGuardian).Letter)
		no := agreedTo(toGuardian, "P-1", consent.Themself)
		no.Refused = true
		f.Choices = []consent.Choice{no}
		a := asking.Decide(&f, toGuardian)
		require.Equal(t, consent.ByOverride, a.Letter)
		require.Equal(t, consent.Refused, a.Reason)
	})
	t.Run("of several agreements that no longer hold the first says why", func(t *testing.T) {
		ended, taken := agreedTo(toGarden, "P-1", consent.Themself), agreedTo(toGarden, "P-1", consent.Themself)
		ended.Until, taken.Withdrawn = noon, noon
		for want, list := range map[consent.Reason][]consent.Choice{consent.Expired: {ended, taken}, consent.Withdrawn: {taken, ended}} {
			f := adultWho(func(f *consent.File) { f.Choices = list })
			require.Equal(t, want, p.Decide(&f, toGarden).Reason)
		}
	})
	t.Run("a later yes of somebody else does not end a refusal", func(t *testing.T) {
		no := agreedTo(toGarden, "P-1", consent.Themself)
		no.Refused, no.At = true, noon.Add(-3*time.Hour)
		f := adultWho(func(f *consent.File) { f.Choices = []consent.Choice{no, agreedTo(toGarden, "P-9", consent.Themself)} })
		require.Equal(t, consent.Refused, p.Decide(&f, toGarden).Reason)
	})
	t.Run("of two agreements the one without an end is cited", func(t *testing.T) {
		short, open := agreedTo(toGarden, "P-1", consent.Themself), agreedTo(toGarden, "P-1", consent.Themself)
		short.ID, short.Until, open.ID = "short", noon.Add(time.Hour), "open"
		long := short
		long.ID, long.Until = "long", noon.Add(2*time.Hour)
		for _, list := range [][]consent.Choice{{short, long, open}, {open, long, short}, {long, open, short}} {
			f := adultWho(func(f *consent.File) { f.Choices = list })
			require.Equal(t, "open", p.Decide(&f, toGarden).Source)
		}
		for _, list := range [][]consent.Choice{{short, long}, {long, short}} {
			f := adultWho(func(f *consent.File) { f.Choices = list })
			require.Equal(t, "long", p.Decide(&f, toGarden).Source)
		}
	})
	t.Run("the dead are spoken of to their GP that it has ended, and inside to keep others safe", func(t *testing.T) {
		f := adultWho(func(f *consent.File) { f.Died = noon.Add(-time.Hour) })
		require.NotEqual(t, consent.HasDied, p.Decide(&f, ask(consent.ToGP, consent.Feedback, consent.Status)).Reason)
		require.Equal(t, consent.HasDied, p.Decide(&f, ask(consent.ToGP, consent.Feedback, consent.Outcome)).Reason)
		require.Equal(t, consent.HasDied, p.Decide(&f, toGP).Reason)
		f.Died = noon.Add(time.Minute)
		require.NotEqual(t, consent.HasDied, p.Decide(&f, toGP).Reason)
	})
	t.Run("a reading without files, or of files that fail, tells nothing", func(t *testing.T) {
		none := func(person.ID) (*consent.File, error) { return nil, errors.New("down") }
		other := func(person.ID) (*consent.File, error) { f := adult(); f.Person = "P-9"; return &f, nil }
		ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
		for _, r := range []consent.Reading{{}, {Policy: p}, {Files: none}, {Policy: p, Files: none}, {Policy: p, Files: other}} {
			r.Purpose, r.At = consent.DirectCare, noon
			require.ErrorIs(t, r.See(ann, "P-1", "name"), sp.ErrDenied)
		}
	})
}
