package api_test

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The script of the docs is run as it stands there. It needs curl, which CI has.
func TestAPIIsWalkedByTheScriptOfTheDocs(t *testing.T) {
	page, err := os.ReadFile("../../../docs/embedding.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(page), "### The API, call by call")
	require.True(t, found)
	_, script, found := strings.Cut(section, "```sh\n")
	require.True(t, found)
	script, _, found = strings.Cut(script, "```")
	require.True(t, found)
	_, err = exec.LookPath("curl")
	require.NoError(t, err, "this test needs curl")

	w := newWorld(t)
	server := httptest.NewServer(w.site)
	defer server.Close()
	sh := exec.CommandContext(t.Context(), "sh", "-c", script)
	sh.Env = append(os.Environ(), "DESK="+server.URL, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
	var wrong strings.Builder
	sh.Stderr = &wrong
	said, err := sh.Output()
	require.NoError(t, err, "%s\n%s", said, wrong.String())
	require.Equal(t, 2, strings.Count(string(said), `"by":"2026-12-07"`), "the practice was told twice: once by the receipt, once by the list")
	require.Contains(t, string(said), "See the sea again.", "the copy has the goal")
	require.Contains(t, string(said), `"state":"finished"`, "and then the person was forgotten")
}
