package sp_test

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"expvar"
	"fmt"
	htmltemplate "html/template"
	"io"
	"log"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"text/template"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
)

// canary is a valid NHS number, so that one search finds all that leaks.
const canary = "9434765919"

// forms returns personal data in every shape in which a program may hold it.
func forms(t *testing.T) map[string]any {
	t.Helper()
	n, err := sp.ParseNHSNumber(canary)
	require.NoError(t, err)
	type address struct{ Street, Number string }
	name := sp.Hide(canary)
	type outer struct {
		Name   sp.Personal[string]
		number sp.NHSNumber
		inner  *struct{ name sp.Personal[string] }
		any    any
		Plain  sp.Plain[string] `json:"-"`
	}
	held := outer{Name: name, number: n, inner: &struct{ name sp.Personal[string] }{name}, any: name, Plain: sp.Plain[string]{Personal: name}}
	return map[string]any{
		"a text":                   name,
		"a pointer":                &name,
		"a number":                 sp.Hide(9434765919),
		"bytes":                    sp.Hide([]byte(canary)),
		"a struct":                 sp.Hide(address{Street: canary, Number: canary}),
		"a pointer inside":         sp.Hide(&address{Street: canary}),
		"a map inside":             sp.Hide(map[string]string{canary: canary}),
		"an error":                 sp.Hide(errors.New(canary)),
		"an NHS number":            n,
		"a pointer to one":         &n,
		"a number in another":      sp.Hide(n),
		"a slice":                  []sp.Personal[string]{name},
		"an array of pointers":     [1]*sp.Personal[string]{&name},
		"a map's value":            map[string]sp.NHSNumber{"patient": n},
		"a map's key":              map[sp.Personal[string]]int{name: 1},
		"an interface":             []any{name, &n},
		"fields, some unexported":  held,
		"a pointer to those":       &held,
		"fields in maps in slices": []map[string]outer{{"held": held}},
		"unexported compounds": struct {
			home  sp.Personal[address]
			lines sp.Personal[[]string]
			all   sp.Personal[map[string]string]
			bytes sp.Personal[[10]byte]
		}{sp.Hide(address{Street: canary}), sp.Hide([]string{canary}), sp.Hide(map[string]string{canary: canary}), sp.Hide([10]byte([]byte(canary)))},
		"a person in a date": struct{ Born sp.Personal[sp.Date] }{sp.Hide(sp.NewDate(1934, 4, 7))},
	}
}

// printers are the ways in which a program prints.
func printers() map[string]func(v any) string {
	all := map[string]func(v any) string{
		"Sprint":        func(v any) string { return fmt.Sprint(v) },
		"Sprintln":      func(v any) string { return fmt.Sprintln(v, v) },
		"Append":        func(v any) string { return string(fmt.Append(nil, v)) },
		"Errorf %v":     func(v any) string { return fmt.Errorf("cannot serve %v", v).Error() },
		"errors.Join":   func(v any) string { return errors.Join(fmt.Errorf("%+v", v), fmt.Errorf("%s", v)).Error() },
		"a panic value": func(v any) string { return panicText(v) },
		"json":          func(v any) string { data, err := json.Marshal(v); return string(data) + fmt.Sprint(err) },
		"indented json": func(v any) string { data, err := json.MarshalIndent(v, "", " "); return string(data) + fmt.Sprint(err) },
		"xml":           func(v any) string { data, err := xml.Marshal(v); return string(data) + fmt.Sprint(err) },
		"gob": func(v any) string {
			var b bytes.Buffer
			err := gob.NewEncoder(&b).Encode(v)
			return b.String() + fmt.Sprint(err)
		},
		"expvar": func(v any) string { return expvar.Func(func() any { return v }).String() },
		"log":    func(v any) string { var b bytes.Buffer; log.New(&b, "", 0).Println(v); return b.String() },
		"logf":   func(v any) string { var b bytes.Buffer; log.New(&b, "", 0).Printf("%#v", v); return b.String() },
		"text/template": func(v any) string {
			return execute(template.Must(template.New("").Parse(`{{.}} {{printf "%q" .}} {{print .}}`)).Execute, v)
		},
		"html/template": func(v any) string {
			return execute(htmltemplate.Must(htmltemplate.New("").Parse(`<p title="{{.}}">{{.}}</p><a href="/?q={{.}}"></a><script>let x = {{.}}</script>`)).Execute, v)
		},
	}
	for _, verb := range "vTtbcdoOqxXUeEfFgGspwz!" {
		for _, flag := range []string{"", "+", "#", "-", " ", "0", "+#", "30", ".3", "-30.20", "[1]", "[1]*", "# "} {
			format := "%" + flag + string(verb)
			all[format] = func(v any) string { return fmt.Sprintf(format, v) }
		}
	}
	for name, handler := range map[string]func(b *bytes.Buffer) slog.Handler{
		"slog text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"slog json": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		all[name] = func(v any) string {
			var b bytes.Buffer
			l := slog.New(handler(&b))
			l.Info("message", "v", v)
			l.With("v", v).WithGroup("group").Info("message", "again", v)
			l.Info("message", slog.Group("group", slog.Any("v", v), slog.Any("list", []any{v})))
			return b.String()
		}
	}
	return all
}

