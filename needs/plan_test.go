package needs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// canary stands wherever a person's words stand, so that a leak is found by searching for it.
const canary = "Xylocarp"

func words(s string) sp.Personal[string] { return sp.Hide(s + " " + canary) }

// planned returns an assessment with a goal, and a plan for it.
func planned(tb testing.TB) (*needs.Assessment, needs.Plan) {
	tb.Helper()
	a := begun(tb)
	require.NoError(tb, a.Order([]needs.ID{"N-3", "N-2"}, at(1)))
	require.NoError(tb, a.SetGoal("G-1", []needs.ID{"N-2", "N-3"}, today.Add(30), at(1)))
	return a, needs.Plan{
		Assessment: "A-7", Person: "P-55",
		Matters: []sp.Personal[string]{words("my dog"), words("seeing my sister")},
		Support: words("speak slowly"),
		Items: []needs.Item{{
			Goal: "G-1", Words: words("walk the dog with others"),
			Steps: []needs.Step{{Words: words("ring the walking group"), Who: sp.RoleLinkWorker, By: today.Add(7), Done: today, Carrier: "PL-1"}},
		}},
	}
}

func TestEachItemOfAPlanIsTracedToANeed(t *testing.T) {
	a, plan := planned(t)
	require.NoError(t, plan.Check(a))
	var ids []needs.ID
	for _, n := range plan.Items[0].Needs(a) {
		ids = append(ids, n.ID)
	}
	require.Equal(t, []needs.ID{"N-3", "N-2"}, ids, "in the person's order")
	require.Empty(t, needs.Item{Goal: "G-9"}.Needs(a))

	plan.Person, plan.Assessment = "P-56", "A-8"
	plan.Support = sp.Hide("\xff")
	plan.Matters = []sp.Personal[string]{sp.Hide("[personal]")} // pasted from a log
	plan.Items[0].Steps = []needs.Step{{Words: words("ring"), Who: sp.RolePerson, Carrier: "the garden group"}}
	plan.Items = append(plan.Items, needs.Item{Goal: "G-2", Words: words("a wish")}, needs.Item{Goal: "G-1", Steps: []needs.Step{{}}})
	var invalid *sp.InvalidError
	require.ErrorAs(t, plan.Check(a), &invalid)
	require.NotContains(t, invalid.Error(), canary)
	var paths []string
	for _, f := range invalid.Fields {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{"assessment", "person", "support", "matters", "items[0].steps[0].carrier", "items[1].goal", "items[2].words", "items[2].goal", "items[2].steps[0].words", "items[2].steps[0].who"}, paths)
}

func TestAPlanIsWrittenRewrittenAndErased(t *testing.T) {
	ctx := t.Context()
	db := store.Tenant(memstore.New(), "bay")
	repository := needs.NewRepository(db, anybody)
	a, plan := planned(t)
	record, err := needs.WritePlan(plan, a, at(2))
	require.NoError(t, err)
	require.ErrorContains(t, record.Erase(at(2)), "save it first")
	require.NoError(t, store.Save(ctx, db, a, record))

	loaded, err := repository.Plan(ctx, "A-7")
	require.NoError(t, err)
	require.Equal(t, plan, loaded.Plan())
	rewritten := plan
	rewritten.Items = nil
	require.NoError(t, loaded.Rewrite(rewritten, a, at(3)))
	require.NoError(t, store.Save(ctx, db, loaded))
	require.NoError(t, record.Rewrite(plan, a, at(3)))
	require.ErrorIs(t, store.Save(ctx, db, record), sp.ErrConflict)

	wrong := plan
	wrong.Items = []needs.Item{{Goal: "G-9", Words: words("a wish")}}
	require.ErrorIs(t, loaded.Rewrite(wrong, a, at(4)), sp.ErrInvalid)
	require.Equal(t, rewritten, loaded.Plan())

	for found, err := range repository.Plans(ctx, "P-55") {
		require.NoError(t, err)
		require.Equal(t, rewritten, found.Plan())
	}
	require.NoError(t, loaded.Erase(at(5)))
	require.NoError(t, store.Save(ctx, db, loaded))
	_, err = repository.Plan(ctx, "A-7")
	require.ErrorIs(t, err, sp.ErrNotFound)
	for range repository.Plans(ctx, "P-55") {
		t.Fatal("nothing is left")
	}
	require.ErrorContains(t, loaded.Erase(at(6)), "is erased already")
	require.ErrorIs(t, loaded.Rewrite(plan, a, at(6)), sp.ErrInvalid)

	left, err := db.Get(ctx, store.Key{Kind: needs.PlanKind, ID: "A-7"})
	require.NoError(t, err)
	require.JSONEq(t, `{"v":1,"assessment":"A-7","erased":true}`, string(left.Body))
	require.Empty(t, left.Terms)
	again, err := needs.WritePlan(plan, a, at(7))
	require.NoError(t, err)
	require.ErrorIs(t, store.Save(ctx, db, again), sp.ErrExists, "its events could not be told from those of the first")

	var log []string
	for event, err := range db.Log(ctx, "", "") {
		require.NoError(t, err)
		require.NotContains(t, fmt.Sprintf("%+v %s", event, event.Data), canary)
		if event.Key.Kind == needs.PlanKind {
			log = append(log, fmt.Sprintf("%d %s %s", event.Version, event.Type, event.Data))
		}
	}
	require.Equal(t, []string{`1 plan.written {"v":1,"items":1}`, `2 plan.written {"v":1,"items":0}`, `3 plan.erased {"v":1,"items":0}`}, log)
	_, err = repository.Assessment(ctx, "A-7")
	require.NoError(t, err, "the codes stay")
}

