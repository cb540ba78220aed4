// Package shared finds the public reference data that tests and examples read.
// The data is too large for the repository and lies beside it.
package shared

import (
	"os"
	"path/filepath"
	"testing"
)

// Dir returns the folder of the reference data, "shared" beside the repository.
// Without it the test is skipped, or fails where the environment variable CI
// is set: there the data must be present, so that no check is lost unnoticed.
func Dir(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, statErr := os.Stat(filepath.Join(dir, ".golangci.yml")); statErr == nil {
			break
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		break
	}
	found := filepath.Join(filepath.Dir(dir), "shared")
	if _, err := os.Stat(filepath.Join(found, "data")); err != nil {
		if os.Getenv("CI") != "" {
			tb.Fatalf("reference data is missing: %v", err)
		}
		tb.Skipf("reference data is missing: %v", err)
	}
	return found
}
