package flat_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/flat"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/store"
)

const header = "ref,received,contacted,begun,closed,outcome,reason,practice\n"

func mapping() flat.Mapping {
	return flat.Mapping{Dates: flat.DayFirst, Columns: []flat.Column{
		{Column: "ref", To: flat.Case},
		{Column: "received", To: flat.Received},
		{Column: "contacted", To: flat.Contacted},
		{Column: "begun", To: flat.Begun},
		{Column: "closed", To: flat.Ended},
		{Column: "outcome", To: flat.Outcome, Values: map[string]string{"Goal met": "met"}},
		{Column: "reason", To: flat.Reason},
		{Column: "practice", To: flat.Practice},
	}}
}

// read reads a whole sheet.
func read(tb testing.TB, text string, m flat.Mapping) (*flat.Sheet, []store.RecordedEvent) {
	tb.Helper()
	sheet, err := flat.Open(strings.NewReader(text), "cases.csv", m)
	require.NoError(tb, err)
	var all []store.RecordedEvent
	for e, err := range sheet.Log() {
		require.NoError(tb, err)
		all = append(all, e)
	}
	return sheet, all
}

func codes(s *flat.Sheet) (all []string) {
	for _, i := range s.Issues() {
		all = append(all, i.Code)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestSheetSaysByLineWhatIsWrongAndRepeatsNothing(t *testing.T) {
	const secret = "Ermintrude"
	serials := mapping()
	serials.Dates, serials.Earliest, serials.Latest = flat.SerialOf1900, day(t, "2025-01-01"), day(t, "2026-12-31")
	bounded := mapping()
	bounded.Earliest, bounded.Latest = serials.Earliest, serials.Latest
	for name, c := range map[string]struct {
		rows string
		m    flat.Mapping
		want []string
		line int
		left int
	}{
		"a good row has no issue":                     {"R1,01/04/2025,03/04/2025,,,,,P1\n", mapping(), nil, 0, 0},
		"a day that is none leaves the row out":       {"R1,01/04/2025,soon,,,,,P1\n", mapping(), []string{"bad-day"}, 2, 1},
		"a day with day and month exchanged":          {"R1,01/04/2025,04/25/2025,,,,,P1\n", mapping(), []string{"exchanged-day", "mixed-days"}, 2, 1},
		"31 April is no day":                          {"R1,01/04/2025,31/04/2025,,,,,P1\n", mapping(), []string{"bad-day"}, 2, 1},
		"a wait below 0":                              {"R1,05/04/2025,03/04/2025,,,,,P1\n", mapping(), []string{"negative-wait"}, 2, 1},
		"an end before the first contact":             {"R1,01/04/2025,03/04/2025,,02/04/2025,,,P1\n", mapping(), []string{"negative-wait"}, 2, 1},
		"no day of receipt":                           {"R1,,03/04/2025,,,,,P1\n", mapping(), []string{"no-receipt"}, 2, 1},
		"one case in two rows":                        {"R1,01/04/2025,,,,,,P1\nR1,01/04/2025,,,,,,P1\n", mapping(), []string{"several-rows"}, 3, 1},
		"a row below a merged cell":                   {"R1,01/04/2025,,,,,,P1\n,02/04/2025,,,,,,P1\n", mapping(), []string{"no-case"}, 3, 1},
		"a name in a column of codes":                 {"R1,01/04/2025,,,,,," + secret + "\n", mapping(), []string{"bad-code"}, 2, 0},
		"a name in a column of reasons":               {"R1,01/04/2025,,,02/04/2025,," + secret + ",P1\n", mapping(), []string{"bad-code"}, 2, 0},
		"a name in place of an outcome":               {"R1,01/04/2025,,,02/04/2025," + secret + ",,P1\n", mapping(), []string{"bad-code"}, 2, 0},
		"a name in place of an identifier":            {secret + ",01/04/2025,,,,,,P1\n", mapping(), []string{"bad-id"}, 2, 1},
		"an NHS number in place of an identifier":     {"9434765919,01/04/2025,,,,,,P1\n", mapping(), []string{"bad-id"}, 2, 1},
		"the number of a day where a day is expected": {"R1,45748,,,,,,P1\n", bounded, []string{"serial-day"}, 2, 1},
		"a number of 1904 among those of 1900":        {"R1,45748,44290,,,,,P1\n", serials, []string{"other-system"}, 2, 1},
		"a written day among numbers":                 {"R1,01/04/2025,,,,,,P1\n", serials, []string{"bad-day"}, 2, 1},
		"a day before the earliest":                   {"R1,01/04/2005,,,,,,P1\n", bounded, []string{"day-outside"}, 2, 1},
		"a row of totals at the end":                  {"R1,01/04/2025,,,,,,P1\nTotal,1,,,,,,\n", mapping(), []string{"bad-id"}, 3, 1},
		"totals below the columns alone":              {"R1,01/04/2025,,,,,,P1\n,1,0,0,0,,,\n", mapping(), []string{"bad-day"}, 3, 1},
		"a number of a day with thousands apart":      {"R1,\"45,748\",,,,,,P1\n", serials, []string{"bad-day"}, 2, 1},
		"a column that is too narrow for its days":    {"R1,01/04/2025,########,,,,,P1\n", mapping(), []string{"bad-day"}, 2, 1},
		"what a formula could not find":               {"R1,01/04/2025,,,,,,#N/A\n", mapping(), []string{"bad-code"}, 2, 0},
		"a row that is too short":                     {"R1,01/04/2025\n", mapping(), []string{"field-count"}, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			sheet, _ := read(t, header+c.rows, c.m)
			require.Equal(t, c.want, codes(sheet))
			left := 0
			for _, n := range sheet.Report().LeftOut {
				left += n
			}
			require.Equal(t, c.left, left)
			require.Equal(t, sheet.Report().Rows, sheet.Report().Cases+left, "every row is a case or left out")
			for _, i := range sheet.Issues() {
				require.NotContains(t, i.Error(), secret)
				require.NotContains(t, i.Error(), "9434765919")
				if i.Line > 0 {
					require.Equal(t, c.line, i.Line)
				}
			}
		})
	}
}

func day(tb testing.TB, s string) sp.Date {
	tb.Helper()
	d, err := sp.ParseDate(s)
	require.NoError(tb, err)
	return d
}

func TestSheetReadsTwoHeaderRowsAndMergedCells(t *testing.T) {
	m := flat.Mapping{Dates: flat.ISO, Columns: []flat.Column{{Column: "Case", To: flat.Case}, {Column: "Received", To: flat.Received}, {Column: "First contact", To: flat.Contacted}, {Column: "Practice", To: flat.Practice, Merged: true}}}
	sheet, events := read(t, "Case,Dates,,Practice\n,Received,First contact,\nR1,2025-04-01,2025-04-05,P81001\nR2,2025-04-02,,\n", m)
	require.Equal(t, []string{"two-headers"}, codes(sheet))
	require.Len(t, events, 3)
	require.Contains(t, string(events[2].Data), "P81001", "the second row stands beside the same merged cell")
}

func TestSheetTakesSeveralRowsOfACaseWhereTheMappingSaysSo(t *testing.T) {
	m := mapping()
	m.Several = true
	sheet, events := read(t, header+"R1,01/04/2025,03/04/2025,10/04/2025,,,,P1\nR1,01/04/2025,09/04/2025,20/04/2025,,,,P1\nR1,02/04/2025,,,,,,P1\n", m)
	require.Equal(t, 1, sheet.Report().Cases)
	require.Equal(t, map[string]int{"different-case": 1}, sheet.Report().LeftOut)
	opened, services := 0, map[string]bool{}
	for _, e := range events {
		if e.Type == "referral.received" {
			opened++
		}
		if e.Key.Kind == "placement" {
			services[e.Key.ID] = true
		}
	}
	require.Equal(t, 1, opened)
	require.Len(t, services, 2)
}

func TestSheetCannotTellWhatNoColumnHolds(t *testing.T) {
	m := mapping()
	m.Columns = m.Columns[:3] // neither a beginning nor an end
	run, err := evaluation.New(evaluation.Options{}, catalogue.All(catalogue.Standards{})...)
	require.NoError(t, err)
	sheet, err := flat.Open(strings.NewReader(header+"R1,01/04/2025,03/04/2025,10/04/2025,,,,P1\nR2,01/05/2026,,,,,,P1\n"), "f", m)
	require.NoError(t, err)
	require.NoError(t, run.Read(t.Context(), sheet.Log(), nil))
	counts, err := run.Count(t.Context())
	require.NoError(t, err)
	sheet.Mark(counts, run.Indicators()...)
	figures, err := counts.Figures(evaluation.Precision{}, run.Indicators()...)
	require.NoError(t, err)
	defined := map[string]bool{}
	for _, f := range figures {
		defined[f.Indicator] = f.Defined()
	}
	require.True(t, defined[catalogue.ContactedID])
	for _, id := range []string{catalogue.PeopleBegunID, catalogue.WaitID, catalogue.BeginID, catalogue.AcceptedID, catalogue.NeedsMetID, "hand-offs", "sessions-missed"} {
		require.False(t, defined[id], id)
	}
	for _, i := range run.Indicators() {
		switch i.ID {
		case catalogue.PeopleBegunID:
			require.Equal(t, []flat.Field{flat.Begun, flat.Ended}, sheet.CannotTell(i))
			for _, f := range figures {
				if f.Indicator == i.ID {
					require.Equal(t, stat.NotRecorded, f.Estimate.Undefined)
				}
			}
		case "hand-offs":
			require.Equal(t, []flat.Field{""}, sheet.CannotTell(i), "no column could")
		}
	}
}

func TestSheetTellsNothingByAColumnInDoubt(t *testing.T) {
	sheet, _ := read(t, header+"R1,01/04/2025,03/04/2025,,,,,P1\nR2,01/04/2025,04/25/2025,,,,,P1\n", mapping())
	require.Equal(t, []string{"contacted"}, sheet.Report().Doubt)
	for _, i := range catalogue.All(catalogue.Standards{}) {
		if i.ID == catalogue.ContactedID {
			require.Equal(t, []flat.Field{flat.Contacted}, sheet.CannotTell(i))
		}
	}
}

func TestParseMappingNamesEveryFaultByItsPath(t *testing.T) {
	for text, want := range map[string]string{
		`{"columns":[]}`: "received",
		`{"columns":[{"column":"a","to":"received"}]}`:                                                                                                      "columns[0].dates must be YYYY-MM-DD",
		`{"dates":"D/M/Y","columns":[{"column":"a","to":"received"}]}`:                                                                                      "dates must be",
		`{"dates":"DD/MM/YYYY","columns":[{"column":"a","to":"received"},{"column":"b","to":"received"}]}`:                                                  "columns[1].to must not be",
		`{"dates":"DD/MM/YYYY","columns":[{"column":"a","to":"receipt"}]}`:                                                                                  "columns[0].to must be one of the fields",
		`{"dates":"serial-1900","columns":[{"column":"a","to":"received"}]}`:                                                                                "earliest and latest must be stated",
		`{"dates":"DD/MM/YYYY","columns":[{"column":"a","to":"received"},{"column":"b","to":"result"}]}`:                                                    "must say which column is finished",
		`{"dates":"DD/MM/YYYY","columns":[{"column":"a","to":"received"},{"column":"b","to":"before"}]}`:                                                    "columns[1].scale",
		`{"dates":"DD/MM/YYYY","columns":[{"column":"a","to":"received"},{"column":"b","to":"ended"},{"column":"c","to":"outcome","values":{"x":"fine"}}]}`: "columns[2].values must be codes that the field can have: met",
		`{"dates":"DD/MM/YYYY","columns":[{"column":"","to":"received"}],"more":1}`:                                                                         "has a member that does not exist",
	} {
		_, err := flat.ParseMapping([]byte(text))
		require.ErrorIs(t, err, sp.ErrInvalid, text)
		require.ErrorContains(t, err, want, text)
	}
	_, err := flat.Open(strings.NewReader("a,b\n1,2\n"), "f.csv", mapping())
	require.ErrorContains(t, err, "columns[0].column must be in the header")
}

func TestSuggestProposesFieldsFromTheHeaderAlone(t *testing.T) {
	m, others, err := flat.Suggest(strings.NewReader("Case ref,Client ID,NHS number,Surname name,Date of referral,Referrer,First contact date,Start date,Date closed,Reason for closing,Outcome,Ward,Notes\nx\n"), "f.csv")
	require.NoError(t, err)
	got := map[string]flat.Field{}
	for _, c := range m.Columns {
		got[c.Column] = c.To
	}
	require.Equal(t, map[string]flat.Field{
		"Case ref": flat.Case, "Client ID": flat.Person, "Date of referral": flat.Received, "Referrer": flat.Route, "First contact date": flat.Contacted,
		"Start date": flat.Begun, "Date closed": flat.Ended, "Reason for closing": flat.Reason, "Outcome": flat.Outcome, "Ward": flat.Group,
	}, got)
	require.Equal(t, []string{"NHS number", "Surname name", "Notes"}, others)
	require.ErrorIs(t, m.Validate(), sp.ErrInvalid, "until somebody has named how days are written")
}

// What a spreadsheet saves as CSV depends on where it was bought and how it was asked.
func TestSheetReadsWhatSpreadsheetsSaveAsCSV(t *testing.T) {
	const cases = header + "R1,01/04/2025,03/04/2025,,20/05/2025,Goal met,,P1\nR2,02/04/2025,,,,,,P2\n"
	_, want := read(t, cases, mapping())
	wide := func(text string) string {
		b := []byte("\xFF\xFE")
		for _, unit := range utf16.Encode([]rune(text)) {
			b = append(b, byte(unit), byte(unit>>8)) //nolint:gosec // both halves
		}
		return string(b)
	}
	semicolons, tabs, lines := strings.ReplaceAll(cases, ",", ";"), strings.ReplaceAll(cases, ",", "\t"), strings.ReplaceAll(cases, "\n", "\r\n")
	for name, c := range map[string]struct {
		text   string
		issues []string
	}{
		"semicolons, where a comma divides decimals":  {semicolons, []string{"separator"}},
		"lines of Windows":                            {lines, nil},
		"UTF-8 with a mark":                           {"\uFEFF" + cases, nil},
		"UTF-16 with tabs, which is its Unicode text": {wide(strings.ReplaceAll(tabs, "\n", "\r\n")), []string{"separator"}},
		"a name for the separator first":              {"sep=;\r\n" + semicolons, []string{"separator"}},
		"a title above the header":                    {"Cases of 2025/26\n\n" + cases, []string{"title-rows"}},
		"columns and rows that once held something":   {strings.ReplaceAll(cases, "\n", ",,\n") + ",,,,,,,,,\n,,,,,,,,,\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			sheet, got := read(t, c.text, mapping())
			require.Equal(t, want, got)
			require.Empty(t, sheet.Report().LeftOut)
			for _, code := range c.issues {
				require.Contains(t, codes(sheet), code)
			}
		})
	}
}

