package postgres_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
	"github.com/socialprescribing/sp/store/storetest"
)

const pooled = "sp_test_pooled" // the database behind PgBouncer

// pgbouncer starts PgBouncer in transaction mode in front of a database of its own, and
// returns how to reach it. It ends with the test.
func pgbouncer(t *testing.T) *pgxpool.Config {
	t.Helper()
	server := available(t)
	if server.Dir == "" {
		t.Skip("the server is not ours to put something in front of")
	}
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer" // where Debian has it, outside the path of most users
	}
	if _, err := os.Stat(program); err != nil {
		t.Skip("install the package pgbouncer to run this test")
	}
	config, err := pgx.ParseConfig(server.DSN)
	require.NoError(t, err)
	if !exists(t, config, "SELECT FROM pg_database WHERE datname = '"+pooled+"'") {
		execute(t, config, "CREATE DATABASE "+pooled)
	}
	dir := filepath.Join(server.Dir, "pgbouncer")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	users, ini := filepath.Join(dir, "users.txt"), filepath.Join(dir, "pgbouncer.ini")
	require.NoError(t, os.WriteFile(users, []byte(`"postgres" ""`), 0o644))
	require.NoError(t, os.WriteFile(ini, fmt.Appendf(nil, `[databases]
%s = host=%s
[pgbouncer]
pool_mode = transaction
listen_port = 6432
unix_socket_dir = %s
auth_type = trust
auth_file = %s
max_client_conn = 200
default_pool_size = 10
`, pooled, server.Dir, dir, users), 0o644))
	log, err := os.Create(filepath.Join(dir, "log"))
	require.NoError(t, err)
	defer log.Close()
	require.NoError(t, server.Own(dir))
	cmd := exec.Command(program, ini)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: server.Credential}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	require.Eventually(t, func() bool {
		conn, err := net.Dial("unix", filepath.Join(dir, ".s.PGSQL.6432"))
		if err != nil {
			return false
		}
		conn.Close()
		return true
	}, patience, tick, "see %s", log.Name())
	through, err := pgxpool.ParseConfig(fmt.Sprintf("host=%s port=6432 user=postgres dbname=%s", dir, pooled))
	require.NoError(t, err)
	return through
}

// In transaction mode every transaction may get another session of the server, so
// nothing that is prepared in one is there in the next.
func TestStoreKeepsEveryPromiseBehindPgBouncer(t *testing.T) {
	tier.Need(t, tier.Full)
	config := pgbouncer(t)
	direct, err := pgx.ParseConfig(available(t).DSN + " dbname=" + pooled)
	require.NoError(t, err)
	modes := []pgx.QueryExecMode{pgx.QueryExecModeExec, pgx.QueryExecModeCacheDescribe}
	for _, mode := range modes[:tier.Pick(0, 1, 2)] {
		t.Run(mode.String(), func(t *testing.T) {
			config.ConnConfig.DefaultQueryExecMode = mode
			db := database{config}
			again := func(t *testing.T) store.Driver {
				t.Helper()
				s, err := postgres.Open(t.Context(), db.pool(t, 8))
				require.NoError(t, err)
				return s
			}
			storetest.Suite{
				Few: tier.Now() < tier.Long,
				Open: func(t *testing.T) store.Driver {
					t.Helper()
					execute(t, direct, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
					migrated(t, db.pool(t, 1), postgres.Options{})
					return again(t)
				},
				Reopen: func(t *testing.T, _ store.Driver) store.Driver { t.Helper(); return again(t) },
			}.Run(t)
		})
	}
}
