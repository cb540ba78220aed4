package place_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

var (
	monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	ann    = sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
)

const garden directory.ID = "bay/garden@park"

func day(n int) time.Time { return monday.AddDate(0, 0, n) }
func on(n int) sp.Stamp   { return sp.By(ann, day(n)) }

func available(n, updated int) directory.Capacity {
	return directory.Capacity{Unit: "places", Available: sp.Know(n), Updated: day(updated)}
}

func with(tb testing.TB, n int, held ...string) *place.Places {
	tb.Helper()
	p := place.New(garden)
	require.NoError(tb, p.Restate(available(n, 0), on(0)))
	for _, id := range held {
		require.NoError(tb, p.Hold(place.Hold{For: id}, on(0)))
	}
	return p
}

func TestPlacesAreHeldUntilTheyAreLetGo(t *testing.T) {
	p := with(t, 2, "PL-1")
	require.Equal(t, "1 free, 1 held", p.Room(day(1), 0).String())
	require.NoError(t, p.Release("PL-1", place.Declined, on(1)))
	require.Equal(t, "2 free, 0 held", p.Room(day(1), 0).String())
	require.NoError(t, p.Release("PL-1", place.Declined, on(1)), "twice is once")

	err := p.Hold(place.Hold{For: "PL-1"}, on(2))
	require.ErrorIs(t, err, sp.ErrInvalid, "what has ended is not held again by a message that comes late")
	require.NoError(t, p.Release("PL-2", place.Lapsed, on(2)))
	require.ErrorIs(t, p.Hold(place.Hold{For: "PL-2"}, on(3)), sp.ErrInvalid, "nor what ended before it was held")
}

func TestTheLastPlaceIsHeldOnce(t *testing.T) {
	p := with(t, 1, "PL-1")
	err := p.Hold(place.Hold{For: "PL-2"}, on(1))
	full, ok := errors.AsType[*place.FullError](err)
	require.True(t, ok)
	require.Equal(t, place.FullError{Offer: garden, Asked: 1, Room: p.Room(day(1), 0)}, *full)
	require.ErrorIs(t, err, sp.ErrConflict)
	require.False(t, p.Holding("PL-2"))

	require.NoError(t, p.Hold(place.Hold{For: "PL-2", Over: true}, on(1)), "the service makes room")
	require.Equal(t, "0 free, 2 held, 1 more than there are", p.Room(day(1), 0).String())
	require.Equal(t, sp.Know(0), p.Left().Available)
}

func TestAStatementReplacesWhatWasStatedAndKeepsWhatIsHeld(t *testing.T) {
	p := with(t, 5, "PL-1", "PL-2")
	require.NoError(t, p.Restate(directory.Capacity{Available: sp.Know(1), Funded: sp.Know(4), Updated: day(3)}, on(3)))
	room := p.Room(day(3), 0)
	require.Equal(t, place.Room{Stated: p.Stated(), Held: 2, Free: sp.Know(0), Over: 1}, room)
	require.Empty(t, room.Stated.Unit, "the whole statement is replaced")
	require.NoError(t, p.Restate(available(9, 1), on(4)))
	require.Equal(t, room, p.Room(day(4), 0), "an older statement that arrives late changes nothing")
	require.ErrorIs(t, p.Restate(available(-1, 4), on(4)), sp.ErrInvalid)
	require.ErrorIs(t, p.Restate(available(1, 5), on(4)), sp.ErrInvalid, "a statement of tomorrow")
}

func TestWhatIsStatedOfPlacesGrowsOldAndIsThenUnknown(t *testing.T) {
	p := with(t, 1, "PL-1")
	require.Equal(t, sp.No, p.Room(day(28), 0).Has(1))
	require.Equal(t, sp.Unknown, p.Room(day(29), 0).Has(1))
	require.Equal(t, sp.Unknown, p.Room(day(2), time.Hour).Has(1))
	require.NoError(t, p.Hold(place.Hold{For: "PL-2"}, on(29)), "where nothing is known nothing is full")
	require.Equal(t, 2, p.Room(day(29), 0).Held)
}

func TestAHoldDoesNotEndBeforeItsAnswerIsDue(t *testing.T) {
	p := with(t, 3)
	require.ErrorIs(t, p.Hold(place.Hold{For: "PL-1", AnswerDue: day(14), Until: day(13)}, on(0)), sp.ErrInvalid)
	require.NoError(t, p.Hold(place.Hold{For: "PL-1", AnswerDue: day(14), Until: day(14)}, on(0)))
	require.NoError(t, p.Hold(place.Hold{For: "PL-2", AnswerDue: day(14)}, on(0)))
	require.Empty(t, p.Due(day(13)))
	require.Len(t, p.Due(day(14)), 1)
	require.Len(t, p.Holds(), 2, "nothing goes by itself")

	require.NoError(t, p.Hold(place.Hold{For: "PL-1", AnswerDue: day(14), Until: day(20)}, on(10)))
	require.Empty(t, p.Due(day(14)), "it was prolonged")
	require.NoError(t, p.Hold(place.Hold{For: "PL-1", AnswerDue: day(14), Until: day(15)}, on(10)))
	require.Empty(t, p.Due(day(15)), "and is never cut short")
	gone, err := p.LetGo(on(20))
	require.NoError(t, err)
	require.Equal(t, "PL-1", gone[0].For)
	require.Equal(t, "2 free, 1 held", p.Room(day(20), 0).String())
}

