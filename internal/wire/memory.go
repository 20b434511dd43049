package wire

import (
	"bytes"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// A connection within this process is two streams, each of which holds what was
// written until it is read: as with a socket, and unlike with net.Pipe, a side
// may write its last words to one that is still writing itself.

// Bounds of what one side may write ahead of the other, in octets. Requests are
// written whole before the answer is read (see direct); a server that answers
// without end must wait.
const (
	requestAhead = 2 * maxBody
	answerAhead  = 64 << 10
)

// stream is one direction of a connection.
type stream struct {
	mu      sync.Mutex
	change  sync.Cond
	data    bytes.Buffer
	ahead   int
	ended   bool // the writer has closed, or nobody reads any more
	late    bool // the deadline of the reader has passed
	waiting *time.Timer
}

func newStream(ahead int) *stream {
	s := &stream{ahead: ahead}
	s.change.L = &s.mu
	return s
}

func (s *stream) read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.late:
			return 0, os.ErrDeadlineExceeded
		case s.data.Len() > 0:
			n, err := s.data.Read(p)
			if s.data.Len() == 0 && s.data.Cap() > maxKept {
				s.data = bytes.Buffer{}
			}
			s.change.Broadcast()
			return n, err
		case s.ended:
			return 0, io.EOF
		}
		s.change.Wait()
	}
}

func (s *stream) write(p []byte) (written int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if s.ended {
			return written, io.ErrClosedPipe
		}
		n := min(len(p)-written, s.ahead-s.data.Len())
		s.data.Write(p[written : written+n])
		if n > 0 {
			s.change.Broadcast()
		}
		if written += n; written == len(p) {
			return written, nil
		}
		s.change.Wait()
	}
}

// end lets the reader come to the end of what was written; discard forgets that.
func (s *stream) end(discard bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	if discard {
		s.data = bytes.Buffer{}
		s.expire(time.Time{})
	}
	s.change.Broadcast()
}

func (s *stream) deadline(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(t)
	s.change.Broadcast()
}

func (s *stream) expire(t time.Time) {
	if s.waiting != nil {
		s.waiting.Stop()
		s.waiting = nil
	}
	left := time.Until(t)
	if s.late = !t.IsZero() && left <= 0; t.IsZero() || s.late {
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(left, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.waiting == timer { // no other deadline has been set meanwhile
			s.late = true
			s.change.Broadcast()
		}
	})
	s.waiting = timer
}

// within is one end of a connection within this process.
type within struct {
	in, out *stream
	address net.Addr // of the port
}

// connected returns the ends of a client and of a server.
func connected(address net.Addr) (client, server *within) {
	request, answer := newStream(requestAhead), newStream(answerAhead)
	return &within{answer, request, address}, &within{request, answer, address}
}

// Read implements net.Conn.
func (c *within) Read(p []byte) (int, error) { return c.in.read(p) }

// Write implements net.Conn.
func (c *within) Write(p []byte) (int, error) { return c.out.write(p) }

// Close implements net.Conn.
func (c *within) Close() error {
	c.out.end(false)
	c.in.end(true)
	return nil
}

// LocalAddr implements net.Conn.
func (c *within) LocalAddr() net.Addr { return c.address }

// RemoteAddr implements net.Conn.
func (c *within) RemoteAddr() net.Addr { return c.address }

// SetDeadline implements net.Conn.
func (c *within) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

// SetReadDeadline implements net.Conn.
func (c *within) SetReadDeadline(t time.Time) error {
	c.in.deadline(t)
	return nil
}

// SetWriteDeadline implements net.Conn. Whoever waits to write is freed when the
// other side reads or closes, as servers of this process do when a case ends.
func (c *within) SetWriteDeadline(time.Time) error { return nil }

// over reports whether the other side has closed.
func (c *within) over() bool {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	return c.in.ended
}
