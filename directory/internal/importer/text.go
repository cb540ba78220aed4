package importer

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A use is what a text is for, which decides how it is cleaned.
type use uint8

const (
	words      use = iota // to be read by people
	called                // what somebody or something is called: never a word for nothing
	identifier            // refers to a record
	coded                 // one of a list of words, or a number in other forms
)

// Text takes a field that should be text for people, without markup.
func (o *Object) Text(field string) string { return o.textOf(field, words) }

func (o *Object) textOf(field string, u use) string {
	v := o.value(field)
	if v == 0 {
		return ""
	}
	n := o.t.nodes[v]
	switch n.kind {
	case text:
	case number:
		o.report(sp.Note, field, "number-for-text", "was read as text")
		return o.t.text(v)
	default:
		o.keep(field)
		o.report(sp.Warning, field, "wrong-type", "is not text")
		return ""
	}
	s := trimmed(o.t.text(v))
	if u != called && o.isNothing(field, s) {
		return ""
	}
	if u == identifier || n.form == simple || o.t.row != nil && o.t.row.ordinary {
		return s
	}
	return o.clean(field, s)
}

// trimmed returns s without what nobody sees at its ends: space, and characters that
// only tell how others are to be set.
func trimmed(s string) string {
	if s == "" || isInk(s[0]) && isInk(s[len(s)-1]) {
		return s
	}
	s = strings.TrimSpace(s)
	if s == "" || s[0] < utf8.RuneSelf && s[len(s)-1] < utf8.RuneSelf {
		return s
	}
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
}

// isInk reports whether a byte is a character of ASCII that is seen.
func isInk(c byte) bool { return c > ' ' && c < utf8.RuneSelf }

// isNothing reports whether s is a word that programs write for nothing, and
// says so.
func (o *Object) isNothing(field, s string) bool {
	if len(s) > longestNull || !isNullWord(s) && !isDash(s) && (!isNotAvailable(s) || strings.HasPrefix(field, "country")) { // NA is Namibia
		return false
	}
	o.keep(field)
	o.report(sp.Note, field, "placeholder", "is a word for nothing; it is as if the field were not there")
	return true
}

// longestNull is how many bytes the longest word for nothing has, and beginsNull the bytes
// with which they begin.
const longestNull = len("undefined")

var beginsNull = [256]bool{'n': true, 'N': true, 'u': true, 'U': true, '(': true, '<': true, '#': true, '\\': true}

// isNullWord reports whether s is what databases and programming languages write
// where there is nothing.
func isNullWord(s string) bool {
	if s == "" || len(s) > longestNull || !beginsNull[s[0]] {
		return false
	}
	switch strings.ToLower(s) {
	case "null", "(null)", "<null>", "none", "nan", "nat", "nil", "undefined", "#n/a", "<na>", "\\n":
		return true
	}
	return false
}

// isNotAvailable reports whether s is what R, spreadsheets and people write where
// there is nothing.
func isNotAvailable(s string) bool {
	switch s {
	case "NA", "N/A", "n/a", "n.a.", "N.A.":
		return true
	}
	return false
}

// isDash reports whether s is nothing but dashes.
func isDash(s string) bool { return s != "" && strings.Trim(s, "-\u2013\u2014") == "" }

// writesNulls reports whether the record writes a word for nothing in any of its
// fields, apart from one.
func (o *Object) writesNulls(apart string) bool {
	if o.record.nulls.Known() {
		return o.record.nulls == sp.Yes
	}
	found := false
	t := o.t
	root := o
	for root.up != nil {
		root = root.up
	}
	for j := root.at + 1; j < t.nodes[root.at].next && !found; j++ {
		if t.nodes[j].kind == name && t.text(j) == "sp_extra" { // of another record, as it was
			j = t.nodes[j+1].next - 1
			continue
		}
		if t.nodes[j].kind != name || t.nodes[j+1].kind != text || t.text(j) == apart {
			continue
		}
		s := t.text(j + 1)
		found = len(s) <= 9 && isNullWord(s) && t.text(j) != "name"
	}
	o.record.nulls = sp.TruthOf(found)
	return found
}

// What a text may need to be rid of.
const (
	hasMarkup = 1 << iota
	hasBackslash
	hasForeign
)

// featuresOf tells them by a byte.
var featuresOf = func() (of [256]uint8) {
	of['<'], of['&'], of['\\'] = hasMarkup, hasMarkup, hasBackslash
	for c := 0x80; c < len(of); c++ {
		of[c] = hasForeign
	}
	return of
}()

// short is up to how many bytes a text is looked through by the byte.
const short = 32

func features(s string) (f uint8) {
	if len(s) <= short {
		for i := range len(s) {
			f |= featuresOf[s[i]]
		}
		return f
	}
	if strings.IndexByte(s, '<') >= 0 || strings.IndexByte(s, '&') >= 0 {
		f |= hasMarkup
	}
	if strings.IndexByte(s, '\\') >= 0 {
		f |= hasBackslash
	}
	if !isASCII(s) {
		f |= hasForeign
	}
	return f
}

