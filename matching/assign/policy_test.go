package assign

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
)

func TestNewNamesWhoIsWrongAndHow(t *testing.T) {
	x := []Provider{{ID: "X", Places: 1}}
	option := []Option{{"X", 1}}
	for _, c := range []struct {
		name      string
		providers []Provider
		requests  []Request
		path      string
		code      sp.Fault
	}{
		{"a provider without an ID", []Provider{{ID: ""}}, nil, "providers[?].id", sp.Malformed},
		{"a provider that is there twice", []Provider{{ID: "X"}, {ID: "X"}}, nil, "providers[X]", sp.Duplicate},
		{"places below 0", []Provider{{ID: "X", Places: -1}}, nil, "providers[X].places", sp.OutOfRange},
		{"too many places", []Provider{{ID: "X", Places: math.MaxInt}}, nil, "providers[X].places", sp.OutOfRange},
		{"a part below 0", []Provider{{ID: "X", Parts: []Part{{Places: -1}}}}, nil, "providers[X].parts.places", sp.OutOfRange},
		{"a request that is there twice", x, []Request{{ID: "P"}, {ID: "P"}}, "requests[P]", sp.Duplicate},
		{"an ID that may be personal", x, []Request{{ID: "ann@example.org"}}, "requests[?].id", sp.Malformed},
		{"an option that is there twice", x, []Request{{ID: "P", Options: []Option{{"X", 1}, {"X", 2}}}}, "requests[P].options[X]", sp.Duplicate},
		{"an option at nobody", x, []Request{{ID: "P", Options: []Option{{"Y", 1}}}}, "requests[P].options[Y]", sp.NotListed},
		{"a cost below 0", x, []Request{{ID: "P", Options: []Option{{"X", -1}}}}, "requests[P].options[X].cost", sp.OutOfRange},
		{"a huge cost", x, []Request{{ID: "P", Options: []Option{{"X", math.MaxInt}}}}, "requests[P].options[X].cost", sp.OutOfRange},
		{"a class below 0", x, []Request{{ID: "P", Class: -1}}, "requests[P].class", sp.OutOfRange},
		{"days below 0", x, []Request{{ID: "P", Waited: -1}}, "requests[P].waited", sp.OutOfRange},
		{"days that overflow", x, []Request{{ID: "P", Waited: 9, Bonus: math.MaxInt}}, "requests[P].waited", sp.OutOfRange},
		{"too many units", x, []Request{{ID: "P", Units: 1001}}, "requests[P].units", sp.OutOfRange},
		{"held at nobody", x, []Request{{ID: "P", Held: "Y"}}, "requests[P].held", sp.NotListed},
		{"forbidden at nobody", x, []Request{{ID: "P", Forbidden: []string{""}}}, "requests[P].forbidden", sp.NotListed},
		{"held and pinned", x, []Request{{ID: "P", Held: "X", Pinned: "X"}}, "requests[P].held", sp.Inconsistent},
		{"pinned where it must not go", x, []Request{{ID: "P", Pinned: "X", Forbidden: []string{"X"}}}, "requests[P].pinned", sp.Inconsistent},
		{"more pinned than places", x, []Request{{ID: "P", Pinned: "X", Options: option}, {ID: "Q", Pinned: "X"}}, "requests[Q].pinned", sp.Inconsistent},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := New(c.providers, slices.Values(c.requests))
			require.ErrorIs(t, err, sp.ErrInvalid)
			var e *sp.InvalidError
			require.ErrorAs(t, err, &e)
			require.Equal(t, c.path, e.Fields[0].Path)
			require.Equal(t, c.code, e.Fields[0].Code)
		})
	}
}

func TestSolveOfNothingAndOfTheImpossibleIsAResult(t *testing.T) {
	for _, l := range []list{
		{},
		{providers: []Provider{{ID: "X", Places: 3}}},
		{requests: []Request{{ID: "P"}}},
		{[]Provider{{ID: "X"}}, []Request{{ID: "P", Options: []Option{{"X", 1}}}, {ID: "Q", Units: 2, Options: []Option{{"X", 1}}}}},
		{[]Provider{{ID: "X", Places: MaxPlaces}}, []Request{{ID: "P", Options: []Option{{"X", MaxCost}}}, {ID: "Q", Options: []Option{{"X", MaxCost}}}}},
	} {
		r := solved(t, l.problem(t), Policy{}, Options{})
		require.Len(t, l.requests, len(r.Placements)+len(r.Refused))
	}
}

