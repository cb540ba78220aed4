package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDeskMakesTheFolderThatItIsGivenForNobodyElse(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "schemes", "desk")
	var said bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-check", "-folder", folder}, &said, io.Discard))
	require.Contains(t, said.String(), "in order")
	info, err := os.Stat(folder)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
}
