package simulation

import (
	"fmt"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
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
	validateWaiting(e, s)
	validateArrivals(e, s)
	s.Way.validate(e)
	e.Check(p.Ageing >= 0, "policy.ageing", sp.OutOfRange, "must be 0 or more days")
	e.Check(p.Placing == Weekly || p.Placing == AtOnce, "policy.placing", sp.NotListed, "must be empty or at-once")
	e.Check(p.Sharing == Live || p.Sharing == Asking || p.Sharing == Learning, "policy.sharing", sp.NotListed, "must be empty, asking or learning")
	e.Check(p.PerPlace.Sign() >= 0, "policy.perPlace", sp.OutOfRange, "must not be below 0")
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
		if len(g.Modes) > 0 {
			checkChances(e, g.Modes, path+".modes")
		}
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
		e.Check(o.Least >= 0 && o.Least <= max(1, o.Places), path+".least", sp.Inconsistent, "must not be below 0, nor more than there are places, or no course ever begins")
		e.Check(o.Forms >= 0 && o.Forms <= 1<<20, path+".forms", sp.OutOfRange, "must be from 0 to 1048576")
		if o.Volunteers != nil {
			o.Volunteers.validate(e, path+".volunteers")
		}
		for k, f := range o.Funded {
			path := fmt.Sprintf("%s.funded[%d]", path, k)
			e.Check(!f.From.IsZero() && !f.Until.IsZero(), path, sp.Missing, "must have a first and a last day")
			e.Check(f.From <= f.Until, path+".until", sp.Inconsistent, "must not be before the first day")
		}
	}
}

func (v *Volunteers) validate(e *sp.InvalidError, path string) {
	e.Check(v.Number >= 0 && v.Number <= 100_000, path+".number", sp.OutOfRange, "must be from 0 to 100000")
	e.Check(v.Gives > 0 && v.Gives <= 168, path+".gives", sp.OutOfRange, "must be above 0 and at most 168 hours a week")
	e.Check(v.Takes > 0 && v.Takes <= 168, path+".takes", sp.OutOfRange, "must be above 0 and at most 168 hours a week")
	e.Check(share(v.Leaving), path+".leaving", sp.OutOfRange, "must be from 0 to 1")
	e.Check(share(v.Tiring), path+".tiring", sp.OutOfRange, "must be from 0 to 1")
	e.Check(v.Joining >= 0 && v.Joining <= 100, path+".joining", sp.OutOfRange, "must be from 0 to 100 a week")
}

func share(x float64) bool { return x >= 0 && x <= 1 }

func validateWaiting(e *sp.InvalidError, s *Scenario) {
	groups, seen := map[string]bool{}, map[referral.ID]bool{}
	for _, g := range s.Groups {
		groups[g.Name] = true
	}
	for i, w := range s.Waiting {
		path := fmt.Sprintf("waiting[%d]", i)
		e.CheckID(string(w.Referral), path+".referral")
		e.Check(!seen[w.Referral], path+".referral", sp.Duplicate, "must be unlike all others")
		seen[w.Referral] = true
		e.Check(groups[w.Group], path+".group", sp.NotListed, "must be the name of a group")
		e.Check(w.Urgency.Rank() > 0 || w.Urgency == referral.Routine, path+".urgency", sp.NotListed, "must be routine, soon or urgent")
		e.Check(w.Days >= 0 && w.Days <= 100*366, path+".days", sp.OutOfRange, "must be from 0 to 36600")
		e.Check(w.Attempts >= 0, path+".attempts", sp.OutOfRange, "must be 0 or more")
	}
}

func (w *Way) validate(e *sp.InvalidError) {
	for _, part := range []struct {
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
		{"attendance.perTenPounds", w.Attendance.PerTenPounds},
		{"attendance.otherMode", w.Attendance.OtherMode},
		{"attendance.afterCut", w.Attendance.AfterCut},
	} {
		e.Check(share(part.of), "way."+part.path, sp.OutOfRange, "must be from 0 to 1")
	}
	e.Check(len(w.Concerns) <= mostConcerns, "way.concerns", sp.WrongLength, "must be at most 8")
	for i, c := range w.Concerns {
		path := fmt.Sprintf("way.concerns[%d]", i)
		e.Check(slices.Contains(concern.Kinds(), c.Kind), path+".kind", sp.NotListed, "must be crisis or safeguarding")
		e.Check(share(c.Share), path+".share", sp.OutOfRange, "must be from 0 to 1")
		e.Check(c.Days == nil || sound(c.Days), path+".days", sp.OutOfRange, "must be a distribution of numbers from 0 on")
	}
	e.Check(w.Attempts >= 1 && w.Attempts <= 1000, "way.attempts", sp.OutOfRange, "must be from 1 to 1000")
	e.Check(w.Options >= 1 && w.Options <= 1000, "way.options", sp.OutOfRange, "must be from 1 to 1000")
	e.Check(w.StopAfter >= 0, "way.stopAfter", sp.OutOfRange, "must be 0 or more")
	if w.Outcome != nil {
		w.Outcome.validate(e)
	}
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
		{"closure", w.Closure},
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
	e.Check(len(m.Years) > 0 || len(m.Quarters) > 0, "money.years", sp.Missing, "must have at least one total")
	e.Check(len(m.Years) == 0 || len(m.Quarters) == 0, "money.quarters", sp.Inconsistent, "must not be there beside years")
	e.Check(m.Post.Sign() > 0, "money.post", sp.OutOfRange, "must be above 0")
	for i, y := range m.Years {
		e.Check(y.Sign() >= 0 && y.Currency() == m.Post.Currency(), fmt.Sprintf("money.years[%d]", i), sp.Inconsistent, "must be 0 or more, in the currency of a post")
	}
	for i, q := range m.Quarters {
		e.Check(q.Sign() >= 0 && q.Currency() == m.Post.Currency(), fmt.Sprintf("money.quarters[%d]", i), sp.Inconsistent, "must be 0 or more, in the currency of a post")
	}
	if m.Areas == nil {
		return
	}
	for _, code := range m.Areas.Codes() {
		e.Check(teams[code], "money.areas", sp.NotListed, "must each be the name of a team: "+code+" is none")
	}
}
