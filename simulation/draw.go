package simulation

import (
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/simulation/queue"
)

// A Draw says how a kind of luck is drawn that a log did not tell: anew, while the rest stays as it was,
// or all alike. So what hangs on it is found out.
type Draw struct {
	Replication int // of which the draws are taken

	// All is what every draw is, above 0 and below 1: near 0 a time is the shortest, a number the least
	// and an answer yes, near 1 the longest, the most and no. Unknown is that they are drawn.
	All sp.Known[float64]
}

// drawn is a [Draw] with its stream.
type drawn struct {
	from queue.Stream
	all  sp.Known[float64]
}

// openDraws looks up which kinds are drawn in another way.
func (r *run) openDraws() error {
	e := &sp.InvalidError{Subject: "simulation"}
	names := lucks()
	for _, of := range slices.Sorted(maps.Keys(r.o.Draws)) {
		d, i := r.o.Draws[of], slices.Index(names[:], of)
		all, is := d.All.Lookup()
		e.Check(!is || all > 0 && all < 1, "draws.all", sp.OutOfRange, "must be above 0 and below 1")
		if e.Check(i >= 0, "draws", sp.NotListed, "must name kinds of Luck"); i >= 0 {
			r.draws[i] = &drawn{queue.NewStream(r.o.Seed, d.Replication, "ways"), d.All}
		}
	}
	return e.Err()
}

// unit returns the draw of somebody for a purpose, between 0 and 1.
func (r *run) unit(c *client, draw uint64) float64 {
	i := draw >> 12
	if c.known == nil || i >= purposes || r.draws[i] == nil {
		return r.streams.ways.Unit(c.entity, draw)
	}
	if all, is := r.draws[i].all.Lookup(); is {
		return all
	}
	return r.draws[i].from.Unit(c.entity, draw)
}
