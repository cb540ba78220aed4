// Package queue simulates whatever waits: people for a link worker, referrals for a place
// on a course, calls for an adviser.
//
// How long a list becomes cannot be read off how many come and how many are seen: two
// services with the same averages differ tenfold in their waits, and one that is nine
// tenths busy waits nine times as long as one that is half busy. Such questions are what
// discrete-event simulation answers. A [Network] is data: where people come from
// ([Source]), where they wait and are served ([Station]), and who comes first ([Class]).
// [Run] plays it through, event by event, and counts.
//
//	const day = 24 * 3600 // ticks, of a second here
//
//	result, err := queue.Run(ctx, queue.Network{
//		Sources:  []queue.Source{{Name: "GP practices", To: "link workers", Between: queue.Exponential(day / 3)}},
//		Stations: []queue.Station{{Name: "link workers", Servers: 40, Service: queue.Exponential(12 * day)}},
//	}, queue.Options{Seed: "plan 2026", Until: 5 * 365 * day})
//	all := result.Stations[0].All()
//	fmt.Println(all.MeanWait(), all.WaitQuantile(0.92))
//
// # What a station can do
//
// Servers, as many as are on duty ([Shift]) or as many as come ([Unlimited]); places that
// are given out at certain times, such as every Monday ([Slots]); strict priority of
// classes, or classes that move up as they wait ([Class.Ageing]); people who give up
// waiting ([Station.Patience]), who see the queue and go away ([Station.Baulk]), or for whom
// there is no room left ([Station.Room]); and where they go next ([Route]). Whoever has
// begun is served to the end; within a class, who came first is served first.
//
// Of what Ciw offers, a library of the same kind for Python, there is no blocking of a station by a
// full one behind it, no interrupting or sharing of a server, no other order within a class than
// first come, first served, and no class that changes after service: none of them was found
// in the queues of social prescribing.
//
// Arrivals are a renewal process, a Poisson process whose rate changes by the hour, the
// week or the year, or a list of recorded arrivals, of which those before time 0 have been
// waiting since: that is how a simulation begins with the waiting list that there is.
//
// # The same seed is the same world
//
// A run is a function of its network, its seed and the number of its replication. Time is
// an integer, so that no two events are near enough to change places by rounding. Every
// variate comes from inverting one random number, and that number is a hash of the seed,
// the purpose and whom it is for ([Stream]): it does not depend on what else happens. Two
// policies with one seed therefore meet the same people, who need the same time and have
// the same patience, and their difference is known ten times as exactly as that of two
// worlds. Logarithms are our own, of additions and multiplications alone, so that the bytes
// are equal on every machine. Sums are kept in integers and lose no digits.
//
// # What is checked
//
// In every run the time under the curve of each queue must equal the time that people spent
// in it, to the tick (Little's law, path by path). [ErlangB], [ErlangC] and [ErlangA] are
// the exact answers for queues that have one, and the tests hold the simulation to them.
//
// [Replicate] runs replications side by side; results stand in order, whatever the number
// of workers. Parts of the engine serve other models too: [Calendar] is the list of events,
// [Stream] the random numbers, [Distribution] the laws of times.
package queue
