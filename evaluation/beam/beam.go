// Package beam counts a log that is too large for one machine on a cluster that is there
// already: a pipeline for Apache Beam, which Flink, Spark and Dataflow run.
//
//	counts := beam.Count(scope, lines, beam.Plan{AsOf: day})   // lines of package eventfile
//
// The two levels of package evaluation are the two halves of the pipeline. Events are shuffled by
// record, so that the event that opens a record says whose it is, and then by person, so that all that
// is known of somebody is in one place. Each worker counts the people that it is given with the
// engine itself, and hands on whole numbers; these are merged, in whatever order and to the bit.
// A worker that dies takes the numbers of its bundle along, so that nobody is counted twice:
// neither when the runner begins the bundle again, nor when the whole job is started again.
//
// It is a module of its own, which downloads some 150 others.
package beam

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/evaluation/facts"
)

// A Plan says what is counted: all indicators of package catalogue. It travels to the workers as
// JSON, so it holds no functions; for indicators of your own, change [Plan.Run].
type Plan struct {
	AsOf  sp.Date // the last day that counts, which must be given: no worker sees the last event of all
	Start sp.Date // the first day on which a referral counts that was received on it; zero is all
	By    string  // practice, route, age, worker, month or year; empty makes one figure of all
}

// Run returns a run of the engine for the plan. It fails with an error that is [sp.ErrInvalid]
// without a last day, and for a grouping that does not exist.
func (p Plan) Run() (*evaluation.Run, error) {
	by, known := map[string]evaluation.Grouping{
		"": {}, "practice": evaluation.By("practice", facts.Practice), "route": evaluation.By("route", facts.Route), "age": evaluation.By("age", facts.AgeBand),
		"worker": evaluation.By("worker", facts.Worker), "month": evaluation.ByMonth("month", facts.Received), "year": evaluation.ByYear("year", facts.Received),
	}[p.By]
	e := &sp.InvalidError{Subject: "beam: plan"}
	e.Check(!p.AsOf.IsZero(), "AsOf", sp.Missing, "must be given")
	e.Check(known, "By", sp.NotListed, "must be practice, route, age, worker, month or year")
	if err := e.Err(); err != nil {
		return nil, err
	}
	return evaluation.New(evaluation.Options{Period: sp.Period{Start: p.Start}, AsOf: p.AsOf, By: by}, catalogue.All(catalogue.Standards{})...)
}

// Count returns the counts of a log as one text: the JSON of [evaluation.Counts]. Lines are those of
// package eventfile, in any order; one that is no event fails the pipeline.
func Count(s sdk.Scope, lines sdk.PCollection, p Plan) sdk.PCollection {
	records := sdk.GroupByKey(s, sdk.ParDo(s, byRecord, lines))
	people := sdk.GroupByKey(s, sdk.ParDo(s, byPerson, records))
	return sdk.Combine(s, &mergeFn{}, sdk.ParDo(s, &countFn{Plan: p}, people))
}

// Declare makes the pipeline known to the workers. Call it once at the beginning of main, before
// beam.Init.
func Declare() {
	register.Function2x0(byRecord)
	register.Function3x0(byPerson)
	register.DoFn3x1[string, func(*string) bool, func(string), error](&countFn{})
	register.Combiner1[string](&mergeFn{})
	register.Emitter1[string]()
	register.Emitter2[string, string]()
	register.Iter1[string]()
}

// A head is what has to be known of a line to shuffle it.
type head struct {
	Tenant string `json:"tenant"`
	Kind   string `json:"kind"`
	ID     string `json:"id"`
	Data   struct {
		Person   string `json:"person"`
		Referral string `json:"referral"`
	} `json:"data"`
}

// byRecord yields a line by the record that it is about.
func byRecord(line string, emit func(string, string)) {
	if strings.TrimSpace(line) == "" {
		return
	}
	var h head
	_ = json.Unmarshal([]byte(line), &h) //nolint:errcheck // who counts it says what is wrong
	emit(h.Tenant+"\x00"+h.Kind+"\x00"+h.ID, line)
}

// byPerson yields the lines of a record by the person that the event which opens it names, or
// by the referral, or by the record itself.
func byPerson(record string, lines func(*string) bool, emit func(string, string)) {
	var all []string
	tenant, _, _ := strings.Cut(record, "\x00")
	person, of := "", ""
	for line := ""; lines(&line); {
		all = append(all, line)
		var h head
		_ = json.Unmarshal([]byte(line), &h) //nolint:errcheck // who counts it says what is wrong
		person, of = cmp.Or(person, h.Data.Person), cmp.Or(of, h.Data.Referral)
	}
	key := record
	switch {
	case person != "":
		key = tenant + "\x00person\x00" + person
	case of != "":
		key = tenant + "\x00referral\x00" + of
	}
	for _, line := range all {
		emit(key, line)
	}
}

// countFn counts the people of a bundle.
type countFn struct {
	Plan Plan

	run *evaluation.Run
}

// StartBundle begins to count.
func (f *countFn) StartBundle(context.Context, func(string)) (err error) {
	f.run, err = f.Plan.Run()
	return err
}

// ProcessElement counts what is known of a person.
func (f *countFn) ProcessElement(_ string, lines func(*string) bool, _ func(string)) error {
	for line := ""; lines(&line); {
		for e, err := range eventfile.Read(strings.NewReader(line), "line") {
			if err == nil {
				err = f.run.Add(e)
			}
			if err != nil {
				return fmt.Errorf("beam: %w", err)
			}
		}
	}
	return nil
}

// FinishBundle hands on whole numbers.
func (f *countFn) FinishBundle(ctx context.Context, emit func(string)) error {
	counts, err := f.run.Count(ctx)
	if err != nil {
		return err
	}
	text, err := json.Marshal(counts)
	emit(string(text))
	return err
}

// mergeFn merges counts.
type mergeFn struct{}

// MergeAccumulators returns the counts of both.
func (*mergeFn) MergeAccumulators(a, b string) (string, error) {
	if a == "" || b == "" {
		return cmp.Or(a, b), nil
	}
	var x, y evaluation.Counts
	if err := json.Unmarshal([]byte(a), &x); err != nil {
		return "", err
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		return "", err
	}
	if err := x.Merge(&y); err != nil {
		return "", err
	}
	text, err := json.Marshal(&x)
	return string(text), err
}
