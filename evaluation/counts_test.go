package evaluation_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
)

// fifty puts referrals into fifty groups.
var fifty = evaluation.Code(facts.Referrals, evaluation.Text(func(e referral.Received) string { return string(e.From) }))

// bytesOf returns both forms of counts.
func bytesOf(t require.TestingT, c *evaluation.Counts) [2][]byte {
	b, err := c.MarshalBinary()
	require.NoError(t, err)
	j, err := json.Marshal(c)
	require.NoError(t, err)
	return [2][]byte{b, j}
}

func TestCountsOfDifferentPeopleMergeInAnyOrderToTheBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := evaluation.Options{AsOf: monday.Add(200), By: whose}
		var parts []*evaluation.Counts
		whole := run(t, o)
		for _, tenant := range []string{"bay", "fell", "moor"} {
			part := run(t, o)
			for _, e := range history(t) {
				e.Key.Tenant = tenant
				require.NoError(t, part.Add(e))
				require.NoError(t, whole.Add(e))
			}
			c, err := part.Count(t.Context())
			require.NoError(t, err)
			parts = append(parts, c)
		}
		want, err := whole.Count(t.Context())
		require.NoError(t, err)
		order := rapid.Permutation([]int{0, 1, 2}).Draw(t, "order")
		var got evaluation.Counts
		b, err := parts[order[0]].MarshalBinary()
		require.NoError(t, err)
		require.NoError(t, got.UnmarshalBinary(b), "another process goes on")
		for _, n := range order[1:] {
			require.NoError(t, got.Merge(parts[n]))
		}
		require.Equal(t, bytesOf(t, want), bytesOf(t, &got))
		for i, form := range bytesOf(t, want) {
			var again evaluation.Counts
			if i == 0 {
				require.NoError(t, again.UnmarshalBinary(form))
			} else {
				require.NoError(t, json.Unmarshal(form, &again))
			}
			require.Equal(t, bytesOf(t, want), bytesOf(t, &again))
			figures, err := again.Figures(evaluation.Precision{}, few(catalogue.Standards{})...)
			require.NoError(t, err)
			first, err := whole.Figures(t.Context())
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(first, figures))
		}
	})
}

