package agreement_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/workforce/agreement"
	"github.com/socialprescribing/sp/workforce/record"
)

var (
	start = sp.NewDate(2026, 1, 1)
	lena  = sp.By(sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
)

func made() agreement.Agreement {
	return agreement.Agreement{
		ID: "OA-1", Partners: []string{"bay/council", "bay/scheme"}, Measure: "contacted-in-time", Good: agreement.AtLeast, Target: 0.8,
		From: start, By: start.AddMonths(12), Every: 3, Reporter: "bay/scheme", IfMissed: agreement.Discuss, Small: 5,
		Aims: map[string]sp.Personal[string]{"bay/council": sp.Hide("People see somebody soon.")},
	}
}

// An agreement is reported against, and says whether its target is reached.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "bay")
	r, err := agreement.Make(made(), lena)
	fmt.Println(r, err, store.Save(ctx, db, r))
	fmt.Println(r.Document().Unsaid(), "have not said what they want")

	estimate, err := stat.Proportion(62, 100, 0.95)
	if err != nil {
		fmt.Println(err)
	}
	a, report := r.Document().Report(estimate, start.Months(3), sp.NewDate(2026, 4, 7))
	fmt.Println(report)
	fmt.Println(r.Amend(a, lena), store.Save(ctx, db, r))
	fmt.Println("next report due", r.Document().Due())
	// Output:
	// outcome-agreement OA-1 <nil> <nil>
	// [bay/scheme] have not said what they want
	// short: 0.62 (0.522 to 0.709), 62 of 100
	// <nil> <nil>
	// next report due 2026-07-01
}

// The council and the practice do not mean the same by "closed".
func ExampleFalseFriends() {
	all := []agreement.Glossary{
		{Partner: "bay/council", Terms: sp.Hide([]agreement.Term{{Word: "Closed", Means: "seen twice", Code: "contacted"}, {Word: "case", Means: "a family"}})},
		{Partner: "bay/practice", Terms: sp.Hide([]agreement.Term{{Word: "closed", Code: "ended"}, {Word: "seen", Code: "contacted"}})},
	}
	fmt.Println(agreement.FalseFriends(all))
	fmt.Println(agreement.Translate(all, "bay/council", "closed", "bay/practice"))
	fmt.Println(agreement.Unmapped(all))
	// Output:
	// [[{bay/council Closed contacted} {bay/practice closed ended}]]
	// [seen]
	// [{bay/council case }]
}

