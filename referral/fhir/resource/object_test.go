package resource_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// One member is changed, and all that nobody looked at leaves as it came.
func Example() {
	body := []byte(`{"resourceType":"Task", "status":"requested",  "_status":{"id":"s"}, "input":[{"valueDecimal":1.50}], "for":{"reference":"Patient/7"}}`)
	task, err := resource.Parse(body)
	fmt.Println(task, task.Get("status").Text(), task.Get("for", "reference").Text(), err)
	task.Set("status", resource.Text("accepted"))
	fmt.Println(string(task.Append(nil)))
	// Output:
	// FHIR Task requested Patient/7 <nil>
	// {"resourceType":"Task","status":"accepted","_status":{"id":"s"},"input":[{"valueDecimal":1.50}],"for":{"reference":"Patient/7"}}
}

func parse(tb testing.TB, s string) *resource.Object {
	tb.Helper()
	o, err := resource.Parse([]byte(s))
	require.NoError(tb, err)
	return o
}

func TestParseKeepsEveryPublishedExampleByteForByte(t *testing.T) {
	for name, b := range published(t) {
		o := parse(t, string(b))
		require.Equal(t, string(bytes.TrimSpace(b)), string(o.Append(nil)), name)
		members := 0
		for member, v := range o.Members() {
			var same json.RawMessage
			require.NoError(t, json.Unmarshal(v.Raw(), &same), name)
			o.Set(member, reordered(t, v))
			members++
		}
		require.Equal(t, o.Len(), members)
		require.Equal(t, string(bytes.TrimSpace(b)), string(o.Append(nil)), "%s: setting what is there changes nothing", name)
		again := o.Clone().Set("x", resource.Text("y"))
		require.Equal(t, string(bytes.TrimSpace(b)), string(o.Append(nil)), "%s: a copy was changed", name)
		again.Set("x", resource.Value{})
		require.Equal(t, compact(t, b), compact(t, again.Append(nil)), "%s: written from its members", name)
	}
}

// reordered returns a value with the names of its objects sorted, without white space, and
// with escapes where there were none: it says the same.
func reordered(t *testing.T, v resource.Value) resource.Value {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(v.Raw()))
	d.UseNumber()
	var read any
	require.NoError(t, d.Decode(&read))
	b, err := json.Marshal(map[string]any{"v": read})
	require.NoError(t, err)
	return parse(t, string(b)).Get("v")
}

func compact(t *testing.T, b []byte) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, json.Compact(&out, b))
	return out.String()
}

func TestParseRefusesWhatIsNotOneObject(t *testing.T) {
	for name, c := range map[string]struct{ in, rule string }{
		"the end is missing":                     {`{`, "must be JSON"},
		"a comma before the end":                 {`{"a":1,}`, "must be JSON"},
		"no comma":                               {`{"a":1 "b":2}`, "must be JSON"},
		"no colon":                               {`{"a" 1}`, "must be JSON"},
		"no value":                               {`{"a"}`, "must be JSON"},
		"a name that is no text":                 {`{a:1}`, "must be JSON"},
		"a zero in front":                        {`{"a":01}`, "must be JSON"},
		"no digit behind the point":              {`{"a":1.}`, "must be JSON"},
		"no digit of the exponent":               {`{"a":1e}`, "must be JSON"},
		"a plus in front":                        {`{"a":+1}`, "must be JSON"},
		"not a number":                           {`{"a":NaN}`, "must be JSON"},
		"half a word":                            {`{"a":tru}`, "must be JSON"},
		"an element is missing":                  {`{"a":[,1]}`, "must be JSON"},
		"a comma at the end of a list":           {`{"a":[1,]}`, "must be JSON"},
		"a list that does not end":               {`{"a":[1`, "must be JSON"},
		"only a comma":                           {`{,}`, "must be JSON"},
		"a line break within a text":             {"{\"a\":\"\n\"}", "must be JSON"},
		"a text that does not end":               {`{"a":"b`, "must be JSON"},
		"an escape that is none":                 {`{"a":"\q"}`, "must be JSON"},
		"an escape of too few digits":            {`{"a":"\u00g0"}`, "must be JSON"},
		"half a surrogate pair":                  {`{"a":"\ud83d"}`, "must be JSON"},
		"two first halves":                       {`{"a":"\ud83d\ud83d"}`, "must be JSON"},
		"not UTF-8":                              {"{\"a\":\"\xff\"}", "must be UTF-8"},
		"a name that is not UTF-8":               {"{\"\xff\":1}", "must be UTF-8"},
		"a name twice":                           {`{"a":1,"a":2}`, "must have each name once, without escapes"},
		"a name twice, deep within":              {`{"b":[{"a":1,"a":1}]}`, "must have each name once, without escapes"},
		"a name twice, after others":             {`{` + many(40) + `,"a3":1}`, "must have each name once, without escapes"},
		"a name twice, first one that is mapped": {`{` + many(32) + `,"a31":1}`, "must have each name once, without escapes"},
		"an escaped name":                        {`{"\u0061":1}`, "must have each name once, without escapes"},
		"nested too deeply":                      {`{"a":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`, "must not be nested more than 200 deep"},
		"nested too deeply, in objects":          {strings.Repeat(`{"a":`, 300) + "1" + strings.Repeat("}", 300), "must not be nested more than 200 deep"},
		"two objects":                            {`{} {}`, "must be one JSON object and nothing after it"},
		"a list":                                 {`[]`, "must be a JSON object"},
		"nothing":                                {``, "must be a JSON object"},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := resource.Parse([]byte(c.in))
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorContains(t, err, c.rule)
			require.Nil(t, o)
		})
	}
}

