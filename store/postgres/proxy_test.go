package postgres_test

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// A direction is whose bytes a proxy counts.
type direction int

const (
	toServer direction = iota
	toClient
)

// A proxy stands between the driver and the server, and cuts connections.
type proxy struct {
	net.Listener
	network, server string

	mu     sync.Mutex
	armed  bool
	way    direction
	left   int    // bytes of that direction to pass on before it cuts
	passed [2]int // bytes of each direction since it was armed
}

func newProxy(t *testing.T, db database) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	c := db.config.ConnConfig
	p := &proxy{Listener: listener, network: "tcp", server: net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port)))}
	if strings.HasPrefix(c.Host, "/") {
		p.network, p.server = "unix", fmt.Sprintf("%s/.s.PGSQL.%d", c.Host, c.Port)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := p.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { p.serve(conn) })
		}
	})
	t.Cleanup(func() { listener.Close(); wg.Wait() })
	return p
}

// config returns that of a pool of one connection through the proxy.
func (p *proxy) config(db database) *pgxpool.Config {
	config := db.config.Copy()
	config.MaxConns = 1
	config.ConnConfig.Host, config.ConnConfig.Port = "127.0.0.1", uint16(p.Addr().(*net.TCPAddr).Port)
	return config
}

// arm has the proxy cut as soon as n bytes more have passed in one direction, or, if
// n is 0, instead of passing on the first.
func (p *proxy) arm(way direction, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed, p.way, p.left, p.passed = true, way, n, [2]int{}
}

// disarm returns whether it has cut, and how many bytes have passed.
func (p *proxy) disarm() (cut bool, passed [2]int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	cut = !p.armed
	p.armed = false
	return cut, p.passed
}

// allow returns how many of n bytes are to be passed on, and whether to cut then.
func (p *proxy) allow(way direction, n int) (pass int, cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passed[way] += n
	if !p.armed || p.way != way {
		return n, false
	}
	if n < p.left {
		p.left -= n
		return n, false
	}
	p.armed = false
	return p.left, true
}

// serve passes bytes on in both directions until one side ends or it cuts.
func (p *proxy) serve(client net.Conn) {
	server, err := net.Dial(p.network, p.server)
	if err != nil {
		client.Close()
		return
	}
	var wg sync.WaitGroup
	pass := func(from, to net.Conn, way direction) {
		defer to.Close()
		defer from.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := from.Read(buf)
			if err != nil {
				return
			}
			n, cut := p.allow(way, n)
			if _, err := to.Write(buf[:n]); err != nil || cut {
				return
			}
		}
	}
	wg.Go(func() { pass(client, server, toServer) })
	wg.Go(func() { pass(server, client, toClient) })
	wg.Wait()
}
