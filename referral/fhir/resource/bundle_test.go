package resource_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

const bundle = `{"resourceType":"Bundle", "type":"collection", "entry":[
 {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Task","id":"t1","for":{"reference":"urn:uuid:2"},
  "contained":[{"resourceType":"Patient","id":"p"}],"requester":{"reference":"#p"},"owner":{"reference":"Organization/o1"}}},
 {"fullUrl":"urn:uuid:2","resource":{"resourceType":"Patient","id":"x","identifier":[{"system":"urn:nhs","value":"1"},{"value":"2"}]}},
 {"fullUrl":"https://a.example/fhir/Organization/o1","resource":{"resourceType":"Organization","id":"o1","partOf":{"reference":"Organization/o2"}}},
 {"fullUrl":"https://a.example/fhir/Organization/o2","resource":{"resourceType":"Organization","id":"o2"}},
 {"fullUrl":"https://b.example/fhir/Organization/o2","resource":{"resourceType":"Organization","id":"o2","identifier":[{"value":"2"}]}},
 {"fullUrl":"https://a.example/fhir/Patient/v","resource":{"resourceType":"Patient","id":"v","meta":{"versionId":"1"}}},
 {"fullUrl":"https://a.example/fhir/Patient/v","resource":{"resourceType":"Patient","id":"v","meta":{"versionId":"2"}}},
 {"fullUrl":"urn:uuid:gone","request":{"method":"DELETE","url":"Task/9"}},
 {"fullUrl":"urn:uuid:3","resource":{"resourceType":"Consent","identifier":{"system":"s","value":"c"}}}
]}`

func TestIndexFindsWhatAReferenceMeans(t *testing.T) {
	b, ok := resource.BundleOf(parse(t, bundle))
	require.True(t, ok)
	x := b.Index()
	for name, c := range map[string]struct {
		from int
		ref  string
		at   int // -1 is nothing
	}{
		"by the fullUrl":                                {0, `{"reference":"urn:uuid:2"}`, 1},
		"in what the resource contains":                 {0, `{"reference":"#p"}`, 0},
		"not in what another resource contains":         {1, `{"reference":"#p"}`, -1},
		"not by a number sign alone":                    {0, `{"reference":"#"}`, -1},
		"under the address of the referring resource":   {2, `{"reference":"Organization/o2"}`, 3},
		"under the other address":                       {4, `{"reference":"Organization/o2"}`, 4},
		"not under an address where there is none":      {2, `{"reference":"Task/t1"}`, -1},
		"by type and ID where that is one":              {0, `{"reference":"Organization/o1"}`, 2},
		"not by type and ID where that is two":          {0, `{"reference":"Organization/o2"}`, -1},
		"by an identifier with its system":              {0, `{"identifier":{"system":"urn:nhs","value":"1"}}`, 1},
		"not by an identifier of another system":        {0, `{"identifier":{"system":"urn:other","value":"1"}}`, -1},
		"not by an identifier that two have":            {0, `{"identifier":{"value":"2"}}`, -1},
		"by an identifier that two have, with the type": {0, `{"identifier":{"value":"2"},"type":"Patient"}`, 1},
		"by an identifier that is one and no list":      {0, `{"identifier":{"system":"s","value":"c"}}`, 8},
		"by the version":                                {0, `{"reference":"https://a.example/fhir/Patient/v/_history/2"}`, 6},
		"not without the version where there are two":   {0, `{"reference":"https://a.example/fhir/Patient/v"}`, -1},
		"not by a version that is not there":            {0, `{"reference":"https://a.example/fhir/Patient/v/_history/3"}`, -1},
		"not what was deleted":                          {0, `{"reference":"urn:uuid:gone"}`, -1},
		"not by words alone":                            {0, `{"display":"Zebedee Quux"}`, -1},
		"not a search":                                  {0, `{"reference":"Patient?identifier=urn:nhs|1"}`, -1},
	} {
		t.Run(name, func(t *testing.T) {
			target, at, ok := x.Find(c.from, parse(t, `{"r":`+c.ref+`}`).Get("r"))
			require.Equal(t, c.at >= 0, ok)
			if ok {
				require.Equal(t, c.at, at)
				require.NotNil(t, target)
			}
		})
	}
}

