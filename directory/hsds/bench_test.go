package hsds_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
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

// BenchmarkHostile reads a megabyte of what is meant to do harm, in each of the
// ways by which readers of other kinds were brought down.
func BenchmarkHostile(b *testing.B) {
	const megabyte = 1 << 20
	of := func(before, again, after string) string {
		return before + strings.Repeat(again, megabyte/len(again)) + after
	}
	for name, text := range map[string]string{
		"numbers":             of("", "1\n", ""),
		"list of numbers":     of(`{"id":"1","name":"x","status":"active","more":[1`, ",1", "]}"),
		"brackets":            of("", "[", ""),
		"objects":             of("[{}", ",{}", "]"),
		"lines that open":     of("", "{\n", ""),
		"escaped ampersands":  of(`{"id":"1","name":"x","status":"active","description":"&`, "amp;", `lt;b"}`),
		"tags that open":      of(`{"id":"1","name":"x","status":"active","description":"`, "<script ", `"}`),
		"tags within tags":    of(`{"id":"1","name":"x","status":"active","description":"`, "<<b>b>", `"}`),
		"mojibake":            of(`{"id":"1","name":"x","status":"active","description":"`, "Ã©", `"}`),
		"accessibility":       of(`{"id":"1","name":"x","location_type":"physical","accessibility":[{"description":"a"}`, `,{"description":"b"}`, "]}"),
		"different access":    accesses(megabyte),
		"schedules":           of(`{"id":"1","name":"x","status":"active","schedules":[{"freq":"DAILY"}`, `,{"freq":"MONTHLY","interval":24,"dtstart":"2026-01-01","count":700}`, "]}"),
		"languages":           of(`{"id":"1","name":"x","status":"active","languages":[{"code":"cy"}`, `,{"code":"cy"}`, "]}"),
		"one record, retold":  of("", `{"id":"1","name":"x","status":"active","phones":[{"number":"1"}]}`, ""),
		"fields of one name":  of(`{"id":"1","name":"x","status":"active"`, `,"a":1`, "}"),
		"parts for one":       of(`{"phones":[{"service_id":"1","number":"1"}`, `,{"service_id":"1","number":"1"}`, `],"services":[{"id":"1","name":"x"}]}`),
		"escapes":             of(`{"id":"1","name":"x","status":"active","description":"`, `\u00e9`, `"}`),
		"records that retell": retold(megabyte),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := hsds.ReadJSON(b.Context(), strings.NewReader(text), "x.json", directory.ImportOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// accesses is a place with many texts about access, none of which is another.
func accesses(size int) string {
	var text strings.Builder
	text.WriteString(`{"id":"1","name":"x","location_type":"physical","accessibility":[{}`)
	for i := 0; text.Len() < size; i++ {
		fmt.Fprintf(&text, `,{"description":"d%d"}`, i)
	}
	text.WriteString("]}")
	return text.String()
}

// retold is one record that says something else each time.
func retold(size int) string {
	var text strings.Builder
	for i := 0; text.Len() < size; i++ {
		fmt.Fprintf(&text, `{"id":"1","name":"x","status":"active","phones":[{"number":"%d"}]}`, i)
	}
	return text.String()
}