func TestPlacesRefuseInputThatMeansNothing(t *testing.T) {
	p := with(t, 3, "PL-1")
	for name, h := range map[string]place.Hold{
		"nothing to hold for":  {},
		"an NHS number":        {For: "9434765919"},
		"a negative number":    {For: "PL-2", Units: -1},
		"an army":              {For: "PL-2", Units: 100_000},
		"an end in the past":   {For: "PL-2", Until: day(-1)},
		"another number again": {For: "PL-1", Units: 2},
	} {
		require.ErrorIs(t, p.Hold(h, on(0)), sp.ErrInvalid, name)
	}
	require.ErrorIs(t, p.Release("PL-1", "because I say so", on(0)), sp.ErrInvalid)
	require.ErrorIs(t, p.Hold(place.Hold{For: "PL-2"}, sp.Stamp{}), sp.ErrInvalid)
	_, err := p.LetGo(sp.Stamp{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	p.Stale()
	require.ErrorIs(t, p.Hold(place.Hold{For: "PL-2"}, on(0)), store.ErrStale)
	require.ErrorIs(t, p.Release("PL-1", place.Declined, on(0)), store.ErrStale)
	require.ErrorIs(t, p.Restate(available(1, 0), on(0)), store.ErrStale)
}

// Two imports, a hold of one placement and the end of another arrive in any order.
func TestPlacesAreTheSameNumberInWhateverOrderMessagesArrive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		capacity := func(name string) directory.Capacity {
			c := available(rapid.IntRange(0, 3).Draw(t, name), rapid.IntRange(-3, 0).Draw(t, name+" updated"))
			if rapid.Bool().Draw(t, name+" unknown") {
				c.Available = sp.Known[int]{}
			}
			return c
		}
		first, second := capacity("first"), capacity("second")
		same := rapid.Bool().Draw(t, "the end is that of the hold")
		ends := "PL-1"
		if same {
			ends = "PL-2"
		}
		steps := []func(*place.Places){
			func(p *place.Places) { _ = p.Restate(first, on(0)) },
			func(p *place.Places) { _ = p.Restate(second, on(0)) },
			func(p *place.Places) { _ = p.Hold(place.Hold{For: "PL-2", Over: !same}, on(0)) }, // full or ended: refused
			func(p *place.Places) { _ = p.Release(ends, place.Declined, on(0)) },
		}
		run := func(order []int) place.Room {
			p := place.New(garden)
			require.NoError(t, p.Hold(place.Hold{For: "PL-1"}, on(-5)))
			for _, i := range order {
				steps[i](p)
			}
			return p.Room(day(0), 0)
		}
		require.Equal(t, run([]int{0, 1, 2, 3}), run(rapid.Permutation([]int{0, 1, 2, 3}).Draw(t, "order")))
	})
}

// Whatever commands come, a hold that nobody forced leaves no offer with more held than
// its service states, and what is stored is what was in memory.
func TestNoPlaceIsOverbookedSilently(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		db := store.Tenant(memstore.New(), "bay")
		repo := place.NewRepository(db)
		p := place.New(garden)
		for n := range rapid.IntRange(1, 12).Draw(t, "commands") {
			before := p.Room(day(n), 0)
			id := rapid.SampledFrom([]string{"PL-1", "PL-2", "PL-3", "PL-4"}).Draw(t, "for")
			switch rapid.IntRange(0, 3).Draw(t, "command") {
			case 0:
				require.NoError(t, p.Restate(available(rapid.IntRange(0, 3).Draw(t, "available"), n), on(n)))
			case 1:
				_, err := p.LetGo(on(n))
				require.NoError(t, err)
			case 2:
				require.NoError(t, p.Release(id, place.Withdrawn, on(n)))
			default:
				err := p.Hold(place.Hold{For: id, Until: day(n + rapid.IntRange(1, 5).Draw(t, "days"))}, on(n))
				if after := p.Room(day(n), 0); err == nil {
					require.LessOrEqual(t, after.Over, before.Over)
				} else {
					require.Equal(t, before, after, "a refusal changes nothing")
				}
			}
			if rapid.Bool().Draw(t, "save") {
				require.NoError(t, store.Save(context.Background(), db, p))
				again, err := repo.LoadOrNew(context.Background(), garden)
				require.NoError(t, err)
				require.Equal(t, p.Room(day(n), 0), again.Room(day(n), 0))
				require.ElementsMatch(t, p.Holds(), again.Holds())
				p = again
			}
		}
	})
}

