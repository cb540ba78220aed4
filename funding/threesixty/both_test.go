package threesixty_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/threesixty"
)

// both writes the same grants as JSON and as a CSV file.
func both(t require.TestingT, rows []map[string]string) (asJSON, asCSV string) {
	var list []map[string]any
	header := []string{"Identifier", "Title", "Description", "Currency", "Amount Awarded", "Award Date", "Planned Dates:Start Date", "Planned Dates:End Date", "Planned Dates:Duration (months)", "Recipient Org:Identifier", "Funding Org:Identifier", "Last modified", "Related Activity"}
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	require.NoError(t, w.Write(header))
	for _, r := range rows {
		list = append(list, map[string]any{
			"id": r["id"], "title": "t", "description": "d", "currency": "GBP", "amountAwarded": json.Number(r["amount"]), "awardDate": "2025-01-01",
			"plannedDates":          []map[string]string{{"startDate": r["start"], "endDate": r["end"], "duration": r["months"]}},
			"recipientOrganization": []map[string]string{{"id": r["recipient"]}}, "fundingOrganization": []map[string]string{{"id": "F"}},
			"dateModified": r["modified"], "relatedActivity": []string{r["related"]},
		})
		require.NoError(t, w.Write([]string{r["id"], "t", "d", "GBP", r["amount"], "2025-01-01", r["start"], r["end"], r["months"], r["recipient"], "F", r["modified"], r["related"]}))
	}
	w.Flush()
	data, err := json.Marshal(map[string]any{"grants": list})
	require.NoError(t, err)
	return string(data), text.String()
}

func drawn(t *rapid.T) (rows []map[string]string) {
	for range rapid.IntRange(1, 8).Draw(t, "grants") {
		rows = append(rows, map[string]string{
			"id": rapid.SampledFrom([]string{"A", "B", "C", "D", "E"}).Draw(t, "id"), "amount": rapid.SampledFrom([]string{"0", "100", "12.5", "-5", "7.25"}).Draw(t, "amount"),
			"start": rapid.SampledFrom([]string{"", "2025-04-01", "2025-04", "2024", "odd"}).Draw(t, "start"), "end": rapid.SampledFrom([]string{"", "2026-03-31", "2026-04-01", "2020-01-01", "2027"}).Draw(t, "end"),
			"months": rapid.SampledFrom([]string{"", "12", "6", "x"}).Draw(t, "months"), "recipient": rapid.SampledFrom([]string{"", "P", "Q"}).Draw(t, "recipient"),
			"modified": rapid.SampledFrom([]string{"", "2025-01-01", "2025-01-02"}).Draw(t, "modified"), "related": rapid.SampledFrom([]string{"", "A", "Z"}).Draw(t, "related"),
		})
	}
	return rows
}

func TestReadUnderstandsJSONAndCSVAlikeAndTermsLoseNoGrantInSilence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawn(t)
		asJSON, asCSV := both(t, rows)
		one, _, err := threesixty.Read(strings.NewReader(asJSON), "f")
		require.NoError(t, err)
		other, _, err := threesixty.Read(strings.NewReader(asCSV), "f")
		require.NoError(t, err)
		require.Len(t, one, len(rows), "no grant is left out")
		for i := range other {
			one[i].At, other[i].Line = "", 0
			require.Equal(t, one[i], other[i])
			one[i].Line = i + 1 // to tell them apart
		}
		terms, issues := threesixty.Terms(one, threesixty.Options{})
		told := map[int]bool{}
		for _, issue := range issues {
			told[issue.Line] = true
		}
		made := map[contract.ID]sp.Money{}
		for _, c := range terms {
			require.NoError(t, c.Check())
			require.NotContains(t, made, c.ID)
			made[c.ID] = c.Amount
		}
		for _, g := range one {
			if _, ok := made[g.ID]; !ok {
				require.True(t, told[g.Line] || twins(one, g), "%v became nothing, and nothing says so", g)
			}
		}
	})
}

