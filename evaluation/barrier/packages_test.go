package barrier_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/catalogue"
)

// The end of docs/packages.md is written from the table of the package too.
func TestAllIsTheTableOfPackagesInTheDocs(t *testing.T) {
	const path = root + "/docs/packages.md"
	const heading = "\n## The 25 barriers, package by package\n"
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	above, _, found := strings.Cut(string(got), heading)
	require.True(t, found, "%s has no heading %q", path, heading)
	want := above + heading + byPackage(barrier.All())
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
		return
	}
	require.Equal(t, want, string(got), "go test ./evaluation/barrier -update")
}

// Turned round, the table loses nothing: each of the 25 has a package that acts and one that measures.
func TestAllHasAPackageThatActsAndOneThatMeasuresForEach(t *testing.T) {
	for _, b := range barrier.All() {
		require.NotEmpty(t, acting(b), b.No)
		require.NotEmpty(t, measuring(b), b.No)
	}
}

// byPackage returns which barriers each package acts against, and which it measures.
func byPackage(all []barrier.Barrier) string {
	acts, measures := make(map[string][]string), make(map[string][]string)
	packages := make(map[string]bool)
	for _, b := range all {
		for p := range acting(b) {
			acts[p], packages[p] = append(acts[p], b.No), true
		}
		for p := range measuring(b) {
			measures[p], packages[p] = append(measures[p], b.No), true
		}
	}
	var s strings.Builder
	s.WriteString(`
A study found 25 reasons why social prescribing fails in practice; [the 25 barriers](barriers.md) has what each is, and this is the same table turned round: which of
them a package acts against, and which it measures. Both pages are written by ` + "`go test ./evaluation/barrier -update`" + `.

| package | acts against | measures |
|---|---|---|
`)
	for _, p := range slices.Sorted(maps.Keys(packages)) {
		fmt.Fprintf(&s, "| `%s` | %s | %s |\n", p, strings.Join(acts[p], ", "), strings.Join(measures[p], ", "))
	}
	return s.String()
}

// acting returns the packages that act against a barrier.
func acting(b barrier.Barrier) map[string]bool {
	all := make(map[string]bool)
	for _, name := range b.Acts {
		all[packageOf(name)] = true
	}
	return all
}

// measuring returns the packages that measure a barrier.
func measuring(b barrier.Barrier) map[string]bool {
	computed := make(map[int]string)
	for _, l := range catalogue.Listings() {
		computed[l.Number] = packageOf(l.Computed)
	}
	all := make(map[string]bool)
	for _, i := range catalogue.All(catalogue.Standards{}) {
		if slices.Contains(b.Figures, i.ID) || slices.Contains(b.Numbers, i.Number) {
			all["evaluation/catalogue"] = true
		}
		delete(computed, i.Number)
	}
	for _, n := range b.Numbers {
		if p := computed[n]; p != "" {
			all[p] = true
		}
	}
	if len(b.Outside) > 0 {
		all["evaluation/tables"] = true
	}
	return all
}

// packageOf returns the folder of a name such as "funding/grant.Fund.CloseYear".
func packageOf(name string) string {
	folder, _, _ := strings.Cut(name, ".")
	return folder
}
