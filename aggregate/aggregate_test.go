package aggregate_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/aggregate"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

// A wheelchair is lent to people and comes back.
type (
	State   string
	Command string
)

const (
	Home State = "home"
	Lent State = "lent"

	Buy      Command = "buy"
	Lend     Command = "lend"
	TakeBack Command = "take back"
	Scrap    Command = "scrap"
)

type (
	Event interface {
		store.Event
		apply(*Wheelchair)
	}
	Bought struct {
		Store string `json:"store"`
	}
	LentOut struct {
		To     string `json:"to"`
		Number int    `json:"number"` // how often it was lent, worked out
	}
	CameBack       struct{}
	Scrapped       struct{}
	ScrappingAsked struct{}
)

func (Bought) EventType() store.EventType         { return "wheelchair.bought" }
func (LentOut) EventType() store.EventType        { return "wheelchair.lent" }
func (CameBack) EventType() store.EventType       { return "wheelchair.came-back" }
func (Scrapped) EventType() store.EventType       { return "wheelchair.scrapped" }
func (ScrappingAsked) EventType() store.EventType { return "wheelchair.scrapping-asked" }

func (e LentOut) Asked() any { return LentOut{To: e.To} }

func (e Bought) apply(w *Wheelchair)       { w.store, w.state = e.Store, Home }
func (e LentOut) apply(w *Wheelchair)      { w.with, w.lent, w.state = e.To, e.Number, Lent }
func (CameBack) apply(w *Wheelchair)       { w.with, w.state = "", Home }
func (Scrapped) apply(w *Wheelchair)       { w.state = "scrapped" }
func (ScrappingAsked) apply(w *Wheelchair) {}

var eventTypes = store.EventTypesOf[Event](Bought{}, LentOut{}, CameBack{}, Scrapped{}, ScrappingAsked{})

type Wheelchair struct {
	id    string
	state State
	store string
	with  string
	lent  int
	root  aggregate.Root[State, Command, Event, view]
}

type view struct{ w *Wheelchair }

func (v view) State() State { return v.w.state }
func (v view) Act() transition.Act {
	return transition.Act{ID: v.w.id, Person: v.w.with, Provider: v.w.store}
}
func (v view) Apply(e Event, _ sp.Stamp) { e.apply(v.w) }

var (
	worker  = transition.Party[view]{Words: "a link worker", Role: sp.RoleLinkWorker}
	keeper  = transition.Party[view]{Words: "the provider of this wheelchair", Role: sp.RoleProvider, Is: func(v view, by sp.Actor) bool { return by.For == v.w.store }}
	rested  = transition.Guard[view]{Code: "worn-out", Words: "it is mended", Audience: transition.Everyone, Holds: func(v view, _ sp.Stamp) bool { return v.w.lent < 3 }}
	machine = &transition.Machine[State, Command, view]{Name: "wheelchair", Rules: []transition.Rule[State, Command, view]{
		{Command: Buy, Event: "wheelchair.bought", From: []State{""}, To: Home, By: []transition.Party[view]{worker}},
		{Command: Lend, Event: "wheelchair.lent", From: []State{Home}, To: Lent, By: []transition.Party[view]{worker}, Guards: []transition.Guard[view]{rested}},
		{Command: TakeBack, Event: "wheelchair.came-back", From: []State{Lent}, To: Home, By: []transition.Party[view]{worker, keeper}},
		{Command: Scrap, Event: "wheelchair.scrapped", From: []State{Home}, To: "scrapped", By: []transition.Party[view]{keeper}},
		{Command: Scrap, Event: "wheelchair.scrapping-asked", From: []State{Home, Lent}, By: []transition.Party[view]{worker}},
	}}
)

// New returns a wheelchair that does not exist yet.
func New(id string, a transition.Authorizer) *Wheelchair {
	return &Wheelchair{id: id, root: aggregate.New[State, Command, Event, view](func() *transition.Machine[State, Command, view] { return machine }, a)}
}

func (w *Wheelchair) Buy(from string, s sp.Stamp) error {
	return w.root.Do(view{w}, Buy, "", s, nil, Bought{from})
}

