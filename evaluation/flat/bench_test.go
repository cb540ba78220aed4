package flat_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/flat"
)

// many returns a sheet of so many cases, and its mapping.
func many(n int) (string, flat.Mapping) {
	var b strings.Builder
	b.WriteString("Reference,Client,Date received,Practice,Source,Age,First contact,Needs found,Need,Service asked,First session,Course ended,Result,Date closed,Outcome,Closing reason\n")
	day := func(d int) string {
		return sp.NewDate(2025, time.April, 1).Add(d).In(time.UTC).Format("02/01/2006")
	}
	for i := range n {
		d := i % 365
		fmt.Fprintf(&b, "REF-%07d,C%07d,%s,P%05d,GP practice,%d-%d,%s,%s,loneliness;debt,%s,%s,%s,Achieved,%s,Goal met,\n",
			i, i/8*8, day(d), 81000+i%50, 40+i%5, 49+i%5, day(d+5), day(d+9), day(d+10), day(d+30), day(d+90), day(d+100))
	}
	return b.String(), flat.Mapping{Dates: flat.DayFirst, Columns: []flat.Column{
		{Column: "Reference", To: flat.Case},
		{Column: "Client", To: flat.Person},
		{Column: "Date received", To: flat.Received},
		{Column: "Practice", To: flat.Practice},
		{Column: "Source", To: flat.Route, Values: map[string]string{"GP practice": "gp"}},
		{Column: "Age", To: flat.AgeBand},
		{Column: "First contact", To: flat.Contacted},
		{Column: "Needs found", To: flat.Assessed},
		{Column: "Need", To: flat.Needs, Codes: []string{"loneliness", "debt"}},
		{Column: "Service asked", To: flat.Offered},
		{Column: "First session", To: flat.Begun},
		{Column: "Course ended", To: flat.Finished},
		{Column: "Result", To: flat.Result, Values: map[string]string{"Achieved": "met"}},
		{Column: "Date closed", To: flat.Ended},
		{Column: "Outcome", To: flat.Outcome, Values: map[string]string{"Goal met": "met"}},
		{Column: "Closing reason", To: flat.Reason},
	}}
}

// A sheet of 20,000 cases, read into events; and counted by all indicators.
func BenchmarkSheet(b *testing.B) {
	text, mapping := many(20_000)
	b.Run("read", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			sheet, err := flat.Open(strings.NewReader(text), "f.csv", mapping)
			require.NoError(b, err)
			n := 0
			for _, err := range sheet.Log() {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			require.Equal(b, 20_000, sheet.Report().Cases)
		}
	})
	b.Run("count", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			sheet, err := flat.Open(strings.NewReader(text), "f.csv", mapping)
			require.NoError(b, err)
			run, err := evaluation.New(evaluation.Options{}, catalogue.All(catalogue.Standards{})...)
			require.NoError(b, err)
			require.NoError(b, run.Read(b.Context(), sheet.Log(), nil))
			_, err = run.Count(b.Context())
			require.NoError(b, err)
		}
	})
}
