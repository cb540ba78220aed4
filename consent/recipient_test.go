package consent_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
)

// order compels to tell somebody everything.
func order(to string) consent.Order {
	return consent.Order{ID: "CO-1", Duty: consent.CourtOrder, To: []string{to}, Kinds: consent.Kinds(), At: noon.Add(-time.Hour)}
}

func TestADecisionSaysWhatHasToBeDoneWithWhatIsTold(t *testing.T) {
	p := consent.StandardPolicy()
	agreed := func(f consent.File) consent.File {
		f.Choices = []consent.Choice{yes("P-1", consent.Themself)}
		return f
	}
	ordered := func(f consent.File, to consent.Recipient) consent.File {
		f.Orders = []consent.Order{order(whoTold(to))}
		return f
	}
	competent := agreed(child(14))
	competent.Findings = []consent.Finding{finding(sp.Yes, consent.Gillick)}
	school, research := ask(consent.ToSchool, consent.ForSafeguarding, consent.Needs), ask(consent.ToResearcher, consent.Research, consent.Needs)
	for name, tt := range map[string]struct {
		f    consent.File
		q    consent.Ask
		want consent.Conditions
	}{
		"research on an agreement":                {agreed(adult()), research, consent.Pseudonymise},
		"research that a law compels":             {ordered(adult(), consent.ToResearcher), research, consent.Pseudonymise | consent.FilterOptOut},
		"what else a law compels":                 {ordered(adult(), consent.ToGP), gpAsks(consent.Needs), 0},
		"a school for safety":                     {ordered(adult(), consent.ToSchool), school, consent.DesignatedOnly},
		"a school for help":                       {agreed(adult()), with(school, func(q *consent.Ask) { q.Purpose = consent.DirectCare }), 0},
		"somebody else for safety":                {adult(), ask(consent.ToLead, consent.ForSafeguarding, consent.Needs), 0},
		"a guardian, by the young person's yes":   {competent, toGuardian, consent.TellFirst},
		"a guardian, by a law":                    {ordered(child(14), consent.ToGuardian), toGuardian, 0},
		"the young person's worker tells nothing": {competent, toWorker, 0},
	} {
		t.Run(name, func(t *testing.T) {
			a := p.Decide(&tt.f, tt.q)
			require.True(t, a.Allow, "%+v", a)
			require.Equal(t, tt.want.String(), a.Conditions.String())
		})
	}
}

func gpAsks(k consent.Kind) consent.Ask { return ask(consent.ToGP, consent.DirectCare, k) }

func TestADecisionLetsThemReadWhatTheyRecordedThemselves(t *testing.T) {
	p := consent.StandardPolicy()
	own := func(q consent.Ask) consent.Ask { return with(q, func(q *consent.Ask) { q.Own = true }) }
	for name, tt := range map[string]struct {
		q     consent.Ask
		allow bool
	}{
		"a provider":                    {own(ask(consent.ToProvider, consent.DirectCare, consent.Measures)), true},
		"a provider of what others did": {ask(consent.ToProvider, consent.DirectCare, consent.Measures), false},
		"a provider for its bills":      {own(ask(consent.ToProvider, consent.Billing, consent.Measures)), false},
		"a referrer":                    {own(ask(consent.ToReferrer, consent.DirectCare, consent.Measures)), true},
		"a school":                      {own(ask(consent.ToSchool, consent.DirectCare, consent.Measures)), false},
	} {
		t.Run(name, func(t *testing.T) {
			f := adult()
			require.Equal(t, tt.allow, p.Decide(&f, tt.q).Allow)
		})
	}
}

func TestADecisionTellsReferrersAndPracticesHowFarItHasComeAndNobodyElse(t *testing.T) {
	p := consent.StandardPolicy()
	f := adult()
	for _, as := range consent.Recipients() {
		if as == consent.ToGuardian {
			continue // nobody's
		}
		for _, purpose := range consent.Purposes() {
			q := ask(as, purpose, consent.Status)
			want := p.Table.Letter(as, purpose, consent.Outcome)
			if purpose == consent.Feedback && (as == consent.ToReferrer || as == consent.ToGP) {
				want = consent.Always
			}
			require.Equal(t, want.String(), p.Decide(&f, q).Letter.String(), "%s for %s", as, purpose)
		}
	}
}