func (w *Wheelchair) Lend(to string, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckID(to, "to")
	return w.root.Do(view{w}, Lend, to, s, e.Fields, LentOut{to, w.lent + 1})
}

func (w *Wheelchair) TakeBack(s sp.Stamp) error {
	return w.root.Do(view{w}, TakeBack, "", s, nil, CameBack{})
}

func (w *Wheelchair) Scrap(s sp.Stamp) error {
	return w.root.Do(view{w}, Scrap, "", s, nil, Scrapped{}, ScrappingAsked{})
}

func (w *Wheelchair) May(c Command, s sp.Stamp) error { return w.root.May(view{w}, c, s) }

func (w *Wheelchair) Pending() (store.Batch, error) {
	return w.root.Pending(store.Key{Kind: "wheelchair", ID: w.id}, nil)
}
func (w *Wheelchair) Committed() { w.root.Committed() }
func (w *Wheelchair) Stale()     { w.root.Stale() }

func read(rec store.Record) (*Wheelchair, error) {
	w := New(rec.ID, transition.TableOnly{})
	return w, w.root.Restore(rec, eventTypes, nil, view{w})
}

var (
	monday = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	ann    = sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, monday)
	ben    = sp.By(sp.Actor{ID: "ben", Role: sp.RoleLinkWorker}, monday)
	sam    = sp.By(sp.Actor{ID: "sam", Role: sp.RoleProvider, For: "bay/chairs"}, monday)
)

func bought(tb testing.TB) *Wheelchair {
	tb.Helper()
	w := New("W-3", transition.TableOnly{})
	require.NoError(tb, w.Buy("bay/chairs", ann))
	return w
}

// An aggregate of one's own is its events, a table, and one line for each command.
func Example() {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	w := New("W-3", transition.TableOnly{})
	fmt.Println(w.Buy("bay/chairs", ann), w.Lend("P-55", ann), store.Save(ctx, db, w))

	again, err := store.Load(ctx, db, "wheelchair", "W-3", read)
	fmt.Println(again.state, again.with, err)
	fmt.Println(again.Lend("P-56", ann))
	for c := range again.root.Legal(view{again}, sam) {
		fmt.Println("sam may", c)
	}
	// Output:
	// <nil> <nil> <nil>
	// lent P-55 <nil>
	// wheelchair: lend W-3: cannot be done now, only while home; you may take back, scrap
	// sam may take back
}

func TestRootAnswersMayAndTheCommandAlike(t *testing.T) {
	for _, s := range []sp.Stamp{ann, sam} {
		for _, lent := range []int{0, 1, 3} {
			for _, c := range machine.Commands() {
				w := bought(t)
				w.lent = lent
				may := w.May(c, s)
				n := w.root.Len()
				err := map[Command]func() error{
					Buy: func() error { return w.Buy("bay/chairs", s) }, Lend: func() error { return w.Lend("P-1", s) },
					TakeBack: func() error { return w.TakeBack(s) }, Scrap: func() error { return w.Scrap(s) },
				}[c]()
				require.Equal(t, may, err)
				require.Equal(t, err == nil, w.root.Len() > n)
				fresh := bought(t)
				fresh.lent = lent
				require.Equal(t, err == nil, slices.Contains(slices.Collect(fresh.root.Legal(view{fresh}, s)), c))
				require.Equal(t, err == nil, fresh.root.Code(view{fresh}, c, s) == "")
			}
		}
	}
}

