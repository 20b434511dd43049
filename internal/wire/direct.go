package wire

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
)

// direct sends requests to servers of this process: one after another on a
// connection, written and read by whoever waits for the answer. What net/http's
// Transport does besides, with two goroutines a connection, is for networks.
type direct struct {
	afresh bool // each request has a connection of its own
}

// RoundTrip implements http.RoundTripper.
func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := sendable(r.Header); err != nil {
		return nil, err
	}
	p, ours := ofThisProcess(r.URL.Host)
	if !ours {
		return nil, errNobody
	}
	l, err := p.link(r.Context(), d.afresh)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(r.Context(), func() { l.conn.Close() })
	response, err := l.ask(r)
	if err != nil {
		stop()
		l.conn.Close()
		if r.Context().Err() != nil {
			err = r.Context().Err()
		}
		return nil, err
	}
	response.Body = &lent{ReadCloser: response.Body, keep: func(whole bool) {
		if stop() && whole && !response.Close && !d.afresh && !l.conn.over() {
			p.give(l)
		} else {
			l.conn.Close()
		}
	}}
	return response, nil
}

// link returns a connection to the port, one that was used before if there is and none is
// wanted afresh.
func (p *port) link(ctx context.Context, afresh bool) (*link, error) {
	for {
		idle := p.idle
		if afresh {
			idle = nil
		}
		select {
		case l := <-idle:
			if l.conn.over() {
				continue
			}
			return l, nil
		default:
		}
		conn, err := p.dial(ctx)
		if err != nil {
			return nil, err
		}
		return &link{conn, bufio.NewReader(conn), bufio.NewWriter(conn)}, nil
	}
}

// give keeps a connection for the next request.
func (p *port) give(l *link) {
	select {
	case p.idle <- l:
	default:
		l.conn.Close()
	}
}

// lent is the body of an answer, whose connection is free when it was read.
type lent struct {
	io.ReadCloser
	whole bool
	keep  func(whole bool)
}

// Read implements io.Reader.
func (b *lent) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.whole = b.whole || err == io.EOF
	return n, err
}

// Close implements io.Closer.
func (b *lent) Close() error {
	if b.keep != nil {
		b.keep(b.whole)
		b.keep = nil
	}
	return nil
}

// sendable refuses what no field line can hold (RFC 9110 §5.1, §5.5), as
// Transport does: written all the same, it would become another request.
func sendable(header http.Header) error {
	for name, values := range header {
		if !isToken(name) {
			return fmt.Errorf("invalid header field name %q", name)
		}
		for _, value := range values {
			for i := range len(value) {
				if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
					return fmt.Errorf("invalid header field value for %q", name)
				}
			}
		}
	}
	return nil
}

// isToken reports whether a text is a token (RFC 9110 §5.6.2).
func isToken(text string) bool {
	for i := range len(text) {
		if !tokenCharacter[text[i]] {
			return false
		}
	}
	return text != ""
}

var tokenCharacter = func() (is [256]bool) {
	for _, c := range "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" {
		is[c] = true
	}
	return is
}()
