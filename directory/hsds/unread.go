package hsds

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/socialprescribing/sp/directory"
)

// fill writes what a feed wrote where a fact could not be read, for fields of the
// parts of a record, such as "schedules[0].until", and the extra fields, if they may be told.
func (x *Exporter) fill(f fields, extra directory.Extra, secret bool) {
	for list, names := range ofParts {
		parts, _ := f[list].([]fields)
		for i, part := range parts {
			x.fillPart(list, i, part, extra, names)
		}
	}
	switch {
	case x.standard != HSDS3:
	case len(extra) > 0 && !secret:
		f["sp_extra"] = extra
	case extra != nil: // all of it was withheld, and what was repaired once is not to be repaired again
		f["sp_exported"] = true
	}
}

// ofParts are the fields of parts that decide whether something happens, what it
// costs and whether there is room.
var ofParts = map[string][]string{
	"schedules":    {"dtstart", "until", "count", "valid_from", "valid_to"},
	"cost_options": {"amount", "valid_from", "valid_to"},
	"capacities":   {"available", "maximum"},
}

// ofRules are the fields of a rule.
var ofRules = []string{"freq", "interval", "byday", "bymonthday", "bysetpos", "bymonth", "byweekno", "byyearday", "byhour", "byminute", "wkst"}

// alsoCalled are the lists of the older standards.
var alsoCalled = map[string][]string{"schedules": {"schedules", "regular_schedules", "regular_schedule", "schedule"}}

// isOver reports whether a feed stated more places free than there are, which makes both
// unknown. Written again, it is read so again.
func isOver(extra directory.Extra, i int) bool {
	available, err := strconv.Atoi(string(bytes.Trim(extra[fmt.Sprintf("capacities[%d].available", i)], `"`)))
	maximum, err2 := strconv.Atoi(string(bytes.Trim(extra[fmt.Sprintf("capacities[%d].maximum", i)], `"`)))
	return err == nil && err2 == nil && available > maximum
}

// fillPart writes what could not be read of a part. The days of a schedule that is
// not understood, and of which the feed's own words are not known any more, are not
// written: whoever reads them would understand them.
func (x *Exporter) fillPart(list string, i int, part fields, extra directory.Extra, names []string) {
	unread, unclear := part["sp_unread"] != nil, part["sp_unclear"] != nil
	if x.standard != HSDS3 {
		delete(part, "sp_unclear")
	}
	if list == "schedules" && !unread || list == "cost_options" && !unclear {
		return
	}
	called := alsoCalled[list]
	if called == nil {
		called = []string{list}
	}
	filled := part["sp_unread"] == noRule
	over := list == "capacities" && isOver(extra, i) && part["available"] == nil && part["maximum"] == nil
	for _, field := range called {
		for _, name := range names {
			raw := extra[fmt.Sprintf("%s[%d].%s", field, i, name)]
			unreadable := isUnread(raw) && (name != "amount" || !bytes.ContainsAny(raw, "0123456789"))
			if part[name] == nil && (unreadable || raw != nil && over) {
				part[name], filled = raw, true
			}
		}
	}
	if x.standard == HSDS3 {
		if unread && !filled {
			hideDays(part)
		}
		return
	}
	delete(part, "sp_unread")
	if unread && !filled {
		for _, name := range slices.Concat(names, ofRules) {
			delete(part, name)
		}
	}
}

// hideDays moves the days of a schedule that is not understood to fields that the
// readers of this library alone know. Others would take them for all there is to it.
func hideDays(part fields) {
	var rule []string
	for _, name := range ofRules {
		if part[name] != nil {
			rule = append(rule, fmt.Sprintf("%s=%v", strings.ToUpper(name), part[name]))
		}
		delete(part, name)
	}
	if part["sp_rule"] == nil && len(rule) > 0 {
		part["sp_rule"] = strings.Join(rule, ";")
	}
	for _, name := range []string{"dtstart", "until"} {
		if part[name] != nil {
			part["sp_"+name] = part[name]
		}
		delete(part, name)
	}
}

// someDay matches what some reader may take for a day: one that begins with a year, that
// names a month, or of whose first two numbers one can be no month.
var someDay = regexp.MustCompile(`(?i)^\d{4}|[a-z]{3,} .*\d{4}|\d [a-z]{3,}|^(1[3-9]|[23]\d)[/.-]|^\d{1,2}[/.-](1[3-9]|[23]\d)[/.-]`)

// isUnread reports whether a value is one that no reader takes for a day, a number or
// for nothing at all.
func isUnread(raw json.RawMessage) bool {
	var s string
	if len(raw) == 0 || json.Unmarshal(raw, &s) != nil {
		return false
	}
	_, noNumber := decimal.NewFromString(s)
	const longestNull = len("undefined")
	return !someDay.MatchString(s) && noNumber != nil && len(s) > 1 && (len(s) > longestNull || strings.ContainsAny(s, "0123456789"))
}

// extraOf returns the extra fields that may be published. Where a number is
// confidential, nothing that was said about the numbers is.
func extraOf(extra directory.Extra, phones []directory.Phone, contacts []directory.Contact) directory.Extra {
	secret := confidential(phones)
	for _, c := range contacts {
		secret = secret || confidential(c.Phones)
	}
	if !secret {
		return extra
	}
	public := directory.Extra{}
	for name, raw := range extra {
		if !strings.Contains(name, "phone") && !strings.Contains(name, "contacts") {
			public[name] = raw
		}
	}
	return public
}

func confidential(phones []directory.Phone) bool {
	for _, p := range phones {
		if p.Confidential {
			return true
		}
	}
	return false
}
