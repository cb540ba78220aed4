package consent_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
)

// A row is what the letter becomes by what is on file, and the reason.
func TestADecisionIsLoweredByWhoObjectsRefusesOrDoesNotDecide(t *testing.T) {
	p := consent.StandardPolicy()
	young := func(change func(*consent.File)) consent.File {
		f := child(14)
		f.Findings = []consent.Finding{finding(sp.Yes, consent.Gillick)}
		change(&f)
		return f
	}
	small := func(change func(*consent.File)) consent.File { f := child(9); change(&f); return f }
	grown := func(change func(*consent.File)) consent.File { f := adult(); change(&f); return f }
	objects := func(by person.ID, change ...func(*consent.Objection)) []consent.Objection {
		o := consent.Objection{ID: "O-1", By: by, At: noon.Add(-time.Hour)}
		for _, c := range change {
			c(&o)
		}
		return []consent.Objection{o}
	}
	lifted := func(at time.Time) func(*consent.Objection) { return func(o *consent.Objection) { o.Lifted = at } }
	parents := []consent.Choice{agreedTo(toGarden, "P-2", person.ParentalResponsibility)}
	own := []consent.Choice{agreedTo(toGarden, "P-1", consent.Themself)}
	refused := agreedTo(toGuardian, "P-1", consent.Themself)
	refused.Refused = true
	toLead := ask(consent.ToLead, consent.DirectCare, consent.Needs)
	for name, tt := range map[string]struct {
		f      consent.File
		q      consent.Ask
		letter consent.Letter
		reason consent.Reason
	}{
		"a guardian of a small child":            {child(9), toGuardian, consent.Always, consent.WithinCare},
		"a guardian under a concern about abuse": {small(func(f *consent.File) { f.Abuse = sp.Yes }), toGuardian, consent.ByOverride, consent.NeedsGround},
		"a guardian who decides nothing":         {small(func(f *consent.File) { f.Deciders[0].Limited = true }), toGuardian, consent.Never, consent.NotForThis},
		"a guardian of who decides":              {young(func(*consent.File) {}), toGuardian, consent.ByAgreement, consent.NoAgreement},
		"a guardian of who refused":              {young(func(f *consent.File) { f.Choices = []consent.Choice{refused} }), toGuardian, consent.ByOverride, consent.Refused},
		"a guardian of who objects":              {young(func(f *consent.File) { f.Objections = objects("P-1") }), toGuardian, consent.ByOverride, consent.Objected},
		"a guardian of who objected":             {young(func(f *consent.File) { f.Objections = objects("P-1", lifted(noon)) }), toGuardian, consent.ByAgreement, consent.NoAgreement},
		"a guardian of who objects to research": {young(func(f *consent.File) {
			f.Objections = objects("P-1", func(o *consent.Objection) { o.Scope.Purposes = []consent.Purpose{consent.Research} })
		}), toGuardian, consent.ByAgreement, consent.NoAgreement},
		"a guardian of a small child who objects": {small(func(f *consent.File) { f.Objections = objects("P-1") }), toGuardian, consent.ByOverride, consent.Objected},
		"a provider, though a parent objects":     {small(func(f *consent.File) { f.Choices, f.Objections = parents, objects("P-2") }), toGarden, consent.ByOverride, consent.Objected},
		"a provider, though a stranger objects":   {small(func(f *consent.File) { f.Choices, f.Objections = parents, objects("P-9") }), toGarden, consent.ByAgreement, consent.Agreed},
		"a provider, though who lost the right does": {small(func(f *consent.File) {
			f.Choices, f.Objections = parents, objects("P-3")
			f.Deciders = append(f.Deciders, consent.Decider{ID: "P-3", Authority: person.ParentalResponsibility, Limited: true})
		}), toGarden, consent.ByAgreement, consent.Agreed},
		"an adult's provider, though a carer objects": {grown(func(f *consent.File) {
			f.Choices, f.Objections = own, objects("P-2")
			f.Deciders = []consent.Decider{{ID: "P-2", Authority: person.FamilyCarer}}
		}), toGarden, consent.ByAgreement, consent.Agreed},
		"an adult's provider, though they object": {grown(func(f *consent.File) { f.Choices, f.Objections = own, objects("P-1") }), toGarden, consent.ByOverride, consent.Objected},
		"once the objection is lifted":            {grown(func(f *consent.File) { f.Choices, f.Objections = own, objects("P-1", lifted(noon)) }), toGarden, consent.ByAgreement, consent.Agreed},
		"until the objection is lifted":           {grown(func(f *consent.File) { f.Choices, f.Objections = own, objects("P-1", lifted(noon.Add(time.Minute))) }), toGarden, consent.ByOverride, consent.Objected},
		"before there is an objection": {grown(func(f *consent.File) {
			f.Choices, f.Objections = own, objects("P-1", func(o *consent.Objection) { o.At = noon.Add(time.Minute) })
		}), toGarden, consent.ByAgreement, consent.Agreed},
		"a lead, whom an objection does not name": {grown(func(f *consent.File) { f.Objections = objects("P-1") }), toLead, consent.Always, consent.WithinCare},
		"a lead whom it names": {grown(func(f *consent.File) {
			f.Objections = objects("P-1", func(o *consent.Objection) { o.Scope.To = []string{"lead"} })
		}), toLead, consent.ByOverride, consent.Objected},
		"of the dead, whoever referred": {grown(func(f *consent.File) { f.Died = noon }), ask(consent.ToReferrer, consent.Feedback, consent.Status), consent.ByOverride, consent.HasDied},
		"a yes that was taken back, by a clock set back": {grown(func(f *consent.File) {
			c := own[0]
			c.Withdrawn, f.Last = noon, noon
			f.Choices = []consent.Choice{c}
		}), with(toGarden, func(q *consent.Ask) { q.At = noon.Add(-time.Minute) }), consent.ByAgreement, consent.Withdrawn},
	} {
		t.Run(name, func(t *testing.T) {
			a := p.Decide(&tt.f, tt.q)
			require.Equal(t, tt.reason, a.Reason)
			require.Equal(t, tt.letter.String(), a.Letter.String())
		})
	}
}