func TestADecisionHoldsAGuardianWhoReferredToBothRows(t *testing.T) {
	p := consent.StandardPolicy()
	require.NoError(t, p.Table.Set(consent.ToReferrer, consent.Feedback, "YYYYYYNYYY"))
	heard := child(9)
	heard.Referrer = "P-2"
	heard.Objections = []consent.Objection{{By: "P-1", At: noon, Scope: consent.Scope{Purposes: []consent.Purpose{consent.Research}}}}
	unheard, another, grown := heard, heard, heard
	unheard.Objections = nil
	another.Referrer = "bay/practice"
	grown.Deciders = nil
	q := with(ask(consent.ToReferrer, consent.Feedback, consent.Flags), func(q *consent.Ask) { q.To = "P-2" })
	for name, tt := range map[string]struct {
		f    consent.File
		q    consent.Ask
		want consent.Letter
	}{
		"as a referrer, once heard":          {heard, q, consent.ByOverride},
		"as a referrer, unheard":             {unheard, q, consent.Never},
		"as a guardian, unheard":             {unheard, with(q, func(q *consent.Ask) { q.As, q.Kind = consent.ToGuardian, consent.Outcome }), consent.Never},
		"for another purpose":                {unheard, with(q, func(q *consent.Ask) { q.Purpose = consent.ForSafeguarding }), consent.ByOverride},
		"as somebody else":                   {unheard, with(q, func(q *consent.Ask) { q.As = consent.ToGP }), p.Table.Letter(consent.ToGP, consent.Feedback, consent.Flags)},
		"where somebody else referred":       {another, q, consent.Always},
		"where who referred decides nothing": {grown, q, consent.ByOverride}, // nobody is known who decides
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want.String(), p.Decide(&tt.f, tt.q).Letter.String())
		})
	}
}

func TestADecisionOpensToAWorkerTheirOwnCaseAndWhatNobodyHas(t *testing.T) {
	p := consent.StandardPolicy()
	require.NoError(t, p.Table.Set(consent.ToLead, consent.DirectCare, "YYYYYANNYY"))
	nobodys, ours := adult(), adult()
	nobodys.Holder = ""
	q := ask(consent.ToLinkWorker, consent.DirectCare, consent.Measures)
	require.Equal(t, consent.WithinCare, p.Decide(&ours, q).Reason)
	require.Equal(t, consent.NoAgreement, p.Decide(&nobodys, q).Reason, "who may take it on reads the row of the lead")
	a := p.Decide(&ours, with(q, func(q *consent.Ask) { q.To = "ben" }))
	require.Equal(t, consent.NeedsGround, a.Reason)
	require.Equal(t, consent.Always, a.Letter)
	require.Equal(t, consent.NoAgreement, p.Decide(&ours, ask(consent.ToLead, consent.DirectCare, consent.Measures)).Reason)
}

func TestAGlassOpensTheCaseToWhoBrokeItUntilItIsReviewed(t *testing.T) {
	p := consent.StandardPolicy()
	require.NoError(t, p.Table.Set(consent.ToLinkWorker, consent.DirectCare, "YYYYYYYNYY"))
	broken := consent.Glass{ID: "G-1", Reader: "ben", Ground: consent.AdultAtRisk, At: noon.Add(-time.Hour), Review: noon.Add(time.Hour)}
	q := with(toWorker, func(q *consent.Ask) { q.To, q.Kind = "ben", consent.Needs })
	for name, tt := range map[string]struct {
		glass func(*consent.Glass)
		ask   func(*consent.Ask)
		allow bool
	}{
		"who broke it":              {func(*consent.Glass) {}, func(*consent.Ask) {}, true},
		"somebody else":             {func(g *consent.Glass) { g.Reader = "cat" }, func(*consent.Ask) {}, false},
		"before it is broken":       {func(g *consent.Glass) { g.At = noon.Add(time.Minute) }, func(*consent.Ask) {}, false},
		"once the review is due":    {func(g *consent.Glass) { g.Review = noon }, func(*consent.Ask) {}, false},
		"once it is reviewed":       {func(g *consent.Glass) { g.Reviewed = noon }, func(*consent.Ask) {}, false},
		"to plan, and not to help":  {func(*consent.Glass) {}, func(q *consent.Ask) { q.Purpose = consent.Evaluation }, false},
		"what no worker may read":   {func(*consent.Glass) {}, func(q *consent.Ask) { q.Kind = consent.Equality }, false},
		"to somebody who is no one": {func(*consent.Glass) {}, func(q *consent.Ask) { q.As = consent.ToProvider }, false},
	} {
		t.Run(name, func(t *testing.T) {
			g, asked := broken, q
			tt.glass(&g)
			tt.ask(&asked)
			f := adult()
			f.Glass = []consent.Glass{g}
			require.Equal(t, tt.allow, p.Decide(&f, asked).Allow)
		})
	}
}

