// Package newcomer holds tests alone: they do what somebody does who meets the library.
//
// They release a clone, make a module proxy of its tags, fetch every module from there in
// a folder outside the repository, and follow each tutorial of docs/tutorial to the
// letter: what a page says to write is written, what it says to run is run, and what
// it shows is compared with what was printed. After a change, -update writes into the
// pages what is printed now:
//
//	SP_TIER=full go test ./internal/newcomer -update
//
// A clone holds what was committed, and so do these tests.
package newcomer