// writes checks what an object is written as, byte for byte.
func writes(t *testing.T, want string, o *resource.Object, why ...any) {
	t.Helper()
	require.Equal(t, want, string(o.Append(nil)), why...)
}

func many(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`"a%d":{"b":%d}`, i, i)
	}
	return strings.Join(all, ",")
}

func TestParseTakesWhatIsJSON(t *testing.T) {
	for name, in := range map[string]string{
		"a byte order mark":       "\xef\xbb\xbf{\"a\":1}",
		"white space everywhere":  " {\t\"a\" :\n[ 1 , 2 ] ,\r\n \"b\" : { } } ",
		"exponents":               `{"a":[1.2E+2,-0.0,1e-9,0]}`,
		"a surrogate pair":        `{"a":"\ud83d\ude00\u00e9\/\b\f\n\r\t\"\\"}`,
		"names that are no ASCII": `{"é":1,"e":2}`,
		"many members":            `{` + many(100) + `}`,
		"a name again elsewhere":  `{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}`,
	} {
		t.Run(name, func(t *testing.T) { parse(t, in) })
	}
}

func TestObjectSetReplacesAddsAndRemoves(t *testing.T) {
	o := parse(t, `{"a":1, "b":"x", "_b":{"id":"i"}, "c":true}`)
	o.Set("d", resource.Value{}).Set("b", resource.Text("x")).Set("a", parse(t, `{"a": 1}`).Get("a"))
	writes(t, `{"a":1, "b":"x", "_b":{"id":"i"}, "c":true}`, o)
	o.Set("a", resource.Int(2)).Set("e", resource.Bool(false))
	writes(t, `{"a":2,"b":"x","_b":{"id":"i"},"c":true,"e":false}`, o)
	o.Set("b", resource.Value{})
	writes(t, `{"a":2,"_b":{"id":"i"},"c":true,"e":false}`, o, "Set leaves what stands beside")
	o.Set("b", resource.Text("y")).Remove("b", "a", "c", "e", "never")
	require.Equal(t, `{}`, string(o.Append(nil)))
	require.True(t, o.Value().IsZero(), "an empty object is no value")
}

func TestObjectOfNothingHasNothing(t *testing.T) {
	var o *resource.Object
	require.True(t, o.Get("a", "b").IsZero())
	require.Empty(t, o.Type())
	require.True(t, o.Value().IsZero())
	require.Equal(t, "FHIR object", new(resource.Object).String())
}

func TestObjectPrintsNothingOfWhatItHolds(t *testing.T) {
	o := parse(t, `{"resourceType":"Patient","name":[{"text":"Zebedee Quux"}]}`)
	v := o.Get("name")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		require.Equal(t, "FHIR Patient", fmt.Sprintf(verb, o))
		require.Equal(t, "25 bytes of JSON", fmt.Sprintf(verb, v))
	}
	require.Equal(t, "FHIR Patient", o.LogValue().String())
	require.Equal(t, "FHIR resource", parse(t, `{"resourceType":"Zebedee Quux"}`).String(), "what is no type may be a name")
	require.Equal(t, "25 bytes of JSON", v.LogValue().String())
}

func TestObjectIsReadAndWrittenByEncodingJSON(t *testing.T) {
	var all []*resource.Object
	require.NoError(t, json.Unmarshal([]byte(`[{"a":1.50},{"b":null}]`), &all))
	b, err := json.Marshal(all)
	require.NoError(t, err)
	require.Equal(t, `[{"a":1.50},{"b":null}]`, string(b))
	require.Error(t, json.Unmarshal([]byte(`[{"a":1,"a":2}]`), &all))
}