func TestADecisionKeepsNotesAloneFromAWorkerWhoKnowsThePerson(t *testing.T) {
	p := consent.StandardPolicy()
	require.NoError(t, p.Table.Set(consent.ToLinkWorker, consent.DirectCare, "YYYYYYYNYY"))
	f := adult()
	f.Conflict = []string{"ann", "ben", "P-1"}
	f.Glass = []consent.Glass{{ID: "G-1", Reader: "ben", At: noon.Add(-time.Hour), Review: noon.Add(time.Hour)}}
	notes := with(toWorker, func(q *consent.Ask) { q.Kind = consent.Notes })
	a := p.Decide(&f, notes)
	require.False(t, a.Allow)
	require.Equal(t, consent.Never, a.Letter)
	require.True(t, p.Decide(&f, with(notes, func(q *consent.Ask) { q.Kind = consent.Needs })).Allow)
	for kind, allow := range map[consent.Kind]bool{consent.Notes: false, consent.Needs: true} {
		require.Equal(t, allow, p.Decide(&f, with(notes, func(q *consent.Ask) { q.To, q.Kind = "ben", kind })).Allow, "through the glass: %s", kind)
	}
	f.Conflict = nil
	require.True(t, p.Decide(&f, notes).Allow)
}

func TestADecisionAsksWhatAServiceNeedsOfItsProviderAlone(t *testing.T) {
	p := consent.StandardPolicy()
	p.Needed = map[string][]string{"bay/garden": {"name"}}
	p.AfterYes = []consent.Kind{consent.Needs}
	f := adult()
	q := with(toGP, func(q *consent.Ask) { q.Service, q.Field, q.Stage = "bay/garden", "needs", consent.WithQuestion })
	require.True(t, p.Decide(&f, q).Allow, "a GP is asked for no place")
	f.Choices = []consent.Choice{yes("P-1", consent.Themself)}
	for _, as := range []consent.Recipient{consent.ToProvider, consent.ToSchool} {
		asked := ask(as, consent.DirectCare, consent.Needs)
		asked.Service, asked.Field = "bay/garden", "needs"
		require.Equal(t, consent.NotNeeded, p.Decide(&f, asked).Reason, as)
		asked.Service, asked.Stage = "bay/choir", consent.WithQuestion
		require.Equal(t, consent.NotYet, p.Decide(&f, asked).Reason, as)
		asked.Stage = consent.OnceYes
		require.True(t, p.Decide(&f, asked).Allow, as)
	}
}

