package importer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// scheduleFields are the fields that hold lists of schedules, by standard.
var scheduleFields = []string{"schedules", "regular_schedules", "regular_schedule", "schedule"}

// schedules takes the schedules of a record. How people attend, which HSDS puts
// among them, goes to modes if that is not nil.
func (o *Object) schedules(modes *directory.Truths[directory.Mode]) []directory.Schedule {
	var schedules []directory.Schedule
	for _, field := range scheduleFields {
		if j := o.find(field); j > 0 && o.t.nodes[j+1].kind == text && field != "schedules" {
			continue // hours in words, which stay words
		}
		for _, p := range o.list(field) {
			if s := p.schedule(modes); says(s) {
				schedules = append(schedules, s)
			}
		}
	}
	for _, p := range o.list("holiday_schedules") {
		schedules = p.holiday(schedules)
	}
	return schedules
}

// says reports whether a schedule says anything.
func says(s directory.Schedule) bool {
	return s.ID != "" || s.Raw != "" || s.Text != "" || !s.Start.IsZero() || !s.Until.IsZero() || !s.Opens.IsZero() || !s.Closes.IsZero() ||
		!s.Rule.IsZero() || s.Valid != sp.Period{}
}

// schedule takes one schedule. If any part of what decides the days cannot be
// read, the rule is unknown: what might have ended is never a certain yes.
func (o *Object) schedule(modes *directory.Truths[directory.Mode]) directory.Schedule {
	s := directory.Schedule{ID: o.ownID(), Zone: o.im.options.Zone, Text: o.Text("description")}
	s.Opens, s.Closes = o.timeOfDay("opens_at"), o.timeOfDay("closes_at")
	o.hours("closes_at", s)
	var bad1, bad2, bad3 bool
	s.Start, bad1 = o.dateIn("dtstart")
	s.Until, bad2 = o.until(s.Opens)
	s.Valid, bad3 = o.validity()
	rule, understood, stated := o.rule(&s)
	unread := o.textOf("sp_unread", coded) != ""
	switch {
	case unread || stated && !understood:
	case stated:
		s.Rule = rule
	case !s.Start.IsZero() && !bad2 && !bad3 && (s.Until.IsZero() || s.Until == s.Start):
		// A day without a rule is that one day.
		s.Rule, s.Until = directory.Rule{Every: directory.Daily, Interval: 1}, s.Start
	case !s.Until.IsZero():
		o.report(sp.Warning, "until", "bad-rule", "is an end, and nothing says on which days it happens until then")
	}
	counted := o.has("count") && !isNullWord(o.peek("count"))
	n, countable := o.count("count").Lookup()
	if countable && !o.limit(&s, n) {
		o.keep("count")
	}
	s.Unclear = o.yes("sp_unclear") == sp.Yes
	if read := o.except(&s); unread || bad1 || bad2 || bad3 || !read || counted && !countable {
		s.Rule = directory.Rule{}
	}
	if unread { // as it was in the feed, it stands among the extra fields that came along
		o.drop("dtstart", "until", "count", "valid_from", "valid_to", "freq", "interval", "byday", "bymonthday", "bysetpos", "bymonth", "byweekno", "byyearday", "byhour", "byminute", "wkst")
	}
	if attending := o.peek("attending_type"); modes != nil && modeOf(attending) != "" {
		*modes = set(o, *modes, modeOf(attending), sp.Yes)
		o.drop("attending_type")
	}
	return s
}

// except takes the days on which it does not happen, and reports whether all of
// them could be read.
func (o *Object) except(s *directory.Schedule) bool {
	days := o.textOf("sp_except", coded)
	if days == "" {
		return true
	}
	for day := range strings.SplitSeq(days, ",") {
		d, err := sp.ParseDate(day)
		if err != nil {
			o.keep("sp_except")
			o.report(sp.Warning, "sp_except", "bad-date", "holds a day that cannot be read; any day may be one on which it does not happen")
			return false
		}
		s.Except = append(s.Except, d)
	}
	return true
}

// until takes the last day of a series. Written with a time in UTC, as RFC 5545
// does, it is the last day whose session begins by then on the wall clock.
func (o *Object) until(opens sp.Known[directory.TimeOfDay]) (d sp.Date, unreadable bool) {
	raw := o.peek("until")
	if raw == "" {
		return o.dateIn("until")
	}
	d, unreadable = o.dateIn("until")
	moment, err := time.Parse("20060102T150405Z", raw)
	if err != nil {
		moment, err = time.Parse(time.RFC3339Nano, raw)
	}
	zone := o.im.zone()
	if unreadable || err != nil || zone == nil {
		return d, unreadable
	}
	local := sp.DateOf(moment.In(zone))
	at, known := opens.Lookup()
	for day := max(d, local); day > min(d, local); day-- {
		if !known || day.In(zone).Add(time.Duration(at)*time.Minute).After(moment) {
			continue
		}
		return day, false
	}
	return min(d, local), false
}

