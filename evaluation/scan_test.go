package evaluation

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

type (
	term  string
	terms []term
	// shouted reads its text in a way of its own, quiet its JSON.
	shouted string
	quiet   string
	Inner   struct {
		Code  term `json:"code"`
		Count int8 `json:"count,omitempty"`
	}
	// row holds what holds others.
	row struct {
		Words terms          `json:"words,omitempty"`
		By    map[term]Inner `json:"by,omitempty"`
	}
	// sample has a member of each kind.
	sample struct {
		Inner
		Text    string             `json:"text"`
		Is      bool               `json:"is,omitempty"`
		Number  int64              `json:"number,omitzero"`
		On      sp.Date            `json:"on,omitzero"`
		At      time.Time          `json:"at"`
		Answer  sp.Truth           `json:"answer"`
		Words   terms              `json:"words"`
		Deep    Inner              `json:"deep"`
		Shouted shouted            `json:"shouted,omitempty"`
		All     []shouted          `json:"all,omitempty"`
		Quiet   quiet              `json:"quiet,omitempty"`
		Score   float64            `json:"score,omitempty"`
		Maybe   sp.Known[int]      `json:"maybe,omitzero"`
		More    []Inner            `json:"more,omitempty"`
		By      map[string]float64 `json:"by,omitempty"`
		Rows    []row              `json:"rows,omitempty"`
		Long    time.Duration      `json:"-"`
	}
)

func (s *shouted) UnmarshalText(text []byte) error {
	if *s = shouted(text) + "!"; len(text) > 3 {
		return sp.ErrInvalid
	}
	return nil
}

func (q *quiet) UnmarshalJSON([]byte) error {
	*q = "sh"
	return nil
}

func (sample) EventType() store.EventType { return "sample" }
func (sample) EventForm() int             { return 2 }

// both reads data in both ways. The scanner may leave it, and otherwise says what
// store.Unmarshal does.
func both[F store.Event](tb testing.TB, data []byte, form int) (scanned bool) {
	tb.Helper()
	s := newScanner[F](form, nil)
	scanned = s.object != nil && s.read(data)
	if scanned {
		var want F
		require.Equal(tb, form, store.FormOf(data), "%q", data)
		require.NoError(tb, store.Unmarshal(data, &want), "%q", data)
		require.True(tb, reflect.DeepEqual(want, s.event), "%q: %#v, and not %#v", data, s.event, want)
	}
	got, err := newScanner[F](form, nil).decode(data)
	var want F
	if store.FormOf(data) != form || store.Unmarshal(data, &want) != nil {
		require.ErrorIs(tb, err, sp.ErrInvalid)
		return scanned
	}
	require.NoError(tb, err)
	require.True(tb, reflect.DeepEqual(&want, got), "%q", data)
	return scanned
}

func TestARunReadsByAScannerWhatProgramsWrite(t *testing.T) {
	at := time.Date(2026, time.May, 4, 10, 0, 0, 5, time.UTC)
	for _, e := range []sample{
		{},
		{Text: "a", Is: true, Number: -12, On: sp.NewDate(2026, time.May, 4), At: at, Answer: sp.Yes, Words: terms{"b", "c"}, Deep: Inner{"d", 7}, Shouted: "e"},
		{Inner: Inner{Code: "f"}, Words: terms{}, At: at.In(time.FixedZone("", 3600))},
		{Score: -1.5, Maybe: sp.Know(3), More: []Inner{{Code: "a"}, {Count: 2}}, By: map[string]float64{"a": 1, "b": 0.25}, Quiet: "q", All: []shouted{"a"}},
		{More: make([]Inner, 3*usual), Words: make(terms, 3*usual)},
		{Rows: []row{{Words: terms{"a", "b"}}, {}, {Words: terms{"c"}, By: map[term]Inner{"d": {Code: "e"}}}}},
	} {
		data, err := store.Encode(e)
		require.NoError(t, err)
		require.True(t, both[sample](t, data, 2), "%s", data)
	}
	for _, e := range []sample{{Text: "d\"e"}, {Text: "é"}, {Score: 1e300}} {
		data, err := store.Encode(e)
		require.NoError(t, err)
		require.False(t, both[sample](t, data, 2), "%s", data)
	}
}

