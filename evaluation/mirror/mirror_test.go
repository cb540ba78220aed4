package mirror_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/mirror"
	"github.com/socialprescribing/sp/evaluation/spc"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/triage"
	"github.com/socialprescribing/sp/store"
)

var monday = sp.NewDate(2026, time.April, 6)

// exact shows every count of a log that happened twenty times, so that tests see what was counted.
var exact = disclosure.Threshold5()

// twenty is a log as it happened in twenty schemes, so that no count is small.
func (l log) twenty() (all log) {
	for scheme := range 20 {
		for _, e := range l {
			e.Key.Tenant = fmt.Sprint("bay-", scheme)
			all = append(all, e)
		}
	}
	return all
}

// A log is events in order.
type log []store.RecordedEvent //nolint:recvcheck // what adds events needs its address

func (l log) all() iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		for _, e := range l {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// on adds what happened to something n days after monday.
func (l *log) on(kind, id string, n int, e store.Event) {
	data, err := store.Encode(e)
	if err != nil {
		panic(err)
	}
	version := int64(1)
	for _, old := range *l {
		if old.Key.Kind == kind && old.Key.ID == id {
			version++
		}
	}
	at := monday.Add(n).In(time.UTC).Add(10 * time.Hour)
	*l = append(*l, store.RecordedEvent{Key: store.Key{Tenant: "bay", Kind: kind, ID: id}, Version: version, Type: e.EventType(), Data: data, Stamp: sp.Stamp{At: at, Recorded: at}})
}

func (l *log) refer(id string, n int, from directory.ID, reasons ...needs.Code) {
	l.on(referral.Kind, id, n, referral.Received{Person: person.ID("P" + id), Reasons: reasons, From: from})
}

func page(t *testing.T, of mirror.Of, l log, id string, o mirror.Options) mirror.Page {
	t.Helper()
	m, err := mirror.Make(t.Context(), of, l.all(), o)
	require.NoError(t, err)
	p, err := m.Page(id)
	require.NoError(t, err)
	return p
}

// says are the sections of a page by title.
func says(p mirror.Page) map[string]string {
	all := map[string]string{}
	for _, s := range p.Sections {
		all[s.Title] = s.String()
	}
	return all
}

func TestPageOfAPracticeSaysWhatBecameOfItsReferrals(t *testing.T) {
	var l log
	l.refer("R-1", 0, "hill", needs.Debt, needs.Anxiety)
	l.on(referral.Kind, "R-1", 1, referral.Triaged{Fits: sp.No, Failed: []string{"adult", "bay"}})
	l.on(referral.Kind, "R-1", 2, referral.Triaged{Fits: sp.No, Failed: []string{"adult"}}) // the last word counts
	l.on(referral.Kind, "R-1", 2, referral.Declined{Reason: reason.Because(reason.OutsideRemit)})
	l.refer("R-2", 0, "hill", needs.Debt, "made-up")
	l.on(referral.Kind, "R-2", 1, referral.Triaged{Fits: sp.Yes})
	l.on(referral.Kind, "R-2", 2, referral.Accepted{Worker: "ann"})
	l.on(placement.Kind, "PL-2", 3, placement.Proposed{Referral: "R-2", Provider: "green"})
	l.on(session.Kind, "S-2", 4, session.Planned{Placement: "PL-2"})
	l.on(session.Kind, "S-2", 5, session.Attended{})
	l.on(referral.Kind, "R-2", 9, referral.FeedbackSent{Document: "D-1"})
	l.on(referral.Kind, "R-2", 10, referral.Closed{Result: needs.Result{Outcome: needs.Met}}) // the news came before
	l.refer("R-3", 0, "hill")
	l.on(referral.Kind, "R-3", 2, referral.Triaged{Fits: sp.Unknown, Unknown: []string{"bay"}})
	l.on(referral.Kind, "R-3", 20, referral.Closed{Result: needs.Result{Outcome: needs.Signposted}})
	l.on(referral.Kind, "R-3", 21, referral.FeedbackSent{Document: "D-2"})
	l.refer("R-4", 0, "hill")
	l.refer("R-5", 0, "mill")
	l.refer("R-6", 0, "hill")
	l.on(referral.Kind, "R-6", 1, referral.EnteredInError{Reason: reason.Because(reason.Mistake)})
	l.refer("R-7", 0, "")
	o := mirror.Options{AsOf: monday.Add(30), Policy: exact, Criteria: triage.Criteria{List: []triage.Criterion{{Code: "adult", Says: "must be 18 or older"}}}}
	p := page(t, mirror.OfPractices, l.twenty(), "hill", o)
	require.Equal(t, map[string]string{
		"why":                     "medical 0, psychological 20 (25 %), social 40 (50 %), not on the list 20 (25 %), of 80 reasons",
		"fit":                     "fit 20 (25 %), did not fit 20 (25 %), something had to be asked 20 (25 %), not judged 20 (25 %), of 80 referrals",
		"failed most":             "must be 18 or older 20, of 20 failures",
		"what became of people":   "help began 20 (25 %), ended without it 40 (50 %), still waiting 20 (25 %), of 80 referrals",
		"at the closing":          "needs met 20 (50 %), met in part 0, not met 0, told where to go 20 (50 %), nobody knows 0, of 40 referrals closed",
		"asked beyond the remit":  "outside the remit 20 (50 %), within it 20 (50 %), of 40 referrals decided on",
		"news of what came of it": "told 20 (50 %), owed 0, owed for more than 14 days 20 (50 %), of 40 referrals closed",
	}, says(p))
	m, err := mirror.Make(t.Context(), mirror.OfPractices, l.twenty().all(), o)
	require.NoError(t, err)
	require.Equal(t, []string{"hill", "mill"}, m.IDs())
	require.Equal(t, "20", m.NotStated.String(), "a referral of which nobody said who sent it is told")
	_, err = m.Page("quay")
	require.ErrorIs(t, err, sp.ErrNotFound)
	text, err := json.Marshal(p)
	require.NoError(t, err)
	require.Contains(t, string(text), `"kind":"help began","count":20`)
}

func TestPageOfAProviderSaysHowItAnswersAndWhenItsMoneyEnds(t *testing.T) {
	var l log
	l.refer("R-1", 0, "hill")
	ask := func(id string, then ...func(id string)) {
		l.on(placement.Kind, id, 1, placement.Proposed{Referral: "R-1", Provider: "green"})
		l.on(placement.Kind, id, 1, placement.Offered{})
		for _, next := range then {
			next(id)
		}
	}
	at := func(n int, e store.Event) func(string) {
		return func(id string) { l.on(placement.Kind, id, n, e) }
	}
	ask("PL-1", at(8, placement.Accepted{}), at(9, placement.Started{}), at(20, placement.Completed{}))
	ask("PL-2", at(9, placement.Accepted{}), at(9, placement.Started{}), at(20, placement.Stopped{}))
	ask("PL-3", at(2, placement.Declined{Reason: reason.Because(reason.NoCapacity)}))
	ask("PL-4", at(2, placement.Declined{Reason: reason.Because(reason.TooFar)})) // the person's no
	ask("PL-5", at(15, placement.Lapsed{}))
	ask("PL-6")
	for i, e := range []store.Event{session.Attended{}, session.Missed{}, session.Cancelled{}} {
		id := fmt.Sprint("S-", i)
		l.on(session.Kind, id, 9, session.Planned{Placement: "PL-1"})
		l.on(session.Kind, id, 10, e)
	}
	l.on(session.Kind, "S-9", 9, session.Planned{Placement: "PL-1"})
	book, err := contract.NewBook([]contract.Terms{{ID: "C-1", Provider: "green", Period: sp.FinancialYear(2026), Amount: sp.Pounds(10)}})
	require.NoError(t, err)
	p := page(t, mirror.OfProviders, l.twenty(), "green", mirror.Options{AsOf: monday.Add(30), Policy: exact, Contracts: book})
	require.Equal(t, map[string]string{
		"what it answered":     "yes 40 (33 %), no 20 (17 %), let it lapse 20 (17 %), not yet 20 (17 %), taken back before 20 (17 %), of 120 requests",
		"how soon it answered": "within 7 days 40 (40 %), later 20 (20 %), no answer 40 (40 %), of 100 requests that an answer was due to",
		"who came":             "came 20 (33 %), missed 20 (33 %), called off 20 (33 %), of 60 sessions",
		"how places went on":   "came to their planned end 20 (50 %), stopped early 20 (50 %), go on 0, of 40 places begun",
	}, says(p))
	require.Contains(t, p.String(), "is there until before 2027-04-01, 10 whole months")
	require.Contains(t, page(t, mirror.OfProviders, l, "green", mirror.Options{}).String(), "nobody said until when")
}

func TestPageOfAWorkerIsWhatTheyAreToldBack(t *testing.T) {
	var l log
	for i, contacted := range []int{14, 15, 0, 0} { // the tenth working day is the fourteenth
		id := fmt.Sprint("R-", i)
		l.refer(id, 0, "hill")
		l.on(referral.Kind, id, 0, referral.Accepted{Worker: "ann"})
		if contacted > 0 {
			l.on(referral.Kind, id, contacted, referral.Contacted{})
		}
	}
	l.on(referral.Kind, "R-3", 5, referral.Withdrawn{})
	p := page(t, mirror.OfWorkers, l.twenty(), "ann", mirror.Options{AsOf: monday.Add(30), Policy: exact, Around: map[string]mirror.Around{"ann": {Area: "Hill ward", Quintile: 1, Near: map[string]int{"debt": 2}}}})
	require.Equal(t, "within 10 working days 20 (25 %), later 20 (25 %), ended before 20 (25 %), not yet 20 (25 %), of 80 referrals", says(p)["spoken to"])
	require.Equal(t, "help began 0, ended without it 20 (25 %), still waiting 60 (75 %), of 80 referrals", says(p)["what became of people"])
	require.Contains(t, p.String(), "Hill ward; in the most deprived fifth by deprivation; services near: debt 2")
}

func TestReachIsHeldAgainstNeedAndAllPractices(t *testing.T) {
	var l log
	around := map[string]mirror.Around{}
	for p, referred := range map[string]int{"hill": 90, "mill": 30, "quay": 30, "lane": 30, "dale": 30, "peak": 0} {
		for i := range referred {
			l.refer(fmt.Sprintf("R-%s-%d", p, i), 0, directory.ID(p))
		}
		around[p] = mirror.Around{InNeed: sp.Know[int64](1000), Source: "tests"}
	}
	around["moor"] = mirror.Around{Area: "Moor"}
	m, err := mirror.Make(t.Context(), mirror.OfPractices, l.all(), mirror.Options{Around: around})
	require.NoError(t, err)
	of := func(id string) mirror.Reach {
		p, err := m.Page(id)
		require.NoError(t, err)
		return *p.Reach
	}
	require.Equal(t, sp.Know(90.0), of("hill").Rate)
	require.Equal(t, sp.Know(35.0), of("hill").All)
	require.NotEqual(t, spc.NotSignificant, of("hill").Beside)
	require.Equal(t, spc.NotSignificant, of("mill").Beside)
	require.Equal(t, sp.Know(0.0), of("peak").Rate, "a practice that refers nobody has a page, and a place")
	require.Equal(t, "0 referrals; how many people are in need is not known", of("moor").String())
}

// Nobody can work out from a page what the policy hides.
func TestPageHidesWhatThePolicyHides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l log
		for i := range rapid.IntRange(0, 25).Draw(t, "referrals") {
			id := fmt.Sprint("R-", i)
			l.refer(id, 0, "hill", rapid.SampledFrom([]needs.Code{needs.Debt, needs.Anxiety, "pain"}).Draw(t, "reason"))
			switch rapid.IntRange(0, 3).Draw(t, "fate") {
			case 0:
				l.on(referral.Kind, id, 2, referral.Declined{Reason: reason.Because(reason.OutsideRemit)})
			case 1:
				l.on(referral.Kind, id, 2, referral.Closed{Result: needs.Result{Outcome: needs.Met}})
			}
		}
		pages := map[bool]mirror.Page{}
		for open, policy := range map[bool]disclosure.Policy{true: exact, false: disclosure.HES()} {
			seen := l
			if open {
				seen = l.twenty()
			}
			m, err := mirror.Make(context.Background(), mirror.OfPractices, seen.all(), mirror.Options{AsOf: monday.Add(30), Policy: policy, Around: map[string]mirror.Around{"hill": {}}})
			require.NoError(t, err)
			pages[open], err = m.Page("hill")
			require.NoError(t, err)
		}
		totals := map[string]bool{} // whether it is told how many rows there are
		for i, s := range pages[false].Sections {
			truth := pages[true].Sections[i]
			for k, line := range s.Lines {
				if shown, is := line.Count.Count.Lookup(); is && len(s.Lines) == len(truth.Lines) {
					n := truth.Lines[k].Count.Count.Or(-1) / 20
					require.True(t, n == 0 || n > 7, "%s: %s", s.Title, line.Kind)
					require.InDelta(t, n, shown, 2.5)
				}
			}
			if s.Withheld == "" && !s.Total.Count.IsZero() {
				totals[s.Of] = true
			}
		}
		for _, s := range pages[false].Sections {
			if totals[s.Of] {
				require.True(t, s.Withheld != "" || !s.Total.Count.IsZero(), "%s hides a total that another section tells", s.Title)
			}
		}
	})
}

