package importer

import (
	"encoding/json"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// schedules takes the schedules of a record. How people attend, which HSDS puts
// among them, goes to modes if that is not nil.
func (o *object) schedules(modes *directory.Truths[directory.Mode]) []directory.Schedule {
	var schedules []directory.Schedule
	for _, p := range o.list("schedules") {
		p.drop("id", "service_id", "location_id", "service_at_location_id")
		schedules = append(schedules, p.schedule())
		attending, isText := p.fields["attending_type"].(string)
		if mode := modeOf(attending); isText && mode != "" && modes != nil {
			*modes = set(p, *modes, mode, sp.Yes)
			p.drop("attending_type")
		}
	}
	return schedules
}

func (o *object) schedule() directory.Schedule {
	s := directory.Schedule{
		Start: o.date("dtstart"), Until: o.date("until"), Valid: o.validity(), Zone: o.im.options.Zone,
		Opens:  o.clock("opens_at"),
		Closes: o.clock("closes_at"),
		Text:   o.text("description"),
	}
	o.im.hours(o.root.source, o.path+"closes_at", s)
	s.Raw = o.rule()
	switch {
	case s.Raw != "":
		rule, err := directory.ParseRule(s.Raw)
		if err != nil {
			o.report(sp.Warning, "freq", "bad-rule", "and the fields with it are no rule that is understood")
		}
		s.Rule = rule
	case !s.Start.IsZero() && (s.Until.IsZero() || s.Until == s.Start):
		// A day without a rule is that one day.
		s.Rule, s.Until = directory.Rule{Every: directory.Daily, Interval: 1}, s.Start
	case !s.Start.IsZero():
		o.report(sp.Warning, "until", "bad-rule", "is an end, and nothing says on which days it happens until then")
	}
	if n, ok := o.count("count").Value(); ok && !o.limit(&s, n) {
		o.put("count", n)
	}
	return s
}

// rule takes the fields of a recurrence rule and writes them as RFC 5545 does.
func (o *object) rule() string {
	var parts []string
	for _, f := range [...]struct{ field, name string }{
		{"freq", "FREQ"},
		{"interval", "INTERVAL"},
		{"byday", "BYDAY"},
		{"bymonthday", "BYMONTHDAY"},
		{"byweekno", "BYWEEKNO"},
		{"byyearday", "BYYEARDAY"},
		{"wkst", "WKST"},
	} {
		if value := o.ruleText(f.field); value != "" {
			parts = append(parts, f.name+"="+strings.ToUpper(strings.ReplaceAll(value, " ", "")))
		}
	}
	return strings.Join(parts, ";")
}

// ruleText takes a field of a rule: text, a number, or a list of texts.
func (o *object) ruleText(field string) string {
	switch v := o.fields[field].(type) {
	case json.Number:
		o.drop(field)
		return v.String()
	case []any:
		var items []string
		for _, item := range v {
			text, ok := item.(string)
			if !ok {
				return o.text(field)
			}
			items = append(items, text)
		}
		o.drop(field)
		return strings.Join(items, ",")
	}
	return o.text(field)
}

// maxSpan bounds how many days are looked through for the last of a number of
// sessions: two years, which is long for a course.
const maxSpan = 731

// limit turns a number of sessions into the day of the last, and reports
// whether it could. A rule that goes on for nobody knows how long is none.
func (o *object) limit(s *directory.Schedule, sessions int) bool {
	if s.Rule.IsZero() {
		return false
	}
	unlimited := directory.Schedule{Rule: s.Rule, Start: s.Start, Until: s.Until}
	if !s.Start.IsZero() && sessions > 0 {
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
