package token

import (
	"sync"
	"time"
)

// Ended remembers the tokens that were taken back, such as of somebody who signs out, each
// until it would have ended anyway. The zero value remembers none. It is memory alone, which a
// restart empties and other processes do not see; it is safe for use by many goroutines.
type Ended struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// Add remembers a token until its end, by a name that stands in it: of several that have the
// name, until the end of the last.
func (e *Ended) Add(name string, until, at time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for name, until := range e.until {
		if !at.Before(until) {
			delete(e.until, name)
		}
	}
	if e.until == nil {
		e.until = map[string]time.Time{}
	}
	if until.After(e.until[name]) {
		e.until[name] = until
	}
}

// Has reports whether a token was taken back. Of one that has ended by itself it may say no.
func (e *Ended) Has(name string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, ok := e.until[name]
	return ok
}
