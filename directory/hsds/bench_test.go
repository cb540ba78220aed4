package hsds_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// page is a page of 500 full services: the official example of HSDS 3.1 under
// 500 identifiers.
func page(b *testing.B) []byte {
	b.Helper()
	text, err := os.ReadFile(importertest.Data(b, "hsds/hsds-3.1/examples/service_full.json"))
	require.NoError(b, err)
	var out bytes.Buffer
	out.WriteString(`{"contents":[`)
	for i := range 500 {
		if i > 0 {
			out.WriteByte(',')
		}
		suffix := []byte{byte('0' + i/100), byte('0' + i/10%10), byte('0' + i%10)}
		one := bytes.ReplaceAll(text, []byte(`"id": "`), append([]byte(`"id": "`), suffix...))
		out.Write(one)
	}
	out.WriteString("]}")
	return out.Bytes()
}

func BenchmarkReadJSON(b *testing.B) {
	text := page(b)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		c, _, err := hsds.ReadJSON(b.Context(), bytes.NewReader(text), "page.json", directory.ImportOptions{})
		if err != nil || len(c.Services) != 500 {
			b.Fatal(len(c.Services), err)
		}
	}
}

// BenchmarkDecode is what the standard library takes to read the same page into
// maps, which is the baseline of [BenchmarkReadJSON].
func BenchmarkDecode(b *testing.B) {
	text := page(b)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := json.Unmarshal(text, &v); err != nil {
			b.Fatal(err)
		}
	}
}
