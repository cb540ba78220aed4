// Package search answers the queries of package directory over a hundred thousand
// offers in microseconds, with the same answers as [directory.Index], which looks at
// every offer and stays the definition of what is right.
//
// A [Snapshot] is built from offers and never changes, so any number of goroutines may
// search it at once; a program swaps in another when its directory has changed:
//
//	var current atomic.Pointer[search.Snapshot]
//	current.Store(search.Build(offers))
//	...
//	current.Load().Find(search.Query{Query: q}, &answer)
//
// [Snapshot.With] makes the next one out of a few changed offers without building
// everything anew, and [Open] reads one that [Snapshot.WriteTo] has written, so that a
// process begins in milliseconds.
//
// # How it finds
//
// Each part of a query - the age, the topics, step-free access - is answered once for
// each different statement among the offers, by the same code that the index of
// package directory runs. The answers become two sets of bits, one bit an offer: those
// that fit, and those that fit or do not say. Sets are kept, so that the next query
// with the same part finds them ready, and a query is their intersection.
//
// Offers stand in the order of a tree that divides the map, 64 to a leaf, so that a
// leaf is one word of such a set. Where few offers are left, each is measured; where
// many are, the tree is walked from the nearest leaf outwards. Both measure in the end
// with [geo.Point.DistanceTo]. [Answer.Plan] says what was done, with counts.
package search
