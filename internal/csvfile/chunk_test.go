package csvfile

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A row that stands in a chunk is read as it is line by line, which is the plain way.
func TestFileReadsRowsOfAChunkAsItReadsThemLineByLine(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", "bc", ",", ",", `"`, `"`, `""`, "\n", "\n", "\r\n", "\r", " ", "é", "\x00", "\xff", `"a`, `b",`, `,"c,d"`, ";"})
	rapid.Check(t, func(t *rapid.T) {
		text := "h,i\n" + strings.Join(rapid.SliceOfN(piece, 0, 40).Draw(t, "text"), "")
		readAll := func(byLine bool) (rows []Row, issues []string) {
			f, err := Open(strings.NewReader(text), "f")
			if err != nil { // a separator may be found with which the header cannot be read
				return nil, []string{err.Error()}
			}
			if byLine && f.lines.end == '\n' {
				behind, err := io.ReadAll(f.lines.r)
				require.NoError(t, err)
				given := slices.Clone(f.lines.ahead) // back, by a mark in the header that nothing closes
				slices.Reverse(given)
				rest, taken := f.lines.chunk+string(behind), f.lines.n
				f.lines = lines{end: '\n', n: taken}
				all := strings.Split(rest, "\n")
				if all[len(all)-1] == "" {
					all = all[:len(all)-1]
				}
				for i := range all {
					all[i] = strings.TrimSuffix(all[i], "\r")
				}
				f.lines.back(append(given, all...))
				f.lines.n, f.lines.traitsOfRow = taken, beyondASCII
			}
			for row, err := range f.Rows() {
				require.NoError(t, err)
				rows = append(rows, row)
			}
			for _, issue := range f.Issues.List() {
				issues = append(issues, issue.Error())
			}
			return rows, issues
		}
		wantRows, wantIssues := readAll(true)
		gotRows, gotIssues := readAll(false)
		if diff := cmp.Diff(wantRows, gotRows) + cmp.Diff(wantIssues, gotIssues); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestFileLooksAtEveryByteOfAChunk(t *testing.T) {
	for n := range 20 {
		for at := range n {
			text := []byte(strings.Repeat("a", n))
			require.Zero(t, traitsOf(text))
			for c, want := range map[byte]trait{0: zeros, 0x80: beyondASCII, 0xff: beyondASCII, '\r': returns, 0x7f: 0, 1: 0} {
				text[at] = c
				require.Equal(t, want, traitsOf(text), "%d of %d", at, n)
			}
		}
	}
}
