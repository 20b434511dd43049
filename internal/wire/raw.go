package wire

import (
	"bytes"
	"context"
	"net"
	"strings"
	"sync"
)

// net/http canonicalises field names and groups their lines. What a client
// really wrote is taken from the connection itself.

type rawKey struct{}

type rawListener struct{ net.Listener }

func (l rawListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &rawConn{Conn: conn}, nil
}

// rememberRaw lets the handler of a request find its connection.
func rememberRaw(ctx context.Context, c net.Conn) context.Context {
	if raw, ok := c.(*rawConn); ok {
		return context.WithValue(ctx, rawKey{}, raw)
	}
	return ctx
}

type rawConn struct {
	net.Conn
	mu    sync.Mutex
	seen  []byte // of a request, up to the end of its head at least
	whole bool   // the head is there
}

var endOfHead = []byte("\r\n\r\n")

func (c *rawConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.whole && len(c.seen) < 2*maxBody {
		before := max(0, len(c.seen)-len(endOfHead))
		c.seen = append(c.seen, p[:n]...)
		c.whole = bytes.Contains(c.seen[before:], endOfHead)
	}
	return n, err
}

// takeFields returns the field lines of the request under way and forgets
// them. It is called when the body has been read: what was seen by then belongs
// to this request, since no client sends the next before it has the answer.
func (c *rawConn) takeFields() Fields {
	c.mu.Lock()
	head, _, found := bytes.Cut(c.seen, endOfHead)
	text := string(head)
	if c.seen, c.whole = c.seen[:0], false; cap(c.seen) > maxKept {
		c.seen = nil
	}
	c.mu.Unlock()
	if !found {
		return nil
	}
	lines := strings.Split(text, "\r\n")
	fields := make(Fields, 0, len(lines)-1)
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		fields = append(fields, Field{name, strings.Trim(value, " \t")})
	}
	return fields
}