// Thousands apart and decimals behind a comma are told, since one could be the other.
func TestSheetCountsAScoreThatItCannotReadAsNotMeasured(t *testing.T) {
	m := mapping()
	m.Columns = append(m.Columns, flat.Column{Column: "wellbeing", To: flat.Before, Scale: "swemwbs/metric"})
	head := strings.TrimSuffix(header, "\n") + ",wellbeing\n"
	for cell, issue := range map[string]bool{"23": false, "23.5": false, `"23,5"`: true, `"1,234"`: true, "99": true, "high": true, "": false} {
		sheet, events := read(t, head+"R1,01/04/2025,,,,,,P1,"+cell+"\n", m)
		require.Equal(t, issue, slices.Contains(codes(sheet), "bad-score"), cell)
		measured := slices.ContainsFunc(events, func(e store.RecordedEvent) bool { return e.Type == needs.EventMeasured })
		require.Equal(t, !issue && cell != "", measured, cell)
		require.Equal(t, 1, sheet.Report().Cases, "the case counts")
	}
}

func FuzzSheet(f *testing.F) {
	f.Add(header + "R1,01/04/2025,03/04/2025,10/04/2025,20/05/2025,Goal met,,P1\n")
	f.Add(header + "R1,01/04/2025,04/25/2025,,,,x,y\n,,,,,,,\n")
	f.Add("a,received,b,c\nref,,contacted,begun\n")
	f.Fuzz(func(t *testing.T, text string) {
		m := mapping()
		m.Several = len(text)%2 == 0
		sheet, err := flat.Open(strings.NewReader(text), "f.csv", m)
		if err != nil {
			return
		}
		run, err := evaluation.New(evaluation.Options{}, catalogue.All(catalogue.Standards{})...)
		require.NoError(t, err)
		for e, err := range sheet.Log() {
			require.NoError(t, err)
			require.NoError(t, run.Add(e), "what a sheet tells can be counted")
		}
		r, left := sheet.Report(), 0
		for _, n := range r.LeftOut {
			left += n
		}
		if !m.Several {
			require.Equal(t, r.Rows, r.Cases+left)
		}
		require.Zero(t, run.Report().Unreadable)
		require.Empty(t, run.Report().Orphans)
	})
}
