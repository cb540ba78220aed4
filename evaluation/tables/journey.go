package tables

import (
	"fmt"
	"io"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/referral/placement"
)

// Journeys say how long people travel to the services where they have a place. The log of
// events holds neither homes nor routes, so the caller works the times out.
type Journeys struct {
	Source string // the timetable or map that the times are from
	Rows   []Journey
}

// A Journey is the way of one person to the place of a placement.
type Journey struct {
	Placement placement.ID
	Minutes   Cell // by public transport, one way
}

// ReadJourneys reads journeys from CSV: the columns placement and minutes. The source must not
// be empty. It fails as [ReadList] does, and for minutes that are not a whole number.
func ReadJourneys(r io.Reader, name, source string) (Journeys, error) {
	if err := checkSource(source); err != nil {
		return Journeys{}, err
	}
	rows, into, err := lines(r, name, "placement", "minutes")
	if err != nil {
		return Journeys{}, err
	}
	j, seen := Journeys{Source: source}, map[placement.ID]bool{}
	for _, l := range rows {
		one := Journey{placement.ID(l.text("placement")), into.cell(l, "minutes")}
		switch {
		case !sp.ValidID(one.Placement):
			into.fault(l, "placement", "missing-id", sp.IDRule)
		case seen[one.Placement]:
			into.fault(l, "placement", "duplicate-id", "stands twice")
		}
		seen[one.Placement] = true
		j.Rows = append(j.Rows, one)
	}
	return j, into.err(name)
}

// LongJourney is the number of minutes beyond which a journey counts as long: half an hour.
const LongJourney = 30

// TravelBurden returns indicator 34: the median journey in minutes, and the share of journeys
// that take longer than [LongJourney]. Journeys whose minutes are not known are counted as left
// out.
func TravelBurden(j Journeys) ([]evaluation.Figure, error) {
	out := leaving{}
	var minutes []float64
	var long int64
	for _, one := range j.Rows {
		n, known := one.Minutes.Number.Lookup()
		if !known {
			out.add(one.Minutes.why(), 1)
			continue
		}
		minutes = append(minutes, float64(n))
		long += b2i(n > LongJourney)
	}
	median, err := out.median("travel-minutes", "travel by public transport", "journeys", "minutes, median", minutes)
	if err != nil {
		return nil, err
	}
	share, err := out.share("travel-long", fmt.Sprintf("journeys of more than %d minutes", LongJourney), "", "journeys", long, int64(len(minutes)))
	return []evaluation.Figure{median, share}, err
}
