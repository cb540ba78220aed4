package parquet

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	pq "github.com/parquet-go/parquet-go"

	"github.com/socialprescribing/sp/evaluation/export"
)

// batch is how many rows are written at a time.
const batch = 1024

// WriteTable writes a table with a column for each field, in their order. It fails with the first
// error of the rows and of w. Columns are written beside each other, on as many processors as there
// are; the bytes are always the same, and nothing runs any more when it returns.
func WriteTable(w io.Writer, t export.Table) error {
	s := t.Schema()
	file := pq.NewWriter(w, options(s)...)
	out := newColumns(s, file.ColumnWriters())
	defer out.wait() //nolint:errcheck // another error comes first
	for row, err := range t.Rows() {
		if err != nil {
			return fmt.Errorf("parquet: %w", err)
		}
		if err := out.add(row); err != nil {
			return fmt.Errorf("parquet: write %s: %w", s.Name, err)
		}
	}
	if err := errors.Join(out.flush(), out.wait(), file.Close()); err != nil {
		return fmt.Errorf("parquet: write %s: %w", s.Name, err)
	}
	return nil
}

// options say what the columns are, and in the metadata what they mean.
func options(s export.Schema) []pq.WriterOption {
	group := ordered{Group: pq.Group{}}
	all := []pq.WriterOption{pq.Compression(&pq.Snappy), pq.KeyValueMetadata("title", s.Title)}
	for _, f := range s.Fields {
		group.Group[f.Name] = pq.Optional(node(f))
		group.names = append(group.names, f.Name)
		all = append(all, pq.SkipPageBounds(f.Name), pq.KeyValueMetadata("meaning:"+f.Name, f.Meaning))
		if f.Unit != "" {
			all = append(all, pq.KeyValueMetadata("unit:"+f.Name, f.Unit))
		}
	}
	return append(all, pq.NewSchema(s.Name, group))
}

// ordered is a group whose columns stand in the order of the table: a [pq.Group] has them in that
// of their names.
type ordered struct {
	pq.Group
	names []string
}

// Fields returns the columns.
func (o ordered) Fields() []pq.Field {
	fields := o.Group.Fields()
	slices.SortFunc(fields, func(a, b pq.Field) int {
		return cmp.Compare(slices.Index(o.names, a.Name()), slices.Index(o.names, b.Name()))
	})
	return fields
}

// columns are written a batch at a time, while the rows of the next are gathered.
type columns struct {
	all     []column
	rows    []export.Value // that are gathered
	writing []export.Value
	work    sync.WaitGroup
	next    atomic.Int64 // column to write
	errs    []error      // by column
}

func newColumns(s export.Schema, out []*pq.ColumnWriter) *columns {
	n := len(s.Fields)
	c := &columns{rows: make([]export.Value, 0, batch*n), writing: make([]export.Value, 0, batch*n), errs: make([]error, n)}
	for i, f := range s.Fields {
		c.all = append(c.all, column{out: out[i], place: i, of: valueOf(f, i), values: make([]pq.Value, 0, batch)})
	}
	return c
}

// add adds a row.
func (c *columns) add(row []export.Value) error {
	if c.rows = append(c.rows, row...); len(c.rows) < cap(c.rows) {
		return nil
	}
	return c.flush()
}

// flush begins to write what is gathered.
func (c *columns) flush() error {
	if err := c.wait(); err != nil {
		return err
	}
	c.rows, c.writing = c.writing[:0], c.rows
	c.next.Store(0)
	for range min(runtime.GOMAXPROCS(0), len(c.all)) {
		c.work.Go(func() {
			for i := int(c.next.Add(1)) - 1; i < len(c.all); i = int(c.next.Add(1)) - 1 {
				c.errs[i] = c.all[i].write(c.writing, i, len(c.all))
			}
		})
	}
	return nil
}

// wait waits until everything is written.
func (c *columns) wait() error {
	c.work.Wait()
	return errors.Join(c.errs...)
}

// A column is written a batch at a time.
type column struct {
	out    *pq.ColumnWriter
	place  int
	of     func(*export.Value) pq.Value
	values []pq.Value
}

// write writes every nth of the values, from the one at first.
func (c *column) write(rows []export.Value, first, nth int) error {
	none := pq.NullValue().Level(0, 0, c.place)
	c.values = c.values[:0]
	for i := first; i < len(rows); i += nth {
		if v := &rows[i]; v.IsZero() {
			c.values = append(c.values, none)
		} else {
			c.values = append(c.values, c.of(v))
		}
	}
	_, err := c.out.WriteRowValues(c.values)
	return err
}

// node returns the type of a column.
func node(f export.Field) pq.Node {
	switch {
	case f.Type == export.Text:
		return pq.Encoded(pq.String(), &pq.RLEDictionary)
	case f.Type == export.Integer:
		return pq.Int(64)
	case f.Type == export.Day:
		return pq.Date()
	case f.Decimals > 0:
		return pq.Decimal(f.Decimals, digits, pq.Int64Type)
	default:
		return pq.Leaf(pq.DoubleType)
	}
}

// digits is how many an exact number has at most.
const digits = 18

// valueOf returns what makes a cell a value of the column.
func valueOf(f export.Field, place int) func(*export.Value) pq.Value {
	switch {
	case f.Type == export.Text:
		var text string // of the last row, which is often that of the next
		var last pq.Value
		return func(v *export.Value) pq.Value {
			if t := v.Text(); t != text {
				text, last = t, pq.ByteArrayValue([]byte(t)).Level(0, 1, place)
			}
			return last
		}
	case f.Type == export.Integer || f.Decimals > 0:
		return func(v *export.Value) pq.Value { return pq.Int64Value(v.Int()).Level(0, 1, place) }
	case f.Type == export.Day:
		return func(v *export.Value) pq.Value {
			return pq.Int32Value(int32(v.Int())).Level(0, 1, place) //nolint:gosec // days of the years 1 to 9999
		}
	default:
		return func(v *export.Value) pq.Value { return pq.DoubleValue(v.Float()).Level(0, 1, place) }
	}
}
