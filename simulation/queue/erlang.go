package queue

import (
	"math"

	"github.com/socialprescribing/sp"
)

// Expected holds the performance of a queue in its steady state, by formula. Times are in the
// unit of time of the rates.
type Expected struct {
	ShareWaiting    float64 // the share of arrivals that are not served at once, from 0 to 1
	ShareAbandoning float64 // the share of arrivals that give up waiting, from 0 to 1
	MeanWait        float64 // of all who arrive, those who wait none and those who give up included
	MeanQueue       float64 // how many wait on average
}

// ErlangB returns the share of arrivals who find every server busy where nobody can
// wait, whatever the distribution of the service times (Erlang 1917). The load, in erlangs,
// is the rate of arrivals times the mean service time.
func ErlangB(servers int, load float64) (float64, error) {
	if err := rates(servers, load, 1, 0); err != nil {
		return 0, err
	}
	b := 1.0
	for k := 1; k <= servers; k++ {
		b = load * b / (float64(k) + load*b)
	}
	return b, nil
}

// ErlangC returns what to expect where people arrive as a Poisson process, wait as long as
// need be, and have exponential service times (M/M/c; Erlang 1917). Both rates are for one
// unit of time; service is that of one server. It fails with an error that is [sp.ErrInvalid]
// if more people arrive than can be served, since there is no steady state then.
func ErlangC(servers int, arrivals, service float64) (Expected, error) {
	if err := rates(servers, arrivals, service, 0); err != nil {
		return Expected{}, err
	}
	spare := float64(servers)*service - arrivals
	if spare <= 0 {
		return Expected{}, sp.Invalid("queue: erlang C", "arrivals", sp.OutOfRange, "must be less than servers times service, or the queue grows without bound")
	}
	b, err := ErlangB(servers, arrivals/service)
	if err != nil {
		return Expected{}, err
	}
	load := arrivals / (float64(servers) * service)
	waits := b / (1 - load*(1-b))
	return Expected{ShareWaiting: waits, MeanWait: waits / spare, MeanQueue: arrivals * waits / spare}, nil
}

// ErlangA returns what to expect where, beyond ErlangC, each person who waits gives up at a
// rate, that of abandonment (M/M/c+M; Palm 1957; Garnett, Mandelbaum and Reiman 2002). There
// is a steady state whatever the load.
func ErlangA(servers int, arrivals, service, abandonment float64) (Expected, error) {
	if err := rates(servers, arrivals, service, abandonment); err != nil {
		return Expected{}, err
	}
	if abandonment == 0 {
		return ErlangC(servers, arrivals, service)
	}
	below, p := 0.0, 1.0 // against the state in which every server is busy and nobody waits
	for k := servers; k > 0; k-- {
		p *= float64(k) * service / arrivals
		below += p
	}
	full, waiting := 1.0, 0.0
	p = 1
	for j := 1; j < 100_000_000; j++ {
		p *= arrivals / (float64(servers)*service + float64(j)*abandonment)
		full += p
		waiting += float64(j) * p
		if p < 1e-18*full && float64(j)*p < 1e-18*waiting || math.IsInf(p, 1) {
			break
		}
	}
	all := below + full
	if math.IsInf(all, 1) || math.IsInf(waiting, 1) {
		return Expected{}, sp.Invalid("queue: erlang A", "arrivals", sp.OutOfRange, "must not be so far above or below what is served")
	}
	length := waiting / all
	return Expected{
		ShareWaiting: full / all, MeanQueue: length, MeanWait: length / arrivals,
		ShareAbandoning: abandonment * length / arrivals,
	}, nil
}

func rates(servers int, arrivals, service, abandonment float64) error {
	e := &sp.InvalidError{Subject: "queue: erlang"}
	positive := func(x float64) bool { return x > 0 && x <= 1e9 }
	e.Check(servers >= 1 && servers <= 10_000_000, "servers", sp.OutOfRange, "must be from 1 to 10000000")
	e.Check(positive(arrivals), "arrivals", sp.OutOfRange, "must be above 0 and at most 1e9")
	e.Check(positive(service), "service", sp.OutOfRange, "must be above 0 and at most 1e9")
	e.Check(abandonment == 0 || positive(abandonment), "abandonment", sp.OutOfRange, "must be from 0 to 1e9")
	return e.Err()
}
