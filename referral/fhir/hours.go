package fhir

import (
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// hours writes the schedules that R4 can say: every week, on some days.
func (w *out) hours(schedules []directory.Schedule) {
	var all []resource.Value
	for i, s := range schedules {
		days, weekly := weekdays(s)
		if !weekly {
			w.lose(Loss{Path: at("schedules", i), Theirs: "HealthcareService.availableTime", Kind: Dropped, Severity: sp.Warning})
			continue
		}
		o := object().Set("daysOfWeek", resource.List(days...))
		all = append(all, o.Set("availableStartTime", onTheClock(s.Opens)).Set("availableEndTime", onTheClock(s.Closes)).Value())
		w.lose(Loss{Path: at("schedules", i), Theirs: "HealthcareService.availableTime", Kind: Coarsened})
	}
	w.o.Set("availableTime", resource.List(all...))
}

// onTheClock writes a time of day, of which 24:00 is none.
func onTheClock(t sp.Known[directory.TimeOfDay]) resource.Value {
	if clock, known := t.Lookup(); known && clock < 24*60 {
		return resource.Text(clock.String() + ":00")
	}
	return resource.Value{}
}

var shortDays = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// weekdays returns the days of a schedule that is the same every week and has no exceptions.
func weekdays(s directory.Schedule) (days []resource.Value, weekly bool) {
	r := s.Rule
	if r.Every != recurrence.Weekly || r.Interval > 1 || len(r.Days) == 0 || len(r.MonthDays)+len(r.Months)+len(s.Except) > 0 || s.Unclear {
		return nil, false
	}
	for _, d := range r.Days {
		if d.Nth != 0 {
			return nil, false
		}
		days = append(days, resource.Text(shortDays[d.Weekday]))
	}
	return days, true
}

func (r *in) hours() (all []directory.Schedule) {
	for i, v := range r.o.Get("availableTime").All() {
		s := directory.Schedule{Rule: recurrence.Rule{Every: recurrence.Weekly, Interval: 1}}
		for _, d := range v.Get("daysOfWeek").All() {
			if day := slices.Index(shortDays[:], d.Text()); day >= 0 {
				s.Rule.Days = append(s.Rule.Days, recurrence.Day{Weekday: time.Weekday(day)})
			}
		}
		if len(s.Rule.Days) == 0 {
			r.lose(Loss{Path: r.path(at("availableTime", i)), Ours: "schedules", Kind: Dropped})
			continue
		}
		s.Opens, s.Closes = clock(v.Get("availableStartTime")), clock(v.Get("availableEndTime"))
		all = append(all, s)
	}
	if !r.o.Get("notAvailable").IsZero() {
		r.lose(Loss{Path: r.path("notAvailable"), Ours: "schedules", Kind: Dropped, Severity: sp.Warning})
		for i := range all {
			all[i].Unclear = true
		}
	}
	return all
}

// clock reads a time of day. Seconds are not kept.
func clock(v resource.Value) (t sp.Known[directory.TimeOfDay]) {
	if s := v.Text(); len(s) >= 5 {
		if read, err := directory.ParseTimeOfDay(s[:5]); err == nil {
			return sp.Know(read)
		}
	}
	return t
}
