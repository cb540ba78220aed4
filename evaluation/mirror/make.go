package mirror

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/triage"
	"github.com/socialprescribing/sp/store"
)

// Of says whose pages are made.
type Of string

// The kinds of pages.
const (
	OfPractices Of = "practice" // by who sent the referral
	OfProviders Of = "provider" // by who was asked for a place
	OfWorkers   Of = "worker"   // by who was the last to have the referral
)

// Options say what pages are about. The zero Options are about the whole log.
type Options struct {
	// Period is when referrals were received, or places were asked of providers; zero is all.
	// Let it begin on the same day each month, such as that of the financial year, or let
	// periods not overlap: see Ledger.
	Period   sp.Period
	AsOf     sp.Date     // the last day that counts; zero is that of the last event
	Calendar sp.Calendar // by which days and working days are counted

	Policy disclosure.Policy // for counts of people; zero is [disclosure.HES]
	// Ledger remembers what earlier pages showed, if it is not nil, and gets what these show, once
	// all are made.
	Ledger *disclosure.Ledger

	ContactDays int // working days within which people are to be spoken to; 0 is 10
	ReplyDays   int // days within which a provider is to answer; 0 is 7
	NewsDays    int // days after a closing within which the referrer is to be told; 0 is 14

	Criteria  triage.Criteria   // whose words say what failed; codes stand where it has none
	Taxonomy  *needs.Taxonomy   // by which reasons are medical, psychological or social; nil is [needs.Standard]
	Contracts *contract.Book    // of providers; nil leaves the end of their money out
	Around    map[string]Around // the facts of the area of a practice, a provider or a worker, by ID
}

func (o Options) orDefault() Options {
	o.ContactDays, o.ReplyDays, o.NewsDays = cmp.Or(o.ContactDays, 10), cmp.Or(o.ReplyDays, 7), cmp.Or(o.NewsDays, 14)
	if o.Policy.Name == "" {
		o.Policy = disclosure.HES()
	}
	if o.Taxonomy == nil {
		o.Taxonomy = needs.Standard()
	}
	return o
}

func (o Options) check(of Of) error {
	e := &sp.InvalidError{Subject: "mirror"}
	e.Check(of == OfPractices || of == OfProviders || of == OfWorkers, "of", sp.NotListed, "must be practice, provider or worker")
	const rule = "must not be negative"
	e.Check(o.ContactDays >= 0, "ContactDays", sp.OutOfRange, rule)
	e.Check(o.ReplyDays >= 0, "ReplyDays", sp.OutOfRange, rule)
	e.Check(o.NewsDays >= 0, "NewsDays", sp.OutOfRange, rule)
	for _, id := range slices.Sorted(maps.Keys(o.Around)) {
		o.Around[id].check(e, "Around["+id+"]")
	}
	return e.Err()
}

// Mirrors are all pages of a kind.
type Mirrors struct {
	Report evaluation.Report // what of the log could not be counted
	// NotStated is how many referrals or requests are on no page, since nobody said whose
	// they are.
	NotStated disclosure.Cell

	of    Of
	pages map[string]Page
}

// Make counts a log, and makes the pages of a kind. It fails with an error that is
// [sp.ErrInvalid] for options that make no sense and for a ledger with a period that overlaps with
// this one and begins on another day; with the first error of the log; and once ctx is done.
// Events that cannot be read stand in the report.
func Make(ctx context.Context, of Of, log iter.Seq2[store.RecordedEvent, error], o Options) (*Mirrors, error) {
	if err := o.check(of); err != nil {
		return nil, err
	}
	o = o.orDefault()
	sections := sectionsOf(of, o)
	run, err := evaluation.New(evaluation.Options{Period: o.Period, AsOf: o.AsOf, Calendar: o.Calendar, By: grouping(of)}, indicators(sections)...)
	if err != nil {
		return nil, fmt.Errorf("mirror: %w", err)
	}
	if err := run.Read(ctx, log, nil); err != nil {
		return nil, fmt.Errorf("mirror: %w", err)
	}
	counts, err := run.Count(ctx)
	if err != nil {
		return nil, fmt.Errorf("mirror: %w", err)
	}
	if err := o.overlaps(of, counts.AsOf); err != nil {
		return nil, err
	}
	earlier := remember(o.Ledger)
	m := &Mirrors{Report: run.Report(), of: of, pages: map[string]Page{}}
	for _, id := range o.ids(counts) {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("mirror: %w", err)
		}
		if m.pages[id], err = o.page(of, id, sections, counts, earlier); err != nil {
			return nil, fmt.Errorf("mirror: page of a %s: %w", of, err)
		}
	}
	for _, s := range sections {
		if s.title == becameTitle || s.title == answersTitle {
			m.NotStated = o.Policy.Show(sum(s.tally(counts, evaluation.UnknownGroup)))
		}
	}
	if o.Ledger != nil {
		o.Ledger.Entries = append(o.Ledger.Entries, earlier.added...)
	}
	m.reach(o)
	m.fund(o, counts.AsOf)
	return m, nil
}

