package consent_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
)

var (
	toGarden   = consent.Ask{To: "bay/green", As: consent.ToProvider, Purpose: consent.DirectCare, Kind: consent.Contact, At: noon}
	toGP       = consent.Ask{To: "bay/practice", As: consent.ToGP, Purpose: consent.DirectCare, Kind: consent.Needs, At: noon}
	toGuardian = consent.Ask{To: "P-2", As: consent.ToGuardian, Purpose: consent.DirectCare, Kind: consent.Needs, At: noon}
	toWorker   = consent.Ask{To: "ann", As: consent.ToLinkWorker, Purpose: consent.DirectCare, Kind: consent.Notes, At: noon}
	toPerson   = consent.Ask{To: "P-1", As: consent.ToPerson, Purpose: consent.DirectCare, Kind: consent.Flags, At: noon}
)

func with(q consent.Ask, change func(*consent.Ask)) consent.Ask { change(&q); return q }

func agreedTo(q consent.Ask, by person.ID, as person.Authority) consent.Choice {
	c := yes(by, as)
	c.Scope = consent.Scope{Purposes: []consent.Purpose{q.Purpose}, To: []string{q.To}, Kinds: []consent.Kind{q.Kind}}
	return c
}

func TestADecisionSaysWhy(t *testing.T) {
	parent := person.ParentalResponsibility
	grown := func(change func(*consent.File)) consent.File { f := adult(); change(&f); return f }
	young := func(years int, change func(*consent.File)) consent.File { f := child(years); change(&f); return f }
	leap := func(f *consent.File, c ...consent.Choice) { f.Born = sp.Hide(sp.NewDate(2012, 2, 29)); f.Choices = c }
	for name, tt := range map[string]struct {
		f    consent.File
		q    consent.Ask
		want consent.Reason
	}{
		"nobody has asked":        {adult(), toGarden, consent.NoAgreement},
		"agreed to this":          {grown(func(f *consent.File) { f.Choices = []consent.Choice{agreedTo(toGarden, "P-1", consent.Themself)} }), toGarden, consent.Agreed},
		"agreed to another kind":  {grown(func(f *consent.File) { f.Choices = []consent.Choice{agreedTo(toGarden, "P-1", consent.Themself)} }), with(toGarden, func(q *consent.Ask) { q.Kind = consent.Needs }), consent.NoAgreement},
		"agreed to another place": {grown(func(f *consent.File) { f.Choices = []consent.Choice{agreedTo(toGarden, "P-1", consent.Themself)} }), with(toGarden, func(q *consent.Ask) { q.To = "bay/choir" }), consent.NoAgreement},
		"expired yesterday": {grown(func(f *consent.File) {
			c := agreedTo(toGarden, "P-1", consent.Themself)
			c.At, c.Until = noon.AddDate(0, 0, -9), noon
			f.Choices = []consent.Choice{c}
		}), toGarden, consent.Expired},
		"withdrawn at this moment": {grown(func(f *consent.File) {
			c := agreedTo(toGarden, "P-1", consent.Themself)
			c.Withdrawn = noon
			f.Choices = []consent.Choice{c}
		}), toGarden, consent.Withdrawn},
		"the question does not need the number": {grown(func(f *consent.File) { f.Choices = []consent.Choice{agreedTo(toGarden, "P-1", consent.Themself)} }), with(toGarden, func(q *consent.Ask) { q.Stage = consent.WithQuestion }), consent.NotYet},
		"the GP within care":                    {adult(), toGP, consent.WithinCare},
		"a GP who referred reads that row":      {adult(), with(toGP, func(q *consent.Ask) { q.As, q.Audience = consent.ToReferrer, consent.Health }), consent.WithinCare},
		"what is sensitive is none of it":       {adult(), with(toGP, func(q *consent.Ask) { q.Code = "domestic-abuse" }), consent.NoAgreement},
		"a crisis is told to the GP":            {adult(), with(toGP, func(q *consent.Ask) { q.Kind, q.Code = consent.Flags, "crisis" }), consent.WithinCare},
		"abuse is not":                          {adult(), with(toGP, func(q *consent.Ask) { q.Kind, q.Code = consent.Flags, "safeguarding" }), consent.NeedsGround},
		"the person objects":                    {grown(func(f *consent.File) { f.Objections = []consent.Objection{{By: "P-1", At: noon}} }), toGP, consent.Objected},
		"somebody else objects":                 {grown(func(f *consent.File) { f.Objections = []consent.Objection{{By: "P-9", At: noon}} }), toGP, consent.WithinCare},
		"who may have harmed hears nothing":     {young(9, func(f *consent.File) { f.Harm = []string{"P-2"} }), toGuardian, consent.SourceOfHarm},
		"nor by an order": {young(9, func(f *consent.File) {
			f.Harm, f.Orders = []string{"P-2"}, []consent.Order{{Duty: consent.CourtOrder, To: []string{"P-2"}, Kinds: consent.Kinds()}}
		}), toGuardian, consent.SourceOfHarm},
		"a mother who decides":                {child(9), toGuardian, consent.WithinCare},
		"a stranger who says so":              {child(9), with(toGuardian, func(q *consent.Ask) { q.To = "P-9" }), consent.NotForThis},
		"a young person of sixteen decides":   {child(16), toGuardian, consent.NoAgreement},
		"in Scotland one of twelve":           {young(12, func(f *consent.File) { f.Nation = consent.Scotland }), toGuardian, consent.NoAgreement},
		"and agrees":                          {young(16, func(f *consent.File) { f.Choices = []consent.Choice{agreedTo(toGuardian, "P-1", consent.Themself)} }), toGuardian, consent.Agreed},
		"a mother does not agree for herself": {young(16, func(f *consent.File) { f.Choices = []consent.Choice{agreedTo(toGuardian, "P-2", parent)} }), toGuardian, consent.NotTheirs},
		"do not tell my parents": {young(14, func(f *consent.File) {
			f.Findings = []consent.Finding{finding(sp.Yes, consent.Gillick)}
			f.Choices = []consent.Choice{{By: "P-1", As: consent.Themself, Refused: true, At: noon}}
		}), toGuardian, consent.Refused},
		"Fraser is about one thing": {young(14, func(f *consent.File) { f.Findings = []consent.Finding{finding(sp.Yes, consent.Fraser)} }), toGuardian, consent.WithinCare},
		"a finding whose review is due": {young(14, func(f *consent.File) {
			x := finding(sp.Yes, consent.Gillick)
			x.Review = sp.DateOf(noon)
			f.Findings = []consent.Finding{x}
		}), toGuardian, consent.AskFirst},
		"a father refuses what a mother agreed": {young(9, func(f *consent.File) {
			f.Deciders = append(f.Deciders, consent.Decider{ID: "P-3", Authority: parent})
			no := agreedTo(toGarden, "P-3", parent)
			no.Refused = true
			f.Choices = []consent.Choice{agreedTo(toGarden, "P-2", parent), no}
		}), toGarden, consent.Disputed},
		"a father whose rights a court limits": {young(9, func(f *consent.File) {
			f.Deciders = append(f.Deciders, consent.Decider{ID: "P-3", Authority: parent, Limited: true})
			no := agreedTo(toGarden, "P-3", parent)
			no.Refused = true
			f.Choices = []consent.Choice{agreedTo(toGarden, "P-2", parent), no}
		}), toGarden, consent.Agreed},
		"a foster carer for what is delegated": {young(9, func(f *consent.File) {
			f.Deciders = []consent.Decider{{ID: "P-4", Authority: consent.Delegated, Areas: []consent.Area{consent.LeisureArea}}}
			f.Choices = []consent.Choice{agreedTo(toGarden, "P-4", consent.Delegated)}
		}), with(toGarden, func(q *consent.Ask) { q.Area = consent.LeisureArea }), consent.Agreed},
		"and for nothing else": {young(9, func(f *consent.File) {
			f.Deciders = []consent.Decider{{ID: "P-4", Authority: consent.Delegated, Areas: []consent.Area{consent.LeisureArea}}}
			f.Choices = []consent.Choice{agreedTo(toGarden, "P-4", consent.Delegated)}
		}), toGarden, consent.AskFirst},
		"an attorney of somebody who is able": {grown(func(f *consent.File) {
			f.Deciders = []consent.Decider{{ID: "P-5", Authority: person.PowerOfAttorney}}
			f.Choices = []consent.Choice{agreedTo(toGarden, "P-5", person.PowerOfAttorney)}
		}), toGarden, consent.NotTheirs},
		"and of somebody who was found not to": {grown(func(f *consent.File) {
			f.Deciders = []consent.Decider{{ID: "P-5", Authority: person.PowerOfAttorney}}
			f.Choices = []consent.Choice{agreedTo(toGarden, "P-5", person.PowerOfAttorney)}
			f.Findings = []consent.Finding{finding(sp.No, consent.MCA)}
		}), toGarden, consent.Agreed},
		"nobody knows when they were born":   {grown(func(f *consent.File) { f.Born = sp.Personal[sp.Date]{} }), toGP, consent.AskFirst},
		"a mother's yes the day before":      {young(9, func(f *consent.File) { leap(f, agreedTo(toGarden, "P-2", parent)) }), with(toGarden, func(q *consent.Ask) { q.At = time.Date(2028, 2, 28, 23, 0, 0, 0, time.UTC) }), consent.Agreed},
		"and on the birthday of 29 February": {young(9, func(f *consent.File) { leap(f, agreedTo(toGarden, "P-2", parent)) }), with(toGarden, func(q *consent.Ask) { q.At = time.Date(2028, 2, 29, 0, 0, 0, 0, time.UTC) }), consent.NotTheirs},
		"the case of another worker":         {adult(), with(toWorker, func(q *consent.Ask) { q.To = "ben" }), consent.NeedsGround},
		"who broke the glass": {grown(func(f *consent.File) {
			f.Glass = []consent.Glass{{ID: "G-1", Reader: "ben", At: noon, Review: noon.Add(time.Hour)}}
		}), with(toWorker, func(q *consent.Ask) { q.To = "ben" }), consent.Overridden},
		"until it is reviewed": {grown(func(f *consent.File) {
			f.Glass = []consent.Glass{{ID: "G-1", Reader: "ben", At: noon.Add(-time.Hour), Review: noon}}
		}), with(toWorker, func(q *consent.Ask) { q.To = "ben" }), consent.NeedsGround},
		"a relative reads no notes":          {grown(func(f *consent.File) { f.Conflict = []string{"ann"} }), toWorker, consent.NotForThis},
		"a flag that nobody decided to tell": {adult(), toPerson, consent.NeedsGround},
		"and cannot agree to themselves":     {grown(func(f *consent.File) { f.Choices = []consent.Choice{agreedTo(toPerson, "P-1", consent.Themself)} }), toPerson, consent.NeedsGround},
		"another person's record":            {adult(), with(toPerson, func(q *consent.Ask) { q.To = "P-2"; q.Kind = consent.Needs }), consent.NotForThis},
		"after a death the GP hears of it":   {grown(func(f *consent.File) { f.Died = noon }), with(toGP, func(q *consent.Ask) { q.Purpose, q.Kind = consent.Feedback, consent.Status }), consent.WithinCare},
		"and of nothing else":                {grown(func(f *consent.File) { f.Died = noon }), toGP, consent.HasDied},
		"a duty that is not in force": {grown(func(f *consent.File) {
			f.Orders = []consent.Order{{ID: "D-1", Duty: "ca2004-16LA", To: []string{"bay/green"}, Kinds: consent.Kinds()}}
		}), toGarden, consent.NoAgreement},
		"a duty of another nation": {grown(func(f *consent.File) {
			f.Orders = []consent.Order{{ID: "D-1", Duty: "sswbwa-128", To: []string{"bay/green"}, Kinds: consent.Kinds()}}
		}), toGarden, consent.NoAgreement},
		"a duty in force": {grown(func(f *consent.File) {
			f.Nation = consent.Wales
			f.Orders = []consent.Order{{ID: "D-1", Duty: "sswbwa-128", To: []string{"bay/green"}, Kinds: consent.Kinds()}}
		}), toGarden, consent.Compelled},
		"research by agreement":     {grown(func(f *consent.File) { c := yes("P-1", consent.Themself); f.Choices = []consent.Choice{c} }), ask(consent.ToResearcher, consent.Research, consent.Needs), consent.Agreed},
		"supervision from outside":  {adult(), with(ask(consent.ToLead, consent.Supervision, consent.Identity), func(q *consent.Ask) { q.Outside = true }), consent.NotForThis},
		"a lead who took the case":  {grown(func(f *consent.File) { f.Holder = "lee" }), consent.Ask{To: "lee", As: consent.ToLead, Purpose: consent.DirectCare, Kind: consent.Notes, At: noon}, consent.WithinCare},
		"a school without its lead": {adult(), with(ask(consent.ToSchool, consent.ForSafeguarding, consent.Identity), func(q *consent.Ask) { q.Designated = false }), consent.NotForThis},
		"figures":                   {adult(), with(ask(consent.ToCommissioner, consent.Commissioning, consent.Needs), func(q *consent.Ask) { q.Aggregate = true }), consent.Counted},
		"one of them alone":         {adult(), ask(consent.ToCommissioner, consent.Commissioning, consent.Needs), consent.OnlyCounted},
		"a guardian who referred":   {young(9, func(f *consent.File) { f.Referrer = "P-2" }), with(toGuardian, func(q *consent.Ask) { q.Purpose = consent.Feedback }), consent.NotForThis},
		"hears how far it has come": {young(9, func(f *consent.File) { f.Referrer = "P-2" }), with(toGuardian, func(q *consent.Ask) { q.Purpose, q.Kind = consent.Feedback, consent.Status }), consent.WithinCare},
		"erased":                    {grown(func(f *consent.File) { f.Erased = true }), toGP, consent.NotKnown},
		"no time":                   {adult(), with(toGP, func(q *consent.Ask) { q.At = time.Time{} }), consent.NotListed},
	} {
		a := consent.StandardPolicy().Decide(&tt.f, tt.q)
		require.Equal(t, tt.want, a.Reason, "%s: %+v", name, a)
	}
	require.Equal(t, consent.NotKnown, consent.StandardPolicy().Decide(nil, toGP).Reason)
}

