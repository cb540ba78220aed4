package parquet

import (
	"fmt"
	"io"

	pq "github.com/parquet-go/parquet-go"

	"github.com/socialprescribing/sp/evaluation/export"
)

// batch is how many rows are written at a time.
const batch = 512

// WriteTable writes a table with a column for each field. It fails with the first error of the
// rows and of w.
func WriteTable(w io.Writer, t export.Table) error {
	s := t.Schema()
	group := pq.Group{}
	for _, f := range s.Fields {
		group[f.Name] = pq.Optional(node(f))
	}
	schema := pq.NewSchema(s.Name, group)
	options := []pq.WriterOption{schema, pq.Compression(&pq.Snappy), pq.KeyValueMetadata("title", s.Title)}
	place := make([]int, len(s.Fields)) // of each field among the columns, which are in order of their names
	for i, f := range s.Fields {
		leaf, _ := schema.Lookup(f.Name)
		place[i] = leaf.ColumnIndex
		options = append(options, pq.SkipPageBounds(f.Name), pq.KeyValueMetadata("meaning:"+f.Name, f.Meaning), pq.KeyValueMetadata("unit:"+f.Name, f.Unit))
	}
	out := pq.NewWriter(w, options...)
	columns := make([]column, len(s.Fields))
	for i, f := range s.Fields {
		columns[i] = column{field: f, place: place[i], out: out.ColumnWriters()[place[i]]}
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

// A column is written a batch at a time.
type column struct {
	field  export.Field
	place  int // among the columns of the file
	out    *pq.ColumnWriter
	values []pq.Value

	text string // of the last row, which is often that of the next
	last pq.Value
}

// write writes every nth of the values, from the one at first.
func (c *column) write(rows []export.Value, first, nth int) error {
	none := pq.NullValue().Level(0, 0, c.place)
	c.values = c.values[:0]
	for i := first; i < len(rows); i += nth {
		if v := &rows[i]; v.IsZero() {
			c.values = append(c.values, none)
		} else {
			c.values = append(c.values, c.value(v))
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

// value returns a cell as a value of the column.
func (c *column) value(v *export.Value) pq.Value {
	switch {
	case c.field.Type == export.Text:
		if text := v.Text(); text != c.text {
			c.text, c.last = text, pq.ByteArrayValue([]byte(text)).Level(0, 1, c.place)
		}
		return c.last
	case c.field.Type == export.Integer || c.field.Decimals > 0:
		return pq.Int64Value(v.Int()).Level(0, 1, c.place)
	case c.field.Type == export.Day:
		return pq.Int32Value(int32(v.Int())).Level(0, 1, c.place) //nolint:gosec // days of the years 1 to 9999
	default:
		return pq.DoubleValue(v.Float()).Level(0, 1, c.place)
	}
}
