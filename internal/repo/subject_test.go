package repo

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Who reads that a test failed knows by its name what is broken: a type, function or
// method of the package that is tested or, where a test is about all of it, the package.
func TestRepoTestsNameWhatTheyTest(t *testing.T) {
	for _, f := range folders(t) {
		if len(f.shipped) == 0 {
			continue // a module of tests alone is about what other packages make
		}
		names := f.subjects()
		for _, file := range f.tests {
			for _, decl := range f.files[file].Decls {
				fn, ok := decl.(*ast.FuncDecl)
				if !ok || fn.Recv != nil || fn.Name.Name == "TestMain" {
					continue
				}
				if sentence, ok := strings.CutPrefix(fn.Name.Name, "Test"); ok {
					assert.True(t, slices.ContainsFunc(names, func(name string) bool { return speaksOf(sentence, name) }),
						"%s: %s names no type or function of package %s", file, fn.Name.Name, f.name())
				}
			}
		}
	}
}

func TestRepoKnowsWhetherATestNamesItsSubject(t *testing.T) {
	for _, c := range []struct {
		sentence, name string
		want           bool
	}{
		{"ACaseKeepsItsPromises", "Case", true},
		{"WhatCasesKeep", "Case", true},
		{"TheFacilitiesOfAHall", "Facility", true},
		{"AReferralEnds", "Error", false},
		{"ABookcaseIsFull", "Case", false},
		{"ACasebookIsFull", "Case", false},
		{"ADistributionCountsZeros", "NewDistribution", true},
		{"AnUnknownUnitIsRefused", "UnitError", true},
		{"OfIsTotal", "Of", true},
		{"TheSumOfAll", "Of", false},
		{"HSDSIsRead", "hsds", true},
	} {
		require.Equal(t, c.want, speaksOf(c.sentence, c.name), "%s in %s", c.name, c.sentence)
	}
}

// subjects returns what tests of f may be about: its exported names, its own and its folder's.
func (f folder) subjects() []string {
	names := []string{path.Base(f.name())}
	for _, file := range f.shipped {
		for _, decl := range f.files[file].Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() {
					names = append(names, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if s, ok := spec.(*ast.TypeSpec); ok && s.Name.IsExported() {
						names = append(names, s.Name.Name)
					}
				}
			}
		}
	}
	return names
}

// speaksOf reports whether a sentence in the form of a name has another name among its
// words, be it as plural or without the New or Error that Go adds. Names as short as a
// preposition count at its beginning only.
func speaksOf(sentence, name string) bool {
	if made := strings.TrimPrefix(name, "New"); len(made) > 2 {
		name = made
	}
	if cause := strings.TrimSuffix(name, "Error"); len(cause) > 2 {
		name = cause
	}
	name = strings.ToLower(name)
	lower := strings.ToLower(sentence)
	for _, form := range []string{name, name + "s", name + "es", strings.TrimSuffix(name, "y") + "ies"} {
		for start := 0; ; start++ {
			at := strings.Index(lower[start:], form)
			if at < 0 {
				break
			}
			start += at
			end := start + len(form)
			if (start == 0 || len(name) > 2) && unicode.IsUpper(rune(sentence[start])) && (end == len(sentence) || !unicode.IsLower(rune(sentence[end]))) {
				return true
			}
		}
	}
	return false
}
