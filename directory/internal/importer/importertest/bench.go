package importertest

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// EncodingCSV measures how long encoding/csv takes to cut the CSV files of a folder
// into fields, with which the readers of such folders are compared.
func EncodingCSV(b *testing.B, folder string, size int64, read func(name string) bool) {
	b.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.csv"))
	if err != nil || len(files) == 0 {
		b.Fatal("no files", err)
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, file := range files {
			if read(filepath.Base(file)) {
				cut(b, file)
			}
		}
	}
}

func cut(b *testing.B, file string) {
	b.Helper()
	f, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}
