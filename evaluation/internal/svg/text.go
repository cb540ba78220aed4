package svg

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The widths of the printable ASCII characters in thousandths of the size: of each the wider
// of DejaVu Sans and of Liberation Sans, which has the widths of Arial and Helvetica. So text fits under both.
var (
	regular = [...]int16{318, 401, 460, 838, 637, 951, 780, 275, 391, 391, 500, 838, 318, 361, 318, 337, 637, 637, 637, 637, 637, 637, 637, 637, 637, 637, 337, 337, 838, 838, 838, 557, 1016, 685, 687, 723, 771, 667, 611, 778, 752, 295, 500, 667, 558, 863, 749, 788, 667, 788, 723, 667, 611, 732, 685, 989, 686, 667, 686, 391, 337, 391, 838, 557, 500, 613, 635, 550, 635, 616, 353, 635, 634, 278, 278, 580, 278, 975, 634, 612, 635, 635, 412, 521, 393, 634, 592, 818, 592, 592, 525, 637, 337, 637, 838}
	bold    = [...]int16{349, 457, 521, 838, 696, 1002, 873, 307, 458, 458, 523, 838, 380, 416, 380, 366, 696, 696, 696, 696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 611, 1000, 774, 763, 734, 831, 684, 684, 821, 837, 373, 557, 775, 638, 996, 837, 851, 733, 851, 771, 721, 683, 813, 774, 1104, 771, 725, 726, 458, 366, 458, 838, 557, 500, 675, 716, 593, 716, 679, 436, 716, 712, 343, 343, 666, 343, 1042, 712, 688, 716, 716, 494, 596, 479, 712, 652, 924, 646, 652, 583, 712, 366, 712, 838}
)

// Width returns how wide s is, in pixels, at most: in the wider of two common fonts.
func Width(s string, size float64, heavy bool) float64 {
	table := &regular
	if heavy {
		table = &bold
	}
	n := 0
	for _, r := range s {
		switch {
		case r >= ' ' && r < 127:
			n += int(table[r-' '])
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		case r == '…' || r >= 0x2E80:
			n += 1000
		case unicode.IsUpper(r):
			n += 1100
		default:
			n += 880
		}
	}
	return float64(n) * size / 1000
}

// Fit returns s, or as much of it as fits into a width, with an ellipsis.
func Fit(s string, size float64, heavy bool, width float64) string {
	if Width(s, size, heavy) <= width {
		return s
	}
	width -= size
	used := 0.0
	for i, r := range s {
		used += Width(string(r), size, heavy)
		if used > width {
			return strings.TrimRight(s[:i], " ,.;:") + "…"
		}
	}
	return s
}

// Wrap breaks s into lines of at most a width, between words where it can.
func Wrap(s string, size float64, heavy bool, width float64) (lines []string) {
	line := ""
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\n' }) { // not at no-break spaces
		for Width(word, size, heavy) > width {
			n := len(word)
			for n > 1 && Width(word[:n], size, heavy) > width {
				_, last := utf8.DecodeLastRuneInString(word[:n])
				n -= last
			}
			if n = max(n, 1); !utf8.RuneStart(word[min(n, len(word)-1)]) || n == len(word) {
				break
			}
			if line != "" {
				lines, line = append(lines, line), ""
			}
			lines, word = append(lines, word[:n]), word[n:]
		}
		try := strings.TrimSpace(line + " " + word)
		if line != "" && Width(try, size, heavy) > width {
			lines, line = append(lines, line), word
			continue
		}
		line = try
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// Clean returns text as XML may hold it, in which nobody's name can turn the rest of a sentence
// around: control characters, and those that embed or override the direction of writing, are left out.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case r < ' ' || r >= 0x7F && r < 0xA0 || r == 0xFFFE || r == 0xFFFF,
			r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E || r == 0x200F, r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
}

// Isolate returns a name as part of a sentence: with its own direction where it is written from
// right to left.
func Isolate(name string) string {
	name = Clean(name)
	for _, r := range name {
		if unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko) {
			return "\u2068" + name + "\u2069"
		}
	}
	return name
}

// escape returns text for an element or an attribute.
func escape(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError {
			return -1
		}
		return r
	}, s))
}
