package chart

import (
	"testing"

	"github.com/socialprescribing/sp/evaluation/spc"
)

// The same without a drawing: what package spc computes, at 40 sizes too.
func BenchmarkFunnelOf200WithoutPicture(b *testing.B) {
	units, err := practices(b, 200).units()
	if err != nil {
		b.Fatal(err)
	}
	var counts []spc.Count
	for _, u := range units {
		if u.look == shown {
			counts = append(counts, spc.Count{Events: float64(u.cases), Of: float64(u.of)})
		}
	}
	for b.Loop() {
		f, err := spc.NewFunnel(spc.FunnelProportions, counts, spc.FunnelOptions{})
		if err != nil {
			b.Fatal(err)
		}
		for i := range 41 {
			for _, l := range []float64{level, 0.998} {
				if _, err := f.Limits(1000*float64(i+1), l); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}

// A funnel of 200 practices in both forms: what a page shows.
func BenchmarkFunnelOf200(b *testing.B) {
	cases := practices(b, 200)
	b.ReportAllocs()
	for b.Loop() {
		p, err := Funnel(cases, FunnelOptions{})
		if err != nil {
			b.Fatal(err)
		}
		p.Inline(Wide)
		p.Inline(Narrow)
	}
}

// The 25 barriers, with their groups.
func BenchmarkBarriers(b *testing.B) {
	report := barrierReport(b)
	b.ReportAllocs()
	for b.Loop() {
		p, err := Barriers(report, About{})
		if err != nil {
			b.Fatal(err)
		}
		p.Inline(Wide)
	}
}

// Three years of months.
func BenchmarkControlOf36(b *testing.B) {
	cases, o := months(b, 36), rebased()
	b.ReportAllocs()
	for b.Loop() {
		p, err := Control(cases, o)
		if err != nil {
			b.Fatal(err)
		}
		p.Inline(Wide)
	}
}
