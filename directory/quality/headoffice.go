package quality

import (
	"cmp"
	"regexp"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// An Office is a place that is, by its entry, where an organisation sits, and at which
// services are said to happen. Feeds put the address of the head office where the place of
// a service belongs, and whoever searches near there finds thirty services of which none
// is given there.
type Office struct {
	Place        directory.ID   `json:"place"`
	Organisation directory.ID   `json:"organisation,omitempty"`
	Services     []directory.ID `json:"services"` // that are said to happen there, in order of ID
	Why          OfficeReason   `json:"why"`
}

// An OfficeReason says why a place may be a head office.
type OfficeReason string

// The reasons.
const (
	NamedOffice   OfficeReason = "named"      // its name, its address or its description says so, or it is a box for letters
	EverythingAt  OfficeReason = "everything" // all services of an organisation are at this one place, and serve areas that it does not lie in, or have no schedule there
	fewestAtPlace              = 3            // services of which all are at one place
)

// office is what people write for one.
var office = regexp.MustCompile(`(?i)\b(head|registered|main|administrative|admin|central|national) ?(office|offices|headquarters)\b|\bheadquarters\b|\bHQ\b|\bP\.? ?O\.? ?Box\b|\bregistered address\b`)

// Offices returns the places that are likely head offices and no places of services, in
// order of ID. It is a guess for people to look at: a drop-in at the head office is one.
// Once it is sure, set the place's kind to [directory.Postal], and the offers of its
// services carry no point that nobody should travel to.
func Offices(c directory.Catalogue) []Office {
	services := map[directory.ID]*directory.Service{}
	of := map[directory.ID]int{} // services by organisation
	for i := range c.Services {
		services[c.Services[i].ID] = &c.Services[i]
		of[c.Services[i].Organisation]++
	}
	at, venues := map[directory.ID][]directory.Venue{}, map[directory.ID]int{}
	for _, v := range c.Venues {
		if services[v.Service] != nil {
			at[v.Place] = append(at[v.Place], v)
			venues[v.Service]++
		}
	}
	var found []Office
	for i := range c.Places {
		p := &c.Places[i]
		if len(at[p.ID]) == 0 || p.Kind == directory.Postal || p.Kind == directory.Virtual || p.Shown != directory.ShownInFull {
			continue
		}
		o := Office{Place: p.ID, Organisation: p.Organisation}
		vague, organisation := 0, services[at[p.ID][0].Service].Organisation
		for _, v := range at[p.ID] {
			s := services[v.Service]
			o.Services = append(o.Services, s.ID)
			if s.Organisation == organisation && venues[s.ID] == 1 && len(v.Schedules) == 0 && len(p.Schedules) == 0 && elsewhere(p, s, v) {
				vague++
			}
		}
		slices.Sort(o.Services)
		switch {
		case isOffice(p):
			o.Why = NamedOffice
		case organisation != "" && vague == len(at[p.ID]) && vague >= fewestAtPlace && vague == of[organisation]:
			o.Why, o.Organisation = EverythingAt, organisation
		default:
			continue
		}
		found = append(found, o)
	}
	slices.SortFunc(found, func(a, b Office) int { return cmp.Compare(a.Place, b.Place) })
	return found
}

func isOffice(p *directory.Place) bool {
	texts := append([]string{p.Name, p.AlternateName, p.Description}, p.Address.Lines...)
	return slices.ContainsFunc(texts, office.MatchString)
}

// elsewhere reports whether a service happens anywhere but where it is said to: for people
// of an area that the place does not lie in, or at no known time.
func elsewhere(p *directory.Place, s *directory.Service, v directory.Venue) bool {
	area := s.Area
	if !v.Area.IsZero() {
		area = v.Area
	}
	return len(s.Schedules) == 0 || area.Covers(directory.Home{Point: p.Point, Postcode: p.Address.Postcode}) == sp.No
}
