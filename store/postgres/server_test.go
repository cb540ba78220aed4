package postgres_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store/postgres"
)

// The tests run on a PostgreSQL server of their own, which they start in a
// temporary folder and stop at the end, or on the one that SP_POSTGRES_DSN names.
func TestMain(m *testing.M) {
	if os.Getenv(writerEnv) != "" {
		write() // this process is the one that a fault test will kill
		return
	}
	os.Exit(run(m))
}

var (
	shared   *server // nil if there is none
	noServer error   // why
)

func run(m *testing.M) int {
	if dsn := os.Getenv("SP_POSTGRES_DSN"); dsn != "" {
		shared = &server{dsn: dsn}
		return m.Run()
	}
	if shared, noServer = startServer(); noServer == nil {
		defer shared.remove()
	} else if os.Getenv("CI") == "" {
		flag.Parse()
		flag.Set("test.skip", "^Example") // examples cannot skip themselves
	}
	return m.Run()
}

// A server is a PostgreSQL server in a folder of its own.
type server struct {
	dsn    string
	dir    string // empty for a server that was there before
	disk   string // where its data are; empty for dir
	tuning string // options beside those that every server has
	bin    string
	cred   *syscall.Credential
}

// usual suits a server to many tests at once.
const usual = "-c shared_buffers=512MB -c max_wal_size=4GB -c max_prepared_transactions=10"

func startServer() (*server, error) { return startServerOn("", usual) }

// startServerOn starts a server whose data are in the folder disk, unless that is
// empty. It has tuning and what else is given to initdb.
func startServerOn(disk, tuning string, initdb ...string) (*server, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return nil, errors.New("no PostgreSQL server in /usr/lib/postgresql: install the package postgresql, or set SP_POSTGRES_DSN")
	}
	s := &server{bin: filepath.Dir(found[len(found)-1]), disk: disk, tuning: tuning}
	if s.dir, err = os.MkdirTemp("", "sp-postgres-"); err != nil {
		return nil, err
	}
	if os.Geteuid() == 0 { // the server refuses to run as root
		if s.cred, err = credential("postgres"); err == nil {
			err = errors.Join(os.Chown(s.dir, int(s.cred.Uid), int(s.cred.Gid)), os.Chown(filepath.Dir(s.data()), int(s.cred.Uid), int(s.cred.Gid)))
		}
	}
	s.dsn = "host=" + s.dir + " user=postgres dbname=postgres"
	if err == nil {
		err = s.command("initdb", append(initdb, "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")...)
	}
	if err == nil {
		err = s.start()
	}
	if err != nil {
		s.remove()
		return nil, err
	}
	return s, nil
}

func credential(name string) (*syscall.Credential, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err, err2)
}

func (s *server) data() string {
	if s.disk != "" {
		return filepath.Join(s.disk, "data")
	}
	return filepath.Join(s.dir, "data")
}

func (s *server) command(name string, args ...string) error {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.cred}
	// Not CombinedOutput: the server would inherit the pipe and keep it open.
	log, err := os.Create(filepath.Join(s.dir, name+".out"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		out, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return nil
}

func (s *server) start() error {
	options := fmt.Sprintf("-c listen_addresses='' -c unix_socket_directories='%s' -c max_connections=150 %s", s.dir, s.tuning)
	return s.command("pg_ctl", "start", "-w", "-t", "60", "-D", s.data(), "-l", filepath.Join(s.dir, "log"), "-o", options)
}

// stop ends the server: "fast" in order, "immediate" as a crash would.
func (s *server) stop(mode string) error {
	return s.command("pg_ctl", "stop", "-w", "-m", mode, "-D", s.data())
}

func (s *server) remove() {
	s.stop("immediate") // it may not have started
	os.RemoveAll(s.dir)
}

// available returns the shared server. It skips the test if there is none, or
// fails it where the environment variable CI is set.
func available(tb testing.TB) *server {
	tb.Helper()
	switch {
	case noServer == nil:
		return shared
	case os.Getenv("CI") != "":
		tb.Fatal(noServer)
	default:
		tb.Skip(noServer)
	}
	return nil
}

var schemas atomic.Int64

// A database is an empty schema on a server, and how to reach it.
type database struct{ config *pgxpool.Config }

// newDatabase returns a schema that is dropped at the end of the test.
func newDatabase(tb testing.TB) database {
	tb.Helper()
	return newDatabaseAt(tb, available(tb).dsn)
}

func newDatabaseAt(tb testing.TB, dsn string) database {
	tb.Helper()
	config, err := pgxpool.ParseConfig(dsn)
	require.NoError(tb, err)
	name := fmt.Sprintf("sp_test_%d_%d", os.Getpid(), schemas.Add(1))
	config.ConnConfig.RuntimeParams["search_path"] = name
	execute(tb, config.ConnConfig, "CREATE SCHEMA "+name)
	tb.Cleanup(func() { execute(tb, config.ConnConfig, "DROP SCHEMA "+name+" CASCADE") })
	return database{config}
}

// execute runs sql on a connection of its own.
func execute(tb testing.TB, config *pgx.ConnConfig, sql string) {
	tb.Helper()
	ctx := context.WithoutCancel(tb.Context()) // which is cancelled before clean-ups run
	conn, err := pgx.ConnectConfig(ctx, config.Copy())
	require.NoError(tb, err)
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	require.NoError(tb, err)
}

// pool returns a pool of at most n connections to db.
func (db database) pool(tb testing.TB, n int32) *pgxpool.Pool {
	tb.Helper()
	config := db.config.Copy()
	config.MaxConns = n
	pool, err := pgxpool.NewWithConfig(context.WithoutCancel(tb.Context()), config)
	require.NoError(tb, err)
	tb.Cleanup(pool.Close)
	return pool
}

// open returns a Store with a pool of n connections over a new schema.
func open(tb testing.TB, n int32, o postgres.Options) (*postgres.Store, *pgxpool.Pool) {
	tb.Helper()
	pool := newDatabase(tb).pool(tb, n)
	return migrated(tb, pool, o), pool
}

func migrated(tb testing.TB, db postgres.DB, o postgres.Options) *postgres.Store {
	tb.Helper()
	require.NoError(tb, postgres.Migrate(tb.Context(), db, o))
	s, err := postgres.Open(tb.Context(), db)
	require.NoError(tb, err)
	return s
}