// ruleFields are the parts of a recurrence rule, as HSDS and RFC 5545 name them.
// All of them are read: a rule of which a part is left out is another rule.
var ruleFields = []struct{ field, name string }{
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
		value := strings.ToUpper(strings.ReplaceAll(o.ruleText(f.field), " ", ""))
		if f.name == "BYDAY" {
			value = o.days(value)
		}
		if value == "" {
			continue
		}
		values[f.name] = value
	}
	if len(values) == 0 {
		return r, false, false
	}
	if values["FREQ"] == "" && values["BYDAY"] != "" && o.weekly { // as the older standards have it
		values["FREQ"] = string(directory.Weekly)
	}
	changed := frequency(values)
	s.Raw = written(values)
	simplify(values)
	r, err := directory.ParseRule(written(values))
	if err != nil {
		o.keep("freq", "interval", "byday", "bymonthday", "bysetpos", "bymonth", "byweekno", "byyearday", "byhour", "byminute", "wkst")
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
	case "WEEK", "WEEKS", "EVERYWEEK", "1WEEK":
		every = "WEEKLY"
	case "DAY", "DAYS", "EVERYDAY":
		every = "DAILY"
	case "MONTH", "MONTHS", "EVERYMONTH":
		every = "MONTHLY"
	case "YEAR", "YEARS", "ANNUAL", "ANNUALLY":
		every = "YEARLY"
	case "FORTNIGHT", "FORTNIGHTLY", "EVERYFORTNIGHT":
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
func simplify(v map[string]string) {
	interval := v["INTERVAL"]
	matters := v["FREQ"] == "WEEKLY" && interval != "" && interval != "1" && v["BYDAY"] != "" || v["BYWEEKNO"] != ""
	if wkst := v["WKST"]; len(wkst) == 2 && strings.Contains("SU MO TU WE TH FR SA", wkst) && !matters {
		delete(v, "WKST")
	}
	if n := v["BYSETPOS"]; n != "" && v["FREQ"] == "MONTHLY" && len(v["BYDAY"]) == 2 && v["BYMONTHDAY"] == "" {
		if i, err := strconv.Atoi(n); err == nil && i != 0 && i >= -5 && i <= 5 {
			v["BYDAY"] = strconv.Itoa(i) + v["BYDAY"]
			delete(v, "BYSETPOS")
		}
	}
}

// dayNames are the days of the week as people write them, in capitals.
var dayNames = map[string]string{
	"MONDAY": "MO", "MONDAYS": "MO", "MON": "MO", "TUESDAY": "TU", "TUESDAYS": "TU", "TUE": "TU", "TUES": "TU",
	"WEDNESDAY": "WE", "WEDNESDAYS": "WE", "WED": "WE", "WEDS": "WE", "THURSDAY": "TH", "THURSDAYS": "TH", "THU": "TH", "THUR": "TH", "THURS": "TH",
	"FRIDAY": "FR", "FRIDAYS": "FR", "FRI": "FR", "SATURDAY": "SA", "SATURDAYS": "SA", "SAT": "SA", "SUNDAY": "SU", "SUNDAYS": "SU", "SUN": "SU",
}

var week = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// days reads days in words, such as "TUESDAY,THURS" or "MON-FRI", into those of
// RFC 5545. What is neither stays as it is, and will be no rule.
func (o *Object) days(value string) string {
	if value == "" || len(value) > 200 {
		return value
	}
	var days []string
	changed := false
	for item := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ',' || r == ';' || r == '/' || r == '&' }) {
		if d, ok := dayNames[item]; ok {
			days, changed = append(days, d), true
			continue
		}
		from, to, isRange := strings.Cut(item, "-")
		if to == "" {
			from, to, isRange = strings.Cut(item, "TO")
		}
		a, b := dayIndex(from), dayIndex(to)
		if !isRange || a < 0 || b < a {
			days = append(days, item)
			continue
		}
		days, changed = append(days, week[a:b+1]...), true
	}
	if changed && !o.weekly {
		o.keep("byday", "days")
		o.report(sp.Note, "byday", "rule-form", "days in words were read as those of RFC 5545, written as TU,TH")
	}
	return strings.Join(days, ",")
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
		if n.next-j > mostItems {
			return "?"
		}
		var items []string
		for i := j + 2; i < n.next; i = o.t.nodes[i].next {
			if k := o.t.nodes[i].kind; k != text && k != number {
				return o.textOf(field, coded)
			}
			items = append(items, o.t.text(i))
		}
		o.drop(field)
		return strings.Join(items, ",")
	default:
		return o.textOf(field, coded)
	}
}

// maxSpan bounds how many days are looked through for the last of a number of
// sessions: two years, which is long for a course.
const maxSpan = 731

// limit turns a number of sessions into the day of the last, and reports
// whether it could. A rule that goes on for nobody knows how long is none.
func (o *Object) limit(s *directory.Schedule, sessions int) bool {
	if s.Rule.IsZero() {
		return false
	}
	unlimited := directory.Schedule{Rule: s.Rule, Start: s.Start, Until: s.Until}
	if !s.Start.IsZero() && sessions > 0 && sessions <= maxSpan {
		for day := s.Start; day < s.Start.Add(maxSpan); day++ {
			if unlimited.Occurs(day) != sp.Yes {
				continue
			}
			if sessions--; sessions == 0 {
				s.Until = day
				return true
			}
		}
	}
	o.report(sp.Warning, "count", "bad-count", "does not lead to a last session within two years")
	s.Rule = directory.Rule{}
	return false
}
