package evaluation

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/store"
)

// Options say what a [Run] is about. The zero Options follow every referral up
// to the day of the last event.
type Options struct {
	Period    sp.Period   // the referrals received in it are followed; zero is all
	AsOf      sp.Date     // the last complete day; what happened later is left out. Zero is the day of the last event
	Calendar  sp.Calendar // by which days and working days are counted, as in package referral/worklist
	Standards Standards
	Interval  stat.Method // of shares: [stat.MethodWilson], the default, or [stat.MethodClopperPearson]
	Level     float64     // of confidence; 0 is 0.95
}

// A Run collects from events what its figures need. Only one goroutine may use
// it at a time. The zero Run has the zero Options.
type Run struct {
	options    Options
	referrals  map[store.Key]*referralFacts
	placements map[store.Key]*placementFacts
	sessions   map[store.Key]*sessionFacts
	last       sp.Date
}

// New returns a Run that has seen no event. It fails with an error that is
// [sp.ErrInvalid] for a level out of the range of package stat, for a method that
// does not suit shares, and for standards below 0 or above [survival.MaxDuration].
func New(o Options) (*Run, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.Interval == "" {
		o.Interval = stat.MethodWilson
	}
	if err := o.Standards.check(); err != nil {
		return nil, fmt.Errorf("evaluation: %w", err)
	}
	o.Standards = o.Standards.orDefault()
	if _, err := NewShare("options", "", 1, 2, o.Interval, o.Level); err != nil {
		return nil, err
	}
	return &Run{
		options:   o,
		referrals: map[store.Key]*referralFacts{}, placements: map[store.Key]*placementFacts{}, sessions: map[store.Key]*sessionFacts{},
	}, nil
}

// ready makes of the zero Run one with the zero Options.
func (r *Run) ready() {
	if r.referrals != nil {
		return
	}
	fresh, err := New(Options{})
	if err != nil {
		panic(err) // they are valid
	}
	*r = *fresh
}

// Definitions returns the definitions of the figures of r.
func (r *Run) Definitions() []Definition { return Catalogue(r.options.Standards) }

// Add takes an event into account. Events may come in any order and more than
// once; those that are not about referrals, placements and sessions, or of types that no
// indicator needs, leave r as it is. It fails with an error that is
// [sp.ErrInvalid], and leaves r as it is, if the data or the time of an event
// cannot be read.
func (r *Run) Add(e store.RecordedEvent) error {
	r.ready()
	on := r.options.Calendar.Date(e.Stamp.At)
	used, err := r.take(e, day(on))
	if err != nil {
		return fmt.Errorf("evaluation: add event %d of %s: %w", e.Version, e.Key, err)
	}
	if used {
		r.last = max(r.last, on)
	}
	return nil
}

// Merge takes into account everything that o has seen. It fails with an error
// that is [sp.ErrInvalid], and leaves r as it is, if o is nil or has other options.
func (r *Run) Merge(o *Run) error {
	if o == nil {
		return sp.Invalid("evaluation: merge", "", sp.Missing, "must be given a run")
	}
	r.ready()
	o.ready()
	a, b := r.options, o.options
	same := a.Period == b.Period && a.AsOf == b.AsOf && a.Calendar.Equal(b.Calendar) &&
		a.Standards == b.Standards && a.Interval == b.Interval && a.Level == b.Level
	if !same {
		return fmt.Errorf("evaluation: merge: runs have different options: %w", sp.ErrInvalid)
	}
	for key, f := range o.referrals {
		of(r.referrals, key).merge(f)
	}
	for key, f := range o.placements {
		of(r.placements, key).merge(f)
	}
	for key, f := range o.sessions {
		of(r.sessions, key).merge(f)
	}
	r.last = max(r.last, o.last)
	return nil
}

// of returns the facts of key, new ones if there are none yet.
func of[F any](facts map[store.Key]*F, key store.Key) *F {
	f := facts[key]
	if f == nil {
		f = new(F)
		facts[key] = f
	}
	return f
}
