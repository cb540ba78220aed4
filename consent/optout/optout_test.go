package optout_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/optout"
)

type row struct {
	number sp.NHSNumber
	gp     bool
	type1  sp.Truth
}

var (
	today = sp.NewDate(2026, 11, 23)
	out   = must("943 476 5919")
	in    = must("999 012 3454")
)

func must(s string) sp.NHSNumber {
	n, err := sp.ParseNHSNumber(s)
	if err != nil {
		return sp.NHSNumber{}
	}
	return n
}

func options(f optout.Footing) optout.Options[row] {
	return optout.Options[row]{
		Footing: f, Reference: "CAG-1", Number: func(r row) sp.NHSNumber { return r.number }, On: today,
		Lookup: optout.Lookup{On: today.Add(-1), In: func(n sp.NHSNumber) sp.Truth { return sp.TruthOf(n.Equal(out)) }},
		FromGP: func(r row) bool { return r.gp }, Type1: func(r row) sp.Truth { return r.type1 },
	}
}

// A study under section 251 leaves out who has opted out, and who nobody can ask about.
func Example() {
	rows := []row{{number: out}, {number: must("987 654 4322")}, {}}
	kept, removed, err := optout.Filter(rows, optout.Options[row]{
		Footing: optout.Section251, Number: func(r row) sp.NHSNumber { return r.number }, On: today,
		Lookup: optout.Lookup{On: today, In: func(n sp.NHSNumber) sp.Truth { return sp.TruthOf(n.Equal(out)) }},
	})
	fmt.Println(len(kept), removed, err)
	// Output: 1 map[national-opt-out:1 unmatched:1] <nil>
}

func TestWhatDecidesIsTheFootingOfTheFlow(t *testing.T) {
	rows := []row{{number: out, gp: true, type1: sp.No}, {number: in, gp: true, type1: sp.Yes}, {number: out, gp: false}}
	for f, want := range map[optout.Footing]int{
		optout.OwnCare: 3, optout.Anonymous: 3, optout.LegalDuty: 3, optout.ExplicitAgreement: 2, optout.PublicHealth: 2, optout.PublicInterest: 2, optout.Exempt: 2, optout.Section251: 0,
	} {
		kept, removed, err := optout.Filter(rows, options(f))
		require.NoError(t, err, f)
		require.Len(t, kept, want, f)
		n := 0
		for _, c := range removed {
			n += c
		}
		require.Equal(t, len(rows), len(kept)+n, "nobody is left out in silence")
	}
}

func TestAFlowWithoutAFootingOrARecentAnswerIsRefused(t *testing.T) {
	for name, change := range map[string]func(*optout.Options[row]){
		"no footing":             func(o *optout.Options[row]) { o.Footing = "" },
		"an answer of last year": func(o *optout.Options[row]) { o.Lookup.On = today.Add(-22) },
		"from tomorrow":          func(o *optout.Options[row]) { o.Lookup.On = today.Add(1) },
		"no answer":              func(o *optout.Options[row]) { o.Lookup.In = nil },
		"no exemption":           func(o *optout.Options[row]) { o.Footing, o.Reference = optout.Exempt, "" },
		"no type 1":              func(o *optout.Options[row]) { o.Type1 = nil },
		"no day":                 func(o *optout.Options[row]) { o.On = 0 },
	} {
		o := options(optout.Section251)
		change(&o)
		_, _, err := optout.Filter([]row{{number: in}}, o)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
}

func TestWhatFilterKeepsAndRemovesAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOf(rapid.Custom(func(t *rapid.T) row {
			return row{rapid.SampledFrom([]sp.NHSNumber{out, in, {}}).Draw(t, "n"), rapid.Bool().Draw(t, "gp"), rapid.SampledFrom([]sp.Truth{sp.Yes, sp.No, sp.Unknown}).Draw(t, "type1")}
		})).Draw(t, "rows")
		kept, removed, err := optout.Filter(rows, options(optout.Section251))
		if err != nil {
			t.Fatal(err)
		}
		n := len(kept)
		for _, c := range removed {
			n += c
		}
		if n != len(rows) {
			t.Fatal(n, len(rows))
		}
		for _, r := range kept {
			if !r.number.Equal(in) || r.gp && r.type1 != sp.No {
				t.Fatal("kept who opted out")
			}
		}
	})
}
