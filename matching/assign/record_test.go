package assign

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/matching/assign/internal/recheck"
)

// change calls visit with the JSON of a value in which one thing is different, for every
// thing in it, with the path of that thing.
func change(root any, visit func(path string)) {
	var walk func(v any, path string, set func(any))
	walk = func(v any, path string, set func(any)) {
		try := func(other any, how string) {
			set(other)
			visit(path + how)
			set(v)
		}
		switch v := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(mapKeys(v)) {
				old := v[k]
				walk(old, path+"."+k, func(x any) { v[k] = x })
				delete(v, k)
				visit(path + "." + k + " gone")
				v[k] = old
			}
		case []any:
			for k := range v {
				walk(v[k], path+"[]", func(x any) { v[k] = x })
			}
			if len(v) > 0 {
				try(v[1:], " one less")
				try(append(slices.Clone(v), v[0]), " one twice")
			}
			if len(v) > 1 {
				other := slices.Clone(v)
				slices.Reverse(other)
				try(other, " reversed")
			}
		case float64:
			try(v+1, " more")
			try(v-1, " less")
			try(v+1e6, " much more")
		case string:
			try(v+"x", " longer")
			try("", " empty")
			for _, id := range []string{"P0", "P1", "X0", "X1"} {
				if id != v {
					try(id, " "+id)
				}
			}
		}
	}
	walk(root, "", func(any) {})
}

