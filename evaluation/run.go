package evaluation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/store"
)

// Options say what a [Run] is about. The zero Options follow every row up to the day of
// the last event.
type Options struct {
	Period   sp.Period   // rows whose [Indicator.Cohort] day lies in it are followed; zero is all
	AsOf     sp.Date     // the last complete day; what happened later is left out. Zero is the day of the last event
	Calendar sp.Calendar // by which days and working days are counted, as in package referral/worklist
	By       Grouping    // figures are of each group; zero makes one of all
	Interval stat.Method // of shares: [stat.MethodWilson], the default, or [stat.MethodClopperPearson]
	Level    float64     // of confidence; 0 is 0.95
}

// A Run is the first of two levels: facts by aggregate. It takes events in any order and
// as often as they come, and merges with other runs of the same options and indicators,
// overlaps too. [Run.Count] makes the second level of it, which is small and holds
// nothing of anybody: [Counts]. Only one goroutine may use a Run at a time.
type Run struct {
	options    Options
	indicators []Indicator
	tables     map[*Table]*rows
	columns    map[*fact]column
	byEvent    map[store.EventType]*reading
	declared   int     // how many types somebody reads
	order      []*rows // each after the one above it
	last       sp.Date
	queue      queue // of what is not in tables and columns yet
	report     Report
	frozen     *frozen
}

// A reading is what a run reads of events of one type.
type reading struct {
	t       *rows // nil if nobody reads them
	opens   *source
	wrong   bool
	decode  func([]byte) (any, error) // nil if nobody looks into it
	takers  []taker
	ignored int64 // how many nobody read: all, or those of another kind of aggregate
	unsure  bool  // nobody reads them under this name, and what they are was not to be read yet
}

type taker struct {
	into *rows
	col  column
	from *source
}

// frozen is what a run works out once no more events come.
type frozen struct {
	states map[*rows][]state
	below  []*children // by number of the table; nil until somebody asks
}

var errForm = fmt.Errorf("is stored in a form that this program does not know: %w", sp.ErrInvalid)

// New returns a Run of some indicators that has seen no event. It fails with an error that
// is [sp.ErrInvalid] for an indicator that is not complete, for two of one ID, for a level out of the range of
// package stat, for a method that does not suit shares, and for a grouping that is half declared.
func New(o Options, indicators ...Indicator) (*Run, error) {
	o, err := o.check(indicators)
	if err != nil {
		return nil, err
	}
	r := &Run{
		options: o, indicators: slices.Clone(indicators),
		tables: map[*Table]*rows{}, columns: map[*fact]column{}, byEvent: map[store.EventType]*reading{},
	}
	for _, i := range indicators {
		if err := r.keep(i); err != nil {
			return nil, fmt.Errorf("evaluation: indicator %s: %w", i.ID, err)
		}
	}
	r.declared = len(r.byEvent)
	return r, nil
}

// check returns o with its defaults. It fails for options or indicators that are not complete.
func (o Options) check(indicators []Indicator) (Options, error) {
	o.Level, o.Interval = cmp.Or(o.Level, 0.95), cmp.Or(o.Interval, stat.MethodWilson)
	if _, err := newShare("options", "", 1, 2, o.Interval, o.Level); err != nil {
		return o, err
	}
	seen := map[string]bool{}
	for _, i := range indicators {
		if err := errors.Join(i.check(), o.By.check()); err != nil {
			return o, fmt.Errorf("evaluation: %w", err)
		}
		if seen[i.ID] {
			return o, sp.Invalid("evaluation: indicator "+i.ID, "ID", sp.Duplicate, "must be of one indicator alone")
		}
		seen[i.ID] = true
	}
	return o, nil
}

// keep makes the tables and columns that an indicator needs.
func (r *Run) keep(i Indicator) error {
	r.table(i.Unit)
	for _, read := range r.options.reads(i) {
		f := read.declared()
		if f == nil {
			return sp.Invalid("fact", "Reads", sp.Missing, "must be declared")
		}
		into := r.table(f.table)
		if r.columns[f] != nil {
			continue
		}
		c := f.kept()
		r.columns[f] = c
		for _, s := range f.from {
			if (s.naming != nil) != (f.table.form == parts) || f.table.form == named {
				return sp.Invalid("fact of "+f.table.name, string(s.event), sp.Unsupported, "must name its parts in a table of parts and nowhere else")
			}
			e := r.reading(s, into.whole())
			e.takers = append(e.takers, taker{into, c, s})
		}
	}
	return nil
}

// reads returns the facts that it takes to count an indicator.
func (o Options) reads(i Indicator) []Fact {
	all := slices.Concat(i.Reads, o.By.Reads)
	if i.Cohort.fact != nil {
		all = append(all, i.Cohort)
	}
	return all
}

// whole returns the table of the aggregates whose events are about rows of t.
func (t *rows) whole() *rows {
	for t.form == parts {
		t = t.above
	}
	return t
}

