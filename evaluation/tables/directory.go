package tables

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/gap"
)

// active returns the services that take people. Those of which that is not known are left
// out, and those that take nobody do not count at all.
func active(services []directory.Service, out leaving) (open []*directory.Service) {
	for i := range services {
		is := services[i].Status.Open()
		if is == sp.Yes {
			open = append(open, &services[i])
		}
		out.add("not stated whether it takes people", b2i(is == sp.Unknown))
	}
	return open
}

// FreeToUse returns indicator 35: of the services that take people and say whether they charge,
// the share that charges nothing. A service that asks for a donation charges nothing, as nobody
// is turned away for want of money.
func FreeToUse(services []directory.Service) (evaluation.Figure, error) {
	out := leaving{}
	var free, all int64
	for _, s := range active(services, out) {
		switch s.Cost.Charge {
		case directory.Free, directory.Donation:
			free, all = free+1, all+1
		case directory.Paid:
			all++
		default:
			out.add("not stated whether it charges", 1)
		}
	}
	return out.share("free-to-use", "free to use", "", "services that take people", free, all)
}

// Freshness returns indicator 57: of the services that take people, the share that somebody has
// assured within so many days, and the median age of the assurance in days. 0 days is 92: the
// three months of Open Referral UK, since no quarter is longer. A service that nobody ever
// assured is not fresh, and has no age.
func Freshness(services []directory.Service, on sp.Date, within int) ([]evaluation.Figure, error) {
	if within <= 0 {
		within = 92
	}
	out := leaving{}
	var fresh, all int64
	var ages []float64
	never := leaving{}
	for _, s := range active(services, out) {
		all++
		age, assured := s.Freshness.Age(on)
		if !assured {
			never.add("never assured", 1)
			continue
		}
		fresh += b2i(age <= within)
		ages = append(ages, float64(age))
	}
	share, err := out.share("directory-freshness", fmt.Sprintf("assured within %d days", within), "", "services that take people", fresh, all)
	if err != nil {
		return nil, err
	}
	for why, n := range out {
		never.add(why, n)
	}
	median, err := never.median("directory-age", "since somebody assured a listing", "services that were ever assured", "days, median", ages)
	return []evaluation.Figure{share, median}, err
}

// An Option is a service that people of an area can go to for a category of need.
type Option struct {
	Area     string
	Category string // of need
	Service  directory.ID
	Minutes  Cell     // to get there from the area
	Open     sp.Truth // whether it takes people now
}

// A Choice says how much choice there is in an area.
type Choice struct {
	// Two is the share of categories with two or more options within the time.
	Two evaluation.Figure
	// Diversity is that of the known options over the categories.
	Diversity gap.Diversity
}

// OptionDiversity returns indicator 59 for each area: the share of the categories of need for
// which two or more services take people within so many minutes (0 is [LongJourney]), and the
// diversity of those services over the categories, see [gap.Measure]. A category is counted as
// left out where two services are certain only if something that is not known were so.
func OptionDiversity(areas, categories []string, options []Option, minutes int64) ([]Choice, error) {
	if minutes <= 0 {
		minutes = LongJourney
	}
	within := optionsWithin(options, minutes)
	all := make([]Choice, 0, len(areas))
	for _, area := range areas {
		out := leaving{}
		var yes, of int64
		counts := map[string]int{}
		for _, category := range categories {
			at := within[cell{area, category}]
			counts[category] = len(at.sure)
			switch {
			case len(at.sure) >= 2:
				yes, of = yes+1, of+1
			case at.possible() >= 2:
				out.add("not known whether there are two", 1)
			default:
				of++
			}
		}
		f, err := out.share("option-diversity", fmt.Sprintf("two options or more within %d minutes", minutes), area, "categories of need", yes, of)
		if err != nil {
			return nil, err
		}
		all = append(all, Choice{f, gap.Measure(area, counts)})
	}
	return all, nil
}

// A cell is a category of need in an area.
type cell struct{ area, category string }

// A reached holds the services of a cell that are within reach and take people, and those of
// which that is not known.
type reached struct{ sure, maybe map[directory.ID]bool }

// possible returns how many there are at most.
func (r reached) possible() int {
	n := len(r.sure)
	for id := range r.maybe {
		n += int(b2i(!r.sure[id]))
	}
	return n
}

func optionsWithin(options []Option, minutes int64) map[cell]reached {
	within := map[cell]reached{}
	for _, o := range options {
		near := sp.Unknown
		if n, known := o.Minutes.Number.Lookup(); known {
			near = sp.TruthOf(n <= minutes)
		}
		at, some := within[cell{o.Area, o.Category}]
		if !some {
			at = reached{map[directory.ID]bool{}, map[directory.ID]bool{}}
			within[cell{o.Area, o.Category}] = at
		}
		switch near.And(o.Open) {
		case sp.Yes:
			at.sure[o.Service] = true
		case sp.Unknown:
			at.maybe[o.Service] = true
		case sp.No: // nobody gets there
		}
	}
	return within
}

// Utilisation returns indicator 60 at a time: the share of all places that are taken; and, of
// the providers whose offers all state their places, the share that has none left. What an
// offer stated longer ago than [directory.CapacityLife] is left out. Where places are held, the
// offers must state what is left then: see the method Left of Places in directory/place.
func Utilisation(offers []directory.Offer, at time.Time) ([]evaluation.Figure, error) {
	out, silent := leaving{}, leaving{}
	var taken, places int64
	free, unsure := map[directory.ID]int64{}, map[directory.ID]bool{}
	for i := range offers {
		o := &offers[i]
		c := o.Capacity.At(at, 0)
		most, whole := c.Maximum.Lookup()
		left, stated := c.Available.Lookup()
		if !whole || !stated || left > most || left < 0 {
			out.add("places not stated, or too long ago", 1)
			unsure[o.Organisation] = true
			continue
		}
		taken, places = taken+int64(most-left), places+int64(most)
		free[o.Organisation] += int64(left)
	}
	share, err := out.share("capacity-used", "places taken", "", "places", taken, places)
	if err != nil {
		return nil, err
	}
	var full, providers int64
	for id := range free {
		switch {
		case id == "":
			silent.add("provider not stated", 1)
		case unsure[id]:
		default:
			full, providers = full+b2i(free[id] == 0), providers+1
		}
	}
	silent.add("places not stated, or too long ago", int64(len(unsure)))
	atCapacity, err := silent.share("providers-full", "providers without a free place", "", "providers", full, providers)
	return []evaluation.Figure{share, atCapacity}, err
}
