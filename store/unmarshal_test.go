package store_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A document has every shape that a record can have.
type document struct {
	Name    string
	Codes   []sp.Code
	Rows    []row
	Numbers []int
	Texts   []string
	Grid    [][]float64
	Notes   map[string]row
	Next    *document
	Known   sp.Known[int]
	Secret  sp.Personal[[]row] `json:",omitzero"`
	Blob    []byte
}

type row struct {
	At      time.Time
	Kind    string
	Money   sp.Money
	Reasons [8]string
}

// allocates returns how many bytes f allocates.
func allocates(f func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

func TestUnmarshalTakesASmallMultipleOfTheSizeWhateverTheJSONSays(t *testing.T) {
	const size = 1 << 20
	many := func(before, each, after string) string {
		return before + strings.Repeat(each+",", size/(len(each)+1)) + each + after
	}
	distinct := func(before, format, after string) string {
		var b strings.Builder
		b.WriteString(before)
		for i := 0; b.Len() < size; i++ {
			fmt.Fprintf(&b, format+",", i)
		}
		return strings.TrimSuffix(b.String(), ",") + after
	}
	for name, data := range map[string]string{
		"empty objects":                       many(`{"Rows":[`, `{}`, `]}`),
		"objects that are nothing":            many(`{"Rows":[`, `null`, `]}`),
		"objects of members that are unknown": many(`{"Rows":[`, `{"x":0}`, `]}`),
		"arrays of arrays":                    many(`{"Grid":[`, `[]`, `]}`),
		"numbers":                             many(`{"Numbers":[`, `0`, `]}`),
		"empty texts":                         many(`{"Texts":[`, `""`, `]}`),
		"codes":                               many(`{"Codes":[`, `{}`, `]}`),
		"a map":                               distinct(`{"Notes":{`, `"%x":{}`, `}}`),
		"rows that are personal":              many(`{"Secret":[`, `{}`, `]}`),
		"arrays in one another":               `{"Grid":` + strings.Repeat("[", size),
		"objects in one another":              strings.Repeat(`{"Next":`, size/8) + "{}",
		"objects in one another that close":   strings.Repeat(`{"Next":`, 9_000) + "{}" + strings.Repeat(`}`, 9_000),
		"an unknown array":                    many(`{"Unknown":[`, `{}`, `]}`),
		"unknown members":                     distinct(`{`, `"%x":0`, `}`),
		"one text":                            `{"Name":"` + strings.Repeat(`\u0041`, size/6) + `"}`,
		"bytes":                               `{"Blob":"` + strings.Repeat(`AAAA`, size/4) + `"}`,
		"rows again and again":                `{"Rows":[` + strings.Repeat(`{},`, 40) + `{}]` + strings.Repeat(`,"Rows":[{},{},{},{}]`, size/21) + `}`,
		"a member of another type":            many(`{"Name":[`, `{}`, `]}`),
		"white space":                         strings.Repeat(" \n", size/2) + `{}`,
		"no JSON":                             strings.Repeat("x", size),
		"commas":                              strings.Repeat(",", size),
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			took := allocates(func() { err = store.Unmarshal([]byte(data), new(document)) })
			t.Logf("%.1f times its size: %v", float64(took)/float64(len(data)), err)
			require.Less(t, took, 40*len(data))
			if err != nil {
				require.ErrorIs(t, err, sp.ErrInvalid)
				require.Less(t, len(err.Error()), 100)
			}
		})
	}
}

func TestUnmarshalReadsJSONThatIsWrittenDensely(t *testing.T) {
	d := document{Notes: map[string]row{}}
	for i := range 5_000 {
		d.Numbers = append(d.Numbers, i%10)
		d.Texts = append(d.Texts, "a")
		d.Codes = append(d.Codes, sp.Code{System: "s", Code: "c"})
		d.Grid = append(d.Grid, []float64{1, 2})
		d.Notes[fmt.Sprint("note ", i)] = row{Kind: "k"}
		d.Rows = append(d.Rows, row{Kind: "k"})
	}
	d.Known = sp.Know(1)
	data, err := json.Marshal(d)
	require.NoError(t, err)
	var back document
	require.NoError(t, store.Unmarshal(data, &back))
	require.Equal(t, d, back)
}

// A measured event has an array, as the answers to a questionnaire.
type measured struct {
	Rows []row `json:"rows"`
}

func (measured) EventType() store.EventType { return "measured" }

func TestReadingAHistoryTakesASmallMultipleOfItsSizeWhateverItSays(t *testing.T) {
	const size = 1 << 20
	events := store.EventTypesOf[store.Event](measured{}, noted{name: "noted"})
	line := func(name, event string) string {
		return "2\t" + name + "\t2026-11-23T09:30:00.123456Z\t\t\t\t\t\t\t" + event + "\n"
	}
	times := func(s string) string { return strings.Repeat(s, size/len(s)) }
	for name, tt := range map[string]struct{ body, err string }{
		"newlines":                         {times("\n"), "entry 1: has 1 fields, not 6"},
		"tabs":                             {times("\t"), "entry 1: "},
		"tabs and newlines":                {times("\t\n"), "entry 1: "},
		"the shortest lines":               {times(line("noted", "{}")), ""},
		"the shortest lines of old":        {times("noted\t2026-11-23T09:30:00.123456Z\t2026-11-23T09:30:00.123456Z\t\t\t{}\n"), ""},
		"a good line and newlines":         {line("noted", "{}") + times("\n"), "entry 2: has 1 fields"},
		"one long type":                    {line(times("x"), "{}"), "entry 1: store: decode event: unknown type"},
		"one long type of signs":           {line(times("\x00"), "{}"), "entry 1: store: decode event: unknown type"},
		"one long number of a form":        {times("9") + "\t", "entry 1: is in form 999999999, "},
		"one long number of an event":      {line("noted", `{"v":`+times("9")+"}"), "entry 1: store: decode noted: is stored in form 0"},
		"one long event":                   {line("noted", `{"v":1,"text":"`+times("x")+`"}`), ""},
		"a line that does not end":         {strings.TrimSuffix(line("noted", `{"text":"`+times("x")+`"}`), "\n"), "entry 1: line is cut off"},
		"events whose array is of nothing": {times(line("measured", `{"v":1,"rows":[`+strings.Repeat("{},", 60)+"{}]}")), "entry 1: store: decode measured: stands for far more than its size"},
		"one event of nothing":             {line("measured", `{"v":1,"rows":[`+times("{},")+"{}]}"), "entry 1: store: decode measured: stands for far more than its size"},
		"arrays in one another":            {line("measured", times("[")), "entry 1: store: decode measured: cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			r := store.Record{Key: key("R-1"), Version: 1, Body: []byte(tt.body)}
			var err error
			took := allocates(func() { _, err = store.LoadHistory(r, events.Decode, nil) })
			t.Logf("%.1f times its size", float64(took)/float64(len(tt.body)))
			require.Less(t, took, 40*len(tt.body))
			if tt.err == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.err)
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.Less(t, len(err.Error()), 1000+len(r.String()))
		})
	}
}
