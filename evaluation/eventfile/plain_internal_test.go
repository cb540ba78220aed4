package eventfile

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/evaluationtest"
)

// what returns some lines of an invented log, each without its end.
func what(tb testing.TB, referrals int) [][]byte {
	tb.Helper()
	var file bytes.Buffer
	require.NoError(tb, Write(&file, evaluationtest.World{Seed: 1, Referrals: referrals}.Log()))
	return bytes.Split(bytes.TrimSuffix(file.Bytes(), []byte("\n")), []byte("\n"))
}

func TestPlainReadsAllLinesThatWriteWrites(t *testing.T) {
	known := names{}
	for _, text := range what(t, 60) {
		got, ok := known.plain(text)
		require.True(t, ok, "%s", text)
		want, err := parse(text, "x")
		require.NoError(t, err)
		require.Equal(t, want.event(), got.event())
	}
}

// FuzzPlain: what is read fast is read as it is read by paths.
func FuzzPlain(f *testing.F) {
	const good = `{"v":1,"tenant":"bay","kind":"referral","id":"R-1","version":1,"type":"referral.received","at":"2026-04-06T10:00:00Z","data":{"v":1,"n":[1,{}]}}`
	for _, change := range []string{
		`"version":1|"version":12345678901234567890`, `"version":1|"version":01`, `"version":1|"version":-1`, `"version":1|"version":1e1`,
		`00Z|00.5Z`, `00Z|00,5Z`, `00Z|60Z`, `00Z|00+02:00`, `2026-04|2026-13`, `2026|0000`, `"data"|"recorded":"2026-04-07T10:00:00Z","data"`, `"data"|"recorded":"0001-01-01T00:00:00Z","data"`,
		`{}]}}|{}]},"more":1}`, `{}]}}|{},]}}`, `"n":|"v":`, `"R-1"|""`, `"R-1"|"\u0052"`, `"R-1"|"\xff"`, `[1,|[{},{},{},{},{},{},{},{},`,
	} {
		from, to, _ := strings.Cut(change, "|")
		f.Add([]byte(strings.Replace(good, from, to, 1)))
	}
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, ok := names{}.plain(text)
		if !ok {
			return
		}
		want, err := parse(text, "x")
		require.NoError(t, err)
		require.Equal(t, want.event(), got.event())
	})
}

// BenchmarkRead reads lines beside the package of the standard library, which says of a fault neither where nor what.
func BenchmarkRead(b *testing.B) {
	lines := what(b, 1000)
	file := bytes.Join(lines, []byte("\n"))
	for name, read := range map[string]func(){
		"this": func() {
			for _, err := range Read(bytes.NewReader(file), "x") {
				if err != nil {
					b.Fatal(err)
				}
			}
		},
		"by paths": func() {
			for _, text := range lines {
				if _, err := parse(text, "x"); err != nil {
					b.Fatal(err)
				}
			}
		},
		"encoding-json": func() {
			for _, text := range lines {
				var l line
				if err := json.Unmarshal(text, &l); err != nil {
					b.Fatal(err)
				}
				_ = bytes.Clone(l.Data)
			}
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			b.ReportAllocs()
			for b.Loop() {
				read()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(lines)), "ns/event")
		})
	}
}
