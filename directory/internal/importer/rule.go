package importer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A ruleField is a field that holds a part of a rule.
type ruleField struct{ field, name string }

// ruleFields are the parts of a recurrence rule, as HSDS and RFC 5545 name them.
// All of them are read: a rule of which a part is left out is another rule.
var ruleFields = []ruleField{
	{"freq", "FREQ"},
	{"interval", "INTERVAL"},
	{"byday", "BYDAY"},
	{"bymonthday", "BYMONTHDAY"},
	{"bysetpos", "BYSETPOS"},
	{"bymonth", "BYMONTH"},
	{"byweekno", "BYWEEKNO"},
	{"byyearday", "BYYEARDAY"},
	{"byhour", "BYHOUR"},
	{"byminute", "BYMINUTE"},
	{"wkst", "WKST"},
}

// rule takes the fields of a recurrence rule, writes them as RFC 5545 does and
// reads that. Stated is whether there are any.
func (o *Object) rule(s *directory.Schedule) (r directory.Rule, understood, stated bool) {
	values, opaque := o.carriedRule()
	if opaque != "" {
		s.Raw = opaque
		o.report(sp.Warning, "freq", "bad-rule", "was no rule that is understood when it was exported; the days are unknown")
		return r, false, true
	}
	for _, f := range ruleFields {
		if values[f.name] != "" {
			continue
		}
		value := strings.ToUpper(o.ruleText(f.field))
		switch f.name {
		case "BYDAY":
			value = o.days(value)
		case "BYMONTH":
			value = monthNumbers(value)
		}
		if value = strings.ReplaceAll(value, " ", ""); value != "" {
			values[f.name] = value
		}
	}
	if len(values) == 0 {
		if values, opaque = o.wholeRule(); opaque != "" {
			s.Raw = opaque
			o.report(sp.Warning, "rrule", "bad-rule", "is no rule that is understood; the days are unknown")
			return r, false, true
		}
	}
	if len(values) == 0 {
		return r, false, false
	}
	if values["FREQ"] == "" && values["BYDAY"] != "" && o.weekly { // as the older standards have it
		values["FREQ"] = string(directory.Weekly)
	}
	changed := frequency(values)
	s.Raw = written(values)
	simplify(values, s.Start)
	r, err := directory.ParseRule(written(values))
	if err != nil {
		o.keep("freq", "interval", "byday", "bymonthday", "bysetpos", "bymonth", "byweekno", "byyearday", "byhour", "byminute", "wkst", "rrule", "recurrence_rule")
		o.report(sp.Warning, "freq", "bad-rule", "and the fields with it are no rule that is understood; the days are unknown")
		return directory.Rule{}, false, true
	}
	if changed {
		o.keep("freq")
		o.report(sp.Note, "freq", "rule-form", "was read as a frequency of RFC 5545, written as WEEKLY")
	}
	return r, true, true
}

// carriedRule returns the parts of a rule that an exporter of this library carried
// along because fields of the standard cannot express it: one that is daily, for
// which all days of the week stand in them, or one of which no fields can be made.
func (o *Object) carriedRule() (values map[string]string, opaque string) {
	values = map[string]string{}
	rule := o.textOf("sp_rule", coded)
	if rule == "" || o.has("freq") && (o.peek("freq") != string(directory.Weekly) || o.peek("byday") != everyDay) {
		return values, ""
	}
	o.drop("byday", "freq")
	for part := range strings.SplitSeq(rule, ";") {
		name, value, _ := strings.Cut(part, "=")
		values[name] = value
	}
	if written(values) != rule { // it has no form
		return nil, rule
	}
	return values, ""
}

// everyDay are the days of a week that a daily rule is written with.
const everyDay = "MO,TU,WE,TH,FR,SA,SU"

// written returns the parts of a rule in the form of RFC 5545.
func written(values map[string]string) string {
	var b strings.Builder
	for _, f := range ruleFields {
		if v := values[f.name]; v != "" {
			if b.Len() > 0 {
				b.WriteByte(';')
			}
			b.WriteString(f.name + "=" + v)
		}
	}
	return b.String()
}

// frequency reads the words that mean one frequency only.
func frequency(values map[string]string) (changed bool) {
	var every string
	switch values["FREQ"] {
	case "WEEK", "WEEKS", "EVERYWEEK", "1WEEK", "EACHWEEK":
		every = "WEEKLY"
	case "DAY", "DAYS", "EVERYDAY":
		every = "DAILY"
	case "MONTH", "MONTHS", "EVERYMONTH":
		every = "MONTHLY"
	case "YEAR", "YEARS", "ANNUAL", "ANNUALLY":
		every = "YEARLY"
	case "WEEKDAYS", "EVERYWEEKDAY":
		if values["BYDAY"] != "" {
			return false
		}
		every, values["BYDAY"] = "WEEKLY", "MO,TU,WE,TH,FR"
	case "FORTNIGHT", "FORTNIGHTLY", "EVERYFORTNIGHT", "EVERY2WEEKS", "EVERYTWOWEEKS", "2WEEKS", "TWOWEEKS", "2WEEKLY", "EVERYOTHERWEEK", "EVERYSECONDWEEK":
		if values["INTERVAL"] != "" && values["INTERVAL"] != "1" {
			return false
		}
		every, values["INTERVAL"] = "WEEKLY", "2"
	default:
		return false
	}
	values["FREQ"] = every
	return true
}

