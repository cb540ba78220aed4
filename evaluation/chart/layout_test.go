package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// laidOut checks by the widths of the wider of two fonts that every text stands inside the drawing, and none
// on another.
func laidOut(t *testing.T, p Picture) {
	t.Helper()
	for _, f := range []Form{Wide, Narrow} {
		s := p.sheet(f)
		for i, a := range s.Boxes {
			if a.Text == "" {
				continue
			}
			if a.X0 < 0 || a.X1 > s.W || a.Y0 < 0 || a.Y1 > s.Y+6 {
				t.Errorf("%s %s: %q is cut: %.0f to %.0f of %.0f, %.0f to %.0f of %.0f", p.Name, f, a.Text, a.X0, a.X1, s.W, a.Y0, a.Y1, s.Y+6)
			}
			for _, b := range s.Boxes[i+1:] {
				if b.Text != "" && a.X0 < b.X1 && b.X0 < a.X1 && a.Y0 < b.Y1 && b.Y0 < a.Y1 {
					t.Errorf("%s %s: %q stands on %q", p.Name, f, a.Text, b.Text)
				}
			}
		}
	}
}

// accessible checks that a picture is XML with a title and a description, needs nothing from
// elsewhere, and has its numbers in a table.
func accessible(t *testing.T, p Picture) {
	t.Helper()
	require.NotEmpty(t, p.Title)
	require.NotEmpty(t, p.Desc)
	require.NotEmpty(t, p.Foot)
	require.NotEmpty(t, p.Table.Columns)
	for _, row := range p.Table.Rows {
		require.Len(t, row, len(p.Table.Columns))
	}
	for _, text := range []string{p.Title, p.Subtitle, p.Desc, p.Foot} {
		require.NotContains(t, text, "NaN")
		require.NotContains(t, text, "Inf")
	}
	for _, f := range []Form{Wide, Narrow} {
		file := p.SVG(f)
		require.LessOrEqual(t, len(file), 100_000, f)
		require.Contains(t, string(file), "<title")
		require.Contains(t, string(file), "<desc")
		require.NotContains(t, string(file), "NaN")
		require.NotContains(t, string(p.Inline(f)), "<style")
		d := xml.NewDecoder(bytes.NewReader(file))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			e, is := token.(xml.StartElement)
			if !is {
				continue
			}
			require.NotContains(t, []string{"script", "image", "a", "foreignObject", "use"}, e.Name.Local)
			for _, a := range e.Attr {
				require.False(t, strings.Contains(a.Value, "http") && a.Name.Local != "xmlns", "%s", a.Value)
				require.NotContains(t, []string{"href", "style", "onload"}, a.Name.Local)
			}
		}
	}
}
