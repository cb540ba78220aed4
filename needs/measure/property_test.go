package measure_test

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp/needs/measure"
)

// plain scores a scale as its definition reads, with no thought for speed.
func plain(in measure.Instrument, s measure.Scale, a measure.Answers) (float64, bool) {
	var present, all []float64
	var sum, least float64
	for _, item := range in.Items {
		member := s.Items == nil
		for _, id := range s.Items {
			member = member || id == item.ID
		}
		if !member {
			continue
		}
		low := math.Inf(1)
		for answer := item.Min; answer <= item.Max; answer++ {
			p := float64(answer)
			if item.Points != nil {
				p = float64(item.Points[answer-item.Min])
			}
			low = min(low, p)
			if got, ok := a[item.ID]; ok && got == answer {
				present = append(present, p)
				sum += p
			}
		}
		least += low
		all = append(all, low)
	}
	missing := len(all) - len(present)
	switch {
	case missing > s.Missing || len(present) == 0 || s.Table != nil && missing > 0:
		return 0, false
	case s.Method == measure.Mean:
		return sum / float64(len(present)), true
	case s.Table != nil:
		return s.Table[int(sum-least)], true
	case s.Prorate && missing > 0:
		return sum * float64(len(all)) / float64(len(present)), true
	}
	return sum, true
}

func TestAnInstrumentScoresAsItsPlainDefinition(t *testing.T) {
	shipped := measure.Shipped()
	for _, in := range measure.Shipped() { // and as somebody may adapt them
		for i := range in.Scales {
			s := &in.Scales[i]
			if n := len(s.Items); s.Items == nil {
				s.Missing = len(in.Items) / 2
			} else if s.Table == nil {
				s.Missing = n / 2
			}
			s.Prorate = s.Method == measure.Sum
		}
		shipped = append(shipped, in)
	}
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SampledFrom(shipped).Draw(t, "instrument")
		a := measure.Answers{}
		for _, item := range in.Items {
			if rapid.IntRange(0, 9).Draw(t, "answered") > 0 {
				a[item.ID] = rapid.IntRange(item.Min, item.Max).Draw(t, item.ID)
			}
		}
		result, err := in.Score(a)
		require.NoError(t, err)
		for _, s := range in.Scales {
			if s.Method == measure.Input {
				continue
			}
			want, ok := plain(in, s, a)
			got, err := result.Of(s.Code)
			require.Equal(t, ok, err == nil, s.Code)
			if ok {
				require.InDelta(t, want, got.Value, 1e-12)
				require.GreaterOrEqual(t, got.Value, s.Min)
				require.LessOrEqual(t, got.Value, s.Max)
				require.Equal(t, in.Version, got.Version)
			}
		}
	})
}

func TestABetterAnswerNeverScoresWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, _ := measure.Find("swemwbs")
		a := measure.Answers{}
		for _, item := range in.Items {
			a[item.ID] = rapid.IntRange(1, 4).Draw(t, item.ID)
		}
		before, err := in.Score(a)
		require.NoError(t, err)
		a[strconv.Itoa(rapid.IntRange(1, 7).Draw(t, "item"))]++
		after, err := in.Score(a)
		require.NoError(t, err)
		require.Greater(t, after.Scores[0].Value, before.Scores[0].Value)
	})
}

// FuzzInstrument reads an instrument as users may write it: whatever it says,
// scoring must not panic, and one that passes its check must be scorable.
func FuzzInstrument(f *testing.F) {
	for _, in := range measure.Shipped() {
		data, err := json.Marshal(in)
		require.NoError(f, err)
		f.Add(data, `{"1":1,"2":0,"9":1}`)
	}
	f.Fuzz(func(t *testing.T, definition []byte, answers string) {
		var in measure.Instrument
		var a measure.Answers
		if json.Unmarshal(definition, &in) != nil || json.Unmarshal([]byte(answers), &a) != nil {
			return
		}
		result, err := in.Score(a)
		if in.Check() != nil {
			return
		}
		if err == nil {
			for _, s := range in.Scales {
				_, err := result.Of(s.Code)
				var refusal *measure.Refusal
				if s.Method != measure.Input && err != nil {
					require.ErrorAs(t, err, &refusal)
				}
			}
		}
	})
}

func BenchmarkScore(b *testing.B) {
	for code, a := range map[string]measure.Answers{
		"phq-9":   answers(2, 3, 2, 2, 1, 2, 1, 0, 1),
		"swemwbs": answers(3, 3, 4, 3, 2, 3, 5),
		"ons4":    {"satisfied": 4, "worthwhile": 5, "happy": 6, "anxious": 7},
	} {
		in := find(b, code)
		b.Run(code, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := in.Score(a); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPlain is the baseline of [BenchmarkScore]: the definition, word by word.
func BenchmarkPlain(b *testing.B) {
	in, a := find(b, "phq-9"), answers(2, 3, 2, 2, 1, 2, 1, 0, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := plain(*in, in.Scales[0], a); !ok {
			b.Fatal("no score")
		}
	}
}
