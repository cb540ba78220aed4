package gate

import (
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A Rate is how much somebody may do: Burst at once, and one more each Every.
type Rate struct {
	Every time.Duration
	Burst int
}

// most is how many buckets are kept. When there are more, all that are full go: they
// hold no memory of anybody. If none is, all go, so that a flood from many addresses
// costs a moment's leniency and no memory.
const most = 100_000

// A limiter has a bucket for each key.
type limiter struct {
	rate Rate

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func newLimiter(r Rate) *limiter { return &limiter{rate: r, buckets: map[string]*rate.Limiter{}} }

// take takes one from the bucket of key and returns 0, or how long to wait for it.
func (l *limiter) take(key string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(key, now)
	if b.AllowN(now, 1) {
		return 0
	}
	return l.missing(b, now)
}

// wait returns how long to wait until there is one in the bucket of key, and takes none.
func (l *limiter) wait(key string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.missing(l.bucket(key, now), now)
}

func (l *limiter) missing(b *rate.Limiter, now time.Time) time.Duration {
	return max(0, time.Duration((1-b.TokensAt(now))*float64(l.rate.Every)))
}

func (l *limiter) bucket(key string, now time.Time) *rate.Limiter {
	if b, ok := l.buckets[key]; ok {
		return b
	}
	if len(l.buckets) >= most {
		l.sweep(now)
	}
	b := rate.NewLimiter(rate.Every(l.rate.Every), l.rate.Burst)
	l.buckets[key] = b
	return b
}

func (l *limiter) sweep(now time.Time) {
	for key, b := range l.buckets {
		if b.TokensAt(now) >= float64(l.rate.Burst) {
			delete(l.buckets, key)
		}
	}
	if len(l.buckets) >= most {
		clear(l.buckets)
	}
}

// address returns who a connection is from: a host, or the network of an IPv6 host, which
// has as many addresses as it likes. A service behind a proxy puts the client's address
// into RemoteAddr before the gate, from a header that only its own proxy can set.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.Is4() || ip.Is4In6() {
		return host
	}
	network, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return host
	}
	return network.String()
}

func (g *Gate) tooMany(w http.ResponseWriter, r *http.Request, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	g.o.Refuse(w, r, http.StatusTooManyRequests)
}

// endings remembers which sessions were signed out, until they would have ended anyway.
type endings struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (e *endings) add(s Session, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for id, until := range e.until {
		if !now.Before(until) {
			delete(e.until, id)
		}
	}
	e.until[s.ID] = s.Until
}

func (e *endings) has(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, ok := e.until[id]
	return ok
}
