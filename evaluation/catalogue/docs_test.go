package catalogue_test

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
)

var update = flag.Bool("update", false, "write docs/indicators.md anew")

// docs/indicators.md is written from the values themselves.
func TestTheCatalogueIsThatOfTheDocs(t *testing.T) {
	const path = "../../docs/indicators.md"
	want := indicators()
	if *update {
		require.NoError(t, os.WriteFile(path, want, 0o644))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "go test ./evaluation/catalogue -run Docs -update")
}

func indicators() []byte {
	w := new(bytes.Buffer)
	fmt.Fprint(w, "# Indicators\n\nWritten by `go test ./evaluation/catalogue -update` from the values that are counted, with the default standards of package\n`evaluation/catalogue`. Each is one value: the words below, and the rule that counts them. How one of your own is written is in `go doc` of package `evaluation`.\n")
	fmt.Fprint(w, "\nFor each of the 76 there is a worked example that knows no language, so that a program in R or SQL, or that of another vendor, can prove that it counts the same: a folder\nwith the log, the table or the records, what comes of them, and the words. They are in `testdata/vectors` of [evaluation/catalogue](../evaluation/catalogue/testdata/vectors),\n[evaluation/tables](../evaluation/tables/testdata/vectors) and [workforce/measure](../workforce/measure/testdata/vectors).\n")
	for _, part := range []struct {
		title string
		of    []evaluation.Indicator
	}{
		{"Headlines", catalogue.Headlines(catalogue.Standards{})},
		{"On the way", catalogue.OnTheWay(catalogue.Standards{})},
	} {
		fmt.Fprintf(w, "\n## %s\n", part.title)
		for _, i := range part.of {
			number := ""
			if i.Number > 0 {
				number = fmt.Sprintf(" (no. %d of the list)", i.Number)
			}
			fmt.Fprintf(w, "\n### %s%s\n\n`%s`, version %s\n\n", strings.ToUpper(i.Name[:1])+i.Name[1:], number, i.ID, i.Version)
			for _, line := range [][2]string{
				{"Counts", i.Numerator},
				{"Of", i.Denominator},
				{"Left out", i.Excluded},
				{"A row is a", i.Unit.String()},
				{"Time given", window(i.Window)},
				{"Statistic", string(i.Statistic)},
				{"Better", string(i.Better)},
				{"Frame", i.Frame},
				{"Sub-themes", strings.Join(i.Themes, ", ")},
				{"Source", i.Source},
			} {
				if line[1] != "" {
					fmt.Fprintf(w, "- %s: %s\n", line[0], line[1])
				}
			}
		}
	}
	fmt.Fprint(w, "\n## The list of 76\n\n| no. | measure | counted from | here, by another package, or why not | source |\n|---|---|---|---|---|\n")
	for _, l := range catalogue.Listings() {
		var ways []string
		for _, i := range catalogue.All(catalogue.Standards{}) {
			if i.Number == l.Number {
				ways = append(ways, "`"+i.ID+"`")
			}
		}
		if l.Computed != "" {
			ways = append(ways, "by `"+l.Computed+"`")
		}
		here := cmp.Or(l.Waits, strings.Join(ways, ", "))
		fmt.Fprintf(w, "| %d | %s | %s | %s | %s |\n", l.Number, l.Name, l.From, here, l.Source)
	}
	return w.Bytes()
}

func window(w evaluation.Window) string {
	switch {
	case w.Workdays > 0:
		return fmt.Sprintf("%d working days", w.Workdays)
	case w.Days > 0:
		return fmt.Sprintf("%d days", w.Days)
	default:
		return ""
	}
}

// Each of the 76 is counted here, or by a function that exists, or waits for a reason that is told.
func TestListingsSayOfEachOf76WhatItIsCountedFrom(t *testing.T) {
	counted := map[int]bool{}
	for _, i := range catalogue.All(catalogue.Standards{}) {
		counted[i.Number] = true
	}
	delete(counted, 0)
	all := catalogue.Listings()
	require.Len(t, all, 76)
	waiting := 0
	for n, l := range all {
		require.Equal(t, n+1, l.Number)
		require.NotEmpty(t, l.Name)
		require.Contains(t, l.Source, "frame: ", l.Name)
		require.True(t, slices.Contains([]catalogue.From{catalogue.Pathway, catalogue.Voice, catalogue.Workforce, catalogue.Directory, catalogue.Funding, catalogue.Caller}, l.From), l.Name)
		require.NotEqual(t, l.Waits != "", counted[l.Number] || l.Computed != "", "%d %s", l.Number, l.Name)
		if l.Computed != "" {
			require.True(t, exists(t, l.Computed), "%d %s: there is no %s", l.Number, l.Name, l.Computed)
		}
		delete(counted, l.Number)
		if l.Waits != "" {
			waiting++
		}
	}
	require.Empty(t, counted)
	require.Zero(t, waiting, "nothing waits for its record")
	require.False(t, exists(t, "directory/quality.NoSuchFunction"))
}

// exists reports whether a package of this module declares a function or a method: "directory/quality.Of",
// "funding/contract.Book.Gaps".
func exists(t *testing.T, name string) bool {
	t.Helper()
	folder, function, found := strings.Cut(name, ".")
	require.True(t, found, name)
	files, err := filepath.Glob(filepath.Join("../..", folder, "*.go"))
	require.NoError(t, err)
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range parsed.Decls {
			if f, is := d.(*ast.FuncDecl); is && declared(f) == function {
				return true
			}
		}
	}
	return false
}

// declared is the name of a function, with that of the type that it is a method of.
func declared(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	of := f.Recv.List[0].Type
	if star, is := of.(*ast.StarExpr); is {
		of = star.X
	}
	name, _ := of.(*ast.Ident) // those with type parameters are none of these
	if name == nil {
		return ""
	}
	return name.Name + "." + f.Name.Name
}
