package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
)

// writeBesideOthers commits, until it is killed, a record of its own name together with
// one that all processes write, and says which version of its own was acknowledged.
func writeBesideOthers(ctx context.Context, path, name string) error {
	s, err := openPlain(ctx, path)
	if err != nil {
		return err
	}
	for {
		var b store.Batch
		var own int64
		for _, id := range []string{"all", name} {
			r, err := s.Get(ctx, key(id))
			if err != nil && !errors.Is(err, sp.ErrNotFound) {
				return err
			}
			one := batch(id, r.Version)
			b.Puts, b.Events, own = append(b.Puts, one.Puts...), append(b.Events, one.Events...), r.Version+1
		}
		switch err := s.Commit(ctx, b); {
		case errors.Is(err, sp.ErrConflict), errors.Is(err, sp.ErrExists): // another process was faster
		case err != nil:
			return err
		default:
			if _, err := fmt.Println(own); err != nil {
				return err
			}
		}
	}
}

// A child is a process that writes to a file beside others.
type child struct {
	name         string
	cmd          *exec.Cmd
	acknowledged int64 // the last version that it said
	done         chan error
}

func startChild(t *testing.T, path, name string) *child {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	c := &child{name: name, cmd: exec.Command(self), done: make(chan error, 1)}
	c.cmd.Env = append(os.Environ(), crashFile+"="+path, crashName+"="+name)
	var complaints strings.Builder
	c.cmd.Stderr = &complaints
	out, err := c.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.cmd.Start())
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if n, err := strconv.ParseInt(lines.Text(), 10, 64); err == nil { // and no cut number
				c.acknowledged = n
			}
		}
		_ = c.cmd.Wait() // it was killed, which is an error
		if complaints.Len() > 0 {
			c.done <- errors.New(complaints.String())
			return
		}
		c.done <- nil
	}()
	return c
}

// kill ends the process at once and returns what it said last.
func (c *child) kill(t *testing.T) int64 {
	t.Helper()
	require.NoError(t, c.cmd.Process.Kill())
	require.NoError(t, <-c.done, "process %s", c.name)
	return c.acknowledged
}

func TestAStoreOfProcessesThatAreKilledLosesNothingAndDisturbsNobody(t *testing.T) {
	path := file(t)
	s := open(t, handle(t, path))
	rng := rand.New(rand.NewPCG(7, 8))
	names := []string{"ann", "ben", "cat"}
	children, acknowledged := map[string]*child{}, map[string]int64{}
	for _, name := range names {
		children[name] = startChild(t, path, name)
	}
	seen := map[string]int64{} // by a reader beside them, which goes on from where it stopped
	var position store.Position
	read := func() {
		for e, err := range s.Log(t.Context(), "north", position) {
			require.NoError(t, err)
			require.Equal(t, seen[e.Key.ID]+1, e.Version, "the reader misses an event of %s", e.Key.ID)
			seen[e.Key.ID], position = e.Version, e.Position
		}
	}
	rounds := tier.Pick(30, 150, 15_000)
	for range rounds {
		time.Sleep(time.Duration(rng.IntN(60_000)) * time.Microsecond)
		name := names[rng.IntN(len(names))]
		acknowledged[name] = max(acknowledged[name], children[name].kill(t))
		read()
		require.GreaterOrEqual(t, seen[name], acknowledged[name], "a commit of %s was acknowledged and is lost", name)
		children[name] = startChild(t, path, name)
	}
	for _, name := range names {
		require.Eventually(t, func() bool { read(); return seen[name] > acknowledged[name] }, time.Minute, time.Millisecond, "%s cannot go on", name)
		acknowledged[name] = max(acknowledged[name], children[name].kill(t))
	}
	read()
	var sum int64
	for _, name := range names {
		r, err := s.Get(t.Context(), key(name))
		require.NoError(t, err)
		require.Equal(t, seen[name], r.Version)
		require.GreaterOrEqual(t, r.Version, acknowledged[name])
		sum += r.Version
	}
	all, err := s.Get(t.Context(), key("all"))
	require.NoError(t, err)
	require.Equal(t, sum, all.Version, "what was committed together is there together")
	require.Equal(t, sum, seen["all"])
	t.Logf("%d kills among %d processes, %d commits", rounds+len(names), len(names), sum)
}
