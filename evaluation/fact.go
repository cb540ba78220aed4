package evaluation

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A Fact is a column of a table, filled from some events: the first day on which somebody
// was spoken to, the outcome, the scores. Facts are declared once, as package variables, by
// [First], [Last], [Code], [Count] and [Each]; a [Run] keeps those that its indicators
// list. Each combines events by an operation such as the earliest of days, so that they may
// come in any order, more than once and in parts that overlap.
type Fact interface {
	declared() *fact
}

type fact struct {
	table *Table
	from  []*source
	kept  func() column // makes an empty one
}

func (f *fact) declared() *fact { return f }

func declare(t *Table, kept func() column, events []store.Event) *fact {
	f := &fact{table: t, kept: kept}
	for _, e := range events {
		f.from = append(f.from, sourceOf(e))
	}
	return f
}

type (
	// A DayFact is a column that holds a day: the first or the last on which one of
	// some events happened.
	DayFact struct{ *fact }
	// A CodeFact is a column that holds what the latest of some events said, as texts.
	CodeFact struct{ *fact }
	// A CountFact is a column that holds how many of some events there were.
	CountFact struct{ *fact }
	// A ListFact is a column that holds everything that some events said, with their
	// days.
	ListFact struct{ *fact }
)

// First declares the first day of any of some events.
func First(t *Table, events ...store.Event) DayFact {
	return DayFact{declare(t, func() column { return &dayColumn{} }, events)}
}

// Last declares the last day of any of some events.
func Last(t *Table, events ...store.Event) DayFact {
	return DayFact{declare(t, func() column { return &dayColumn{last: true} }, events)}
}

// Code declares what the latest of some events says, in the order in which they were
// recorded: [Text] or [Texts].
func Code(t *Table, events ...store.Event) CodeFact {
	return CodeFact{declare(t, func() column { return &codeColumn{} }, events)}
}

// Count declares how many of some events there were. It keeps which ones, so that none is
// counted twice.
func Count(t *Table, events ...store.Event) CountFact {
	return CountFact{declare(t, func() column { return &countColumn{} }, events)}
}

// Each declares what each of some events says: a [Text], [Texts] or [Entries].
func Each(t *Table, events ...store.Event) ListFact {
	return ListFact{declare(t, func() column { return &listColumn{} }, events)}
}

// An Entry is what one event said to a [ListFact].
type Entry struct {
	On     sp.Date
	Text   string // each text of an event is an entry of its own
	Number int64
}
