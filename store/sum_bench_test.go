package store_test

import (
	"bytes"
	"testing"

	"github.com/socialprescribing/sp/store"
)

// BenchmarkSums shows what a commit of one record of 1 KB with five terms and one
// event pays for its checksums, and a read for comparing them. Compare it with
// Create and Get of the backends.
func BenchmarkSums(b *testing.B) {
	r, e := summed()
	r.Body = bytes.Repeat([]byte("0123456789abcdef"), 64)
	r.Terms = store.Terms{"state": "open", "worker": "w-1", "person": "p-1", "due": "000000001", "urgency": "soon"}
	b.Run("record checksum", func(b *testing.B) {
		for b.Loop() {
			if r.Checksum() == 0 {
				b.Fatal("no checksum")
			}
		}
	})
	b.Run("event checksum", func(b *testing.B) {
		for b.Loop() {
			if e.Checksum() == 0 {
				b.Fatal("no checksum")
			}
		}
	})
	b.Run("event sum", func(b *testing.B) {
		for b.Loop() {
			if e.Sum().IsZero() {
				b.Fatal("no sum")
			}
		}
	})
}
