package threesixty_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/threesixty"
	"github.com/socialprescribing/sp/internal/shared"
)

func Example() {
	file, err := os.Open("testdata/grants.json")
	if err != nil {
		panic(err)
	}
	defer file.Close()
	grants, _, err := threesixty.Read(file, "grants.json")
	if err != nil {
		panic(err)
	}
	terms, issues := threesixty.Terms(grants, threesixty.Options{File: "grants.json"})
	for _, issue := range issues {
		fmt.Println(issue)
	}
	book, err := contract.NewBook(terms)
	if err != nil {
		panic(err)
	}
	for _, c := range book.Cliffs(sp.NewDate(2025, 4, 1), 0, nil) {
		fmt.Println(c)
	}
	// Output:
	// grants.json: 360G-bay-5: grants[4].amountAwarded: is taken from the grant that it names (amendment, note)
	// grants.json: 360G-bay-3: grants[2].amountAwarded: comes to nothing, and is no contract (zero-award, note)
	// grants.json: 360G-bay-2: grants[1].plannedDates: pays the same recipient as another from 2025-04-01 to 2025-09-30, as 2 contracts do, and all count (overlap, note)
	// 2025-10-01: GB-CHC-9900001 loses £1,000.00 a month; people not counted
	// 2026-04-01: GB-CHC-9900001 loses £1,000.04 a month and ends; people not counted
	// 2026-04-01: GB-CHC-9900002 loses £450.00 a month and ends; people not counted
}

// said returns issues as "code field".
func said(issues []sp.Issue) []string {
	var out []string
	for _, i := range issues {
		out = append(out, strings.TrimSpace(i.Severity.String()+" "+i.Code+" "+i.Field))
	}
	return out
}

func TestReadUnderstandsTheGrantsOfTheCase(t *testing.T) {
	f, err := os.Open(filepath.Join(shared.Dir(t), "cases/funding/g16_360giving.json"))
	require.NoError(t, err)
	defer f.Close()
	grants, issues, err := threesixty.Read(f, "g16.json")
	require.NoError(t, err)
	require.Len(t, issues, 6, "each lacks a description and a funder")
	terms, more := threesixty.Terms(grants, threesixty.Options{})
	require.Equal(t, []contract.Terms{
		{ID: "360G-inv-1", Provider: "GB-CHC-9900001", Period: sp.Period{Start: sp.NewDate(2025, 1, 1), End: sp.NewDate(2025, 10, 1)}, Amount: sp.Pounds(9000)},
		{ID: "360G-inv-2", Provider: "GB-CHC-9900001", Period: sp.Period{Start: sp.NewDate(2025, 4, 1), End: sp.NewDate(2026, 4, 1)}, Amount: sp.Pence(12_000_50)},
	}, terms)
	require.Equal(t, []string{"note zero-award grants[2].amountAwarded", "note overlap grants[1].plannedDates"}, said(more))
}

