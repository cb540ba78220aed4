package hsds_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// A flood is a megabyte of records or parts that say hardly anything, as JSON or as a table.
type flood struct{ name, table, before, again, after string }

var floods = []flood{
	{"services of a name", "", `{"services":[{"name":"a"}`, `,{"name":"n%d"}`, "]}"},
	{"organisations of a name", "", `{"organizations":[{"name":"a"}`, `,{"name":"n%d"}`, "]}"},
	{"places of a name", "", `{"locations":[{"name":"a"}`, `,{"name":"n%d"}`, "]}"},
	{"schedules of many services", "", `{"services":[{"id":"a"}`, `,{"id":"%d","name":"x","schedules":[{"freq":"X"}]}`, "]}"},
	{"access of many places", "", `{"locations":[{"id":"a"}`, `,{"id":"%d","name":"x","accessibility":[{"description":"ramp"}]}`, "]}"},
	{"terms", "", `{"taxonomy_terms":[{"id":"a"}`, `,{"id":"n%d"}`, "]}"},
	{"rows of services", "services", "id,name\n", "%d,x\n", ""},
	{"rows of services at one place", "services", "id,location_id,name\n", "%d,1,x\n", ""},
	{"rows of places", "locations", "id,name,latitude,longitude\n", "%d,Hall,54,-2\n", ""},
	{"rows of one letter", "services", "id,name\n", "a\n", ""},
}

func (f flood) read(tb testing.TB, text string) any {
	tb.Helper()
	if f.table == "" {
		return readDocument(tb, text)
	}
	c, _, err := hsds.ReadTables(tb.Context(), importertest.Folder(f.table+".csv", text), feed.Options{Feed: "x"})
	require.NoError(tb, err)
	return c
}

// bare reads the same with the standard library, which checks nothing.
func (f flood) bare(tb testing.TB, text string) {
	tb.Helper()
	if f.table == "" {
		var all any
		require.NoError(tb, json.Unmarshal([]byte(text), &all))
		return
	}
	rows := csv.NewReader(strings.NewReader(text))
	rows.FieldsPerRecord = -1
	_, err := rows.ReadAll()
	require.NoError(tb, err)
}

// BenchmarkFlood reports what reading a megabyte of each flood takes: processor time, that of
// the standard library in the same run, and the heap at its height for each byte that is read.
func BenchmarkFlood(b *testing.B) {
	for _, f := range floods {
		text := importertest.Repeated(f.before, f.again, f.after)(1 << 20)
		b.Run(f.name, func(b *testing.B) {
			var read, bare time.Duration
			for b.Loop() {
				from := processorTime(b)
				f.read(b, text)
				half := processorTime(b)
				f.bare(b, text)
				read, bare = read+half-from, bare+processorTime(b)-half
			}
			b.ReportMetric(float64(read.Milliseconds())/float64(b.N), "cpu-ms/op")
			b.ReportMetric(float64(bare.Milliseconds())/float64(b.N), "bare-cpu-ms/op")
			c, ok := f.read(b, text).(directory.Catalogue)
			require.True(b, ok)
			b.ReportMetric(float64(len(c.Services)+len(c.Organisations)+len(c.Places)), "records")
			b.ReportMetric(float64(min(importertest.Peak(b, text, f.read), importertest.Peak(b, text, f.read), importertest.Peak(b, text, f.read)))/float64(len(text)), "heapB/inputB")
		})
	}
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
