package simulation

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/simulation/queue"
)

// A Result is what a run has counted, and nothing about anybody alone.
type Result struct {
	Days    int // that were played
	Events  int64
	Partial bool // it was cancelled before its end

	// Assumed are the parameters of [Way], and Cap, that have no publication or data of one's own
	// behind them ([Scenario].Sources), and where people are asked how they are, the mean, the
	// spread and the retest correlation of their answers. What was counted can hang on any of them.
	Assumed []string

	// Luck is what the log told of recorded arrivals, and what had to be drawn; none without them.
	Luck []Luck

	Groups []GroupResult
	Teams  []TeamResult
	Supply []SupplyResult
	Years  []Year // of the money, or its quarters; none without it
}

// A GroupResult says what became of the referrals of a group. All that were referred
// were declined, withdrew, were not reached, were closed, or are in hand at the end.
type GroupResult struct {
	Name     string
	Referred int
	Waiting  int // of them, waited on the first day already

	Declined   int // by the scheme
	Withdrew   int // gave up waiting for a link worker
	NotReached int // did not answer, and were closed
	Closed     int // after they were spoken to
	InHand     int // at the end

	Reached  int // were spoken to
	Wished   int // of them, wanted to go somewhere
	Nothing  int // of these, had nowhere to go: no offer fits
	GaveUp   int // of these, gave up waiting for a place
	Accepted int // a provider said yes to them, once or more
	Begun    int // came to a session at least once
	Left     int // stopped coming
	Cut      int // lost their place as its money ended
	Finished int // completed a course
	Met      int // whose need was met by it
	Sessions int // that were held for them
	Attended int // of these, they came to
	Scores   Scores
	Concerns int // about the safety of somebody, that came out

	ToContact Waits // from receipt to the first conversation
	ToPlace   Waits // from the wish to the yes of a provider
}

// A TeamResult says how the link workers of a team were used.
type TeamResult struct {
	Name       string
	Posts      int               // at the end
	Filled     int               // of them
	Left       int               // workers who left
	HandedOver int               // cases that had to wait for another worker
	MeanQueue  sp.Known[float64] // people who wait for a worker, over time
	Carried    sp.Known[float64] // of what the workers there could carry, what they did, over time
	Vacant     int               // days for which posts stood empty, of all posts together
	Worked     int               // days for which they were filled, of all posts together
}

// A SupplyResult says how an offer was used.
type SupplyResult struct {
	Offer      string            // its ID
	Asked      int               // requests for a place
	Full       int               // of them, answered that there is none: see [Sharing]
	Begun      int               // people who came, once for each course
	Postponed  int               // courses that did not begin on their day, as there were too few
	Open       int               // days for which its places were paid, of all places together
	Used       sp.Known[float64] // of its places while it was paid for, those that were taken, over time
	There      bool              // at the end: it has formed, and is not closed for good
	Volunteers int               // at the end
	Hours      float64           // of volunteers, that the people who had a place took
	Paid       sp.Money          // by [Policy].PerPlace

	// Observed is what could be learned of its service from the answers to requests, whether or
	// not the policy used it. Times of replies and waits are not in it.
	Observed directory.Observed
}

// A Year is what became of the money of one year, or of one quarter where it comes by quarters.
type Year struct {
	Total sp.Money
	Spent sp.Money // on the posts that it pays for, whether they are filled or not
	Posts int
}

// Waits are the waits that have ended, in whole days. Its zero value is none.
type Waits struct {
	days  []int // how many, by their length
	count int
	sum   int
}

func (w *Waits) add(t queue.Time) {
	d := int(t / day)
	for len(w.days) <= d {
		w.days = append(w.days, make([]int, d+1-len(w.days))...)
	}
	w.days[d]++
	w.count++
	w.sum += d
}

// Count returns how many waits there are.
func (w *Waits) Count() int { return w.count }

// Within returns how many waits are of so many days or fewer.
func (w *Waits) Within(days int) (n int) {
	for _, of := range w.days[:max(0, min(days+1, len(w.days)))] {
		n += of
	}
	return n
}

// Mean returns the mean in days. It is unknown if there are none.
func (w *Waits) Mean() sp.Known[float64] {
	if w.count == 0 {
		return sp.Known[float64]{}
	}
	return sp.Know(float64(w.sum) / float64(w.count))
}

// Quantile returns the days that a share p, from 0 to 1, did not exceed: the median for 0.5.
// It is unknown if there are none. Time in proportion to the longest wait.
func (w *Waits) Quantile(p float64) sp.Known[int] {
	below := 0
	for d, n := range w.days {
		if below += n; n > 0 && float64(below) >= p*float64(w.count) {
			return sp.Know(d)
		}
	}
	return sp.Known[int]{}
}
