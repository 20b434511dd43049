// Package hostile is a server that misbehaves on demand: broken, slow, endless
// or malicious. What faces it must end in time, within bounds, and must not
// call it sound.
package hostile

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
)

// Misbehaviour is one thing that a server does wrong.
type Misbehaviour struct {
	Name string
	Does string
	// act answers a request on its bare connection. The connection is closed
	// when it returns.
	act func(*conversation)
	// greet takes a connection instead of the server, before any request.
	greet func(*Server, net.Conn)
}

// conversation is a request on a connection that is no longer net/http's.
type conversation struct {
	net.Conn
	request *http.Request
	server  *Server
}

// silence waits until the other side hangs up.
func (c *conversation) silence() { io.Copy(io.Discard, c) }

// say writes text as it stands.
func (c *conversation) say(text string) bool {
	_, err := io.WriteString(c, text)
	return err == nil
}

// Server is a sound server but for its misbehaviour.
type Server struct {
	URL string
	// Lured counts the requests that followed it to another origin, and Loot
	// holds the credentials that came along.
	Lured atomic.Int32
	Loot  atomic.Value // string

	misbehaviour Misbehaviour
	when         func(*http.Request) bool
	listener     net.Listener
	http         *http.Server
	lure         *http.Server
	lureURL      string
	count        atomic.Int64
	done         chan struct{}
}

// Options say how a Server listens and when it misbehaves.
type Options struct {
	Misbehaviour Misbehaviour
	When         func(*http.Request) bool                  // nil: always
	Sound        func(origin string) (http.Handler, error) // answers the rest; nil: nothing does
	TLS          *tls.Config
}

// Listen starts a server on loopback.
func Listen(o Options) (*Server, error) {
	s := &Server{misbehaviour: o.Misbehaviour, when: o.When, done: make(chan struct{})}
	var err error
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	s.URL = "http://" + s.listener.Addr().String()
	if o.TLS != nil {
		s.URL = "https://" + s.listener.Addr().String()
		s.listener = tls.NewListener(s.listener, o.TLS)
	}
	if err := s.openLure(); err != nil {
		s.listener.Close()
		return nil, err
	}
	sound := http.NotFoundHandler()
	if o.Sound != nil {
		if sound, err = o.Sound(s.URL); err != nil {
			s.listener.Close()
			s.lure.Close()
			return nil, err
		}
	}
	s.http = &http.Server{Handler: s.handler(sound), ErrorLog: log.New(io.Discard, "", 0)}
	go s.http.Serve(&greeter{s.listener, s})
	return s, nil
}

// openLure starts the other origin that redirects and metadata point to.
func (s *Server) openLure() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.lureURL = "http://" + listener.Addr().String()
	s.lure = &http.Server{ErrorLog: log.New(io.Discard, "", 0)}
	s.lure.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Lured.Add(1)
		body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		s.Loot.Store(r.Header.Get("Authorization") + " " + string(body))
		w.WriteHeader(http.StatusNoContent)
	})
	go s.lure.Serve(listener)
	return nil
}

// Lure returns the address of the other origin.
func (s *Server) Lure() string { return strings.TrimPrefix(s.lureURL, "http://") }

// Close ends the server and its connections.
func (s *Server) Close() {
	close(s.done)
	s.lure.Close()
	s.http.Close()
}

func (s *Server) handler(sound http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.misbehaviour.act == nil || s.when != nil && !s.when(r) {
			sound.ServeHTTP(w, r)
			return
		}
		io.Copy(io.Discard, io.LimitReader(r.Body, 1<<20))
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		s.misbehaviour.act(&conversation{conn, r, s})
	})
}

// greeter lets a misbehaviour have the connections.
type greeter struct {
	net.Listener
	server *Server
}

func (g *greeter) Accept() (net.Conn, error) {
	for {
		conn, err := g.Listener.Accept()
		greet := g.server.misbehaviour.greet
		if err != nil || greet == nil {
			return conn, err
		}
		go func() {
			defer conn.Close()
			greet(g.server, conn)
		}()
	}
}
