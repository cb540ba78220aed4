package hsds

import (
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
)

// schedules returns schedules with their rules in parts.
func (x *Exporter) schedules(all []directory.Schedule) []fields {
	var found []fields
	for _, s := range all {
		f := fields{"id": s.ID}
		f.text("description", s.Text)
		oneDay := s.Start == s.Until && !s.Rule.IsZero() && s.Raw == ""
		if s.Unclear {
			f["sp_unclear"] = true
		}
		if !s.Unclear || x.standard == HSDS3 { // the standards cannot say that any day may be one without
			if !oneDay {
				x.rule(f, s)
			}
			if !s.Start.IsZero() {
				f["dtstart"] = s.Start.String()
			}
			if !s.Until.IsZero() && !oneDay {
				f["until"] = s.Until.String()
			}
		}
		if s.Rule.IsZero() && statesDays(f) {
			f["sp_unread"] = "days"
			if _, err := recurrence.ParseRule(s.Raw); err != nil && !strings.Contains(s.Raw, "BYSETPOS=") && !strings.Contains(s.Raw, "WKST=") {
				f["sp_unread"] = noRule
			}
		}
		if s.Unclear {
			hideDays(f)
		}
		if at, ok := s.Opens.Lookup(); ok {
			f["opens_at"] = at.String()
		}
		if at, ok := s.Closes.Lookup(); ok {
			f["closes_at"] = at.String()
		}
		validity(f, s.Valid)
		if len(s.Except) > 0 && x.standard == HSDS3 {
			except := make([]string, len(s.Except))
			for i, d := range s.Except {
				except[i] = d.String()
			}
			f["sp_except"] = strings.Join(except, ",")
		}
		found = append(found, f)
	}
	return found
}

// statesDays reports whether a reader might find days in what was written.
func statesDays(f fields) bool {
	return f["dtstart"] != nil || f["sp_rule"] != nil || slices.ContainsFunc(ofRules, func(name string) bool { return f[name] != nil })
}

// noRule marks a schedule of which nobody can read the rule.
const noRule = "rule"

// everyDay is what the standards, which have weeks and months only, can say of a
// daily rule.
var everyDay = fields{"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR,SA,SU"}

// rule writes the parts of a rule as fields. One of which no fields can be made is
// carried along as it is.
func (x *Exporter) rule(f fields, s directory.Schedule) {
	raw := s.Raw
	if raw == "" && !s.Rule.IsZero() {
		raw = s.Rule.String()
	}
	if raw == "" {
		return
	}
	parts, ok := partsOf(raw)
	if s.Rule.Every == recurrence.Daily && s.Rule.Interval == 1 && len(s.Rule.Days) == 0 {
		parts, ok = everyDay, false
	}
	if freq := parts["freq"]; freq != nil && freq != "WEEKLY" && freq != "MONTHLY" {
		parts, ok = nil, false // the standards have no field for it
	}
	if !ok && x.standard == HSDS3 {
		f["sp_rule"] = raw
	}
	maps.Copy(f, parts)
}

// partsOf returns the parts of a rule as fields, and false if it is not in the form
// in which it would be read from them.
func partsOf(rule string) (fields, bool) {
	f := fields{}
	last := -1
	for part := range strings.SplitSeq(rule, ";") {
		name, value, _ := strings.Cut(part, "=")
		name = strings.ToLower(name)
		at := slices.Index(ofRules, name)
		switch {
		case value == "" || at <= last:
			return nil, false
		case name == "interval" && decimalOf(value) != nil:
			f[name] = decimalOf(value)
		default:
			f[name] = value
		}
		last = at
	}
	return f, true
}

// decimalOf returns a whole number as JSON has it, or nil.
func decimalOf(s string) any {
	n, err := decimal.NewFromString(s)
	if err != nil || !n.IsInteger() || len(s) > 4 || n.String() != s {
		return nil
	}
	return n.IntPart()
}
