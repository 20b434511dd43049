package wire

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// How much comes at a time to a server that runs for as long as somebody pleases. What a
// request may hold times how many there may be is what a stranger can make it take.
const (
	mostGuests  = 64               // connections from outside; whoever comes then waits
	mostHead    = 1 << 20          // octets of the head of a request
	mostPosted  = 1 << 20          // octets of its body
	longestSent = 30 * time.Second // that a request may take to come
	longestIdle = 15 * time.Second // that a connection may wait for the next one
)

// bound gives a server these limits.
func bound(s *http.Server) {
	s.MaxHeaderBytes, s.ReadTimeout, s.IdleTimeout = mostHead, longestSent, longestIdle
}

// guests are the places for connections from outside; nil: there are as many as come.
type guests chan struct{}

// take waits for a place, and reports false once closed is.
func (g guests) take(closed <-chan struct{}) bool {
	if g == nil {
		return true
	}
	select {
	case g <- struct{}{}:
		return true
	case <-closed:
		return false
	}
}

func (g guests) leave() {
	if g != nil {
		<-g
	}
}

// guest is a connection that leaves its place when it is closed.
type guest struct {
	net.Conn
	leave func()
}

func (g guests) seated(conn net.Conn) net.Conn {
	if g == nil {
		return conn
	}
	return guest{conn, sync.OnceFunc(g.leave)}
}

// Close implements net.Conn.
func (g guest) Close() error {
	defer g.leave()
	return g.Conn.Close()
}
