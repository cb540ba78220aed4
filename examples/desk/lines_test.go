package main

import (
	"fmt"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// allowed is how many lines of Go the service may have: what embedders copy, they have to
// read. Tests, templates, comments and the invented world are not counted, nor are the
// pages, which another service has its own of. What grows past that belongs into the library.
const allowed = 3_000

func TestDeskStaysAsSmallAsItIs(t *testing.T) {
	total := 0
	var table strings.Builder
	for _, part := range []string{".", "app", "work", "gate", "api"} {
		files, err := filepath.Glob(filepath.Join(part, "*.go"))
		require.NoError(t, err)
		lines := 0
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				lines += codeLines(t, file)
			}
		}
		total += lines
		fmt.Fprintf(&table, "%5d  %s\n", lines, part)
	}
	t.Logf("lines that hold code\n%s%5d  of %d", &table, total, allowed)
	require.LessOrEqual(t, total, allowed, "divide it, or let the library do it: a program to copy has to be read")
}

// codeLines returns how many lines of a file hold more than a comment.
func codeLines(t *testing.T, path string) int {
	t.Helper()
	source, err := os.ReadFile(path)
	require.NoError(t, err)
	var s scanner.Scanner
	files := token.NewFileSet()
	s.Init(files.AddFile(path, -1, len(source)), source, nil, 0)
	held := map[int]bool{}
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return len(held)
		}
		if tok == token.SEMICOLON && text == "\n" {
			continue // it stands for the end of the line
		}
		for line := range strings.Count(text, "\n") + 1 { // a raw string holds all of its lines
			held[files.Position(pos).Line+line] = true
		}
	}
}
