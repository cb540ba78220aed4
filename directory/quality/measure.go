package quality

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// An asking is a question about a service or an offer.
type asking[T any] struct {
	name, meaning string
	has           func(*T) bool
}

// ofServices are the measures of services, in the order of the report.
func ofServices(c directory.Catalogue, on sp.Date) []asking[directory.Service] {
	reachable := map[directory.ID]bool{}
	for i := range c.Organisations {
		o := &c.Organisations[i]
		reachable[o.ID] = o.Email != "" || o.Website != "" || len(o.Phones) > 0
	}
	return []asking[directory.Service]{
		{"name", "have a name", func(s *directory.Service) bool { return s.Name != "" }},
		{"description", "say in words what they do", func(s *directory.Service) bool { return s.Description != "" }},
		{"contact", "can be written to, rung or looked up, or their organisation can", func(s *directory.Service) bool {
			return s.Email != "" || s.URL != "" || len(s.Phones) > 0 || len(s.Contacts) > 0 || reachable[s.Organisation]
		}},
		{"status", "say whether they take people", func(s *directory.Service) bool { return s.Status.Open().Known() }},
		{"topics", "are tagged with what they help with", func(s *directory.Service) bool { return len(s.Topics) > 0 }},
		{"charge", "say whether they cost anything", func(s *directory.Service) bool { return s.Cost.Charge != "" }},
		{"ages", "say for which ages they are", func(s *directory.Service) bool { return !s.Eligibility.Ages.IsZero() }},
		{"assured", "say when somebody made sure that all is true", func(s *directory.Service) bool { return !s.Freshness.Assured.IsZero() }},
		{"assured-lately", "were assured within three months", func(s *directory.Service) bool {
			days, ok := s.Freshness.Age(on)
			return ok && days <= Lately
		}},
	}
}

// ofOffers are the measures of offers, in the order of the report.
var ofOffers = []asking[directory.Offer]{
	{"provider", "name the organisation that runs them", func(o *directory.Offer) bool { return o.Provider != "" }},
	{"place", "name a place, or say that they are online, by telephone or at people's homes", func(o *directory.Offer) bool {
		return o.Place != "" || o.Delivery.Any(directory.Online, directory.Telephone, directory.HomeVisit) == sp.Yes
	}},
	{"point", "can be found by distance, or happen at no place", func(o *directory.Offer) bool {
		return !o.Point.IsZero() || o.Delivery.Any(directory.Online, directory.Telephone, directory.HomeVisit) == sp.Yes
	}},
	{"days", "say on which days they happen, in a form that can be read", func(o *directory.Offer) bool {
		for i := range o.Schedules {
			if !o.Schedules[i].Rule.IsZero() {
				return true
			}
		}
		return false
	}},
	{"access", "say something about access", func(o *directory.Offer) bool { return len(o.Access) > 0 }},
}

func measures(c directory.Catalogue, offers []directory.Offer, on sp.Date) []Measure {
	var all []Measure
	for _, q := range ofServices(c, on) {
		m := Measure{Name: q.name, Meaning: q.meaning, Of: len(c.Services)}
		for i := range c.Services {
			if q.has(&c.Services[i]) {
				m.Have++
			}
		}
		all = append(all, m)
	}
	for _, q := range ofOffers {
		m := Measure{Name: q.name, Meaning: q.meaning, Of: len(offers)}
		for i := range offers {
			if q.has(&offers[i]) {
				m.Have++
			}
		}
		all = append(all, m)
	}
	return all
}
