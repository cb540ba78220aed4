package sqlite_test

import (
	"testing"

	"github.com/socialprescribing/sp/internal/lives"
	"github.com/socialprescribing/sp/store"
)

func BenchmarkLives(b *testing.B) {
	lives.Bench(b, func(b *testing.B) store.Driver {
		b.Helper()
		return open(b, handle(b, file(b)))
	})
}