func TestAPlanIsNotForPrinting(t *testing.T) {
	_, plan := planned(t)
	type wrapper struct{ hidden any }
	for name, v := range map[string]any{"plan": plan, "pointer": &plan, "items": plan.Items, "step": plan.Items[0].Steps, "wrapped": wrapper{plan}, "matters": plan.Matters} {
		var b bytes.Buffer
		slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v)
		for _, verb := range []string{"v", "s", "q", "x", "d", "e"} {
			for _, flag := range []string{"", "+", "#"} {
				fmt.Fprintf(&b, "%"+flag+verb+"\n", v)
			}
		}
		data, err := json.Marshal(v)
		require.NoError(t, err)
		b.Write(data)
		require.NotContains(t, b.String(), canary, name)
		require.NotContains(t, b.String(), fmt.Sprintf("%x", canary), name)
		require.NotContains(t, b.String(), "sister", name)
	}
	require.Equal(t, "plan of A-7", fmt.Sprint(plan))
}

// one is a store that holds one record.
type one struct {
	store.Driver
	record store.Record
}

func (d one) Get(context.Context, store.Key) (store.Record, error) { return d.record, nil }

func loadPlan(tb testing.TB, body []byte) (*needs.PlanRecord, error) {
	tb.Helper()
	return needs.NewRepository(one{record: store.Record{Key: store.Key{Kind: needs.PlanKind, ID: "A-7"}, Version: 1, Body: body}}, anybody).Plan(tb.Context(), "A-7")
}

func TestStoredFormOfAPlan(t *testing.T) {
	a, plan := planned(t)
	record, err := needs.WritePlan(plan, a, at(2))
	require.NoError(t, err)
	batch, err := record.Pending()
	require.NoError(t, err)
	var pretty bytes.Buffer
	require.NoError(t, json.Indent(&pretty, batch.Puts[0].Body, "", "\t"))
	golden(t, "plan.json", pretty.String()+"\n")
}

func FuzzPlan(f *testing.F) {
	a, plan := planned(f)
	record, err := needs.WritePlan(plan, a, at(2))
	require.NoError(f, err)
	batch, err := record.Pending()
	require.NoError(f, err)
	f.Add(batch.Puts[0].Body)
	f.Add([]byte(`{"v":1,"assessment":"A-7","person":"P-55","matters":[null],"items":[{"goal":"G-1","steps":[null]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		loaded, err := loadPlan(t, body)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		again, err := needs.WritePlan(loaded.Plan(), a, at(2))
		if err != nil {
			return
		}
		batch, err := again.Pending()
		require.NoError(t, err)
		back, err := loadPlan(t, batch.Puts[0].Body)
		require.NoError(t, err)
		require.Equal(t, loaded.Plan(), back.Plan())
	})
}
