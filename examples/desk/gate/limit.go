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

// most is how many buckets are kept. When there are more, all go, so that a flood from many
// addresses costs a moment's leniency and no memory.
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
	one := l.reserve(key, now)
	wait := one.DelayFrom(now)
	if wait > 0 {
		one.CancelAt(now)
	}
	return wait
}

// wait returns how long to wait until there is one in the bucket of key, and takes none.
func (l *limiter) wait(key string, now time.Time) time.Duration {
	one := l.reserve(key, now)
	defer one.CancelAt(now)
	return one.DelayFrom(now)
}

func (l *limiter) reserve(key string, now time.Time) *rate.Reservation {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, known := l.buckets[key]
	if !known {
		if len(l.buckets) >= most {
			clear(l.buckets)
		}
		b = rate.NewLimiter(rate.Every(l.rate.Every), l.rate.Burst)
		l.buckets[key] = b
	}
	return b.ReserveN(now, 1)
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
