package store

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
)

// Limits of what every backend can index.
const (
	MaxName  = 200 // bytes of a tenant, kind, ID, term name, event type, role or actor's ID
	MaxValue = 500 // bytes of a term's value
	MaxTerms = 32  // terms of one record
)

// What the rules say, beside those that only one place has.
const (
	nameRule  = "must have from 1 to 200 bytes of UTF-8 without NUL"
	plainRule = "must be UTF-8 without NUL"
	timeRule  = "must say when it happened and when it was recorded, within the years 1 to 9999"
)

// Check reports whether b is well formed: names are present, valid UTF-8 without
// NUL and within MaxName; terms have values within [MaxValue]; versions are
// possible; no key is written twice; events have a type, a version from 1 on, and
// both times, within the years 1 to 9999. Drivers call it first. The error is an
// [*sp.InvalidError], or a [*DuplicateError] if two of the puts want the same value
// of a unique term.
func (b Batch) Check() error {
	var seen map[Key]bool
	if n := len(b.Puts) + len(b.Deletes); n > 1 {
		seen = make(map[Key]bool, n)
	}
	c := checker{err: sp.InvalidError{Subject: "store: commit"}}
	written := func(k Key, version int64) {
		c.key(k)
		c.check(version >= Any, "if", sp.NotListed, "must be a version, New or Any")
		c.check(!seen[k], "id", sp.Duplicate, "is written for the second time in this batch; save a whole, such as a case, without its parts")
		if seen != nil {
			seen[k] = true
		}
	}
	for i, p := range b.Puts {
		c.part, c.index = "puts", i
		written(p.Key, p.If)
		c.terms(p.Terms)
	}
	for i, d := range b.Deletes {
		c.part, c.index = "deletes", i
		written(d.Key, d.If)
	}
	for i, e := range b.Events {
		c.part, c.index = "events", i
		c.key(e.Key)
		c.check(named(string(e.Type)), "type", sp.Malformed, nameRule)
		c.check(e.Version >= 1, "version", sp.OutOfRange, "must be 1 or more")
		c.check(storable(e.Stamp.At) && storable(e.Stamp.Recorded), "stamp", sp.Missing, timeRule)
		c.check(len(e.Stamp.By.ID) <= MaxName && plain(e.Stamp.By.ID), "stamp.by.id", sp.Malformed, plainRule+" within 200 bytes")
		c.check(len(e.Stamp.By.Role) <= MaxName && plain(string(e.Stamp.By.Role)), "stamp.by.role", sp.Malformed, plainRule+" within 200 bytes")
		c.check(len(e.Stamp.By.For) <= MaxName && plain(e.Stamp.By.For), "stamp.by.for", sp.Malformed, plainRule+" within 200 bytes")
		c.check(len(e.Stamp.By.Only) <= MaxName && plain(e.Stamp.By.Only), "stamp.by.only", sp.Malformed, plainRule+" within 200 bytes")
		c.check(len(e.Stamp.Key) <= MaxName && plain(e.Stamp.Key), "stamp.key", sp.Malformed, plainRule+" within 200 bytes")
	}
	if err := c.result(); err != nil {
		return err
	}
	return b.repeated()
}

// Check reports whether k can name a record: each part must be present, valid
// UTF-8 without NUL and within [MaxName]. The error is an [*sp.InvalidError].
func (k Key) Check() error {
	c := checker{err: sp.InvalidError{Subject: "store: key"}}
	c.key(k)
	return c.result()
}

// Check reports whether q is well formed: it has a tenant and a kind, a range
// names its term, a cursor with a Value belongs to a query with a range, the
// limit is not negative, and all names and values are valid UTF-8 without NUL.
// The error is an [*sp.InvalidError].
func (q Query) Check() error {
	c := checker{err: sp.InvalidError{Subject: "store: query"}}
	c.check(named(q.Tenant), "tenant", sp.Malformed, nameRule+"; store.Tenant supplies it")
	c.check(named(q.Kind), "kind", sp.Malformed, nameRule)
	for name := range q.Where {
		c.check(named(name), "where", sp.Malformed, "needs names of 1 to 200 bytes of UTF-8 without NUL")
	}
	for _, values := range q.Where { // apart, so that faults come in the same order each time
		c.check(!slices.ContainsFunc(values, func(v string) bool { return !plain(v) }), "where", sp.Malformed, plainRule)
	}
	if !q.Range.IsZero() {
		c.check(named(q.Range.Term), "range.term", sp.Malformed, nameRule)
		c.check(plain(q.Range.From) && plain(q.Range.Before), "range", sp.Malformed, plainRule)
	}
	c.check(plain(q.After.Value) && plain(q.After.ID), "after", sp.Malformed, plainRule)
	c.check(q.After.Value == "" || !q.Range.IsZero(), "after.value", sp.Inconsistent, "is for a query with a range")
	c.check(q.Limit >= 0, "limit", sp.OutOfRange, "must not be negative")
	return c.result()
}

// A checker gathers the fields that break a rule. It writes a path only for
// those, since nearly every batch is good.
type checker struct {
	err   sp.InvalidError
	part  string // such as "puts"; empty where there is one subject only
	index int
}

func (c *checker) check(ok bool, field string, code sp.Fault, rule string) {
	if ok {
		return
	}
	if c.part != "" {
		field = fmt.Sprintf("%s[%d].%s", c.part, c.index, field)
	}
	c.err.Check(false, field, code, rule)
}

func (c *checker) key(k Key) {
	c.check(named(k.Tenant), "tenant", sp.Malformed, nameRule+"; store.Tenant supplies it")
	c.check(named(k.Kind), "kind", sp.Malformed, nameRule)
	c.check(named(k.ID), "id", sp.Malformed, nameRule)
}

func (c *checker) terms(terms Terms) {
	c.check(len(terms) <= MaxTerms, "terms", sp.WrongLength, "are more than 32")
	for name, value := range terms {
		if !named(name) {
			c.check(false, "terms", sp.Malformed, "need names of 1 to 200 bytes of UTF-8 without NUL")
			continue
		}
		if value == "" || len(value) > MaxValue || !plain(value) {
			c.check(false, "terms."+name, sp.Malformed, "must have from 1 to 500 bytes of UTF-8 without NUL; leave out a term that has no value")
		}
	}
}

// result returns the error. Maps have no order, so the fields are put in one.
func (c *checker) result() error {
	if len(c.err.Fields) == 0 {
		return nil
	}
	err := c.err
	slices.SortStableFunc(err.Fields, func(a, b sp.Field) int { return strings.Compare(a.Path, b.Path) })
	return &err
}

func named(s string) bool { return s != "" && len(s) <= MaxName && plain(s) }

func plain(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// storable reports whether t is known and has the four-digit year that
// [timeForm] and every backend can keep.
func storable(t time.Time) bool {
	t = t.UTC()
	return !t.IsZero() && t.Year() >= 1 && t.Year() <= 9999
}

// CheckTenant reports whether name can be a tenant, for the Log of drivers. The
// error is an [*sp.InvalidError].
func CheckTenant(name string) error {
	c := checker{err: sp.InvalidError{Subject: "store: tenant"}}
	c.check(named(name), "tenant", sp.Malformed, nameRule+"; store.Tenant supplies it")
	return c.result()
}
