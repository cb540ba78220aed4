// Package transitiontest proves that the tests of a package see every change of its
// table.
//
// A rule that no test looks at may be wrong for years. [Mutants] makes one mistake at a
// time in a [transition.Machine] (mutation testing). A test of the package that owns the
// machine gives every command in every situation with each of them, and fails for a
// mistake that neither changes an answer nor is refused by [transition.Machine.Check]:
//
//	for what, mutant := range transitiontest.Mutants(machine) {
//		machine = mutant
//		if behaviour() == golden && len(mutant.Check()) == 0 {
//			t.Error("survived: ", what)
//		}
//	}
package transitiontest

import (
	"fmt"
	"iter"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/transition"
)

// Mutants yields copies of m with one thing wrong at a time, and says what that is:
// a guard removed, always or never holding, or with another code, words, audience
// or without its detail; a party removed, without its relation or role, or with
// other words; a state added, removed or led to instead; another name of a command
// or an event; a row that is never legal. It leaves m as it is.
func Mutants[S, C ~string, T any](m *transition.Machine[S, C, T]) iter.Seq2[string, *transition.Machine[S, C, T]] {
	return func(yield func(string, *transition.Machine[S, C, T]) bool) {
		g := &generator[S, C, T]{m: m, states: states(m), yield: yield, more: true}
		for i := range m.Rules {
			g.row(i)
			for k := range m.Rules[i].By {
				g.party(i, k)
			}
			for k := range m.Rules[i].Guards {
				g.guard(i, k)
			}
		}
	}
}

// states returns all states that a row leads from or to, the empty one first.
func states[S, C ~string, T any](m *transition.Machine[S, C, T]) []S {
	all := []S{""}
	for _, r := range m.Rules {
		for _, s := range append(slices.Clone(r.From), r.To) {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all
}

type generator[S, C ~string, T any] struct {
	m      *transition.Machine[S, C, T]
	states []S
	yield  func(string, *transition.Machine[S, C, T]) bool
	more   bool // nobody has broken off yet
}

// try yields the machine with row i changed.
func (g *generator[S, C, T]) try(i int, what string, change func(*transition.Rule[S, C, T])) {
	if !g.more {
		return
	}
	r := g.m.Rules[i]
	r.From, r.By, r.Guards = slices.Clone(r.From), slices.Clone(r.By), slices.Clone(r.Guards)
	change(&r)
	mutant := &transition.Machine[S, C, T]{Name: g.m.Name, Rules: slices.Clone(g.m.Rules)}
	mutant.Rules[i] = r
	g.more = g.yield(fmt.Sprintf("row %d, %s: %s", i+1, g.m.Rules[i].Command, what), mutant)
}

func (g *generator[S, C, T]) row(i int) {
	type rule = *transition.Rule[S, C, T]
	r := g.m.Rules[i]
	g.try(i, "never", func(r rule) { r.From = nil })
	g.try(i, "other command name", func(r rule) { r.Command += "x" })
	g.try(i, "other event name", func(r rule) { r.Event += "x" })
	for _, s := range g.states {
		if k := slices.Index(r.From, s); k >= 0 {
			g.try(i, "not from "+string(s), func(r rule) { r.From = slices.Delete(r.From, k, k+1) })
		} else {
			g.try(i, "also from "+string(s), func(r rule) { r.From = append(r.From, s) })
		}
		if s != r.To {
			g.try(i, "to "+string(s), func(r rule) { r.To = s })
		}
	}
}

func (g *generator[S, C, T]) party(i, k int) {
	type rule = *transition.Rule[S, C, T]
	p := g.m.Rules[i].By[k]
	g.try(i, "not by "+p.Words, func(r rule) { r.By = slices.Delete(r.By, k, k+1) })
	g.try(i, "other words for "+p.Words, func(r rule) { r.By[k].Words += "x" })
	if p.Is != nil {
		g.try(i, "not only "+p.Words, func(r rule) { r.By[k].Is = nil })
	}
	if p.Role != "" {
		g.try(i, "any role as "+p.Words, func(r rule) { r.By[k].Role = "" })
	}
}

func (g *generator[S, C, T]) guard(i, k int) {
	type rule = *transition.Rule[S, C, T]
	guard := g.m.Rules[i].Guards[k]
	always := func(holds bool) func(T, sp.Stamp) bool { return func(T, sp.Stamp) bool { return holds } }
	g.try(i, "without "+guard.Code, func(r rule) { r.Guards = slices.Delete(r.Guards, k, k+1) })
	g.try(i, "always "+guard.Code, func(r rule) { r.Guards[k].Holds = always(true) })
	g.try(i, "never "+guard.Code, func(r rule) { r.Guards[k].Holds = always(false) })
	g.try(i, "other code than "+guard.Code, func(r rule) { r.Guards[k].Code += "x" })
	g.try(i, "other words for "+guard.Code, func(r rule) { r.Guards[k].Words += "x" })
	g.try(i, "other audience of "+guard.Code, func(r rule) { r.Guards[k].Audience += "x" })
	if guard.Detail != nil {
		g.try(i, "no detail of "+guard.Code, func(r rule) { r.Guards[k].Detail = nil })
	}
}
