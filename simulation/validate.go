package simulation

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/simulation/queue"
)

// validate returns an [*sp.InvalidError] that names every fault by its path.
func validate(s *Scenario, p *Policy) error {
	e := &sp.InvalidError{Subject: "simulation"}
	e.Check(!s.Start.IsZero(), "start", sp.Missing, "must be given")
	e.Check(s.Days >= 1 && s.Days <= 100*366, "days", sp.OutOfRange, "must be from 1 to 36600")
	teams := map[string]bool{}
	for i, t := range s.Teams {
		path := fmt.Sprintf("teams[%d]", i)
		e.Check(t.Name != "" && !teams[t.Name], path+".name", sp.Duplicate, "must be there, and unlike all others")
		e.Check(t.Posts >= 0 && t.Posts <= 100_000, path+".posts", sp.OutOfRange, "must be from 0 to 100000")
		e.Check(t.Cap >= 1, path+".cap", sp.OutOfRange, "must be above 0")
		teams[t.Name] = true
	}
	validateGroups(e, s, teams)
	validateSupply(e, s)
	s.Way.validate(e)
	e.Check(p.Ageing >= 0, "policy.ageing", sp.OutOfRange, "must be 0 or more days")
	e.Check(p.Placing == Weekly || p.Placing == AtOnce, "policy.placing", sp.NotListed, "must be empty or at-once")
	e.Check(p.Sharing == Live || p.Sharing == Asking || p.Sharing == Learning, "policy.sharing", sp.NotListed, "must be empty, asking or learning")
	if s.Money != nil {
		s.Money.validate(e, teams)
	}
	return e.Err()
}

func validateGroups(e *sp.InvalidError, s *Scenario, teams map[string]bool) {
	e.Check(len(s.Groups) > 0, "groups", sp.Missing, "must have at least one")
	groups := map[string]bool{}
	for i, g := range s.Groups {
		path := fmt.Sprintf("groups[%d]", i)
		e.Check(g.Name != "" && !groups[g.Name], path+".name", sp.Duplicate, "must be there, and unlike all others")
		groups[g.Name] = true
		e.Check(teams[g.Team], path+".team", sp.NotListed, "must be the name of a team")
		e.CheckPersonID(string(g.Profile.ID), path+".profile.id")
		checkChances(e, g.Urgency, path+".urgency")
		checkChances(e, g.Needs, path+".needs")
		e.Check(len(g.PerWeek) > 0, path+".perWeek", sp.Missing, "must have at least one rate")
		for k, rate := range g.PerWeek {
			path := fmt.Sprintf("%s.perWeek[%d]", path, k)
			e.Check(rate.PerWeek >= 0 && rate.PerWeek <= 1e6, path+".perWeek", sp.OutOfRange, "must be from 0 to 1000000")
			e.Check(k == 0 || g.PerWeek[k-1].From < rate.From, path+".from", sp.Inconsistent, "must be later than the one before")
		}
	}
}

func checkChances[T any](e *sp.InvalidError, chances []Chance[T], path string) {
	total := 0.0
	for _, c := range chances {
		total += c.Weight
		e.Check(c.Weight >= 0 && c.Weight <= 1e9, path, sp.OutOfRange, "must have weights from 0 to 1e9")
	}
	e.Check(total > 0, path, sp.Missing, "must have weights that are not all 0")
}

func validateSupply(e *sp.InvalidError, s *Scenario) {
	offers := map[string]bool{}
	for i, o := range s.Supply {
		path, id := fmt.Sprintf("supply[%d]", i), string(o.Offer.ID)
		e.Check(id != "" && !offers[id], path+".offer.id", sp.Duplicate, "must be there, and unlike all others")
		offers[id] = true
		e.Check(o.Offer.Service != "", path+".offer.service", sp.Missing, "must be there")
		e.Check(o.Places >= 0 && o.Places <= 1<<20, path+".places", sp.OutOfRange, "must be from 0 to 1048576")
		e.Check(o.Sessions >= 1 && o.Sessions <= 60, path+".sessions", sp.OutOfRange, "must be from 1 to 60")
		e.Check(o.Gap >= 1 && o.Gap <= 366, path+".gap", sp.OutOfRange, "must be from 1 to 366 days")
		e.Check(o.Starts >= 0 && o.Starts <= 366, path+".starts", sp.OutOfRange, "must be from 0 to 366 days")
		for k, f := range o.Funded {
			path := fmt.Sprintf("%s.funded[%d]", path, k)
			e.Check(!f.From.IsZero() && !f.Until.IsZero(), path, sp.Missing, "must have a first and a last day")
			e.Check(f.From <= f.Until, path+".until", sp.Inconsistent, "must not be before the first day")
		}
	}
}

func (w *Way) validate(e *sp.InvalidError) {
	for _, share := range []struct {
		path string
		of   float64
	}{
		{"declined", w.Declined},
		{"answers", w.Answers},
		{"wantsService", w.WantsService},
		{"accepts", w.Accepts},
		{"met", w.Met},
		{"attendance.base", w.Attendance.Base},
		{"attendance.perWeekWaited", w.Attendance.PerWeekWaited},
		{"attendance.perTenMinutes", w.Attendance.PerTenMinutes},
	} {
		e.Check(share.of >= 0 && share.of <= 1, "way."+share.path, sp.OutOfRange, "must be from 0 to 1")
	}
	e.Check(w.Attempts >= 1 && w.Attempts <= 1000, "way.attempts", sp.OutOfRange, "must be from 1 to 1000")
	e.Check(w.Options >= 1 && w.Options <= 1000, "way.options", sp.OutOfRange, "must be from 1 to 1000")
	e.Check(w.StopAfter >= 0, "way.stopAfter", sp.OutOfRange, "must be 0 or more")
	for _, d := range []struct {
		path string
		of   queue.Distribution
	}{
		{"triageDays", w.TriageDays},
		{"patience", w.Patience},
		{"attemptDays", w.AttemptDays},
		{"contacts", w.Contacts},
		{"contactDays", w.ContactDays},
		{"placePatience", w.PlacePatience},
		{"replyDays", w.ReplyDays},
		{"tenure", w.Tenure},
		{"vacancy", w.Vacancy},
	} {
		e.Check(d.of == nil || sound(d.of), "way."+d.path, sp.OutOfRange, "must be a distribution of numbers from 0 on")
	}
}

// sound reports whether a distribution has numbers from 0 on, at its ends and in its middle.
func sound(d queue.Distribution) bool {
	for _, p := range []float64{1e-9, 0.5, 1 - 1e-9} {
		if q := d.Quantile(p); math.IsNaN(q) || q < 0 {
			return false
		}
	}
	return true
}

func (m *Money) validate(e *sp.InvalidError, teams map[string]bool) {
	e.Check(m.Areas != nil, "money.areas", sp.Missing, "must be there")
	e.Check(len(m.Years) > 0, "money.years", sp.Missing, "must have at least one total")
	e.Check(m.Post.Sign() > 0, "money.post", sp.OutOfRange, "must be above 0")
	for i, y := range m.Years {
		e.Check(y.Sign() >= 0 && y.Currency() == m.Post.Currency(), fmt.Sprintf("money.years[%d]", i), sp.Inconsistent, "must be 0 or more, in the currency of a post")
	}
	if m.Areas == nil {
		return
	}
	for _, code := range m.Areas.Codes() {
		e.Check(teams[code], "money.areas", sp.NotListed, "must each be the name of a team: "+code+" is none")
	}
}
