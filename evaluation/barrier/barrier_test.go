package barrier_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
)

// A tape is a log that a test writes.
type tape struct {
	events   []store.RecordedEvent
	versions map[store.Key]int64
}

func (l *tape) add(day int, kind, id string, events ...store.Event) {
	if l.versions == nil {
		l.versions = map[store.Key]int64{}
	}
	key := store.Key{Tenant: "bay", Kind: kind, ID: id}
	for _, e := range events {
		data, err := store.Encode(e)
		if err != nil {
			panic(err)
		}
		l.versions[key]++
		at := sp.NewDate(2025, time.April, 1).Add(day).In(time.UTC).Add(10 * time.Hour)
		l.events = append(l.events, store.RecordedEvent{Key: key, Version: l.versions[key], Type: e.EventType(), Data: data, Stamp: sp.Stamp{At: at, Recorded: at}})
	}
}

func (l *tape) log(yield func(store.RecordedEvent, error) bool) {
	for _, e := range l.events {
		if !yield(e, nil) {
			return
		}
	}
}

func (l *tape) report(t require.TestingT, p barrier.Plan, s barrier.Sources, policy disclosure.Policy) barrier.Report {
	r, err := p.Read(ctx, l.log, evaluation.Options{}, s, policy)
	require.NoError(t, err)
	require.Len(t, r.Lines, 25)
	return r
}

// line returns the line of a barrier.
func line(r barrier.Report, no string) barrier.Line {
	return r.Lines[slices.IndexFunc(r.Lines, func(l barrier.Line) bool { return l.No == no })]
}

// loses adds people who were lost for a reason.
func (l *tape) loses(day, n int, code string) {
	for i := range n {
		id := fmt.Sprintf("%s-%d-%d", code, day, i)
		l.add(day, referral.Kind, id, referral.Received{Person: personID(id)}, referral.Accepted{})
		l.add(day, placement.Kind, "PL-"+id, placement.Proposed{Referral: referral.ID(id)}, placement.Declined{Reason: reason.Because(code)})
		l.add(day+1, referral.Kind, id, referral.Closed{Result: needs.Result{Outcome: needs.NotMet}})
	}
}

