package facts_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// Sessions are counted by the provider of the placement that they belong to, and those
// of one person are taken to be alike.
func Example() {
	missed := evaluation.Indicator{
		ID: "missed", Version: "1", Name: "sessions missed", Source: "our providers' forum",
		Numerator: "sessions missed", Denominator: "sessions attended or missed",
		Unit: facts.Sessions, Of: "sessions", Statistic: evaluation.Clustered,
		Reads: []evaluation.Fact{facts.Attended, facts.Missed},
		Rule: func(r evaluation.Row) evaluation.Answer {
			switch {
			case r.Happened(facts.Attended):
				return evaluation.No
			case r.Happened(facts.Missed):
				return evaluation.Yes
			default:
				return evaluation.Absent
			}
		},
	}
	run, err := evaluation.New(evaluation.Options{By: evaluation.By("provider", facts.Provider)}, missed)
	if err != nil {
		log.Fatal(err)
	}
	for person := range 3 {
		id := fmt.Sprint(person)
		add(run, referral.Kind, "R-"+id, referral.Received{})
		add(run, placement.Kind, "PL-"+id, placement.Proposed{Referral: referral.ID("R-" + id), Provider: "bay/green"})
		for week := range 4 {
			s := fmt.Sprintf("S-%s-%d", id, week)
			add(run, session.Kind, s, session.Planned{Placement: placement.ID("PL-" + id)})
			if person == 0 && week < 3 {
				add(run, session.Kind, s, session.Missed{})
			} else {
				add(run, session.Kind, s, session.Attended{})
			}
		}
	}
	figures, err := run.Figures(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range figures {
		fmt.Println(f)
	}
	// Output:
	// sessions missed in bay/green: 25.0 % (3.7 to 74.4), 3 of 12 sessions, Wilson at effective size 95 %
}

// add adds an event, as a log would hold it.
func add(run *evaluation.Run, kind, id string, e store.Event) {
	data, err := store.Encode(e)
	if err == nil {
		at := time.Date(2026, time.May, 4, 10, 0, 0, 0, time.UTC)
		err = run.Add(store.RecordedEvent{
			Key: store.Key{Tenant: "bay", Kind: kind, ID: id}, Version: 1, Type: e.EventType(), Data: data,
			Stamp: sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, at),
		})
	}
	if err != nil {
		log.Fatal(err)
	}
}
