package evaluation

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp/store"
)

// A Report says what of the log was counted and what was not.
type Report struct {
	Read       int64                     // events
	Later      int64                     // after the last day
	Unreadable int64                     // refused with an error
	Faults     []string                  // what the first of these said: no personal data
	Ignored    map[store.EventType]int64 // by type: no indicator of the run reads it; past a thousand types, as [OtherTypes]
	Orphans    map[string]int64          // by table: rows whose opening event is not in the log
}

// maxFaults is how many errors a report quotes.
const maxFaults = 10

// maxIgnored is how many types that nobody reads are told apart in a report.
const maxIgnored = 1000

// unread returns the reading of events of a type that nobody reads.
func (r *Run) unread(name store.EventType) *reading {
	told := len(r.byEvent) - r.declared
	if r.byEvent[OtherTypes] != nil {
		told--
	}
	if told >= maxIgnored {
		name = OtherTypes
	}
	if r.byEvent == nil {
		r.byEvent = map[store.EventType]*reading{}
	}
	if r.byEvent[name] == nil {
		r.byEvent[name] = new(reading)
	}
	return r.byEvent[name]
}

// renamed returns the reading of events of a type that nobody reads, unless it is what another
// was called before.
func (r *Run) renamed(e store.RecordedEvent) *reading {
	reads := r.unread(e.Type)
	reads.unsure = false
	for _, t := range r.order {
		if t.form != opened || t.kind() != e.Key.Kind || t.stored == nil {
			continue
		}
		event, err := t.stored(e.Type, e.Data)
		if reads.unsure = err != nil; err != nil {
			continue
		}
		if present := r.byEvent[event.EventType()]; event.EventType() != e.Type && present != nil && r.byEvent[e.Type] == reads {
			ignored := reads.ignored
			*reads = *present
			reads.ignored = ignored
		}
	}
	return reads
}

func (r *Run) unreadable(e store.RecordedEvent, err error) error {
	err = fmt.Errorf("evaluation: add event %d of %s: %s: %w", e.Version, e.Key, e.Type, err)
	r.report.Unreadable++
	if len(r.report.Faults) < maxFaults {
		r.report.Faults = append(r.report.Faults, err.Error())
	}
	return err
}

func (r *Report) merge(o Report) {
	r.Read += o.Read
	r.Later += o.Later
	r.Unreadable += o.Unreadable
	r.Faults = append(slices.Clip(r.Faults), o.Faults[:min(len(o.Faults), maxFaults-len(r.Faults))]...)
}

// Report returns what was read until now, and what of it is not counted.
func (r *Run) Report() Report {
	all := r.report
	all.Faults, all.Ignored, all.Orphans = slices.Clone(all.Faults), map[store.EventType]int64{}, map[string]int64{}
	for name, reads := range r.byEvent {
		if reads.ignored > 0 {
			all.Ignored[name] = reads.ignored
		}
	}
	for _, t := range r.order {
		for _, s := range r.freeze().states[t] {
			if s&whole == 0 {
				all.Orphans[t.name]++
			}
		}
	}
	return all
}