func TestLawfulBasisAndAuthorityChangeApart(t *testing.T) {
	p, f := consent.StandardPolicy(), adult()
	before := p.Decide(&f, toGP)
	p.Bases[consent.DirectCare] = consent.Basis{Article6: "6(1)(a)"}
	after := p.Decide(&f, toGP)
	require.Equal(t, before.Authority, after.Authority)
	require.NotEqual(t, before.Basis, after.Basis)
	require.True(t, after.Basis.IsConsent())
	f.Objections = []consent.Objection{{By: "P-1", At: noon}}
	require.Equal(t, after.Basis, p.Decide(&f, toGP).Basis, "what is denied has the basis that it would have had")
}

func TestAnOverrideIsUsedOnceAndLapsesWithItsReview(t *testing.T) {
	f, q := adult(), with(ask(consent.ToProvider, consent.ForSafeguarding, consent.Contact), func(*consent.Ask) {})
	f.Overrides = []consent.Override{{ID: "O-1", Ground: consent.AdultAtRisk, To: q.To, Kinds: []consent.Kind{consent.Contact}, At: noon, Review: noon.Add(time.Hour)}}
	require.True(t, told(f, q))
	require.False(t, told(f, with(q, func(q *consent.Ask) { q.To = "bay/other" })))
	require.False(t, told(f, with(q, func(q *consent.Ask) { q.At = noon.Add(time.Hour) })))
	f.Overrides[0].Used = true
	require.False(t, told(f, q))
}

