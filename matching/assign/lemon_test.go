package assign

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/tier"
)

// lemon builds the program that solves with LEMON (Debian: liblemon-dev), or skips where there
// is none: below the long tier.
func lemon(tb testing.TB) string {
	tb.Helper()
	tier.Need(tb, tier.Long)
	program := filepath.Join(tb.TempDir(), "lemon")
	out, err := exec.Command("g++", "-O3", "-DNDEBUG", "-o", program, "testdata/lemon.cpp").CombinedOutput()
	require.NoError(tb, err, "needs g++ and liblemon-dev: %s", out)
	return program
}

// A peer is what one algorithm of LEMON found, and in which processor time.
type peer struct {
	name    string
	cost    int64
	seconds float64
}

// peers solves the second question of an instance with LEMON, which is told who is placed.
func (in instance) peers(tb testing.TB, program string, r *Result) []peer {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "instance")
	f, err := os.Create(path)
	require.NoError(tb, err)
	w := bufio.NewWriter(f)
	options := 0
	var rows []int
	for i := range in.options {
		if _, ok := r.Of(fmt.Sprintf("P%06d", i)); ok {
			rows = append(rows, i)
			options += len(in.options[i])
		}
	}
	fmt.Fprintln(w, len(rows), len(in.places), options)
	for _, n := range in.places {
		fmt.Fprintln(w, n)
	}
	for k, i := range rows {
		for _, o := range in.options[i] {
			fmt.Fprintln(w, k, o.provider, o.cost)
		}
	}
	require.NoError(tb, w.Flush())
	_, err = f.Seek(0, 0)
	require.NoError(tb, err)
	command := exec.Command(program)
	command.Stdin = f
	out, err := command.Output()
	require.NoError(tb, err)
	require.NoError(tb, f.Close())
	var found []peer
	for line := range strings.Lines(string(out)) {
		var p peer
		_, err := fmt.Sscan(line, &p.name, &p.cost, &p.seconds)
		require.NoError(tb, err)
		found = append(found, p)
	}
	return found
}

func TestSolveCostsWhatLEMONFinds(t *testing.T) {
	program := lemon(t)
	for _, geo := range []bool{true, false} {
		for seed := range uint64(3) {
			in := plain(2_000, geo).generate(seed)
			r := solved(t, in.problem(t), Policy{}, Options{})
			found := in.peers(t, program, r)
			require.Len(t, found, 2)
			for _, p := range found {
				require.Equal(t, p.cost, r.Cost, p.name)
			}
		}
	}
}

// Both questions beside the second one alone, by the better algorithm of LEMON, in one run.
func BenchmarkLEMON(b *testing.B) {
	program := lemon(b)
	for _, f := range []family{plain(10_000, true), plain(10_000, false), plain(100_000, true), plain(100_000, false)} {
		b.Run(f.name(), func(b *testing.B) {
			in := f.generate(1)
			p := in.problem(b)
			r := solved(b, p, Policy{}, Options{})
			began := processor()
			for b.Loop() {
				_, err := Solve(testContext, p, Policy{}, Options{})
				require.NoError(b, err)
			}
			mine := (processor() - began) / time.Duration(b.N)
			best := 0.0
			for _, x := range in.peers(b, program, r) {
				b.ReportMetric(x.seconds, x.name+"-s")
				if best == 0 || x.seconds < best {
					best = x.seconds
				}
			}
			b.ReportMetric(mine.Seconds(), "cpu-s/op")
			b.ReportMetric(best/mine.Seconds(), "times-faster")
		})
	}
}