// What becomes of people, and to what they are lost, as one log of each kind says.
func TestPlanAttributesALossToTheReasonsThatWereCoded(t *testing.T) {
	received := referral.Received{Person: "P-1"}
	closed := func(o needs.Outcome) referral.Closed { return referral.Closed{Result: needs.Result{Outcome: o}} }
	for name, tt := range map[string]struct {
		tell func(l *tape)
		want string
	}{
		"still there": {func(*tape) {}, "goes on"},
		"turned away for the remit": {func(l *tape) {
			l.add(1, referral.Kind, "R-1", referral.Declined{Reason: reason.Because(reason.OutsideRemit)})
		}, "lost 6-3"},
		"nobody answered": {func(l *tape) {
			l.add(1, referral.Kind, "R-1", referral.Expired{Reason: reason.Because(reason.NoReply)})
		}, "lost 6-1"},
		"their own choice": {func(l *tape) {
			l.add(1, referral.Kind, "R-1", referral.Withdrawn{Reason: reason.Because(reason.PersonsChoice)})
		}, "lost"},
		"told where to go": {func(l *tape) { l.add(1, referral.Kind, "R-1", closed(needs.Signposted)) }, "helped"},
		"nobody knows":     {func(l *tape) { l.add(1, referral.Kind, "R-1", closed(needs.UnknownOutcome)) }, "not known"},
		"a code of the scheme": {func(l *tape) {
			l.add(1, referral.Kind, "R-1", referral.Withdrawn{Reason: reason.Reason{Code: "bay:dog", Whose: reason.Person}})
		}, "lost"},
		"too far, and afraid": {func(l *tape) {
			l.add(1, placement.Kind, "PL-1", placement.Proposed{Referral: "R-1"}, placement.Declined{Reason: reason.Because(reason.TooFar)})
			l.add(2, placement.Kind, "PL-2", placement.Proposed{Referral: "R-1"}, placement.Started{}, placement.Stopped{Reason: reason.Because(reason.Anxiety)})
			l.add(3, referral.Kind, "R-1", closed(needs.NotMet))
		}, "lost 8-1 8-3"},
		"declined once, and helped": {func(l *tape) {
			l.add(1, placement.Kind, "PL-1", placement.Proposed{Referral: "R-1"}, placement.Declined{Reason: reason.Because(reason.TooFar)})
			l.add(2, placement.Kind, "PL-2", placement.Proposed{Referral: "R-1"}, placement.Completed{Result: needs.Result{Outcome: needs.Met}})
			l.add(3, referral.Kind, "R-1", closed(needs.NotMet))
		}, "helped"},
		"nothing was found, all were full": {func(l *tape) {
			l.add(1, referral.Kind, "R-1", referral.NothingFound{Need: needs.Debt, Reason: reason.Because(reason.NoCapacity)}, closed(needs.NotMet))
		}, "lost 6-2"},
		"shown, and chose none for the cost": {func(l *tape) {
			l.add(1, referral.Kind, "R-1", referral.OptionsShown{Why: []reason.Choice{reason.NoneCost}}, closed(needs.NotMet))
		}, "lost 8-1"},
		"no bus to the session": {func(l *tape) {
			l.add(1, placement.Kind, "PL-1", placement.Proposed{Referral: "R-1"})
			l.add(1, session.Kind, "S-1", session.Planned{Placement: "PL-1"}, session.Missed{Cause: session.NoTransport})
			l.add(3, referral.Kind, "R-1", closed(needs.NotMet))
		}, "lost 8-1"},
		"lost once, and back again": {func(l *tape) {
			l.add(1, referral.Kind, "R-1", referral.Declined{Reason: reason.Because(reason.OutsideRemit)})
			l.add(2, referral.Kind, "R-2", received)
		}, "goes on"},
	} {
		t.Run(name, func(t *testing.T) {
			l := new(tape)
			l.add(0, referral.Kind, "R-1", received)
			tt.tell(l)
			run, err := evaluation.New(evaluation.Options{}, barrier.Plan{}.Indicators()...)
			require.NoError(t, err)
			require.NoError(t, run.Read(t.Context(), l.log, nil))
			figures, err := run.Figures(t.Context())
			require.NoError(t, err)
			var got strings.Builder
			for _, f := range figures {
				if f.Indicator == "barrier-fate" {
					got.WriteString(f.Category)
				}
			}
			require.Equal(t, tt.want, got.String())
		})
	}
}

func TestReportComparesBarriersByThePeopleLostToThem(t *testing.T) {
	l := new(tape)
	l.loses(0, 40, reason.TooFar)
	l.loses(0, 25, reason.NoCapacity)
	l.loses(0, 20, reason.PersonsChoice)
	l.loses(0, 3, reason.Anxiety)
	for i := range 15 { // to two at once
		id := fmt.Sprintf("both-%d", i)
		l.add(0, referral.Kind, id, referral.Received{Person: personID(id)})
		l.add(0, placement.Kind, "PL-"+id, placement.Proposed{Referral: referral.ID(id)}, placement.Declined{Reason: reason.Because(reason.TooFar)})
		l.add(0, placement.Kind, "PM-"+id, placement.Proposed{Referral: referral.ID(id)}, placement.Declined{Reason: reason.Because(reason.NoCapacity)})
		l.add(1, referral.Kind, id, referral.Withdrawn{Reason: reason.Because(reason.PersonsChoice)})
	}
	for i := range 17 {
		l.add(0, referral.Kind, fmt.Sprint("stays-", i), referral.Received{Person: personID(fmt.Sprint(i))})
	}
	r := l.report(t, barrier.Plan{}, barrier.Sources{}, disclosure.HES())
	require.EqualValues(t, 120, r.Lost.Referred.Or(0))
	require.InDelta(t, 55.0/120, line(r, "8-1").Lost.Share.Value, 1e-9)
	require.InDelta(t, 40.0/120, line(r, "8-1").Lost.Alone.Value, 1e-9)
	require.InDelta(t, 40.0/120, line(r, "6-2").Lost.Share.Value, 1e-9)
	require.InDelta(t, 20.0/120, r.Lost.NoReason.Value, 1e-9)
	require.Equal(t, barrier.Withheld, line(r, "8-3").Lost.Share.Undefined, "three people")
	require.Equal(t, barrier.NoCode, line(r, "2-4").Lost.Share.Undefined)
	require.Equal(t, "6-2 and 8-1: 15", fmt.Sprintf("%s: %s", strings.Join(r.Lost.Overlaps[0].Barriers, " and "), r.Lost.Overlaps[0].People))
	text := r.String()
	require.Less(t, strings.Index(text, "to 8-1,"), strings.Index(text, "to 6-2,"), "those to whom most were lost come first")

	mine := barrier.DefaultAttribution()
	mine[reason.PersonsChoice] = "7-2"
	r = l.report(t, barrier.Plan{Lost: mine}, barrier.Sources{}, disclosure.HES())
	require.InDelta(t, 35.0/120, line(r, "7-2").Lost.Share.Value, 1e-9, "a scheme reads a reason in its own way")
}

