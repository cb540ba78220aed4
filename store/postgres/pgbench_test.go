package postgres_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/pgserver"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// These benchmarks run the driver and pgbench, PostgreSQL's own load generator,
// in turns: the same prepared statement, on the same server, over as many
// connections. An iteration is one turn of each; run several:
//
//	go test -run '^$' -bench Pgbench -benchtime 5x
const (
	clients = 32
	records = 50 // of each client
	turn    = 2 * time.Second
)

func BenchmarkCommitBesidePgbench(b *testing.B) {
	besidePgbench(b, func(ctx context.Context, s *postgres.Store) func(client, i int) error {
		versions := make([][records]int64, clients)
		return func(client, i int) error {
			v := &versions[client][i]
			if *v == 0 { // pgbench has been here
				r, err := s.Get(ctx, key(benchID(client, i)))
				if err != nil {
					return err
				}
				*v = r.Version
			}
			err := s.Commit(ctx, benchChange(client, i, *v))
			*v++
			return err
		}
	})
}

func BenchmarkGetBesidePgbench(b *testing.B) {
	besidePgbench(b, func(ctx context.Context, s *postgres.Store) func(client, i int) error {
		return func(client, i int) error {
			_, err := s.Get(ctx, key(benchID(client, i)))
			return err
		}
	})
}

// BenchmarkGetBesidePgx reports how many records per second the driver reads,
// and the share of what pgx does with the same statement and no driver around it.
func BenchmarkGetBesidePgx(b *testing.B) {
	pool := newDatabase(b).pool(b, clients)
	s := migrated(b, pool, postgres.Options{})
	stock(b, s)
	var ours, theirs float64
	for b.Loop() {
		ours += drive(b, func(client, i int) error {
			_, err := s.Get(b.Context(), key(benchID(client, i)))
			return err
		})
		theirs += drive(b, func(client, i int) error {
			k := key(benchID(client, i))
			var version int64
			var terms, body []byte
			return pool.QueryRow(b.Context(), `SELECT version, terms, body FROM sp_record WHERE tenant = $1 AND kind = $2 AND id = $3`,
				k.Tenant, k.Kind, k.ID).Scan(&version, &terms, &body)
		})
	}
	b.ReportMetric(ours/float64(b.N), "ops/s")
	b.ReportMetric(theirs/float64(b.N), "pgx-ops/s")
	b.ReportMetric(ours/theirs, "ratio")
	b.ReportMetric(0, "ns/op")
}

// stock saves the records that every client reads or changes.
func stock(b *testing.B, s *postgres.Store) {
	b.Helper()
	for client := range clients {
		var all store.Batch
		for i := range records {
			all.Puts = append(all.Puts, benchChange(client, i, store.New).Puts...)
		}
		require.NoError(b, s.Commit(b.Context(), all))
	}
}

func benchID(client, i int) string { return fmt.Sprintf("R-%d-%d", client, i) }

// benchChange is a record of 1 KB with five terms, of which one changes, and an event.
func benchChange(client, i int, version int64) store.Batch {
	p := numbered(i)
	p.Key, p.If = key(benchID(client, i)), version
	p.Terms["due"] = strconv.Itoa(rand.IntN(1_000_000))
	return store.Batch{Puts: []store.Put{p}, Events: []store.RecordedEvent{{
		Key: p.Key, Version: version + 1, Type: "placement-offered",
		Stamp: sp.By(sp.Actor{ID: "w-0001", Role: sp.RoleLinkWorker}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)),
		Data:  []byte(`{"placement":"PL-000001","service":"S-000001"}`),
	}}}
}

// besidePgbench reports how many operations per second the driver does, and
// the share of what pgbench does with the statement that the driver sends.
func besidePgbench(b *testing.B, prepare func(context.Context, *postgres.Store) func(client, i int) error) {
	b.Helper()
	server := available(b)
	if server.Bin == "" {
		b.Skip("pgbench is not known to be here")
	}
	db := newDatabase(b)
	pool := db.pool(b, clients)
	s := migrated(b, pool, postgres.Options{})
	stock(b, s)
	script := pgbenchScript(b, pool, prepare)
	var ours, theirs float64
	for b.Loop() {
		ours += drive(b, prepare(b.Context(), s))
		theirs += pgbench(b, server, db.config, script)
	}
	n := float64(b.N)
	b.ReportMetric(ours/n, "ops/s")
	b.ReportMetric(theirs/n, "pgbench-ops/s")
	b.ReportMetric(ours/theirs, "ratio")
	b.ReportMetric(0, "ns/op")
}

