package matching

import (
	"fmt"
	"math"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// waitTerm prices the days until the first session: as the entry states them, else as
// people have waited, else as is usual, and not before the service usually answers. Where
// it said lately that it is full, it counts at least until that is no longer believed.
func waitTerm(c *Case, _ Taking, o *directory.Offer) Term {
	w := c.wait(o)
	if days, ok := w.days.Lookup(); ok {
		return c.weights.Wait.estimate(int64(days), w.basis)
	}
	return c.weights.Wait.term(0, false)
}

// A wait is how long it may be until the first session.
type wait struct {
	days  sp.Known[int]
	basis Basis
	full  bool // the days are how long the service is taken to be full
}

func (c *Case) wait(o *directory.Offer) (w wait) {
	stated := c.stated(o)
	seen := c.options.Observed[o.Service]
	switch {
	case !stated.WaitDays.IsZero():
		w = wait{days: stated.WaitDays}
	case !seen.Wait().IsZero():
		w = wait{days: seen.Wait(), basis: AsObserved}
	case stated.HasRoom() == sp.Yes || dropIn(o, stated):
		w = wait{days: sp.Know(0)}
	case stated.HasRoom() == sp.No:
		return wait{} // nobody knows how long until a place becomes free
	default:
		w = wait{c.usually(o).WaitDays, AsUsual, false}
		if reply, ok := seen.ReplyDays.Lookup(); ok && w.days.Or(-1) < reply {
			w = wait{sp.Know(reply), AsObserved, false}
		}
	}
	if _, full := c.saidFull(o); full {
		if left := c.fullFor(seen); left > w.days.Or(-1) {
			w = wait{sp.Know(left), AsObserved, true}
		}
	}
	return w
}

// fullFor returns for how many more days a service that said that it is full is taken to be.
func (c *Case) fullFor(seen directory.Observed) int {
	days := 0
	for at := c.At; seen.HasRoom(at, c.options.CapacityLife) == sp.No && days < 400; days++ { // a belief lasts a year at most
		at = at.Add(24 * time.Hour)
	}
	return days
}

func waitText(c *Case, _ Taking, o *directory.Offer, price Term) string {
	w := c.wait(o)
	text := count(price.Amount.Or(0), "day", "days") + " wait"
	seen := c.options.Observed[o.Service]
	switch {
	case price.Amount.IsZero():
		return "unknown wait"
	case w.full:
		return text + " or more, since it said that it is full"
	case w.basis == AsObserved && seen.Wait().IsZero():
		return text + ", as its answers take"
	case w.basis == AsObserved:
		return text + fmt.Sprintf(", as %d people had", seen.Begun)
	case w.basis == AsUsual:
		return "unknown wait, counted as " + count(price.Amount.Or(0), "day", "days") + " as is usual"
	case c.stated(o).WaitDays.IsZero() && dropIn(o, c.stated(o)):
		return "no wait, people drop in"
	}
	return text
}

// acceptanceTerm prices how often in a hundred times a service has not said yes, or does
// not as is usual.
func acceptanceTerm(c *Case, _ Taking, o *directory.Offer) Term {
	if share, ok := accepted(c.options.Observed[o.Service]); ok {
		return c.weights.Acceptance.estimate(refusals(share.Value), AsObserved)
	}
	if yes, ok := c.usually(o).Accepted.Lookup(); ok {
		return c.weights.Acceptance.estimate(int64(100-yes), AsUsual)
	}
	return c.weights.Acceptance.term(0, false)
}

// accepted returns how often a service says yes, if enough was asked of it to say so.
func accepted(seen directory.Observed) (directory.ObservedShare, bool) {
	share, ok := seen.Share.Lookup()
	return share, ok && seen.Asked >= enoughAsked && share.Value >= 0 && share.Value <= 1
}

// enoughAsked is how many answers say anything of the next: a choice of this library.
const enoughAsked = 3

func refusals(share float64) int64 { return 100 - percent(share) }

func percent(share float64) int64 { return int64(math.Round(float64(share * 100))) }

func acceptanceText(c *Case, _ Taking, o *directory.Offer, price Term) string {
	seen := c.options.Observed[o.Service]
	if share, ok := accepted(seen); ok {
		return fmt.Sprintf("said yes to %d %% of %s (%d to %d)", percent(share.Value), count(int64(seen.Asked), "request", "requests"), percent(share.Lower), percent(share.Upper))
	}
	if price.Basis == AsUsual {
		return fmt.Sprintf("unknown how often it says yes, counted as %d %% as is usual", 100-price.Amount.Or(0))
	}
	return "unknown how often it says yes"
}
