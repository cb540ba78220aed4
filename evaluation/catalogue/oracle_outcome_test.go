package catalogue_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/voice"
)

func toldOn(r *file) sp.Date {
	for _, n := range r.notes {
		if _, is := n.event.(referral.FeedbackSent); is && n.on >= when[referral.Closed](r) {
			return n.on
		}
	}
	return 0
}

// A reading is a score and its day.
type reading struct {
	on    sp.Date
	value float64
}

// readings are the scores of a person, by scale or all of them, in order of time.
func (h human) readings(instrument, scale string) (all []reading) {
	for _, a := range h.theirs(needs.AssessmentKind) {
		for _, n := range a.notes {
			e, _ := n.event.(needs.Measured)
			for _, s := range e.Result.Scores {
				if n.on >= h.since() && (instrument == "" || s.Instrument == instrument && s.Scale == scale) {
					all = append(all, reading{n.on, s.Value})
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b reading) int { return cmp.Or(a.on.Sub(b.on), cmp.Compare(a.value, b.value)) })
	return all
}

func hundredths(points float64) int64 { return int64(math.Round(100 * points)) }

func measuredOnce(h human) string {
	return among(slices.ContainsFunc(h.referrals, did[referral.Assessed]), yesNo(len(h.readings("", "")) > 0))
}

func measuredSoon(h human) string {
	all := h.readings("", "")
	if len(all) == 0 {
		return ""
	}
	for _, r := range all {
		if r.on > all[0].on {
			return h.within(all[0].on, r.on, all[0].on.Add(182))
		}
	}
	return h.within(all[0].on, 0, all[0].on.Add(182))
}

func measuredLate(h human) string {
	all := h.readings("", "")
	switch {
	case len(all) == 0:
		return ""
	case all[0].on.Add(365) > h.AsOf:
		return "not-yet"
	}
	return yesNo(all[len(all)-1].on.Sub(all[0].on) >= 365)
}

func better(h human) string {
	all := h.readings("swemwbs", "metric")
	switch {
	case len(all) == 0:
		return ""
	case all[0].on == all[len(all)-1].on:
		return "out: no follow-up"
	}
	return yesNo(hundredths(all[len(all)-1].value)-hundredths(all[0].value) >= 287)
}

func changed(instrument, scale string, score func(float64) int64) func(human) string {
	return func(h human) string {
		all := h.readings(instrument, scale)
		switch {
		case len(all) == 0:
			return ""
		case all[0].on == all[len(all)-1].on:
			return fmt.Sprintf("lost %d", score(all[0].value))
		}
		return fmt.Sprintf("pair %d %d", score(all[0].value), score(all[len(all)-1].value))
	}
}

func goalsReached(_ scheme, a *file) (all []string) {
	outcomes := map[needs.ID]needs.Outcome{}
	for _, n := range a.notes {
		if e, is := n.event.(needs.Reviewed); is && (e.Outcome != "" || outcomes[e.Goal] == "") {
			outcomes[e.Goal] = e.Outcome
		}
	}
	for _, o := range outcomes {
		switch o {
		case "":
			all = append(all, "not-yet")
		case needs.Met, needs.PartlyMet, needs.NotMet:
			all = append(all, yesNo(o != needs.NotMet))
		default:
			all = append(all, "unknown")
		}
	}
	return all
}

func answered(question voice.Code) func(scheme) []spoken {
	return func(s scheme) (all []spoken) {
		for _, f := range s.all(voice.RecordKind) {
			day, e := first[voice.Said](f)
			for _, item := range e.Items {
				switch {
				case item.Code != question || !s.Period.Contains(day):
				case item.Answer == "declined" || item.Answer == "not-asked":
					all = append(all, spoken{f.id, orWrong("unknown", f)})
				default:
					all = append(all, spoken{f.id, orWrong(yesNo(item.Answer >= "3"), f)})
				}
			}
		}
		return all
	}
}

// permits is whether a register has a permission that was not taken back before a day.
func permits(f *file, by sp.Date) bool {
	given, back := map[consent.ChoiceID]bool{}, map[consent.ChoiceID]bool{}
	for _, n := range f.notes {
		switch e := n.event.(type) {
		case register.Chosen:
			given[e.Choice.ID] = true
		case register.Withdrawn:
			back[e.Choice] = back[e.Choice] || n.on < by
		}
	}
	for id := range given {
		if !back[id] {
			return true
		}
	}
	return false
}

func takenBack(s scheme) (all []spoken) {
	for _, f := range s.all(register.Kind) {
		for _, n := range f.notes {
			c, is := n.event.(register.Chosen)
			if !is || !s.Period.Contains(n.on) {
				continue
			}
			back := slices.ContainsFunc(f.notes, func(n note) bool {
				w, is := n.event.(register.Withdrawn)
				return is && w.Choice == c.Choice.ID
			})
			all = append(all, spoken{whose(f), yesNo(back)})
		}
	}
	return all
}

func ofConcerns(s scheme) (all []spoken) {
	for _, r := range s.received() {
		for _, n := range r.notes {
			raised, is := n.event.(referral.Flagged)
			if !is {
				continue
			}
			same := slices.ContainsFunc(r.notes, func(o note) bool {
				h, is := o.event.(referral.HandedOver)
				return is && h.Flag == raised.Flag && o.on == n.on
			})
			all = append(all, spoken{whose(r), orWrong(yesNo(same), r)})
		}
	}
	return all
}

// alertsTaken are the alerts of an assessment: each once, however often it was raised.
func alertsTaken(_ scheme, a *file) (all []string) {
	raised, taken := map[string]sp.Date{}, map[string]sp.Date{}
	for _, n := range a.notes {
		switch e := n.event.(type) {
		case needs.Measured:
			for _, alert := range e.Result.Alerts {
				if alert.Raised == sp.Yes {
					raised[alert.Code] = soonest(raised[alert.Code], n.on)
				}
			}
		case needs.Escalated:
			taken[e.Alert] = soonest(taken[e.Alert], n.on)
		}
	}
	for code, on := range raised {
		all = append(all, yesNo(taken[code] == on))
	}
	return all
}