func TestAgreementReport(t *testing.T) {
	share := func(x, n float64) stat.Estimate {
		e, err := stat.Proportion(x, n, 0.95)
		require.NoError(t, err)
		return e
	}
	rate, err := stat.Rate(3, 10, 1, 0.95)
	require.NoError(t, err)
	mean := stat.Estimate{Value: 4, Interval: stat.Interval{Lower: 3, Upper: math.Inf(1)}, Denominator: 20}
	early, late := start.AddMonths(3), start.AddMonths(12)
	for _, c := range []struct {
		name   string
		good   agreement.Good
		target float64
		e      stat.Estimate
		on     sp.Date
		want   agreement.Outcome
		sure   bool
		missed bool
	}{
		{"reached, and sure", agreement.AtLeast, 0.8, share(95, 100), early, agreement.Reached, true, false},
		{"reached, and not sure", agreement.AtLeast, 0.8, share(82, 100), early, agreement.Reached, false, false},
		{"reached on the target", agreement.AtLeast, 0.8, share(80, 100), late, agreement.Reached, false, false},
		{"short, and sure, and there is time", agreement.AtLeast, 0.8, share(50, 100), early, agreement.Short, true, false},
		{"short, and not sure, and missed", agreement.AtLeast, 0.8, share(75, 100), late, agreement.Short, false, true},
		{"reached where less is good", agreement.AtMost, 0.2, share(5, 100), late, agreement.Reached, true, false},
		{"short where less is good", agreement.AtMost, 0.2, share(40, 100), late, agreement.Short, true, true},
		{"of too few people", agreement.AtLeast, 0.8, share(3, 4), early, agreement.TooFew, false, false},
		{"of too few on one side", agreement.AtLeast, 0.8, share(4, 100), early, agreement.TooFew, false, false},
		{"of too few on the other side", agreement.AtLeast, 0.8, share(97, 100), early, agreement.TooFew, false, false},
		{"of all, which tells of nobody", agreement.AtLeast, 0.8, share(100, 100), early, agreement.Reached, true, false},
		{"of too few events", agreement.AtMost, 1, rate, early, agreement.TooFew, false, false},
		{"of a rate of many in little time", agreement.AtMost, 100, stat.Estimate{Value: 56, Interval: stat.Interval{Lower: 42, Upper: 73}, Numerator: 56, Denominator: 1}, early, agreement.Reached, true, false},
		{"of a mean of too few", agreement.AtMost, 100, stat.Estimate{Value: 56, Denominator: 4}, early, agreement.TooFew, false, false},
		{"unknown, and missed", agreement.AtLeast, 0.8, stat.Estimate{Undefined: stat.NoCases, Denominator: 9}, late, agreement.Unknown, false, true},
		{"of a mean without an upper limit", agreement.AtLeast, 2, mean, early, agreement.Reached, true, false},
	} {
		t.Run("an agreement is reported "+c.name, func(t *testing.T) {
			a := made()
			a.Good, a.Target = c.good, c.target
			b, r := a.Report(c.e, sp.Period{Start: start, End: c.on}, c.on)
			require.Equal(t, c.want, r.Outcome)
			require.Equal(t, c.sure, r.Sure)
			require.Equal(t, c.missed, r.Missed)
			require.Empty(t, a.Reports, "it stays as it is")
			require.Equal(t, []agreement.Report{r}, b.Reports)
			if r.Outcome == agreement.TooFew || r.Outcome == agreement.Unknown {
				data, err := json.Marshal(r)
				require.NoError(t, err)
				require.NotContains(t, string(data), "value")
				require.NotContains(t, string(data), "denominator")
			}
			_, err := agreement.Make(b, sp.By(lena.By, lena.At.AddDate(1, 0, 0)))
			require.NoError(t, err)
		})
	}
}

func TestAgreementDue(t *testing.T) {
	of := func(months ...int) agreement.Agreement {
		a := made()
		for _, n := range months {
			a.Reports = append(a.Reports, agreement.Report{Of: sp.Period{Start: start, End: start.AddMonths(n)}})
		}
		return a
	}
	ended, once := of(), of()
	ended.Ended, ended.Ending = start.Add(9), agreement.Withdrawn
	once.Every = 0
	for _, c := range []struct {
		name string
		a    agreement.Agreement
		want sp.Date
	}{
		{"so many months after it began", of(), start.AddMonths(3)},
		{"so many months after what was reported on", of(3, 6), start.AddMonths(9)},
		{"on the last day at the latest", of(3, 6, 10), start.AddMonths(12)},
		{"no more once the end is reported on", of(12), 0},
		{"no more once it has ended", ended, 0},
		{"on the last day if there is one report", once, start.AddMonths(12)},
	} {
		t.Run("a report is due "+c.name, func(t *testing.T) { require.Equal(t, c.want, c.a.Due()) })
	}
	late := of(3)
	late.ID = "OA-0"
	require.Equal(t, []agreement.Agreement{of(), late}, agreement.Overdue([]agreement.Agreement{late, ended, of()}, start.AddMonths(6).Add(1)))
	require.Empty(t, agreement.Overdue([]agreement.Agreement{late}, start.AddMonths(6)), "not on the day itself")
}

