package area_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/funding/area"
)

// column reads a file of one column of numbers, and returns those that are known,
// "-" for those that are not, and the codes of the issues.
func column(t *testing.T, sep string, k area.Kind, values ...string) (numbers, codes []string) {
	t.Helper()
	var file strings.Builder
	file.WriteString("code" + sep + "x" + sep + "y\n")
	for i, v := range values {
		file.WriteString(string(rune('A'+i)) + sep + `"` + v + `"` + sep + "1\n")
	}
	areas, issues, err := area.Read(strings.NewReader(file.String()), area.Layout{Population: "y", Fields: []area.Field{{Name: "x", Meaning: area.Meaning{Kind: k}}}})
	require.NoError(t, err)
	for _, code := range areas.Codes() {
		if n, ok := areas.Number(code, "x"); ok {
			numbers = append(numbers, n.String())
		} else {
			numbers = append(numbers, "-")
		}
	}
	for _, issue := range issues {
		if issue.Code != "separator" {
			codes = append(codes, issue.Code)
		}
	}
	return numbers, codes
}

func TestNumbersAreReadWhereTheColumnLeavesNoDoubt(t *testing.T) {
	const comma, semicolon = ",", ";"
	for _, c := range []struct {
		name   string
		sep    string
		kind   area.Kind
		values []string
		want   []string
		codes  []string
	}{
		{"thousands of Britain", comma, area.Count, []string{"1,954", "12", "1,234,567"}, []string{"1954", "12", "1234567"}, []string{"number-format"}},
		{"thousands and decimals of Britain", comma, area.Number, []string{"1,954.5", "0.25"}, []string{"1954.5", "0.25"}, []string{"number-format"}},
		{"thousands parted by spaces", comma, area.Count, []string{"1 954", "12\u00a0000", "1\u202f000\u202f000"}, []string{"1954", "12000", "1000000"}, []string{"number-format"}},
		{"decimal commas of the continent", semicolon, area.Number, []string{"1,954", "12,5", "3"}, []string{"1.954", "12.5", "3"}, []string{"number-format"}},
		{"thousands and decimals of the continent", semicolon, area.Number, []string{"1.954,5", "1.000"}, []string{"1954.5", "1000"}, []string{"number-format"}},
		{"commas that may be either", semicolon, area.Number, []string{"1,954", "2,000", "7"}, []string{"-", "-", "7"}, []string{"ambiguous-number", "ambiguous-number"}},
		{"points that may be either", semicolon, area.Number, []string{"1.954", "2.000"}, []string{"-", "-"}, []string{"ambiguous-number", "ambiguous-number"}},
		{"points that are decimals as one of them shows", semicolon, area.Number, []string{"1.954", "2.5"}, []string{"1.954", "2.5"}, nil},
		{"a column that contradicts itself", comma, area.Number, []string{"1,954", "12,5", "1,234.5"}, []string{"-", "12.5", "1234.5"}, []string{"ambiguous-number", "number-format"}},
		{"what is no group of three", comma, area.Number, []string{"1,95,4", "2", "3"}, []string{"-", "2", "3"}, []string{"not-a-number"}},
		{"a group that begins with nothing", comma, area.Number, []string{"0,954", "2", "3"}, []string{"0.954", "2", "3"}, []string{"number-format"}},
		{"doubles of R", comma, area.Number, []string{"1234.5678901234567", "0.00012345678901234567", "0.91234567890123456"}, []string{"1234.5678901234567", "0.00012345678901", "0.91234567890123"}, []string{"rounded"}},
		{"doubles of pandas", comma, area.Number, []string{"0.1", "1e-05", "0.30000000000000004"}, []string{"0.1", "0.00001", "0.30000000000000004"}, nil},
		{"a number that would lose its digits beside another", comma, area.Number, []string{"900000000000000000", "0.123456789"}, []string{"900000000000000000", "-"}, []string{"too-large"}},
		{"a number beyond all", comma, area.Number, []string{"1e30", "5", "6"}, []string{"-", "5", "6"}, []string{"not-a-number"}},
		{"half a person", comma, area.Count, []string{"10.5", "10.0"}, []string{"-", "10"}, []string{"not-whole"}},
		{"fewer than nobody", comma, area.Count, []string{"-1", "1"}, []string{"-", "1"}, []string{"negative"}},
		{"a decile that is none", comma, area.Decile, []string{"11", "0", "10"}, []string{"-", "-", "10"}, []string{"decile-out-of-range", "decile-out-of-range"}},
		{"a share beyond all", comma, area.Share, []string{"0.5", "12"}, []string{"0.5", "-"}, []string{"share-out-of-range"}},
		{"words for nothing", comma, area.Count, []string{"NA", "*", "..", "1", "2", "3"}, []string{"-", "-", "-", "1", "2", "3"}, []string{"not-a-number", "not-a-number", "not-a-number"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			numbers, codes := column(t, c.sep, c.kind, c.values...)
			require.Equal(t, c.want, numbers)
			require.ElementsMatch(t, c.codes, codes)
		})
	}
}

