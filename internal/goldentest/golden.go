// Package goldentest compares what the tests of the pathway produce with files
// that a person has read.
package goldentest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/socialprescribing/sp/store"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Equal fails the test where got is not what the file holds. With -update it
// writes the file instead.
func Equal(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) == got {
		return
	}
	w, g := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		if a, b := line(w, i), line(g, i); a != b {
			t.Errorf("%s:%d:\n want %s\n  got %s", path, i+1, a, b)
		}
	}
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

// Facts encodes each fact with its stored name, a line for each, and decodes it
// again. The facts must be one for each name.
func Facts[N ~string](t *testing.T, names []N, decode func(name string, data []byte) (store.Fact, error), facts ...store.Fact) string {
	t.Helper()
	var b strings.Builder
	seen := make(map[string]bool)
	for _, f := range facts {
		data, err := store.Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		seen[f.EventType()] = true
		fmt.Fprintf(&b, "%s %s\n", f.EventType(), data)
		again, err := decode(f.EventType(), data)
		if err != nil {
			t.Errorf("%s: %v", f.EventType(), err)
		} else if !reflect.DeepEqual(again, f) {
			t.Errorf("%s: decoded as %#v, not %#v", f.EventType(), again, f)
		}
	}
	for _, name := range names {
		if !seen[string(name)] {
			t.Errorf("%s has no example", name)
		}
	}
	if _, err := decode("of-another-house", []byte("{}")); err == nil {
		t.Error("an unknown name was decoded")
	}
	return b.String()
}