// ids lists of whom there are pages: those of whom the log says something, and those around whom
// something is known, as who sent nobody gets a page too.
func (o Options) ids(counts *evaluation.Counts) []string {
	all := map[string]bool{}
	for _, c := range counts.Of {
		for id := range c.Groups {
			all[id] = true
		}
	}
	for id := range o.Around {
		all[id] = true
	}
	delete(all, "")
	delete(all, evaluation.UnknownGroup)
	return slices.Sorted(maps.Keys(all))
}

// IDs returns of whom there is a page, in order.
func (m *Mirrors) IDs() []string { return slices.Sorted(maps.Keys(m.pages)) }

// Page returns the page of a practice, a provider or a worker. It fails with an error that is
// [sp.ErrNotFound] for somebody of whom the log says nothing and who is not in Options.Around.
func (m *Mirrors) Page(id string) (Page, error) {
	p, found := m.pages[id]
	if !found {
		return Page{}, fmt.Errorf("mirror: no page of this %s: %w", m.of, sp.ErrNotFound)
	}
	return p, nil
}

// grouping is by whose pages they are.
func grouping(of Of) evaluation.Grouping {
	switch of {
	case OfProviders:
		return evaluation.By(string(of), facts.Provider)
	case OfWorkers:
		return evaluation.By(string(of), facts.Worker)
	default:
		return evaluation.By(string(of), facts.Practice)
	}
}

// page makes the page of somebody, without what takes all others.
func (o Options) page(of Of, id string, sections []section, counts *evaluation.Counts, earlier *memory) (Page, error) {
	p := Page{Of: of, ID: id, Period: o.Period, AsOf: counts.AsOf, Policy: o.Policy}
	if a, known := o.Around[id]; known {
		p.Around = &a
	}
	for _, s := range sections {
		one, err := o.release(of, id, s, counts, earlier)
		if err != nil {
			return Page{}, fmt.Errorf("%s: %w", s.title, err)
		}
		p.Sections = append(p.Sections, one)
	}
	agree(p.Sections)
	for i, s := range sections {
		if s.columns == nil {
			p.Sections[i].Lines = most(p.Sections[i].Lines)
		}
	}
	return p, nil
}

// tally returns what was counted of a section in a group, by its columns, which are those that
// occur in any group if it names none.
func (s section) tally(counts *evaluation.Counts, group string) (columns []string, n []int64) {
	at := slices.IndexFunc(counts.Of, func(c evaluation.Counted) bool { return c.ID == s.id() })
	columns = s.columns
	if columns == nil {
		columns = codes(counts.Of[at].Groups[group])
	}
	for _, column := range columns {
		n = append(n, counts.Of[at].Groups[group][evaluation.Of(column)])
	}
	return columns, n
}

func sum(_ []string, counts []int64) (all int64) {
	for _, n := range counts {
		all += n
	}
	return all
}

// codes returns the codes that were counted, in order.
func codes(t evaluation.Tally) (all []string) {
	for answer := range t {
		if code, is := strings.CutPrefix(answer.String(), "of: "); is {
			all = append(all, code)
		}
	}
	slices.Sort(all)
	return all
}

