package csvfile_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp/internal/csvfile"
)

func TestAppendRowLeavesNumbersAndGuardsTexts(t *testing.T) {
	for cell, want := range map[string]string{
		"-2": "-2", "-0.5": "-0.5", "1e-05": "1e-05", "-1.5e+20": "-1.5e+20", "": `""`,
		"+44 1524": "'+44 1524", "-": "'-", "--2": "'--2", "-2+3": "'-2+3", "-1e": "'-1e", "-.": "'-.", "=1": "'=1", "＝1": "'＝1", "'": "''", "a;b": `"a;b"`, " a": `" a"`,
	} {
		require.Equal(t, want+"\n", string(csvfile.AppendRow(nil, []string{cell})), cell)
	}
}

// Readers that are not ours have the cells again, by the rule that the guard states.
func TestAppendRowIsReadAgainAsItWas(t *testing.T) {
	cell := rapid.OneOf(rapid.String(), rapid.StringMatching(`['=+@＝,;" \n-]{0,3}[a1]?`))
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOfN(cell, 1, 5).Draw(t, "row")
		in := csv.NewReader(strings.NewReader(string(csvfile.AppendRow(nil, row))))
		got, err := in.Read()
		require.NoError(t, err)
		for i, text := range got {
			require.Equal(t, strings.ReplaceAll(row[i], "\r\n", "\n"), strings.ReplaceAll(strings.TrimPrefix(text, csvfile.Apostrophe), "\r\n", "\n"))
		}
	})
}
