package importer

import (
	"html"
	"strings"
)

// mostPasses bounds how often a text is unescaped. Beyond it somebody means harm.
const mostPasses = 5

// plainText returns s without HTML, however often it was escaped, and whether it
// had any. It takes linear time.
func plainText(s string) (string, bool) {
	if strings.IndexByte(s, '<') < 0 && !hasEntity(s) {
		return s, false
	}
	plain := s
	for range mostPasses {
		before := plain
		if strings.Contains(plain, "<![CDATA[") { // around text
			plain = cdata.Replace(plain)
		}
		plain = withoutTags(withoutPrograms(plain), punctuation)
		if hasEntity(plain) {
			plain = html.UnescapeString(withoutAmps(plain))
		}
		if plain == before {
			break
		}
	}
	if hasEntity(plain) && html.UnescapeString(plain) != plain { // somebody means harm
		plain = strings.ReplaceAll(plain, "&", " ")
	}
	// Spaces alone are put in here, so that nothing joins to what could be read as markup.
	plain = withoutOpenings(withoutTags(plain, ""))
	if plain == s {
		return s, false
	}
	return strings.TrimSpace(plain), true
}

// cdata takes off what says of a text in XML that nothing in it is markup.
var cdata = strings.NewReplacer("<![CDATA[", "", "]]>", "")

// hasEntity reports whether an ampersand of s may begin an entity.
func hasEntity(s string) bool {
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 || i+1 == len(s) {
			return false
		}
		if s[i+1] == '#' || isLetter(s[i+1]) {
			return true
		}
		s = s[i+1:]
	}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// withoutPrograms puts a space in place of each script, style sheet and comment.
// What they hold is not to be read, even if nothing ends a script.
func withoutPrograms(s string) string {
	var out strings.Builder
	done := 0
	comments, ends := true, strings.LastIndexByte(s, '>') // whether, and where, anything ends what begins
	for i := 0; ; i++ {
		at := strings.IndexByte(s[i:], '<')
		if at < 0 {
			break
		}
		if i += at; i > ends {
			break
		}
		end := -1
		if comments && strings.HasPrefix(s[i:], "<!--") {
			if end = strings.Index(s[i+4:], "-->"); end >= 0 {
				end += i + 4 + len("-->")
			} else {
				comments = false
			}
		} else if within := programAt(s, i); within >= 0 {
			end = endOfProgram(s, within)
		}
		if end < 0 {
			continue
		}
		room(&out, s)
		out.WriteString(s[done:i])
		out.WriteByte(' ')
		done, i = end, end-1
	}
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

// programAt returns where the text of a script or style sheet begins whose tag
// begins at i, or -1.
func programAt(s string, i int) int {
	rest, ok := cutWord(s[i+1:])
	if !ok || rest != "" && (isLetter(rest[0]) || rest[0] >= '0' && rest[0] <= '9' || rest[0] == '_') {
		return -1
	}
	end := strings.IndexByte(rest, '>')
	if end < 0 {
		return -1
	}
	return len(s) - len(rest) + end + 1
}

// endOfProgram returns where a script ends, with its closing tag, or the text does.
func endOfProgram(s string, from int) int {
	for {
		at := strings.Index(s[from:], "</")
		if at < 0 {
			return len(s)
		}
		from += at + 2
		if rest, ok := cutWord(s[from:]); ok {
			if rest = strings.TrimLeft(rest, " \t\n\f\r"); strings.HasPrefix(rest, ">") {
				return len(s) - len(rest) + 1
			}
		}
	}
}

// cutWord takes "script" or "style" off the start of s.
func cutWord(s string) (rest string, ok bool) {
	for _, word := range [...]string{"script", "style"} {
		if len(s) >= len(word) && strings.EqualFold(s[:len(word)], word) {
			return s[len(word):], true
		}
	}
	return s, false
}

// punctuation follows a word without a space, also behind a tag: "<b>free</b>, for all".
// A mark that can begin markup behind a less-than sign, such as "!", is none of it.
const punctuation = ".,:;)"

// withoutTags puts a space in place of each tag, but where one of the marks follows it.
func withoutTags(s, marks string) string {
	var out strings.Builder
	done := 0
	for i := 0; ; i++ {
		at := strings.IndexByte(s[i:], '<')
		if at < 0 {
			break
		}
		i += at
		end := strings.IndexAny(s[i+1:], "<>")
		if end < 0 {
			break // no tag ends any more
		}
		end += i + 1
		if s[end] == '<' || !isTag(s[i+1:end]) {
			i = end - 1
			continue
		}
		room(&out, s)
		out.WriteString(s[done:i])
		if end+1 == len(s) || strings.IndexByte(marks, s[end+1]) < 0 {
			out.WriteByte(' ')
		}
		done, i = end+1, end
	}
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

// room makes room for as much as s has, once.
func room(out *strings.Builder, s string) {
	if out.Cap() == 0 {
		out.Grow(len(s))
	}
}

// withoutOpenings puts a space in place of each less-than sign that may begin
// markup: one before a letter, a slash or a mark. "Under <16" keeps its words.
func withoutOpenings(s string) string {
	var out []byte
	for i := strings.IndexByte(s, '<'); i >= 0 && i+1 < len(s); i++ {
		if c := s[i+1]; s[i] == '<' && (isLetter(c) || c == '/' || c == '!' || c == '?') {
			if out == nil {
				out = []byte(s)
			}
			out[i] = ' '
		}
	}
	if out == nil {
		return s
	}
	return string(out)
}

// withoutAmps reads ampersands that were escaped again and again as one.
func withoutAmps(s string) string {
	var out strings.Builder
	done := 0
	for i := 0; ; {
		at := strings.IndexByte(s[i:], '&')
		if at < 0 {
			break
		}
		i += at + 1
		end := i
		for {
			n := ampAt(s[end:])
			if n == 0 {
				break
			}
			end += n
		}
		if end > i {
			room(&out, s)
			out.WriteString(s[done:i])
			done, i = end, end
		}
	}
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

// ampAt returns the length of what begins s and is an ampersand behind another:
// "amp;", or its number in either notation.
func ampAt(s string) int {
	if strings.HasPrefix(s, "amp;") {
		return len("amp;")
	}
	if !strings.HasPrefix(s, "#") {
		return 0
	}
	rest, number := s[1:], "38;"
	if rest != "" && rest[0]|0x20 == 'x' {
		rest, number = rest[1:], "26;"
	}
	if rest = strings.TrimLeft(rest, "0"); !strings.HasPrefix(rest, number) {
		return 0
	}
	return len(s) - len(rest) + len(number)
}

// isTag reports whether what stands in angle brackets is markup.
func isTag(s string) bool {
	switch {
	case s == "":
		return false
	case s[0] == '!' || s[0] == '?' || isLetter(s[0]):
		return true
	}
	return s[0] == '/' && len(s) > 1 && isLetter(s[1])
}