// release takes a section of a page through the policy, and through the ledger if there is one.
// Pages are tables of their own: no page shows a total of several. Where no choice of counts hides
// what is small, the section is withheld.
func (o Options) release(of Of, id string, s section, counts *evaluation.Counts, earlier *memory) (Section, error) {
	out := Section{Title: s.title, Of: s.of}
	columns, n := s.tally(counts, id)
	if len(columns) == 0 {
		out.Total = o.Policy.Show(0)
		return out, nil
	}
	t := disclosure.Table{Title: s.title, Columns: columns, Rows: []disclosure.Row{{Name: id, Counts: n}}}
	var released disclosure.Released[disclosure.Safe]
	var err error
	if o.Ledger == nil {
		released, err = disclosure.Release(t, o.Policy)
	} else {
		released, err = earlier.release(o.key(of, id, s.title), counts.AsOf, t, o.Policy)
	}
	if _, unsafe := errors.AsType[*disclosure.UnsafeError](err); unsafe {
		out.Withheld = "withheld, since no choice of counts hides the small ones"
		return out, nil
	}
	if _, differs := errors.AsType[*disclosure.DifferenceError](err); differs {
		out.Withheld = "withheld, since together with an earlier page it would tell a small count"
		return out, nil
	}
	if err != nil {
		return Section{}, err
	}
	safe, err := released.Public()
	if err != nil {
		return Section{}, err
	}
	cells := safe.Rows[0].Cells
	for k, kind := range columns {
		out.Lines = append(out.Lines, Line{kind, cells[k]})
	}
	out.Total = cells[len(cells)-1] // with one column alone, it is the total
	return out, nil
}

// A memory is what a ledger remembers, by key: each page is held against earlier pages of its own
// alone, so that a year of 200 practices is not read through for each.
type memory struct {
	of    map[string][]disclosure.Entry
	added []disclosure.Entry
}

func remember(l *disclosure.Ledger) *memory {
	m := &memory{of: map[string][]disclosure.Entry{}}
	if l != nil {
		for _, e := range l.Entries {
			m.of[e.Key] = append(m.of[e.Key], e)
		}
	}
	return m
}

func (m *memory) release(key string, on sp.Date, t disclosure.Table, p disclosure.Policy) (disclosure.Released[disclosure.Safe], error) {
	l := &disclosure.Ledger{Entries: slices.Clip(m.of[key])}
	released, err := l.Release(key, on, t, p)
	m.added = append(m.added, l.Entries[len(m.of[key]):]...)
	return released, err
}

// agree withholds what several sections of the same rows would tell together: where one shows how
// many rows there are, and another needs that hidden, the other is withheld.
func agree(sections []Section) {
	told := map[string]bool{}
	for _, s := range sections {
		hidden := slices.ContainsFunc(s.Lines, func(l Line) bool { return l.Count.Count.IsZero() })
		if s.Withheld == "" && (!s.Total.Count.IsZero() || len(s.Lines) > 0 && !hidden) {
			told[s.Of] = true
		}
	}
	for i, s := range sections {
		if s.Withheld == "" && told[s.Of] && s.Total.Count.IsZero() {
			sections[i] = Section{Title: s.Title, Of: s.Of, Withheld: "withheld, since it would tell small counts together with the total above or below"}
		}
	}
}

// key is under which a ledger has a section of a page: that of one period, as it goes on.
func (o Options) key(of Of, id, title string) string {
	return keyBefore(of) + o.Period.Start.String() + " " + id + " " + title
}

func keyBefore(of Of) string { return "mirror of " + string(of) + " from " }

// overlaps fails if the ledger has pages of a period that overlaps with this one and begins on
// another day: what lies between the two would be of few people, and no ledger sees that.
func (o Options) overlaps(of Of, asOf sp.Date) error {
	if o.Ledger == nil {
		return nil
	}
	for _, e := range o.Ledger.Entries {
		rest, ours := strings.CutPrefix(e.Key, keyBefore(of))
		start, _, _ := strings.Cut(rest, " ")
		if !ours || start == o.Period.Start.String() {
			continue
		}
		began, err := sp.ParseDate(start)
		if err != nil {
			began = 0 // of the whole log
		}
		if began <= asOf && o.Period.Start <= e.On {
			return sp.Invalid("mirror", "Period", sp.Inconsistent, "must begin on the day of earlier pages or after their last day: pages of periods that overlap tell together what neither tells alone")
		}
	}
	return nil
}
