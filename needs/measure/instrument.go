package measure

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
)

// An Instrument is a questionnaire with the rules of its scoring: a value that
// can be read, written and replaced. What this package ships is in [Shipped];
// licensed users add the wording to their own copy.
type Instrument struct {
	Code    string  `json:"code"`    // such as "phq-9"
	Version string  `json:"version"` // of these rules; every score records it
	Name    string  `json:"name"`
	Text    string  `json:"text,omitempty"` // said before the questions, where its licence lets it be shipped
	Items   []Item  `json:"items,omitempty"`
	Scales  []Scale `json:"scales,omitempty"`
	Alerts  []Alert `json:"alerts,omitempty"`
	Licence Licence `json:"licence"`
	Source  string  `json:"source"` // of the rules
}

// An Item is one question. Answers are whole numbers from Min to Max.
type Item struct {
	ID      string   `json:"id"`
	Min     int      `json:"min"`
	Max     int      `json:"max"`
	Points  []int    `json:"points,omitempty"`  // for the answers from Min on; nil if the answer is the points
	Text    string   `json:"text,omitempty"`    // the question, where its licence lets it be shipped
	Options []string `json:"options,omitempty"` // labels of the answers from Min on
}

// A Method says how a scale comes from the points of its items.
type Method string

// The methods by which a scale can be scored.
const (
	Sum   Method = "sum"
	Mean  Method = "mean"  // of the items that are answered
	Input Method = "input" // computed elsewhere, under licence, and entered with [Instrument.Enter]
)

// A Scale is one number that an instrument yields.
type Scale struct {
	Code   string   `json:"code"`
	Items  []string `json:"items,omitempty"` // nil is all of them
	Method Method   `json:"method"`
	Min    float64  `json:"min"` // least and greatest value
	Max    float64  `json:"max"`

	// Missing is how many items may be without an answer; with more there is
	// no score. Prorate says that the mean of the others stands in for them;
	// otherwise they add nothing. A score says how many were missing.
	Missing int  `json:"missing,omitempty"`
	Prorate bool `json:"prorate,omitempty"`

	// Table turns a sum into the value, from the least possible sum on.
	Table []float64 `json:"table,omitempty"`

	LowerIsBetter bool        `json:"lowerIsBetter,omitempty"`
	Bands         []Band      `json:"bands,omitempty"`   // rising; the last that begins at or below the value holds
	Cutoffs       []Cutoff    `json:"cutoffs,omitempty"` // lines that a value may have crossed
	Changes       []Threshold `json:"changes,omitempty"` // how much change means something
}

// A Band is a range of values with a name.
type Band struct {
	From  float64 `json:"from"`
	Label string  `json:"label"`
}

// A Cutoff is a threshold: values at or above it have crossed it, or, with Below,
// values below it.
type Cutoff struct {
	Label  string  `json:"label"`
	At     float64 `json:"at"`
	Below  bool    `json:"below,omitempty"`
	Source string  `json:"source"`
}

// A Threshold is the least difference between two scores of one person, either
// way, that is taken to mean something.
type Threshold struct {
	Label  string  `json:"label"`
	Points float64 `json:"points"`
	Source string  `json:"source"`
}

// An Alert defines an answer after which somebody must act at once, such as one
// about self-harm.
type Alert struct {
	Code string `json:"code"` // such as "self-harm"
	Item string `json:"item"`
	From int    `json:"from"` // this answer or a higher one
}

// A Licence says who owns an instrument and on what terms it may be used.
type Licence struct {
	Holder string `json:"holder"`
	Terms  string `json:"terms"`
	Text   bool   `json:"text,omitempty"` // its wording may be passed on
}

// Check reports what is wrong with an instrument, as a [*sp.InvalidError]. All
// that is shipped passes; call it for instruments that come from elsewhere.
func (in *Instrument) Check() error {
	if in == nil {
		return none()
	}
	e := &sp.InvalidError{Subject: "measure: instrument " + in.Code}
	e.CheckID(in.Code, "code")
	e.Check(in.Version != "" && label(in.Version), "version", sp.Malformed, labelRule)
	e.Check(in.Text == "" || in.Licence.Text, "text", sp.Inconsistent, unlicensedRule)
	e.Check(len(in.Items) <= maxItems, "items", sp.OutOfRange, fmt.Sprintf("must be at most %d", maxItems))
	for i, item := range in.Items {
		path := fmt.Sprintf("items[%d]", i)
		e.Check(sp.ValidID(item.ID) && in.index(item.ID) == i, path+".id", sp.Duplicate, "must be unique, and "+sp.IDRule)
		e.Check(item.Min < item.Max && item.bounded(), path, sp.OutOfRange, "must have a least answer below its greatest, within a million")
		e.Check(item.Points == nil || len(item.Points) == item.Max-item.Min+1, path+".points", sp.Inconsistent, "must cover every answer")
		e.Check(item.Options == nil || len(item.Options) == item.Max-item.Min+1, path+".options", sp.Inconsistent, "must cover every answer")
		e.Check(item.Text == "" || in.Licence.Text, path+".text", sp.Inconsistent, unlicensedRule)
	}
	for i := range in.Scales {
		in.Scales[i].check(e, fmt.Sprintf("scales[%d]", i), in)
	}
	for i, a := range in.Alerts {
		at := in.index(a.Item)
		e.Check(sp.ValidID(a.Code) && at >= 0, fmt.Sprintf("alerts[%d]", i), sp.Missing, "must have a code and an item")
		e.Check(at < 0 || a.From >= in.Items[at].Min && a.From <= in.Items[at].Max, fmt.Sprintf("alerts[%d].from", i), sp.NotListed, "must be an answer to its item, or it could never be raised")
	}
	return e.Err()
}

func (s *Scale) check(e *sp.InvalidError, path string, in *Instrument) {
	items := in.items(s)
	same := func(o Scale) bool { return o.Code == s.Code }
	e.Check(sp.ValidID(s.Code) && &in.Scales[slices.IndexFunc(in.Scales, same)] == s, path+".code", sp.Duplicate, "must be unique, and "+sp.IDRule)
	e.Check(slices.Contains([]Method{Sum, Mean, Input}, s.Method), path+".method", sp.NotListed, "must be sum, mean or input")
	e.Check(s.Min < s.Max, path, sp.OutOfRange, "must have a least value below its greatest")
	e.Check((s.Method == Input) == (len(items) == 0), path+".items", sp.Inconsistent, "must be there unless the score is computed elsewhere")
	e.Check(s.Missing >= 0 && (s.Missing == 0 || s.Missing < len(items)), path+".missing", sp.OutOfRange, "must leave an item to score")
	e.Check(slices.IsSortedFunc(s.Bands, func(a, b Band) int { return cmp.Compare(a.From, b.From) }), path+".bands", sp.OutOfRange, "must rise")
	for _, b := range s.Bands {
		e.Check(label(b.Label), path+".bands", sp.Malformed, labelRule)
	}
	for _, c := range s.Cutoffs {
		e.Check(label(c.Label), path+".cutoffs", sp.Malformed, labelRule)
	}
	if slices.Contains(items, -1) || len(slices.Compact(slices.Sorted(slices.Values(items)))) < len(items) {
		e.Check(false, path+".items", sp.Duplicate, "must be items of the instrument, each once")
		return
	}
	least, greatest := in.least(s), 0
	for _, i := range items {
		_, high := in.Items[i].span()
		greatest += high
	}
	e.Check(s.Table == nil || s.Method == Sum && s.Missing == 0 && len(s.Table) == greatest-least+1, path+".table", sp.Inconsistent, "must cover every sum, with no item missing")
}

// none is the error of what is no instrument.
func none() error {
	return sp.Invalid("measure: instrument", "", sp.Missing, "is none: it was not found, or does not pass Check")
}

const (
	labelRule      = "must have from 1 to 64 bytes of UTF-8"
	unlicensedRule = "must stay empty: the licence does not let the wording be passed on"
)

// label reports whether s can stand in a score. Scores stay in a log that nobody
// can rewrite, so a label has no room for a story.
func label(s string) bool { return s != "" && len(s) <= 64 && utf8.ValidString(s) }

// bounded reports whether the answers and points of an item add up without
// overflow.
func (i *Item) bounded() bool {
	low, high := i.span()
	const most = 1_000_000
	return min(i.Min, low) >= -most && max(i.Max, high) <= most
}

// Prorated returns a copy whose sums may lack up to n of their items: the mean
// of the others stands in for those, unrounded. Its version says so, and so
// does every score, so that results under the two rules do not mix. How many
// items may be missing is for the guide of the instrument to say. Sums that a
// table translates, or that have n items or fewer, stay as they are.
func (in *Instrument) Prorated(n int) *Instrument {
	if in == nil {
		return nil
	}
	c := *in
	if n <= 0 {
		return &c
	}
	c.Version = fmt.Sprintf("%s, %d prorated", in.Version, n)
	c.Scales = slices.Clone(in.Scales)
	for i := range c.Scales {
		s := &c.Scales[i]
		if s.Method == Sum && s.Table == nil && n < len(in.items(s)) {
			s.Missing, s.Prorate = n, true
		}
	}
	return &c
}

// maxItems bounds the items of an instrument.
const maxItems = 64

// index returns the place of an item, or -1.
func (in *Instrument) index(id string) int {
	for i := range in.Items {
		if in.Items[i].ID == id {
			return i
		}
	}
	return -1
}

// items returns the places of the items of s, with -1 for what is not there.
func (in *Instrument) items(s *Scale) []int {
	if s.Method == Input {
		return nil
	}
	var places []int
	if s.Items == nil {
		for i := range in.Items {
			places = append(places, i)
		}
	}
	for _, id := range s.Items {
		places = append(places, in.index(id))
	}
	return places
}

// least returns the least sum that s can have.
func (in *Instrument) least(s *Scale) int {
	sum := 0
	for i := range in.Items {
		if s.Items == nil || slices.Contains(s.Items, in.Items[i].ID) {
			low, _ := in.Items[i].span()
			sum += low
		}
	}
	return sum
}

// span returns the least and greatest points of an item.
func (i *Item) span() (low, high int) {
	if len(i.Points) == 0 {
		return i.Min, i.Max
	}
	return slices.Min(i.Points), slices.Max(i.Points)
}

// points returns what an answer within range is worth.
func (i *Item) points(answer int) int {
	if at := answer - i.Min; at >= 0 && at < len(i.Points) { // an unchecked range may overflow
		return i.Points[at]
	}
	return answer
}
