package site_test

import (
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver behind the database handle

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
	"github.com/socialprescribing/sp/store/sqlite"
)

// dsn names a database of PostgreSQL with nothing in it, which the benchmark then fills.
var dsn = flag.String("postgres", "", "`DSN` of an empty database; none is a file of SQLite")

// database opens the one that is measured.
func database(b *testing.B) store.Driver {
	b.Helper()
	if *dsn != "" {
		db, err := postgres.Connect(b.Context(), *dsn, postgres.Options{})
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, db.Close()) })
		return db
	}
	db, err := sqlite.OpenFile(b.Context(), filepath.Join(b.TempDir(), "desk.db"))
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	return db
}

// BenchmarkSiteFirstByte asks for each page over a connection on loopback, from a desk on SQLite
// or PostgreSQL, and reports after how many milliseconds the first byte came. Its baseline needs
// nothing.
func BenchmarkSiteFirstByte(b *testing.B) {
	t := newWorld(b, database(b)).tour()
	server := httptest.NewServer(t.site)
	b.Cleanup(server.Close)
	for _, s := range append([]stop{{"baseline, the style sheet", "/desk.css", t.ann}}, t.stops()...) {
		b.Run(s.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				took = append(took, s.firstByte(b, server))
			}
			slices.Sort(took)
			for name, share := range map[string]int{"p50-ms": 50, "p99-ms": 99} {
				b.ReportMetric(float64(took[len(took)*share/100].Microseconds())/1000, name)
			}
		})
	}
}

// firstByte asks for a page, and returns how long its first byte took.
func (s stop) firstByte(b *testing.B, server *httptest.Server) (took time.Duration) {
	b.Helper()
	var begun time.Time
	ctx := httptrace.WithClientTrace(b.Context(), &httptrace.ClientTrace{GotFirstResponseByte: func() { took = time.Since(begun) }})
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+s.path, nil)
	require.NoError(b, err)
	for name, value := range s.who.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	begun = time.Now()
	got, err := server.Client().Do(r)
	require.NoError(b, err)
	_, err = io.Copy(io.Discard, got.Body)
	require.NoError(b, err)
	require.NoError(b, got.Body.Close())
	require.Equal(b, http.StatusOK, got.StatusCode)
	return took
}
