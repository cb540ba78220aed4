// Package limit bounds how often somebody may ask: requests of an address, guesses at a link,
// messages to a telephone.
//
//	perAddress := limit.New(limit.Rate{Every: time.Second / 50, Burst: 300})
//	if wait := perAddress.Take(limit.Address(r.RemoteAddr), now); wait > 0 {
//		// 429, with wait as Retry-After
//	}
//
// It reads no clock and starts no goroutine. It keeps one time for each key, and forgets keys
// that have their whole burst again when it needs room ([Most]). So a flood of requests from
// ever new addresses costs bounded memory.
package limit

import (
	"math"
	"net"
	"net/netip"
	"sync"
	"time"
)

// A Rate is how much somebody may do: Burst at once, and one more each Every. Without an Every
// above 0 there is no limit, and with a Burst below 1 nothing is ever allowed.
type Rate struct {
	Every time.Duration
	Burst int
}

// window returns how long it takes until somebody who has done all may do all again.
func (r Rate) window() time.Duration {
	burst := int64(max(0, r.Burst))
	if burst > math.MaxInt64/int64(r.Every) {
		return math.MaxInt64
	}
	return r.Every * time.Duration(burst)
}

// Most is how many keys a [Limiter] keeps. When it is full it forgets the keys that have
// their whole burst again. If more than half are left, it forgets all of them, so that
// each may use its whole burst once more.
const Most = 100_000

// A Limiter holds each of many keys to a rate. It is safe for use by many goroutines.
type Limiter struct {
	rate Rate

	mu   sync.Mutex
	full map[string]time.Time // when a key may do all of its burst again
}

// New returns a Limiter by which nobody has done anything yet.
func New(r Rate) *Limiter { return &Limiter{rate: r, full: map[string]time.Time{}} }

// Take lets a key do one thing and returns 0, or returns how long it has to wait.
func (l *Limiter) Take(key string, at time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	full, wait := l.next(key, at)
	if wait > 0 {
		return wait
	}
	if len(l.full) >= Most {
		l.forget(at)
	}
	l.full[key] = full
	return 0
}

// Wait returns how long a key has to wait until it may do one thing, and lets it do none.
func (l *Limiter) Wait(key string, at time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, wait := l.next(key, at)
	return wait
}

// next returns when a key will have its whole burst again once it has done one thing more, and
// how long it has to wait for that. Nobody waits longer than one Every: of a time that lies
// further ahead, the clock was wrong when it was noted, and has been set back since.
func (l *Limiter) next(key string, at time.Time) (full time.Time, wait time.Duration) {
	if l.rate.Every <= 0 {
		return at, 0
	}
	full, window := l.full[key], l.rate.window()
	if full.Before(at) {
		full = at
	}
	if latest := at.Add(window); full.After(latest) {
		full, l.full[key] = latest, latest
	}
	full = full.Add(l.rate.Every)
	return full, max(0, full.Sub(at)-window)
}

// forget forgets the keys that may do all again; and where that is not half of them, all, so
// that it is not soon to be done again.
func (l *Limiter) forget(at time.Time) {
	for key, full := range l.full {
		if !at.Before(full) {
			delete(l.full, key)
		}
	}
	if len(l.full) > Most/2 {
		clear(l.full)
	}
}

// Address returns the key that a remote address is counted under, without its port: the IPv4
// address itself, or the /64 network of an IPv6 address, since one host may use all
// addresses of its network. A service behind a proxy has to take the client's address from
// the header that only its own proxy can set.
func Address(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	network, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return host
	}
	return network.String()
}
