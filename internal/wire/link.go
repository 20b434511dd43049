package wire

import (
	"bufio"
	"net/http"
)

// link is a client's end of a connection within this process.
type link struct {
	conn *within
	in   *bufio.Reader
	out  *bufio.Writer
}

// idleLinks is how many connections of a port are kept for the next request.
const idleLinks = 32

// ask writes a request and reads the head of its final answer (RFC 9110 §15.2).
func (l *link) ask(r *http.Request) (*http.Response, error) {
	if body, ok := r.Body.(once); ok { // nothing is sent again here
		r.Body = body.ReadCloser
	}
	if err := r.Write(l.out); err != nil {
		return nil, err
	}
	if err := l.out.Flush(); err != nil {
		return nil, err
	}
	for {
		response, err := http.ReadResponse(l.in, r)
		if err != nil || response.StatusCode >= 200 || response.StatusCode == http.StatusSwitchingProtocols {
			return response, err
		}
	}
}
