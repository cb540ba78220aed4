// Package schemaorg reads when something happens from the vocabulary of schema.org,
// in which web sites state opening hours and OpenActive publishes sessions of sport
// and activity. Directories often lack days and hours that the web site of the same
// service has.
//
//	schedules, issues, err := schemaorg.Schedules(script, feed.Options{Fetched: now})
//	service.Schedules = schedules
//
// Understood are openingHoursSpecification and specialOpeningHoursSpecification,
// openingHours as text, eventSchedule with its Schedule or OpenActive's
// PartialSchedule, and the startDate of single events and of subEvent. What cannot
// be read is unknown, as package hsds explains.
package schemaorg

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer"
	"github.com/socialprescribing/sp/directory/recurrence"
)

// Schedules reads an object of JSON or JSON-LD, or a list of them: what a page of the web
// holds in a script of the type application/ld+json, not the page itself. It fails with
// [sp.ErrInvalid] for what is no JSON.
func Schedules(data []byte, o feed.Options) ([]directory.Schedule, []sp.Issue, error) {
	var v any
	if json.Unmarshal(data, &v) != nil {
		return nil, nil, fmt.Errorf("schemaorg: is no JSON: %w", sp.ErrInvalid)
	}
	var r reader
	r.read(v, 0)
	if len(r.found) == 0 && len(r.closed) == 0 {
		return nil, r.issues(), nil
	}
	im := importer.New(context.Background(), o, "schema.org")
	var b importer.Builder
	b.Reset()
	b.Text("id", "hours")
	b.Text("name", "hours")
	b.List("schedules", len(r.found), func(i int) { r.found[i].write(&b) })
	if len(r.closed) > 0 {
		b.List("holiday_schedules", len(r.closed), func(i int) { r.closed[i].write(&b) })
	}
	im.Record("services", b.Record(im))
	c, issues := im.Finish()
	var schedules []directory.Schedule
	for _, s := range c.Services {
		schedules = append(schedules, s.Schedules...)
	}
	for i := range schedules {
		if i < len(r.found) && r.found[i][zone] != "" {
			schedules[i].Zone = r.found[i][zone]
		}
	}
	return schedules, append(withoutService(issues), r.issues()...), nil
}

// issues tells of events that do not take place.
func (r *reader) issues() []sp.Issue {
	if r.off == 0 {
		return nil
	}
	return []sp.Issue{{Severity: sp.Note, Code: "not-imported", Count: r.off, Detail: "is cancelled, postponed or deleted: it is not known when it happens"}}
}

// withoutService leaves out what is about the service that stands in.
func withoutService(issues []sp.Issue) []sp.Issue {
	var kept []sp.Issue
	for _, i := range issues {
		if i.Code != "no-location" {
			kept = append(kept, i)
		}
	}
	return kept
}

// A reader collects schedules and closures.
type reader struct {
	found, closed []part
	off           int // events that do not take place as they say
}

// isOff reports whether an event does not take place as it says, or an item of a feed was
// taken back.
func isOff(o map[string]any) bool {
	status := strings.ToLower(path.Base(text(o["eventStatus"])))
	return strings.HasSuffix(status, "cancelled") || strings.HasSuffix(status, "postponed") || text(o["state"]) == "deleted"
}

// mostDeep bounds how deep events stand in events.
const mostDeep = 16

func (r *reader) read(v any, depth int) {
	if depth > mostDeep {
		return
	}
	for _, o := range objects(v) {
		if isOff(o) {
			r.off++
			continue
		}
		for _, h := range objects(o["openingHoursSpecification"]) {
			r.hours(h, false)
		}
		for _, h := range objects(o["specialOpeningHoursSpecification"]) {
			r.hours(h, true)
		}
		for _, s := range texts(o["openingHours"]) {
			r.written(s)
		}
		scheduled := false
		for _, s := range objects(o["eventSchedule"]) {
			scheduled = true
			r.schedule(s)
		}
		events := objects(o["subEvent"])
		for _, e := range events {
			r.read(e, depth+1)
		}
		if start := text(o["startDate"]); start != "" && !scheduled && len(events) == 0 {
			r.event(start, text(o["endDate"]))
		}
		for _, inner := range []string{"@graph", "data", "items"} {
			r.read(o[inner], depth+1)
		}
	}
}

// hours reads an OpeningHoursSpecification. One that opens and closes at midnight,
// or states no hours on special days, says that it is closed.
func (r *reader) hours(h map[string]any, special bool) {
	opens, closes := text(h["opens"]), text(h["closes"])
	from, to := text(h["validFrom"]), text(h["validThrough"])
	if special || opens != "" && minutes(opens) == minutes(closes) && minutes(opens) == "00:00" {
		f := part{firstDay: from, lastDay: to, closed: "true"}
		if special && opens != "" && minutes(opens) != minutes(closes) {
			f[closed], f[opensAt], f[closesAt] = "false", opens, closes
		}
		add(&r.closed, f)
		return
	}
	f := part{opensAt: opens, closesAt: closes, validFrom: from, validTo: to}
	if days := daysOf(h["dayOfWeek"]); days != "" {
		f[freq], f[byDay] = string(recurrence.Weekly), days
	}
	add(&r.found, f)
}

// minutes leaves out the seconds of a time of day.
func minutes(s string) string {
	if len(s) > len("00:00") {
		return s[:len("00:00")]
	}
	return s
}