func TestCountsOfOtherThingsDoNotMerge(t *testing.T) {
	counts := func(o evaluation.Options, s catalogue.Standards) *evaluation.Counts {
		c, err := runBy(t, s, o).Count(t.Context())
		require.NoError(t, err)
		return c
	}
	of := counts(evaluation.Options{AsOf: monday}, catalogue.Standards{})
	require.NoError(t, of.Merge(counts(evaluation.Options{AsOf: monday}, catalogue.Standards{})))
	require.ErrorIs(t, of.Merge(counts(evaluation.Options{AsOf: monday.Add(1)}, catalogue.Standards{})), sp.ErrInvalid)
	require.ErrorIs(t, of.Merge(counts(evaluation.Options{AsOf: monday, By: whose}, catalogue.Standards{})), sp.ErrInvalid)
	require.ErrorIs(t, of.Merge(counts(evaluation.Options{AsOf: monday, Period: sp.FinancialYear(2026)}, catalogue.Standards{})), sp.ErrInvalid)
	require.ErrorIs(t, of.Merge(counts(evaluation.Options{AsOf: monday}, catalogue.Standards{ContactDays: 5})), sp.ErrInvalid, "of another number of days")
	require.ErrorIs(t, of.Merge(nil), sp.ErrInvalid)
	_, err := of.Figures(evaluation.Precision{}, catalogue.Headlines(catalogue.Standards{})...)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestMergedCountsAreOfTheSameIndicatorAndRecordWhatOneOfThemDoes(t *testing.T) {
	yes := evaluation.Yes
	of := func(c evaluation.Counted) *evaluation.Counts { return &evaluation.Counts{Of: []evaluation.Counted{c}} }
	one := evaluation.Counted{ID: "a", Version: "1", Statistic: evaluation.Shares, Groups: map[string]evaluation.Tally{"": {yes: 2}}}
	for name, edit := range map[string]func(*evaluation.Counted){
		"ID":        func(c *evaluation.Counted) { c.ID = "b" },
		"version":   func(c *evaluation.Counted) { c.Version = "2" },
		"statistic": func(c *evaluation.Counted) { c.Statistic = evaluation.Means },
		"window":    func(c *evaluation.Counted) { c.Window.Days = 9 },
	} {
		other := one
		edit(&other)
		require.ErrorIs(t, of(one).Merge(of(other)), sp.ErrInvalid, name)
	}
	for _, into := range []bool{true, false} {
		for _, from := range []bool{true, false} {
			a, b := of(evaluation.Counted{ID: "a", Version: "1", Statistic: evaluation.Shares, Unrecorded: into}), of(one)
			b.Of[0].Unrecorded = from
			require.NoError(t, a.Merge(b))
			require.Equal(t, into && from, a.Of[0].Unrecorded)
			require.Equal(t, evaluation.Tally{yes: 2}, a.Tally("a", ""))
			a.Of[0].Groups[""][yes]++
			require.Equal(t, evaluation.Tally{yes: 2}, b.Tally("a", ""), "nothing is shared")
		}
	}
}

// People are counted some hundred at a time: each is counted once, wherever one lot ends.
func TestCountsAreOfEachReferralOnceHoweverManyThereAre(t *testing.T) {
	contacted := func(r evaluation.Row) evaluation.Answer { return evaluation.Value(int64(r.Count(facts.Contacts))) }
	every := evaluation.By("third", evaluation.Code(facts.Referrals, evaluation.Text(func(e referral.Received) string { return string(e.From) })))
	for _, people := range []int{1, 511, 512, 513, 1_024, 1_300} {
		for _, by := range []evaluation.Grouping{{}, every} {
			r, err := evaluation.New(evaluation.Options{AsOf: monday.Add(30), By: by}, mine(evaluation.Means, []evaluation.Fact{facts.Contacts}, contacted))
			require.NoError(t, err)
			want := map[string]evaluation.Tally{}
			for n := range people {
				for k := range 1 + n%2 { // referrals of one person
					id, group := fmt.Sprintf("R-%d-%d", n, k), ""
					from := fmt.Sprint("bay/", n%3)
					require.NoError(t, r.Add(event(id, 0, referral.Received{Person: person.ID(fmt.Sprint("P-", n)), From: directory.ID(from)})))
					calls := (n + k) % 4
					for c := range calls {
						e := event(id, 1, referral.Contacted{})
						e.Version = int64(2 + c)
						require.NoError(t, r.Add(e))
					}
					if by.Name != "" {
						group = from
					}
					if want[group] == nil {
						want[group] = evaluation.Tally{}
					}
					want[group][evaluation.Value(int64(calls))]++
				}
			}
			got, err := r.Count(t.Context())
			require.NoError(t, err)
			require.Equal(t, want, got.Of[0].Groups, "%d people by %q", people, by.Name)
		}
	}
}

// FuzzCounts: what is no form of counts is refused, and what is can be written again.
func FuzzCounts(f *testing.F) {
	c, err := run(f, evaluation.Options{AsOf: monday.Add(400), By: whose}, year(20)...).Count(f.Context())
	require.NoError(f, err)
	for _, form := range bytesOf(f, c) {
		f.Add(form)
	}
	f.Add([]byte(`{"v":1,"asOf":"2026-04-06","of":[{"id":"x","version":"1","statistic":"share","groups":[{"group":"","answers":[{"answer":"yes","n":3}]}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var binary, text evaluation.Counts
		if err := binary.UnmarshalBinary(data); err == nil {
			again, err := binary.MarshalBinary()
			require.NoError(t, err)
			var third evaluation.Counts
			require.NoError(t, third.UnmarshalBinary(again))
			require.Equal(t, bytesOf(t, &binary), bytesOf(t, &third))
		} else {
			require.ErrorIs(t, err, sp.ErrInvalid)
		}
		if err := json.Unmarshal(data, &text); err == nil && !bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
			again, err := json.Marshal(&text)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(again, &text))
		}
	})
}

// BenchmarkCountsMerge merges counts of 50 groups.
func BenchmarkCountsMerge(b *testing.B) {
	var events []store.RecordedEvent
	events = append(events, year(2_000)...)
	o := evaluation.Options{AsOf: monday.Add(500), By: evaluation.By("fifty", fifty)}
	one, err := run(b, o, events...).Count(b.Context())
	require.NoError(b, err)
	two, err := run(b, o, events...).Count(b.Context())
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if err := one.Merge(two); err != nil {
			b.Fatal(err)
		}
	}
	form, err := one.MarshalBinary()
	require.NoError(b, err)
	b.ReportMetric(float64(len(form)), "bytes")
}
