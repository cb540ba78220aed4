// Package directory describes what help there is: the organisations of a place,
// the services they run, where and when those happen, for whom they are, what
// they cost, and how reliable each of these statements is.
//
// Directories are written by many hands and leave out most of what a search
// would like to know. So every fact here can be unknown, and unknown is never
// no: a service that states no price is not free, one that states no
// coordinates does not lie in the sea, one that does not mention a ramp may
// have one. Facts are yes, no or unknown ([Truths]), or values that may not be stated
// ([sp.Known]).
//
//   - A [Service] is run by an [Organisation] and happens at a [Place]; the two
//     meet in a [Venue]. A [Catalogue] holds them all, as an importer of package
//     directory/hsds returns it.
//   - An [Offer] is a service at one place, with all [Facts] that decide whom it
//     fits: [Eligibility], [ServiceArea], [Cost], [Capacity], [Schedule].
//   - A [Query] asks for offers, and an index answers it.
//   - [Provenance] says where a record comes from; [Freshness] when somebody last
//     confirmed it, edited it, and found it in its feed, which are three
//     different things.
//
// Package directory/taxonomy leads from the terms of a directory to broader ones and to the
// needs of a scheme, directory/recurrence says on which days a rule falls, and directory/search
// answers the same queries faster.
//
// From a feed to an answer, with the reasons:
//
//	catalogue, issues, err := hsds.ReadJSON(ctx, file, "bay.json", feed.Options{Feed: "bay", Fetched: now})
//	index := directory.NewIndex(catalogue.Offers())
//	query := directory.Query{
//		Near: home, Within: 5 * geo.Kilometre, Age: sp.Know(directory.Years(58)),
//		Access: []directory.Access{directory.StepFree}, Free: true, At: now,
//	}
//	for _, hit := range index.Find(query).Hits {
//		fmt.Println(hit.Offer.Name, query.Explain(hit.Offer)) // [{age unknown} {free yes} {within yes} {access yes}]
//	}
//
// A query finds what may fit. An offer that answers any part of it with No is left
// out; one that leaves parts unknown is found, unless the query has
// [ExcludeUnknown].
package directory