func TestTwoWhoReachForTheLastPlaceGetItOnce(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(t.Context(), db, with(t, 1)))
	var wg sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		wg.Go(func() {
			id := string(rune('a' + i))
			results[i] = store.Retry(t.Context(), 20, func(ctx context.Context) error {
				p, err := place.NewRepository(db).Load(ctx, garden)
				if err != nil {
					return err
				}
				if err := p.Hold(place.Hold{For: id}, on(1)); err != nil {
					return err
				}
				return store.Save(ctx, db, p)
			})
		})
	}
	wg.Wait()
	got := 0
	for _, err := range results {
		if err == nil {
			got++
			continue
		}
		_, full := errors.AsType[*place.FullError](err)
		require.True(t, full, err)
	}
	require.Equal(t, 1, got)
}

func TestRepositoryFindsWhatIsDueAndWhatIsOver(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	repo := place.NewRepository(db)
	for i, offer := range []directory.ID{"bay/a", "bay/b", "bay/c"} {
		p := place.New(offer)
		require.NoError(t, p.Restate(available(2, 0), on(0)))
		require.NoError(t, p.Hold(place.Hold{For: "PL-1", Until: day(9 - i)}, on(0)))
		require.NoError(t, p.Hold(place.Hold{For: "PL-2"}, on(0)))
		require.NoError(t, store.Save(t.Context(), db, p))
		require.Equal(t, int64(1), p.Version())
	}
	require.Equal(t, []directory.ID{"bay/c", "bay/b"}, offers(t, repo.Due(t.Context(), day(9))))
	require.Empty(t, offers(t, repo.Over(t.Context())))

	issues, err := repo.Restate(t.Context(), []directory.Offer{
		{ID: "bay/a", Facts: directory.Facts{Capacity: available(1, 1)}},
		{ID: "bay/b"},
		{ID: "bay/c", Facts: directory.Facts{Capacity: available(1, 3)}},
		{ID: "bay/d", Facts: directory.Facts{Capacity: available(7, 1)}},
	}, on(2))
	require.NoError(t, err)
	require.Len(t, issues, 1)
	require.Equal(t, "bay/c", issues[0].Record)
	require.Equal(t, []directory.ID{"bay/a"}, offers(t, repo.Over(t.Context())))

	n, err := repo.LetGo(t.Context(), on(8))
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Empty(t, offers(t, repo.Due(t.Context(), day(9))))
	require.Equal(t, []directory.ID{"bay/a", "bay/b", "bay/c", "bay/d"}, offers(t, repo.All(t.Context())))

	_, err = repo.Load(t.Context(), "bay/none")
	require.ErrorIs(t, err, sp.ErrNotFound)
	p, err := repo.Load(t.Context(), "bay/a")
	require.NoError(t, err)
	data, err := json.Marshal(p)
	require.NoError(t, err)
	require.Contains(t, string(data), `"offer":"bay/a","version":2`)
	before := p.Version()
	require.NoError(t, store.Save(t.Context(), db, p))
	require.Equal(t, before, p.Version(), "nothing to save")
}

func TestRepositoryKnowsTheRoomsOfOffersAndOfThoseWithoutAny(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(ctx, db, with(t, 2, "PL-1")))
	places := place.NewRepository(db)
	rooms, err := places.Rooms(ctx, []directory.ID{garden, "bay/choir"}, day(1), 0)
	require.NoError(t, err)
	require.Len(t, rooms, 2)
	require.Equal(t, "1 free, 1 held", rooms[garden].String())
	require.Equal(t, "unknown how many are free, 0 held", rooms["bay/choir"].String(), "nothing was stated")
	rooms, err = places.Rooms(ctx, nil, day(1), 0)
	require.NoError(t, err)
	require.Empty(t, rooms)
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	_, err = places.Rooms(stopped, []directory.ID{garden}, day(1), 0)
	require.ErrorIs(t, err, context.Canceled)
}

func offers(tb testing.TB, found func(func(*place.Places, error) bool)) (ids []directory.ID) {
	tb.Helper()
	for p, err := range found {
		require.NoError(tb, err)
		ids = append(ids, p.Offer())
	}
	return ids
}

func TestEveryChangeOfPlacesIsInTheLog(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	p := with(t, 2, "PL-1")
	require.NoError(t, store.Save(t.Context(), db, p))
	require.NoError(t, p.Release("PL-1", place.Completed, on(3)))
	require.NoError(t, store.Save(t.Context(), db, p))
	var names []store.EventType
	for e, err := range db.Log(t.Context(), "", "") {
		require.NoError(t, err)
		require.Equal(t, int64(len(names)+1), e.Version)
		_, err := place.DecodeEvent(e.Type, e.Data)
		require.NoError(t, err)
		names = append(names, e.Type)
	}
	require.Equal(t, []store.EventType{place.EventStated, place.EventHeld, place.EventReleased}, names)
}