func TestADecisionNamesTheRulesOfItsPurpose(t *testing.T) {
	p := consent.StandardPolicy()
	f := adult()
	for purpose, rule := range map[consent.Purpose]int{consent.Evaluation: 10, consent.Commissioning: 10, consent.Research: 11, consent.Billing: 12} {
		require.True(t, p.Decide(&f, ask(consent.ToLead, purpose, consent.Needs)).Rules.Has(rule), purpose)
	}
	require.True(t, p.Decide(&f, gpAsks(consent.SensitiveNeeds)).Rules.Has(3))
	for as, rule := range map[consent.Recipient]int{
		consent.ToLinkWorker: 4, consent.ToLead: 5, consent.ToProvider: 6, consent.ToGuardian: 7, consent.ToPerson: 8, consent.ToSchool: 9, consent.ToAuditor: 13,
	} {
		require.True(t, p.Decide(&f, ask(as, consent.DirectCare, consent.Needs)).Rules.Has(rule), as)
	}
	require.False(t, p.Decide(&f, gpAsks(consent.Needs)).Rules.Has(3))
	for kind, told := range map[consent.Kind]bool{consent.Identity: false, consent.Contact: false, consent.Needs: true} {
		outside := with(ask(consent.ToLead, consent.Supervision, kind), func(q *consent.Ask) { q.Outside = true })
		require.Equal(t, told, p.Decide(&f, outside).Letter == consent.Always, kind)
		require.Equal(t, !told, p.Decide(&f, outside).Rules.Has(14), kind)
	}
	a := p.Decide(&f, with(ask(consent.ToProvider, consent.Billing, consent.Identity), func(q *consent.Ask) { q.Aggregate = true }))
	require.Equal(t, consent.NotForThis, a.Reason)
}

func TestFindingByNoKnownStandardCountsForNothing(t *testing.T) {
	p, f := consent.StandardPolicy(), child(14)
	f.Findings = []consent.Finding{finding(sp.Yes, "eye-contact")}
	require.NotEqual(t, "finding", p.Decides(&f, toGarden).Why)
	require.NotEqual(t, sp.Yes, p.Decides(&f, toGarden).Self)
}

func TestPolicySaysWhoDecidesAndWhy(t *testing.T) {
	p := consent.StandardPolicy()
	found := func(f consent.File, all ...consent.Finding) consent.File { f.Findings = all; return f }
	gillick, lacks := finding(sp.Yes, consent.Gillick), finding(sp.No, consent.MCA)
	due := func(x consent.Finding) consent.Finding { x.Review = sp.DateOf(noon); return x }
	later := func(x consent.Finding) consent.Finding { x.ID, x.At = "F-2", noon.Add(-time.Hour); return x }
	lacking := gillick
	lacking.Result = sp.No
	unborn, orphan, scot := adult(), child(10), child(17)
	unborn.Born = sp.Personal[sp.Date]{}
	orphan.Deciders = nil
	scot.Nation = consent.Scotland
	for name, tt := range map[string]struct {
		f    consent.File
		want consent.Deciding
	}{
		"an adult":                                 {adult(), consent.Deciding{Self: sp.Yes, Why: "age"}},
		"nobody knows how old":                     {unborn, consent.Deciding{Why: "born-unknown"}},
		"a child":                                  {child(10), consent.Deciding{Self: sp.No, Why: "not-of-age"}},
		"a child of nobody":                        {orphan, consent.Deciding{Why: "nobody-decides"}},
		"a child who understands":                  {found(child(14), gillick), consent.Deciding{Self: sp.Yes, Why: "finding", Finding: "F-1"}},
		"a child who did, to be found anew":        {found(child(14), due(gillick)), consent.Deciding{Why: "review-due", Finding: "F-1"}},
		"a child who did not":                      {found(child(14), lacking), consent.Deciding{Self: sp.No, Why: "finding", Finding: "F-1"}},
		"a child who did not, to be found anew":    {found(child(14), due(lacking)), consent.Deciding{Self: sp.No, Why: "not-of-age"}},
		"an adult who cannot":                      {found(child(17), lacks), consent.Deciding{Self: sp.No, Why: "finding", Finding: "F-1", Test: consent.BestInterests}},
		"an adult who could not, to be found anew": {found(child(17), due(lacks)), consent.Deciding{Self: sp.Yes, Why: "age"}},
		"an adult who cannot, in Scotland":         {found(scot, finding(sp.No, consent.AWI)), consent.Deciding{Self: sp.No, Why: "finding", Finding: "F-1", Test: consent.Benefit}},
		"an adult who can with support, which nobody has said how": {found(child(17), finding(sp.Unknown, consent.MCA)), consent.Deciding{Why: "review-due", Finding: "F-1"}},
		"found otherwise since":                 {found(child(14), later(lacking), gillick), consent.Deciding{Self: sp.No, Why: "finding", Finding: "F-2"}},
		"found otherwise since, noted in order": {found(child(14), gillick, later(lacking)), consent.Deciding{Self: sp.No, Why: "finding", Finding: "F-2"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, p.Decides(&tt.f, toGarden))
		})
	}
}

