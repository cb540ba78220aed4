package england_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/england"
	"github.com/socialprescribing/sp/internal/shared"
)

func BenchmarkRead(b *testing.B) {
	text, err := os.ReadFile(filepath.Join(shared.Dir(b), "data/funding/lsoa21_england_imd2025_census2021.csv"))
	require.NoError(b, err)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := area.Read(bytes.NewReader(text), england.IoD2025()); err != nil {
			b.Fatal(err)
		}
	}
}
