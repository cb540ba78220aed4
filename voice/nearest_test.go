package voice_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp/voice"
)

func TestTheNearestIsWhatItsDefinitionSays(t *testing.T) {
	list := voice.Standard()
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom([]voice.Kind{voice.Diary, voice.Experience}).Draw(rt, "kind")
		by := voice.Person
		text := rapid.StringMatching(`[a-z0-9-]{0,12}`).Draw(rt, "text")
		far := func(c voice.Code) int {
			n := distance(text, string(c))
			if term, _ := list.Term(c); term.Slug != "" {
				n = min(n, distance(text, term.Slug))
			}
			return n
		}
		nearest := list.Nearest(text, kind, by)
		for _, c := range list.For(kind, by) {
			require.LessOrEqual(t, far(nearest), far(c))
		}
	})
}

// distance is the definition of Levenshtein's distance.
func distance(a, b string) int {
	memo := map[[2]int]int{}
	var d func(i, j int) int
	d = func(i, j int) int {
		if i == 0 || j == 0 {
			return i + j
		}
		if n, ok := memo[[2]int{i, j}]; ok {
			return n
		}
		same := 1
		if a[i-1] == b[j-1] {
			same = 0
		}
		n := min(d(i-1, j)+1, d(i, j-1)+1, d(i-1, j-1)+same)
		memo[[2]int{i, j}] = n
		return n
	}
	return d(len(a), len(b))
}
