package matching

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/needs"
)

// Options say what is asked of offers and how the answers are weighed. With the
// zero Options, every offer that fits the profile on its day is proposed, by
// [DefaultWeights].
type Options struct {
	At    time.Time // the moment of asking, by which freshness, room, prices and funding are judged; zero is the day of the profile
	Limit int       // at most so many; zero is all

	// Needs are terms of the taxonomy, of which nil is [needs.Standard]. The offer must help
	// with at least one of them; helping with more is better. Its Translate makes them of the
	// words of another system.
	Needs    []needs.Code
	Taxonomy *needs.Taxonomy

	// Crosswalk translates the topics of the directory to the needs. Its words are looked
	// for in offers whose topics say nothing of a need: whether such an offer helps stays
	// unknown, but it comes before one that does not even speak of it.
	Crosswalk directory.Crosswalk

	Travel     Travel            // estimates journeys; nil leaves straight-line distance
	Routes     []directory.Route // ways into a service that can be used; nil is by a link worker or by oneself
	Continuity []directory.ID    // organisations that the person already knows and would like to keep
	Without    []directory.ID    // organisations, services or offers that must not be proposed

	// Observed says how services have answered, by their IDs, as package evaluation/observed
	// gathers it from the log. One that said lately that it is full has no room, unless it
	// has stated otherwise since; and a wait that it does not state is what people have waited.
	Observed map[directory.ID]directory.Observed

	MaxAge       int              // most days since the entry was assured; zero is any number
	CapacityLife time.Duration    // for how long a statement about capacity, or an answer that it is full, is believed; zero is [directory.CapacityLife]
	Unknown      directory.Policy // whether an offer is proposed if nobody knows whether it fits
	Weights      Weights          // zero is [DefaultWeights]
}

// Travel estimates the journey from a home to a place, and reports false if it
// cannot. It is called only for offers that fit in every other respect, and must
// give the same answer for the same arguments.
type Travel func(home directory.Home, to geo.Point) (Journey, bool)

// A Journey is one way from home.
type Journey struct {
	Minutes int
	How     string   // completes "14 min": "by bus", "on foot"
	Fare    sp.Money // what the person pays there and back
}

// defaultRoutes are those that a link worker can use, or help a person to use.
var defaultRoutes = []directory.Route{directory.LinkWorkerReferral, directory.SelfReferral}
