package repo

import (
	"fmt"
	"go/constant"
	"go/types"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// codesFile has every code that is exported, a line for each: its type, its name and its text.
const codesFile = "testdata/codes.txt"

// codes returns the exported constants that are texts of a type with a name, by what they are
// called: "person.Channel Phone", with their text.
func codes(packages []typed) map[string]string {
	found := make(map[string]string)
	for _, p := range packages {
		if strings.HasPrefix(p.dir, "evaluation") {
			continue // which stores nothing
		}
		for _, name := range p.of.Scope().Names() {
			c, is := p.of.Scope().Lookup(name).(*types.Const)
			if !is || !c.Exported() || c.Val().Kind() != constant.String {
				continue
			}
			if of, named := types.Unalias(c.Type()).(*types.Named); named {
				found[strings.ReplaceAll(p.dir, "/", ".")+"."+of.Obj().Name()+" "+name] = constant.StringVal(c.Val())
			}
		}
	}
	return found
}

// A code is stored, in records and in the log, and stands in other people's files: what it
// was once written as it is for ever. Codes are added by -update. The name of a constant can
// change, which is a change of that line by hand and an entry in the changelog; its text
// cannot.
func TestRepoCodesKeepTheTextInWhichTheyAreStored(t *testing.T) {
	var lines []string
	for code, text := range codes(typedPackages(t)) {
		lines = append(lines, fmt.Sprintf("%s %q", code, text))
	}
	slices.Sort(lines)
	archive, err := os.ReadFile(codesFile)
	if !*update {
		require.NoError(t, err)
	}
	var kept []string
	for line := range strings.Lines(string(archive)) {
		kept = append(kept, strings.TrimSuffix(line, "\n"))
	}
	if *update {
		all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(kept, lines))))
		require.NoError(t, os.WriteFile(codesFile, []byte(strings.Join(all, "\n")+"\n"), 0o644))
		return
	}
	if diff := cmp.Diff(kept, lines); diff != "" {
		t.Errorf("codes have changed (-was +is): a new one is added by -update, and no text is changed or goes, since records have it:\n%s", diff)
	}
}

// The facts of a person are asked of services in the same words, so they are the same types.
func TestRepoCodesOfPeopleAreThoseOfServices(t *testing.T) {
	kinds := make(map[string]map[string]bool)
	for code := range codes(typedPackages(t)) {
		kind, _, _ := strings.Cut(code, " ")
		dot := strings.LastIndex(kind, ".")
		if kinds[kind[:dot]] == nil {
			kinds[kind[:dot]] = make(map[string]bool)
		}
		kinds[kind[:dot]][kind[dot+1:]] = true
	}
	require.NotEmpty(t, kinds["person"])
	for name := range kinds["person"] {
		require.False(t, name != "EventType" && kinds["directory"][name], "person.%s and directory.%s are two types for one thing, or two things of one name", name, name)
	}
}