func TestSolveHeedsItsContextAndItsPolicy(t *testing.T) {
	p := plain(1000, true).generate(1).problem(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Solve(ctx, p, Policy{}, Options{})
	require.ErrorIs(t, err, context.Canceled)
	// One that ends while it works, wherever that is.
	for n := range 40 {
		_, err := Solve(&ending{Context: t.Context(), left: n}, p, Policy{}, Options{})
		if err != nil {
			require.ErrorIs(t, err, context.Canceled)
		}
	}
	together := plain(300, true).generate(1).households(t, 5)
	for n := range 400 {
		_, err := Solve(&ending{Context: t.Context(), left: n}, together, Policy{}, Options{Cases: 20})
		if err != nil {
			require.ErrorIs(t, err, context.Canceled)
		}
	}
	for _, bad := range []Policy{{Ageing: []int{-1}}, {ClassWeights: []int{-1}}, {ClassWeights: []int{1_000_001}}, {MovePenalty: -2}, {Held: "maybe"}, {Precedence: "none"}} {
		_, err := Solve(t.Context(), p, bad, Options{})
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
	huge, err := New([]Provider{{ID: "X", Places: 1}}, slices.Values([]Request{{ID: "P", Options: []Option{{"X", MaxCost}}}}))
	require.NoError(t, err)
	_, err = Solve(t.Context(), huge, Policy{ClassWeights: []int{2}}, Options{})
	require.ErrorContains(t, err, "requests[P].options[X].cost", "a weight that makes a cost too large")
}

// ending is a context that ends after it has been asked so often.
type ending struct {
	context.Context
	left int
}

func (e *ending) Err() error {
	if e.left--; e.left < 0 {
		return context.Canceled
	}
	return nil
}

// line returns the IDs of requests in line.
func line(t *testing.T, policy Policy, requests ...Request) []string {
	t.Helper()
	p, err := New([]Provider{{ID: "X", Places: 9}}, slices.Values(requests))
	require.NoError(t, err)
	var ids []string
	for _, i := range policy.line(p) {
		ids = append(ids, p.rows[i].id)
	}
	return ids
}

func TestPolicyStandsPeopleInLineByClassWaitAndLottery(t *testing.T) {
	a, b := Request{ID: "A", Class: 1, Waited: 100}, Request{ID: "B", Waited: 1}
	require.Equal(t, []string{"B", "A"}, line(t, Policy{}, a, b), "urgency first")
	require.Equal(t, []string{"A", "B"}, line(t, Policy{Ageing: []int{0, 60}}, a, b), "which rises while they wait")
	require.Equal(t, []string{"B", "A"}, line(t, Policy{Ageing: []int{0, 101}}, a, b))
	require.Equal(t, []string{"C", "D"}, line(t, Policy{}, Request{ID: "C", Waited: 5, Bonus: 6}, Request{ID: "D", Waited: 10}), "then days with the bonus")
	require.Equal(t, []string{"D", "C"}, line(t, Policy{}, Request{ID: "C", Waited: 5, Bonus: 5}, Request{ID: "D", Waited: 10}), "then days")
	held := Request{ID: "Z", Class: 9, Held: "X"}
	require.Equal(t, []string{"Z", "B"}, line(t, Policy{}, held, b), "nobody loses a place")
	require.Equal(t, []string{"B", "Z"}, line(t, Policy{Held: Reconsider}, held, b))

	// The lottery: by seed, by person rather than by request, and not by name.
	var all []Request
	for k := range 20 {
		all = append(all, Request{ID: fmt.Sprintf("R%02d", k)})
	}
	one, two := line(t, Policy{Seed: "1"}, all...), line(t, Policy{Seed: "2"}, all...)
	require.NotEqual(t, one, two)
	require.False(t, slices.IsSorted(one))
	slices.Reverse(all)
	require.Equal(t, one, line(t, Policy{Seed: "1"}, all...))
	all[3].Person, all[11].Person = "P", "P"
	drawn := line(t, Policy{Seed: "1"}, all...)
	require.Equal(t, 1, slices.Index(drawn, all[3].ID)-slices.Index(drawn, all[11].ID), "the needs of one person stand together")
}

func TestPrecedenceSaysWhetherMembersUseUpWhatIsReserved(t *testing.T) {
	providers := []Provider{{ID: "X", Places: 1, Parts: []Part{{Places: 1, Group: "carers"}}}}
	option := []Option{{"X", 1}}
	requests := []Request{
		{ID: "A", Waited: 9, Groups: []string{"carers"}, Options: option},
		{ID: "B", Waited: 8, Options: option},
		{ID: "C", Waited: 7, Groups: []string{"carers"}, Options: option},
	}
	p := list{providers, requests}.problem(t)
	require.Equal(t, []string{"C"}, solved(t, p, Policy{}, Options{}).Refused, "A is the carer who counts")
	require.Equal(t, []string{"B"}, solved(t, p, Policy{Precedence: OpenFirst}, Options{}).Refused, "A would have had a place anyway")
	requests[1].Units = 2
	_, err := Solve(t.Context(), list{providers, requests}.problem(t), Policy{Precedence: OpenFirst}, Options{})
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestSolveKeepsPlacesOnARerunAndMovingCosts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawList(t, 20, 6, false, false)
		r := solved(t, l.problem(t), Policy{}, Options{})
		for i := range l.requests {
			if pl, ok := r.Of(l.requests[i].ID); ok {
				l.requests[i].Held = pl.Provider
			}
		}
		for k := range rapid.IntRange(0, 5).Draw(t, "new") {
			q := Request{ID: fmt.Sprint("N", k)}
			for _, p := range l.providers {
				q.Options = append(q.Options, Option{p.ID, 1})
			}
			l.requests = append(l.requests, q)
		}
		again := solved(t, l.problem(t), Policy{}, Options{Warm: r})
		for _, pl := range r.Placements {
			_, kept := again.Of(pl.Request)
			require.True(t, kept, "nobody loses a place")
		}
		dear := solved(t, l.problem(t), Policy{MovePenalty: MaxCost / 2}, Options{Warm: r})
		require.Len(t, dear.Placements, len(again.Placements), "penalties do not change who is placed")
	})
}