func TestRootLooksAtTheInputLast(t *testing.T) {
	w := bought(t)
	bad := ann.Happened(monday.Add(-time.Hour)).Under("two words")
	bad.By.ID = "Ann Bell"
	err := w.Lend("June Moon", bad)
	require.EqualError(t, err, "wheelchair: lend W-3: invalid: to "+sp.IDRule+"; stamp.by.id "+sp.IDRule+"; stamp.key "+sp.IDRule+"; stamp.at must not be earlier than the beginning of what it happens to")
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorContains(t, w.TakeBack(bad), "cannot be done now")
	require.ErrorContains(t, w.Lend("June Moon", sam), "is not yours to do")
	require.NoError(t, w.May(Lend, bad), "whoever asks names nobody and no time")
	require.Equal(t, 1, w.root.Len())
	nameless := New("Mrs Smith", transition.TableOnly{})
	require.EqualError(t, nameless.Buy("bay/chairs", ann), "wheelchair: buy (malformed id): invalid: id "+sp.IDRule)
	require.ErrorIs(t, New("W-1", nil).Buy("bay/chairs", ann), sp.ErrDenied, "nobody to ask")
}

func TestACommandToARootThatComesTwiceHappensOnce(t *testing.T) {
	w, key := bought(t), ann.Under("k-1")
	require.NoError(t, w.Lend("P-1", key))
	later := key
	later.At, later.Recorded = monday.Add(time.Minute), monday.Add(time.Minute)
	require.NoError(t, w.Lend("P-1", later), "though it is lent already, and would have another number")
	require.Equal(t, 2, w.root.Len())
	require.NoError(t, w.TakeBack(key), "another command of the same request")
	require.NoError(t, w.TakeBack(key))
	require.NoError(t, w.Scrap(sam.Under("k-2")))
	require.NoError(t, w.Lend("P-1", key), "whatever state it has reached since")
	require.Equal(t, 4, w.root.Len())

	taken := w.Lend("P-2", key)
	require.ErrorContains(t, taken, "wheelchair: lend W-3: was given before under this key, with other input")
	require.ErrorIs(t, taken, sp.ErrInvalid)
	require.ErrorContains(t, w.Lend("P-1", ben.Under("k-1")), "was given before under this key")
	require.ErrorContains(t, w.Lend("P-1", sam.Under("k-1")), "is not yours to do", "a stranger learns nothing of keys")
	require.ErrorContains(t, w.Lend("P-1", ann), "cannot be done now", "without a key nothing is known again")

	at, ok := w.root.Earlier(key)
	require.True(t, ok)
	require.Equal(t, key.Kept(), at)
	_, ok = w.root.Earlier(ann)
	require.False(t, ok)
	_, ok = w.root.Earlier(ann.Under("k-9"))
	require.False(t, ok)
	_, ok = w.root.Earlier(ben.Under("k-1"))
	require.False(t, ok, "the key of another says nothing")
}

func TestARootKnowsARepeatAgainAfterLoading(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	w := New("W-3", transition.TableOnly{})
	require.NoError(t, w.Buy("bay/chairs", ann.Under("k-1")))
	require.NoError(t, w.Scrap(ann.Under("k-2")))
	require.NoError(t, store.Save(t.Context(), db, w))
	w, err := store.Load(t.Context(), db, "wheelchair", "W-3", read)
	require.NoError(t, err)
	require.NoError(t, w.Buy("bay/chairs", ann.Under("k-1")))
	require.NoError(t, w.Scrap(ann.Under("k-2")), "of several events the one that happened")
	require.Error(t, w.Buy("bay/other", ann.Under("k-1")))
	require.Equal(t, 2, w.root.Len())
}

func TestSeveralArePreparedBeforeAnyIsRecorded(t *testing.T) {
	one, two := bought(t), bought(t)
	require.NoError(t, two.Lend("P-1", ann))
	p, err := one.root.Prepare(view{one}, Lend, "P-2", ann, nil, LentOut{"P-2", 1})
	require.NoError(t, err)
	require.True(t, p.Waits())
	require.Equal(t, Lent, p.To())
	_, err = two.root.Prepare(view{two}, Lend, "P-2", ann, nil, LentOut{"P-2", 2})
	require.Error(t, err)
	require.Equal(t, []any{Home, 1}, []any{one.state, one.root.Len()}, "nothing has happened yet")
	p.Record()
	require.Equal(t, []any{Lent, 2}, []any{one.state, one.root.Len()})
	var none aggregate.Prepared[State, Command, Event, view]
	none.Record()
	require.False(t, none.Waits())
}