// grant returns a JSON grant with members in place of the usual.
func grant(members string) string {
	usual := []string{
		`"id":"G-1"`, `"title":"t"`, `"description":"d"`, `"currency":"GBP"`, `"amountAwarded":100`, `"awardDate":"2025-01-01"`,
		`"plannedDates":[{"startDate":"2025-04-01","endDate":"2026-03-31"}]`, `"recipientOrganization":[{"id":"GB-CHC-1"}]`, `"fundingOrganization":[{"id":"GB-LAE-B"}]`,
	}
	var parts []string
	var own map[string]any
	_ = json.Unmarshal([]byte("{"+members+"}"), &own)
	for _, u := range usual {
		name, _, _ := strings.Cut(u, ":")
		if _, there := own[strings.Trim(name, `"`)]; !there {
			parts = append(parts, u)
		}
	}
	if members != "" {
		parts = append(parts, members)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func TestTermsSayWhatWasUnderstoodOfEachOddGrant(t *testing.T) {
	year := sp.Period{Start: sp.NewDate(2025, 4, 1), End: sp.NewDate(2026, 4, 1)}
	for name, c := range map[string]struct {
		grants []string
		want   []string // contracts: ID, period, amount
		issues []string
	}{
		"a good one": {[]string{""}, []string{"G-1 " + year.String() + " £100.00"}, nil},
		"an end that was meant as the day after": {
			[]string{`"plannedDates":[{"startDate":"2025-04-01","endDate":"2026-04-01","duration":12}]`},
			[]string{"G-1 " + year.String() + " £100.00"},
			[]string{"note end-exclusive grants[0].plannedDates[0].endDate"},
		},
		"a duration that was rounded": {
			[]string{`"plannedDates":[{"startDate":"2025-04-01","endDate":"2026-03-15","duration":12}]`},
			[]string{"G-1 2025-04-01/2026-03-16 £100.00"},
			[]string{"note rounded-duration grants[0].plannedDates[0].duration"},
		},
		"a duration that contradicts": {
			[]string{`"plannedDates":[{"startDate":"2025-04-01","endDate":"2027-03-31","duration":"12"}]`},
			[]string{"G-1 " + year.String() + " £100.00"},
			[]string{"warning duration-contradicts-dates grants[0].plannedDates[0].duration"},
		},
		"actual dates go before planned ones": {
			[]string{`"plannedDates":[{"startDate":"2024-04-01","endDate":"2026-03-31"}],"actualDates":[{"startDate":"2025-04-01"}]`},
			[]string{"G-1 " + year.String() + " £100.00"},
			nil,
		},
		"years and months": {
			[]string{`"plannedDates":[{"startDate":"2025","endDate":"2026-02"}]`},
			[]string{"G-1 2025-01-01/2026-03-01 £100.00"},
			[]string{"note rough-date grants[0].plannedDates[0].startDate", "note rough-date grants[0].plannedDates[0].endDate"},
		},
		"an end before the start": {
			[]string{`"plannedDates":[{"startDate":"2025-04-01","endDate":"2024-03-31"}]`},
			nil,
			[]string{"warning end-before-start grants[0].plannedDates[0].endDate", "error no-end grants[0].plannedDates"},
		},
		"no dates": {[]string{`"plannedDates":[]`}, nil, []string{"error no-start grants[0].plannedDates"}},
		"a day that is none": {
			[]string{`"plannedDates":[{"startDate":"01/04/2025","duration":12}]`},
			nil,
			[]string{"warning bad-date grants[0].plannedDates[0].startDate", "error no-start grants[0].plannedDates"},
		},
		"another currency": {[]string{`"currency":"EUR"`}, nil, []string{"error other-currency grants[0].currency"}},
		"no currency":      {[]string{`"currency":""`}, nil, []string{"note missing-member grants[0].currency", "error no-amount grants[0].amountAwarded"}},
		"half a penny":     {[]string{`"amountAwarded":"1.005"`}, nil, []string{"warning bad-amount grants[0].amountAwarded", "error no-amount grants[0].amountAwarded"}},
		"thousands":        {[]string{`"amountAwarded":"£1,000"`}, []string{"G-1 " + year.String() + " £1,000.00"}, nil},
		"an exponent":      {[]string{`"amountAwarded":1e3`}, []string{"G-1 " + year.String() + " £1,000.00"}, nil},
		"a person":         {[]string{`"recipientOrganization":[],"recipientIndividual":[{"id":"x","name":"June"}]`}, nil, []string{"error no-recipient grants[0].recipientOrganization"}},
		"the same twice":   {[]string{"", ""}, []string{"G-1 " + year.String() + " £100.00"}, []string{"note duplicate grants[1].id"}},
		"two that differ":  {[]string{"", `"amountAwarded":1`}, nil, []string{"error contradictory-duplicate grants[1].id"}},
		"an amended one": {
			[]string{`"amountAwarded":1,"dateModified":"2025-06-02"`, `"dateModified":"2025-06-01"`},
			[]string{"G-1 " + year.String() + " £1.00"},
			[]string{"note amended grants[1].id"},
		},
		"an amendment": {
			[]string{"", `"id":"G-2","amountAwarded":-40,"relatedActivity":["G-1"]`},
			[]string{"G-1 " + year.String() + " £60.00"},
			[]string{"note amendment grants[1].amountAwarded"},
		},
		"an amendment of an unknown award": {
			[]string{"", `"id":"G-2","amountAwarded":-40,"relatedActivity":["G-9"]`},
			[]string{"G-1 " + year.String() + " £100.00"},
			[]string{"error amends-nothing grants[1].relatedActivity"},
		},
		"an amendment of too much": {
			[]string{"", `"id":"G-2","amountAwarded":-400,"relatedActivity":"G-1"`},
			[]string{"G-1 " + year.String() + " £100.00"},
			[]string{"error amends-too-much grants[1].amountAwarded"},
		},
		"no identifier": {[]string{`"id":null`}, nil, []string{"note missing-member grants[0].id", "error no-identifier grants[0].id"}},
		"two recipients": {
			[]string{`"recipientOrganization":[{"id":"GB-CHC-1"},{"id":"GB-CHC-2"}]`},
			[]string{"G-1 " + year.String() + " £100.00"},
			[]string{"warning several grants[0].recipientOrganization"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var list []string
			for _, g := range c.grants {
				list = append(list, grant(g))
			}
			grants, issues, err := threesixty.Read(strings.NewReader(`{"grants":[`+strings.Join(list, ",")+`]}`), "f.json")
			require.NoError(t, err)
			terms, more := threesixty.Terms(grants, threesixty.Options{File: "f.json"})
			var got []string
			for _, g := range terms {
				got = append(got, fmt.Sprint(g.ID, " ", g.Period, " ", g.Amount))
			}
			require.Equal(t, c.want, got)
			require.Equal(t, c.issues, said(append(issues, more...)))
		})
	}
}

func TestTermsMayBeginOnTheDayOfTheAward(t *testing.T) {
	grants, _, err := threesixty.Read(strings.NewReader("["+grant(`"plannedDates":[{"duration":6}]`)+"]"), "f.json")
	require.NoError(t, err)
	terms, issues := threesixty.Terms(grants, threesixty.Options{AwardStarts: sp.Yes})
	require.Equal(t, sp.NewDate(2025, 1, 1).Months(6), terms[0].Period)
	require.Equal(t, []string{"note assumed-start grants[0].awardDate"}, said(issues))
}

func TestReadSaysWhereAFileIsNone(t *testing.T) {
	for text, says := range map[string]string{
		"{\"grants\":[\n{]}":            "f: line 2",
		`{"other":[]}`:                  "must be a list in the file",
		"Name,Amount\na,1\n":            "must be a column",
		"":                              "",
		`{"grants":[` + grant("") + `,`: "no JSON from here on",
	} {
		_, _, err := threesixty.Read(strings.NewReader(text), "f")
		require.ErrorIs(t, err, sp.ErrInvalid, text)
		require.ErrorContains(t, err, strings.TrimPrefix(says, "f: line 2"), text)
	}
	_, issues, err := threesixty.Read(strings.NewReader(`{"grants":[1,`+grant("")+`]}`), "f")
	require.NoError(t, err)
	require.Equal(t, []string{"error no-object grants[0]"}, said(issues))
}

func TestReadNamesTheLineAndTheColumnOfACSVFile(t *testing.T) {
	const text = "Identifier,Title,Description,Currency,Amount Awarded,Award Date,Planned Dates:Start Date,Planned Dates:Duration (months),Recipient Org:Identifier,Funding Org:Identifier\n" +
		"G-1,t,d,GBP,\"9,000\",2025-01-01,2025-04-01,6,GB-CHC-1,GB-LAE-B\n" +
		"G-2,t,d,GBP,some,2025-01-01,2025-04-01,6,GB-CHC-1,GB-LAE-B\n" +
		"G-3,t\n"
	grants, issues, err := threesixty.Read(strings.NewReader(text), "f.csv")
	require.NoError(t, err)
	require.Len(t, grants, 2)
	require.Equal(t, "f.csv:3: G-2: Amount Awarded: is no amount of money in whole pence, and is unknown (bad-amount, warning)", issues[0].Error())
	require.Equal(t, "f.csv:4: has 2 fields and the header 10, and is no grant (wrong-length, error)", issues[1].Error())
	terms, issues := threesixty.Terms(grants, threesixty.Options{File: "f.csv"})
	require.Equal(t, []contract.Terms{{ID: "G-1", Provider: "GB-CHC-1", Period: sp.NewDate(2025, 4, 1).Months(6), Amount: sp.Pounds(9000)}}, terms)
	require.Equal(t, "f.csv:3: G-2: amountAwarded: has no amount that is known, and is no contract (no-amount, error)", issues[0].Error())
}
