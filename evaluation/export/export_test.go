package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/export"
)

func schema() export.Schema {
	return export.Schema{Name: "places", Title: "Places by service", Key: []string{"service"}, Fields: []export.Field{
		{Name: "service", Type: export.Text, Meaning: "Name of the service"},
		{Name: "places", Type: export.Integer, Meaning: "Places that it has"},
		{Name: "price", Type: export.Number, Unit: "GBP", Decimals: 2, Meaning: "Price of one"},
		{Name: "taken", Type: export.Number, Unit: "share", Meaning: "Share of them that are taken"},
		{Name: "checked", Type: export.Day, Meaning: "Day of the count"},
	}}
}

func released(tb testing.TB, rows ...[]export.Value) disclosure.Released[export.Rows] {
	tb.Helper()
	r, err := disclosure.NotPeople[export.Rows](func(yield func([]export.Value, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}, "places that are offered")
	require.NoError(tb, err)
	return r
}

func csvOf(tb testing.TB, table export.Table) string {
	tb.Helper()
	var b bytes.Buffer
	require.NoError(tb, table.WriteCSV(&b))
	return b.String()
}

func TestTableWritesWhatEachColumnIs(t *testing.T) {
	day, err := sp.ParseDate("2026-11-30")
	require.NoError(t, err)
	table, err := export.New(schema(), released(t,
		[]export.Value{export.String(`Walk, "slow"`), export.Whole(12), export.Minor(-250), export.Real(0.1), export.On(day)},
		[]export.Value{export.String("Garden\nclub"), {}, export.Minor(5), export.Real(math.Inf(1)), export.On(0)}))
	require.NoError(t, err)
	require.Equal(t, "service,places,price,taken,checked\n\"Walk, \"\"slow\"\"\",12,-2.50,0.1,2026-11-30\n\"Garden\nclub\",,0.05,,\n", csvOf(t, table))
	var lines, pack bytes.Buffer
	require.NoError(t, table.WriteJSON(&lines))
	//nolint:testifylint // byte for byte
	require.Equal(t, `{"service":"Walk, \"slow\"","places":12,"price":-2.50,"taken":0.1,"checked":"2026-11-30"}
{"service":"Garden\nclub","places":null,"price":0.05,"taken":null,"checked":null}
`, lines.String())
	require.NoError(t, export.WritePackage(&pack, "A test", table))
	var p struct {
		Title     string
		Resources []struct {
			Name, Path, Description string
			Schema                  struct {
				Fields []struct{ Name, Type, Unit, Description string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(pack.Bytes(), &p))
	require.Equal(t, "places.csv", p.Resources[0].Path)
	require.Equal(t, "Counts no people: places that are offered.", p.Resources[0].Description)
	require.Equal(t, "GBP", p.Resources[0].Schema.Fields[2].Unit)
	require.Equal(t, "date", p.Resources[0].Schema.Fields[4].Type)
}

func TestNewTakesNothingThatMayNotBePublished(t *testing.T) {
	within, err := disclosure.Within[export.Rows](func(func([]export.Value, error) bool) {}, disclosure.Team, "a caseload")
	require.NoError(t, err)
	_, err = export.New(schema(), within)
	require.ErrorIs(t, err, sp.ErrDenied)
	_, err = export.New(schema(), disclosure.Released[export.Rows]{})
	require.ErrorIs(t, err, sp.ErrDenied)
	require.Empty(t, csvRows(t, csvOf(t, export.Table{})), "the zero Table has nothing")
}

func csvRows(tb testing.TB, text string) [][]string {
	tb.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(tb, err)
	return rows
}

func TestNewRefusesASchemaThatIsNone(t *testing.T) {
	for want, spoil := range map[string]func(*export.Schema){
		"name must be of":             func(s *export.Schema) { s.Name = "Places 2" },
		"fields needs at least one":   func(s *export.Schema) { s.Fields = nil },
		"fields[1].name must be of":   func(s *export.Schema) { s.Fields[1].Name = "Number of places" },
		"fields[1].name must be a":    func(s *export.Schema) { s.Fields[1].Name = "service" },
		"fields[0].type must be":      func(s *export.Schema) { s.Fields[0].Type = "text" },
		"fields[3].meaning must say":  func(s *export.Schema) { s.Fields[3].Meaning = "" },
		"fields[0].decimals must be":  func(s *export.Schema) { s.Fields[0].Decimals = 2 },
		"fields[2].decimals must be":  func(s *export.Schema) { s.Fields[2].Decimals = 19 },
		"key[0] must be the name of ": func(s *export.Schema) { s.Key = []string{"id"} },
	} {
		s := schema()
		spoil(&s)
		_, err := export.New(s, released(t))
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.ErrorContains(t, err, want)
	}
}

func TestTableEndsAtARowThatDoesNotFit(t *testing.T) {
	good := []export.Value{export.String("a"), export.Whole(1), export.Minor(1), export.Real(1), {}}
	for want, row := range map[string][]export.Value{
		"row 2: invalid: must have 5 values":                           good[:4],
		"row 2: invalid: service must be of type string":               {export.Whole(1), {}, {}, {}, {}},
		"row 2: invalid: price must be of type number with 2 decimals": {{}, {}, export.Real(1), {}, {}},
		"row 2: invalid: taken must be of type number":                 {{}, {}, {}, export.Minor(1), {}},
		"row 2: invalid: checked must be of type date":                 {{}, {}, {}, {}, export.String("2026-11-30")},
		"row 2: invalid: places must be of type integer":               {{}, export.On(700000), {}, {}, {}},
	} {
		table, err := export.New(schema(), released(t, good, row))
		require.NoError(t, err)
		for _, write := range []func(b *bytes.Buffer) error{
			func(b *bytes.Buffer) error { return table.WriteCSV(b) }, func(b *bytes.Buffer) error { return table.WriteJSON(b) },
		} {
			err := write(new(bytes.Buffer))
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorContains(t, err, want)
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestTableFailsAsRowsAndFilesDo(t *testing.T) {
	table, err := export.New(schema(), released(t))
	require.NoError(t, err)
	require.ErrorContains(t, table.WriteCSV(broken{}), "full")
	require.ErrorContains(t, export.WritePackage(broken{}, "t", table), "full")
	rows, err := disclosure.NotPeople[export.Rows](func(yield func([]export.Value, error) bool) { yield(nil, errors.New("gone")) }, "a test")
	require.NoError(t, err)
	table, err = export.New(schema(), rows)
	require.NoError(t, err)
	require.ErrorContains(t, table.WriteJSON(new(bytes.Buffer)), "gone")
}

// What is written is read again as it was, by readers that are not ours.
func TestTableComesBackAsItWas(t *testing.T) {
	text := rapid.SampledFrom([]string{"", "a", " a ", "a,b", `"`, `a "b"`, "é", "x\ny", "x\ry", ";", "NA", "-", "'-", "=1+1", "＝1", "＠", "null"})
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 20).Draw(t, "rows")
		var rows [][]export.Value
		for range n {
			rows = append(rows, []export.Value{
				export.String(text.Draw(t, "text")), export.Whole(rapid.Int64().Draw(t, "n")), export.Minor(rapid.Int64().Draw(t, "pence")),
				export.Real(rapid.Float64().Draw(t, "f")), export.On(sp.Date(rapid.IntRange(0, 3652058).Draw(t, "day"))), //nolint:gosec // in range
			})
		}
		seq, err := disclosure.NotPeople[export.Rows](func(yield func([]export.Value, error) bool) {
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
			}
		}, "a test")
		require.NoError(t, err)
		table, err := export.New(schema(), seq)
		require.NoError(t, err)
		var b, l bytes.Buffer
		require.NoError(t, table.WriteCSV(&b))
		require.NoError(t, table.WriteJSON(&l))
		back, err := csv.NewReader(&b).ReadAll()
		require.NoError(t, err)
		require.Len(t, back, n+1)
		objects := json.NewDecoder(&l)
		objects.UseNumber()
		for i, r := range rows {
			var o struct {
				Service, Checked     *string
				Places, Price, Taken *json.Number
			}
			require.NoError(t, objects.Decode(&o))
			got := back[i+1]
			require.Equal(t, r[0].Text(), strings.TrimPrefix(got[0], "'"))
			same := func(cell string, number *json.Number) {
				if cell == "" {
					require.Nil(t, number)
				} else {
					require.Equal(t, cell, number.String())
				}
			}
			require.Equal(t, strconv.FormatInt(r[1].Int(), 10), got[1])
			pence, err := strconv.ParseInt(strings.Replace(got[2], ".", "", 1), 10, 64)
			require.NoError(t, err)
			require.Equal(t, r[2].Int(), pence)
			f, err := strconv.ParseFloat(got[3], 64)
			require.NoError(t, err)
			require.Equal(t, math.Float64bits(r[3].Float()), math.Float64bits(f))
			same(got[1], o.Places)
			same(got[2], o.Price)
			same(got[3], o.Taken)
			if r[4].IsZero() {
				require.Empty(t, got[4])
				require.Nil(t, o.Checked)
			} else {
				d, err := sp.ParseDate(got[4])
				require.NoError(t, err)
				require.EqualValues(t, d.Sub(sp.NewDate(1970, 1, 1)), r[4].Int())
				require.Equal(t, got[4], *o.Checked)
			}
		}
	})
}

func TestTableOfOneColumnKeepsItsEmptyRows(t *testing.T) {
	s := schema()
	s.Fields, s.Key = s.Fields[:1], nil
	table, err := export.New(s, released(t, []export.Value{{}}, []export.Value{export.String("a")}))
	require.NoError(t, err)
	require.Equal(t, "service\n\"\"\na\n", csvOf(t, table))
}

func TestWriteCSVLetsNoSpreadsheetRunAText(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1":                      "'=1+1",
		"+44":                       "'+44",
		"-2":                        "'-2",
		"@SUM(A1)":                  "'@SUM(A1)",
		"\t=1":                      "\"'\t=1\"",
		"\r=1":                      "\"'\r=1\"",
		`=HYPERLINK("a","b")`:       `"'=HYPERLINK(""a"",""b"")"`,
		"'=1":                       "''=1",
		"＝1+1":                      "'＝1+1",
		"＋44":                       "'＋44",
		"－2":                        "'－2",
		"＠SUM(A1)":                  "'＠SUM(A1)",
		"\n=1":                      "\"'\n=1\"",
		"（１）":                       "（１）",
		"a=1":                       "a=1",
		"practice; =cmd|' /C x'!A1": `"practice; =cmd|' /C x'!A1"`,
	} {
		table, err := export.New(schema(), released(t, []export.Value{export.String(text), export.Whole(-1), export.Minor(-250), export.Real(-0.5), {}}))
		require.NoError(t, err)
		require.Equal(t, "service,places,price,taken,checked\n"+want+",-1,-2.50,-0.5,\n", csvOf(t, table), "numbers stay numbers")
		var lines bytes.Buffer
		require.NoError(t, table.WriteJSON(&lines))
		var row struct{ Service string }
		require.NoError(t, json.Unmarshal(lines.Bytes(), &row))
		require.Equal(t, text, row.Service, "NDJSON holds texts as they are")
		var pack bytes.Buffer
		require.NoError(t, export.WritePackage(&pack, "A test", table))
		var p struct {
			Resources []struct {
				FormulaGuard struct {
					Prefix string
					Before []string
				}
			}
		}
		require.NoError(t, json.Unmarshal(pack.Bytes(), &p))
		guard := p.Resources[0].FormulaGuard
		guarded := slices.ContainsFunc(guard.Before, func(sign string) bool { return strings.HasPrefix(text, sign) })
		require.Equal(t, guarded, strings.HasPrefix(strings.Trim(want, `"`), guard.Prefix), "datapackage.json says which texts are guarded")
	}
}
