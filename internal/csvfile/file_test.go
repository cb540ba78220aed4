package csvfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
)

// read returns the header, the rows and the issues of a file, one to a line.
func read(t *testing.T, text string) (table [][]string, issues []string) {
	t.Helper()
	f, err := Open(strings.NewReader(text), "f")
	require.NoError(t, err)
	table = append(table, f.Header)
	for row, err := range f.Rows() {
		require.NoError(t, err)
		table = append(table, row.Fields)
	}
	for _, issue := range f.Issues.List() {
		issues = append(issues, fmt.Sprintf("%d %s %v", issue.Line, issue.Code, issue.Severity))
	}
	return table, issues
}

// wide returns text in UTF-16 with the low byte of each unit first, or last.
func wide(text string, bigEndian bool) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		low, high := byte(unit), byte(unit>>8)
		if bigEndian {
			low, high = high, low
		}
		out = append(out, low, high)
	}
	return string(out)
}

func TestFilesAreReadAsProgramsWriteThem(t *testing.T) {
	const plain = "lsoa,population\nA,1000\nB,3000\n"
	areas := [][]string{{"lsoa", "population"}, {"A", "1000"}, {"B", "3000"}}
	cafe := [][]string{{"name", "fee"}, {"Café – 😀", "£5"}, {"Tea", ""}}
	cases := []struct {
		name, text string
		want       [][]string
		issues     []string
	}{
		{"a plain file", plain, areas, nil},
		{"without a last line feed", strings.TrimSuffix(plain, "\n"), areas, nil},
		{"with the line ends of Windows", strings.ReplaceAll(plain, "\n", "\r\n"), areas, nil},
		{"with those of old Macintoshes", strings.ReplaceAll(plain, "\n", "\r"), areas, nil},
		{"a byte order mark", "\uFEFF" + plain, areas, nil},
		{"a byte order mark before a quoted header", "\uFEFF\"lsoa\",\"population\"\n\"A\",1000\n\"B\",3000\n", areas, nil},
		{"a name in quotation marks that spans two lines", "lsoa,\"popu\nlation\"\nA,1\n", [][]string{{"lsoa", "popu\nlation"}, {"A", "1"}}, nil},

		{"UTF-8", "name,fee\nCafé – 😀,£5\nTea,\n", cafe, nil},
		{"UTF-16 of Windows", "\xFF\xFE" + wide("name,fee\r\nCafé – 😀,£5\r\nTea,\r\n", false), cafe, nil},
		{"UTF-16 with the high byte first", "\xFE\xFF" + wide("name,fee\nCafé – 😀,£5\nTea,\n", true), cafe, nil},
		{"UTF-16 without a mark", wide("name,fee\nCafé – 😀,£5\nTea,\n", false), cafe, nil},
		{"UTF-16 without a mark and with the high byte first", wide("name,fee\nCafé – 😀,£5\nTea,\n", true), cafe, nil},
		{"the Unicode text of Excel", "\xFF\xFE" + wide("name\tfee\r\nCafé – 😀\t£5\r\nTea\t\r\n", false), cafe, []string{"1 separator note"}},
		{"Windows-1252", "name,fee\nCaf\xE9 \x96 tea,\xA35\nTea,\x80\n", [][]string{{"name", "fee"}, {"Café – tea", "£5"}, {"Tea", "€"}}, []string{"2 windows-1252 note"}},
		{"Windows-1252 in the header", "name,caf\xE9\nA,1\n", [][]string{{"name", "café"}, {"A", "1"}}, []string{"1 windows-1252 note"}},
		{"two encodings in one file", "name,fee\nCafé,1\nCaf\xE9,2\n", [][]string{{"name", "fee"}, {"Café", "1"}, {"Café", "2"}}, []string{"3 mixed-encoding warning"}},
		{"a byte that is no character", "name,fee\nCaf\x81,1\n", [][]string{{"name", "fee"}, {"Caf\uFFFD", "1"}}, []string{"2 bad-encoding warning", "2 windows-1252 note"}},

		{"semicolons", "lsoa;population\nA;1000\nB;3000\n", areas, []string{"1 separator note"}},
		{"tabs", "lsoa\tpopulation\nA\t1000\nB\t3000\n", areas, []string{"1 separator note"}},
		{"bars", "lsoa|population\nA|1000\nB|3000\n", areas, []string{"1 separator note"}},
		{"semicolons between fields with commas", "name, long;fee\nA, b, c;1,50\nD, e, f;2,50\n", [][]string{{"name, long", "fee"}, {"A, b, c", "1,50"}, {"D, e, f", "2,50"}}, []string{"1 separator note"}},
		{"commas between fields with semicolons", "name,days\nA,Mo; Tu; We\nB,Mo; Tu; Th\n", [][]string{{"name", "days"}, {"A", "Mo; Tu; We"}, {"B", "Mo; Tu; Th"}}, nil},
		{"a separator that is stated", "sep=;\nlsoa;population\nA;1000\nB;3000\n", areas, []string{"1 separator note"}},
		{"one column", "lsoa\nA\nB, or C\n", [][]string{{"lsoa"}, {"A"}, {"B", " or C"}}, nil},

		{"marks within a field", "id,name,n\n1,The \"Hub\" Tea,2\n3,Cake,4\n", [][]string{{"id", "name", "n"}, {"1", `The "Hub" Tea`, "2"}, {"3", "Cake", "4"}}, []string{"2 bare-quote note"}},
		{"marks within a quoted field", "id,name,n\n1,\"The \"Hub\", Tea\",2\n3,Cake,4\n", [][]string{{"id", "name", "n"}, {"3", "Cake", "4"}}, []string{"2 bad-csv error"}},
		{"marks within a quoted field that has no comma", "id,name,n\n1,\"The \"Hub\" Tea\",2\n3,Cake,4\n", [][]string{{"id", "name", "n"}, {"1", `The "Hub" Tea`, "2"}, {"3", "Cake", "4"}}, []string{"2 bare-quote note"}},
		{"a first word in marks", "id,name,n\n1,\"Hub\" Tea,\"2\"\n", [][]string{{"id", "name", "n"}, {"1", `"Hub" Tea`, "2"}}, []string{"2 bare-quote note"}},
		{"spaces before marks", "id, \"name\"\n1, \"Tea, cake\"\n", [][]string{{"id", "name"}, {"1", "Tea, cake"}}, []string{"1 bare-quote note"}},
		{"a mark that nothing closes", "id,name,n\n1,\"Tea,2\n3,Cake,4\n5,\"Chess\",6\n", [][]string{{"id", "name", "n"}, {"1", `"Tea`, "2"}, {"3", "Cake", "4"}, {"5", "Chess", "6"}}, []string{"2 unclosed-quote warning"}},
		{"a mark that nothing closes in front of a comma", "id,name\n1,\"Tea, cake\n3,Cake\n", [][]string{{"id", "name"}, {"3", "Cake"}}, []string{"2 bad-csv error"}},
		{"a field of several lines", "id,name\r\n1,\"Tea\r\n\r\n\"\"cake\"\"\"\r\n2,Chess\r\n", [][]string{{"id", "name"}, {"1", "Tea\n\n\"cake\""}, {"2", "Chess"}}, nil},

		{"a title and footnotes", "Table 1: people,,\nSource: nobody\n\nlsoa,population\nA,1000\nB,3000\n", areas, []string{"1 title-rows note"}},
		{"spaces around names", " lsoa , population\nA,1000\nB,3000\n", areas, nil},
		{"empty rows", plain + ",\n \t, \n\n\n", areas, []string{"4 empty-rows note"}},
		{"a header that stands there again", plain + "lsoa,population\nC,1\n", append(slices.Clone(areas), []string{"C", "1"}), []string{"4 repeated-header note"}},
		{"empty fields beyond the header", "lsoa,population,,\nA,1000,,\nB,3000,,,\n", areas, []string{}},
		{"a field beyond the header", plain + "C,1,2\n", append(slices.Clone(areas), []string{"C", "1", "2"}), nil},
		{"a row that ends early", plain + "C\n", append(slices.Clone(areas), []string{"C"}), nil},
		{"a name that occurs twice", "a,n,n\nA,1,2\n", [][]string{{"a", "n", "n"}, {"A", "1", "2"}}, []string{"1 duplicate-column warning"}},
		{"a separator between marks within a field", "id,name,n\n3,Cake,4\n1,The \"Hub, and more\" Tea,2\n", [][]string{{"id", "name", "n"}, {"3", "Cake", "4"}, {"1", `The "Hub, and more" Tea`, "2"}}, []string{"3 bare-quote note"}},
		{"marks of feet and inches", "id,name,n\n1,5' 6\" and 3\" tall,2\n", [][]string{{"id", "name", "n"}, {"1", `5' 6" and 3" tall`, "2"}}, []string{"2 bare-quote note"}},
		{"a character NUL", "a,n\nA\x00,2\nB,1\n", [][]string{{"a", "n"}, {"B", "1"}}, []string{"2 bad-csv error"}},

		{"the index of pandas", ",lsoa,population\n0,A,1000\n1,B,3000\n", areas, []string{"1 index-column note"}},
		{"the index of pandas that was read again", "Unnamed: 0,lsoa,population\n0,A,1000\n1,B,3000\n", areas, []string{"1 index-column note"}},
		{"two of them", ",Unnamed: 0.1,Unnamed: 0,lsoa,population\n0,0,5,A,1000\n1,1,7,B,3000\n", areas, []string{"1 index-column note", "1 index-column note", "1 index-column note"}},
		{"the index of a part of a table", ",lsoa,population\n17,A,1000\n4,B,3000\n", areas, []string{"1 index-column note"}},
		{"the row names of R", "\"\",\"lsoa\",\"population\"\n\"1\",\"A\",1000\n\"2\",\"B\",3000\n", areas, []string{"1 index-column note"}},
		{"the row names of R without a name for them", "\"lsoa\",\"population\"\n\"1\",\"A\",1000\n\"2\",\"B\",3000\n", areas, []string{"1 index-column note"}},
		{"the index of pandas with semicolons", ";lsoa;population\n0;A;1000\n1;B;3000\n", areas, []string{"1 index-column note", "1 separator note"}},
		{"codes without a name", ",population\nA,1000\nB,3000\n", [][]string{{"", "population"}, {"A", "1000"}, {"B", "3000"}}, nil},
		{"codes without a name that are numbers", ",population\n101,1000\n102,3000\n", [][]string{{"", "population"}, {"101", "1000"}, {"102", "3000"}}, nil},
		{"codes in front of which there is no name", "population,old\nA,1000,1\nB,3000,2\n", [][]string{{"", "population", "old"}, {"A", "1000", "1"}, {"B", "3000", "2"}}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			table, issues := read(t, c.text)
			require.Empty(t, cmp.Diff(c.want, table))
			require.ElementsMatch(t, c.issues, issues)
		})
	}
}

func TestAFileThatIsNoTableIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "f: there is no header row (empty-file, error)",
		"\uFEFF\n\n":             "f: there is no header row (empty-file, error)",
		",,\n":                   "f: there is no header row (empty-file, error)",
		"PK\x03\x04abc":          "f: is a workbook or an archive, not a CSV file (not-csv, error)",
		"\x1F\x8Babc":            "f: is compressed, not a CSV file (not-csv, error)",
		" <!DOCTYPE html><html>": "f: is a web page, not a CSV file (not-csv, error)",
	} {
		_, err := Open(strings.NewReader(text), "f")
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
	_, err := Open(strings.NewReader("a,b\n"+strings.Repeat("x", longestLine)), "f")
	require.NoError(t, err)
}

func TestAFileSaysWhereItFailed(t *testing.T) {
	gone := errors.New("gone")
	_, err := Open(iotest.ErrReader(gone), "f")
	require.ErrorIs(t, err, gone)
	for _, text := range []string{"a,b\n" + strings.Repeat("1,2\n", headSize), "a,b\n" + strings.Repeat("1,2\n", headSize) + "1,\"2\n"} {
		f, err := Open(io.MultiReader(strings.NewReader(text), iotest.ErrReader(gone)), "f")
		require.NoError(t, err)
		n := 0
		for _, err = range f.Rows() {
			n++
		}
		require.ErrorIs(t, err, gone)
		require.Greater(t, n, headSize)
	}
	f, err := Open(strings.NewReader("a,b\n1,2\n"+strings.Repeat("x", longestLine+headSize)), "f")
	require.NoError(t, err)
	for _, err = range f.Rows() {
	}
	require.EqualError(t, err, "line 3: is longer than any line of a table (not-csv, error)")
}

