package assign

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
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
		if checks++; checks > tier.Pick(10, 100, 1000) {
			return
		}
		households := rapid.Bool().Draw(t, "households") // which are proven to be possible, not best
		p := drawList(t, 5, 3, true, households).problem(t)
		policy := drawPolicy(t)
		policy.Version = "2026-11"
		r := solved(t, p, policy, Options{})
		rec, err := NewRecord(p, r)
		require.NoError(t, err)
		require.NoError(t, rec.Check())
		data, err := json.Marshal(rec)
		require.NoError(t, err)
		again, err := ParseRecord(data)
		require.NoError(t, err)
		require.NoError(t, again.Check())
		require.Equal(t, rec.Digest, again.Digest)

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

			// Somebody who makes a new digest gets no further, unless what is proven is true:
			// of another problem, of a policy that decides the same, or with other numbers that prove it too.
			forged, err := NewRecord(rec.Problem, rec.Result)
			require.NoError(t, err)
			if forged.Check() == nil && !households {
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
