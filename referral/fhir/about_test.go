package fhir_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/fhir"
	made "github.com/socialprescribing/sp/referral/fhir/internal/written"
	"github.com/socialprescribing/sp/referral/referraltest"
)

// tellAll permits everything, what is sensitive and concerns too.
type tellAll struct{ referraltest.AllowAll }

func (tellAll) SeeFlag(sp.Actor, consent.Audience, person.ID, string) error      { return nil }
func (tellAll) SeeSensitive(sp.Actor, consent.Audience, person.ID, string) error { return nil }

// wordsOf are the words of the person in a case, which JSON does not show.
func wordsOf(c fhir.Case) (all []string) {
	for _, p := range c.Plans {
		all = append(all, p.Support.Reveal())
		for _, m := range p.Matters {
			all = append(all, m.Reveal())
		}
		for _, item := range p.Items {
			all = append(all, fmt.Sprint(item.Goal, item.Words.Reveal()))
		}
	}
	return all
}

func TestEncoderCaseTellsThePersonOfNoFlagWhateverThePermission(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateActive)
	require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Safeguarding}, referraltest.By(sp.RoleLinkWorker, 4)))
	out := fhir.CaseOf(referral.NewCase(r))
	require.Len(t, out.Flags, 1)
	e := encoder(fhir.England())
	e.May = tellAll{}
	for _, as := range []fhir.BundleType{fhir.Collection, fhir.Transaction, fhir.Message} {
		bundle, _ := e.Case(out, as)
		require.Contains(t, written(bundle), `"Flag"`)
		for _, person := range []fhir.Encoder{
			{To: sp.Actor{ID: "u", Role: sp.RolePerson, For: "P-1"}, As: consent.Health}, {To: sp.Actor{ID: "u", Role: sp.RoleProvider}, As: consent.ThePerson},
		} {
			own := e
			own.To, own.As = person.To, person.As
			bundle, lost := own.Case(out, as)
			for _, word := range []string{"Flag", "F-1", "safeguarding"} {
				require.NotContains(t, written(bundle), word)
			}
			require.Equal(t, "flags[0]: withheld", lost.Under("flags").String())
		}
	}
}

func TestEncoderCaseTellsWhatIsKnownOfThePersonOnlyWherePermitted(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, p := range profiles() {
		for _, c := range cases()[:50] {
			out := made.Known(rng, fhir.CaseOf(c))
			e := encoder(p)
			e.May = nil
			bundle, lost := e.Case(out, fhir.Collection)
			require.Len(t, bundle.Entries, 1, "that somebody was referred")
			for _, path := range []string{"flags", "choices", "needs", "scores", "answers", "plans"} {
				require.NotEmpty(t, lost.Under(path+"[0]"), path)
			}
			for field, types := range map[string][]string{
				"need": {"Condition"}, "measures": {"Observation", "QuestionnaireResponse"}, "goal": {"Goal", "CarePlan"},
			} {
				e.May = allow(field)
				bundle, _ := e.Case(out, fhir.Collection)
				for _, entry := range bundle.Entries[1:] {
					require.Contains(t, types, entry.Resource.Type(), "is told where only %s may be", field)
				}
			}
		}
	}
}

// That a goal is about a need, and a plan about a placement, tells that there is one.
func TestEncoderCaseNamesNothingThatIsHidden(t *testing.T) {
	c := referraltest.NewWorld(3).Cases[len(referral.Table().States())]
	out := fhir.CaseOf(c)
	of := out.Referral.Person
	out.Needs = []fhir.Need{{Person: of, Assessment: "A-7", Need: needs.Need{ID: "N-1", Code: needs.DomesticAbuse}}, {Person: of, Assessment: "A-7", Need: needs.Need{ID: "N-2", Code: needs.Debt}}}
	out.Goals = []fhir.Goal{{Person: of, Assessment: "A-7", Goal: needs.Goal{ID: "G-1", Needs: []needs.ID{"N-1", "N-2"}}}}
	out.Plans = []needs.Plan{{Person: of, Assessment: "A-7", Items: []needs.Item{{Goal: "G-1", Steps: []needs.Step{{Words: sp.Hide("go"), Carrier: string(out.Placements[0].ID)}}}}}}
	e := encoder(fhir.R4())
	e.May = allow("need goal")
	bundle, lost := e.Case(out, fhir.Collection)
	require.NotContains(t, written(bundle), "N-1")
	require.NotContains(t, written(bundle), string(out.Placements[0].ID))
	require.Contains(t, written(bundle), "N-2")
	for _, path := range []string{"needs[0]", "goals[0].needs[0]", "plans[0].items[0].steps[0].carrier"} {
		require.Equal(t, path+": withheld", lost.Under(path).String())
	}
	require.Len(t, out.Goals[0].Needs, 2, "what is given is not changed")
	require.NotEmpty(t, out.Plans[0].Items[0].Steps[0].Carrier)
}

func TestDecoderCaseRefusesWhatIsOfAnotherPerson(t *testing.T) {
	out := made.Known(rand.New(rand.NewPCG(5, 6)), fhir.CaseOf(referraltest.NewWorld(3).Cases[20]))
	e := encoder(fhir.R4())
	e.May = tellAll{}
	mine, _ := e.Case(out, fhir.Collection)
	theirs := out
	theirs.Referral.Person = "P-other"
	other, _ := e.Case(theirs, fhir.Collection)
	for i, entry := range mine.Entries {
		if entry.Resource.Type() == "Flag" || entry.Resource.Type() == "Consent" {
			mine.Entries[i] = other.Entries[i]
		}
	}
	back, lost, err := decoder(fhir.R4()).Case(mine)
	require.NoError(t, err)
	require.Empty(t, back.Flags)
	require.Empty(t, back.Choices)
	require.Len(t, back.Carried, 2)
	require.Len(t, lost.Of(fhir.Refused), 2)
	require.NotEmpty(t, back.Needs)
}
