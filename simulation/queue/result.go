package queue

import (
	"math"
	"math/bits"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Result is what a run has counted.
type Result struct {
	Until    Time            // to which it ran
	Events   int64           // that happened
	Stations []StationResult // in the order of the network
	Partial  bool            // it was cancelled before its end
}

// A StationResult is what happened at a station.
type StationResult struct {
	Station string
	Classes []Flow // in the order of the network's classes
}

// All returns the flow of all classes together.
func (s StationResult) All() Flow {
	var all Flow
	for _, f := range s.Classes {
		all = all.plus(f)
	}
	return all
}

// A Flow is what happened to the people of a class at a station between the warm-up and the
// end. It counts people who arrived at the station after the warm-up. Its areas are those of
// everybody there between the warm-up and the end, also of those who had arrived before.
type Flow struct {
	Class      string
	Arrived    int64 // at the station, from wherever
	Baulked    int64 // saw how many were waiting and went away
	TurnedAway int64 // found no room
	Waited     int64 // were not served at once
	Abandoned  int64 // gave up waiting
	Started    int64 // began to be served
	Served     int64 // to the end
	Waiting    int64 // are still waiting
	InService  int64 // are still being served

	QueueArea   Total // people waiting, times ticks
	ServiceArea Total // people being served, times ticks
	ServerArea  Total // servers on duty, times ticks, of all classes together; none of those who are unlimited
	Waits       Total // of those who started or gave up
	Span        Time  // ticks between the warm-up and the end

	queued, served Total // areas once more, as the sum over people: Little's law
	waits          histogram
}

// MeanWait returns the mean wait in ticks of the people whose wait has ended, including those
// who were served at once and those who gave up. It is unknown if there are none. People who
// still wait are not in it, so it is too short where a list grows: see Waiting.
func (f Flow) MeanWait() sp.Known[float64] {
	return ratio(f.Waits.Float(), float64(f.Started+f.Abandoned))
}

// WaitQuantile returns the wait that a share p, from 0 to 1, of the people whose wait has ended
// did not exceed: the median for 0.5. It is exact up to 128 ticks, and beyond that at most
// 1.6 % too long.
func (f Flow) WaitQuantile(p float64) sp.Known[Time] {
	n := f.Started + f.Abandoned
	if n == 0 || math.IsNaN(p) {
		return sp.Known[Time]{}
	}
	need := int64(math.Ceil(min(max(p, 0), 1) * float64(n)))
	return sp.Know(f.waits.quantile(max(need, 1)))
}

// ShareWaiting returns the share of the people who stayed (all arrivals but those who baulked
// or were turned away) that had to wait.
func (f Flow) ShareWaiting() sp.Known[float64] {
	return ratio(float64(f.Waited), float64(f.Arrived-f.Baulked-f.TurnedAway))
}

// ShareAbandoning returns the share of the people who stayed (all arrivals but those who
// baulked or were turned away) that gave up waiting.
func (f Flow) ShareAbandoning() sp.Known[float64] {
	return ratio(float64(f.Abandoned), float64(f.Arrived-f.Baulked-f.TurnedAway))
}

// ShareLost returns the share of all arrivals that baulked, were turned away or gave up.
func (f Flow) ShareLost() sp.Known[float64] {
	return ratio(float64(f.Baulked+f.TurnedAway+f.Abandoned), float64(f.Arrived))
}

// MeanQueue returns the mean number of people waiting, over time.
func (f Flow) MeanQueue() sp.Known[float64] { return ratio(f.QueueArea.Float(), float64(f.Span)) }

// MeanInService returns the mean number of people being served, over time.
func (f Flow) MeanInService() sp.Known[float64] {
	return ratio(f.ServiceArea.Float(), float64(f.Span))
}

// Utilisation returns the share of the servers' time on duty that was spent serving the people
// of this flow: of one class, or of all in [StationResult.All]. It can exceed 1 where servers
// finish after their shift what they have begun.
func (f Flow) Utilisation() sp.Known[float64] {
	return ratio(f.ServiceArea.Float(), f.ServerArea.Float())
}

func ratio(a, b float64) sp.Known[float64] {
	if b <= 0 {
		return sp.Known[float64]{}
	}
	return sp.Know(a / b)
}

func (f Flow) plus(g Flow) Flow {
	f.Class = ""
	f.Arrived += g.Arrived
	f.Baulked += g.Baulked
	f.TurnedAway += g.TurnedAway
	f.Waited += g.Waited
	f.Abandoned += g.Abandoned
	f.Started += g.Started
	f.Served += g.Served
	f.Waiting += g.Waiting
	f.InService += g.InService
	f.QueueArea = f.QueueArea.plus(g.QueueArea)
	f.ServiceArea = f.ServiceArea.plus(g.ServiceArea)
	f.Waits = f.Waits.plus(g.Waits)
	f.ServerArea, f.Span = g.ServerArea, g.Span
	f.waits = f.waits.plus(g.waits)
	return f
}

// A Total is a sum of people times ticks: a whole number of 128 bits, so that no digit is lost
// however many are added.
type Total struct{ high, low uint64 }

// Float returns the total as the nearest float64.
func (t Total) Float() float64 { return float64(t.high)*0x1p64 + float64(t.low) }

func (t Total) plus(o Total) Total {
	low, carry := bits.Add64(t.low, o.low, 0)
	return Total{t.high + o.high + carry, low}
}

// product returns as many people for as many ticks.
func product(people int64, x Time) Total {
	high, low := bits.Mul64(uint64(people), uint64(x))
	return Total{high, low}
}

// A histogram counts waits: each by itself up to 128 ticks, and above in 64 steps to every doubling.
type histogram []int64

func (h histogram) with(x Time) histogram {
	i := int(x)
	if x >= 128 {
		shift := bits.Len64(uint64(x)) - 7
		i = shift*64 + int(x>>shift)
	}
	if i >= len(h) {
		h = append(h, make(histogram, i+1-len(h))...)
	}
	h[i]++
	return h
}

// quantile returns the longest wait of the step in which the n-th of all is.
func (h histogram) quantile(n int64) Time {
	for i, count := range h {
		if n -= count; n > 0 {
			continue
		}
		if i < 128 {
			return Time(i)
		}
		shift := i/64 - 1
		return Time(i-shift*64+1)<<shift - 1
	}
	return 0
}

func (h histogram) plus(o histogram) histogram {
	sum := slices.Clone(h)
	if len(o) > len(sum) {
		sum = append(sum, make(histogram, len(o)-len(sum))...)
	}
	for i, n := range o {
		sum[i] += n
	}
	return sum
}
