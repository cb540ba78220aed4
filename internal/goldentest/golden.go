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

// Events encodes each event with its stored name, a line for each, and decodes it
// again. The events must be one for each name.
func Events(t *testing.T, names []store.EventType, decode func(name store.EventType, data []byte) (store.Event, error), events ...store.Event) string {
	t.Helper()
	var b strings.Builder
	seen := make(map[store.EventType]bool)
	for _, e := range events {
		data, err := store.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		seen[e.EventType()] = true
		fmt.Fprintf(&b, "%s %s\n", e.EventType(), data)
		again, err := decode(e.EventType(), data)
		if err != nil {
			t.Errorf("%s: %v", e.EventType(), err)
		} else if !reflect.DeepEqual(again, e) {
			t.Errorf("%s: decoded as %#v, not %#v", e.EventType(), again, e)
		}
	}
	for _, name := range names {
		if !seen[name] {
			t.Errorf("%s has no example", name)
		}
	}
	if _, err := decode("of-another-package", []byte("{}")); err == nil {
		t.Error("an unknown name was decoded")
	}
	return b.String()
}
