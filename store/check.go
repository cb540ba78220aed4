package store

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
)

// Limits of what every backend can index.
const (
	MaxName  = 200 // bytes of a tenant, kind, ID, term name or event type
	MaxValue = 500 // bytes of a term's value
	MaxTerms = 32  // terms of one record
)

// Check reports whether b keeps the rules of a batch: names are present, valid
// UTF-8 without NUL and within [MaxName]; terms have values within [MaxValue];
// versions are possible; no key is written twice; events have a type, a
// version from 1 on, and both times. Drivers call it first. The error is [sp.ErrInvalid].
func (b Batch) Check() error {
	e := &sp.InvalidError{Subject: "store: commit"}
	seen := make(map[Key]bool, len(b.Puts)+len(b.Deletes))
	once := func(path string, k Key, version int64) {
		checkKey(e, path, k)
		e.Check(version >= Any, path+".if", "must be a version, New or Any")
		e.Check(!seen[k], path, "writes a key for the second time in this batch")
		seen[k] = true
	}
	for i, p := range b.Puts {
		path := fmt.Sprintf("puts[%d]", i)
		once(path, p.Key, p.If)
		e.Check(len(p.Terms) <= MaxTerms, path+".terms", "are too many")
		for name, value := range p.Terms {
			e.Check(named(name), path+".terms", "need names of 1 to 200 bytes of UTF-8 without NUL")
			e.Check(value != "" && len(value) <= MaxValue && plain(value), path+".terms."+name, "must have from 1 to 500 bytes of UTF-8 without NUL; leave out a term that has no value")
		}
	}
	for i, d := range b.Deletes {
		once(fmt.Sprintf("deletes[%d]", i), d.Key, d.If)
	}
	for i, ev := range b.Events {
		path := fmt.Sprintf("events[%d]", i)
		checkKey(e, path, ev.Key)
		e.Check(named(ev.Type), path+".type", "must have from 1 to 200 bytes of UTF-8 without NUL")
		e.Check(ev.Version >= 1, path+".version", "must be 1 or more")
		e.Check(!ev.Stamp.At.IsZero() && !ev.Stamp.Recorded.IsZero(), path+".stamp", "must say when it happened and when it was recorded")
	}
	return e.Err()
}

func checkKey(e *sp.InvalidError, path string, k Key) {
	const rule = "must have from 1 to 200 bytes of UTF-8 without NUL"
	e.Check(named(k.Tenant), path+".tenant", rule+"; store.Tenant supplies it")
	e.Check(named(k.Kind), path+".kind", rule)
	e.Check(named(k.ID), path+".id", rule)
}

func named(s string) bool { return s != "" && len(s) <= MaxName && plain(s) }

func plain(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }
