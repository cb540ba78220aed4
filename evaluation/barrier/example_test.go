package barrier_test

import (
	"context"
	"fmt"
	"log"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/voice"
)

// A commissioner asks of a scheme of 600 referrals: do people wait too long, and do those who were
// heard say the same? The diaries of 150 shifts of link workers were asked for.
func Example() {
	plan := barrier.Plan{Over: barrier.Years, Groups: evaluation.By("age", facts.AgeBand)}
	world := evaluationtest.World{Seed: 1, Referrals: 600, Heard: true}
	report, err := plan.Read(context.Background(), world.Log(), evaluation.Options{AsOf: evaluationtest.End}, barrier.Sources{
		Asked:   map[barrier.Asking]int{{Kind: voice.Diary, Of: voice.LinkWorker}: 150},
		Targets: map[string]barrier.Target{catalogue.PeopleWaitingID: {Value: 0.1, Source: "our contract of April 2025"}},
	}, disclosure.HES())
	if err != nil {
		log.Fatal(err)
	}
	for _, line := range report.Lines {
		if line.No == "6-1" {
			fmt.Println(line.Measured[0])
			for _, s := range line.Said {
				if s.How == voice.Diary && s.By == voice.LinkWorker {
					fmt.Println(s)
				}
			}
			fmt.Println("lost to it:", line.Lost.Share)
			fmt.Println("evidence:", line.Evidence)
		}
	}
	// Output:
	// still waiting after 84 days 26 % (22 to 30), 130 of 500 people referred, lowest in 0-17, highest in 50-64, worse than 10 % (our contract of April 2025)
	// named by link workers 14 % (8 to 21), 15 of 110 diaries (73 % of those who were asked answered)
	// lost to it: 6 % (4.23 to 8.44), 30 of 500 people referred, Wilson 95 %
	// evidence: strong
}

// Do people of deprived areas wait longer? The practice that referred them says in which fifth of
// deprivation they live.
func ExamplePlan_gradient() {
	plan := barrier.Plan{
		Groups:  evaluation.Grouping{Name: "fifth of deprivation", Reads: []evaluation.Fact{facts.Practice}, Of: fifth},
		Ordered: []string{"1", "2", "3", "4", "5"}, // from the most deprived
	}
	report, err := plan.Read(context.Background(), evaluationtest.World{Seed: 1, Referrals: 600}.Log(), evaluation.Options{AsOf: evaluationtest.End}, barrier.Sources{}, disclosure.HES())
	if err != nil {
		log.Fatal(err)
	}
	for _, line := range report.Lines {
		if line.No == "6-1" {
			waiting := line.Measured[0]
			fmt.Println(waiting.Name+", from the most to the least deprived, percentage points:", waiting.Gap.Slope)
		}
	}
	// Output:
	// still waiting after 84 days, from the most to the least deprived, percentage points: -0.625 (-14.1 to 12.9), closed form 95 %
}

// How many of 21 link workers have to answer, so that a share of them is known to within ten
// points?
func ExampleSampleSize() {
	n, err := barrier.SampleSize(21, barrier.Sample{})
	fmt.Println(n, err)
	// Output: 18 <nil>
}

// Two halves of a county count their own people, and send no more than counts; one report is
// made of both.
func ExamplePlan_Make() {
	ctx, plan := context.Background(), barrier.Plan{Over: barrier.Years}
	var county *evaluation.Counts
	for seed := range uint64(2) {
		run, err := evaluation.New(evaluation.Options{AsOf: evaluationtest.End, By: plan.By()}, plan.Indicators()...)
		if err != nil {
			log.Fatal(err)
		}
		if err := run.Read(ctx, evaluationtest.World{Seed: seed + 1, Referrals: 300}.Log(), nil); err != nil {
			log.Fatal(err)
		}
		half, err := run.Count(ctx)
		if err != nil {
			log.Fatal(err)
		}
		if county == nil {
			county = half
		} else if err := county.Merge(half); err != nil {
			log.Fatal(err)
		}
	}
	report, err := plan.Make(county, barrier.Sources{}, disclosure.HES())
	if err != nil {
		log.Fatal(err)
	}
	for _, line := range report.Lines {
		if line.No == "6-1" || line.No == "5-3" {
			fmt.Println(line)
		}
	}
	// Output:
	// 5-3 none nobody for the computer: cannot be told from the log: ask 97 link workers, or all if there are fewer
	// 6-1 fair a long chain, and waiting: still waiting after 84 days 28 % (24 to 32), 140 of 495 people referred; lost to it 7 % (5 to 10) of the people referred
}
