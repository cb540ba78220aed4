package matching_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/taxonomy"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// The reason of a referral is in the words of another system, and the directory tags its
// services with nothing.
func ExampleRank_foreignWords() {
	const sdohcc = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
	reasons := []sp.Code{{System: sdohcc, Code: "housing-instability"}, {System: sdohcc, Code: "moonlight"}}
	found, missing := needs.Standard().Translate(reasons)
	fmt.Println(found, "and nobody knows", missing)

	offers := []directory.Offer{
		{ID: "bay/1", Name: "Green gym"},
		{ID: "bay/2", Name: "Advice", Description: "We help tenants with their landlord."},
	}
	words := taxonomy.Crosswalk{Version: "bay-1", Words: []taxonomy.Word{{Text: "tenants", To: needs.Housing.Concept()}}}
	for _, p := range matching.Rank(person.Profile{ID: "P-1"}, offers, matching.Options{Needs: found, Crosswalk: words}) {
		for _, v := range p.Questions() {
			if v.Rule == matching.Need {
				fmt.Printf("%s: %s\n", p.Offer.Name, v)
			}
		}
	}
	// Output:
	// [housing] and nobody knows [http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes|moonlight]
	// Advice: need: unknown, does not say what it helps with; its words speak of Housing
	// Green gym: need: unknown, does not say what it helps with
}

func TestRankTakesWordsOfTheCrosswalkAsAGuess(t *testing.T) {
	topic := sp.Code{System: "bay", Code: "money"}
	crosswalk := taxonomy.Crosswalk{
		Links: []directory.Link{{From: topic, To: needs.Debt.Concept()}},
		Words: []taxonomy.Word{{Text: "food bank", To: needs.Food.Concept()}, {Text: "money", To: needs.Debt.Concept()}, {Text: "grief", To: needs.Grief.Concept()}},
	}
	offer := func(id directory.ID, text string, topics ...sp.Code) directory.Offer {
		return directory.Offer{ID: id, Name: text, Facts: directory.Facts{Topics: topics}}
	}
	offers := []directory.Offer{
		offer("1", "No word of it"),
		offer("2", "FOOD-BANK on Fridays, and grief"),
		offer("3", "Money at the food bank", topic), // tagged for the one, and its words speak of the other
		offer("4", "Money for all"),
		offer("5", "Money for all", sp.Code{System: "bay", Code: "swimming"}), // says that it is no help with debt
	}
	needed := func(id directory.ID, p matching.Proposal) (v matching.Verdict, term matching.Term) {
		require.Equal(t, id, p.Offer.ID)
		for _, part := range p.Verdict.Parts {
			if part.Rule == matching.Need {
				v = part
			}
		}
		for _, x := range p.Terms {
			if x.Kind == matching.TermNeed {
				term = x
			}
		}
		return v, term
	}
	ranked := matching.Rank(person.Profile{ID: "P-1"}, offers, matching.Options{Needs: []needs.Code{needs.Debt, needs.Food}, Crosswalk: crosswalk})
	require.Len(t, ranked, 5)
	for i, want := range []struct {
		id      directory.ID
		truth   sp.Truth
		because string
		term    string
	}{
		{"3", sp.Yes, "helps with money; its words speak of Food", "0 needs not met, 1 perhaps, of which its words speak of Food (15 points)"},
		{"2", sp.Unknown, "does not say what it helps with; its words speak of Food", "0 needs not met, 2 perhaps, of which its words speak of Food (45 points)"},
		{"4", sp.Unknown, "does not say what it helps with; its words speak of Debt", "0 needs not met, 2 perhaps, of which its words speak of Debt (45 points)"},
		{"1", sp.Unknown, "does not say what it helps with", "0 needs not met, 2 perhaps (60 points)"},
		{"5", sp.Unknown, "helps with swimming", "1 need not met, 1 perhaps (90 points)"},
	} {
		v, term := needed(want.id, ranked[i])
		require.Equal(t, want.truth, v.Truth, want.id)
		require.Equal(t, want.because, v.Because, want.id)
		require.Equal(t, want.term, term.String(), want.id)
	}
}

func TestRankFindsNeedsOfATaxonomyOfOnesOwn(t *testing.T) {
	bay, issues := needs.ReadTaxonomy("https://bay.example/needs", "1", strings.NewReader("code,kind,domain,display,definition\npets,need,social,Pets,Somebody to look after a pet\n"),
		strings.NewReader("code,relation,system,target,display,source\npets,equivalent,https://other.example,P1,Pet care,other\n"))
	require.Empty(t, issues)
	found, missing := bay.Translate([]sp.Code{{System: "https://other.example", Code: "P1"}, {System: "https://bay.example/needs", Code: "pets"}})
	require.Equal(t, []needs.Code{"pets"}, found)
	require.Empty(t, missing)
	offers := []directory.Offer{
		{ID: "1", Facts: directory.Facts{Topics: []sp.Code{{System: "https://bay.example/needs", Code: "pets"}}}},
		{ID: "2", Facts: directory.Facts{Topics: []sp.Code{{System: "https://bay.example/needs", Code: "walks"}}}},
	}
	ranked := matching.Rank(person.Profile{ID: "P-1"}, offers, matching.Options{Needs: found, Taxonomy: bay})
	require.Len(t, ranked, 1, "the other says what it helps with, and pets are not among it")
	require.Equal(t, directory.ID("1"), ranked[0].Offer.ID)
	require.Len(t, matching.Rank(person.Profile{ID: "P-1"}, offers, matching.Options{Needs: found}), 2, "to the standard taxonomy they mean nothing")
}
