package flat

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
)

// A Format is how days are written in a column. It is named and never guessed: 03/04/2026 is
// two days.
type Format string

// The formats. Days and months may have one digit or two; between parts may stand a stroke, a
// hyphen, a dot or a space; what follows behind a space or a T, such as a time, is left out.
const (
	ISO            Format = "YYYY-MM-DD"
	DayFirst       Format = "DD/MM/YYYY"
	MonthFirst     Format = "MM/DD/YYYY"
	ShortDay       Format = "DD/MM/20YY" // years with two digits are of this century
	ShortMonth     Format = "MM/DD/20YY"
	NamedMonth     Format = "DD-MMM-YYYY" // 3-Apr-2026, 3 April 2026
	ShortNamed     Format = "DD-MMM-20YY" // 3-Apr-26
	SerialOf1900   Format = "serial-1900" // numbers of days, as spreadsheets keep them: 46115
	SerialOf1904   Format = "serial-1904" // those of old spreadsheets of Apple computers
	formatRule            = "must be YYYY-MM-DD, DD/MM/YYYY, MM/DD/YYYY, DD/MM/20YY, MM/DD/20YY, DD-MMM-YYYY, DD-MMM-20YY, serial-1900 or serial-1904"
	betweenSystems        = 1462 // days between the two beginnings of spreadsheets
)

// Formats returns all formats.
func Formats() []Format {
	return []Format{ISO, DayFirst, MonthFirst, ShortDay, ShortMonth, NamedMonth, ShortNamed, SerialOf1900, SerialOf1904}
}

func (f Format) known() bool {
	return slices.Contains(Formats(), f)
}

func (f Format) serial() bool { return f == SerialOf1900 || f == SerialOf1904 }

// exchanged returns the format in which day and month stand the other way round, if there is
// one.
func (f Format) exchanged() Format {
	switch f {
	case DayFirst:
		return MonthFirst
	case MonthFirst:
		return DayFirst
	case ShortDay:
		return ShortMonth
	case ShortMonth:
		return ShortDay
	default:
		return ""
	}
}

// other returns the other system of numbers of days, if f is one.
func (f Format) other() Format {
	switch f {
	case SerialOf1900:
		return SerialOf1904
	case SerialOf1904:
		return SerialOf1900
	default:
		return ""
	}
}

// parse reads a day; it is zero if s is none in this format.
func (f Format) parse(s string) sp.Date {
	if f.serial() {
		return f.count(s)
	}
	var parts [3]string
	n, from := 0, 0
	for i := 0; n < 2; i++ {
		if i == len(s) {
			return 0
		}
		if c := s[i]; c == '/' || c == '-' || c == '.' || c == ' ' {
			parts[n], from = s[from:i], i+1
			n++
		}
	}
	parts[2] = s[from:]
	if i := strings.IndexAny(parts[2], " T"); i >= 0 { // a time
		parts[2] = parts[2][:i]
	}
	y, m, d := parts[2], parts[1], parts[0]
	switch f {
	case ISO:
		y, d = parts[0], parts[2]
	case MonthFirst, ShortMonth:
		m, d = d, m
	default:
	}
	month := number(m, 2)
	if f == NamedMonth || f == ShortNamed {
		month = monthOf(m)
	}
	digits := 4
	if f == ShortDay || f == ShortMonth || f == ShortNamed {
		digits = 2
	}
	if len(y) != digits {
		return 0
	}
	year := number(y, digits)
	if digits == 2 && year >= 0 {
		year += 2000
	}
	return civil(year, month, number(d, 2))
}

// civil returns a day of the calendar; zero if there is none. It is sp.NewDate without what
// that normalises.
//
// Source: days from civil, Hinnant 2013, howardhinnant.github.io/date_algorithms.html.
func civil(year, month, day int) sp.Date {
	if year < 1 || month < 1 || month > 12 || day < 1 || day > lengthOf(year, month) {
		return 0
	}
	y, m := year, month
	if m <= 2 {
		y--
		m += 12
	}
	n := 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + day - 1
	return sp.Date(n - daysToMarch) //nolint:gosec // a day of the years 1 to 9999
}

// daysToMarch is how many days lie between 1 March of the year 0 and 0001-01-01.
const daysToMarch = 306

func lengthOf(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	default:
		return 31
	}
}

// number reads at most so many digits; -1 if s is something else.
func number(s string, most int) int {
	if s == "" || len(s) > most {
		return -1
	}
	n := 0
	for i := range len(s) {
		c := s[i]
		if c < '0' || c > '9' {
			return -1
		}
		n = 10*n + int(c-'0')
	}
	return n
}

// monthOf reads the name of a month in English, or its first three letters.
func monthOf(s string) int {
	if len(s) < 3 {
		return -1
	}
	lower := strings.ToLower(s)
	for i, name := range [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"} {
		if strings.HasPrefix(name, lower) || lower == "sept" && i == 8 {
			return i + 1
		}
	}
	return -1
}

// count reads a number of days. The 29 February 1900 that spreadsheets have and the calendar
// has not is none, and nor are the days before it, which they count one too few.
func (f Format) count(s string) sp.Date {
	whole, part, _ := strings.Cut(s, ".") // behind the point stands a time
	n := number(whole, 7)
	if n < 0 || !digits(part) {
		return 0
	}
	if f == SerialOf1904 {
		return sp.NewDate(1904, 1, 1).Add(n)
	}
	if n <= 60 {
		return 0
	}
	return sp.NewDate(1899, 12, 30).Add(n)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