func TestToWorkersPassesNoCapAndBalances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var workers []Worker
		for k := range rapid.IntRange(1, 4).Draw(t, "workers") {
			workers = append(workers, Worker{ID: fmt.Sprint("w", k), Load: rapid.IntRange(0, 8).Draw(t, "load"), Cap: rapid.IntRange(0, 20).Draw(t, "cap")})
		}
		var referrals []Referral
		for k := range rapid.IntRange(0, 20).Draw(t, "referrals") {
			r := Referral{Request: Request{ID: fmt.Sprint("R", k)}, Weight: rapid.IntRange(1, 3).Draw(t, "weight")}
			for _, w := range workers {
				r.Options = append(r.Options, Option{w.ID, 0})
			}
			referrals = append(referrals, r)
		}
		shared, err := ToWorkers(testContext, workers, referrals, Policy{}, 1000)
		require.NoError(t, err)
		load, told := map[string]int{}, 0
		for _, s := range shared {
			require.NoError(t, Verify(s.Problem, s.Result))
			told += len(s.Result.Placements) + len(s.Result.Refused)
			for _, pl := range s.Result.Placements {
				load[pl.Provider] += s.Weight
			}
		}
		require.Equal(t, len(referrals), told)
		for _, w := range workers {
			require.LessOrEqual(t, load[w.ID], max(w.Cap-w.Load, 0))
		}
	})
	for _, bad := range []Referral{{Weight: 0}, {Weight: 1, Request: Request{Units: 2}}} {
		_, err := ToWorkers(testContext, nil, []Referral{bad}, Policy{}, 0)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
	_, err := ToWorkers(testContext, []Worker{{ID: "w", Load: -1}}, nil, Policy{}, -1)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

// The certificate holds of whatever list the bytes stand for, with whatever of the features.
func FuzzSolve(f *testing.F) {
	f.Add([]byte("3 of 4 at the garden, which has 2 places"))
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		households := rapid.Bool().Draw(t, "households")
		p := drawList(t, 12, 5, true, households).problem(t)
		policy := drawPolicy(t)
		if !households && rapid.Bool().Draw(t, "open first") {
			policy.Precedence = OpenFirst
		}
		r := solved(t, p, policy, Options{Budget: rapid.Int64Range(0, 60).Draw(t, "budget")})
		if policy.Precedence == OpenFirst || households {
			return
		}
		g, err := p.under(policy)
		require.NoError(t, err)
		require.Equal(t, flow(g), placed(g, r))
	}))
}

// Whatever the bytes are, reading them as a record ends without a panic, and what is read can be checked.
func FuzzParseRecord(f *testing.F) {
	f.Add([]byte(`{"form":"sp.assign/1","problem":{"providers":[{"id":"X","places":1}],"requests":[{"id":"P","options":[{"provider":"X","cost":1}]}]},"result":{"policy":{},"placements":[{"request":"P","provider":"X","cost":1}],"refused":[],"cost":1,"score":1,"proof":{"parts":[{"provider":"X","closed":-1}]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := ParseRecord(data)
		if err != nil {
			return
		}
		if err := Verify(rec.Problem, rec.Result); err == nil {
			_, err := Read(rec.Problem, rec.Result)
			require.NoError(t, err)
		}
	})
}

// Places that nobody can count on are often stated as very many.
func TestSolveTakesNoRoomForPlacesThatNobodyCanTake(t *testing.T) {
	f := plain(2_000, true)
	in := f.generate(1)
	for j := range in.places {
		if j%2 == 0 {
			in.places[j] = MaxPlaces
		}
	}
	p := in.problem(t)
	g, err := p.under(Policy{})
	require.NoError(t, err)
	require.Less(t, starts(g.room, g.arcs)[len(g.room)], int32(len(g.arcs)+len(g.room)))
	solved(t, p, Policy{}, Options{})
}
