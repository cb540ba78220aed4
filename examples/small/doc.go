// Package small holds the shortest whole programs on this library, one for each kind of
// reader: somebody who embeds it in a service, somebody who divides money and asks what it
// does, and somebody who tests their own service. Each is an example that is run with the
// tests, and was written from the documentation alone.
package small