// says adds statements.
func (l *tape) says(day, n int, s voice.Said) {
	for i := range n {
		l.add(day, voice.RecordKind, fmt.Sprintf("V-%d-%d", len(l.events), i), s)
	}
}

func diary(by voice.Speaker, codes ...voice.Code) voice.Said {
	s := voice.Said{Kind: voice.Diary, Speaker: by}
	for _, c := range codes {
		s.Items = append(s.Items, voice.Item{Code: c, Effect: voice.Less, Weight: 1})
	}
	return s
}

func TestReportSaysWhoNamesABarrierAndHowManyOfThoseAskedAnswered(t *testing.T) {
	l := new(tape)
	l.says(3, 30, diary(voice.LinkWorker, "bd-2-4-l", "bd-8-1a-l", "bd-8-1b-l"))
	l.says(3, 50, diary(voice.LinkWorker, "bd-6-1-l"))
	l.says(3, 10, voice.Said{Kind: voice.Barrier, Speaker: voice.Person, Items: []voice.Item{{Code: "bd-8-1a-p"}}})
	l.says(3, 30, voice.Said{Kind: voice.Barrier, Speaker: voice.Person, Items: []voice.Item{{Code: "bd-8-3-p"}}})
	l.says(3, 20, voice.Said{Kind: voice.Pulse, Speaker: voice.LinkWorker, Items: []voice.Item{{Code: "pulse-stay", Answer: "3"}}})
	l.says(3, 20, voice.Said{Kind: voice.Pulse, Speaker: voice.LinkWorker, Items: []voice.Item{{Code: "pulse-stay", Answer: "1"}}})
	l.says(3, 9, voice.Said{Kind: voice.Pulse, Speaker: voice.LinkWorker, Items: []voice.Item{{Code: "pulse-stay", Answer: voice.AnswerDeclined}}})
	l.says(3, 4, diary(voice.LinkWorker, "bay:no-minibus", "nonsense"))
	l.says(3, 2, diary(voice.LinkWorker, "bd-8-1a-p"))
	r := l.report(t, barrier.Plan{}, barrier.Sources{Asked: map[barrier.Asking]int{
		{Kind: voice.Diary, Of: voice.LinkWorker}: 200,
		{Kind: voice.Barrier, Of: voice.Person}:   30,
		{Kind: voice.Pulse, Of: voice.LinkWorker}: 80,
	}}, disclosure.HES())

	of := func(no string, how voice.Kind, by voice.Speaker) barrier.Said {
		said := line(r, no).Said
		i := slices.IndexFunc(said, func(s barrier.Said) bool { return s.How == how && s.By == by })
		require.GreaterOrEqual(t, i, 0, "%s %s", no, how)
		return said[i]
	}
	paper := of("2-4", voice.Diary, voice.LinkWorker)
	require.InDelta(t, 30.0/85, paper.Figure.Estimate.Value, 1e-9, "of all entries of the diary, 86 of them")
	require.InDelta(t, 85.0/200, paper.Response.Value, 1e-9)
	require.InDelta(t, 30.0/85, of("8-1", voice.Diary, voice.LinkWorker).Figure.Estimate.Value, 1e-9, "two codes of one barrier are one")
	car := of("8-1", voice.Barrier, voice.Person)
	require.InDelta(t, 0.25, car.Figure.Estimate.Value, 1e-9)
	require.Equal(t, barrier.TooMany, car.Response.Undefined)
	stay := of("2-1", voice.Pulse, voice.LinkWorker)
	require.InDelta(t, 0.5, stay.Figure.Estimate.Value, 1e-9, "who declines is in no share")
	require.Contains(t, strings.Join(r.Lacks, "\n"), "8 entries of the diary or the questionnaire are in codes that the list does not have")
	require.Contains(t, strings.Join(r.Lacks, "\n"), "2 answers are of a role that is not asked")
	require.Contains(t, strings.Join(r.Lacks, "\n"), "more answers than were asked for: barrier of people")
	require.NotContains(t, r.String(), "minibus", "what was typed is not repeated")

	list, err := voice.Standard().With("bay-1", voice.Term{Code: "bay:no-minibus", Kinds: []voice.Kind{voice.Diary}, Asked: []voice.Speaker{voice.LinkWorker}, Theme: "8-1"})
	require.NoError(t, err)
	r = l.report(t, barrier.Plan{Voice: list}, barrier.Sources{}, disclosure.HES())
	require.Contains(t, strings.Join(r.Lacks, "\n"), "4 entries", "a scheme's own code counts to its barrier")
}

