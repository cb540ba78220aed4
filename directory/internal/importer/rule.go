package importer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
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

// withoutSpace also leaves out what would be markup without the space behind it.
var withoutSpace = strings.NewReplacer(" ", "", "<", "")

// A ruling is what the fields of a recurrence rule say.
type ruling struct {
	rule               recurrence.Rule
	stated, understood bool
	sessions           int // how many there are; 0 if the rule does not say
}

// rule takes the fields of a recurrence rule, writes them as RFC 5545 does and
// reads that.
func (o *Object) rule(s *directory.Schedule) ruling {
	unknown := ruling{stated: true}
	values, opaque := o.carriedRule()
	if opaque != "" {
		s.Raw = opaque
		o.report(sp.Warning, "freq", "bad-rule", "was no rule that is understood when it was exported; the days are unknown")
		return unknown
	}
	o.ruleParts(values)
	sessions := 0
	if len(values) == 0 {
		var whole string
		var understood bool
		if values, whole, understood = o.wholeRule(); understood {
			sessions, understood = o.ends(s, values)
		}
		if !understood {
			o.keep("rrule", "recurrence_rule")
			s.Raw = whole
			o.report(sp.Warning, "rrule", "bad-rule", "is no rule that is understood; the days are unknown")
			return unknown
		}
	}
	if len(values) == 0 || o.isOnce(s, values) {
		return ruling{}
	}
	if values["FREQ"] == "" && values["BYDAY"] != "" && o.weekly { // as the older standards have it
		values["FREQ"] = string(recurrence.Weekly)
	}
	changed := frequency(values)
	s.Raw = written(values)
	simplify(values, s.Start)
	r, ok := o.im.parsed(written(values))
	if !ok {
		o.keep("freq", "interval", "byday", "bymonthday", "bysetpos", "bymonth", "byweekno", "byyearday", "byhour", "byminute", "wkst", "rrule", "recurrence_rule")
		o.keep(daysIn[:]...)
		o.report(sp.Warning, "freq", "bad-rule", "and the fields with it are no rule that is understood; the days are unknown")
		return unknown
	}
	if changed {
		o.keep("freq")
		o.report(sp.Note, "freq", "rule-form", "was read as a frequency of RFC 5545, written as WEEKLY")
	}
	return ruling{rule: r, stated: true, understood: true, sessions: sessions}
}

// ruleParts takes the fields that hold a part of a rule each, beside those that are known.
func (o *Object) ruleParts(values map[string]string) {
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
		if value = withoutSpace.Replace(value); value != "" {
			values[f.name] = value
		}
	}
}

// mostRules is how many rules are remembered: those of timetables are few.
const mostRules = 256

// parsed reads a rule in the form of RFC 5545, once for all schedules that have it.
func (im *Importer) parsed(written string) (recurrence.Rule, bool) {
	if r, known := im.rules[written]; known {
		return r, true
	}
	r, err := recurrence.ParseRule(written)
	if err != nil {
		return r, false
	}
	if im.rules == nil {
		im.rules = map[string]recurrence.Rule{}
	}
	if len(im.rules) < mostRules {
		im.rules[written] = r
	}
	return r, true
}

// isOnce reports whether a rule only says that its first day is its only one.
func (o *Object) isOnce(s *directory.Schedule, values map[string]string) bool {
	switch withoutGaps.Replace(values["FREQ"]) {
	case "ONCE", "ONEOFF", "ONETIME", "SINGLE":
	default:
		return false
	}
	if len(values) > 1 || s.Start.IsZero() {
		return false
	}
	o.keep("freq")
	o.report(sp.Note, "freq", "rule-form", "was read as the one day of dtstart")
	return true
}

// ends takes the end out of a rule that stands in one field: the last day, or how many
// sessions there are. It is not understood if it cannot be read, or fields of their own
// state an end too.
func (o *Object) ends(s *directory.Schedule, values map[string]string) (sessions int, understood bool) {
	until, count := values["UNTIL"], values["COUNT"]
	delete(values, "UNTIL")
	delete(values, "COUNT")
	switch {
	case until == "" && count == "":
		return 0, true
	case until != "" && count != "" || o.has("count") || !s.Until.IsZero():
		return 0, false
	case count != "":
		sessions, err := strconv.Atoi(count)
		return sessions, err == nil && sessions > 0
	}
	d, _, ok := o.im.dateOf(until)
	if !ok || d < firstDay {
		return 0, false
	}
	s.Until = o.im.lastDay(d, until, s.Opens)
	return 0, true
}

// carriedRule returns the parts of a rule that an exporter of this library carried
// along because fields of the standard cannot express it: one that is daily, for
// which all days of the week stand in them, or one of which no fields can be made.
func (o *Object) carriedRule() (values map[string]string, opaque string) {
	values = map[string]string{}
	rule := o.textOf("sp_rule", coded)
	if rule == "" || o.has("freq") && (o.peek("freq") != string(recurrence.Weekly) || o.peek("byday") != everyDay) {
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
	var room [64]byte
	b := room[:0]
	for _, f := range ruleFields {
		if v := values[f.name]; v != "" {
			if len(b) > 0 {
				b = append(b, ';')
			}
			b = append(append(append(b, f.name...), '='), v...)
		}
	}
	return string(b)
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

// mostItems bounds the days that a rule lists. There are 366 in a year.
const mostItems = 1000

// daysIn are names under which feeds list the days of a rule. Weekday is that of the
// older standards, in which all that has days is weekly.
var daysIn = [...]string{"weekday", "days", "day", "day_of_week", "days_of_week", "weekdays"}

// ruleText takes a field of a rule: text, a number, or a list of them.
func (o *Object) ruleText(field string) string {
	if field == "byday" && !o.has(field) {
		for _, other := range daysIn {
			if o.has(other) {
				o.weekly = o.weekly || other == "weekday" || other != "days" && !o.has("dtstart")
				field = other
				break
			}
		}
		if field == "weekday" {
			return o.numbered(o.ruleValue(field))
		}
	}
	return o.ruleValue(field)
}

// ruleValue takes what stands in a field of a rule.
func (o *Object) ruleValue(field string) string {
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
func (o *Object) wholeRule() (values map[string]string, whole string, understood bool) {
	values = map[string]string{}
	field := "rrule"
	if !o.has(field) {
		field = "recurrence_rule"
	}
	whole = strings.ToUpper(o.textOf(field, coded))
	if whole == "" {
		stated := o.find(field)
		return values, "?", stated == 0 || !o.t.says(stated+1) || o.isText(field)
	}
	rule := strings.TrimPrefix(whole, "RRULE:")
	for part := range strings.SplitSeq(strings.TrimSuffix(rule, ";"), ";") {
		name, value, ok := strings.Cut(part, "=")
		known := name == "UNTIL" || name == "COUNT" || slices.ContainsFunc(ruleFields, func(f ruleField) bool { return f.name == name })
		if !ok || values[name] != "" || value == "" || !known {
			return nil, rule, false
		}
		values[name] = value
	}
	return values, rule, true
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
