package main

import (
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDeskOnAFullDiskSaysSoAndLeavesNothingHalfWritten(t *testing.T) {
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("needs to mount a small file system, which only root may: %v", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(folder, syscall.MNT_DETACH)) })
	d := start(t, options{folder: folder})
	p, before := d.signIn(t), d.received(t)
	require.Equal(t, http.StatusCreated, d.refer(t.Context(), p, "down", 1))
	ballast := filepath.Join(folder, "ballast")
	require.ErrorIs(t, os.WriteFile(ballast, make([]byte, 8<<20), 0o600), syscall.ENOSPC)
	unavailable(t, d, p, 2)
	_, said := d.ask(t.Context(), http.MethodGet, "/check", "")
	require.Contains(t, string(said), "The disk is full")
	require.Equal(t, before+1, d.received(t))
	require.NoError(t, os.Remove(ballast))
	eventually(t, http.StatusCreated, func() int { return d.refer(t.Context(), p, "down", 2) })
	require.Equal(t, before+2, d.received(t))
}
