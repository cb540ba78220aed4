package csvfile

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
)

// headSize is how much of a file is looked at before it is read.
const headSize = 64 << 10

// Decode returns what r holds as UTF-8, without a byte order mark, for readers of
// text in lines that is no CSV. Bytes of some older encoding are left as they are,
// for [Repair] to make characters of, line by line. The error is an [sp.Issue] if r
// holds no text, and otherwise that of r.
func Decode(r io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReaderSize(r, headSize)
	head, err := b.Peek(headSize)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if what := foreign(head); what != "" {
		return nil, sp.Issue{Severity: sp.Error, Code: "not-csv", Detail: "is " + what + ", not a CSV file"}
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		_, err = b.Discard(3)
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		_, err = b.Discard(2)
		b = bufio.NewReaderSize(&utf16Reader{r: b}, headSize)
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		_, err = b.Discard(2)
		b = bufio.NewReaderSize(&utf16Reader{r: b, bigEndian: true}, headSize)
	case len(head) >= 2 && (head[0] == 0) != (head[1] == 0): // its first letter is one of ASCII
		b, err = bufio.NewReaderSize(&utf16Reader{r: b, bigEndian: head[0] == 0}, headSize), nil
	default:
		err = nil
	}
	return b, err
}

// foreign says what a file is that people take for a CSV file, by its first bytes.
func foreign(head []byte) string {
	for _, known := range []struct{ start, what string }{
		{"PK\x03\x04", "a workbook or an archive"},
		{"\xD0\xCF\x11\xE0", "a workbook"},
		{"\x1F\x8B", "compressed"},
		{"%PDF", "a PDF document"},
		{"\xFF\xFE\x00\x00", "in UTF-32"},
		{"\x00\x00\xFE\xFF", "in UTF-32"},
	} {
		if bytes.HasPrefix(head, []byte(known.start)) {
			return known.what
		}
	}
	start := strings.ToLower(string(bytes.TrimSpace(head[:min(len(head), 100)])))
	if strings.HasPrefix(start, "<!doctype") || strings.HasPrefix(start, "<html") {
		return "a web page"
	}
	return ""
}

// FromUTF16 returns what r holds in UTF-16, without a byte order mark, as UTF-8. Halves
// of pairs become U+FFFD.
func FromUTF16(r io.Reader, bigEndian bool) io.Reader {
	return &utf16Reader{r: bufio.NewReader(r), bigEndian: bigEndian}
}

// utf16Reader reads UTF-16 as UTF-8.
type utf16Reader struct {
	r         *bufio.Reader
	bigEndian bool
	out       []byte // what is not read yet
	first     rune   // the first half of a pair, or 0
	err       error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 && u.err == nil {
		u.fill()
	}
	if len(u.out) == 0 {
		return 0, u.err
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

// fill decodes some more.
func (u *utf16Reader) fill() {
	u.out = u.out[:0]
	for range 2048 {
		var unit [2]byte
		n, err := io.ReadFull(u.r, unit[:])
		if err != nil {
			if n == 1 || u.first != 0 {
				u.out = utf8.AppendRune(u.out, utf8.RuneError)
				u.first = 0
			}
			if err == io.ErrUnexpectedEOF {
				err = io.EOF
			}
			u.err = err
			return
		}
		c := rune(unit[1])<<8 | rune(unit[0])
		if u.bigEndian {
			c = rune(unit[0])<<8 | rune(unit[1])
		}
		u.append(c)
	}
}

// append decodes one unit.
func (u *utf16Reader) append(c rune) {
	if u.first != 0 {
		pair := utf16.DecodeRune(u.first, c)
		u.first = 0
		u.out = utf8.AppendRune(u.out, pair)
		if pair != utf8.RuneError {
			return
		}
	}
	switch {
	case c >= 0xD800 && c < 0xDC00:
		u.first = c
	default:
		u.out = utf8.AppendRune(u.out, c) // the second half of nothing becomes RuneError
	}
}

// windows1252 holds the characters 0x80 to 0x9F of Windows-1252, of which five
// are none. Source: WHATWG Encoding Standard, index windows-1252, without its
// control characters.
const windows1252 = "€\uFFFD‚ƒ„…†‡ˆ‰Š‹Œ\uFFFDŽ\uFFFD\uFFFD‘’“”•–—˜™š›œ\uFFFDžŸ"

var windowsRunes = []rune(windows1252)

// Repair returns s with every byte that is not UTF-8 read as Windows-1252, and
// whether some byte is no character of that either, which becomes U+FFFD.
func Repair(s string) (out string, lost bool) {
	var b strings.Builder
	b.Grow(len(s) + 8)
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			switch c := s[0]; {
			case c >= 0xA0:
				r = rune(c) // as in Latin-1
			default:
				r = windowsRunes[c-0x80]
				lost = lost || r == utf8.RuneError
			}
		}
		b.WriteRune(r)
		s = s[size:]
	}
	return b.String(), lost
}
