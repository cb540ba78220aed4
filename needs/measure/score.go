package measure

import (
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
)

// Answers are what a person answered, by item ID. An item that is not there was
// not answered.
type Answers map[string]int

// A Score is one number with the rules that it was made under.
type Score struct {
	Instrument string   `json:"instrument"`
	Version    string   `json:"version"`
	Scale      string   `json:"scale"`
	Value      float64  `json:"value"`
	Band       string   `json:"band,omitempty"`
	Crossed    []string `json:"crossed,omitempty"`  // labels of the cutoffs
	Missing    int      `json:"missing,omitempty"`  // items without an answer that the rules allow
	ValueSet   string   `json:"valueSet,omitempty"` // "code version", for an index
}

// A Refusal says why there is no score of a scale: which items have no answer.
// It is [sp.ErrInvalid].
type Refusal struct {
	Instrument string   `json:"instrument"`
	Scale      string   `json:"scale"`
	Missing    []string `json:"missing"` // item IDs
	Allowed    int      `json:"allowed,omitempty"`
}

// Error says what is missing: "measure: phq-9 total: no answer to 3, 9".
func (r *Refusal) Error() string {
	text := fmt.Sprintf("measure: %s %s: no answer to %s", r.Instrument, r.Scale, strings.Join(r.Missing, ", "))
	if r.Allowed > 0 {
		text += fmt.Sprintf("; %d may be missing", r.Allowed)
	}
	return text
}

// Unwrap returns [sp.ErrInvalid].
func (r *Refusal) Unwrap() error { return sp.ErrInvalid }

// A Result is what one set of answers yields: the scores of the scales that
// can be scored, the refusals of the others, and the alerts.
type Result struct {
	Instrument string    `json:"instrument"`
	Version    string    `json:"version"`
	Scores     []Score   `json:"scores,omitempty"`
	Refusals   []Refusal `json:"refusals,omitempty"`
	Alerts     []Raised  `json:"alerts,omitempty"` // one for each alert of the instrument
}

// Raised says whether an [Alert] is raised: unknown if its item has no answer.
type Raised struct {
	Code   string   `json:"code"`
	Raised sp.Truth `json:"raised"`
}

// Alert reports whether an alert is raised: yes if any answer raises it, no if
// none does, and unknown if a question that could was not answered, or if the
// instrument asks no such thing.
func (r Result) Alert(code string) sp.Truth {
	answer, asked := sp.No, false
	for _, a := range r.Alerts {
		if a.Code == code {
			answer, asked = answer.Or(a.Raised), true
		}
	}
	if !asked {
		return sp.Unknown
	}
	return answer
}

// Of returns the score of a scale, its [*Refusal], or an error that is
// [sp.ErrNotFound] if the instrument has no such scale.
func (r Result) Of(scale string) (Score, error) {
	for _, s := range r.Scores {
		if s.Scale == scale {
			return s, nil
		}
	}
	for _, refusal := range r.Refusals {
		if refusal.Scale == scale {
			return Score{}, &refusal
		}
	}
	return Score{}, fmt.Errorf("measure: %s %s: %w", r.Instrument, scale, sp.ErrNotFound)
}

// Score scores all scales but those that are entered. It fails, with a
// [*sp.InvalidError] that names the items, if an answer is out of range or to
// no item of the instrument: then nothing is scored.
func (in *Instrument) Score(a Answers) (Result, error) {
	var points [maxItems]int
	var answered [maxItems]bool
	if err := in.read(a, &points, &answered); err != nil {
		return Result{}, err
	}
	r := Result{Instrument: in.Code, Version: in.Version, Scores: make([]Score, 0, len(in.Scales))}
	for i := range in.Scales {
		s := &in.Scales[i]
		if s.Method == Input {
			continue
		}
		score, refusal := in.scale(s, &points, &answered)
		if refusal != nil {
			r.Refusals = append(r.Refusals, *refusal)
			continue
		}
		r.Scores = append(r.Scores, score)
	}
	for _, alert := range in.Alerts {
		raised := sp.Unknown
		if answer, ok := a[alert.Item]; ok {
			raised = sp.TruthOf(answer >= alert.From)
		}
		r.Alerts = append(r.Alerts, Raised{alert.Code, raised})
	}
	return r, nil
}