// twins reports whether a grant stands there more than once, so that one issue is for all.
func twins(grants []threesixty.Grant, g threesixty.Grant) bool {
	n := 0
	for _, o := range grants {
		if o.ID == g.ID {
			n++
		}
	}
	return n > 1
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"grants":[{"id":"G-1","amountAwarded":1,"plannedDates":{"startDate":"2025"},"relatedActivity":["a",{}]}]}`))
	f.Add([]byte("Identifier,Amount Awarded\nG-1,5\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		grants, issues, err := threesixty.Read(bytes.NewReader(data), "f")
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		for _, i := range issues {
			require.NotEmpty(t, i.Code)
		}
		terms, _ := threesixty.Terms(grants, threesixty.Options{AwardStarts: sp.Yes})
		for _, c := range terms {
			require.NoError(t, c.Check())
		}
	})
}

// published is so many grants with all members of the standard that are usual.
func published(n int) string {
	var b strings.Builder
	b.WriteString(`{"grants":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"360G-bay-%06d","title":"Grant to Bay Green for walks","description":"Walks along the shore, twice a week, for people who live alone and would like company on the way","currency":"GBP","amountAppliedFor":9500,"amountAwarded":9000.5,"awardDate":"2024-11-20T00:00:00+00:00","plannedDates":[{"startDate":"2025-01-01T00:00:00+00:00","endDate":"2025-09-30T00:00:00+00:00","duration":9}],"recipientOrganization":[{"id":"GB-CHC-99%05d","name":"Bay Green","charityNumber":"9900001","postalCode":"ZZ99 9ZZ","location":[{"geoCode":"E99999999","geoCodeType":"LONB"}]}],"fundingOrganization":[{"id":"GB-LAE-BAY","name":"Bay Council"}],"grantProgramme":[{"code":"C1","title":"Community"}],"beneficiaryLocation":[{"name":"Bay","geoCode":"E99999999","geoCodeType":"WD"}],"dateModified":"2025-01-01T00:00:00Z","dataSource":"https://example.org/grants"}`, i, i%5000)
	}
	b.WriteString(`]}`)
	return b.String()
}

// spreadsheet is the same as [published] in the columns of the standard's template.
func spreadsheet(t require.TestingT, n int) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	require.NoError(t, w.Write([]string{
		"Identifier", "Title", "Description", "Currency", "Amount Applied For", "Amount Awarded", "Award Date", "Planned Dates:Start Date", "Planned Dates:End Date",
		"Planned Dates:Duration (months)", "Recipient Org:Identifier", "Recipient Org:Name", "Recipient Org:Charity Number", "Recipient Org:Postal Code",
		"Recipient Org:Location:0:Geographic Code", "Recipient Org:Location:0:Geographic Code Type", "Funding Org:Identifier", "Funding Org:Name",
		"Grant Programme:Code", "Grant Programme:Title", "Beneficiary Location:Name", "Beneficiary Location:Geographic Code", "Beneficiary Location:Geographic Code Type",
		"Last modified", "Data Source",
	}))
	for i := range n {
		require.NoError(t, w.Write([]string{
			fmt.Sprintf("360G-bay-%06d", i), "Grant to Bay Green for walks", "Walks along the shore, twice a week, for people who live alone and would like company on the way",
			"GBP", "9500", "9000.5", "2024-11-20", "2025-01-01", "2025-09-30", "9", fmt.Sprintf("GB-CHC-99%05d", i%5000), "Bay Green", "9900001", "ZZ99 9ZZ", "E99999999", "LONB",
			"GB-LAE-BAY", "Bay Council", "C1", "Community", "Bay", "E99999999", "WD", "2025-01-01", "https://example.org/grants",
		}))
	}
	w.Flush()
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	text := published(10_000)
	b.Run("json", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := threesixty.Read(strings.NewReader(text), "f"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("json into maps", func(b *testing.B) { // the baseline, which checks nothing
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			var v any
			if err := json.Unmarshal([]byte(text), &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	table := spreadsheet(b, 10_000)
	b.Run("csv by encoding/csv", func(b *testing.B) { // the baseline, which understands nothing
		b.SetBytes(int64(len(table)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := csv.NewReader(strings.NewReader(table)).ReadAll(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("csv", func(b *testing.B) {
		b.SetBytes(int64(len(table)))
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := threesixty.Read(strings.NewReader(table), "f"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
