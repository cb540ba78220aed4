package simulation

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// A belief is what the scheme has learned of a service from its answers, as package
// evaluation/observed learns it from the same events.
type belief struct {
	directory.Observed
	lastYes time.Time
}

func (b *belief) yes(at time.Time) {
	b.lastYes = at
	b.Asked++
	b.Accepted++
	b.FullInARow, b.FullSince, b.FullLast = 0, time.Time{}, time.Time{}
}

func (b *belief) no(full bool, at time.Time) {
	b.Asked++
	if !full {
		b.Refused++
		return
	}
	b.Full++
	if !at.After(b.lastYes) {
		return // of the same moment
	}
	if b.FullInARow == 0 {
		b.FullSince = at
	}
	b.FullInARow++
	b.FullLast = at
}

// until returns what is believed at a moment.
func (b *belief) until(at time.Time) (directory.Observed, error) {
	seen := b.Observed
	seen.Until = at
	if b.Asked == 0 {
		return seen, nil
	}
	e, err := stat.Proportion(float64(b.Accepted), float64(b.Asked), 0.95)
	seen.Share = sp.Know(directory.ObservedShare{Value: e.Value, Lower: e.Interval.Lower, Upper: e.Interval.Upper})
	return seen, err
}

// observed returns what the scheme believes of each service.
func (r *run) observed() (map[directory.ID]directory.Observed, error) {
	all := make(map[directory.ID]directory.Observed, len(r.supply))
	for i := range r.supply {
		seen, err := r.supply[i].seen.until(r.log.time(r.now))
		if err != nil {
			return nil, err
		}
		all[seen.Service] = seen
	}
	return all, nil
}

// relearn puts the options of those who wait in order again, by what providers have answered. In what
// order somebody would go where nobody is asked this week does not matter, and ranking takes long.
func (r *run) relearn() error {
	if r.p.Sharing != Learning {
		return nil
	}
	clear(r.options)
	rooms := make([]bool, len(r.supply))
	for i := range r.supply {
		rooms[i] = r.room(i) > 0
	}
	for _, slot := range r.wishing {
		c := &r.people[slot]
		if r.mayGo(wish{c.group, c.need}, rooms) {
			r.reconsider(slot)
		} else {
			c.placed.next()
		}
	}
	return r.failed
}

// mayGo reports whether one of the offers that have room would help with a wish.
func (r *run) mayGo(w wish, rooms []bool) bool {
	for i, room := range rooms {
		if room && r.suits(w, i) {
			return true
		}
	}
	return false
}
