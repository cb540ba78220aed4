package lab

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/simulation"
)

// A fileSupply is a [simulation.Supply].
type fileSupply struct {
	Name     string       `json:"name"`
	Needs    []needs.Code `json:"needs"`
	Lat      float64      `json:"lat"`
	Lon      float64      `json:"lon"`
	Places   int          `json:"places"`
	Sessions int          `json:"sessions"`
	Gap      int          `json:"gap,omitempty"` // days; 0 is a week
	Starts   int          `json:"starts,omitempty"`

	Price      sp.Money         `json:"price,omitzero"`     // that a person pays; none is unknown
	Provider   string           `json:"provider,omitempty"` // empty is one for itself
	Modes      []directory.Mode `json:"modes,omitempty"`    // empty is in person
	Least      int              `json:"least,omitempty"`    // people, for a course to begin
	Forms      int              `json:"forms,omitempty"`    // people who wait, for it to be there at all
	Funded     []fileFunded     `json:"funded,omitempty"`   // empty is always
	Volunteers *fileVolunteers  `json:"volunteers,omitempty"`
}

// A fileFunded is a [simulation.Funded].
type fileFunded struct {
	From  sp.Date `json:"from"`
	Until sp.Date `json:"until"`
}

// A fileVolunteers is a [simulation.Volunteers].
type fileVolunteers struct {
	Number  int     `json:"number"`
	Gives   float64 `json:"gives"`
	Takes   float64 `json:"takes"`
	Leaving float64 `json:"leaving,omitempty"`
	Tiring  float64 `json:"tiring,omitempty"`
	Joining float64 `json:"joining,omitempty"`
}

func (o *fileSupply) supply(e *sp.InvalidError, path string) simulation.Supply {
	point, err := geo.NewPoint(o.Lat, o.Lon)
	e.Check(err == nil, path+".lat", sp.OutOfRange, "must be, with lon, a place on earth")
	e.Check(len(o.Needs) > 0, path+".needs", sp.Missing, "must have at least one")
	id := directory.NewID("lab", o.Name)
	offer := directory.Offer{ID: id, Service: id, Organisation: directory.NewID("lab", cmp.Or(o.Provider, o.Name)), Name: o.Name, Point: point, Facts: directory.Facts{Delivery: directory.Truths[directory.Mode]{}}}
	for _, n := range o.Needs {
		checkNeed(e, n, path+".needs")
		offer.Topics = append(offer.Topics, n.Concept())
	}
	if len(o.Modes) == 0 {
		o.Modes = []directory.Mode{directory.InPerson}
	}
	for _, m := range o.Modes {
		checkMode(e, m, path+".modes")
		offer.Delivery[m] = sp.Yes
	}
	if o.Price != (sp.Money{}) {
		e.Check(o.Price.Sign() >= 0, path+".price", sp.OutOfRange, "must not be below 0")
		offer.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(o.Price)}}}
	}
	out := simulation.Supply{Offer: offer, Places: o.Places, Sessions: o.Sessions, Gap: cmp.Or(o.Gap, 7), Starts: o.Starts, Least: o.Least, Forms: o.Forms}
	for _, f := range o.Funded {
		out.Funded = append(out.Funded, simulation.Funded(f))
	}
	if o.Volunteers != nil {
		v := simulation.Volunteers(*o.Volunteers)
		out.Volunteers = &v
	}
	return out
}

func checkMode(e *sp.InvalidError, m directory.Mode, path string) {
	known := []directory.Mode{directory.InPerson, directory.Online, directory.Telephone, directory.HomeVisit}
	e.Check(slices.Contains(known, m), path, sp.NotListed, "must be of in-person, online, telephone and home-visit")
}

// A fileRate is a [simulation.Rate].
type fileRate struct {
	From    sp.Date `json:"from"`
	PerWeek float64 `json:"perWeek"`
}

func (g *fileGroup) rates(e *sp.InvalidError, path string, start sp.Date) (all []simulation.Rate) {
	if len(g.Rates) == 0 {
		return []simulation.Rate{{From: start, PerWeek: g.PerWeek}}
	}
	e.Check(g.PerWeek == 0, path+".perWeek", sp.Inconsistent, "must not stand beside rates")
	for _, r := range g.Rates {
		all = append(all, simulation.Rate(r))
	}
	return all
}

// A fileWait is a [simulation.Waiting].
type fileWait struct {
	Group    string           `json:"group"`
	Urgency  referral.Urgency `json:"urgency,omitempty"` // empty is routine
	Need     needs.Code       `json:"need,omitempty"`    // empty is drawn
	Days     int              `json:"days"`
	Attempts int              `json:"attempts,omitempty"`
	Taken    bool             `json:"taken,omitempty"`
}

func (w *fileWait) waiting(e *sp.InvalidError, i int) simulation.Waiting {
	if w.Need != "" {
		checkNeed(e, w.Need, fmt.Sprintf("waiting[%d].need", i))
	}
	return simulation.Waiting{Referral: referral.ID(fmt.Sprintf("W-%d", i+1)), Group: w.Group, Urgency: cmp.Or(w.Urgency, referral.Routine), Need: w.Need, Days: w.Days, Attempts: w.Attempts, Taken: w.Taken}
}

// A fileSource is a [simulation.Source].
type fileSource struct {
	Parameter string `json:"parameter"`
	Says      string `json:"says"`
	From      string `json:"from,omitempty"`
}

// sources returns those of the preset, with those of the file in their place.
func (f *file) sources(preset []simulation.Source) []simulation.Source {
	all := slices.Clone(preset)
	for _, s := range f.Sources {
		all = slices.DeleteFunc(all, func(p simulation.Source) bool { return p.Parameter == s.Parameter })
		all = append(all, simulation.Source(s))
	}
	return all
}
