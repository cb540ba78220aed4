// Package gate stands between a network and a service that holds people's records. It
// says who asks, keeps out what should not come in, and writes down what happened
// without saying to whom.
//
//	keys, err := token.NewKeys(secret)              // and older ones, until what they sealed has ended
//	g, err := gate.New(gate.Options{Keys: keys, Now: time.Now, Log: log})
//	mux.Handle("GET /today", g.Only(today, sp.RoleLinkWorker))
//	mux.HandleFunc("GET /link/{token}", g.Follow)   // a provider without an account
//	server := gate.Server(g.Handler(mux))
//
// # Who asks
//
// A [Session] says it: a tenant, an actor, until when. It travels sealed by AES-256-GCM,
// in a cookie of pages or as the bearer token of programs, so that nothing is kept on the
// server, a restart signs nobody out, and neither a cookie nor a link tells an ID. A
// service with many processes shares the keys and nothing else. What this costs: whoever
// signs out is remembered in memory only, until the session would have ended. Who somebody
// is, the service has to learn elsewhere, from the identity provider of the organisation;
// the desk lets its visitors choose a seeded user instead, behind [Loopback].
//
// # Links
//
// A [Link] lets a provider without an account do one thing until a day. It is sealed for
// that purpose, so that no session can be made of a form's token or the other way round.
// [Gate.Follow] exchanges it for a short session and sends the browser on, after which the
// link stands neither in its history nor in a Referer. Following writes nothing, since
// scanners of e-mail follow links too: what is decided, is decided by a POST.
//
// # Requests from other sites
//
// Browsers say since 2020 where a request comes from, and [http.CrossOriginProtection]
// refuses what comes from elsewhere. Older ones do not say, and another service on the same
// host is "the same site": so a form must also bring a token ([Gate.FormToken]), sealed
// for its session. Bearer tokens are sent by programs and never by a browser on its own,
// so that they need none.
//
// # What is written down
//
// One line for each request: the pattern of its route, its status, how long it took and the
// tenant. No path, query, address, header or ID is ever part of it. Of a panic it holds the
// type and the functions on the stack, never the value, which may be a person's.
package gate
