package storetest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
)

// A mutant is a correct driver with one part of it replaced by what somebody
// could have written instead. The families in the files beside this one make
// hundreds, by crossing what goes wrong with where, and with how much is needed
// before it does.
type mutant struct {
	name   string
	driver func() store.Driver
	rules  []string // that are tried first, since they are the likely ones; then come all others
}

func mutants() []mutant {
	all := slices.Concat(textMutants(), joinMutants(), volumeMutants(), rateMutants(), pageMutants(), versionMutants(),
		cacheMutants(), orderMutants(), errorMutants(), queryMutants(), timeMutants())
	slices.SortFunc(all, func(a, b mutant) int { return strings.Compare(a.name, b.name) })
	return all
}

// survive says of every mutant that no rule catches why that is so, by the
// beginning of its name.
var survive = []struct{ name, reason string }{
	{"a body is cut at 33554432 bytes", "the longest body of the suite has 16 MiB and one byte; more would slow down every run"},
	{"data are cut at 8388608 bytes", "the longest data of the suite have 4 MiB and one byte, far more than identifiers, codes and numbers need"},
	{"beyond 32768 ", "the suite's long rules have 20,011 rows, so that a database takes them in seconds"},
	{"beyond 65536 ", "the suite's long rules have 20,011 rows, so that a database takes them in seconds"},
	{"of 4096 writes", "the largest batch of the suite has 3,000 writes"},
	{"of 10000 writes", "the largest batch of the suite has 3,000 writes"},
	{"one commit in 4999", "the rule makes 2,000 commits, which a server over one connection takes ten seconds for"},
	{"pages of 32768 ", "the suite's long rules have 20,011 rows, so that a database takes them in seconds"},
	{"more than 4096 values", "the longest condition of the suite has 3,000 values"},
}

var update = flag.Bool("update", false, "write the golden files anew")

// caught returns the rule that sees what is wrong with m, or "".
func caught(t *testing.T, m mutant) string {
	t.Helper()
	tried := map[string]bool{}
	for _, name := range m.rules {
		tried[name] = true
		if try(t, name, m.driver()).failed {
			return name
		}
	}
	for range 3 { // those that race are caught sooner or later
		for _, r := range rules() {
			if !slow[r.name] && try(t, r.name, m.driver()).failed {
				return r.name
			}
		}
		if len(m.rules) == 0 || !slices.Contains(m.rules, "Moved") {
			break
		}
	}
	for _, r := range rules() {
		if slow[r.name] && !tried[r.name] && try(t, r.name, m.driver()).failed {
			return r.name
		}
	}
	return ""
}

// slow are the rules that are tried last.
var slow = map[string]bool{"Long": true, "Large": true, "LargeAtomic": true, "Bodies": true, "CancelInCommit": true, "TextValue": true, "Oracle": true}

func TestOfHundredsOfMutantsTheSuiteCatchesAllButAFew(t *testing.T) {
	tier.Unraced(t)
	all := mutants()
	if len(all) < 1000 {
		t.Errorf("there are %d mutants, fewer than a thousand", len(all))
	}
	if !*update {
		all = everyNth(all, tier.Pick(20, 4, 1))
	}
	names := map[string]bool{}
	var mu sync.Mutex
	var survivors []string
	by := map[string]int{}
	work := make(chan mutant)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for m := range work {
				rule := caught(t, m)
				mu.Lock()
				by[rule]++
				if rule == "" {
					survivors = append(survivors, m.name)
				}
				mu.Unlock()
			}
		})
	}
	for _, m := range all {
		if names[m.name] {
			t.Errorf("two mutants are named %q", m.name)
		}
		names[m.name] = true
		work <- m
	}
	close(work)
	wg.Wait()
	slices.Sort(survivors)
	t.Logf("%d of %d mutants caught, by rule: %v", len(all)-len(survivors), len(all), by)
	if 20*len(survivors) > len(all) {
		t.Errorf("%d of %d mutants survive, more than one in twenty", len(survivors), len(all))
	}
	if list := reasons(t, len(all), survivors); tier.Now() == tier.Long || *update {
		golden(t, "survivors.golden", list)
	}
}

// everyNth returns every n-th of all.
func everyNth(all []mutant, n int) (some []mutant) {
	for i := 0; i < len(all); i += n {
		some = append(some, all[i])
	}
	return some
}

// reasons writes the survivors with the reason for each.
func reasons(t *testing.T, all int, survivors []string) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%d mutants, of which %d survive:\n", all, len(survivors))
	for _, name := range survivors {
		i := slices.IndexFunc(survive, func(s struct{ name, reason string }) bool { return strings.HasPrefix(name, s.name) })
		if i < 0 {
			t.Errorf("no rule sees that %s, and no reason is given", name)
			continue
		}
		fmt.Fprintf(&b, "\n%s:\n\t%s\n", name, survive[i].reason)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(path, []byte(got), 0o644)) //nolint:gosec // a golden file, which anybody may read
		return
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if got != string(want) {
		t.Errorf("not as %s; -update writes it anew:\n%s", path, got)
	}
}
