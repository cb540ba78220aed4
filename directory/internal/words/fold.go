package words

import (
	"html"
	"strings"
	"unicode"
)

// Fold returns s as it is searched: in lower case, without accents and apostrophes, with
// the characters that entities of HTML stand for, and with a hyphen for every dash.
// People type "mens shed" and "cafe", and word processors write other apostrophes than
// keyboards do.
func Fold(s string) string {
	for range 2 { // feeds escape what is escaped already
		if i := strings.IndexByte(s, '&'); i >= 0 && strings.IndexByte(s[i:], ';') > 0 {
			s = html.UnescapeString(s)
		}
	}
	plain := true
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || c >= 'A' && c <= 'Z' || c == '\'' || c == '`' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case r < 0x80:
			switch {
			case r >= 'A' && r <= 'Z':
				b.WriteByte(byte(r) + 'a' - 'A')
			case r != '\'' && r != '`':
				b.WriteByte(byte(r))
			}
		case r == '‘' || r == '’' || r == 'ʼ' || r == '´' || r == '′':
		case unicode.Is(unicode.Pd, r):
			b.WriteByte('-')
		case r == '\u00ad', unicode.Is(unicode.Mn, r): // a hyphen that may be needed, an accent that stands by itself
		default:
			b.WriteString(base(unicode.ToLower(r)))
		}
	}
	return b.String()
}

// accented lists the Latin letters with accents behind the letter that they are
// variants of, those of the languages of Europe.
var accented = func() map[rune]string {
	all := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ð': "d", 'ø': "o", 'ł': "l", 'đ': "d", 'ħ': "h", 'ı': "i"}
	for _, group := range []string{
		"aàáâãäåāăą", "cçćĉċč", "dď", "eèéêëēĕėęě", "gĝğġģ", "hĥ", "iìíîïĩīĭį", "jĵ", "kķ", "lĺļľ", "nñńņň",
		"oòóôõöōŏő", "rŕŗř", "sśŝşšș", "tţťț", "uùúûüũūŭůűų", "wŵẁẃẅ", "yýÿŷỳ", "zźżž",
	} {
		letters := []rune(group)
		for _, r := range letters[1:] {
			all[r] = string(letters[0])
		}
	}
	return all
}()

func base(r rune) string {
	if s, ok := accented[r]; ok {
		return s
	}
	return string(r)
}
