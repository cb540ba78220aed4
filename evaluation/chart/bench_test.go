package chart

import "testing"

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