func TestAFileKnowsTheLineOfEachRow(t *testing.T) {
	f, err := Open(strings.NewReader("Title,\n\na,b\n1,\"x\ny\"\n\n2,\"z\n3,w\n"), "f")
	require.NoError(t, err)
	var lines []int
	for row, err := range f.Rows() {
		require.NoError(t, err)
		lines = append(lines, row.Line)
	}
	require.Equal(t, []int{4, 7, 8}, lines)
}

func TestAFileFindsColumnsHoweverTheyAreWritten(t *testing.T) {
	f, err := Open(strings.NewReader("ID,Location-ID,Organization  Id,name,Name\n"), "f")
	require.NoError(t, err)
	for name, want := range map[string]int{"id": 0, "location_id": 1, "organization_id": 2, "name": 3, "Name": 4, "NAME": 3, "Organization  Id": 2} {
		at, ok := f.Column(name)
		require.True(t, ok, name)
		require.Equal(t, want, at, name)
	}
	_, ok := f.Column("names")
	require.False(t, ok)
}

func TestIssuesOfOneKindAreCountedBeyondAThousand(t *testing.T) {
	f, err := Open(strings.NewReader("a,b\n"+strings.Repeat("A\x00,1\n", 5000)), "f")
	require.NoError(t, err)
	for range f.Rows() {
	}
	f.Issues.Add(sp.Issue{Line: 1, Code: "other"})
	list := f.Issues.List()
	require.Len(t, list, mostIssues+2)
	require.Equal(t, 5000, f.Issues.Count(sp.Error))
	require.Equal(t, 1, f.Issues.Count(sp.Note))
	require.Equal(t, "f:1001: and 4000 more of this kind, which are not listed (bad-csv, error)", list[len(list)-1].Error())
	require.Equal(t, "other", list[0].Code)
}