// read checks answers and turns them into points.
func (in *Instrument) read(a Answers, points *[maxItems]int, answered *[maxItems]bool) error {
	if in == nil || !sp.ValidID(in.Code) || len(in.Items) > maxItems {
		return none()
	}
	known := 0
	var wrong []string
	for i := range in.Items {
		item := &in.Items[i]
		answer, ok := a[item.ID]
		if !ok {
			continue
		}
		known++
		if answer < item.Min || answer > item.Max {
			wrong = append(wrong, item.ID)
			continue
		}
		points[i], answered[i] = item.points(answer), true
	}
	if wrong == nil && known == len(a) {
		return nil
	}
	e := &sp.InvalidError{Subject: "measure: " + in.Code}
	for _, id := range wrong {
		item := in.Items[in.index(id)]
		e.Check(false, "answers["+id+"]", sp.OutOfRange, fmt.Sprintf("must be from %d to %d", item.Min, item.Max))
	}
	if known < len(a) {
		e.Check(false, "answers", sp.NotListed, fmt.Sprintf("must be to items of the questionnaire, without %d to others", len(a)-known))
	}
	return e.Err()
}

// scale scores one scale. All arithmetic is in whole numbers up to a single
// division, so that values are the nearest to their decimal form.
func (in *Instrument) scale(s *Scale, points *[maxItems]int, answered *[maxItems]bool) (Score, *Refusal) {
	sum, n, missing := 0, 0, 0
	each := func(i int) {
		n++
		if answered[i] {
			sum += points[i]
		} else {
			missing++
		}
	}
	if s.Items == nil {
		for i := range in.Items {
			each(i)
		}
	}
	for _, id := range s.Items {
		if i := in.index(id); i >= 0 {
			each(i)
		}
	}
	if missing > s.Missing || missing == n || s.Table != nil && missing > 0 {
		return Score{}, in.refuse(s, answered)
	}
	value := float64(sum)
	switch {
	case s.Method == Mean:
		value = float64(sum) / float64(n-missing)
	case s.Prorate && missing > 0:
		value = float64(sum*n) / float64(n-missing)
	case s.Table != nil:
		at := sum - in.least(s)
		if at < 0 || at >= len(s.Table) {
			return Score{}, in.refuse(s, answered)
		}
		value = s.Table[at]
	}
	score := in.judge(s, value)
	score.Missing = missing
	return score, nil
}

func (in *Instrument) refuse(s *Scale, answered *[maxItems]bool) *Refusal {
	r := &Refusal{Instrument: in.Code, Scale: s.Code, Allowed: s.Missing}
	for _, i := range in.items(s) {
		if i >= 0 && !answered[i] {
			r.Missing = append(r.Missing, in.Items[i].ID)
		}
	}
	return r
}

// judge returns the score of a value with its band and the cutoffs it crossed.
func (in *Instrument) judge(s *Scale, value float64) Score {
	score := Score{Instrument: in.Code, Version: in.Version, Scale: s.Code, Value: value}
	for _, b := range s.Bands {
		if value >= b.From {
			score.Band = b.Label
		}
	}
	for _, c := range s.Cutoffs {
		if (value < c.At) == c.Below {
			score.Crossed = append(score.Crossed, c.Label)
		}
	}
	return score
}

// Enter returns the score of a scale that was computed elsewhere, as licences
// demand. It fails if the scale is not one to enter or the value out of range.
func (in *Instrument) Enter(scale string, value float64) (Score, error) {
	if in == nil {
		return Score{}, none()
	}
	i := slices.IndexFunc(in.Scales, func(s Scale) bool { return s.Code == scale && s.Method == Input })
	if i < 0 {
		return Score{}, sp.Invalid("measure: "+in.Code, "scale", sp.Inconsistent, "must be one whose score is computed elsewhere")
	}
	s := &in.Scales[i]
	if value >= s.Min && value <= s.Max {
		return in.judge(s, value), nil
	}
	return Score{}, sp.Invalid("measure: "+in.Code, s.Code, sp.OutOfRange, fmt.Sprintf("must be from %g to %g", s.Min, s.Max))
}