func TestAnOfferTellsOnlyWhatTheQuestionNeeds(t *testing.T) {
	p, f := consent.StandardPolicy(), adult()
	c := agreedTo(toGarden, "P-1", consent.Themself)
	c.Scope.Kinds = []consent.Kind{consent.Identity, consent.Contact, consent.Needs}
	f.Choices = []consent.Choice{c}
	items := []consent.Item{{Field: "name"}, {Field: "need", Code: "loneliness"}, {Field: "telephone-number"}, {Field: "need", Code: "domestic-abuse"}}
	s := p.Stages(&f, toGarden, items...)
	require.Equal(t, []consent.Item{{"need", "loneliness"}}, s.WithQuestion)
	require.Equal(t, []consent.Item{{"name", ""}, {"telephone-number", ""}}, s.OnceYes)
	require.Equal(t, []consent.Item{{"need", "domestic-abuse"}}, s.Withheld)
	require.Len(t, s.Answers, 4)

	p.Needed = map[string][]string{"bay/money": {"name", "telephone-number"}}
	s = p.Stages(&f, with(toGarden, func(q *consent.Ask) { q.Service = "bay/money" }), items...)
	require.Empty(t, s.WithQuestion, "debt advice needs no needs")
	require.Len(t, s.OnceYes, 2)
}

