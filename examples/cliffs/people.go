package main

import (
	"os"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
)

// served counts, in a log of events, the people who have a place with each provider on a
// day: accepted or begun by then, and not at its end.
func served(name string, on sp.Date) (contract.Caseload, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	proposed := map[string]placement.Proposed{}
	holds := map[string]bool{}
	for e, err := range eventfile.Read(f, name) {
		if err != nil {
			return nil, err
		}
		if e.Key.Kind != placement.Kind || sp.DateOf(e.Stamp.At) > on {
			continue
		}
		event, err := placement.DecodeEvent(e.Type, e.Data)
		if err != nil {
			return nil, err
		}
		switch event := event.(type) {
		case placement.Proposed:
			proposed[e.Key.ID] = event
		case placement.Accepted, placement.Started:
			holds[e.Key.ID] = true
		case placement.Completed, placement.Stopped, placement.Declined, placement.Lapsed, placement.Withdrawn, placement.EnteredInError:
			delete(holds, e.Key.ID)
		}
	}
	people := map[directory.ID]map[person.ID]bool{}
	for _, p := range proposed { // of others nothing is known
		people[p.Provider] = map[person.ID]bool{}
	}
	for id := range holds {
		p := proposed[id]
		if people[p.Provider] == nil {
			continue // a log that begins in the middle says nothing of whose place this is
		}
		people[p.Provider][p.Person] = true
	}
	return func(provider, _ directory.ID) (int, bool) {
		who, known := people[provider]
		return len(who), known
	}, nil
}
