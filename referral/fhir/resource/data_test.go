package resource_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/shared"
)

// published returns the published examples: HL7's for R4, those of both versions of the SDOH
// Clinical Care guide, and those of the NHS for bookings and referrals.
func published(tb testing.TB) map[string][]byte {
	tb.Helper()
	files := make(map[string][]byte)
	dir := filepath.Join(shared.Dir(tb), "data", "fhir")
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".json") || strings.Contains(path, "schema") {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[name] = b
		return err
	})
	require.NoError(tb, err)
	require.Greater(tb, len(files), 500)
	return files
}