// Whatever package csv of the standard library reads is read alike.
func TestAFileIsReadAsTheStandardLibraryReadsIt(t *testing.T) {
	field := rapid.StringOfN(rapid.SampledFrom([]rune("ab,;\"\n é")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(2, 4).Draw(t, "width")
		table := [][]string{[]string{"k1", "k2", "k3", "k4"}[:width]}
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			row := []string{"x"} // never empty, never the header
			for range width - 1 {
				row = append(row, field.Draw(t, "field"))
			}
			table = append(table, row)
		}
		var text bytes.Buffer
		w := csv.NewWriter(&text)
		w.UseCRLF = rapid.Bool().Draw(t, "CRLF")
		if err := w.WriteAll(table); err != nil {
			t.Fatal(err)
		}
		f, err := Open(iotest.OneByteReader(&text), "f")
		if err != nil {
			t.Fatal(err)
		}
		got := [][]string{f.Header}
		for row, err := range f.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, row.Fields)
		}
		if diff := cmp.Diff(table, got); diff != "" || len(f.Issues.List()) > 0 {
			t.Fatal(diff, f.Issues.List())
		}
	})
}

// Every line of whatever is no CSV is in a row or in an issue.
func FuzzOpen(f *testing.F) {
	for _, text := range []string{"a,b\n1,2\n", "\uFEFF\"a\";b\n1;\"2\n3;4\n", ",a\n0,x\n", "sep=|\na|b\n\"\"\"|2\n", "\xFF\xFEa\x00", "a\tb\r1\t\"2\r\"\t3", "a,b\n1,\"2\n3\x00\"\n4,5\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Open(strings.NewReader(text), "f")
		if err != nil {
			if !errors.Is(err, sp.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		last := 0
		for row, err := range file.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			if row.Line <= last {
				t.Fatalf("line %d behind line %d", row.Line, last)
			}
			last = row.Line
			for _, field := range row.Fields {
				if !utf8.ValidString(field) || strings.Contains(field, "\x00") {
					t.Fatalf("%q", field)
				}
			}
		}
		for _, name := range file.Header {
			if _, ok := file.Column(name); !ok {
				t.Fatalf("no column %q", name)
			}
		}
	})
}

func BenchmarkRows(b *testing.B) {
	var text strings.Builder
	text.WriteString("lsoa,lad,population,score,rank,name\n")
	for i := range 100_000 {
		fmt.Fprintf(&text, "E%08d,E06000001,%d,%d.125,%d,\"Invented %d, the \"\"second\"\"\"\n", i, i%5000, i%80, i, i)
	}
	b.Run("csvfile", func(b *testing.B) {
		b.SetBytes(int64(text.Len()))
		b.ReportAllocs()
		for b.Loop() {
			f, err := Open(strings.NewReader(text.String()), "f")
			require.NoError(b, err)
			for _, err := range f.Rows() {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("encoding/csv", func(b *testing.B) {
		b.SetBytes(int64(text.Len()))
		b.ReportAllocs()
		for b.Loop() {
			r := csv.NewReader(strings.NewReader(text.String()))
			for {
				if _, err := r.Read(); err != nil {
					break
				}
			}
		}
	})
}