func execute(run func(io.Writer, any) error, v any) string {
	var b bytes.Buffer
	err := run(&b, v)
	return b.String() + fmt.Sprint(err)
}

func panicText(v any) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	panic(v)
}

// needles are the shapes in which the canary may come out.
func needles() []string {
	const number = 9434765919
	all := []string{
		canary, "943 476 5919", "9.434765919", "9.43477", "1934-04-07", "706109", // the last is that date as a count of days
		base64.StdEncoding.EncodeToString([]byte(canary)),
		strings.Trim(fmt.Sprintf("%d", []byte(canary)), "[]"),
		strings.Trim(fmt.Sprintf("%#v", []byte(canary)), "[]byte{}"),
	}
	for _, format := range []string{"%x", "%X", "% x", "%# x"} {
		all = append(all, fmt.Sprintf(format, canary))
	}
	for _, format := range []string{"%x", "%X", "%o", "%b", "%U"} {
		all = append(all, fmt.Sprintf(format, number))
	}
	return all
}

func leak(text string) string {
	for _, needle := range needles() {
		if strings.Contains(text, needle) {
			return needle
		}
	}
	return ""
}

func TestPersonalDataIsSilentHoweverItIsPrinted(t *testing.T) {
	require.Equal(t, 706109, int(sp.NewDate(1934, 4, 7)))
	held := forms(t)
	for way, show := range printers() {
		for form, v := range held {
			if got := leak(show(v)); got != "" {
				t.Errorf("%s of %s shows %s", way, form, got)
			}
		}
	}
}

func TestPersonalDataAnswersEveryPrinterAlike(t *testing.T) {
	for _, v := range []interface {
		fmt.Stringer
		fmt.GoStringer
		slog.LogValuer
		encoding.TextMarshaler
	}{sp.Hide(canary), sp.Hide(9434765919), sp.Plain[string]{Personal: sp.Hide(canary)}, sp.NHSNumber{Personal: sp.Hide(canary)}, sp.Personal[string]{}} {
		text, err := v.MarshalText()
		require.NoError(t, err)
		for _, got := range []string{v.String(), v.GoString(), v.LogValue().String(), string(text)} {
			require.Equal(t, "[personal]", got, "%T", v)
		}
	}
}

func TestTheSearchForLeaksFindsWhatPersonalDoesNotHide(t *testing.T) {
	for way, show := range printers() {
		if strings.HasPrefix(way, "%") {
			continue
		}
		require.NotEmpty(t, leak(show(canary)), way)
	}
	for _, format := range []string{"%v", "%s", "%q", "%x", "%d", "%#v", "%+v"} {
		require.NotEmpty(t, leak(fmt.Sprintf(format, canary)), format)
	}
}

func TestPersonalDataIsSilentInAPanicThatEndsTheProgram(t *testing.T) {
	if form := os.Getenv("SP_PANIC"); form != "" {
		panic(forms(t)[form])
	}
	for form := range forms(t) {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), "SP_PANIC="+form)
		out, err := cmd.CombinedOutput()
		if errors.Is(err, syscall.ENOEXEC) {
			t.Skip("under an emulator of another processor a program cannot start itself")
		}
		require.Error(t, err, form)
		require.Contains(t, string(out), "panic: ", form)
		require.Empty(t, leak(string(out)), form)
	}
}