// drive runs f from every client for one turn and returns the rate.
func drive(b *testing.B, f func(client, i int) error) float64 {
	b.Helper()
	var done atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	start := time.Now()
	for client := range clients {
		wg.Go(func() {
			for n := int64(0); ; n++ {
				if time.Since(start) > turn {
					done.Add(n)
					return
				}
				if err := f(client, rand.IntN(records)); err != nil {
					failed.Store(&err)
					return
				}
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		b.Fatal(*err)
	}
	return float64(done.Load()) / time.Since(start).Seconds()
}

// A recorder keeps the last statement that went through it, and its arguments.
type recorder struct {
	postgres.DB
	sql  string
	args []any
}

func (r *recorder) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	r.sql, r.args = sql, args
	return r.DB.Query(ctx, sql, args...)
}

// pgbenchScript writes the statement of the operation as a script for pgbench,
// with what the driver sends in place of its arguments. The ID and the
// term that changes are drawn each time; versions are not compared, since
// pgbench keeps none.
func pgbenchScript(b *testing.B, pool *pgxpool.Pool, prepare func(context.Context, *postgres.Store) func(client, i int) error) string {
	b.Helper()
	r := &recorder{DB: pool}
	s, err := postgres.Open(b.Context(), r)
	require.NoError(b, err)
	require.NoError(b, prepare(b.Context(), s)(0, 0))
	sql := regexp.MustCompile(`\$\d+`).ReplaceAllStringFunc(r.sql, func(name string) string {
		n, err := strconv.Atoi(name[1:])
		require.NoError(b, err)
		return literal(r.args[n-1])
	})
	script := filepath.Join(b.TempDir(), "script.sql")
	draw := fmt.Sprintf("\\set i random(0, %d)\n\\set due random(0, 999999)\n", records-1)
	require.NoError(b, os.WriteFile(script, []byte(draw+strings.ReplaceAll(sql, "\n", " ")+";\n"), 0o644))
	return script
}

// literal writes an argument as pgbench is to send it.
func literal(arg any) string {
	const id = `('R-' || :client_id || '-' || :i)`
	list := func(element string) string { return "ARRAY[" + element + "]" }
	switch v := arg.(type) {
	case string:
		if v == benchID(0, 0) {
			return id
		}
		return "'" + v + "'"
	case []string:
		if strings.HasPrefix(v[0], "{") { // terms
			return list(`'` + strings.TrimSuffix(v[0], "}") + `}'::jsonb || jsonb_build_object('due', :due::text)`)
		}
		return list(literal(v[0]))
	case []int64:
		if v[0] == 1 {
			return list("-1") // any version
		}
		return list(strconv.FormatInt(v[0], 10))
	case []bool:
		return list(strconv.FormatBool(v[0]))
	case [][]byte:
		return list(`'\x` + hex.EncodeToString(v[0]) + `'::bytea`)
	case []time.Time:
		return list("'" + v[0].Format(time.RFC3339Nano) + "'")
	}
	panic(fmt.Sprintf("an argument of type %T", arg))
}

var tps = regexp.MustCompile(`tps = ([0-9.]+) \(without initial connection time\)`)

// pgbench runs script for one turn and returns the rate.
func pgbench(b *testing.B, server *pgserver.Server, config *pgxpool.Config, script string) float64 {
	b.Helper()
	c := config.ConnConfig
	cmd := exec.Command(filepath.Join(server.Bin, "pgbench"), "-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2",
		"-T", strconv.Itoa(int(turn.Seconds())), "-f", script, "-h", c.Host, "-U", c.User, c.Database)
	options := []string{}
	for _, name := range slices.Sorted(maps.Keys(c.RuntimeParams)) {
		options = append(options, "-c "+name+"="+c.RuntimeParams[name])
	}
	cmd.Env = append(os.Environ(), "PGOPTIONS="+strings.Join(options, " "))
	out, err := cmd.CombinedOutput()
	require.NoError(b, err, string(out))
	require.Contains(b, string(out), "number of failed transactions: 0")
	rate, err := strconv.ParseFloat(tps.FindStringSubmatch(string(out))[1], 64)
	require.NoError(b, err)
	return rate
}