// Two quarters: more people are taken on, and more entries of the diary say that people are sent to
// the wrong place.
func TestReportSaysWhereTheDiaryAndTheLogContradictEachOther(t *testing.T) {
	l := new(tape)
	for q, declined := range []int{60, 20} {
		for i := range 100 {
			id := fmt.Sprintf("%d-%d", q, i)
			l.add(100*q, referral.Kind, id, referral.Received{Person: personID(id)})
			if i < declined {
				l.add(100*q+1, referral.Kind, id, referral.Declined{Reason: reason.Because(reason.OutsideRemit)})
			} else {
				l.add(100*q+1, referral.Kind, id, referral.Accepted{})
			}
		}
		l.says(100*q, 20+40*q, diary(voice.LinkWorker, "bd-6-3-l"))
		l.says(100*q, 80-40*q, diary(voice.LinkWorker, "bd-2-4-l"))
	}
	r := l.report(t, barrier.Plan{}, barrier.Sources{}, disclosure.HES())
	wrong := line(r, "6-3")
	require.Equal(t, barrier.Changes{Measured: barrier.Better, Said: barrier.Worse, Opposed: true}, wrong.Changes)
	require.Equal(t, "2025/26 Q1", wrong.Measured[0].Change.First)
	require.Equal(t, "2025/26 Q2", wrong.Measured[0].Change.Last)
	require.InDelta(t, 0.4, wrong.Measured[0].Change.By.Value, 1e-9)
	require.Contains(t, r.String(), "CONTRADICTS  6-3: those who were heard say that it got worse, and the log says better (accepted)")
	require.Equal(t, barrier.Better, line(r, "2-4").Changes.Said)
	require.False(t, line(r, "2-4").Changes.Opposed, "one side alone contradicts nothing")
}

