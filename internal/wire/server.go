package wire

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// maxBody bounds how much of a request body is read and recorded.
const maxBody = 4 << 20

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

// Options change how a Server listens; the zero value is plain HTTP on a free
// loopback port.
type Options struct {
	Name    string
	Address string      // "127.0.0.1:0" if empty
	TLS     *tls.Config // nil: plain HTTP
	Clock   func() time.Time
	// Host is the name by which clients reach the loopback address, such as
	// localhost, where a client takes no address for a name.
	Host string
	// Origin is how clients name this server where they reach it by another
	// address than the one it listens on (a proxy, a default port).
	Origin string
	// Brief ends each connection with its first answer, for clients that outlive
	// the server: they must not send to its successor on a connection that died.
	Brief bool
	// Reuse listens on a port that another server of this process has left, and
	// leaves it to the next. It is for servers that no other program knows, since
	// one may keep connections and what it learned of an origin.
	Reuse bool
	// Ended is told of every exchange once its answer has been written.
	Ended func(Exchange)
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
	s := &Server{Name: o.Name, port: port, reuse: o.Reuse}
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
	port.behind.Store(&recording{server: s, clock: o.Clock, ended: o.Ended, next: s.Script.play(build(s.URL))})
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

// recording is the outermost handler: it writes down the exchange, turns a
// panic into an answer with status 500, and sets Date from the server's clock.
type recording struct {
	server *Server
	clock  func() time.Time
	ended  func(Exchange)
	next   http.Handler
	busy   atomic.Int32 // requests under way
}

func (h *recording) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	recorder := &h.server.Recorder
	body, err := readBody(r)
	e := &Exchange{Server: h.server.Name, At: h.clock(), Method: r.Method, Target: r.RequestURI, Host: r.Host, Body: body}
	if raw, ok := r.Context().Value(rawKey{}).(*rawConn); ok {
		e.Fields = raw.takeFields()
	}
	if e.Fields == nil {
		e.Fields = FieldsOf(r.Header)
	}
	recorder.add(e)
	answer := &answerWriter{ResponseWriter: w}
	answer.Header().Set("Date", h.clock().UTC().Format(http.TimeFormat))
	switch {
	case err != nil || len(body) > maxBody:
		http.Error(answer, "the request body cannot be read or is too large", http.StatusRequestEntityTooLarge)
	default:
		r.Body = io.NopCloser(bytes.NewReader(body))
		r = r.WithContext(context.WithValue(r.Context(), currentKey{}, current{recorder, e}))
		h.serve(answer, r)
	}
	recorder.update(func() {
		e.Status = answer.status
		if answer.status == 0 && !answer.hijacked {
			e.Status = http.StatusOK
		}
		e.Answer, e.Reply = FieldsOf(w.Header()), answer.body.Bytes()
	})
	if h.ended != nil {
		h.ended(*e)
	}
}

func readBody(r *http.Request) ([]byte, error) {
	if r.ContentLength == 0 {
		return nil, nil
	}
	return io.ReadAll(io.LimitReader(r.Body, maxBody+1))
}

func (h *recording) serve(w *answerWriter, r *http.Request) {
	defer func() {
		cause := recover()
		switch {
		case cause == nil:
		case cause == http.ErrAbortHandler:
			w.hijacked = true
			panic(cause)
		default:
			Note(r.Context(), "panic", fmt.Sprint(cause))
			if w.status == 0 {
				http.Error(w, "internal error", http.StatusInternalServerError)
			}
		}
	}()
	h.next.ServeHTTP(w, r)
}

// answerWriter keeps a copy of what is answered.
type answerWriter struct {
	http.ResponseWriter
	status   int
	body     bytes.Buffer
	hijacked bool
}

func (w *answerWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *answerWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	if w.body.Len() < maxBody {
		w.body.Write(p)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *answerWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
