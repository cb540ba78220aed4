package resource_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

func TestValueIsReadAsTheKindThatItIs(t *testing.T) {
	o := parse(t, `{"text":"a\u00e9\"b","yes":true,"no":false,"null":null,"int":-12,"one":1.0,"big":2147483648,"list":[ 1 , "a,]" ,{"b":[]}],"object":{"a":{"b":"c"}, "d" : "e"}}`)
	require.Equal(t, `aé"b`, o.Get("text").Text())
	require.True(t, o.Get("text").Is(`aé"b`))
	require.False(t, o.Get("text").Is(`aé"`))
	for _, name := range []string{"yes", "null", "int", "list", "object", "missing"} {
		require.Empty(t, o.Get(name).Text(), name)
		require.False(t, o.Get(name).Is(""), name)
	}
	is, ok := o.Get("yes").Bool()
	require.True(t, is && ok)
	is, ok = o.Get("no").Bool()
	require.True(t, !is && ok)
	_, ok = o.Get("null").Bool()
	require.False(t, ok)
	n, ok := o.Get("int").Int()
	require.True(t, ok && n == -12)
	for _, name := range []string{"one", "big", "text", "missing"} {
		_, ok = o.Get(name).Int()
		require.False(t, ok, name)
	}
	require.Equal(t, "1.0", o.Get("one").Number())
	require.Empty(t, o.Get("text").Number())
	require.True(t, o.Get("null").IsNull() && !o.Get("null").IsZero())
	require.True(t, o.Get("missing").IsZero() && !o.Get("missing").IsNull())
	require.Equal(t, "c", o.Get("object", "a", "b").Text())
	require.Equal(t, "e", o.Get("object").Get("d").Text())
	require.True(t, o.Get("object", "a", "b", "c").IsZero(), "nothing is within a text")
	require.True(t, o.Get("list", "a").IsZero(), "nothing has a name in a list")
	require.Equal(t, "1", string(o.Get("list").First().Raw()))
	var list []string
	for i, v := range o.Get("list").All() {
		require.Len(t, list, i)
		list = append(list, string(v.Raw()))
	}
	require.Equal(t, []string{"1", `"a,]"`, `{"b":[]}`}, list)
	require.True(t, o.Get("object").First().IsZero())
	require.Nil(t, o.Get("list").Object())
	var names []string
	for name := range o.Get("object").Members() {
		names = append(names, name)
	}
	require.Equal(t, []string{"a", "d"}, names)
}

func TestValueEqualComparesWhatIsSaid(t *testing.T) {
	o := parse(t, `{
		"a": {"x": [1, 2], "y": "\u00e9"}, "b": {"y":"é","x":[1,2]},
		"c": {"x": [2, 1], "y": "é"}, "d": {"x": [1, 2]}, "e": 15.0, "f": 15, "g": null, "h": [1], "i": [1, 1], "j": {"x":[1,2],"z":"é"}}`)
	require.True(t, o.Get("a").Equal(o.Get("b")))
	for _, name := range []string{"c", "d", "e", "g", "h", "j", "missing"} {
		require.False(t, o.Get("a").Equal(o.Get(name)), name)
		require.False(t, o.Get(name).Equal(o.Get("a")), name)
	}
	require.False(t, o.Get("e").Equal(o.Get("f")), "15.0 is not 15")
	require.False(t, o.Get("h").Equal(o.Get("i")))
	require.True(t, o.Get("missing").Equal(resource.Value{}))
	require.True(t, parse(t, `{"a": 1}`).Equal(parse(t, `{"a":1}`)))
}

func TestValueOfNothingIsNotWritten(t *testing.T) {
	for name, v := range map[string]resource.Value{
		"an empty text":         resource.Text(""),
		"a blank text":          resource.Text(" \n"),
		"a list of nothing":     resource.List(resource.Text(""), resource.Value{}),
		"an empty object":       new(resource.Object).Set("a", resource.Text("")).Value(),
		"a number that is none": resource.Number(math.NaN()),
		"an infinite number":    resource.Number(math.Inf(1)),
		"no moment":             resource.Moment(time.Time{}, nil),
		"no day":                resource.Day(0),
	} {
		require.True(t, v.IsZero(), name)
	}
	require.Equal(t, `[false,0,"a"]`, string(resource.List(resource.Bool(false), resource.Value{}, resource.Int(0), resource.Text("a")).Raw()))
	b, err := json.Marshal(resource.Value{})
	require.NoError(t, err)
	require.Equal(t, "null", string(b))
}