func TestReportStaysReadableWhateverIsMissing(t *testing.T) {
	world := func(n int, heard bool) func(func(store.RecordedEvent, error) bool) {
		return evaluationtest.World{Seed: 1, Referrals: n, Heard: heard}.Log()
	}
	age := barrier.Plan{Groups: evaluation.By("age", facts.AgeBand)}
	for name, tt := range map[string]struct {
		log  func(func(store.RecordedEvent, error) bool)
		plan barrier.Plan
		says string
	}{
		"no events":              {new(tape).log, barrier.Plan{}, "nobody was referred"},
		"one referral":           {world(1, false), age, "not shown"},
		"all suppressed":         {world(6, true), age, "not shown"},
		"one practice":           {world(20, false), barrier.Plan{Groups: evaluation.Grouping{Name: "practice", Of: func(evaluation.Row) string { return "bay/hill" }}}, "there is one group only"},
		"no groups":              {world(25, false), barrier.Plan{}, "counted without groups"},
		"no diary":               {world(25, false), age, "nobody kept a diary of barriers"},
		"nobody knows how many":  {world(25, true), age, "nobody said how many were asked"},
		"a target for something": {world(20, false), age, "there is a target for happiness, which measures no barrier here"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := tt.plan.Read(t.Context(), tt.log, evaluation.Options{}, barrier.Sources{Targets: map[string]barrier.Target{"happiness": {Value: 1}}}, disclosure.HES())
			require.NoError(t, err)
			text := r.String()
			require.Contains(t, text, tt.says)
			for _, b := range barrier.All() {
				require.Contains(t, text, "\n"+b.No+" ")
				require.Contains(t, text, " "+b.Name+": ")
			}
			for _, l := range r.Lines {
				require.NotEmpty(t, l.Evidence)
				require.NotEmpty(t, l.Details())
				if l.Evidence == barrier.None {
					require.NotEmpty(t, l.Ask, "%s: whom to ask", l.No)
				}
			}
			require.NotContains(t, text, "NaN")
			_, err = json.Marshal(r)
			require.NoError(t, err)
			require.NoError(t, r.WriteCSV(new(strings.Builder)))
		})
	}
}

func TestPlanRefusesWhatCannotBeAReport(t *testing.T) {
	_, err := barrier.Plan{}.Make(nil, barrier.Sources{}, disclosure.HES())
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = barrier.Plan{}.Make(new(evaluation.Counts), barrier.Sources{}, disclosure.HES())
	require.ErrorContains(t, err, "must have been counted: see Plan.Indicators")
	log := new(tape)
	log.loses(0, 20, reason.TooFar)
	_, err = barrier.Plan{}.Read(t.Context(), log.log, evaluation.Options{}, barrier.Sources{}, disclosure.Policy{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = barrier.Plan{}.Read(t.Context(), log.log, evaluation.Options{}, barrier.Sources{Sample: barrier.Sample{Margin: 2}}, disclosure.HES())
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = barrier.Plan{}.Read(t.Context(), log.log, evaluation.Options{Level: 2}, barrier.Sources{}, disclosure.HES())
	require.ErrorIs(t, err, sp.ErrInvalid)
}

// N is the least number with which the limits of a share of one half lie within the margin.
func TestSampleSizeIsTheLeastThatIsWithinTheMargin(t *testing.T) {
	width := func(n, population float64) float64 {
		correction := 1.0
		if population > 0 {
			correction = (population - n) / (population - 1)
		}
		return 1.959963984540054 * math.Sqrt(0.25/n*correction)
	}
	rapid.Check(t, func(t *rapid.T) {
		population := rapid.IntRange(2, 100_000).Draw(t, "population")
		margin := rapid.Float64Range(0.01, 0.3).Draw(t, "margin")
		n, err := barrier.SampleSize(population, barrier.Sample{Margin: margin})
		require.NoError(t, err)
		require.LessOrEqual(t, n, population)
		require.LessOrEqual(t, width(float64(n), float64(population)), margin+1e-9)
		if n > 1 {
			require.Greater(t, width(float64(n-1), float64(population)), margin-1e-9)
		}
	})
	for _, tt := range []struct {
		population int
		margin     float64
		want       int
	}{{0, 0.05, 385}, {0, 0, 97}, {500, 0.05, 218}, {1, 0.05, 1}} {
		n, err := barrier.SampleSize(tt.population, barrier.Sample{Margin: tt.margin})
		require.NoError(t, err)
		require.Equal(t, tt.want, n)
	}
	_, err := barrier.SampleSize(-1, barrier.Sample{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = barrier.SampleSize(1, barrier.Sample{Level: 1.5})
	require.ErrorIs(t, err, sp.ErrInvalid)
}

var ctx = context.Background()

func personID(id string) person.ID { return person.ID("P-" + id) }
