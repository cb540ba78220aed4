package needs_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// A goal stands in codes in the assessment, and in the person's words in the plan.
func ExampleRepository_Word() {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	assessments := needs.NewRepository(db, anybody)
	a, err := opened("A-7", "P-55", at(0))
	if err == nil {
		err = a.Identify(needs.Finding{ID: "N-1", Code: needs.Loneliness, Source: sp.RolePerson}, nil, at(0))
	}
	if err == nil {
		err = a.SetGoal("G-1", []needs.ID{"N-1"}, today.Add(30), at(1))
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := assessments.Word(ctx, a, needs.Item{Goal: "G-1", Words: sp.Hide("See the sea again.")}, at(1))
	fmt.Println(plan.Plan(), err)
	fmt.Println(store.Save(ctx, db, a, plan))

	goals, err := assessments.Worded(ctx, a)
	fmt.Println(goals[0].ID, goals[0].Words, goals[0].Words.Reveal(), err)
	// Output:
	// plan of A-7 <nil>
	// <nil>
	// G-1 [personal] See the sea again. <nil>
}

func TestRepositoryWordsGoalsOfNoPlanAndRefusesThoseOfNoAssessment(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	assessments := needs.NewRepository(db, anybody)
	a, _ := planned(t)
	goals, err := assessments.Worded(ctx, a)
	require.NoError(t, err)
	require.Len(t, goals, 1)
	require.True(t, goals[0].Words.IsZero(), "nobody has written them down")
	_, err = assessments.Word(ctx, a, needs.Item{Goal: "G-9", Words: words("fly")}, at(2))
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = assessments.Word(ctx, a, needs.Item{Goal: "G-1"}, at(2))
	require.ErrorIs(t, err, sp.ErrInvalid, "without words")
	require.NotContains(t, err.Error(), canary)
}

// Goals are worded in any order, some of them twice: each keeps its first words, and what else
// stands in the plan stays.
func TestRepositoryKeepsTheFirstWordsOfEachGoal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
		assessments := needs.NewRepository(db, anybody)
		a := begun(t)
		for n := range 4 {
			require.NoError(rt, a.SetGoal(needs.ID(fmt.Sprint("G-", n)), []needs.ID{"N-1"}, today.Add(30), at(1)))
		}
		if rapid.Bool().Draw(rt, "a plan") {
			record, err := needs.WritePlan(needs.Plan{Assessment: a.ID(), Person: a.Person(), Support: words("speak slowly")}, a, at(1))
			require.NoError(rt, err)
			require.NoError(rt, store.Save(ctx, db, record))
			defer func() {
				record, err := assessments.Plan(ctx, a.ID())
				require.NoError(rt, err)
				require.Equal(rt, words("speak slowly"), record.Plan().Support)
			}()
		}
		said := map[needs.ID]string{}
		for n, goal := range rapid.SliceOfN(rapid.IntRange(0, 3), 1, 8).Draw(rt, "goals") {
			id, text := needs.ID(fmt.Sprint("G-", goal)), fmt.Sprint("words ", n)
			plan, err := assessments.Word(ctx, a, needs.Item{Goal: id, Words: sp.Hide(text)}, at(2+n))
			require.NoError(rt, err)
			require.NoError(rt, store.Save(ctx, db, a, plan))
			if said[id] == "" {
				said[id] = text
			}
		}
		goals, err := assessments.Worded(ctx, a)
		require.NoError(rt, err)
		require.Len(rt, goals, 4)
		for _, g := range goals {
			require.Equal(rt, said[g.ID], g.Words.Reveal())
		}
	})
}
