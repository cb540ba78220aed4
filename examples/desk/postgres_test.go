package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A postgresServer is a PostgreSQL server of one test, in a folder of its own.
type postgresServer struct {
	t        *testing.T
	bin, dir string
	dsn      string
	as       *syscall.Credential
}

// startPostgres starts a server, or skips the test where none is installed.
func startPostgres(t *testing.T) *postgresServer {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	require.NoError(t, err)
	if len(found) == 0 {
		require.Empty(t, os.Getenv("CI"), "the package postgresql is missing")
		t.Skip("needs the package postgresql")
	}
	s := &postgresServer{t: t, bin: found[len(found)-1]}
	s.dir, err = os.MkdirTemp("", "desk-postgres") //nolint:usetesting // the server's user may not enter that one, and the name of a socket may have 107 bytes
	require.NoError(t, err)
	s.dsn = "host=" + s.dir + " user=postgres dbname=postgres"
	if os.Geteuid() == 0 { // the server refuses to run as root
		account, err := user.Lookup("postgres")
		require.NoError(t, err)
		uid, err := strconv.ParseUint(account.Uid, 10, 32)
		require.NoError(t, err)
		gid, err := strconv.ParseUint(account.Gid, 10, 32)
		require.NoError(t, err)
		s.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		require.NoError(t, os.Chown(s.dir, int(uid), int(gid)))
	}
	t.Cleanup(func() {
		s.command("pg_ctl", "stop", "-w", "-m", "immediate", "-D", s.data()) // it may be stopped
		require.NoError(t, os.RemoveAll(s.dir))
	})
	require.NoError(t, s.command("initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"))
	s.start()
	return s
}

func (s *postgresServer) data() string { return filepath.Join(s.dir, "data") }

func (s *postgresServer) start() {
	s.t.Helper()
	require.NoError(s.t, s.command("pg_ctl", "start", "-w", "-t", "60", "-D", s.data(), "-l", filepath.Join(s.dir, "log"),
		"-o", fmt.Sprintf("-c listen_addresses='' -c unix_socket_directories='%s'", s.dir)))
}

// stop ends the server as a crash would.
func (s *postgresServer) stop() {
	s.t.Helper()
	require.NoError(s.t, s.command("pg_ctl", "stop", "-w", "-m", "immediate", "-D", s.data()))
}

func (s *postgresServer) command(name string, args ...string) error {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	return cmd.Run() // not CombinedOutput: the server would inherit the pipe and keep it open
}
