package parquet

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	pq "github.com/parquet-go/parquet-go"

	"github.com/socialprescribing/sp/evaluation/export"
)

// batch is how many rows are written at a time.
const batch = 256

// WriteTable writes a table with a column for each field, in their order. It fails with the first
// error of the rows and of w.
func WriteTable(w io.Writer, t export.Table) error {
	s := t.Schema()
	out := pq.NewWriter(w, options(s)...)
	columns := make([]column, len(s.Fields))
	for i, f := range s.Fields {
		columns[i] = newColumn(f, i, out.ColumnWriters()[i])
	}
	rows := make([]export.Value, 0, batch*len(s.Fields))
	flush := func() error {
		for i := range columns {
			if err := columns[i].write(rows, i, len(columns)); err != nil {
				return fmt.Errorf("parquet: write %s: %w", s.Name, err)
			}
		}
		rows = rows[:0]
		return nil
	}
	for row, err := range t.Rows() {
		if err != nil {
			return fmt.Errorf("parquet: %w", err)
		}
		if rows = append(rows, row...); len(rows) == cap(rows) {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
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

// A column is written a batch at a time.
type column struct {
	out    *pq.ColumnWriter
	of     func(*export.Value) pq.Value
	place  int
	values []pq.Value
}

func newColumn(f export.Field, place int, out *pq.ColumnWriter) column {
	return column{out: out, place: place, of: valueOf(f, place), values: make([]pq.Value, 0, batch)}
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
