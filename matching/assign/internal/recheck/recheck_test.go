package recheck_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/matching/assign/internal/recheck"
)

// again makes the digest of a record that was changed.
func again(t *testing.T, data string) []byte {
	t.Helper()
	var rec struct {
		Form    string          `json:"form"`
		Problem json.RawMessage `json:"problem"`
		Result  json.RawMessage `json:"result"`
		Digest  string          `json:"digest"`
	}
	require.NoError(t, json.Unmarshal([]byte(data), &rec))
	sum := sha256.New()
	for _, v := range []any{rec.Form, rec.Problem, rec.Result} {
		require.NoError(t, json.NewEncoder(sum).Encode(v))
	}
	rec.Digest = hex.EncodeToString(sum.Sum(nil))
	out, err := json.Marshal(rec)
	require.NoError(t, err)
	return out
}

func TestCheckHoldsOfTheStoredRecordAndOfNoOtherLikeIt(t *testing.T) {
	data, err := os.ReadFile("../../testdata/record.json")
	require.NoError(t, err)
	stored := strings.Join(strings.Fields(string(data)), "")
	require.NoError(t, recheck.Check(data), "as it is stored")
	stored = strings.Replace(stored, "drawninpublic", "drawn in public", 1)
	require.NoError(t, recheck.Check(again(t, stored)))
	for _, c := range []struct{ name, old, now string }{
		{"another form", "sp.assign/1", "sp.assign/2"},
		{"a place less", `"id":"walk","places":1`, `"id":"walk","places":0`},
		{"providers out of order", `"id":"choir"`, `"id":"zoo"`},
		{"requests out of order", `"id":"R-1"`, `"id":"R-99"`},
		{"pinned where nobody is", `"pinned":"choir"`, `"pinned":"zoo"`},
		{"held and pinned", `"pinned":"choir"`, `"pinned":"choir","held":"walk"`},
		{"a cost below 0", `"cost":20`, `"cost":-20`},
		{"an option that is out of range", `{"provider":"garden","cost":9}`, `{"provider":"garden","cost":2000000000}`},
		{"an option that is nowhere", `{"provider":"garden","cost":9}`, `{"provider":"moon","cost":9}`},
		{"another seed", "drawn in public", "drawn again"},
		{"a price that is too low", `"walk","price":554`, `"walk","price":1`},
		{"something that is not known", `"score":`, `"more":1,"score":`},
		{"another score", `"score":`, `"score":1`},
		{"another cost", `"score":`, `"cost":1,"score":`},
		{"refused and placed", `"refused":[`, `"refused":["R-1",`},
		{"a part that never closed", `"closed":`, `"closed":-`},
		{"a price below 0", `"walk","price":554`, `"walk","price":-554`},
		{"no proof of a household", `"households":[{`, `"households":[],"household":[{`},
		{"a household with a proof of another", `"households":[{"request":"R-6"`, `"households":[{"request":"R-5"`},
		{"a proof within nothing", `"within":[{`, `"within":[],"with":[{`},
		{"a proof within parts with enough places", `"within":[{"provider":"garden"}]`, `"within":[{"provider":"garden"},{"provider":"shed"}]`},
		{"a proof within a part twice", `"within":[{"provider":"garden"}]`, `"within":[{"provider":"garden"},{"provider":"garden"}]`},
		{"no proof of the arrangement", `"arrangement":{"household":"H-2"`, `"arrangement":{},"arranged":{"household":"H-2"`},
		{"a case of another household", `"elsewhere":{"household":"H-1"`, `"elsewhere":{"household":"R-5"`},
		{"a case of nobody", `"elsewhere":{"household":"H-1"`, `"elsewhere":{"household":"R-1"`},
		{"a case that is told apart twice", `"there":{},"elsewhere"`, `"there":{"household":"H-2","at":{"provider":"hall"},"there":{},"elsewhere":{}},"elsewhere"`},
		{"a case with one side", `"there":{"prices"`, `"there":{"household":"H-2","prices"`},
		{"a case with lower prices", `{"provider":"hall","price":558}`, `{"provider":"hall","price":1}`},
		{"a case with prices below 0", `{"provider":"hall","price":558}`, `{"provider":"hall","price":-558}`},
		{"a case with prices that are too high", `{"provider":"hall","price":558}`, `{"provider":"hall","price":9007199254740993}`},
		{"a case with prices out of order", `[{"provider":"hall","price":558},{"provider":"shed","price":374}]`, `[{"provider":"shed","price":374},{"provider":"hall","price":558}]`},
		{"not proven of somebody who is placed", `"score":`, `"unproven":{"refused":["R-1"],"least":0},"score":`},
		{"not proven and said to be better than it is", `"score":`, `"unproven":{"least":100000},"score":`},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := strings.Replace(stored, c.old, c.now, 1)
			require.NotEqual(t, stored, changed)
			require.Error(t, recheck.Check(again(t, changed)))
		})
	}
	require.NoError(t, recheck.Check(again(t, strings.Replace(stored, `"score":`, `"unproven":{"least":0},"score":`, 1))), "less is said than is proven")
	require.Error(t, recheck.Check(nil))
	require.Error(t, recheck.Check([]byte(strings.Replace(stored, `"places":2`, `"places":3`, 1))), "the digest is another")
}
