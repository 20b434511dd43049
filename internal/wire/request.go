package wire

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Request is a request to be sent as it is.
type Request struct {
	Method string
	URL    string // its path is sent as written, escapes and dot segments included
	Host   string // Host field, if it shall differ from the URL's authority
	Target string // absolute request target (RFC 9112 §3.2.2), if there shall be one
	Fields Fields
	Body   []byte
	// Complete adds what must be new each time the request is sent, such as the
	// jti of a client assertion. It is told the time on the server's clock.
	Complete func(r *Request, now time.Time) error
	// Certificate is shown instead of the connection's (RFC 8705 §2).
	Certificate *tls.Certificate
}

// once is a body that net/http cannot rewind, so that it leaves it to the caller
// what follows when a connection breaks. By itself it sends some requests again:
// with the proof that the server has seen already, whose refusal as a replay
// would then be taken for the answer to the probe.
type once struct{ io.ReadCloser }

// Read implements io.Reader.
func (o once) Read(p []byte) (int, error) {
	if o.ReadCloser == nil {
		return 0, io.EOF
	}
	return o.ReadCloser.Read(p)
}

// Close implements io.Closer.
func (o once) Close() error {
	if o.ReadCloser == nil {
		return nil
	}
	return o.ReadCloser.Close()
}

// idempotent reports whether net/http would send a request again. It would
// TRACE too, whose body of unknown length cannot be left out.
func idempotent(r Request) bool {
	for _, f := range r.Fields {
		if f.Name == "Idempotency-Key" || f.Name == "X-Idempotency-Key" {
			return true
		}
	}
	return r.Method == "GET" || r.Method == "HEAD" || r.Method == "OPTIONS"
}

// build makes a request of net/http that goes to an address.
func build(ctx context.Context, r Request, to Address) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, r.Method, "http://placeholder/", bytes.NewReader(r.Body))
	if err != nil {
		return nil, fmt.Errorf("a request that cannot be sent: %w", err)
	}
	request.GetBody = nil
	if r.Body == nil {
		request.Body, request.ContentLength = nil, 0
	}
	if idempotent(r) {
		request.Body = once{request.Body}
	}
	// Opaque is written as it stands, so escapes and dot segments survive. A
	// target of two leading slashes would be taken for an authority.
	request.URL = &url.URL{Scheme: to.Scheme, Host: to.hostPort(), Opaque: to.Target}
	if strings.HasPrefix(to.Target, "//") {
		return nil, errors.New("a path that begins with two slashes cannot be sent")
	}
	if r.Target != "" {
		absolute, found := strings.CutPrefix(r.Target, to.Scheme+":")
		if !found {
			return nil, fmt.Errorf("the request target %q has another scheme than the request", r.Target)
		}
		request.URL.Opaque = absolute // net/http puts the scheme before two slashes
	}
	request.Host = to.Authority
	if r.Host != "" {
		request.Host = r.Host
	}
	for _, f := range r.Fields {
		request.Header[f.Name] = append(request.Header[f.Name], f.Value)
	}
	return request, nil
}
