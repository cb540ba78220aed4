// Package pgserver starts PostgreSQL servers for tests, each in a folder of its own, on a
// socket there and on no port.
//
//	s := pgserver.Need(t)
//	pool, err := pgxpool.New(ctx, s.DSN)
//
// The programs are those of the distribution's package postgresql. A test is skipped where
// they are missing, and fails where the variable CI is set.
package pgserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
)

// Options are how a server differs from the usual one.
type Options struct {
	Disk   string   // a folder for its data, such as one on a small disk; empty is its own
	Tuning string   // options of the server, such as "-c shared_buffers=16MB"
	Init   []string // arguments of initdb, such as "--wal-segsize=1"
}

// A Server is a PostgreSQL server of a test.
type Server struct {
	DSN        string
	Dir        string              // of its socket, log and, unless they have a disk, data
	Bin        string              // of its programs
	Credential *syscall.Credential // the account that it runs under; nil is that of the test
	o          Options
}

// Need starts a server that is gone when the test ends, or skips or fails the test.
func Need(tb testing.TB) *Server {
	tb.Helper()
	s, err := Start(Options{})
	switch {
	case err == nil:
		tb.Cleanup(s.Remove)
	case os.Getenv("CI") == "":
		tb.Skip(err)
	default:
		tb.Fatal(err)
	}
	return s
}

// Start makes a new server and starts it.
func Start(o Options) (*Server, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return nil, errors.New("no PostgreSQL server in /usr/lib/postgresql: install the package postgresql")
	}
	s := &Server{Bin: filepath.Dir(found[len(found)-1]), o: o}
	return s.made(func() error {
		return s.Command("initdb", append(slices.Clip(o.Init), "-D", s.Data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")...)
	})
}

// Copied starts a server on a copy of the data of s, by pg_basebackup, which may have more
// arguments, such as "-R" for a standby.
func (s *Server) Copied(more ...string) (*Server, error) {
	to := &Server{Bin: s.Bin, o: Options{Tuning: s.o.Tuning}}
	return to.made(func() error {
		return to.Command("pg_basebackup", append(slices.Clip(more), "-h", s.Dir, "-U", "postgres", "-D", to.Data(), "-X", "stream", "-c", "fast", "--no-sync")...)
	})
}

// made gives a server its folder, fills it and starts it.
func (s *Server) made(fill func() error) (*Server, error) {
	var err error
	if s.Dir, err = os.MkdirTemp("", "sp-postgres-"); err != nil { // not the test's: the name of a socket may have 107 bytes
		return nil, err
	}
	s.DSN = "host=" + s.Dir + " user=postgres dbname=postgres"
	if os.Geteuid() == 0 { // the server refuses to run as root
		err = s.leave()
	}
	if err == nil {
		err = fill()
	}
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		s.Remove()
		return nil, err
	}
	return s, nil
}

// leave gives the folders of a server to the account of PostgreSQL, under which it runs.
func (s *Server) leave() error {
	u, err := user.Lookup("postgres")
	if err != nil {
		return err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	s.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return errors.Join(err, err2, s.Own(s.Dir), s.Own(filepath.Dir(s.Data())))
}

// Own gives a folder to the account of the server.
func (s *Server) Own(dir string) error {
	if s.Credential == nil {
		return nil
	}
	return os.Chown(dir, int(s.Credential.Uid), int(s.Credential.Gid))
}

// Data returns the folder of the server's data.
func (s *Server) Data() string {
	if s.o.Disk != "" {
		return filepath.Join(s.o.Disk, "data")
	}
	return filepath.Join(s.Dir, "data")
}

// Command runs a program of the server, under its account.
func (s *Server) Command(name string, args ...string) error {
	cmd := exec.Command(filepath.Join(s.Bin, name), args...)
	cmd.Dir = s.Dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.Credential}
	// Not CombinedOutput: the server would inherit the pipe and keep it open.
	log, err := os.Create(filepath.Join(s.Dir, name+".out"))
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = log, log
	err = errors.Join(cmd.Run(), log.Close())
	if err == nil {
		return nil
	}
	said, unread := os.ReadFile(log.Name())
	return fmt.Errorf("%s: %w\n%s", name, errors.Join(err, unread), said)
}

// Start starts a server that was stopped.
func (s *Server) Start() error {
	options := fmt.Sprintf("-c listen_addresses='' -c unix_socket_directories='%s' -c max_connections=150 %s", s.Dir, s.o.Tuning)
	return s.Command("pg_ctl", "start", "-w", "-t", "60", "-D", s.Data(), "-l", s.Log(), "-o", options)
}

// Log returns the file in which the server writes what happens to it.
func (s *Server) Log() string { return filepath.Join(s.Dir, "log") }

// Stop ends the server: "fast" in order, "immediate" as a crash would.
func (s *Server) Stop(mode string) error {
	return s.Command("pg_ctl", "stop", "-w", "-m", mode, "-D", s.Data())
}

// Remove ends the server, if it has started, and removes its folder.
func (s *Server) Remove() {
	_ = s.Stop("immediate") //nolint:errcheck // it may not have started
	_ = os.RemoveAll(s.Dir) //nolint:errcheck // what is left is in the folder for what is temporary
}