func TestTextWritesWhatEncodingJSONReads(t *testing.T) {
	for _, s := range []string{`plain`, `"q" \b`, "a\nb\r\tc", "\x00\x1f", "é😀", "<&>\u2028", "bad \xff end"} {
		v := resource.Text(s)
		var read string
		require.NoError(t, json.Unmarshal(v.Raw(), &read))
		want, err := json.Marshal(s)
		require.NoError(t, err)
		var same string
		require.NoError(t, json.Unmarshal(want, &same))
		require.Equal(t, same, read)
		require.Equal(t, same, v.Text())
	}
}

func TestMomentIsWrittenByTheClockOfTheZone(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	for want, at := range map[string]time.Time{
		`"2026-03-29T00:59:59Z"`:             time.Date(2026, 3, 29, 0, 59, 59, 0, time.UTC),
		`"2026-03-29T02:00:00+01:00"`:        time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC),
		`"2026-10-25T01:59:59+01:00"`:        time.Date(2026, 10, 25, 0, 59, 59, 0, time.UTC),
		`"2026-10-25T01:00:00Z"`:             time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC),
		`"2026-07-01T10:00:00.000001+01:00"`: time.Date(2026, 7, 1, 9, 0, 0, 1000, time.UTC),
	} {
		v := resource.Moment(at, london)
		require.Equal(t, want, string(v.Raw()))
		read, ok := v.Time()
		require.True(t, ok)
		moment, ok := read.Moment()
		require.True(t, ok && moment.Equal(at))
	}
	require.Equal(t, `"2026-07-01T09:00:00Z"`, string(resource.Moment(time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC), nil).Raw()))
}

func TestParseTimeReadsAsMuchAsIsKnown(t *testing.T) {
	for in, want := range map[string]struct {
		precision resource.Precision
		day       string
		moment    string
	}{
		"2026":                                 {resource.ToYear, "", ""},
		"2026-11":                              {resource.ToMonth, "", ""},
		"2026-11-28":                           {resource.ToDay, "2026-11-28", ""},
		"2024-02-29":                           {resource.ToDay, "2024-02-29", ""},
		"2026-11-28T23:30:00-05:00":            {resource.ToSecond, "2026-11-28", "2026-11-29T04:30:00Z"},
		"2026-11-28T23:30:00.5Z":               {resource.ToSecond, "2026-11-28", "2026-11-28T23:30:00.5Z"},
		"2016-12-31T23:59:60Z":                 {resource.ToSecond, "2016-12-31", "2017-01-01T00:00:00Z"},
		"2026-11-28T00:00:00.123456789123Z":    {resource.ToSecond, "2026-11-28", "2026-11-28T00:00:00.123456789Z"},
		"2026-11-28T00:00:00.1234567891+14:00": {resource.ToSecond, "2026-11-28", "2026-11-27T10:00:00.123456789Z"},
	} {
		got, err := resource.ParseTime(in)
		require.NoError(t, err, in)
		require.Equal(t, in, got.String())
		require.Equal(t, want.precision, got.Precision())
		day, ok := got.Day()
		require.Equal(t, want.day != "", ok)
		if ok {
			require.Equal(t, want.day, day.String(), in)
		}
		moment, ok := got.Moment()
		require.Equal(t, want.moment != "", ok)
		if ok {
			require.Equal(t, want.moment, moment.UTC().Format(time.RFC3339Nano), in)
		}
	}
}

func TestTimeIsNoMomentOutsideTheYearsThatCanBeWritten(t *testing.T) {
	for _, text := range []string{"9999-12-31T23:59:60-14:00", "0001-01-01T00:00:00+14:00"} {
		read, err := resource.ParseTime(text)
		require.NoError(t, err)
		_, exact := read.Moment()
		require.False(t, exact)
	}
}

func TestParseTimeRefusesWhatIsNone(t *testing.T) {
	for _, in := range []string{
		"", "26", "0000", "2026-13", "2026-02-30", "2025-02-29", "2026-1-1", "28/11/2026", "2026-11-28T10:00:00", "2026-11-28T10:00Z", "2026-11-28T24:00:00Z",
		"2026-11-28T10:00:61Z", "2026-11-28T10:00:00+15:00", "2026-11-28 10:00:00Z", "2026-11-28T10:00:00,5Z", "2026-11-28T10:00:00.Z", "2026-11-28T10:00:00z", "Zebedee Quux",
	} {
		got, err := resource.ParseTime(in)
		require.ErrorIs(t, err, sp.ErrInvalid, in)
		require.True(t, got.IsZero())
		require.NotContains(t, err.Error(), "Zebedee")
	}
}
