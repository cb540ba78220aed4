package assign

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
)

func read(t require.TestingT, p *Problem, policy Policy) *Reading {
	d, err := Read(p, solved(t, p, policy, Options{}))
	require.NoError(t, err)
	return d
}

func TestReadingSaysWhatOneMorePlaceChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawList(t, 15, 5, true, false)
		policy := drawPolicy(t)
		p := l.problem(t)
		d := read(t, p, policy)
		reached := map[string]string{}
		for _, g := range d.OneMore() {
			reached[g.Provider] = g.Request
		}
		for _, pr := range p.Offering() {
			more := slices.Clone(l.providers)
			k := slices.IndexFunc(more, func(x Provider) bool { return x.ID == pr.ID })
			more[k].Places++
			q, err := New(more, slices.Values(l.requests))
			require.NoError(t, err)
			after := solved(t, q, policy, Options{})
			var fresh []string
			for _, id := range d.r.Refused {
				if !slices.Contains(after.Refused, id) {
					fresh = append(fresh, id)
				}
			}
			if want := reached[pr.ID]; want == "" {
				require.Len(t, after.Refused, len(d.r.Refused), pr.ID)
			} else {
				require.Equal(t, []string{want}, fresh, pr.ID)
			}
		}
	})
}

func TestReadingSaysWhatSeveralMorePlacesChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawList(t, 15, 5, true, false)
		policy := drawPolicy(t)
		d := read(t, l.problem(t), policy)
		more, wider := map[string]int{}, slices.Clone(l.providers)
		for k := range wider {
			n := rapid.IntRange(0, 3).Draw(t, "more places")
			more[wider[k].ID] = n
			wider[k].Places += n
		}
		reached, err := d.More(more)
		require.NoError(t, err)
		after := solved(t, list{wider, l.requests}.problem(t), policy, Options{})
		var fresh []string
		for _, i := range d.g.order {
			id := d.g.p.rows[i].id
			if _, placed := after.Of(id); placed && slices.Contains(d.r.Refused, id) {
				fresh = append(fresh, id)
			}
		}
		require.Equal(t, fresh, reached)
		require.Len(t, after.Refused, len(d.r.Refused)-len(reached), "nobody loses a place by that")
	})
	d := read(t, list{providers: []Provider{{ID: "X", Places: 1}}}.problem(t), Policy{})
	_, err := d.More(map[string]int{"Y": 1})
	require.ErrorIs(t, err, sp.ErrNotFound)
	for _, n := range []int{-1, MaxPlaces} {
		_, err = d.More(map[string]int{"X": n})
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
	_, err = read(t, d.g.p, Policy{Precedence: OpenFirst}).More(nil)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestReadingExplainsEverybodyInNumbersThatAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawList(t, 15, 5, true, true).problem(t)
		d := read(t, p, drawPolicy(t))
		total := int64(0)
		for r := range p.All() {
			x, err := d.Explain(r.ID)
			require.NoError(t, err)
			total += x.Score
			for _, pr := range p.Offering() {
				why, err := d.WhyNot(r.ID, pr.ID)
				require.NoError(t, err)
				require.NotEmpty(t, why.String())
				placed := x.Placed != nil
				switch why.Because {
				case IsThere, Dearer, Price, Tie, Pinned, NoPlaces:
					require.True(t, placed)
				case Full:
					require.False(t, placed)
					require.NotEmpty(t, why.Refusal.Providers)
				case Arranged:
					require.True(t, placed)
					require.NotNil(t, d.r.Proof.Arrangement)
				case NoOption, Forbidden, Reserved, Apart:
				}
				if why.Because == Price || why.Because == Tie {
					require.GreaterOrEqual(t, why.More+why.Saves, int64(0), "nobody is better off elsewhere, price and all")
				}
			}
		}
		require.Equal(t, d.r.Score, total)

		left := 0
		regions, nowhere := d.Regions()
		for _, g := range regions {
			left += len(g.LeftOut)
			require.NotEmpty(t, g.LeftOut)
		}
		own := 0
		for _, id := range d.r.Refused {
			r, err := d.Refusal(id)
			require.NoError(t, err)
			if r.Cases > 0 {
				own++
			}
		}
		require.Equal(t, len(d.r.Refused), left+len(nowhere)+own)
	})
}

func TestRefusalCountsThePlacesAndTheRequestsThatHoldThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawList(t, 20, 5, false, false).problem(t)
		d := read(t, p, drawPolicy(t))
		for _, id := range d.r.Refused {
			r, err := d.Refusal(id)
			require.NoError(t, err)
			require.Equal(t, r.Places, r.Ahead, "every place is held")
			i, _ := p.find(id)
			inside := map[string]bool{}
			for _, ref := range r.Providers {
				inside[ref.Provider] = true
			}
			for _, pl := range d.r.Placements {
				q, _ := p.find(pl.Request)
				if !inside[pl.Provider] {
					continue
				}
				require.Less(t, d.g.rank[q], d.g.rank[i], "by somebody before it")
				for _, o := range p.request(q).Options {
					require.True(t, inside[o.Provider], "who can go nowhere else")
				}
			}
		}
	})
}

func TestReadingKnowsNobodyWhoIsNotOfTheProblem(t *testing.T) {
	p, err := New([]Provider{{ID: "X"}}, slices.Values([]Request{{ID: "P"}}))
	require.NoError(t, err)
	d := read(t, p, Policy{})
	_, err = d.Explain("Q")
	require.ErrorIs(t, err, sp.ErrNotFound)
	_, err = d.WhyNot("P", "Y")
	require.ErrorIs(t, err, sp.ErrNotFound)
	_, err = d.Refusal("Q")
	require.ErrorIs(t, err, sp.ErrNotFound)
	r, err := d.Refusal("P")
	require.NoError(t, err)
	require.Equal(t, "P has no option anywhere", r.String())
}
