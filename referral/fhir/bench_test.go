package fhir_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// Each operation is two hundred cases, written as bundles or read from them.
func BenchmarkCase(b *testing.B) {
	var out []fhir.Case
	var bodies [][]byte
	size, resources := int64(0), 0
	e, d := encoder(fhir.England()), decoder(fhir.England())
	for _, c := range cases() {
		out = append(out, fhir.CaseOf(c))
		bundle, _ := e.Case(out[len(out)-1], fhir.Transaction)
		bodies = append(bodies, bundle.Whole().Append(nil))
		size += int64(len(bodies[len(bodies)-1]))
		resources += len(bundle.Entries)
	}
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			for _, c := range out {
				bundle, _ := e.Case(c, fhir.Transaction)
				_ = bundle.Whole().Append(nil)
			}
		}
		b.ReportMetric(float64(resources*b.N)/b.Elapsed().Seconds(), "resources/s")
	})
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			for _, body := range bodies {
				o, err := resource.Parse(bytes.Clone(body))
				if err != nil {
					b.Fatal(err)
				}
				bundle, _ := resource.BundleOf(o)
				if _, _, err := d.Case(bundle); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(resources*b.N)/b.Elapsed().Seconds(), "resources/s")
	})
	b.Run("baseline, encoding-json into maps", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			for _, body := range bodies {
				var m map[string]any
				if err := json.Unmarshal(body, &m); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
