package wire

import (
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server serves one handler on a loopback address and records every exchange.
type Server struct {
	Name string
	URL  string // scheme and authority, without a trailing slash
	Recorder
	Script

	port   *port
	reuse  bool
	ending sync.Once
}

// Listen starts a server whose handler needs to know its own URL to exist.
func Listen(o Options, build func(origin string) http.Handler) (*Server, error) {
	if o.Address == "" {
		o.Address = "127.0.0.1:0"
	}
	port, err := takePort(o)
	if err != nil {
		return nil, fmt.Errorf("the %s cannot listen on %s: %w; choose a free port", o.Name, o.Address, err)
	}
	s := &Server{Name: o.Name, port: port, reuse: o.Reuse, Recorder: Recorder{recent: o.Recent}}
	scheme := "http"
	if o.TLS != nil {
		scheme = "https"
	}
	s.URL = scheme + "://" + s.Address()
	if o.Host != "" {
		s.URL = scheme + "://" + net.JoinHostPort(o.Host, port.number())
	}
	if o.Origin != "" {
		s.URL = o.Origin
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	most := int64(maxBody)
	if o.Recent > 0 {
		most = mostPosted
	}
	port.behind.Store(&recording{
		most: most, name: s.Name, recorder: &s.Recorder, clock: o.Clock, ended: o.Ended, next: s.Script.play(build(s.URL)),
	})
	return s, nil
}

// Address returns host and port that the server listens on.
func (s *Server) Address() string { return s.port.address() }

// Close ends the server and its connections. Its address is free at once, even
// if the server has not yet come to serve.
func (s *Server) Close() error {
	s.ending.Do(func() { s.port.leave(s.reuse) })
	return nil
}
