package parquet_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"runtime"
	"strconv"
	"testing"
	"time"

	pq "github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/evaluation/parquet"
	"github.com/socialprescribing/sp/store"
)

func table(tb testing.TB, rows export.Rows) export.Table {
	tb.Helper()
	released, err := disclosure.NotPeople(rows, "a test")
	require.NoError(tb, err)
	t, err := export.New(export.Schema{Name: "places", Title: "Places", Fields: []export.Field{
		{Name: "service", Type: export.Text, Meaning: "Name"},
		{Name: "places", Type: export.Integer, Meaning: "Places"},
		{Name: "price", Type: export.Number, Unit: "GBP", Decimals: 2, Meaning: "Price"},
		{Name: "taken", Type: export.Number, Unit: "share", Meaning: "Share that is taken"},
		{Name: "checked", Type: export.Day, Meaning: "Day of the count"},
	}}, released)
	require.NoError(tb, err)
	return t
}

func TestWriteTableKeepsTypesAndEmptyCells(t *testing.T) {
	day := sp.NewDate(2026, 11, 30)
	const n = 10_000 // several batches
	var b bytes.Buffer
	require.NoError(t, parquet.WriteTable(&b, table(t, func(yield func([]export.Value, error) bool) {
		for i := range n {
			row := []export.Value{export.String(fmt.Sprint("s", i%7)), export.Whole(int64(i)), export.Minor(int64(-i)), export.Real(float64(i) / 3), export.On(day.Add(i % 9))}
			if i%5 == 0 {
				row = make([]export.Value, 5)
			}
			if !yield(row, nil) {
				return
			}
		}
	})))
	type record struct {
		Checked *int32   `parquet:"checked,optional,date"`
		Places  *int64   `parquet:"places,optional"`
		Price   *int64   `parquet:"price,optional,decimal(2:18)"`
		Service *string  `parquet:"service,optional"`
		Taken   *float64 `parquet:"taken,optional"`
	}
	got, err := pq.Read[record](bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.NoError(t, err)
	require.Len(t, got, n)
	for i, r := range got {
		if i%5 == 0 {
			require.Equal(t, record{}, r)
			continue
		}
		require.Equal(t, fmt.Sprint("s", i%7), *r.Service)
		require.EqualValues(t, i, *r.Places)
		require.EqualValues(t, -i, *r.Price)
		require.InDelta(t, float64(i)/3, *r.Taken, 0)
		require.EqualValues(t, day.Add(i%9).Sub(sp.NewDate(1970, 1, 1)), *r.Checked)
	}
	file, err := pq.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.NoError(t, err)
	unit, ok := file.Lookup("unit:price")
	require.True(t, ok)
	require.Equal(t, "GBP", unit)
	require.Contains(t, file.Schema().String(), "DECIMAL(18,2)")
}

// Rows come while earlier ones are written: what is left half-written is waited for, and the bytes are
// the same however many processors there are.
func TestWriteTableGivesTheSameBytesAndWaitsForWhatItBegan(t *testing.T) {
	const n = 5_000
	rows := func(end error) export.Rows {
		return func(yield func([]export.Value, error) bool) {
			row := make([]export.Value, 5)
			for i := range n {
				row[0], row[1], row[3] = export.String(fmt.Sprint(i%700)), export.Whole(int64(i)), export.Real(float64(i))
				if !yield(row, nil) {
					return
				}
			}
			if end != nil {
				yield(nil, end)
			}
		}
	}
	var want bytes.Buffer
	require.NoError(t, parquet.WriteTable(&want, table(t, rows(nil))))
	for _, processors := range []int{1, 2, 8} {
		t.Run(fmt.Sprint(processors), func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
			var got bytes.Buffer
			require.NoError(t, parquet.WriteTable(&got, table(t, rows(nil))))
			require.True(t, bytes.Equal(want.Bytes(), got.Bytes()))
			before := runtime.NumGoroutine()
			require.ErrorIs(t, parquet.WriteTable(io.Discard, table(t, rows(io.ErrUnexpectedEOF))), io.ErrUnexpectedEOF)
			require.Equal(t, before, runtime.NumGoroutine())
		})
	}
}