func TestMakeRefuses(t *testing.T) {
	for name, change := range map[string]func(*agreement.Agreement){
		"one partner":                 func(a *agreement.Agreement) { a.Partners = a.Partners[1:] },
		"a partner twice":             func(a *agreement.Agreement) { a.Partners = append(a.Partners, "bay/council") },
		"no measure":                  func(a *agreement.Agreement) { a.Measure = "" },
		"no side that is good":        func(a *agreement.Agreement) { a.Good = "" },
		"a target that is no number":  func(a *agreement.Agreement) { a.Target = math.NaN() },
		"an end before the beginning": func(a *agreement.Agreement) { a.By = a.From },
		"no beginning":                func(a *agreement.Agreement) { a.From = 0 },
		"a reporter who is no partner": func(a *agreement.Agreement) {
			a.Reporter = "bay/other"
		},
		"no consequence":           func(a *agreement.Agreement) { a.IfMissed = "" },
		"an end without a reason":  func(a *agreement.Agreement) { a.Ended = a.By },
		"a reason without an end":  func(a *agreement.Agreement) { a.Ending = agreement.Lapsed },
		"the aim of somebody else": func(a *agreement.Agreement) { a.Aims["bay/other"] = sp.Hide("More money.") },
		"a report of no period":    func(a *agreement.Agreement) { a.Reports = []agreement.Report{{On: a.From}} },
		"reports that go back": func(a *agreement.Agreement) {
			a.Reports = []agreement.Report{{On: a.By, Of: a.From.Months(3)}, {On: a.From, Of: a.From.Months(6)}}
		},
	} {
		t.Run("Make refuses an agreement with "+name, func(t *testing.T) {
			a := made()
			change(&a)
			_, err := agreement.Make(a, lena)
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.NotContains(t, err.Error(), "money")
		})
	}
	for name, g := range map[string]agreement.Glossary{
		"no partner":      {On: start},
		"no day":          {Partner: "bay/council"},
		"a word of none":  {Partner: "bay/council", On: start, Terms: sp.Hide([]agreement.Term{{Word: " "}})},
		"a code in words": {Partner: "bay/council", On: start, Terms: sp.Hide([]agreement.Term{{Word: "case", Code: "a case"}})},
		"an end before":   {Partner: "bay/council", On: start, Again: start},
	} {
		t.Run("Explain refuses a glossary with "+name, func(t *testing.T) {
			_, err := agreement.Explain(g, lena)
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
}

func TestAgreementsAndGlossariesKeepWordsOutOfTheLog(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	a, err := agreement.Make(made(), lena)
	require.NoError(t, err)
	g, err := agreement.Explain(agreement.Glossary{Partner: "bay/council", On: start, Again: start.AddMonths(6), Terms: sp.Hide([]agreement.Term{{Word: "closed", Means: "seen twice", Code: "contacted"}})}, lena)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, a, g))
	again, err := agreement.Agreements(db).Load(t.Context(), "OA-1")
	require.NoError(t, err)
	require.Equal(t, "People see somebody soon.", again.Document().Aims["bay/council"].Reveal())
	words, err := agreement.Glossaries(db).List(t.Context(), record.Query{})
	require.NoError(t, err)
	require.Equal(t, "seen twice", words[0].Terms.Reveal()[0].Means)
	var printed strings.Builder
	fmt.Fprintf(&printed, "%+v %#v %v", again.Document(), again.Document(), words)
	for e, err := range db.Log(t.Context(), "", "") {
		require.NoError(t, err)
		printed.Write(e.Data)
		_, err = agreement.DecodeEvent(e.Type, e.Data)
		require.NoError(t, err)
	}
	require.NotContains(t, printed.String(), "see somebody")
	require.NotContains(t, printed.String(), "seen twice")
	n := 0
	for _, err := range agreement.Agreements(db).Due(t.Context(), start.AddMonths(3).Add(1), record.Query{Code: "contacted-in-time"}) {
		require.NoError(t, err)
		n++
	}
	require.Equal(t, 1, n)
	for _, err := range agreement.Glossaries(db).Due(t.Context(), start.AddMonths(6).Add(1), record.Query{}) {
		require.NoError(t, err)
		n++
	}
	require.Equal(t, 2, n)
}

// What is translated comes back: the word of another is one that the first can be found by.
func TestTranslateGoesBothWays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		term := rapid.Custom(func(t *rapid.T) agreement.Term {
			return agreement.Term{Word: rapid.SampledFrom([]string{"case", "Closed", "seen"}).Draw(t, "word"), Code: rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "code")}
		})
		all := []agreement.Glossary{
			{Partner: "a", Terms: sp.Hide(rapid.SliceOfN(term, 0, 4).Draw(t, "a"))},
			{Partner: "b", Terms: sp.Hide(rapid.SliceOfN(term, 0, 4).Draw(t, "b"))},
		}
		for _, of := range all[0].Terms.Reveal() {
			for _, word := range agreement.Translate(all, "a", of.Word, "b") {
				require.Contains(t, agreement.Translate(all, "b", word, "a"), of.Word)
			}
		}
	})
}
