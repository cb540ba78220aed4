package repo

import (
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// taskRow is a row of docs/packages.md: what somebody wants to do, and the package that does it.
var taskRow = regexp.MustCompile(`(?m)^\| \S.* \| \[([a-z0-9/]+)\]\(([./a-z0-9]+)\) \|$`)

func TestRepoPageOfTasksNamesEveryPackageOnce(t *testing.T) {
	page, err := os.ReadFile(at("docs/packages.md"))
	require.NoError(t, err)
	tasks, _, _ := strings.Cut(string(page), "## The 25 barriers")
	named := make(map[string]int)
	for _, row := range taskRow.FindAllStringSubmatch(tasks, -1) {
		dir := path.Join("docs", row[2])
		require.Equal(t, folder{path: dir}.name(), row[1], "a link leads to another package than it names")
		named[dir]++
	}
	for _, f := range folders(t) {
		if len(f.shipped) == 0 || f.internal() || strings.HasPrefix(f.path, "examples") {
			continue
		}
		if named[f.path] != 1 {
			t.Errorf("docs/packages.md names %s %d times, not once", f.name(), named[f.path])
		}
		delete(named, f.path)
	}
	require.Empty(t, named, "docs/packages.md names what is no package")
}
