package importer

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var (
	programs  = regexp.MustCompile(`(?s)<([sS][cC][rR][iI][pP][tT]|[sS][tT][yY][lL][eE])\b[^>]*>.*?(?:</(?:[sS][cC][rR][iI][pP][tT]|[sS][tT][yY][lL][eE])\s*>|$)|<!--.*?-->`)
	opening   = regexp.MustCompile(`<([A-Za-z/!?])`)
	ampersand = regexp.MustCompile(`&(?:amp;|#38;|#0*38;|#[xX]0*26;)+`)
	tags      = regexp.MustCompile(`(?s)<[/!?]?[A-Za-z][^<>]*>|<[!?][^<>]*>`)
	closed    = regexp.MustCompile(`(?:` + tags.String() + `)[.,:;)]?`)
)

// plainly is what plainText means, by regular expressions.
func plainly(s string) (string, bool) {
	plain := s
	for range mostPasses {
		before := plain
		plain = closed.ReplaceAllStringFunc(programs.ReplaceAllString(plain, " "), behind)
		if plain = html.UnescapeString(ampersand.ReplaceAllString(plain, "&")); plain == before {
			break
		}
	}
	if html.UnescapeString(plain) != plain {
		plain = strings.ReplaceAll(plain, "&", " ")
	}
	plain = opening.ReplaceAllString(tags.ReplaceAllString(plain, " "), " $1")
	if plain == s {
		return s, false
	}
	return strings.TrimSpace(plain), true
}

// behind returns what takes the place of a tag and of the mark behind it, if there is one.
func behind(tag string) string {
	if mark := tag[len(tag)-1:]; mark != ">" {
		return mark
	}
	return " "
}

// Texts are made plain as regular expressions would, which say what is meant and
// take twenty times as long.
func TestTextsAreMadePlainAsRegularExpressionsWould(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"<", ">", "&", "/", "!", "?", "-", "--", "<!--", "-->", "<script", "</script", "<STYLE>", "</Style >", "<script>", "</script>", "scripts", "_", "1", "a", "b ", " ", "\n",
		"&lt;", "&gt;", "&amp;", "&#60;", "&#x26;", "&copy", "é", "<b>", "</b>", "<br/>", "<3", ".", ";", ")", "amp;", "lt;", "#38;", "#0038;", "#X26;", "#x0026;",
	})
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(piece, 0, 24).Draw(t, "pieces"), "")
		want, changed := plainly(s)
		if got, is := plainText(s); got != want || is != changed {
			t.Fatalf("%q became %q %t, not %q %t", s, got, is, want, changed)
		}
	})
}
