package simulation

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/simulation/queue"
)

// Scenario returns the scheme that the log tells of, from the day of the first referral to that of the
// last event, with people who behave as way says where the log does not tell of them. Who referred
// anybody is a group; all workers are one team, each with a cap as in [Team]; an offer has as many
// places as were ever taken at once, courses of as many sessions as most of those that were finished,
// and helps with the needs that people were sent there for. No distances are known. Workers neither
// leave nor come, and no days pass before the scheme answers ([Way].TriageDays): when somebody was
// accepted is when a worker took them on, so that the days before are a wait for one.
//
// It is a beginning: whoever knows more of the scheme, such as the places that stood empty, writes it
// in. It fails as [Recording.Arrivals] does.
func (r *Recording) Scenario(way Way, workerCap int) (Scenario, error) {
	first := time.Time{}
	for _, f := range r.files {
		if !f.void && (first.IsZero() || f.at.Before(first)) {
			first = f.at
		}
	}
	start := sp.DateOf(first)
	arrivals, err := r.Arrivals(start)
	if err != nil {
		return Scenario{}, err
	}
	way.TriageDays, way.Tenure = nil, nil
	s := Scenario{Start: start, Days: sp.DateOf(r.last).Sub(start) + 1, Way: way, Arrivals: arrivals}
	s.Teams = []Team{{Name: "team", Posts: r.Workers(), Cap: workerCap}}
	s.Groups = r.groups(arrivals, start)
	s.Supply = r.offers()
	return s, nil
}

// groups returns who refers people, each once, in order.
func (r *Recording) groups(arrivals []Arrival, start sp.Date) []Group {
	groups := map[string]*Group{}
	for _, a := range arrivals {
		g := groups[a.Group]
		if g == nil {
			g = &Group{
				Name: a.Group, Source: r.files[a.Referral].received.Source, From: a.From, Team: "team",
				Profile: person.Profile{On: start},
				PerWeek: []Rate{{From: start}},
				Urgency: []Chance[referral.Urgency]{{Value: referral.Routine, Weight: 1}},
				Needs:   []Chance[needs.Code]{{Value: a.Need, Weight: 1}},
			}
			groups[a.Group] = g
		}
	}
	var all []Group
	for i, name := range slices.Sorted(maps.Keys(groups)) {
		groups[name].Profile.ID = person.ID(fmt.Sprintf("group-%d", i+1))
		all = append(all, *groups[name])
	}
	return all
}

// offers returns what people were sent to, in order of the IDs.
func (r *Recording) offers() []Supply {
	requests := map[directory.ID][]*request{}
	for _, id := range r.order {
		for _, p := range r.files[id].requests {
			requests[p.offer] = append(requests[p.offer], p)
		}
	}
	var all []Supply
	for _, id := range slices.Sorted(maps.Keys(requests)) {
		of := requests[id]
		offer := directory.Offer{ID: id, Service: of[0].service, Organisation: of[0].provider, Name: string(id)}
		s := Supply{Offer: offer, Places: atOnce(of), Sessions: 1, Gap: 7}
		var sessions, gaps []int
		for _, p := range of {
			for _, n := range p.needs {
				if topic := n.Concept(); !slices.Contains(s.Offer.Topics, topic) {
					s.Offer.Topics = append(s.Offer.Topics, topic)
				}
			}
			if p.end == finishes && len(p.meetings) > 0 {
				sessions = append(sessions, len(p.meetings))
			}
			for i := 1; i < len(p.meetings); i++ {
				if a, b := p.meetings[i-1], p.meetings[i]; !a.at.IsZero() && !b.at.IsZero() {
					gaps = append(gaps, sp.DateOf(b.at).Sub(sp.DateOf(a.at)))
				}
			}
		}
		s.Sessions = min(max(1, middle(sessions, s.Sessions)), 60)
		s.Gap = min(max(1, middle(gaps, s.Gap)), 366)
		all = append(all, s)
	}
	return all
}

// middle returns the median, the lower of two, and a number where there are none.
func middle(of []int, none int) int {
	if len(of) == 0 {
		return none
	}
	slices.Sort(of)
	return of[(len(of)-1)/2]
}

// atOnce returns how many people had a place at the same time at the most.
func atOnce(requests []*request) (most int) {
	type change struct {
		at time.Time
		by int
	}
	var all []change
	for _, p := range requests {
		if !p.yes.Or(false) {
			continue
		}
		all = append(all, change{p.answered, 1})
		if !p.over.IsZero() {
			all = append(all, change{p.over, -1})
		}
	}
	slices.SortFunc(all, func(a, b change) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.by, b.by)) })
	now := 0
	for _, c := range all {
		now += c.by
		most = max(most, now)
	}
	return most
}

// Happened returns what the log tells of what became of the recorded arrivals of a scenario, counted as
// a run counts: its groups, and of its offers who was asked and was full. It says nothing of workers and of
// places; of who wished to go somewhere only once a provider was asked, or nothing was found. A course that
// a provider stopped as there was no place any more is [GroupResult].Cut.
func (r *Recording) Happened(s Scenario) *Result {
	out := &Result{Days: s.Days}
	for _, g := range s.Groups {
		out.Groups = append(out.Groups, GroupResult{Name: g.Name})
	}
	for _, o := range s.Supply {
		out.Supply = append(out.Supply, SupplyResult{Offer: string(o.Offer.ID)})
	}
	end := queue.Time(s.Days) * day
	for _, a := range s.Arrivals {
		f := r.files[a.Referral]
		g := slices.IndexFunc(out.Groups, func(g GroupResult) bool { return g.Name == a.Group })
		if at := moment(s.Start, a.At); f == nil || g < 0 || at < 0 || at >= end {
			continue
		}
		f.happened(&out.Groups[g], s.Start)
		for _, p := range f.requests {
			if i := slices.IndexFunc(out.Supply, func(o SupplyResult) bool { return o.Offer == string(p.offer) }); i >= 0 {
				out.Supply[i].Asked++
				out.Supply[i].Full += int(truth(p.full))
			}
		}
	}
	return out
}

// happened counts what became of somebody.
func (f *file) happened(g *GroupResult, start sp.Date) {
	g.Referred++
	spoken := len(f.talks) > 0
	switch {
	case !f.declined.IsZero():
		g.Declined++
	case !f.withdrew.IsZero():
		g.Withdrew++
	case f.lost:
		g.NotReached++
	case f.closed:
		g.Closed++
	default:
		g.InHand++
	}
	count := func(n *int, is bool) { *n += int(truth(is)) }
	count(&g.Reached, spoken)
	count(&g.Wished, f.wishes)
	count(&g.GaveUp, !f.gaveUp.IsZero())
	count(&g.Nothing, !f.unfit.IsZero())
	count(&g.Accepted, !f.place.IsZero())
	if spoken {
		g.ToContact.add(max(0, moment(start, f.talks[0])-moment(start, f.at))) // 0 where a log says that it was before
		if !f.place.IsZero() {
			g.ToPlace.add(max(0, moment(start, f.place)-moment(start, f.talks[0])))
		}
	}
	var begun, left, finished, met bool
	for _, p := range f.requests {
		count(&g.Cut, p.cut)
		left = left || p.end == leavesCourse
		finished = finished || p.end == finishes
		met = met || p.end == finishes && p.met.Or(false)
		for _, m := range p.meetings {
			came, held := m.came.Lookup()
			count(&g.Sessions, held)
			count(&g.Attended, came)
			begun = begun || came
		}
	}
	count(&g.Begun, begun)
	count(&g.Left, left)
	count(&g.Finished, finished)
	count(&g.Met, met)
}
