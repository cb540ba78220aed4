package needs_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/needs"
)

const sdohcc = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"

func ExampleTaxonomy_Codes() {
	// A referral arrives in American words.
	for _, code := range needs.Standard().Codes(sp.Code{System: sdohcc, Code: "financial-insecurity"}) {
		term, _ := needs.Standard().Term(code)
		fmt.Printf("%s (%s): %s\n", term.Display, term.Domain, term.Definition)
	}
	// Output:
	// Debt (social): Owes more than they can pay
	// Money and living costs (social): Income does not cover what is needed, debts apart
	// Benefits and entitlements (social): Wants help to claim, keep or challenge an entitlement
}

func TestStandardTaxonomy(t *testing.T) {
	domains := map[needs.Domain]int{}
	strengths := 0
	for term := range needs.Standard().All() {
		require.NotEmpty(t, term.Display, term.Code)
		require.NotEmpty(t, term.Definition, term.Code)
		domains[term.Domain]++
		if term.Strength {
			strengths++
		}
	}
	require.Equal(t, map[needs.Domain]int{needs.Biological: 13, needs.Psychological: 15, needs.Social: 38}, domains)
	require.Equal(t, 13, strengths)
	var sensitive []needs.Code
	for term := range needs.Standard().All() {
		require.Contains(t, []needs.Sensitivity{needs.Ordinary, needs.Sensitive}, term.Sensitivity, term.Code)
		if needs.Standard().Sensitive(term.Code) {
			sensitive = append(sensitive, term.Code)
		}
	}
	require.Equal(t, []needs.Code{
		"alcohol", "drugs", "gambling", "trauma", "suicidal-thoughts", "domestic-abuse", "safety", "homelessness", "immigration", "justice",
	}, sensitive)
}

func TestEveryConstantIsATermAndANeed(t *testing.T) {
	for _, code := range []needs.Code{
		needs.Anxiety, needs.Benefits, needs.Caring, needs.Debt, needs.DigitalSkills, needs.DomesticAbuse, needs.DomesticHelp,
		needs.Employment, needs.Food, needs.Grief, needs.Housing, needs.Inactivity, needs.Loneliness, needs.LowMood, needs.Transport,
	} {
		term, ok := needs.Standard().Term(code)
		require.True(t, ok, code)
		require.False(t, term.Strength, code)
		concept := code.Concept()
		require.Equal(t, sp.Code{System: needs.System, Version: needs.Standard().Version(), Code: string(code), Display: term.Display}, concept)
		require.Equal(t, []needs.Code{code}, needs.Standard().Codes(concept))
	}
}

func TestACodeThatTheStandardLacksHasNoSystem(t *testing.T) {
	require.Equal(t, sp.Code{Code: "beekeeping"}, needs.Code("beekeeping").Concept())
	require.Empty(t, needs.Standard().Codes(sp.Code{Code: "beekeeping"}))
	require.Empty(t, needs.Standard().Codes(sp.Code{System: "http://example.org", Code: "debt"}), "another system's debt is not ours")
}

func TestTheTaxonomyLeadsToSDOHCC(t *testing.T) {
	f, err := os.Open(filepath.Join(shared.Dir(t), "data/fhir/codes/sdohcc-temporary-codes.tsv"))
	require.NoError(t, err)
	defer f.Close()
	published := map[string]string{}
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	require.NoError(t, err)
	for _, row := range rows {
		published[row[0]] = row[1]
	}
	mapped := map[string]bool{}
	for term := range needs.Standard().All() {
		for _, m := range term.Mappings {
			if m.Concept.System == sdohcc {
				require.Equal(t, published[m.Concept.Code], m.Concept.Display, "%s: the guide has no such category, or another name for it", term.Code)
				mapped[m.Concept.Code] = true
			}
		}
	}
	// What no term maps to is known, so that a new category of the guide is noticed.
	var unmapped []string
	for _, row := range rows[1:25] {
		if !mapped[row[0]] {
			unmapped = append(unmapped, row[0])
		}
	}
	require.Equal(t, []string{"sdoh-category-unspecified", "veteran-status", "health-insurance-coverage-status", "medical-cost-burden"}, unmapped)
}

func TestEveryNeedOfTheCrosswalkFindsItsWayBack(t *testing.T) {
	for term := range needs.Standard().All() {
		for _, m := range term.Mappings {
			require.Contains(t, needs.Standard().Codes(m.Concept), term.Code)
			if m.Concept.InSNOMED() {
				id, err := sp.ParseSCTID(m.Concept.Code)
				require.NoError(t, err)
				require.True(t, id.IsConcept())
			}
		}
	}
}

func TestNobodyCanChangeTheStandard(t *testing.T) {
	term, _ := needs.Standard().Term(needs.Food)
	term.Mappings[0] = needs.Mapping{}
	for term := range needs.Standard().All() {
		clear(term.Mappings)
	}
	term, _ = needs.Standard().Term(needs.Food)
	require.NotEmpty(t, term.Mappings[0].Concept.Code)
}