func TestWriteEventsKeepsEveryEvent(t *testing.T) {
	log := evaluationtest.World{Seed: 1, Referrals: 700}.Log()
	var b bytes.Buffer
	require.NoError(t, parquet.WriteEvents(&b, log))
	got, err := pq.Read[parquet.Event](bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.NoError(t, err)
	i := 0
	for e, err := range log {
		require.NoError(t, err)
		r := got[i]
		i++
		require.Equal(t, store.Key{Tenant: r.Tenant, Kind: r.Kind, ID: r.ID}, e.Key)
		require.Equal(t, []any{e.Version, string(e.Type), string(e.Data)}, []any{r.Version, r.Type, r.Data})
		require.True(t, e.Stamp.At.Equal(r.At))
	}
	require.Len(t, got, i)
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteEventsFailsAsLogsAndFilesDo(t *testing.T) {
	require.ErrorIs(t, parquet.WriteEvents(full{}, evaluationtest.World{Seed: 1, Referrals: 1}.Log()), io.ErrShortWrite)
	var gone iter.Seq2[store.RecordedEvent, error] = func(yield func(store.RecordedEvent, error) bool) { yield(store.RecordedEvent{}, io.ErrUnexpectedEOF) }
	require.ErrorIs(t, parquet.WriteEvents(io.Discard, gone), io.ErrUnexpectedEOF)
	require.ErrorIs(t, parquet.WriteTable(full{}, table(t, func(func([]export.Value, error) bool) {})), io.ErrShortWrite)
	require.ErrorContains(t, parquet.WriteTable(io.Discard, table(t, func(yield func([]export.Value, error) bool) { yield(nil, nil) })), "must have 5 values")
}

// million is a million rows of figures, as wide as those of an evaluation.
func million(tb testing.TB) export.Table {
	tb.Helper()
	s := export.FigureSchema()
	rows, err := disclosure.NotPeople[export.Rows](func(yield func([]export.Value, error) bool) {
		row := make([]export.Value, len(s.Fields))
		day := sp.NewDate(2026, 3, 31)
		groups := make([]export.Value, 10_000)
		for i := range groups {
			groups[i] = export.String(fmt.Sprintf("practice P%05d", i))
		}
		for i := range 1_000_000 {
			n := float64(50 + i%900)
			x := float64(int(n) * (i % 97) / 100)
			copy(row, []export.Value{
				export.String("contacted-in-time"), export.String("2026-12"), export.String("contacted within 10 working days"),
				{},
				groups[i%10_000], export.On(day.Add(-364)), export.On(day), export.String("share"),
				export.Real(x / n), export.Real(x / (n + 4)), export.Real((x + 4) / (n + 4)), export.Real(0.95), export.String("Wilson"), export.Real(x), export.Real(n), export.Whole(int64(i % 11)), export.String(export.Estimated),
			})
			if !yield(row, nil) {
				return
			}
		}
	}, "a benchmark")
	require.NoError(tb, err)
	t, err := export.New(s, rows)
	require.NoError(tb, err)
	return t
}

// A million rows of 17 columns, as each format.
func BenchmarkMillion(b *testing.B) {
	t := million(b)
	for name, write := range map[string]func(io.Writer) error{
		"encoding-csv": func(w io.Writer) error { return plainly(w, t) }, // the baseline, which makes a text of each number first
		"csv":          t.WriteCSV, "ndjson": t.WriteJSON, "parquet": func(w io.Writer) error { return parquet.WriteTable(w, t) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				var n count
				require.NoError(b, write(&n))
				b.SetBytes(int64(n))
			}
		})
	}
}

// plainly writes a table with encoding/csv.
func plainly(w io.Writer, t export.Table) error {
	out, line := csv.NewWriter(w), make([]string, len(t.Schema().Fields))
	for row, err := range t.Rows() {
		if err != nil {
			return err
		}
		for i, f := range t.Schema().Fields {
			switch v := row[i]; {
			case v.IsZero():
				line[i] = ""
			case f.Type == export.Text:
				line[i] = v.Text()
			case f.Type == export.Integer:
				line[i] = strconv.FormatInt(v.Int(), 10)
			case f.Type == export.Day:
				line[i] = time.Unix(v.Int()*86400, 0).UTC().Format(time.DateOnly)
			default:
				line[i] = strconv.FormatFloat(v.Float(), 'g', -1, 64)
			}
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

type count int

func (c *count) Write(p []byte) (int, error) { *c += count(len(p)); return len(p), nil }