func TestMakeTellsTogetherWithEarlierPagesNothingNew(t *testing.T) {
	var l log
	for i := range 10 {
		l.refer(fmt.Sprint("R-", i), 0, "hill", needs.Debt)
	}
	l.refer("R-10", 20, "hill", needs.Debt) // one person came between the two pages
	ledger, o := &disclosure.Ledger{}, mirror.Options{Period: sp.FinancialYear(2026), Policy: disclosure.Threshold5()}
	o.Ledger, o.AsOf = ledger, monday.Add(10)
	first := page(t, mirror.OfPractices, l, "hill", o)
	require.Equal(t, "medical 0, psychological 0, social 10, not on the list 0, of 10 reasons", says(first)["why"])
	o.AsOf = monday.Add(30)
	require.Equal(t, "withheld, since together with an earlier page it would tell a small count", says(page(t, mirror.OfPractices, l, "hill", o))["why"])
	o.Period = sp.Period{Start: monday.Add(5)}
	_, err := mirror.Make(t.Context(), mirror.OfPractices, l.all(), o)
	require.ErrorIs(t, err, sp.ErrInvalid, "a period that begins in the middle of an earlier one")
}

func TestMakeOfNothingAndOfWhatMakesNoSense(t *testing.T) {
	m, err := mirror.Make(t.Context(), mirror.OfPractices, log{}.all(), mirror.Options{})
	require.NoError(t, err)
	require.Empty(t, m.IDs())
	var l log
	l.refer("R-1", 0, "hill", needs.Debt)
	p := page(t, mirror.OfPractices, l, "hill", mirror.Options{})
	require.Contains(t, p.String(), "too few referrals to show")
	require.Contains(t, p.String(), "here all are too small to show")
	require.Contains(t, p.String(), "nothing is known of the area")
	for name, o := range map[string]mirror.Options{
		"days before a closing": {NewsDays: -1},
		"a sixth fifth":         {Around: map[string]mirror.Around{"hill": {Quintile: 6}}},
		"nobody in need":        {Around: map[string]mirror.Around{"hill": {InNeed: sp.Know[int64](0), Source: "x"}}},
		"numbers from nowhere":  {Around: map[string]mirror.Around{"hill": {InNeed: sp.Know[int64](5)}}},
		"fewer than nobody":     {Around: map[string]mirror.Around{"hill": {Ages: map[string]int64{"0-17": -1}, Source: "x"}}},
		"less than no service":  {Around: map[string]mirror.Around{"hill": {Near: map[string]int{"debt": -1}}}},
	} {
		_, err := mirror.Make(t.Context(), mirror.OfPractices, l.all(), o)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
	_, err = mirror.Make(t.Context(), "village", l.all(), mirror.Options{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	broken := errors.New("broken")
	_, err = mirror.Make(t.Context(), mirror.OfWorkers, func(yield func(store.RecordedEvent, error) bool) { yield(store.RecordedEvent{}, broken) }, mirror.Options{})
	require.ErrorIs(t, err, broken)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = mirror.Make(over, mirror.OfProviders, l.all(), mirror.Options{})
	require.ErrorIs(t, err, context.Canceled)
}

// manyPages is a log of 200 practices with 50 referrals each.
func manyPages() log {
	var l log
	for e, err := range (evaluationtest.World{Seed: 3, Referrals: 10_000}).Log() {
		if err != nil {
			panic(err)
		}
		if r, err := referral.DecodeEvent(e.Type, e.Data); err == nil {
			if received, is := r.(referral.Received); is {
				received.From = directory.ID(fmt.Sprint("practice-", len(l)%200))
				if e.Data, err = store.Encode(received); err != nil {
					panic(err)
				}
			}
		}
		l = append(l, e)
	}
	return l
}

// The pages of 200 practices, by the log of a year of theirs, without and with what earlier
// months showed.
func BenchmarkMake(b *testing.B) {
	l := manyPages()
	for name, remembers := range map[string]bool{"200 practices": false, "200 practices and eleven earlier months": true} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				o := mirror.Options{Period: sp.Period{Start: sp.NewDate(2025, time.January, 1)}, AsOf: evaluationtest.End}
				if remembers {
					b.StopTimer()
					o.Ledger = &disclosure.Ledger{}
					for month := range 11 {
						o.AsOf = evaluationtest.End.AddMonths(month - 11)
						_, err := mirror.Make(b.Context(), mirror.OfPractices, l.all(), o)
						require.NoError(b, err)
					}
					o.AsOf = evaluationtest.End
					b.StartTimer()
				}
				m, err := mirror.Make(b.Context(), mirror.OfPractices, l.all(), o)
				require.NoError(b, err)
				for _, id := range m.IDs() {
					p, err := m.Page(id)
					require.NoError(b, err)
					if p.String() == "" {
						b.Fatal("an empty page")
					}
				}
				b.ReportMetric(float64(len(m.IDs())), "pages")
				b.ReportMetric(float64(len(l)), "events")
			}
		})
	}
}