// table returns the rows of a table, with those above it.
func (r *Run) table(t *Table) *rows {
	if t == nil || r.tables[t] != nil {
		return r.tables[t]
	}
	kept := &rows{Table: t, above: r.table(t.up)}
	kept.number = len(r.order)
	r.tables[t] = kept
	r.order = append(r.order, kept)
	if t.opening != nil {
		r.reading(t.opening, kept).opens = t.opening
	}
	for _, s := range t.inError {
		r.reading(s, kept).wrong = true
	}
	return kept
}

// reading returns what is read of an event, to read a source too.
func (r *Run) reading(s *source, t *rows) *reading {
	e := r.byEvent[s.event]
	if e == nil {
		e = &reading{t: t}
		r.byEvent[s.event] = e
	}
	if e.decode == nil && s.reader != nil {
		e.decode = s.reader(t.whole().stored)
	}
	return e
}

// maxVersion is how long a history may be: a hundred times as long as any. What is kept of one key is
// so bounded, however many events a log claims for it.
const maxVersion = 1 << 20

// Add takes an event into account. Events may come in any order and more than once; those
// of types that no indicator of r reads are counted in the report and leave r as it is
// otherwise, as do those after its last day. It fails with an error that is
// [sp.ErrInvalid], and leaves r as it is but for the report, if the data or the time of an event
// cannot be read, or its version is not from 1 to 1,048,576.
func (r *Run) Add(e store.RecordedEvent) error {
	r.report.Read++
	reads := r.byEvent[e.Type]
	if reads == nil || reads.unsure {
		reads = r.renamed(e)
	}
	if reads.t == nil || reads.t.kind() != e.Key.Kind {
		reads.ignored++
		return nil
	}
	on := r.options.Calendar.Date(e.Stamp.At)
	n := int64(on) - int64(day0)
	if n < 1 || n > math.MaxUint16 || e.Version < 1 || e.Version > maxVersion {
		return r.unreadable(e, fmt.Errorf("its day or its version is none: %w", sp.ErrInvalid))
	}
	if !r.options.AsOf.IsZero() && on > r.options.AsOf {
		r.report.Later++
		return nil
	}
	var body any
	if reads.decode != nil {
		var err error
		if body, err = reads.decode(e.Data); err != nil {
			return r.unreadable(e, err)
		}
	}
	r.take(e.Key, moment{uint16(n), uint32(e.Version)}, reads, body)
	r.last = max(r.last, on)
	r.frozen = nil
	return nil
}

// take queues what an event says.
func (r *Run) take(k store.Key, m moment, reads *reading, body any) {
	q := &r.queue
	row := q.of(reads.t, k)
	if reads.opens != nil {
		above := ""
		if reads.opens.text != nil {
			above = reads.opens.text(body)
		}
		q.open(reads.t, row, k, above)
	}
	if reads.wrong {
		q.wrong = append(q.wrong, row)
	}
	for _, t := range reads.takers {
		switch {
		case t.from.when != nil && !t.from.when(body):
		case t.into == reads.t:
			q.say(t.col, row, m, t.from, body)
		default:
			for _, name := range t.from.naming(body) {
				q.say(t.col, q.part(t.into, row, name), m, t.from, body)
			}
		}
	}
	if q.isFull() {
		q.flush()
	}
}

// every is how many events are read between two looks at the context.
const every = 4096

// Read adds all events of a log. Those that cannot be read stand in the report and end
// nothing; it fails with the first error of the log itself, and once ctx is done. Progress,
// which may be nil, is told now and then how many events were read.
func (r *Run) Read(ctx context.Context, log iter.Seq2[store.RecordedEvent, error], progress func(read int)) error {
	n := 0
	for e, err := range log {
		if err == nil && n%every == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("evaluation: read the log: %w", err)
		}
		_ = r.Add(e) //nolint:errcheck // it stands in the report
		if n++; progress != nil && n%every == 0 {
			progress(n)
		}
	}
	if progress != nil {
		progress(n)
	}
	return nil
}

// Indicators returns the indicators of r, in their order.
func (r *Run) Indicators() []Indicator { return slices.Clone(r.indicators) }

func (r *Run) asOf() sp.Date {
	if r.options.AsOf.IsZero() {
		return r.last
	}
	return r.options.AsOf
}

func (r *Run) freeze() *frozen {
	if r.frozen != nil {
		return r.frozen
	}
	r.queue.flush()
	f := &frozen{states: map[*rows][]state{}, below: make([]*children, len(r.order))}
	r.arrange()
	for _, t := range r.order {
		f.states[t] = t.states(f.states[t.above])
	}
	for _, c := range r.columns {
		if kept, ok := c.(interface{ freeze() }); ok {
			kept.freeze()
		}
	}
	r.frozen = f
	return f
}

// below returns the rows of a table by the row above.
func (r *Run) below(t *rows) *children {
	c := &r.freeze().below[t.number]
	if *c == nil {
		*c = t.children()
	}
	return *c
}