func TestReadTaxonomyReportsEveryFaultAndReadsTheRest(t *testing.T) {
	terms := "\ufeffdisplay,code,kind,domain,definition\n" +
		"Bees,bees,need,social,Keeps bees\n" +
		"Bees again,bees,need,social,\n" +
		"short,row\n" +
		"\"x\"y,quote,need,social,\n" +
		"Nothing,,need,social,\n" +
		"Wish,wish,hope,social,\n" +
		"Soul,soul,need,spiritual,\n" +
		"No roof,No Roof,need,social,\n" +
		"Honey,honey,strength,social,Has honey\n"
	crosswalk := "code,relation,system,target,display,source\n" +
		"bees,wider,http://example.org,1,Animals,here\n" +
		"wasps,wider,http://example.org,2,,\n" +
		"honey,same,http://example.org,3,,\n" +
		"honey,wider,,,,\n" +
		"honey,wider,http://snomed.info/sct,104586100000100,Bad check digit,BaRS\n"
	tax, issues := needs.ReadTaxonomy("http://example.org/needs", "1", strings.NewReader(terms), strings.NewReader(crosswalk))
	var got []string
	for _, issue := range issues {
		got = append(got, issue.Error())
	}
	require.Empty(t, diff([]string{
		"taxonomy:3: bees: code: stands in an earlier row (duplicate-code, error)",
		"taxonomy:4: has another number of fields than the header (malformed-row, error)",
		"taxonomy:5: one row: quotation marks that are not in pairs are taken as text (bare-quote, note)",
		"taxonomy:6: code: must not be empty (missing-code, error)",
		"taxonomy:7: wish: kind: must be need or strength (unknown-kind, error)",
		"taxonomy:8: soul: domain: must be biological, psychological or social (unknown-domain, error)",
		"taxonomy:9: No Roof: code: must be a code of 1 to 64 characters: lower-case letters, digits, hyphen, dot, colon (bad-code, error)",
		"crosswalk:3: wasps: code: names no term of the taxonomy (dangling-reference, error)",
		"crosswalk:4: honey: relation: must be equivalent, wider, narrower or related (unknown-relation, error)",
		"crosswalk:5: honey: target: needs a system and a code (missing-target, error)",
		"crosswalk:6: honey: target: fails the check digit of SNOMED CT (bad-sctid, error)",
	}, got))
	require.Equal(t, 3, tax.Len())
	quote, _ := tax.Term("quote")
	require.Equal(t, `"x"y`, quote.Display)
	require.Equal(t, []needs.Code{"bees"}, tax.Codes(sp.Code{System: "http://example.org", Code: "1"}))
	require.Equal(t, []needs.Code{"honey"}, tax.Codes(sp.Code{System: "http://example.org/needs", Code: "honey"}))
}

func TestReadTaxonomyReadsWhatSpreadsheetsWrite(t *testing.T) {
	for name, terms := range map[string]string{
		"a byte order mark before a quoted header": "\ufeff\"code\",\"kind\",\"domain\",\"display\",\"definition\"\n\"cafe\",need,social,Café,\n",
		"Windows-1252 and semicolons":              "Code;Kind;Domain;Display;Definition\r\ncafe;need;social;Caf\xe9;\r\n",
		"an index":                                 ",code,kind,domain,display,definition\n0,cafe,need,social,Café,\n",
	} {
		tax, issues := needs.ReadTaxonomy("s", "1", strings.NewReader(terms), nil)
		for _, issue := range issues {
			require.Equal(t, sp.Note, issue.Severity, "%s: %v", name, issue)
		}
		term, ok := tax.Term("cafe")
		require.True(t, ok, name)
		require.Equal(t, "Café", term.Display, name)
	}
}

func TestReadTaxonomyWithoutItsColumnsReadsNothing(t *testing.T) {
	tax, issues := needs.ReadTaxonomy("", "", strings.NewReader("code,kind\nx,need\n"), nil)
	require.Zero(t, tax.Len())
	require.Len(t, issues, 3)
	_, issues = needs.ReadTaxonomy("", "", strings.NewReader(""), nil)
	require.Len(t, issues, 1)
}

func TestATermWhoseSensitivityNobodyStatesIsSensitive(t *testing.T) {
	const header = "code,kind,domain,display,definition"
	tax, issues := needs.ReadTaxonomy("s", "1", strings.NewReader(header+"\nx,need,social,X,Y\n"), nil)
	require.Empty(t, issues)
	require.True(t, tax.Sensitive("x"), "there is no such column")
	require.True(t, tax.Sensitive("z"), "there is no such term")
	tax, issues = needs.ReadTaxonomy("s", "1", strings.NewReader(header+",sensitivity\nx,need,social,X,Y,ordinary\ny,need,social,X,Y,\nz,need,social,X,Y,perhaps\n"), nil)
	require.Len(t, issues, 1)
	require.Equal(t, "unknown-sensitivity", issues[0].Code)
	require.Equal(t, []bool{false, true, true}, []bool{tax.Sensitive("x"), tax.Sensitive("y"), tax.Sensitive("z")})
}

func FuzzReadTaxonomy(f *testing.F) {
	f.Add("code,kind,domain,display,definition\na,need,social,A,\n", "code,relation,system,target,display,source\na,wider,s,1,,\n")
	f.Add("\xff\"", "")
	f.Fuzz(func(t *testing.T, terms, crosswalk string) {
		tax, _ := needs.ReadTaxonomy("s", "1", strings.NewReader(terms), strings.NewReader(crosswalk))
		for term := range tax.All() {
			got, ok := tax.Term(term.Code)
			require.True(t, ok)
			require.Equal(t, term.Code, got.Code)
			require.Equal(t, "s", tax.Concept(term.Code).System)
		}
	})
}