func mapKeys(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func TestARecordThatWasChangedIsRefused(t *testing.T) {
	checks := 0
	rapid.Check(t, func(t *rapid.T) {
		if checks++; checks > tier.Pick(6, 60, 1000) {
			return
		}
		p := drawList(t, 5, 3, true, rapid.Bool().Draw(t, "households")).problem(t)
		policy := drawPolicy(t)
		policy.Version = "2026-11"
		r := solved(t, p, policy, Options{Cases: rapid.SampledFrom([]int{0, -1}).Draw(t, "cases")})
		rec, err := NewRecord(p, r)
		require.NoError(t, err)
		require.NoError(t, rec.Check())
		data, err := json.Marshal(rec)
		require.NoError(t, err)
		again, err := ParseRecord(data)
		require.NoError(t, err)
		require.NoError(t, again.Check())
		require.Equal(t, rec.Digest, again.Digest)
		require.NoError(t, recheck.Check(data))

		var root any
		require.NoError(t, json.Unmarshal(data, &root))
		change(root, func(path string) {
			changed, err := json.Marshal(root)
			require.NoError(t, err)
			rec, err := ParseRecord(changed)
			if err != nil {
				return // it is none any more
			}
			same, err := json.Marshal(rec)
			require.NoError(t, err)
			if string(same) == string(data) {
				return // such as a list in another order, which is sorted again
			}
			require.Error(t, rec.Check(), path)
			require.Error(t, recheck.Check(changed), path)

			// Somebody who makes a new digest gets no further, unless what is proven is true:
			// of another problem, of a policy that decides the same, or with other numbers that prove it too.
			forged, err := NewRecord(rec.Problem, rec.Result)
			require.NoError(t, err)
			data, err := json.Marshal(forged)
			require.NoError(t, err)
			refuted := forged.Check()
			if again := recheck.Check(data); again == nil || refuted == nil {
				require.NoError(t, refuted, path)
				require.NoError(t, again, path)
			}
			if refuted == nil && rec.Result.Unproven == nil {
				want := solved(t, rec.Problem, rec.Result.Policy, Options{})
				require.True(t, slices.Equal(want.Placements, rec.Result.Placements), path)
				require.True(t, slices.Equal(want.Refused, rec.Result.Refused), path)
				require.Equal(t, want.Cost, rec.Result.Cost, path)
				require.Equal(t, want.Score, rec.Result.Score, path)
			}
		})
	})
}

func TestARecordIsOneOfTheFormThatIsKnown(t *testing.T) {
	p, err := New(nil, slices.Values([]Request(nil)))
	require.NoError(t, err)
	rec, err := NewRecord(p, solved(t, p, Policy{}, Options{}))
	require.NoError(t, err)
	rec.Form = "sp.assign/2"
	rec.Digest, err = rec.digest()
	require.NoError(t, err)
	require.ErrorIs(t, rec.Check(), sp.ErrInvalid)
	for _, bad := range []string{``, `{}`, `{"form":"sp.assign/1"}`, `{"more":1}`, `[]`, `{"problem":{"providers":[{"id":"X","places":-1}]},"result":{}}`} {
		_, err := ParseRecord([]byte(bad))
		require.Error(t, err, bad)
	}
	require.Equal(t, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Policy{}.Commitment())
}

// everything is a list with something of all that a record can hold.
func everything(t *testing.T) Record {
	t.Helper()
	p := list{
		[]Provider{
			{ID: "choir", Places: 2, Parts: []Part{{Places: 1, Group: "carers"}, {Places: 1, Cost: 20}}},
			{ID: "garden", Places: 2},
			{ID: "hall", Places: 3},
			{ID: "shed", Places: 3},
			{ID: "walk", Places: 1},
		},
		[]Request{
			{ID: "R-1", Class: 1, Waited: 90, Options: []Option{{"choir", 4}, {"garden", 9}}},
			{ID: "R-2", Class: 2, Waited: 30, Bonus: 7, Groups: []string{"carers"}, Options: []Option{{"choir", 6}}},
			{ID: "R-3", Class: 2, Waited: 30, Bonus: 7, Person: "ann", Options: []Option{{"choir", 6}, {"walk", 6}}},
			{ID: "R-4", Class: 3, Waited: 10, Held: "walk", Options: []Option{{"garden", 2}, {"walk", 3}}},
			{ID: "R-5", Class: 3, Waited: 9, Units: 2, Options: []Option{{"garden", 5}}},
			{ID: "R-6", Class: 3, Waited: 8, Units: 2, Options: []Option{{"garden", 5}}},
			{ID: "H-1", Class: 3, Waited: 9, Units: 2, Options: []Option{{"hall", 5}, {"shed", 5}}},
			{ID: "H-2", Class: 3, Waited: 8, Units: 2, Options: []Option{{"hall", 5}, {"shed", 9}}},
			{ID: "H-3", Class: 3, Waited: 7, Options: []Option{{"hall", 1}}},
			{ID: "H-4", Class: 3, Waited: 6, Options: []Option{{"hall", 1}, {"shed", 90}}},
			{ID: "H-5", Class: 3, Waited: 6, Options: []Option{{"hall", 1}}},
			{ID: "R-7", Class: 0, Pinned: "choir"},
			{ID: "R-8", Class: 3, Waited: 1, Forbidden: []string{"walk"}, Options: []Option{{"choir", 1}, {"walk", 1}}},
			{ID: "R-9", Class: 3, Options: []Option{{"walk", 1}, {"choir", 7}}},
		},
	}.problem(t)
	policy := Policy{Version: "2026-11", Seed: "drawn in public", Ageing: []int{0, 60}, ClassWeights: []int{4, 2}, MovePenalty: 7}
	rec, err := NewRecord(p, solved(t, p, policy, Options{}))
	require.NoError(t, err)
	return rec
}

// The stored form is a promise: a record that was published stays one, and what is published today is that one.
func TestARecordIsStoredAsItWas(t *testing.T) {
	data, err := json.MarshalIndent(everything(t), "", "\t")
	require.NoError(t, err)
	stored, err := os.ReadFile("testdata/record.json")
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(string(stored), string(data)+"\n"))
	rec, err := ParseRecord(stored)
	require.NoError(t, err)
	require.NoError(t, rec.Check())
}

// Two programs that share no line, and whatever the list.
func TestRecheckHoldsOfWhatSolveFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		households := rapid.Bool().Draw(t, "households")
		p := drawList(t, 20, 6, true, households).problem(t)
		policy := drawPolicy(t)
		if !households && rapid.Bool().Draw(t, "open first") {
			policy.Precedence = OpenFirst
		}
		rec, err := NewRecord(p, solved(t, p, policy, Options{Cases: rapid.IntRange(-1, 3).Draw(t, "cases")}))
		require.NoError(t, err)
		data, err := json.Marshal(rec)
		require.NoError(t, err)
		require.NoError(t, recheck.Check(data))
	})
}