func TestBundleIsWrittenAsItWasRead(t *testing.T) {
	for name, in := range published(t) {
		b, ok := resource.BundleOf(parse(t, string(in)))
		if !ok {
			continue
		}
		require.Equal(t, string(bytes.TrimSpace(in)), string(b.Whole().Append(nil)), name)
	}
	b, _ := resource.BundleOf(parse(t, bundle))
	writes(t, bundle, b.Whole())

	task := b.Of("Task")[0]
	task.Set("status", resource.Text("accepted"))
	changed := string(b.Whole().Append(nil))
	require.Contains(t, changed, `"status":"accepted"`)
	require.Contains(t, changed, `{"fullUrl":"urn:uuid:2","resource":{"resourceType":"Patient","id":"x","identifier":[{"system":"urn:nhs","value":"1"},{"value":"2"}]}}`)

	again, _ := resource.BundleOf(parse(t, bundle))
	again.Entries = again.Entries[:2]
	require.Len(t, all(again.Whole().Get("entry")), 2)
	again.Entries[1].FullURL = ""
	require.NotContains(t, string(again.Whole().Append(nil)), `"fullUrl":"urn:uuid:2"`)
	again.Entries[1].FullURL = "urn:uuid:2"
	again.Entries[1].Resource = nil
	require.NotContains(t, string(again.Whole().Append(nil)), `"Patient","id":"x"`)
	again.Entries = nil
	require.True(t, again.Whole().Get("entry").IsZero())
}

func all(v resource.Value) (list []resource.Value) {
	for _, one := range v.All() {
		list = append(list, one)
	}
	return list
}

func TestBundleIsMadeOfResources(t *testing.T) {
	b := resource.NewBundle("transaction")
	e := b.Add("urn:uuid:1", resource.New("Task").Set("status", resource.Text("requested")))
	e.Object = new(resource.Object).Set("request", new(resource.Object).Set("method", resource.Text("POST")).Set("url", resource.Text("Task")).Value())
	require.Equal(t, "transaction", b.Type())
	require.JSONEq(t, `{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Task"},"fullUrl":"urn:uuid:1","resource":{"resourceType":"Task","status":"requested"}}]}`,
		string(b.Whole().Append(nil)))
	_, ok := resource.BundleOf(resource.New("Task"))
	require.False(t, ok)
	odd, ok := resource.BundleOf(parse(t, `{"resourceType":"Bundle","type":"batch","entry":["a",{"resource":7}]}`))
	require.True(t, ok)
	require.Empty(t, odd.Of("Task"))
	require.NotPanics(t, func() { odd.Index() })
	require.NotPanics(t, func() { odd.Whole() })
}

// What a partner exports in bulk has lines that nobody can read.
func ExampleLines() {
	export := "{\"resourceType\":\"Task\",\"id\":\"1\"}\r\n\n{\"resourceType\":\"Task\",\n{\"resourceType\":\"Task\",\"id\":\"3\"}"
	for task, err := range resource.Lines(strings.NewReader(export)) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(task.ID())
	}
	// Output:
	// 1
	// resource: line 3: resource: parse: invalid: byte 23 must be JSON
	// 3
}

func TestLinesStopAtAFailureAndWhenAsked(t *testing.T) {
	var got []error
	for _, err := range resource.Lines(io.MultiReader(strings.NewReader("{}\n"), iotest.ErrReader(errors.New("torn")))) {
		got = append(got, err)
	}
	require.Len(t, got, 2)
	require.NoError(t, got[0])
	require.EqualError(t, got[1], "resource: read lines: line 2: torn")
	n := 0
	for range resource.Lines(strings.NewReader("{}\n{}\n{}")) {
		n++
		break
	}
	require.Equal(t, 1, n)
	got = nil
	for _, err := range resource.Lines(strings.NewReader("{}\n" + strings.Repeat(" ", 17<<20))) {
		got = append(got, err)
	}
	require.ErrorIs(t, got[1], sp.ErrInvalid)
	require.ErrorContains(t, got[1], "line 2 must not be longer than 16 MB")
}

func TestWriteLinesWritesWhatLinesReads(t *testing.T) {
	var out bytes.Buffer
	want := 0
	err := resource.WriteLines(&out, func(yield func(*resource.Object, error) bool) {
		for _, b := range published(t) {
			want++
			if !yield(parse(t, string(b)), nil) {
				return
			}
		}
	})
	require.NoError(t, err)
	n := 0
	for _, err := range resource.Lines(&out) {
		require.NoError(t, err)
		n++
	}
	require.Equal(t, want, n)

	failed := errors.New("failed")
	one := func(yield func(*resource.Object, error) bool) {
		_ = yield(new(resource.Object), nil) && yield(nil, failed)
	}
	require.ErrorIs(t, resource.WriteLines(&out, one), failed)
	require.Equal(t, "{}\n", out.String())
	require.Error(t, resource.WriteLines(torn{}, one))
}

type torn struct{}

func (torn) Write([]byte) (int, error) { return 0, errors.New("torn") }