func TestADecisionTellsNothingToWhomOrForWhatNobodyListedThoughALawCompels(t *testing.T) {
	p := consent.StandardPolicy()
	f := adult()
	f.Orders = []consent.Order{order("bay/green")}
	require.True(t, p.Decide(&f, toGarden).Allow)
	for what, change := range map[string]func(*consent.Ask){
		"recipient": func(q *consent.Ask) { q.As = "neighbour" },
		"purpose":   func(q *consent.Ask) { q.Purpose = "gossip" },
		"kind":      func(q *consent.Ask) { q.Kind, q.Field = "", "shoe-size" },
		"time":      func(q *consent.Ask) { q.At = time.Time{} },
	} {
		a := p.Decide(&f, with(toGarden, change))
		require.False(t, a.Allow, what)
		require.Equal(t, consent.NotListed, a.Reason, what)
	}
}

func TestADecisionHearsTheLastWordOfWhoeverDecidesAboutWhatIsAsked(t *testing.T) {
	p := consent.StandardPolicy()
	agree, refuse := agreedTo(toGarden, "P-1", consent.Themself), agreedTo(toGarden, "P-1", consent.Themself)
	agree.At, refuse.At, refuse.Refused = noon.Add(-3*time.Hour), noon.Add(-2*time.Hour), true
	later := func(c consent.Choice) consent.Choice { c.At = noon.Add(-time.Hour); return c }
	about := func(c consent.Choice, kinds ...consent.Kind) consent.Choice { c.Scope.Kinds = kinds; return c }
	gone := agree
	gone.Withdrawn = noon.Add(-time.Hour)
	for name, tt := range map[string]struct {
		said []consent.Choice
		want consent.Reason
	}{
		"a yes, then a no":                       {[]consent.Choice{agree, refuse}, consent.Refused},
		"a no, then a yes":                       {[]consent.Choice{refuse, later(agree)}, consent.Agreed},
		"noted in another order":                 {[]consent.Choice{later(agree), refuse}, consent.Agreed},
		"a no about something else":              {[]consent.Choice{agree, about(refuse, consent.Needs)}, consent.Agreed},
		"a no that leaves open about what":       {[]consent.Choice{agree, about(refuse)}, consent.Refused},
		"a yes that leaves open about what":      {[]consent.Choice{about(agree)}, consent.NoAgreement},
		"a yes that was taken back":              {[]consent.Choice{gone}, consent.Withdrawn},
		"taken back, and somebody else's yes":    {[]consent.Choice{gone, agreedTo(toGarden, "P-9", consent.Themself)}, consent.Withdrawn},
		"somebody else's yes, and a yes":         {[]consent.Choice{agreedTo(toGarden, "P-9", consent.Themself), agree}, consent.Agreed},
		"a no that was taken back":               {[]consent.Choice{func() consent.Choice { c := refuse; c.Withdrawn = noon; return c }()}, consent.NoAgreement},
		"a no that was taken back, after a yes":  {[]consent.Choice{agree, func() consent.Choice { c := refuse; c.Withdrawn = noon; return c }()}, consent.NoAgreement},
		"a yes and a no at the same moment":      {[]consent.Choice{later(agree), later(refuse)}, consent.Refused},
		"the same, with the no noted first":      {[]consent.Choice{later(refuse), later(agree)}, consent.Refused},
		"a no that is still to come":             {[]consent.Choice{agree, func() consent.Choice { c := refuse; c.At = noon.Add(time.Second); return c }()}, consent.Agreed},
		"a yes that is still to come":            {[]consent.Choice{func() consent.Choice { c := agree; c.At = noon.Add(time.Second); return c }()}, consent.NoAgreement},
		"a yes in another right, after their no": {[]consent.Choice{refuse, later(agreedTo(toGarden, "P-1", person.Advocate))}, consent.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			f := adult()
			f.Choices = tt.said
			require.Equal(t, tt.want, p.Decide(&f, toGarden).Reason)
		})
	}
}
