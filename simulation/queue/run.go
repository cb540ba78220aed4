package queue

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp"
)

// Options say how a network is run.
type Options struct {
	Seed        string // of the study: the same for everything that is compared
	Replication int    // which of several runs of one study

	// Until is the time at which the run ends. It may be 0 only if every source ends by itself:
	// the run then goes on until everybody has been served.
	Until  Time
	WarmUp Time // from which on is counted; what happens before only fills the network

	// MaxPeople is how many people may be in the network at one moment. With more, Run fails
	// with an [*UnboundedError], since its queues grow without bound; 0 is ten million.
	MaxPeople int

	Observe  func(Event)    // is told of everything that happens; nil for nobody
	Progress func(now Time) // is called about a hundred times, where there is an end
}

// An Event is one thing that happened to one person at a station.
type Event struct {
	At      Time
	Kind    Kind
	Station int    // in the order of the network
	Class   int    // in the order of the network
	Person  uint64 // a number of their own, the same in all runs that are compared
	Wait    Time   // with Started and Abandoned: how long it was
}

// A Kind is the kind of an [Event].
type Kind uint8

// The kinds.
const (
	Arrived    Kind = iota + 1 // at a station
	Baulked                    // and went away, as too many were waiting
	TurnedAway                 // as there was no room
	Abandoned                  // gave up waiting
	Started                    // began to be served
	Served                     // was served to the end
)

// String returns the kind in a word or two.
func (k Kind) String() string {
	if k < Arrived || k > Served {
		return fmt.Sprintf("Kind(%d)", uint8(k))
	}
	return [...]string{"arrived", "baulked", "turned away", "abandoned", "started", "served"}[k-1]
}

// An UnboundedError says that more people are in the network than it is allowed to hold. It
// is [sp.ErrInvalid]: the network cannot serve those who come.
type UnboundedError struct {
	Station string // whose queue is the longest
	Waiting int64  // in it
	At      Time
}

// Error names the station and the time, and says what can be done.
func (e *UnboundedError) Error() string {
	return fmt.Sprintf("queue: run: %d people wait at %q at tick %d, and more come than are served: add servers, an end, room or patience, or raise Options.MaxPeople", e.Waiting, e.Station, e.At)
}

// Unwrap returns [sp.ErrInvalid].
func (e *UnboundedError) Unwrap() error { return sp.ErrInvalid }

// Run simulates a network once. The memory that it needs depends on how many people are in
// the network at a moment, not on how long it runs. It fails with an [*sp.InvalidError] that
// names every fault of the network and the options; with an [*UnboundedError]; and with the
// error of the context once that has ended, together with what was counted until then, marked
// Partial.
func Run(ctx context.Context, n Network, o Options) (*Result, error) {
	if err := n.Validate(); err != nil {
		return nil, err
	}
	if err := o.check(n); err != nil {
		return nil, err
	}
	r := newRun(n, o)
	err := r.play(ctx)
	result := r.result(err)
	if err == nil {
		err = result.check()
	}
	if err != nil && !result.Partial {
		return nil, err
	}
	return result, err
}

func (o Options) check(n Network) error {
	e := &sp.InvalidError{Subject: "queue: options"}
	e.Check(o.Until >= 0 && o.Until < maxTicks, "until", sp.OutOfRange, "must be from 0 to 1e15 ticks")
	e.Check(o.WarmUp >= 0 && (o.Until == 0 || o.WarmUp < o.Until), "warmUp", sp.OutOfRange, "must not be below 0, and before the end")
	e.Check(o.MaxPeople >= 0 && o.MaxPeople <= maxPeople, "maxPeople", sp.OutOfRange, "must be from 0 to 1073741824")
	if o.Until == 0 {
		for i, s := range n.Sources {
			e.Check(s.Limit > 0 || s.At != nil, fmt.Sprintf("sources[%d].limit", i), sp.Missing, "must be there, or the options need an end, or the run never ends")
		}
		for i, s := range n.Stations {
			last := len(s.Shifts) - 1
			ends := last >= 0 && s.Every == 0 && s.Shifts[last].Servers == 0
			e.Check(!ends, fmt.Sprintf("stations[%d].shifts", i), sp.Inconsistent, "must not end with nobody on duty where the options have no end, or people wait for ever")
		}
	}
	return e.Err()
}

// play takes event after event.
func (r *run) play(ctx context.Context) error {
	step := max(r.options.Until/100, 1)
	report := step
	stuck := 0
	for {
		at, ok := r.calendar.Next()
		if !ok || r.ends(at) {
			r.finish()
			return nil
		}
		if at > r.now {
			stuck = 0
		} else if stuck++; stuck > 50_000_000 {
			return fmt.Errorf("queue: run: %w: time stands still at tick %d, as people are served in no time and come again", sp.ErrInvalid, at)
		}
		if r.events&4095 == 0 && ctx.Err() != nil {
			return fmt.Errorf("queue: run: %w", ctx.Err())
		}
		if r.options.Progress != nil && r.options.Until > 0 && at >= report {
			r.options.Progress(at)
			report = at - at%step + step
		}
		var e event
		r.now, e = r.calendar.Take()
		r.events++
		r.handle(e)
		if r.err != nil {
			return r.err
		}
	}
}

func (r *run) handle(e event) {
	switch e.kind {
	case comes:
		r.comes(&r.sources[e.index])
	case finishes:
		r.finishes(e.person)
	case givesUp:
		r.givesUp(e.person, e.life)
	case shifts:
		r.shifts(&r.stations[e.index])
	case slot:
		r.slot(&r.stations[e.index])
	}
}

// ends reports whether a run has come to its end before something that is due.
func (r *run) ends(due Time) bool {
	if r.options.Until > 0 {
		return due > r.options.Until
	}
	return r.coming == 0 && r.present == 0
}

// finish goes on to the end, where there is nothing more to happen.
func (r *run) finish() {
	if r.options.Until == 0 {
		return
	}
	r.now = r.options.Until
	if r.options.Progress != nil {
		r.options.Progress(r.now)
	}
}

// check returns an error if the time under the curves of a station is not that which people spent there.
func (result *Result) check() error {
	for _, s := range result.Stations {
		for _, f := range s.Classes {
			if f.queued != f.QueueArea || f.served != f.ServiceArea {
				return fmt.Errorf("queue: run: Little's law does not hold at %q: please report this as a defect of the library", s.Station)
			}
		}
	}
	return nil
}