func TestAReadingAsksThePolicyForEachField(t *testing.T) {
	f := adult()
	may := consent.Reading{Policy: consent.StandardPolicy(), Purpose: consent.DirectCare, At: noon, Files: func(of person.ID) (*consent.File, error) {
		if of == "P-9" {
			return nil, errors.New("down")
		}
		return &f, nil
	}}
	garden := sp.Actor{ID: "sam", Role: sp.RoleProvider, For: "bay/green"}
	require.ErrorIs(t, may.See(garden, "P-1", "name"), sp.ErrDenied)
	f.Choices = []consent.Choice{agreedTo(with(toGarden, func(q *consent.Ask) { q.Kind = consent.Identity }), "P-1", consent.Themself)}
	require.NoError(t, may.See(garden, "P-1", "name"))
	require.ErrorIs(t, may.See(garden, "P-1", "shoe-size"), sp.ErrDenied)
	require.ErrorIs(t, may.See(garden, "P-2", "name"), sp.ErrDenied, "a file of another")
	require.ErrorIs(t, may.See(garden, "P-9", "name"), sp.ErrDenied)
	require.NoError(t, may.See(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, "P-1", "note-team"))
	require.ErrorIs(t, may.SeeSensitive(garden, consent.Community, "P-1", "trauma"), sp.ErrDenied)
	require.NoError(t, consent.SeeSensitive(may, sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, consent.Community, "P-1", "trauma"))
	require.ErrorIs(t, consent.Reading{}.See(garden, "P-1", "name"), sp.ErrDenied)
}

