package storetest

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// A broken driver has one defect, which it shares with real drivers that were
// written in good faith. The rule named must catch it.
type broken struct {
	defect string
	rule   string
	driver func() store.Driver
}

func brokenDrivers() []broken {
	return slices.Concat(brokenRecords, brokenDeletes, brokenInput, brokenScans, brokenRanges, brokenLogs, brokenContexts, brokenConcurrency, brokenUnique, brokenAtLength)
}

// altered is a memory store with some of its methods replaced.
type altered struct {
	store.Driver
	get    func(context.Context, store.Key) (store.Record, error)
	commit func(context.Context, store.Batch) error
	scan   func(context.Context, store.Query) iter.Seq2[store.Record, error]
	log    func(context.Context, string, store.Position) iter.Seq2[store.RecordedEvent, error]
}

func (a *altered) Get(ctx context.Context, k store.Key) (store.Record, error) {
	if a.get != nil {
		return a.get(ctx, k)
	}
	return a.Driver.Get(ctx, k)
}

func (a *altered) Commit(ctx context.Context, b store.Batch) error {
	if a.commit != nil {
		return a.commit(ctx, b)
	}
	return a.Driver.Commit(ctx, b)
}

func (a *altered) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	if a.scan != nil {
		return a.scan(ctx, q)
	}
	return a.Driver.Scan(ctx, q)
}

func (a *altered) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	if a.log != nil {
		return a.log(ctx, tenant, after)
	}
	return a.Driver.Log(ctx, tenant, after)
}

func alter(change func(d store.Driver, a *altered)) func() store.Driver {
	return func() store.Driver {
		a := &altered{Driver: memstore.New()}
		change(a.Driver, a)
		return a
	}
}

// getting, committing, scanning and logging break one method each.
func getting(f func(d store.Driver, ctx context.Context, k store.Key) (store.Record, error)) func() store.Driver {
	return alter(func(d store.Driver, a *altered) {
		a.get = func(ctx context.Context, k store.Key) (store.Record, error) { return f(d, ctx, k) }
	})
}

func committing(f func(d store.Driver, ctx context.Context, b store.Batch) error) func() store.Driver {
	return alter(func(d store.Driver, a *altered) {
		a.commit = func(ctx context.Context, b store.Batch) error { return f(d, ctx, b) }
	})
}

func scanning(f func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error]) func() store.Driver {
	return alter(func(d store.Driver, a *altered) {
		a.scan = func(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] { return f(d, ctx, q) }
	})
}

func logging(f func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error]) func() store.Driver {
	return alter(func(d store.Driver, a *altered) {
		a.log = func(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
			return f(d, ctx, tenant, after)
		}
	})
}

// edited changes every value of seq.
func edited[T any](seq iter.Seq2[T, error], edit func(*T)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range seq {
			if err == nil {
				edit(&v)
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// listed yields vs, and then err unless it is nil.
func listed[T any](vs []T, err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range vs {
			if !yield(v, nil) {
				return
			}
		}
		if err != nil {
			var zero T
			yield(zero, err)
		}
	}
}

func all[T any](seq iter.Seq2[T, error]) (vs []T, err error) {
	for v, err := range seq {
		if err != nil {
			return vs, err
		}
		vs = append(vs, v)
	}
	return vs, nil
}

// A pool lends its connections to those that wait for one, but not for ever.
type pool chan struct{}

func (p pool) take(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	select {
	case p <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for a connection: %w", ctx.Err())
	}
}

func (p pool) release() { <-p }

// A recorder takes down failures in place of the test it stands for.
type recorder struct {
	testing.TB
	mu     sync.Mutex
	failed bool
	text   string
}

func (r *recorder) note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed, r.text = true, r.text+text+"\n"
}

func (r *recorder) Helper()                           {}
func (r *recorder) Errorf(format string, args ...any) { r.note(fmt.Sprintf(format, args...)) }
func (r *recorder) Error(args ...any)                 { r.note(fmt.Sprint(args...)) }

func (r *recorder) Fatal(args ...any) {
	r.note(fmt.Sprint(args...))
	runtime.Goexit()
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.note(fmt.Sprintf(format, args...))
	runtime.Goexit()
}

// try runs one rule and reports whether the driver failed it.
func try(t *testing.T, name string, d store.Driver) *recorder {
	t.Helper()
	i := slices.IndexFunc(rules(), func(r rule) bool { return r.name == name })
	if i < 0 {
		t.Fatalf("there is no rule %s", name)
	}
	return attempt(t, func(tb testing.TB) { rules()[i].test(tb, d) })
}

// attempt runs test in place of t, which it may fail.
func attempt(t *testing.T, test func(testing.TB)) *recorder {
	t.Helper()
	rec := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(rec)
	}()
	<-done
	return rec
}

func TestRunCatchesEveryBrokenDriverByTheRuleThatNamesItsDefect(t *testing.T) {
	for _, b := range brokenDrivers() {
		t.Run(b.defect, func(t *testing.T) {
			t.Parallel()
			for range 20 { // those that race are caught sooner or later
				if try(t, b.rule, b.driver()).failed {
					return
				}
			}
			t.Fatalf("rule %s does not see that %s", b.rule, b.defect)
		})
	}
}

