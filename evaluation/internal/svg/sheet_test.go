package svg

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSheetIsXMLWhateverItsTextsAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{`</svg><script>`, `"><a href="x">`, "\x00\x1b", "\u202eevil", "a & b", "\xff\xfe"})).Draw(t, "text")
		s := New("x", 328)
		s.Text(10, 20, text, T{Tip: text})
		s.Lines(10, 300, text, T{})
		s.Mark(Circle, 5, 5, 3, Blue, text)
		s.Hatch(0, 0, 5, 5, text)
		s.Key(Sign{Circle, Blue, text})
		d := xml.NewDecoder(strings.NewReader(string(s.Finish(text, text, "c", "en", Style()))))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if e, is := token.(xml.StartElement); is && (e.Name.Local == "script" || e.Name.Local == "a") {
				t.Fatalf("a text became an element: %s", e.Name.Local)
			}
		}
	})
}

func TestWrapFitsAndLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-zA-Z0-9é中 ]{0,200}`).Draw(t, "text")
		width := rapid.Float64Range(40, 400).Draw(t, "width")
		lines := Wrap(text, 12, true, width)
		for _, line := range lines {
			if Width(line, 12, true) > width || !utf8.ValidString(line) {
				t.Fatalf("%q does not fit %g", line, width)
			}
		}
		if strings.ReplaceAll(strings.Join(lines, ""), " ", "") != strings.ReplaceAll(text, " ", "") {
			t.Fatalf("%q became %q", text, lines)
		}
		if Width(Fit(text, 12, true, width), 12, true) > width {
			t.Fatalf("%q does not fit", text)
		}
	})
}

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, is, becomes string }{
		{"a line break is a space", "a\nb", "a b"},
		{"what turns a sentence around is left out", "a\u202eb\u2066c", "abc"},
		{"control characters are left out", "a\x00\x7fb", "ab"},
		{"Arabic stays", "مرحبا", "مرحبا"},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.becomes, Clean(c.is)) })
	}
	require.Equal(t, "\u2068مرحبا\u2069", Isolate("مرحبا"))
	require.Equal(t, "Hill", Isolate("Hill"))
}

func TestTicksAreRoundAndFew(t *testing.T) {
	require.Equal(t, []float64{0, 20, 40, 60, 80, 100}, Ticks(0, 100, 5))
	require.Equal(t, []float64{5}, Ticks(5, 5, 5))
	rapid.Check(t, func(t *rapid.T) {
		from, width := rapid.Float64Range(-1e9, 1e9).Draw(t, "from"), rapid.Float64Range(1e-3, 1e9).Draw(t, "width")
		if n := len(Ticks(from, from+width, 5)); n > 13 {
			t.Fatalf("%d ticks", n)
		}
	})
}
