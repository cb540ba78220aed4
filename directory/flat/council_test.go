package flat_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/flat"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// tea is a mapping of sheets in which rows continue others.
const tea = `{"parent":"part of","yes":["x"],"no":["-"],"columns":[
	{"column":"ref","to":"id"},{"column":"name","to":"name"},{"column":"about","to":"description"},
	{"column":"run by","to":"organization.name"},{"column":"charity","to":"organization.identifier.GB-CHC"},
	{"column":"place","to":"location.name"},{"column":"lat","to":"location.latitude"},{"column":"lon","to":"location.longitude"},
	{"column":"day","to":"schedule.byday"},{"column":"from","to":"schedule.opens_at"},{"column":"to","to":"schedule.closes_at"},
	{"column":"price","to":"cost.amount"},{"column":"step-free","to":"attribute.access","when":"yes","value":"step-free"}]}`

// The spreadsheets of councils come from many programs and hands. In all of them, one
// service of Hall Trust has two places, two prices and two days.
func TestReadTakesTheSheetsOfCouncilsAsTheyAreWritten(t *testing.T) {
	const sheet = "ref,part of,name,run by,place,lat,lon,day,from,to,price,step-free\n" +
		"1,,Tea,Hall Trust,Hall,51.45,-2.58,tuesday,10:00,12:00,2.50,yes\n" +
		"2,1,,,Annex,51.46,-2.59,,,,,\n" +
		"3,1,,,,,,thursday,13:00,15:00,0,\n"
	for name, text := range map[string]string{
		"as it is":                                   sheet,
		"headers in capitals, with spaces":           strings.Replace(sheet, "ref,part of,name,run by", " REF , PART_OF ,Name,Run-By", 1),
		"semicolons":                                 strings.ReplaceAll(sheet, ",", ";"),
		"tabs and carriage returns":                  strings.NewReplacer(",", "\t", "\n", "\r\n").Replace(sheet),
		"a byte order mark and quotation marks":      "\uFEFF" + strings.ReplaceAll(sheet, "Hall Trust", `"Hall Trust"`),
		"title rows":                                 "Our groups,,,,,,,,,,,\n" + sheet,
		"numbers with decimals":                      strings.NewReplacer("2,1,", "2,1.0,", "3,1,", "3.0,1.0,").Replace(sheet),
		"rows that continue rows that continue":      strings.Replace(sheet, "3,1,", "3,2,", 1),
		"a first row that names itself":              strings.Replace(sheet, "1,,Tea", "1,1,Tea", 1),
		"further rows before the first":              "ref,part of,name,run by,place,lat,lon,day,from,to,price,step-free\n3,2,,,,,,thursday,13:00,15:00,0,\n2,1,,,Annex,51.46,-2.59,,,,,\n1,,Tea,Hall Trust,Hall,51.45,-2.58,tuesday,10:00,12:00,2.50,yes\n",
		"further rows that say the name again":       strings.NewReplacer("2,1,,,", "2,1,Tea,Hall Trust,", "3,1,,,", "3,1,Tea,Hall Trust,").Replace(sheet),
		"no identifiers for further rows":            strings.NewReplacer("2,1,", ",1,", "3,1,", ",1,").Replace(sheet),
		"days in other words, prices with a sign":    strings.NewReplacer("tuesday", "Tues", "thursday", "THURSDAYS", "2.50", "£2.50", "10:00", "10am", "15:00", "3.00pm").Replace(sheet),
		"an x for yes":                               strings.Replace(sheet, "2.50,yes", "2.50,X", 1),
		"sums and notes beneath":                     sheet + "Total:,,3,,,,,,,,2.50,1\n,,,,,,,,,,,\nSource: the council,,,,,,,,,,,\nPage 1 of 1\n",
		"empty rows":                                 strings.Replace(sheet, "\n2,1", "\n,,,,,,,,,,,\n2,1", 1) + ",,,,,,,,,,,\n",
		"days in Welsh":                              strings.NewReplacer("tuesday", "Dydd Mawrth", "thursday", "dydd Iau").Replace(sheet),
		"coordinates with commas, prices with comma": strings.NewReplacer(",", ";", "51.45", "51,45", "-2.58", "-2,58", "2.50", "2,50").Replace(sheet),
	} {
		t.Run(name, func(t *testing.T) {
			c, issues := read(t, text, tea)
			require.Equal(t, []int{1, 1, 2, 2}, []int{len(c.Services), len(c.Organisations), len(c.Places), len(c.Venues)})
			s := c.Services[0]
			require.Equal(t, []any{"Tea", "Hall Trust", c.Organisations[0].ID}, []any{s.Name, c.Organisations[0].Name, s.Organisation})
			require.Equal(t, sp.Yes, s.Access[directory.StepFree])
			require.Len(t, s.Cost.Prices, 2)
			require.Equal(t, sp.Yes, s.Cost.Within(sp.Pence(250), 0))
			require.Len(t, s.Schedules, 2)
			for day, i := range map[string]int{"2026-11-24": 0, "2026-11-26": 1} {
				require.Equal(t, sp.Yes, s.Schedules[i].Occurs(importertest.Day(day)))
				require.Equal(t, sp.No, s.Schedules[i].Occurs(importertest.Day(day)+1))
			}
			for _, i := range issues {
				require.NotEqual(t, sp.Error, i.Severity, i)
			}
		})
	}
}