func TestPersonalDataComesOutWhereItIsAskedFor(t *testing.T) {
	name := sp.Hide(canary)
	require.Equal(t, canary, name.Reveal())
	require.Empty(t, sp.Personal[string]{}.Reveal())
	require.True(t, sp.Personal[string]{}.IsZero())
	require.False(t, sp.Hide("").IsZero(), "an empty text was stated, and is not nothing")

	type wire struct {
		Name  sp.Plain[string] `json:"name,omitzero"`
		Phone sp.Plain[string] `json:"phone,omitzero"`
		Email sp.Plain[string] `json:"email"`
	}
	data, err := json.Marshal(wire{Name: sp.Plain[string]{Personal: name}})
	require.NoError(t, err)
	require.JSONEq(t, `{"name":"`+canary+`","email":null}`, string(data))
	var back wire
	require.NoError(t, json.Unmarshal(data, &back))
	require.True(t, name.Equal(back.Name.Personal))
	require.True(t, back.Phone.IsZero())
	require.True(t, back.Email.IsZero())

	_, err = json.Marshal(sp.Plain[func()]{Personal: sp.Hide(func() {})})
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestPlainWritesNothingThatItWouldNotRead(t *testing.T) {
	_, err := json.Marshal(sp.Plain[string]{Personal: sp.Hide(sp.Hide("Joan").String())})
	require.ErrorIs(t, err, sp.ErrInvalid, "a record with the redaction mark could never be loaded again")
	for _, text := range []string{"see [personal] file", `"[personal]"`, `\"[personal]`, `[personal]\`, `\`} {
		data, err := json.Marshal(sp.Plain[[]string]{Personal: sp.Hide([]string{`\`, text})})
		require.NoError(t, err)
		var back sp.Plain[[]string]
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, text, back.Reveal()[1])
	}
}

func TestPlainLosesNoPersonalDataWithinPersonalData(t *testing.T) {
	type name struct{ Given sp.Personal[string] }
	number, err := sp.ParseNHSNumber(canary)
	require.NoError(t, err)
	for within, wire := range map[string]any{
		"a number":        sp.Plain[sp.NHSNumber]{Personal: sp.Hide(number)},
		"a field":         sp.Plain[name]{Personal: sp.Hide(name{sp.Hide("Joan")})},
		"a list":          sp.Plain[[]sp.NHSNumber]{Personal: sp.Hide([]sp.NHSNumber{number})},
		"a key":           sp.Plain[map[sp.Personal[string]]int]{Personal: sp.Hide(map[sp.Personal[string]]int{sp.Hide("Joan"): 1})},
		"after a slash":   sp.Plain[[]any]{Personal: sp.Hide([]any{`\`, number})},
		"before a slash":  sp.Plain[[]any]{Personal: sp.Hide([]any{number, `\`})},
		"after a quote":   sp.Plain[[]any]{Personal: sp.Hide([]any{`"`, number})},
		"after a marking": sp.Plain[[]any]{Personal: sp.Hide([]any{`"[personal]"`, number})},
	} {
		_, err := json.Marshal(wire)
		require.ErrorIs(t, err, sp.ErrInvalid, within)
	}
	data, err := json.Marshal(sp.Plain[struct{ Given sp.Plain[string] }]{Personal: sp.Hide(struct{ Given sp.Plain[string] }{sp.Plain[string]{Personal: sp.Hide("Joan")}})})
	require.NoError(t, err)
	require.JSONEq(t, `{"Given":"Joan"}`, string(data), "a wire type within a wire type shows its value")
}

func TestPersonalDataReadsItsInputWithoutRepeatingIt(t *testing.T) {
	var name sp.Personal[string]
	require.NoError(t, json.Unmarshal([]byte(`"`+canary+`"`), &name))
	require.Equal(t, canary, name.Reveal())
	for _, input := range []string{`"[personal]"`, `"\u005bpersonal]"`, `{"` + canary + `":1}`, `9434765919`} {
		err := json.Unmarshal([]byte(input), &name)
		require.ErrorIs(t, err, sp.ErrInvalid, input)
		require.Empty(t, leak(err.Error()))
		require.Equal(t, canary, name.Reveal(), "a failure leaves what was there")
	}
	var born sp.Personal[sp.Date]
	err := json.Unmarshal([]byte(`"`+canary+`"`), &born)
	require.EqualError(t, err, "personal data: invalid: cannot be read as sp.Date: must be a day of the calendar, written as 2026-11-23")
	var home sp.Personal[struct {
		Lines []string          `json:"lines"`
		Rooms map[string]string `json:"rooms"`
	}]
	for _, field := range []string{"lines", "rooms"} {
		err = json.Unmarshal([]byte(`{"`+field+`":{"`+canary+`":9434765919}}`), &home)
		require.ErrorContains(t, err, ": "+field+" is of another type")
		require.Empty(t, leak(err.Error()))
	}
	require.NoError(t, json.Unmarshal([]byte(`null`), &name))
	require.True(t, name.IsZero())
}

func TestPersonalDataIsEqualByValue(t *testing.T) {
	require.True(t, sp.Hide(canary).Equal(sp.Hide(canary)))
	require.False(t, sp.Hide(canary).Equal(sp.Hide("other")))
	require.False(t, sp.Hide("").Equal(sp.Personal[string]{}))
	require.True(t, sp.Personal[string]{}.Equal(sp.Personal[string]{}))
	require.True(t, sp.Hide([]string{"a"}).Equal(sp.Hide([]string{"a"})))
}

func TestPersonalTakesACopyOfWhatItHides(t *testing.T) {
	v := "first"
	hidden := sp.Hide(v)
	v = "second"
	require.Equal(t, "first", hidden.Reveal())
	require.Equal(t, "second", v)
}
