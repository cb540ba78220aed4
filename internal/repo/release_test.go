package repo

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRepoReleaseTagsEveryModuleThatUsersCanFetch(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("there is no bash to run .ci/release")
	}
	if err := exec.Command("git", "rev-parse").Run(); err != nil {
		t.Skip("these files are no clone of the repository")
	}
	out, err := exec.Command("bash", at(".ci/release"), "-n", "v99.0.0", "../bills").CombinedOutput()
	require.NoError(t, err, string(out))
	for _, want := range []string{
		"would run: go run ./internal/sbom -version v99.0.0 -out ../bills",
		"would run: go -C store/sqlite mod edit -require=" + module + "@v99.0.0",
		"would run: go test ./internal/repo -run TestRepoPublicSurfaceIsCompatible -baseline v99.0.0",
		"would run: git tag -a v99.0.0",
		"would run: git tag -a store/sqlite/v99.0.0",
		"would run: git tag -a store/postgres/v99.0.0",
	} {
		require.Contains(t, string(out), want)
	}
	require.NotContains(t, string(out), "git tag -a examples/", "programs to read are no module to fetch")
	require.NotContains(t, string(out), "would run: git push")
	out, err = exec.Command("bash", at(".ci/release"), "-n", "0.1").CombinedOutput()
	require.Error(t, err, "a version begins with v: %s", out)
}