// What only the first row of a service can say is kept where another row says it, and
// so is what is neither yes nor no.
func TestReadLosesNothingOfTheRowsThatContinueAnother(t *testing.T) {
	c, issues := read(t, "ref,part of,name,about,run by,place,step-free\n1,,Tea,Warm,Hall Trust,Hall,perhaps\n2,1,Tea on Fridays,Cold,Tea Club,Annex,-\n", tea)
	s := c.Services[0]
	require.Equal(t, "Warm", s.Description)
	require.JSONEq(t, `"Tea on Fridays"`, string(s.Extra["line 3.name"]))
	require.JSONEq(t, `"Cold"`, string(s.Extra["line 3.description"]))
	require.JSONEq(t, `"Tea Club"`, string(s.Extra["line 3.organization.name"]))
	require.JSONEq(t, `"perhaps"`, string(s.Extra["step_free"]))
	require.Equal(t, 1, importertest.Counts(issues)["warning step_free bad-answer"])
	require.Empty(t, s.Access)
}

func TestReadRefusesRowsThatContinueEachOther(t *testing.T) {
	c, issues := read(t, "ref,part of,name\n1,,Tea\n2,3,A\n3,2,B\n4,9,C\n", tea)
	require.Len(t, c.Services, 1)
	require.Equal(t, 3, importertest.Counts(issues)["error part of dangling-reference"])
}

// Rows with one identifier are one service, also where no column says so.
func TestReadTakesRowsOfOneIdentifierAsOneService(t *testing.T) {
	c, _ := read(t, "ref,name,place,lat,lon,day\n1,Tea,Hall,51.45,-2.58,Tuesday\n1,Tea,Annex,51.46,-2.59,Thursday\n",
		`{"columns":[{"column":"ref","to":"id"},{"column":"name","to":"name"},{"column":"place","to":"location.name"},{"column":"lat","to":"location.latitude"},{"column":"lon","to":"location.longitude"},{"column":"day","to":"schedule.byday"}]}`)
	require.Equal(t, []int{1, 2, 2, 2}, []int{len(c.Services), len(c.Places), len(c.Venues), len(c.Services[0].Schedules)})
}

// The numbers of registers identify organisations across feeds.
func TestReadTakesTheNumbersOfRegisters(t *testing.T) {
	c, _ := read(t, "ref,name,run by,charity\n1,Tea,Hall Trust,1012345\n", tea)
	require.Equal(t, []directory.Identifier{{Scheme: "GB-CHC", Value: "1012345"}}, c.Organisations[0].Identifiers)
	require.Equal(t, directory.ID("bay/Hall%20Trust"), c.Services[0].Organisation)
	c, _ = read(t, "number,name\n1012345,Hall Trust\n", `{"records":"organizations","columns":[{"column":"number","to":"id"},{"column":"number","to":"identifier.GB-CHC"},{"column":"name","to":"name"}]}`)
	require.Equal(t, []directory.Identifier{{Scheme: "GB-CHC", Value: "1012345"}}, c.Organisations[0].Identifiers)
	require.Contains(t, flat.Fields(), "organization.identifier.GB-CHC")
}
