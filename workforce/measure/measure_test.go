package measure_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/measure"
	"github.com/socialprescribing/sp/workforce/minutes"
	"github.com/socialprescribing/sp/workforce/supervision"
)

var (
	november = sp.NewDate(2026, 11, 1).Months(1)
	lena     = sp.By(sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC))
)

// kept is a store with two link workers, one of whom was supervised.
func kept() store.Driver {
	db := store.Tenant(memstore.New(), "bay")
	for _, id := range []workforce.WorkerID{"ann", "bea"} {
		w, err := workforce.Register(workforce.Worker{ID: id, Roles: []sp.Role{sp.RoleLinkWorker}, Employment: sp.Hide(workforce.Employment{
			WTE: 50, Contract: sp.Period{Start: sp.NewDate(2025, 1, 6)},
		})}, lena)
		must(err)
		d, err := minutes.Note(minutes.Day{Worker: id, On: november.Start.Add(1), Spent: minutes.Spent{minutes.People: 300, minutes.Returns: 100}}, lena)
		must(err)
		must(store.Save(context.Background(), db, w, d))
	}
	s, err := supervision.Note(supervision.Session{ID: "S-1", Worker: "ann", Kind: supervision.Clinical, On: november.Start, Held: sp.Yes}, lena)
	must(err)
	must(store.Save(context.Background(), db, s))
	return db
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func Example() {
	records, err := measure.Read(context.Background(), kept(), november)
	if err != nil {
		fmt.Println(err)
	}
	figures, err := records.Figures(measure.Scheme{Posts: 3, Open: map[workforce.WorkerID]int{"ann": 30, "bea": 26}, Referrals: 40}, november)
	for _, f := range figures[:5] {
		fmt.Println(f.Number, f.Name+":", f.Estimate)
	}
	fmt.Println(err)
	// Output:
	// 51 open people per full-time link worker: 56 (42.3 to 72.7), Byar 95 %
	// 51 people per full-time link worker and year: 0 (0 to 44.9), exact Poisson 95 %
	// 52 time that goes to administration: 25 % (22.1 to 28.1), 200 of 800 minutes worked, Wilson at effective size 95 %
	// 53 link workers who leave, per year and mean headcount: 0 (0 to 22.5), exact Poisson 95 %
	// 53 posts of link workers that are vacant: 33.3 % (6.15 to 79.2), 1 of 3 posts, Wilson 95 %
	// <nil>
}

func TestFigures(t *testing.T) {
	records, err := measure.Read(t.Context(), kept(), november)
	require.NoError(t, err)
	figures, err := records.Figures(measure.Scheme{Posts: 3}, november)
	require.NoError(t, err)
	numbers := map[int]int{}
	for i, f := range figures {
		numbers[f.Number]++
		require.True(t, i == 0 || figures[i-1].Number <= f.Number, "in the order of their numbers")
		require.NotEmpty(t, f.Name)
		require.True(t, f.Estimate.Undefined == "" || f.Estimate.Value == 0)
	}
	require.Equal(t, map[int]int{51: 2, 52: 1, 53: 3, 54: 5, 55: 1, 56: 1, 69: 1, 73: 1, 74: 1, 75: 2}, numbers)
	figures, err = measure.Records{}.Figures(measure.Scheme{}, november)
	require.NoError(t, err, "of no records")
	for _, f := range figures {
		require.True(t, f.Estimate.Undefined != "" || f.Estimate.Value == 0, "%d", f.Number)
	}
	_, err = records.Figures(measure.Scheme{Posts: -1, Partners: []string{"a", "a"}}, november)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = records.Figures(measure.Scheme{}, sp.Period{})
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestReadFails(t *testing.T) {
	_, err := measure.Read(t.Context(), kept(), sp.Period{Start: november.Start})
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = measure.Read(t.Context(), storetest.Faulty(kept(), storetest.Fault{Op: storetest.Scan}), november)
	require.ErrorIs(t, err, storetest.ErrInjected)
}
