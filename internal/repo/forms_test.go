package repo

import (
	"bytes"
	"database/sql"
	"database/sql/driver"
	"encoding"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/contract"
	personal "github.com/socialprescribing/sp/internal/vocabulary"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/audit"
)

// A form is a type that reads itself from text, with values that it can have and texts
// that are none of it.
type form struct {
	values  []any
	garbage []string
	noSQL   bool // a database refuses it
}

// forms are those outside packages sp and geo, whose own stand in internal/vocabulary.
func forms(t *testing.T) []form {
	t.Helper()
	var near search.Cursor
	require.NoError(t, near.UnmarshalText([]byte("AQAAAAAAAFlAYmF5LzE"))) // 100 metres away, bay/1
	taken := audit.Statement{Tenant: "bay", Events: 1, Heads: []audit.Head{{Kind: "referral", ID: "R-1", Version: 1, Sum: store.Sum{7}}}}
	return []form{
		{values: []any{directory.TimeOfDay(0), directory.TimeOfDay(580), directory.TimeOfDay(24 * 60)}, garbage: []string{"24:01", "09:60", "580", ""}},
		{values: []any{near, search.Cursor{}}, garbage: []string{"AQ", "Ag==", "!"}, noSQL: true},
		{values: []any{apportion.Hamilton, apportion.Webster}, garbage: []string{"hamilton's", "0"}},
		{values: []any{contract.Year(2025), contract.Year(1)}, garbage: []string{"2025/26", "0", "-1", "10000", ""}},
		{values: []any{store.Cursor{Value: "2026-01-01", ID: "R-1"}, store.Cursor{}}, garbage: []string{"!", "AQ"}, noSQL: true},
		{values: []any{store.Sum{1, 2, 255}, store.Sum{}}, garbage: []string{"01", "0g", strings.Repeat("0", 34)}, noSQL: true},
		{values: []any{taken}, garbage: []string{"", "statement"}, noSQL: true},
	}
}

func TestRepoTypesWithATextFormComeBackEqualOrAreRefused(t *testing.T) {
	have := make(map[string]form)
	for _, f := range forms(t) {
		have[nameOf(f.values[0])] = f
	}
	all := typesOf(t)
	for _, name := range all.find(func(n typeName) bool { return all.has(n, "UnmarshalText") }) {
		f, ok := have[name]
		if !ok {
			t.Errorf("%s has no values in forms", name)
			continue
		}
		delete(have, name)
		t.Run(name, func(t *testing.T) {
			for _, v := range f.values {
				for _, w := range ways {
					w.check(t, v)
				}
				f.column(t, v)
			}
			for _, text := range append(f.garbage, personal.Marker, "\x00", "{}", "NaN") {
				into := reflect.New(reflect.TypeOf(f.values[0]))
				quoted, err := json.Marshal(text)
				require.NoError(t, err)
				personal.Quiet(t, json.Unmarshal(quoted, into.Interface()), fmt.Sprintf("%s read the JSON %s", name, quoted))
				reader, _ := reflect.TypeAssert[encoding.TextUnmarshaler](into)
				personal.Quiet(t, reader.UnmarshalText([]byte(text)), fmt.Sprintf("%s read %q", name, text))
			}
		})
	}
	require.Empty(t, have, "these read no text")
}

// A way is one out of a program, and back in.
type way struct {
	name  string
	write func(v any) ([]byte, error)
	read  func(data []byte, into any) error
}

var ways = []way{
	{"text", func(v any) ([]byte, error) {
		writer, ok := v.(encoding.TextMarshaler)
		if !ok {
			return nil, fmt.Errorf("%T reads text and writes none", v)
		}
		return writer.MarshalText()
	}, func(data []byte, into any) error {
		reader, ok := into.(encoding.TextUnmarshaler)
		if !ok {
			return fmt.Errorf("%T reads no text", into)
		}
		return reader.UnmarshalText(data)
	}},
	{"JSON", json.Marshal, json.Unmarshal},
	{"XML", func(v any) ([]byte, error) {
		var b bytes.Buffer
		err := xml.NewEncoder(&b).EncodeElement(v, xml.StartElement{Name: xml.Name{Local: "v"}})
		return b.Bytes(), err
	}, xml.Unmarshal},
	{"gob", func(v any) ([]byte, error) {
		var b bytes.Buffer
		err := gob.NewEncoder(&b).Encode(v)
		return b.Bytes(), err
	}, func(data []byte, into any) error { return gob.NewDecoder(bytes.NewReader(data)).Decode(into) }},
}

// check writes a value and reads it again. Only gob may refuse it.
func (w way) check(t *testing.T, v any) {
	t.Helper()
	data, err := w.write(v)
	if err != nil && w.name == "gob" {
		return
	}
	require.NoError(t, err, w.name)
	back := reflect.New(reflect.TypeOf(v))
	require.NoError(t, w.read(data, back.Interface()), "%s: %s", w.name, data)
	require.Equal(t, v, back.Elem().Interface(), "from %s: %s", w.name, data)
}

// column puts a value into a column, as package database/sql does, and reads it again.
func (f form) column(t *testing.T, v any) {
	t.Helper()
	data, err := driver.DefaultParameterConverter.ConvertValue(v)
	if f.noSQL {
		require.Error(t, err, "a database takes it")
		return
	}
	require.NoError(t, err)
	back := reflect.New(reflect.TypeOf(v))
	if s, ok := reflect.TypeAssert[sql.Scanner](back); ok {
		require.NoError(t, s.Scan(data))
	} else { // database/sql converts what has the same kind
		back.Elem().Set(reflect.ValueOf(data).Convert(back.Elem().Type()))
	}
	require.Equal(t, v, back.Elem().Interface(), "from a column")
}
