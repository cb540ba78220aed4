package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/evaluation/tables"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
)

// against are the tables of the caller that the log is held against, by the names of their files.
type against struct {
	population, practices, inNeed, journeys, uses, surveys, source string

	byPractice, byPerson *evaluation.Run
}

func (a *against) declare(flags *flag.FlagSet) {
	flags.StringVar(&a.population, "population", "", "CSV `file` of who is registered with each practice: area (the practice), people, and quintile if it is known")
	flags.StringVar(&a.practices, "practices", "", "CSV `file` of all practices: practice")
	flags.StringVar(&a.inNeed, "in-need", "", "CSV `file` of people known to be in need: person")
	flags.StringVar(&a.journeys, "journeys", "", "CSV `file` of journeys: placement, minutes")
	flags.StringVar(&a.uses, "uses", "", "CSV `file` of the use of another service: person, before, before days, after, after days, comparison")
	flags.StringVar(&a.surveys, "surveys", "", "CSV `file` of how many were asked: kind, speaker, asked")
	flags.StringVar(&a.source, "source", "", "where these tables are from, as `words`; empty is the name of each file")
}

// whose is the person of a referral.
var whose = evaluation.Code(facts.Referrals, evaluation.Text(func(e referral.Received) string { return string(e.Person) }))

// begin makes the runs that count by practice and by person.
func (a *against) begin(o evaluation.Options) (err error) {
	var all []evaluation.Indicator
	for _, i := range catalogue.All(catalogue.Standards{}) {
		if i.ID == catalogue.CompleteID || i.ID == catalogue.PermittedID {
			all = append(all, i)
		}
	}
	o.By = evaluation.By("practice", facts.Practice)
	if a.byPractice, err = evaluation.New(o, all...); err != nil {
		return err
	}
	o.By = evaluation.By("person", whose)
	a.byPerson, err = evaluation.New(o, all...)
	return err
}

// also lets the runs see each event of a log on its way.
func (a *against) also(log iter.Seq2[store.RecordedEvent, error]) iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		for e, err := range log {
			if err == nil && a.population+a.practices != "" {
				_ = a.byPractice.Add(e) //nolint:errcheck // what cannot be read is told of by the other run
			}
			if err == nil && a.inNeed != "" {
				_ = a.byPerson.Add(e) //nolint:errcheck // the same
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// report prints what the tables make of the log; nothing if there are none.
func (a *against) report(ctx context.Context, w io.Writer, run *evaluation.Run, o evaluation.Options) error {
	figures, err := run.Figures(ctx)
	if err != nil {
		return err
	}
	during := sp.Period{Start: o.Period.Start, End: o.AsOf.Add(1)}
	var all []evaluation.Figure
	for _, of := range []func(context.Context, []evaluation.Figure, sp.Period) ([]evaluation.Figure, error){
		a.ofPopulation, a.ofPractices, a.ofPeople, a.ofOthers, a.ofSurveys,
	} {
		found, err := of(ctx, figures, during)
		if err != nil {
			return err
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		return nil
	}
	b := bytes.NewBufferString("\nHELD AGAINST TABLES  of who there is, of lists, and of other services\n")
	for _, f := range all {
		fmt.Fprintf(b, "  %s\n", f)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// read reads a table with its source; it is zero if no file is named.
func read[T any](a *against, path string, as func(r io.Reader, name, source string) (T, error)) (table T, err error) {
	file, err := os.Open(path)
	if err != nil {
		return table, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return as(file, filepath.Base(path), cmp.Or(a.source, filepath.Base(path)))
}

func (a *against) ofPopulation(ctx context.Context, _ []evaluation.Figure, during sp.Period) ([]evaluation.Figure, error) {
	if a.population == "" {
		return nil, nil
	}
	people, err := read(a, a.population, tables.ReadPopulation)
	if err != nil {
		return nil, err
	}
	counted, err := a.byPractice.Figures(ctx)
	if err != nil {
		return nil, err
	}
	referrals := tables.Denominators(counted, catalogue.CompleteID)
	rates, err := tables.ReferralRate(people, "", referrals, during)
	if err != nil {
		return nil, err
	}
	reached, err := tables.PeopleReached(people, "", tables.Denominators(counted, catalogue.PermittedID))
	if err != nil {
		return nil, err
	}
	equity, err := tables.EquityOfAccess(people, referrals, during)
	return append(append(rates, reached...), equity.Ratio), err
}

func (a *against) ofPractices(ctx context.Context, _ []evaluation.Figure, _ sp.Period) ([]evaluation.Figure, error) {
	if a.practices == "" {
		return nil, nil
	}
	list, err := read(a, a.practices, func(r io.Reader, name, source string) (tables.List, error) {
		return tables.ReadList(r, name, "practice", source)
	})
	if err != nil {
		return nil, err
	}
	counted, err := a.byPractice.Figures(ctx)
	if err != nil {
		return nil, err
	}
	referrals := tables.Denominators(counted, catalogue.CompleteID)
	coverage, err := tables.PracticeCoverage(list, referrals)
	if err != nil {
		return nil, err
	}
	concentration, err := tables.ReferrerConcentration(list, referrals)
	return []evaluation.Figure{coverage, concentration}, err
}

func (a *against) ofPeople(ctx context.Context, _ []evaluation.Figure, _ sp.Period) ([]evaluation.Figure, error) {
	if a.inNeed == "" {
		return nil, nil
	}
	list, err := read(a, a.inNeed, func(r io.Reader, name, source string) (tables.List, error) {
		return tables.ReadList(r, name, "person", source)
	})
	if err != nil {
		return nil, err
	}
	counted, err := a.byPerson.Figures(ctx)
	if err != nil {
		return nil, err
	}
	reach, err := tables.ReachInNeed(list, tables.Denominators(counted, catalogue.CompleteID))
	return []evaluation.Figure{reach}, err
}

// ofOthers are figures that need no log: of journeys, and of the use of another service.
func (a *against) ofOthers(context.Context, []evaluation.Figure, sp.Period) (all []evaluation.Figure, err error) {
	if a.journeys != "" {
		journeys, err := read(a, a.journeys, tables.ReadJourneys)
		if err != nil {
			return nil, err
		}
		if all, err = tables.TravelBurden(journeys); err != nil {
			return nil, err
		}
	}
	if a.uses != "" {
		uses, err := read(a, a.uses, tables.ReadUses)
		if err != nil {
			return nil, err
		}
		change, err := tables.ServiceUseChange(uses, tables.Regression{})
		if err != nil {
			return nil, err
		}
		all = append(all, change.Ratio, *change.Difference)
	}
	return all, nil
}

func (a *against) ofSurveys(_ context.Context, figures []evaluation.Figure, _ sp.Period) ([]evaluation.Figure, error) {
	if a.surveys == "" {
		return nil, nil
	}
	asked, err := read(a, a.surveys, tables.ReadSurveys)
	if err != nil {
		return nil, err
	}
	return tables.ResponseRates(asked, tables.Numerators(figures, catalogue.StatementsID))
}
