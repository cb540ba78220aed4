package importer

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
)

// dayNames are the days of the week as people write them in English and Welsh, in
// capitals.
var dayNames = map[string]string{
	"DYDDLLUN": "MO", "DYDDMAWRTH": "TU", "DYDDMERCHER": "WE", "DYDDIAU": "TH", "DYDDGWENER": "FR", "DYDDSADWRN": "SA", "DYDDSUL": "SU",
	"MONDAY": "MO", "MONDAYS": "MO", "MON": "MO", "TUESDAY": "TU", "TUESDAYS": "TU", "TUE": "TU", "TUES": "TU",
	"WEDNESDAY": "WE", "WEDNESDAYS": "WE", "WED": "WE", "WEDS": "WE", "THURSDAY": "TH", "THURSDAYS": "TH", "THU": "TH", "THUR": "TH", "THURS": "TH",
	"FRIDAY": "FR", "FRIDAYS": "FR", "FRI": "FR", "SATURDAY": "SA", "SATURDAYS": "SA", "SAT": "SA", "SUNDAY": "SU", "SUNDAYS": "SU", "SUN": "SU",
}

var week = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// daySets are words for several days of the week.
var daySets = map[string]string{
	"WEEKDAYS": "MO,TU,WE,TH,FR", "WEEKDAY": "MO,TU,WE,TH,FR", "WEEKENDS": "SA,SU", "WEEKEND": "SA,SU",
	"DAILY": everyDay, "EVERYDAY": everyDay, "ALLDAYS": everyDay, "7DAYSAWEEK": everyDay,
}

// ordinals are the words for which of the days of a month one is.
var ordinals = map[string]string{
	"1ST": "1", "2ND": "2", "3RD": "3", "4TH": "4", "5TH": "5", "FIRST": "1", "SECOND": "2", "THIRD": "3", "FOURTH": "4", "FIFTH": "5", "LAST": "-1",
}

// days reads days in words, such as "TUESDAY,THURS", "MON AND WED", "MON-FRI" or
// "2ND TUESDAY", into those of RFC 5545. What is none of these stays as it is, and
// will be no rule.
func (o *Object) days(value string) string {
	if value == "" || len(value) > 200 || inRFC5545(value) {
		return value
	}
	var days []string
	changed := false
	for item := range strings.FieldsFuncSeq(strings.ReplaceAll(value, " AND ", ","), func(r rune) bool { return r == ',' || r == ';' || r == '/' || r == '&' }) {
		read, other := daysOf(strings.TrimSpace(item))
		days, changed = append(days, read...), changed || other
	}
	if changed && !o.weekly {
		o.keep("byday", "days")
		o.report(sp.Note, "byday", "rule-form", "days in words were read as those of RFC 5545, written as TU,TH")
	}
	return strings.Join(days, ",")
}

// inRFC5545 reports whether days are as RFC 5545 writes them, as nearly all are.
func inRFC5545(value string) bool {
	for item := range strings.SplitSeq(value, ",") {
		n := len(item) - 2
		if n < 0 || !slices.Contains(week, item[n:]) || strings.Trim(item[:n], "+-0123456789") != "" {
			return false
		}
	}
	return true
}

// daysOf reads one of several days, and reports whether it was in another form than
// that of RFC 5545.
func daysOf(item string) (days []string, changed bool) {
	for _, each := range [...]string{"EVERY ", "EACH ", "ON "} {
		if day := strings.TrimPrefix(item, each); dayIndex(day) >= 0 {
			item = day
		}
	}
	word := strings.ReplaceAll(item, " ", "")
	if d, ok := dayNames[word]; ok {
		return []string{d}, true
	}
	if set, ok := daySets[word]; ok {
		return strings.Split(set, ","), true
	}
	if first, rest, ok := strings.Cut(item, " "); ok {
		if i := dayIndex(strings.ReplaceAll(rest, " ", "")); i >= 0 && ordinals[first] != "" {
			return []string{ordinals[first] + week[i]}, true
		}
		if all := strings.Fields(item); !slices.ContainsFunc(all, func(d string) bool { return dayIndex(d) < 0 }) {
			for _, d := range all {
				days = append(days, week[dayIndex(d)])
			}
			return days, true
		}
	}
	from, to, isRange := strings.Cut(word, "-")
	if to == "" {
		from, to, isRange = strings.Cut(word, "TO")
	}
	a, b := dayIndex(from), dayIndex(to)
	if !isRange || a < 0 || b < 0 || a == b {
		return []string{word}, false
	}
	for i := a; i != b; i = (i + 1) % len(week) { // from Friday to Monday is over the weekend
		days = append(days, week[i])
	}
	return append(days, week[b]), true
}

// numbered reads days of the week that are numbers from 1, which is Monday, to 7: so they
// stand in the field weekday of the Ohana API (app/validators/weekday_validator.rb), as in
// ISO 8601. A 0 is Sunday for some programs and Monday for others, and stays as it is.
func (o *Object) numbered(value string) string {
	if strings.Trim(value, "1234567, ") != "" || value == "" {
		return value
	}
	items := strings.Split(value, ",")
	for i, item := range items {
		if item = strings.TrimSpace(item); len(item) != 1 {
			return value
		}
		items[i] = week[item[0]-'1']
	}
	o.keep("weekday")
	o.report(sp.Note, "weekday", "rule-form", "days that are numbers were read as those of ISO 8601, of which 1 is Monday and 7 Sunday")
	return strings.Join(items, ",")
}

func dayIndex(s string) int {
	if d, ok := dayNames[s]; ok {
		s = d
	}
	return slices.Index(week, s)
}