func TestARunReadsPlainlyWhatAScannerIsNotSureOf(t *testing.T) {
	for _, data := range []string{
		``, `{`, `{"v":2`, `{"v":2}x`, `{"v":2,}`, `{"v":2}{}`, `{"v":1,"text":"a"}`, `{"v":22,"text":"a"}`, `{"text":"a"}`, `{"v":2,"v":2}`,
		`{"v":2, "text":"a"}`, `{"v":2,"text": "a"}`, `{"v":2,"Text":"a"}`, `{"v":2,"text":"a","text":"b"}`, `{"v":2,"text":null}`, `{"v":2,"text":"a}`,
		`{"v":2,"text":"\u0041"}`, `{"v":2,"text":"` + "\xff" + `"}`, `{"v":2,"text":"` + "\n" + `"}`, `{"v":2,"other":1}`, `{"v":2,"text":7}`,
		`{"v":2,"number":"7"}`, `{"v":2,"number":1.5}`, `{"v":2,"number":1e3}`, `{"v":2,"number":-0}`, `{"v":2,"number":07}`, `{"v":2,"number":-}`,
		`{"v":2,"number":99999999999999999999}`, `{"v":2,"count":300}`, `{"v":2,"is":trues}`, `{"v":2,"is":null}`, `{"v":2,"words":["a",]}`,
		`{"v":2,"words":["a""b"]}`, `{"v":2,"words":["a"`, `{"v":2,"words":[null]}`, `{"v":2,"words":"a"}`, `{"v":2,"deep":null}`,
		`{"v":2,"deep":{"code":"a","code":"b"}}`, `{"v":2,"deep":{,"code":"a"}}`, `{"v":2,"shouted":"loud"}`, `{"v":2,"at":"yesterday"}`,
		`{"v":2,"on":"2026-02-30"}`, `{"v":2,"Long":7}`,
		`{"v":2,"score":1e3}`, `{"v":2,"score":01}`, `{"v":2,"score":1.}`, `{"v":2,"score":-}`, `{"v":2,"more":[{},]}`, `{"v":2,"more":[{}`, `{"v":2,"more":[null]}`,
		`{"v":2,"more":{}}`, `{"v":2,"by":{"a":1,"a":2}}`, `{"v":2,"by":{"a":1,}}`, `{"v":2,"by":{"a":1`, `{"v":2,"by":[]}`, `{"v":2,"by":{"a" :1}}`, `{"v":2,"by":{1:1}}`,
		`{"v":2,"maybe":{}}`, `{"v":2,"maybe":null}`, `{"v":2,"more":[` + strings.Repeat("{},", 2000) + `{}]}`,
	} {
		require.False(t, both[sample](t, []byte(data), 2), "%s", data)
	}
}

type (
	unexported struct{ hidden string }
	quoted     struct {
		Number int `json:"number,string"`
	}
	untagged struct{ Text string }
	twice    struct {
		A string `json:"a"`
		B string `json:"v"`
	}
)

func (unexported) EventType() store.EventType { return "unexported" }
func (quoted) EventType() store.EventType     { return "quoted" }
func (untagged) EventType() store.EventType   { return "untagged" }
func (twice) EventType() store.EventType      { return "twice" }

func TestARunReadsPlainlyStructsWithOptionsThatAScannerDoesNotKnow(t *testing.T) {
	require.Nil(t, newScanner[unexported](1, nil).object)
	require.Nil(t, newScanner[quoted](1, nil).object)
	require.Nil(t, newScanner[untagged](1, nil).object)
	require.Nil(t, newScanner[twice](1, nil).object)
	require.False(t, both[quoted](t, []byte(`{"v":1,"number":"7"}`), 1))
	require.False(t, both[untagged](t, []byte(`{"v":1,"Text":"7"}`), 1))
	require.Empty(t, unexported{}.hidden)
}

// FuzzRunReadsAsTheStore holds the fast way of reading an event to the plain one.
func FuzzRunReadsAsTheStore(f *testing.F) {
	for n, e := range []store.Event{
		sample{Text: "a", Number: 7, At: time.Unix(0, 0), Words: terms{"b"}, On: 9},
		referral.Received{Person: "P-1", Reasons: []needs.Code{"debt"}},
		referral.Closed{Result: needs.Result{Outcome: "met", Unmet: []needs.Code{"debt"}}},
		placement.Completed{},
		session.Planned{Person: "P-1"},
		needs.Identified{Need: "N-1", Severity: 2, Strength: true},
		sample{Score: 1.5, Maybe: sp.Know(3), More: []Inner{{Code: "a"}}, By: map[string]float64{"a": 1}, Rows: []row{{Words: terms{"a"}}}, At: time.Unix(0, 0)},
	} {
		data, err := store.Encode(e)
		require.NoError(f, err)
		f.Add(n%6, data)
	}
	for _, at := range []string{"0000-01-01T0:00:00Z", "2026-05-04T10:00:00,5Z", "2026-05-04T10:00:00+24:00", "2026-05-04T10:00:00.Z", "2026-05-04T10:00:00z", "2026-05-04T10:00:00.5+01:59"} {
		f.Add(0, []byte(`{"v":2,"at":"`+at+`"}`))
	}
	f.Add(0, []byte(`{"v":2,"answer":"yes","is":true,"deep":{"code":"a","count":-3},"words":[]}`))
	f.Fuzz(func(t *testing.T, n int, data []byte) {
		switch n % 6 {
		case 0:
			both[sample](t, data, 2)
		case 1:
			both[referral.Received](t, data, 1)
		case 2:
			both[referral.Closed](t, data, 1)
		case 3:
			both[placement.Completed](t, data, 1)
		case 4:
			both[session.Planned](t, data, 1)
		default:
			both[needs.Identified](t, data, 1)
		}
	})
}

// BenchmarkScanner reads an event as it is stored, beside store.Unmarshal and encoding/json.
func BenchmarkScanner(b *testing.B) {
	data, err := store.Encode(referral.Received{Person: "P-123456", Urgency: referral.Routine, Reasons: []needs.Code{"debt"}, Source: "gp", From: "bay/practice-17"})
	require.NoError(b, err)
	scanner := newScanner[referral.Received](1, nil)
	for name, read := range map[string]func() error{
		"scanner":       func() error { _, err := scanner.decode(data); return err },
		"store":         func() error { return store.Unmarshal(data, new(referral.Received)) },
		"encoding-json": func() error { return json.Unmarshal(data, new(referral.Received)) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := read(); err != nil {
					b.Fatal(fmt.Errorf("%s: %w", name, err))
				}
			}
		})
	}
}