// mostWritten bounds how many hours one text has.
const mostWritten = 100

var dashes = strings.NewReplacer("\u2013", "-", "\u2014", "-")

// written reads opening hours as text, such as "Mo-Fr 09:00-12:00, 13:00-17:00; Sa 10:00-12:00"
// or "Tu,Th 10:00-12:00": hours are those of the days before them.
func (r *reader) written(s string) {
	if len(r.found) == mostHours {
		return
	}
	if strings.Count(s, ",")+strings.Count(s, ";") > mostWritten {
		r.open(s, s, "")
		return
	}
	for group := range strings.SplitSeq(dashes.Replace(s), ";") {
		days := ""
		var waiting []string // for the hours behind them
		for part := range strings.SplitSeq(group, ",") {
			part = strings.TrimSpace(part)
			switch i := strings.IndexAny(part, "0123456789"); {
			case i < 0 && part != "":
				waiting = append(waiting, part)
			case i > 0:
				days = strings.Join(append(waiting, strings.TrimSpace(part[:i])), ",")
				waiting = nil
				r.open(s, days, part[i:])
			case i == 0 && days == "": // no days at all
				r.open(s, part, "")
			case i == 0:
				r.open(s, days, part)
			}
		}
		if len(waiting) > 0 {
			r.open(s, strings.Join(waiting, ","), "")
		}
	}
}

// open notes hours on some days.
func (r *reader) open(said, days, hours string) {
	f := part{description: said, freq: string(recurrence.Weekly), byDay: strings.ToUpper(days)}
	if opens, closes, ok := strings.Cut(hours, "-"); ok {
		f[opensAt], f[closesAt] = strings.TrimSpace(opens), strings.TrimSpace(closes)
	}
	add(&r.found, f)
}

// schedule reads a Schedule, of which OpenActive's PartialSchedule is one.
func (r *reader) schedule(s map[string]any) {
	f := part{
		start: text(s["startDate"]), until: text(s["endDate"]), opensAt: text(s["startTime"]), closesAt: text(s["endTime"]),
		byDay: daysOf(s["byDay"]), count: text(s["repeatCount"]), zone: text(s["scheduleTimezone"]),
		byMonthDay: strings.Join(texts(s["byMonthDay"]), ","), byMonth: strings.Join(texts(s["byMonth"]), ","),
	}
	f[freq], f[interval] = frequency(text(s["repeatFrequency"]))
	if f[freq] == "" && f[byDay] != "" {
		f[freq] = string(recurrence.Weekly)
	}
	var dates []string
	for _, d := range texts(s["exceptDate"]) {
		dates = append(dates, day(d))
	}
	f[except] = strings.Join(dates, ",")
	add(&r.found, f)
}

// frequency reads a duration of ISO 8601 as the period of a rule. Any other is
// kept as it is, and will be no rule that is understood.
func frequency(s string) (freq, interval string) {
	var n int
	var unit byte
	if _, err := fmt.Sscanf(s, "P%d%c", &n, &unit); err != nil || n < 1 || s != fmt.Sprintf("P%d%c", n, unit) {
		return s, ""
	}
	freq = map[byte]string{'D': "DAILY", 'W': "WEEKLY", 'M': "MONTHLY"}[unit]
	if freq == "" {
		return s, ""
	}
	return freq, fmt.Sprint(n)
}

// event reads a single event.
func (r *reader) event(from, to string) {
	f := part{start: from}
	if strings.Contains(from, "T") {
		f[opensAt] = from
	}
	if strings.Contains(to, "T") && day(from) == day(to) {
		f[closesAt] = to
	}
	if to != "" && day(from) != day(to) { // on which of the days, nobody says
		f[until], f[freq] = day(to), "some days"
	}
	add(&r.found, f)
}

func day(s string) string { return strings.SplitN(s, "T", 2)[0] }

// daysOf reads days of the week, by name or by address.
func daysOf(v any) string {
	var days []string
	for _, d := range texts(v) {
		name := path.Base(strings.TrimPrefix(d, "schema:"))
		if short, ok := shortDays[strings.ToLower(name)]; ok {
			name = short
		}
		days = append(days, name)
	}
	return strings.Join(days, ",")
}

var shortDays = map[string]string{"monday": "MO", "tuesday": "TU", "wednesday": "WE", "thursday": "TH", "friday": "FR", "saturday": "SA", "sunday": "SU"}

// objects returns an object or a list of them as a list.
func objects(v any) []map[string]any {
	switch v := v.(type) {
	case map[string]any:
		return []map[string]any{v}
	case []any:
		var all []map[string]any
		for _, item := range v {
			if o, ok := item.(map[string]any); ok {
				all = append(all, o)
			}
		}
		return all
	}
	return nil
}

// texts returns a text or a list of them as a list.
func texts(v any) []string {
	switch v := v.(type) {
	case []any:
		var all []string
		for _, item := range v {
			if s := text(item); s != "" {
				all = append(all, s)
			}
		}
		return all
	default:
		if s := text(v); s != "" {
			return []string{s}
		}
	}
	return nil
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return fmt.Sprint(v)
	case map[string]any: // as JSON-LD has it
		if id, ok := v["@id"].(string); ok {
			return strings.TrimSpace(id)
		}
	}
	return ""
}
