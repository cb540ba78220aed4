package simulation_test

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/simulation"
)

var update = flag.Bool("update", false, "write the parameters of docs/simulation.md anew")

// The parameters of docs/simulation.md are those of the preset.
func TestPublishedIsThatOfTheDocs(t *testing.T) {
	const path, from, to = "../docs/simulation.md", "<!-- parameters: go test ./simulation -update -->\n", "<!-- end -->"
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(data), from)
	require.True(t, ok)
	_, after, ok := strings.Cut(rest, to)
	require.True(t, ok)
	want := before + from + parameters(simulation.Published()) + "\n" + presets() + to + after
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
		return
	}
	require.Equal(t, want, string(data), "go test ./simulation -update")
}

// parameters is a table of what a preset says, a line for each source.
func parameters(p simulation.Preset) string {
	var b strings.Builder
	b.WriteString("| parameter | value | what is known | source |\n|---|---|---|---|\n")
	for _, s := range p.Sources {
		value, from := fmt.Sprintf("%d", p.Cap), s.From
		if f := reflect.ValueOf(p.Way).FieldByName(s.Parameter); f.IsValid() {
			value = strings.TrimPrefix(fmt.Sprintf("%T %+v", f.Interface(), f.Interface()), "queue.")
			value = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(value, "float64 "), "int "), "simulation.")
		}
		if f := reflect.ValueOf(p.Way).FieldByName(s.Parameter); f.IsValid() && f.IsZero() {
			value = "none"
		}
		if from == "" {
			from = "assumed"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", s.Parameter, value, s.Says, from)
	}
	return b.String()
}

type named struct {
	name   string
	preset func() simulation.Preset
}

func others() []named {
	return []named{{"NullEffect", simulation.NullEffect}, {"RegressionToTheMean", simulation.RegressionToTheMean}, {"Optimistic", simulation.Optimistic}}
}

// presets is a table of what the other presets have instead.
func presets() string {
	var b strings.Builder
	b.WriteString("| preset | what of it differs | what is known | source |\n|---|---|---|---|\n")
	published := simulation.Published()
	for _, other := range others() {
		name, p := other.name, other.preset
		for i, s := range p().Sources {
			if i < len(published.Sources) && s == published.Sources[i] {
				continue
			}
			of := reflect.ValueOf(p().Way)
			for part := range strings.SplitSeq(s.Parameter, ".") {
				of = reflect.Indirect(of).FieldByName(part)
			}
			from := s.From
			if from == "" {
				from = "assumed"
			}
			fmt.Fprintf(&b, "| `%s` | `%s` %+v | %s | %s |\n", name, s.Parameter, reflect.Indirect(of).Interface(), s.Says, from)
		}
	}
	return b.String()
}

func TestPublishedHasASourceForEveryParameter(t *testing.T) {
	p := simulation.Published()
	said := map[string]bool{"Cap": true}
	for _, s := range p.Sources {
		said[s.Parameter] = true
		require.NotEmpty(t, s.Says, s.Parameter)
	}
	for f := range reflect.TypeFor[simulation.Way]().Fields() {
		require.True(t, said[f.Name], f.Name)
	}
	require.Contains(t, p.Assumed(), "Met")
	require.NotContains(t, p.Assumed(), "Answers")
}
