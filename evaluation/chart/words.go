package chart

import (
	_ "embed"
	"maps"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
)

// Words are all texts of the pictures, by key. A text has names in braces where numbers and names
// go: "{n} of {of}". {n:practice:practices} is the first form where n is 1, and else the second.
type Words map[string]string

//go:embed english.txt
var english string

// English returns the words in English. A translator copies them, and hands what came of it to [About].
func English() Words {
	w := Words{}
	for line := range strings.Lines(english) {
		if key, text, is := strings.Cut(strings.TrimSuffix(line, "\n"), " = "); is {
			w[key] = strings.ReplaceAll(text, " %", "\u00a0%")
		}
	}
	return w
}

// words returns the words of a picture, with English ones for those that it lacks.
func (a About) words() Words {
	w := English()
	maps.Copy(w, a.Words)
	return w
}

// say returns a text with its names filled in, which follow as pairs.
func (w Words) say(key string, pairs ...string) string {
	text := w[key]
	var b strings.Builder
	for {
		before, rest, is := strings.Cut(text, "{")
		b.WriteString(before)
		inside, after, closed := strings.Cut(rest, "}")
		if !is || !closed {
			return b.String()
		}
		b.WriteString(fill(inside, pairs))
		text = after
	}
}

// fill returns what stands for "n" or "n:one:several".
func fill(inside string, pairs []string) string {
	parts := strings.Split(inside, ":")
	for i := 0; i+1 < len(pairs); i += 2 {
		switch {
		case pairs[i] != parts[0]:
		case len(parts) != 3:
			return svg.Isolate(pairs[i+1])
		case pairs[i+1] == "1":
			return parts[1]
		default:
			return parts[2]
		}
	}
	return ""
}

// sentences joins the texts that are not empty.
func sentences(texts ...string) string {
	var all []string
	for _, t := range texts {
		if t != "" {
			all = append(all, t)
		}
	}
	return strings.Join(all, " ")
}

// subtitle returns what is measured, of whom and when.
func (a About) subtitle(w Words, what string) string {
	if a.Of != "" {
		what = w.say("of", "what", what, "of", short(a.Of, 120))
	}
	if during := w.period(a.During); during != "" {
		what = w.say("during", "what", what, "during", during)
	}
	return capital(what)
}

// capital returns a text that begins with a capital letter.
func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

// foot returns the method, the source and the grounds.
func (a About) foot(w Words, texts ...string) string {
	if a.Source != "" {
		texts = append(texts, w.say("source", "source", short(a.Source, 200)))
	}
	return sentences(texts...)
}

// period returns a period in words, and nothing for the zero one.
func (w Words) period(p sp.Period) string {
	switch {
	case p == sp.Period{}:
		return ""
	case p.End.IsZero():
		return w.say("since", "from", w.date(p.Start))
	case p.Start.IsZero():
		return w.say("until", "to", w.date(p.End.Add(-1)))
	}
	return w.say("from-to", "from", w.date(p.Start), "to", w.date(p.End.Add(-1)))
}

// date returns a day in words.
func (w Words) date(d sp.Date) string {
	y, m, day := d.Civil()
	return w.say("date", "day", strconv.Itoa(day), "month", w["month."+strconv.Itoa(int(m))], "year", strconv.Itoa(y))
}

// month returns a month in short.
func (w Words) month(d sp.Date) string {
	y, m, _ := d.Civil()
	return w.say("short-month", "month", w["month-short."+strconv.Itoa(int(m))], "year", strconv.Itoa(y))
}

// short returns a name of which no more than so many characters are needed.
func short(name string, most int) string {
	r := []rune(svg.Clean(name))
	if len(r) <= most {
		return string(r)
	}
	return strings.TrimSpace(string(r[:most-1])) + "…"
}

// named is how much of a name a title or a sentence has.
func named(name string) string { return short(name, 48) }

// count writes a whole number with separators of thousands.
func count[N ~int | ~int64](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// decimals writes a number with so many decimals, and separators of thousands.
func decimals(v float64, n int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) > 1e15 {
		return strconv.FormatFloat(v, 'g', 6, 64)
	}
	s := strconv.FormatFloat(v, 'f', n, 64)
	whole, fraction, has := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if has {
		whole += "." + fraction
	}
	if strings.Trim(whole, "-0.") == "" {
		return strings.TrimPrefix(whole, "-")
	}
	return whole
}

// percent writes a share in whole percent, with a decimal where it would seem none or all.
func percent(share float64) string {
	p := 100 * share
	if p > 0 && p < 1 || p > 99 && p < 100 {
		return decimals(p, 1)
	}
	return decimals(p, 0)
}

// tenth writes a share in percent with one decimal.
func tenth(share float64) string { return decimals(100*share, 1) }

// plain writes a number for a table.
func plain(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 8, 64)
}