// isASCII looks at eight bytes at a time.
func isASCII(s string) bool {
	for ; len(s) >= 8; s = s[8:] {
		if s[0]|s[1]|s[2]|s[3]|s[4]|s[5]|s[6]|s[7] >= utf8.RuneSelf {
			return false
		}
	}
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// clean makes a text plain: without markup, entities and escaped line breaks.
// The original stays among the extra fields where anything was changed.
func (o *Object) clean(field, s string) string {
	f := features(s)
	if f == 0 {
		return s
	}
	was := s
	if f&hasForeign != 0 {
		if !utf8.ValidString(s) {
			s = fit(s)
			o.report(sp.Warning, field, "bad-encoding", "is not UTF-8; what cannot be read is marked")
		} else if better := legible(s); better != s {
			o.report(sp.Note, field, "bad-encoding", "was UTF-8 and read as Windows-1252 before it came here")
			if o.im.options.Repairs.Mojibake {
				s = better
			}
			if !o.record.exported && !o.im.exported { // else it was kept when it was imported first
				o.keep(field)
			}
		}
	}
	if f&hasBackslash != 0 {
		if broken := unescapeBreaks(s); broken != s {
			s = broken
			o.report(sp.Note, field, "escaped-breaks", "held line breaks that were written out as a backslash and a letter; the original is kept beside it")
		}
	}
	if f&hasMarkup != 0 {
		if plain, changed := plainText(s); changed {
			s = plain
			o.report(sp.Note, field, "markup", "HTML was reduced to its text; the original is kept beside it")
		}
	}
	if s != was {
		o.keep(field)
	}
	return s
}

// unescapeBreaks reads the two characters backslash and n as a line break, and the
// backslash twice where a text was escaped twice. A tab is a space.
func unescapeBreaks(s string) string {
	if !strings.Contains(s, `\n`) && !strings.Contains(s, `\r`) && !strings.Contains(s, `\t`) {
		return s
	}
	return strings.TrimSpace(breaks.Replace(s))
}

var breaks = strings.NewReplacer(
	`\\r\\n`, "\n", `\\n`, "\n", `\\r`, "\n", `\\t`, " ", `\r\n`, "\n", `\n`, "\n", `\r`, "\n", `\t`, " ",
)

// inWindows1252 is the code of the characters that Windows-1252 has beyond Latin-1.
var inWindows1252 = map[rune]byte{
	'€': 0x80, '‚': 0x82, 'ƒ': 0x83, '„': 0x84, '…': 0x85, '†': 0x86, '‡': 0x87, 'ˆ': 0x88, '‰': 0x89, 'Š': 0x8a, '‹': 0x8b,
	'Œ': 0x8c, 'Ž': 0x8e, '‘': 0x91, '’': 0x92, '“': 0x93, '”': 0x94, '•': 0x95, '–': 0x96, '—': 0x97, '˜': 0x98, '™': 0x99,
	'š': 0x9a, '›': 0x9b, 'œ': 0x9c, 'ž': 0x9e, 'Ÿ': 0x9f,
}

// mostSpoilt bounds how often a text is read aright that was read in a wrong encoding
// again and again.
const mostSpoilt = 3

// legible returns s as it was before it was read in a wrong encoding, however often.
func legible(s string) string {
	for range mostSpoilt {
		better := unmojibake(s)
		if better == s {
			break
		}
		s = better
	}
	return s
}

// unmojibake returns s with each run of characters that is UTF-8 read as
// Windows-1252 read aright. What is no such run stays as it is.
func unmojibake(s string) string {
	var out strings.Builder
	var run []byte // a run in Windows-1252
	from := 0
	flush := func(to int) {
		if from < to && len(run) > 1 && utf8.Valid(run) {
			out.Write(run)
		} else {
			out.WriteString(s[from:to])
		}
		run = run[:0]
	}
	foreign := false
	for i, r := range s {
		b, ok := inWindows1252[r]
		if !ok && r >= 0x80 && r <= 0xff {
			b, ok = byte(r), true
		}
		if ok != foreign {
			flush(i)
			from, foreign = i, ok
		}
		if ok {
			run = append(run, b)
		}
	}
	flush(len(s))
	return out.String()
}

// alike reports whether two values are one, also if one of them stood in a cell of
// a table, where there are nothing but texts.
func alike(a, b []byte) bool {
	return a != nil && (string(a) == string(b) || string(inCell(a)) == string(inCell(b)))
}

// inCell returns what stands in a cell of a table for a value.
func inCell(raw []byte) []byte {
	if len(raw) < len(`""`) || raw[0] != '"' {
		return raw
	}
	if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) { // as nearly all
		return raw[1 : len(raw)-1]
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return []byte(s)
	}
	return raw
}

// merged returns extra fields with more of them, none of which replaces another.
func merged(extra, more directory.Extra, prefix string) directory.Extra {
	if extra == nil && len(more) > 0 {
		extra = make(directory.Extra, len(more))
	}
	if len(more) == 1 {
		for name, raw := range more {
			addTo(extra, prefix+name, raw)
		}
		return extra
	}
	for _, name := range slices.Sorted(maps.Keys(more)) { // names that clash come out alike each time
		addTo(extra, prefix+name, more[name])
	}
	return extra
}

// addTo adds an extra field, under a name of its own if another has it.
func addTo(extra directory.Extra, field string, raw []byte) {
	if extra[field] != nil && !alike(extra[field], raw) {
		field += again(extra)
	}
	if extra[field] == nil {
		extra[field] = raw
	}
}
