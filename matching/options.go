package matching

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/needs"
)

// Options say what is asked and how it is weighed. The zero Options ask for any
// offer that fits, on the day of the profile, with [DefaultWeights].
type Options struct {
	At    time.Time // of asking, for freshness, room, prices and funding; zero is the day of the profile
	Limit int       // at most so many; zero is all

	Needs     []needs.Code        // the offer must help with one; helping with more is better
	Crosswalk directory.Crosswalk // from the topics of the directory to the needs

	Travel     Travel            // estimates journeys; nil leaves straight-line distance
	Routes     []directory.Route // ways in that can be used; nil is by a link worker or by oneself
	Continuity []directory.ID    // organisations that the person already knows and would like to keep
	Without    []directory.ID    // organisations, services or offers that are out of the question

	MaxAge       int              // days since the entry was assured; zero does not ask
	CapacityLife time.Duration    // how long capacity is believed; zero is [directory.CapacityLife]
	Unknown      directory.Policy // what becomes of an offer of which it is unknown whether it fits
	Weights      Weights          // zero is [DefaultWeights]
}

// Travel estimates the journey from a home to a place, and reports false if it
// cannot. It is called for offers that fit in every other respect, and must
// answer the same for the same question.
type Travel func(home directory.Home, to geo.Point) (Journey, bool)

// A Journey is one way from home.
type Journey struct {
	Minutes int
	How     string   // completes "14 min": "by bus", "on foot"
	Fare    sp.Money // what the person pays there and back
}

// defaultRoutes are those that a link worker can use, or help a person to use.
var defaultRoutes = []directory.Route{directory.LinkWorkerReferral, directory.SelfReferral}
