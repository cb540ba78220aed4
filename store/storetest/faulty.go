package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/socialprescribing/sp/store"
)

// An Op names a method of [store.Driver].
type Op string

// The methods of a driver.
const (
	Get    Op = "Get"
	Commit Op = "Commit"
	Scan   Op = "Scan"
	Log    Op = "Log"

	// Confirm is where a transaction of [store.InTx] is committed. One that fails
	// there has been rolled back, or, with [Fault.After], has happened all the same.
	Confirm Op = "Confirm"
)

// ErrInjected is what a [Fault] reports that names no other error.
var ErrInjected = errors.New("storetest: injected fault")

// A Fault is one thing that goes wrong. The zero Fault makes every call fail
// with [ErrInjected] before anything has happened.
type Fault struct {
	Op   Op     // the method it befalls; empty is any
	Kind string // only calls about this kind of record, or commits that write one; empty is any
	Nth  int    // the n-th call that fits, from 1; 0 is every one

	// Do is called first, outside all locks: sleep to delay the call, cancel
	// its context, or commit something else to provoke a conflict. A Fault
	// that has a Do and no Err lets the call go on.
	Do func()

	// Err is reported instead of what the call would have returned.
	Err error

	// After lets the call happen before the error is reported. A commit is
	// then done although it seems to have failed, as when the connection is
	// lost before the acknowledgement: the error is [store.ErrOutcomeUnknown] too.
	// A Scan or Log fails after it has yielded Rows rows, or all if it has fewer.
	After bool
	Rows  int
}

// Faulty returns a driver over d that suffers the faults. Each counts the calls
// that fit it on its own; of several that befall one call the first that has an
// error decides. The driver may be used concurrently, but which call is the
// n-th is then up to the scheduler. A Scan or Log counts each time it is ranged over.
func Faulty(d store.Driver, faults ...Fault) store.Driver {
	return &faulty{d, &faultList{faults: faults, calls: make([]int, len(faults))}}
}

type faulty struct {
	d store.Driver
	*faultList
}

// A faultList counts calls, within transactions and outside.
type faultList struct {
	faults []Fault

	mu    sync.Mutex
	calls []int // that fitted each fault so far
}

// Below, Over and Confirm make it a [store.Wrapper] that has a say at the end of
// transactions too.
func (f *faulty) Below() store.Driver              { return f.d }
func (f *faulty) Over(d store.Driver) store.Driver { return &faulty{d, f.faultList} }

func (f *faulty) Confirm(ctx context.Context, confirm func(context.Context) error) error {
	fault := f.befall(Confirm, func(string) bool { return false })
	if fault == nil {
		return confirm(ctx)
	}
	if !fault.After {
		return fault.error()
	}
	if err := confirm(ctx); err != nil {
		return err
	}
	return fmt.Errorf("storetest: confirm: %w: %w", store.ErrOutcomeUnknown, fault.error())
}

// befall counts a call, does what is to be done first, and returns the fault
// that makes it fail, if any.
func (f *faultList) befall(op Op, fits func(kind string) bool) *Fault {
	var hits []*Fault
	f.mu.Lock()
	for i := range f.faults {
		fault := &f.faults[i]
		if fault.Op != "" && fault.Op != op || fault.Kind != "" && !fits(fault.Kind) {
			continue
		}
		f.calls[i]++
		if fault.Nth == 0 || fault.Nth == f.calls[i] {
			hits = append(hits, fault)
		}
	}
	f.mu.Unlock()
	var fails *Fault
	for _, fault := range hits {
		if fault.Do != nil {
			fault.Do()
		}
		if fails == nil && (fault.Err != nil || fault.Do == nil) {
			fails = fault
		}
	}
	return fails
}

func (f *Fault) error() error {
	if f.Err != nil {
		return f.Err
	}
	return ErrInjected
}

func (f *faulty) Get(ctx context.Context, k store.Key) (store.Record, error) {
	fault := f.befall(Get, func(kind string) bool { return kind == k.Kind })
	if fault == nil {
		return f.d.Get(ctx, k)
	}
	if fault.After {
		if _, err := f.d.Get(ctx, k); err != nil {
			return store.Record{}, err
		}
	}
	return store.Record{}, fault.error()
}

func (f *faulty) Commit(ctx context.Context, b store.Batch) error {
	fault := f.befall(Commit, func(kind string) bool { return writes(b, kind) })
	if fault == nil {
		return f.d.Commit(ctx, b)
	}
	if !fault.After {
		return fault.error()
	}
	if err := f.d.Commit(ctx, b); err != nil {
		return err
	}
	return fmt.Errorf("storetest: commit: %w: %w", store.ErrOutcomeUnknown, fault.error())
}

func writes(b store.Batch, kind string) bool {
	for _, p := range b.Puts {
		if p.Kind == kind {
			return true
		}
	}
	for _, d := range b.Deletes {
		if d.Kind == kind {
			return true
		}
	}
	for _, e := range b.Events {
		if e.Key.Kind == kind {
			return true
		}
	}
	return false
}

func (f *faulty) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		fault := f.befall(Scan, func(kind string) bool { return kind == q.Kind })
		cut(f.d.Scan(ctx, q), fault, yield)
	}
}

func (f *faulty) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		fault := f.befall(Log, func(string) bool { return false })
		cut(f.d.Log(ctx, tenant, after), fault, yield)
	}
}

// cut yields what seq yields, as far as the fault lets it.
func cut[T any](seq iter.Seq2[T, error], fault *Fault, yield func(T, error) bool) {
	if fault == nil {
		seq(yield)
		return
	}
	left := 0
	if fault.After {
		left = fault.Rows
	}
	var zero T
	if left > 0 {
		for v, err := range seq {
			if !yield(v, err) || err != nil {
				return
			}
			if left--; left == 0 {
				break
			}
		}
	}
	yield(zero, fault.error())
}
