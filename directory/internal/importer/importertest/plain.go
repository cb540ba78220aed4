package importertest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/internal/tier"
)

// Markup are texts that become live if somebody reads them once or twice too often, or
// not at all.
func Markup() []string {
	return []string{
		"<script>alert(1)</script>", "&lt;img src=x onerror=alert(1)&gt;", "&amp;lt;b&amp;gt;x", "&#60;b&#62;x", "<<b>b>x", "&lt;scr&lt;script&gt;ipt&gt;", "x<!-- ", "&lt/b", "a&amp;#60;b c",
		"javascript:alert(1)", " JaVaScRiPt:alert(1)", "&#106;avascript:alert(1)", "data:text/html,x", "null", `\u003cb\u003e`, "<a href='javascript:x'>",
	}
}

var (
	live   = regexp.MustCompile(`<[A-Za-z/!?]`)
	scheme = regexp.MustCompile(`(?i)^\s*(javascript|data|vbscript)\s*:`)
)

// Plain checks that no text of a catalogue is markup, and that none of its links runs a
// program, whatever it was read from. What a feed wrote stays in its extra fields.
func Plain(tb testing.TB, c directory.Catalogue, of string) {
	tb.Helper()
	data, err := json.Marshal(c)
	if err != nil {
		tb.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(data, &all); err != nil {
		tb.Fatal(err)
	}
	var look func(path string, v any)
	look = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for field, value := range v {
				if field != "extra" {
					look(path+"."+field, value)
				}
			}
		case []any:
			for i, value := range v {
				look(fmt.Sprintf("%s[%d]", path, i), value)
			}
		case string:
			link := strings.HasSuffix(path, ".url") || strings.HasSuffix(path, ".website") || strings.HasSuffix(path, ".email")
			if live.MatchString(v) && !strings.HasSuffix(path, ".sourceId") || link && scheme.MatchString(v) {
				tb.Errorf("%s: %s is %q", of, path, v)
			}
		}
	}
	look("", all)
}

// Marked calls do with each text of markup for each of some fields: all of them where
// there is time, and otherwise another one for each field.
func Marked(field int, do func(markup string)) {
	all := Markup()
	for i, markup := range all {
		if (field+i)%tier.Pick(len(all), 1, 1) == 0 {
			do(markup)
		}
	}
}

// Leaves calls do with a document of JSON for each value in it that is replaced by a
// text of markup.
func Leaves(tb testing.TB, document []byte, do func(what string, changed []byte)) {
	tb.Helper()
	var root any
	if err := json.Unmarshal(document, &root); err != nil {
		tb.Fatal(err)
	}
	n := 0
	try := func(what string) {
		changed, err := json.Marshal(root)
		if err != nil {
			tb.Fatal(err)
		}
		do(what, changed)
	}
	var replace func(path string, v any, set func(any))
	replace = func(path string, v any, set func(any)) {
		switch v := v.(type) {
		case map[string]any:
			for field, value := range v {
				replace(path+"."+field, value, func(x any) { v[field] = x })
			}
		case []any:
			for i, value := range v {
				replace(fmt.Sprintf("%s[%d]", path, i), value, func(x any) { v[i] = x })
			}
		default:
			n++
			Marked(n, func(markup string) {
				set(markup)
				try(path + " of " + markup)
			})
			set(v)
		}
	}
	replace("", root, func(any) {})
}

// Cells calls do with a table for each of its columns that has a text of markup in each
// row in place of what is there.
func Cells(header, rows []string, do func(what, table string)) {
	for i, column := range header {
		Marked(i, func(markup string) {
			var b strings.Builder
			b.WriteString(strings.Join(header, ",") + "\n")
			for _, row := range rows {
				fields := strings.Split(row, ",")
				fields[i] = `"` + strings.ReplaceAll(markup, `"`, `""`) + `"`
				b.WriteString(strings.Join(fields, ",") + "\n")
			}
			do(column+" of "+markup, b.String())
		})
	}
}