// simplify leaves out parts that change nothing, and writes the second Tuesday
// in one way.
func simplify(v map[string]string, start sp.Date) {
	if whole, ok := strings.CutSuffix(v["INTERVAL"], ".0"); ok { // as programs write numbers
		v["INTERVAL"] = whole
	}
	if d, ok := dayNames[v["WKST"]]; ok {
		v["WKST"] = d
	}
	if wkst := v["WKST"]; len(wkst) == 2 && slices.Contains(week, wkst) && !weekMatters(v, start) {
		delete(v, "WKST")
	}
	if v["BYSETPOS"] == "" || v["FREQ"] != "MONTHLY" || len(v["BYDAY"]) != 2 || v["BYMONTHDAY"] != "" {
		return
	}
	var days []string
	for n := range strings.SplitSeq(v["BYSETPOS"], ",") {
		i, err := strconv.Atoi(n)
		if err != nil || i == 0 || i < -5 || i > 5 {
			return
		}
		days = append(days, strconv.Itoa(i)+v["BYDAY"])
	}
	v["BYDAY"] = strings.Join(days, ",")
	delete(v, "BYSETPOS")
}

// weekMatters reports whether it makes a difference on which day a week begins
// (RFC 5545, 3.3.10): of every second week, unless all happens on the weekday of the
// first day, and of weeks by their numbers.
func weekMatters(v map[string]string, start sp.Date) bool {
	if v["BYWEEKNO"] != "" {
		return true
	}
	if v["FREQ"] != "WEEKLY" || v["INTERVAL"] == "" || v["INTERVAL"] == "1" || v["BYDAY"] == "" {
		return false
	}
	return start.IsZero() || v["BYDAY"] != week[(int(start.Weekday())+6)%7]
}

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

func dayIndex(s string) int {
	if d, ok := dayNames[s]; ok {
		s = d
	}
	return slices.Index(week, s)
}

// mostItems bounds the days that a rule lists. There are 366 in a year.
const mostItems = 1000

// ruleText takes a field of a rule: text, a number, or a list of them.
func (o *Object) ruleText(field string) string {
	if field == "byday" && !o.has(field) {
		for _, other := range []string{"weekday", "days"} {
			if o.has(other) {
				o.weekly = o.weekly || other == "weekday"
				field = other
				break
			}
		}
	}
	j := o.find(field)
	if j == 0 {
		return ""
	}
	switch n := o.t.nodes[j+1]; n.kind {
	case number:
		return o.t.text(o.take(field))
	case list:
		items, ok := o.items(field)
		if !ok {
			o.textOf(field, coded) // which reports it
			return "?"
		}
		return strings.Join(items, ",")
	case object, boolean:
		o.textOf(field, coded)
		return "?"
	default:
		return o.textOf(field, coded)
	}
}

// wholeRule takes a rule that stands in one field, as calendars have it.
// Opaque is one that is not understood.
func (o *Object) wholeRule() (values map[string]string, opaque string) {
	values = map[string]string{}
	field := "rrule"
	if !o.has(field) {
		field = "recurrence_rule"
	}
	rule := strings.ToUpper(o.textOf(field, coded))
	if rule == "" {
		if stated := o.find(field); stated > 0 && o.t.says(stated+1) && !o.isText(field) {
			return values, "?"
		}
		return values, ""
	}
	rule = strings.TrimPrefix(rule, "RRULE:")
	for part := range strings.SplitSeq(strings.TrimSuffix(rule, ";"), ";") {
		name, value, ok := strings.Cut(part, "=")
		if !ok || values[name] != "" || value == "" || !slices.ContainsFunc(ruleFields, func(f ruleField) bool { return f.name == name }) {
			o.keep(field)
			return nil, rule
		}
		values[name] = value
	}
	return values, ""
}

// monthNumbers reads months by their names.
func monthNumbers(value string) string {
	items := strings.Split(strings.ReplaceAll(value, " ", ""), ",")
	for i, item := range items {
		if m := months[strings.ToLower(item)]; m > 0 {
			items[i] = strconv.Itoa(int(m))
		}
	}
	return strings.Join(items, ",")
}

// otherParts are parts of rules in RFC 5545 and its extensions that are not read.
var otherParts = []string{"bysecond", "byeaster", "rdate", "rdates", "exrule", "exrules", "rscale", "skip"}

var withoutGaps = strings.NewReplacer("_", "", "-", "", " ", "")

// onlyKnownParts reports whether a schedule has no part of a rule that was not read,
// whatever its letters and hyphens: a rule of which a part is left out is another rule.
func (o *Object) onlyKnownParts() bool {
	t := o.t
	for j := o.at + 1; j < t.nodes[o.at].next; j = t.nodes[j+1].next {
		if t.nodes[j].taken || !t.says(j+1) {
			continue
		}
		called := t.text(j)
		if len(called) < len("skip") || len(called) > len("recurrence rule") {
			continue
		}
		part := withoutGaps.Replace(strings.ToLower(called))
		if slices.Contains(otherParts, part) || slices.ContainsFunc(ruleFields, func(f ruleField) bool { return f.field == part && f.field != called }) {
			o.report(sp.Warning, called, "bad-rule", "is a part of a rule that is not understood; the days are unknown")
			return false
		}
	}
	return true
}
