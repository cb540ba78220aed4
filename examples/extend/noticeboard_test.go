package extend_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/examples/extend"
)

const board = `# the notice board of the village
1 | Men's Shed | 12 | free
2 | Choir | many | 3 pounds
3 | Lunch club
`

// Two groups are read, three faults are told, and nothing is made up.
func Example_importer() {
	options := feed.Options{Feed: "village", Fetched: time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)}
	catalogue, issues, err := extend.ReadNoticeBoard(context.Background(), strings.NewReader(board), "board.txt", options)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range catalogue.Offers() {
		fmt.Printf("%s %s: free %v, step-free %v\n", o.ID, o.Name, o.Cost.Within(sp.Money{}, sp.DateOf(options.Fetched)), o.Access[directory.StepFree])
	}
	for _, issue := range issues {
		fmt.Println(issue)
	}
	// Output:
	// village/1 Men's Shed: free yes, step-free unknown
	// village/2 Choir: free unknown, step-free unknown
	// board.txt:3: 2: most: is no number of people; how many may come is unknown (bad-number, warning)
	// board.txt:3: 2: price: is not "free"; what it costs is unknown (unread-price, warning)
	// board.txt:4: has not 4 cells; the group is left out (bad-line, error)
}

func TestReadNoticeBoardReadsWhateverItIsGiven(t *testing.T) {
	for name, tt := range map[string]struct {
		board          string
		groups, issues int
	}{
		"nothing":            {"", 0, 0},
		"remarks alone":      {"# a\n\n# b\n", 0, 0},
		"a whole line":       {"1|Shed|12|free", 1, 0},
		"nothing stated":     {"1|Shed||", 1, 0},
		"too few cells":      {"1|Shed", 0, 1},
		"a number below one": {"1|Shed|-4|free", 1, 1},
		"what is no text":    {"\xff|\x00|\xff|\xff", 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			c, issues, err := extend.ReadNoticeBoard(t.Context(), strings.NewReader(tt.board), "board.txt", feed.Options{Feed: "village"})
			require.NoError(t, err)
			require.Len(t, c.Services, tt.groups)
			require.Len(t, issues, tt.issues)
		})
	}
}

func FuzzReadNoticeBoard(f *testing.F) {
	f.Add(board)
	f.Fuzz(func(t *testing.T, text string) {
		c, issues, err := extend.ReadNoticeBoard(t.Context(), strings.NewReader(text), "board.txt", feed.Options{Feed: "village"})
		if err != nil {
			return // a line that is too long
		}
		lines := 0
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				lines++
			}
		}
		left := 0
		for _, issue := range issues {
			if issue.Severity == sp.Error {
				left++
			}
		}
		require.Equal(t, lines, len(c.Services)+left, "a line was dropped and nobody was told")
	})
}