func TestATableThatOpensWhatNoneMayIsRefused(t *testing.T) {
	table := consent.StandardTable()
	for _, letters := range []string{"", "YYYY", "YYYYYYYYYX", "GNNNNNNNNN", "NNNNNNGNNN"} {
		require.ErrorIs(t, table.Set(consent.ToGP, consent.DirectCare, letters), sp.ErrInvalid, letters)
	}
	require.ErrorIs(t, table.Set(consent.ToResearcher, consent.Research, "NNYNNNNNNN"), sp.ErrInvalid)
	require.Equal(t, consent.StandardTable(), table, "nothing changed")
	require.NoError(t, table.Set(consent.ToGP, consent.DirectCare, "AAAAAANAAA"))
	require.Equal(t, consent.ByAgreement, table.Letter(consent.ToGP, consent.DirectCare, consent.Needs))
}

func TestBirthdaysAreKnownBeforeTheyCome(t *testing.T) {
	p := consent.StandardPolicy()
	within := sp.Period{Start: sp.NewDate(2026, 2, 1), End: sp.NewDate(2026, 4, 1)}
	got := p.BirthdaysWithin(sp.NewDate(2014, 2, 28), consent.Scotland, within)
	require.Equal(t, []consent.Birthday{{sp.NewDate(2026, 2, 28), consent.AgreeToTell, 12}, {sp.NewDate(2026, 2, 28), consent.UseDataRights, 12}}, got)
	got = p.BirthdaysWithin(sp.NewDate(2008, 2, 29), consent.England, within)
	require.Equal(t, sp.NewDate(2026, 3, 1), got[0].On, "born on 29 February, of full age on 1 March of a common year")
	require.Empty(t, p.BirthdaysWithin(0, consent.England, within))
}

func TestTheGroundInScotlandIsBenefit(t *testing.T) {
	f := adult()
	f.Findings = []consent.Finding{finding(sp.No, consent.MCA)}
	f.Deciders = []consent.Decider{{ID: "P-5", Authority: person.Deputy}}
	require.Equal(t, consent.BestInterests, consent.StandardPolicy().Decides(&f, toGarden2()).Test)
	f.Nation, f.Findings[0].Standard = consent.Scotland, consent.AWI
	require.Equal(t, consent.Benefit, consent.StandardPolicy().Decides(&f, toGarden2()).Test)
	require.False(t, consent.BestInterests.Valid(consent.Scotland))
	require.True(t, consent.Benefit.Valid(consent.Scotland))
	require.False(t, consent.Ground("curiosity").Valid(consent.England))
}

func toGarden2() consent.Ask {
	return with(toGarden, func(q *consent.Ask) { q.As = consent.ToProvider })
}

func TestAnErrorTellsNothingOfThePersonAndTheAnswerAll(t *testing.T) {
	p, f := consent.StandardPolicy(), adult()
	plain := p.Decide(&f, toGarden).Err()
	require.EqualError(t, plain, "consent: no-agreement (policy sp-2026-11)")
	f.Harm = []string{toGarden.To}
	err := p.Decide(&f, toGarden).Err()
	require.EqualError(t, err, "consent: not-for-this (policy sp-2026-11)", "they do not learn that somebody suspects them")
	var denied *consent.DeniedError
	require.ErrorAs(t, err, &denied)
	require.Equal(t, consent.SourceOfHarm, denied.Answer.Reason)
	require.ErrorIs(t, err, sp.ErrDenied)
}
