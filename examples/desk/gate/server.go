package gate

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// Server returns a server that gives nobody longer than an honest client needs, so that
// slow ones do not use it up.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          log.New(io.Discard, "", 0), // it quotes addresses and requests
	}
}

// Loopback lets to next only who sits at this machine and asked for it by that name: a
// page elsewhere whose name was bound to 127.0.0.1 asks by its own. To all others there is
// nothing (404).
func (g *Gate) Loopback(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !Local(r) {
			g.o.Refuse(w, r, http.StatusNotFound)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Local reports whether a request comes from this machine and asks for it by that name.
func Local(r *http.Request) bool { return loopback(r.RemoteAddr) && loopback(r.Host) }

func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