func TestARootRecordsWhatTheTableSays(t *testing.T) {
	w := bought(t)
	require.PanicsWithValue(t, "wheelchair: lend does not record what the table says", func() {
		_ = w.root.Do(view{w}, Lend, "", ann, nil, CameBack{})
	})
	original := machine
	defer func() { machine = original }()
	for to, command := range map[State]func() error{"scrapped": func() error { return w.Lend("P-1", ann) }, "": func() error { return bought(t).Lend("P-1", ann) }} {
		rules := slices.Clone(original.Rules)
		rules[1].To = to
		machine = &transition.Machine[State, Command, view]{Name: "wheelchair", Rules: rules}
		require.PanicsWithValue(t, "wheelchair: wheelchair.lent does not lead where the table says", func() { _ = command() })
	}
}

func TestWhatAnotherAggregateRecordsIsWhatTheTableSays(t *testing.T) {
	w := bought(t)
	require.NoError(t, w.root.Permit(view{w}, Scrap, ann, "wheelchair.scrapping-asked"))
	require.Equal(t, w.May(TakeBack, ann), w.root.Permit(view{w}, TakeBack, ann, "wheelchair.came-back"), "it is not lent")
	for name, permit := range map[string]func() error{
		"another event": func() error { return w.root.Permit(view{w}, Scrap, ann, "wheelchair.scrapped") },
		"another state": func() error { return w.root.Permit(view{w}, Scrap, sam, "wheelchair.scrapped") },
	} {
		require.PanicsWithValue(t, "wheelchair: scrap is not what the table says", func() { _ = permit() }, name)
	}
}

func TestRestoreReportsWhatCannotBeRead(t *testing.T) {
	w := New("W-3", transition.TableOnly{})
	require.ErrorIs(t, w.root.Restore(store.Record{Body: []byte("nonsense")}, eventTypes, nil, view{w}), sp.ErrInvalid)
	require.Zero(t, w.root.Len())
}

func TestAskingARootCostsNoAllocation(t *testing.T) {
	if testing.CoverMode() != "" {
		t.Skip("coverage counters keep the iterator of Legal from being inlined, so that it escapes")
	}
	w := bought(t)
	n := 0
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if w.May(Lend, ann) == nil {
			n++
		}
		for range w.root.Legal(view{w}, ann) {
			n++
		}
	}))
	require.Positive(t, n)
}

func BenchmarkRoot(b *testing.B) {
	b.Run("may, yes", func(b *testing.B) {
		w := bought(b)
		b.ReportAllocs()
		for b.Loop() {
			_ = w.May(Lend, ann)
		}
	})
	b.Run("may, no, in words", func(b *testing.B) {
		w := bought(b)
		b.ReportAllocs()
		for b.Loop() {
			_ = w.May(TakeBack, ann)
		}
	})
	b.Run("legal", func(b *testing.B) {
		w, n := bought(b), 0
		b.ReportAllocs()
		for b.Loop() {
			for range w.root.Legal(view{w}, ann) {
				n++
			}
		}
	})
	for name, key := range map[string]string{"command": "", "command with a key": "k"} {
		b.Run(name, func(b *testing.B) {
			w := bought(b)
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				if n%50 == 0 {
					b.StopTimer()
					w = bought(b)
					b.StartTimer()
				}
				s := ann
				if key != "" {
					s.Key = strings.Repeat(key, n%50+1)
				}
				if err := w.Scrap(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestAStaleRootTakesNoCommand(t *testing.T) {
	w := bought(t)
	again := ann.Under("lend-1")
	require.NoError(t, w.Lend("P-55", again))
	w.Stale()
	for what, err := range map[string]error{"may": w.May(TakeBack, sam), "do": w.TakeBack(sam), "repeat": w.Lend("P-55", again), "save": store.Save(t.Context(), memstore.New(), w)} {
		require.ErrorIs(t, err, sp.ErrConflict, what)
	}
	for c := range w.root.Legal(view{w}, sam) {
		t.Error(c, "is offered")
	}
}
