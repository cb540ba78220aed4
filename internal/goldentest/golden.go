// Package goldentest compares what the tests of the pathway produce with files
// that a person has read.
package goldentest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
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

// Roles are every role, in the order of the golden files.
var Roles = []sp.Role{sp.RoleReferrer, sp.RoleLinkWorker, sp.RoleProvider, sp.RolePerson, sp.RoleSystem}

// Pairs tries every command in every state as every role, and writes a line for
// each pair of state and command. The function try gives the command to a fresh
// aggregate in the state, and returns the state that it is in then.
func Pairs[S ~string](m transition.RoleMachine[S], try func(state S, command string, role sp.Role) (S, error)) string {
	var b strings.Builder
	for _, state := range append([]S{""}, m.States()...) {
		for _, command := range m.Commands() {
			outcomes := make(map[string][]string)
			var order []string
			for _, role := range Roles {
				var outcome string
				to, err := try(state, command, role)
				switch {
				case err == nil && to == state:
					outcome = "stays"
				case err == nil:
					outcome = "-> " + string(to)
				default:
					outcome = refusal(err)
				}
				if outcomes[outcome] == nil {
					order = append(order, outcome)
				}
				outcomes[outcome] = append(outcomes[outcome], string(role))
			}
			name := string(state)
			if name == "" {
				name = "(new)"
			}
			fmt.Fprintf(&b, "%s, %s:", name, command)
			for i, outcome := range order {
				fmt.Fprintf(&b, "%s %s %s", [...]string{"", ";"}[min(i, 1)], strings.Join(outcomes[outcome], " "), outcome)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func refusal(err error) string {
	te, ok := errors.AsType[*transition.Error](err)
	switch {
	case !ok:
		return "ERROR " + err.Error()
	case len(te.Missing) > 0:
		return "not before " + strings.Join(te.Missing, ", ")
	case te.Repeated:
		return "repeated"
	case te.Is(sp.ErrDenied):
		return "denied"
	default:
		return "no"
	}
}

// Facts encodes each fact with its stored name, a line for each, and decodes it
// again. The facts must be one for each name.
func Facts(t *testing.T, names []string, decode func(name string, data []byte) (store.Fact, error), facts ...store.Fact) string {
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
		if !seen[name] {
			t.Errorf("%s has no example", name)
		}
	}
	if _, err := decode("of-another-house", []byte("{}")); err == nil {
		t.Error("an unknown name was decoded")
	}
	return b.String()
}