func TestNumbersThatMayBeEitherAreReadAsThoseOfTheOtherColumns(t *testing.T) {
	for text, want := range map[string]string{
		"code;population;x\nA;1.954;12,5\nB;2.000;7\n":             "1954",
		"code;population;x\nA;1,954;12.5\nB;2,000;7\n":             "1954",
		"code;population;x;y\nA;1,954;12.5;12,5\nB;2,000;7;7\n":    "-",
		"code,population,x\nA,\"1,954\",\"12,5\"\nB,\"2,000\",7\n": "1.954",
	} {
		areas, _, err := area.Read(strings.NewReader(text), area.Layout{})
		require.NoError(t, err)
		got := "-"
		if n, ok := areas.Number("A", "population"); ok {
			got = n.String()
		}
		require.Equal(t, want, got, text)
	}
}

func TestTotalsAreFoundByWhatTheyAddUp(t *testing.T) {
	for _, c := range []struct {
		name, rows string
		want       []string
	}{
		{"the whole at the end", "A,1000\nB,3000\nEngland,4000\n", []string{"England"}},
		{"the whole at the start", "England,4000\nA,1000\nB,3000\n", []string{"England"}},
		{"the whole among codes of its kind", "E06000001,1000\nE06000002,3000\nE92000001,4000\n", []string{"E92000001"}},
		{"regions and the whole", "A1,1\nA2,2\nNorth,3\nB1,4\nB2,5\nSouth,9\nEngland,12\n", []string{"North", "South", "England"}},
		{"regions above what they hold", "North,3\nA1,1\nA2,2\nSouth,9\nB1,4\nB2,5\n", []string{"North", "South"}},
		{"a whole that is rounded", "A,1000.4\nB,3000.4\nC,7.3\nAll,4008\n", []string{"All"}},
		{"many rows of one form", "A,1\nB,2\nC,3\nD,4\nE,5\nF,6\nG,21\n", []string{"G"}},
		{"three areas of which one is as large as two", "S01999001,800\nS01999002,800\nS01999003,1600\n", nil},
		{"no total", "A,1000\nB,3000\nEngland,4001\nWales,17\n", nil},
		{"two areas", "A,1000\nEngland,1000\n", nil},
	} {
		areas, issues, err := area.Read(strings.NewReader("area,population\n"+c.rows), area.Layout{})
		require.NoError(t, err)
		require.Equal(t, c.want, areas.Totals(), c.name)
		n := 0
		for _, issue := range issues {
			if issue.Code == "total-row" {
				require.Equal(t, c.want[n], issue.Record, c.name)
				n++
			}
		}
		require.Len(t, c.want, n, c.name)
		left, err := areas.Without(areas.Totals()...)
		require.NoError(t, err)
		require.Empty(t, left.Totals())
		require.Equal(t, areas.Len()-len(c.want), left.Len())
		require.Equal(t, "population", left.Population())
	}
	areas, _, err := area.Read(strings.NewReader("area,population\nA,1\n"), area.Layout{})
	require.NoError(t, err)
	_, err = areas.Without("B")
	require.ErrorContains(t, err, "leave out B")
}

func TestAThousandFaultsOfAKindAreListedAndTheOthersCounted(t *testing.T) {
	var file strings.Builder
	file.WriteString("code,population,x\n")
	for i := range 3000 {
		file.WriteString(strings.Repeat("A", i%50+1) + strings.Repeat("B", i/50) + ",1,\n")
	}
	file.WriteString("Z,1,2\n")
	_, issues, err := area.Read(strings.NewReader(file.String()), area.Layout{})
	require.NoError(t, err)
	require.Len(t, issues, 1001)
	require.Contains(t, issues[1000].Detail, "and 2000 more of this kind")
}
