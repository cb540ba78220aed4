package decode_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/decode"
)

// A referral is a flat request such as services get by the thousand.
type referral struct {
	ID       string              `json:"id"`
	Person   string              `json:"person"`
	Name     sp.Personal[string] `json:"name"`
	Number   sp.NHSNumber        `json:"number"`
	Born     sp.Date             `json:"born"`
	Urgency  string              `json:"urgency"`
	Children sp.Known[int]       `json:"children"`
	Ceiling  sp.Money            `json:"ceiling"`
	Needs    []need              `json:"needs"`
	Notes    string              `json:"notes"`
}

type need struct {
	Code     string  `json:"code"`
	Severity int     `json:"severity"`
	Since    sp.Date `json:"since"`
}

const body = `{"id": "R-1007", "person": "P-55", "name": "Joan Bloggs", "number": "943 476 5919", "born": "1948-02-29", "urgency": "routine", "children": 2,
	"ceiling": "12.50 GBP", "needs": [{"code": "loneliness", "severity": 7, "since": "2026-01-01"}, {"code": "debt", "severity": 3, "since": "2025-06-01"}],
	"notes": "Prefers the telephone in the morning, and would like to get out of the house again."}`

// How long it takes to read with paths, beside encoding/json, which stops at the first fault.
func BenchmarkReading(b *testing.B) {
	many := "[" + strings.Repeat(body+",", 999) + body + "]"
	broken := strings.Replace(body, "1948-02-29", "1948-02-30", 1)
	b.Run("of=request/with=encoding-json", func(b *testing.B) { plainly[referral](b, body) })
	b.Run("of=request/with=decode", func(b *testing.B) { withPaths[referral](b, body, true) })
	b.Run("of=broken-request/with=encoding-json", func(b *testing.B) { plainly[referral](b, broken) })
	b.Run("of=broken-request/with=decode", func(b *testing.B) { withPaths[referral](b, broken, false) })
	b.Run("of=1000-requests/with=encoding-json", func(b *testing.B) { plainly[[]referral](b, many) })
	b.Run("of=1000-requests/with=decode", func(b *testing.B) { withPaths[[]referral](b, many, true) })
}

func plainly[T any](b *testing.B, text string) {
	b.Helper()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var v T
		d := json.NewDecoder(strings.NewReader(text))
		d.DisallowUnknownFields()
		_ = d.Decode(&v)
	}
}

func withPaths[T any](b *testing.B, text string, good bool) {
	b.Helper()
	data := []byte(text)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decode.JSON[T](data, decode.Options{}); (err == nil) != good {
			b.Fatal(fmt.Sprint(err))
		}
	}
}
