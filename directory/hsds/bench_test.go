package hsds_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory/feed"
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
		c, _, err := hsds.ReadJSON(b.Context(), bytes.NewReader(text), "page.json", feed.Options{})
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

// tables are those of the page of full services, as an exporter writes them.
func tables(b *testing.B) (folder fstest.MapFS, size int64) {
	b.Helper()
	c, _, err := hsds.ReadJSON(b.Context(), bytes.NewReader(page(b)), "page.json", feed.Options{Feed: "bay"})
	require.NoError(b, err)
	folder = fstest.MapFS{}
	require.NoError(b, hsds.NewExporter(c, hsds.HSDS3).WriteTables(func(name string) (io.WriteCloser, error) {
		folder[name] = &fstest.MapFile{}
		return file{folder[name]}, nil
	}))
	for _, f := range folder {
		size += int64(len(f.Data))
	}
	return folder, size
}

func BenchmarkReadTables(b *testing.B) {
	folder, size := tables(b)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		c, _, err := hsds.ReadTables(b.Context(), folder, feed.Options{Feed: "bay"})
		if err != nil || len(c.Services) != 500 {
			b.Fatal(len(c.Services), err)
		}
	}
}

func BenchmarkSpeed(b *testing.B) {
	folder, _ := tables(b)
	var all [][]byte
	for _, f := range folder {
		all = append(all, f.Data)
	}
	importertest.Speed(b, all, func() {
		_, _, err := hsds.ReadTables(b.Context(), folder, feed.Options{Feed: "bay"})
		require.NoError(b, err)
	})
}

// A stream is a page of many services that is made while it is read.
type stream struct {
	n, all, bytes int
	left          []byte
}

func (s *stream) Read(p []byte) (int, error) {
	if len(s.left) == 0 {
		switch s.n++; {
		case s.n == 1:
			s.left = []byte(`{"contents":[`)
		case s.n == s.all+2:
			s.left = []byte("]}")
		case s.n > s.all+2:
			return 0, io.EOF
		default:
			one := fmt.Sprintf(`{"id":"s%[1]d","name":"Choir %[1]d","status":"active","description":"%[2]s","organization":{"id":"o%[3]d","name":"Vestry %[3]d"},"minimum_age":18,
				"schedules":[{"id":"r%[1]d","freq":"WEEKLY","byday":"TU","opens_at":"10:00"}],"phones":[{"id":"p%[1]d","number":"01632 960101"}]},`,
				s.n, strings.Repeat("Songs and company for everybody. ", 8), s.n%5000)
			if s.n == s.all+1 {
				one = strings.TrimSuffix(one, ",")
			}
			s.left = []byte(one)
		}
	}
	n := copy(p, s.left)
	s.left = s.left[n:]
	s.bytes += n
	return n, nil
}

// BenchmarkHeapOfALargeFeed reports how many bytes of heap reading 100,000 services
// takes at its height, for each byte that is read.
func BenchmarkHeapOfALargeFeed(b *testing.B) {
	for b.Loop() {
		in := &stream{all: 100_000}
		var before, now runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		peak := before.HeapAlloc
		c, _, err := hsds.ReadJSON(b.Context(), in, "page.json", feed.Options{Progress: func(int, int) {
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc)
		}})
		if err != nil || len(c.Services) != in.all {
			b.Fatal(len(c.Services), err)
		}
		b.SetBytes(int64(in.bytes))
		b.ReportMetric(float64(peak-before.HeapAlloc)/float64(in.bytes), "peakB/inputB")
		runtime.KeepAlive(c)
	}
}