func TestRunShowsWhatARecordHolds(t *testing.T) {
	rec := try(t, "RoundTrip", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		b.Puts[0].Body = []byte("altered")
		return d.Commit(ctx, b)
	})())
	want := "record 0 from Get:\n" +
		"got  north/k/plain, version 1, terms map[\"state\":\"new\"], body \"altered\"\n" +
		"want north/k/plain, version 1, terms map[\"state\":\"new\"], body \"body\"\n"
	if rec.text != want {
		t.Errorf("the failure reads %q, want %q", rec.text, want)
	}
}

func TestEveryRuleOfRunCatchesSomeDefect(t *testing.T) {
	caught := map[string]bool{}
	for _, b := range brokenDrivers() {
		caught[b.rule] = true
	}
	for _, r := range rules() {
		if !caught[r.name] {
			t.Errorf("no broken driver shows that rule %s can fail", r.name)
		}
		if r.why == "" {
			t.Errorf("rule %s has no why", r.name)
		}
	}
}

func TestTheRuleOfARestartInRunCatchesWhatIsLost(t *testing.T) {
	for _, tt := range []struct {
		defect string // empty if there is none
		change func(d store.Driver, a *altered)
	}{
		{"", func(store.Driver, *altered) {}},
		{"what was deleted comes back", func(d store.Driver, _ *altered) { commit(t, d, puts(put("gone", store.New))) }},
		{"a record is as it was first", func(d store.Driver, a *altered) {
			a.get = func(ctx context.Context, k store.Key) (store.Record, error) {
				r, err := d.Get(ctx, k)
				r.Version = min(r.Version, 1)
				return r, err
			}
		}},
		{"terms are not read again", func(d store.Driver, a *altered) {
			a.scan = func(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
				if !q.Range.IsZero() {
					return listed[store.Record](nil, nil)
				}
				return d.Scan(ctx, q)
			}
		}},
		{"old positions lead to the beginning", func(d store.Driver, a *altered) {
			a.log = func(ctx context.Context, tenant string, _ store.Position) iter.Seq2[store.RecordedEvent, error] {
				return d.Log(ctx, tenant, "")
			}
		}},
	} {
		rec := attempt(t, func(tb testing.TB) {
			reopen(tb, memstore.New(), func(d store.Driver) store.Driver {
				a := &altered{Driver: d}
				tt.change(d, a)
				return a
			})
		})
		if want := tt.defect != ""; rec.failed != want {
			t.Errorf("%q: failed is %t: %s", tt.defect, rec.failed, rec.text)
		}
	}
}

// A life is a memory store whose data can be put back, by doing again what was
// done before the backup, and whose positions say in which life they were given out.
type life struct {
	altered
	number int
	split  int // events that it began with
	done   *[]store.Batch
}

func live(t *testing.T, number int, done []store.Batch) *life {
	t.Helper()
	done = slices.Clone(done)
	l := &life{altered: altered{Driver: memstore.New()}, number: number, done: &done}
	for _, b := range done {
		commit(t, l.Driver, b)
		l.split += len(b.Events)
	}
	l.commit = func(ctx context.Context, b store.Batch) error {
		*l.done = append(*l.done, b)
		return l.Driver.Commit(ctx, b)
	}
	l.log = func(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
		own, inner := l.number, after
		if after != "" {
			number, rest, _ := strings.Cut(string(after), "/")
			own, _ = strconv.Atoi(number)
			inner = store.Position(rest)
		}
		mark := func(e *store.RecordedEvent) { e.Position = store.Position(fmt.Sprintf("%d/%s", l.number, e.Position)) }
		if own == l.number {
			return edited(l.Driver.Log(ctx, tenant, inner), mark)
		}
		told := &store.RestoredError{Tenant: tenant, Position: after}
		number, _, _ := strings.Cut(string(inner), ".")
		seen, _ := strconv.Atoi(number)
		if es, _ := all(edited(l.Driver.Log(ctx, tenant, ""), mark)); own == 0 && seen > 0 { // of another life nothing is known
			told.Resume = es[min(seen, l.split)-1].Position
		}
		return listed[store.RecordedEvent](nil, told)
	}
	return l
}

func TestTheRuleOfABackupInRunCatchesReadersThatAreLeftBehind(t *testing.T) {
	for defect, change := range map[string]func(l *life){
		"":                         func(*life) {},
		"positions have no epochs": func(l *life) { l.log = nil },
		"epochs are counted, so that two copies have the same": func(l *life) { l.number = 1 },
		"readers are told to go on from the end":               func(l *life) { l.split = 9 },
		"whoever stands where the log still is reads on": func(l *life) {
			log := l.log
			l.log = func(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
				if number, rest, _ := strings.Cut(string(after), "/"); number == "0" && rest < "6" {
					after = store.Position(fmt.Sprintf("%d/%s", l.number, rest))
				}
				return log(ctx, tenant, after)
			}
		},
	} {
		first := live(t, 0, nil)
		restorations := 0
		rec := attempt(t, func(tb testing.TB) {
			restore(tb, first, func() func() store.Driver {
				kept := slices.Clone(*first.done)
				return func() store.Driver {
					restorations++
					l := live(t, restorations, kept)
					change(l)
					return l
				}
			})
		})
		if want := defect != ""; rec.failed != want {
			t.Errorf("%q: failed is %t: %s", defect, rec.failed, rec.text)
		}
	}
}
