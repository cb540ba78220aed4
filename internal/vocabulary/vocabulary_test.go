package vocabulary

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// encodings are ways out of a program and back in.
var encodings = []struct {
	name   string
	silent bool // it says nothing of personal data, rather than refusing it
	text   bool // it goes by the text form
	write  func(v any) ([]byte, error)
	read   func(data []byte, into any) error
}{
	{"JSON", true, false, json.Marshal, json.Unmarshal},
	{
		"text", true, true,
		func(v any) ([]byte, error) {
			if m, ok := v.(encoding.TextMarshaler); ok {
				return m.MarshalText()
			}
			return []byte(reflect.ValueOf(v).String()), nil // a text already
		},
		func(data []byte, into any) error { return into.(encoding.TextUnmarshaler).UnmarshalText(data) },
	},
	{
		"XML", true, true,
		func(v any) ([]byte, error) {
			var b bytes.Buffer
			err := xml.NewEncoder(&b).EncodeElement(v, xml.StartElement{Name: xml.Name{Local: "v"}})
			return b.Bytes(), err
		},
		xml.Unmarshal,
	},
	{
		"gob", false, false,
		func(v any) ([]byte, error) {
			var b bytes.Buffer
			err := gob.NewEncoder(&b).EncodeValue(reflect.ValueOf(v))
			return b.Bytes(), err
		},
		func(data []byte, into any) error { return gob.NewDecoder(bytes.NewReader(data)).Decode(into) },
	},
}

func TestEveryTypeOfTheVocabularyComesBackEqualOrIsRefused(t *testing.T) {
	for _, s := range Samples() {
		for _, e := range encodings {
			if e.text && s.NoText {
				continue
			}
			t.Run(s.Type+" in "+e.name, func(t *testing.T) {
				for _, v := range s.Values {
					data, err := e.write(v)
					into := reflect.New(reflect.TypeOf(v))
					switch {
					case s.Silent && e.silent:
						require.NoError(t, err)
						require.NotContains(t, string(data), Marker)
						require.Error(t, e.read(data, into.Interface()), "what was redacted is not the original")
					case s.Silent:
						require.Error(t, err)
						require.NotContains(t, err.Error(), Marker)
					default:
						require.NoError(t, err)
						require.NoError(t, e.read(data, into.Interface()), "%s", data)
						require.True(t, Same(v, into.Elem().Interface()), "%v came back as %v from %s", v, into.Elem(), data)
					}
				}
			})
		}
	}
}

func TestEveryTypeOfTheVocabularyRefusesWhatIsNoneOfItAndQuotesNothing(t *testing.T) {
	for _, s := range Samples() {
		t.Run(s.Type, func(t *testing.T) {
			into := func() any { return reflect.New(reflect.TypeOf(s.Values[0])).Interface() }
			for _, text := range s.Garbage {
				quoted, err := json.Marshal(text)
				require.NoError(t, err)
				if text != "" {
					noise(t, json.Unmarshal(quoted, into()), s.Type, string(quoted))
				}
				if u, ok := into().(encoding.TextUnmarshaler); ok && !s.NoText {
					Quiet(t, u.UnmarshalText([]byte(text)), fmt.Sprintf("%s read %q", s.Type, text))
				}
			}
			for _, data := range []string{`["` + Marker + `"]`, `{"` + Marker + `": 1}`, "true", "1e400"} {
				if s.NoText && strings.HasPrefix(data, "{") || strings.HasPrefix(s.Type, "geo.") && strings.HasPrefix(data, "{") || s.Type == "sp.Period" && strings.HasPrefix(data, "{") {
					continue // an object without what is known of it is unknown
				}
				noise(t, json.Unmarshal([]byte(data), into()), s.Type, data)
			}
		})
	}
}

// noise fails the test unless JSON was refused. The decoder's own error for a wrong kind
// of JSON names the kind and no value.
func noise(t *testing.T, err error, kind, data string) {
	t.Helper()
	Quiet(t, err, fmt.Sprintf("%s read the JSON %s", kind, data))
}

func TestPersonalDataOfTheVocabularyIsSilentInEveryWayOfPrinting(t *testing.T) {
	for _, s := range Samples() {
		if !s.Silent {
			continue
		}
		for _, v := range s.Values {
			holder := struct {
				Shown  any
				hidden any
			}{v, v}
			var out bytes.Buffer
			for verb := range strings.SplitSeq("v +v #v s q x X d t c U e g p T", " ") {
				fmt.Fprintf(&out, "%"+verb+" %"+verb+" %"+verb+"\n", v, holder, &holder)
			}
			for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
				slog.New(h).Info("x", "v", v, "holder", holder, slog.Group("g", "v", v))
			}
			for _, e := range encodings {
				data, err := e.write(struct{ V any }{v})
				fmt.Fprintln(&out, string(data), err)
			}
			require.NotContains(t, out.String(), "9434765919", s.Type)
			require.NotContains(t, out.String(), Marker, s.Type)
		}
	}
}

func TestEveryExportedTypeHasASample(t *testing.T) {
	have := make(map[string]bool)
	for _, s := range Samples() {
		name, _, _ := strings.Cut(s.Type, " ")
		have[name] = true
	}
	for pkg, dir := range map[string]string{"sp": "../..", "geo": "../../geo"} {
		for name := range exportedTypes(t, dir) {
			full := pkg + "." + name
			if have[full] == (NotData[full] != "") {
				t.Errorf("%s has no sample and no reason why it is no data, or both", full)
			}
		}
	}
}

func exportedTypes(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(dir + "/*.go")
	require.NoError(t, err)
	found := make(map[string]bool)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range parsed.Decls {
			if block, ok := decl.(*ast.GenDecl); ok {
				for _, spec := range block.Specs {
					if ts, ok := spec.(*ast.TypeSpec); ok && ts.Name.IsExported() {
						found[ts.Name.Name] = true
					}
				}
			}
		}
	}
	require.NotEmpty(t, found)
	return found
}
