package wire

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxReply bounds how much of an answer is read: a hostile server may send for ever.
const maxReply = 1 << 20

// Connection says how servers are reached. The zero value goes straight there,
// trusts the certificate authorities of the system and waits for ever.
type Connection struct {
	Timeout     time.Duration
	Resolve     []map[string]string // "host:port" to the address dialled instead, past any proxy
	Roots       *x509.CertPool      // trusted authorities; nil: the system's
	Certificate *tls.Certificate    // shown to servers that ask for one
	Proxy       *url.URL            // nil: HTTPS_PROXY, HTTP_PROXY and NO_PROXY decide
	Insecure    bool                // TLS certificates are not verified
	Fields      Fields              // added to every request
}

// Client sends requests whose every field line is chosen by the caller, and
// keeps what was sent and answered. It follows no redirect.
type Client struct {
	UserAgent string
	// Permit is asked before each request; a rate limit waits in it, and an
	// error keeps the request from leaving.
	Permit func(ctx context.Context, url string) error
	// Judge sees every answer and may turn it into an error.
	Judge func(*Exchange) error
	// Clock tells the time on the clock of the server at a URL, for what a
	// request completes itself with; nil: ours.
	Clock func(url string) time.Time

	connection Connection
	mu         sync.Mutex
	senders    map[*tls.Certificate]*http.Transport
}

// NewClient returns a client with its own connections, bounded in time and size.
func NewClient(c Connection) *Client {
	return &Client{connection: c, senders: map[*tls.Certificate]*http.Transport{}}
}

// sender returns the connections that a request goes by: those on which its
// certificate is shown, or those within this process.
func (c *Client) sender(r Request, address string) http.RoundTripper {
	if _, elsewhere := c.connection.resolved(address); !elsewhere {
		if _, ours := ofThisProcess(address); ours {
			return direct{}
		}
	}
	certificate := r.Certificate
	if certificate == nil {
		certificate = c.connection.Certificate
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.senders[certificate]; known != nil {
		return known
	}
	sender := c.connection.transport(certificate)
	c.senders[certificate] = sender
	return sender
}

// Close drops idle connections.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, sender := range c.senders {
		sender.CloseIdleConnections()
	}
}

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

// Do sends the request and returns the exchange. An error of the transport is
// returned and also kept in the exchange; any HTTP answer is no error.
func (c *Client) Do(ctx context.Context, r Request) (*Exchange, error) {
	if err := c.complete(&r); err != nil {
		return nil, err
	}
	request, err := build(ctx, r)
	if err != nil {
		return nil, err
	}
	if c.Permit != nil {
		if err := c.Permit(ctx, r.URL); err != nil {
			return nil, err
		}
	}
	if c.connection.Timeout > 0 {
		bounded, cancel := context.WithTimeout(ctx, c.connection.Timeout)
		defer cancel()
		request = request.WithContext(bounded)
	}
	e := &Exchange{At: time.Now(), URL: r.URL, Method: r.Method, Target: request.URL.RequestURI(), Host: request.Host, Fields: r.Fields, Body: r.Body}
	c.connection.aim(request)
	response, err := c.sender(r, request.URL.Host).RoundTrip(request)
	if err != nil {
		e.Err = explain(err, c.connection.Timeout)
		return e, e.Err
	}
	defer response.Body.Close()
	e.Status = response.StatusCode
	e.Answer = FieldsOf(response.Header)
	if e.Reply, e.Err = readReply(response.Body, c.connection.Timeout); e.Err == nil && c.Judge != nil {
		e.Err = c.Judge(e)
	}
	return e, e.Err
}

// complete adds what the caller left to be added.
func (c *Client) complete(r *Request) error {
	r.Fields = slices.Clone(r.Fields)
	if r.Complete != nil {
		now := time.Now()
		if c.Clock != nil {
			now = c.Clock(r.URL)
		}
		if err := r.Complete(r, now); err != nil {
			return fmt.Errorf("completing the request: %w", err)
		}
	}
	if c.UserAgent != "" && len(r.Fields.Values("User-Agent")) == 0 {
		r.Fields = append(r.Fields, Field{"User-Agent", c.UserAgent})
	}
	r.Fields = append(r.Fields, c.connection.Fields...)
	return nil
}

func readReply(body io.Reader, timeout time.Duration) ([]byte, error) {
	reply, err := io.ReadAll(io.LimitReader(body, maxReply+1))
	switch {
	case err != nil:
		reason := explain(err, timeout)
		var broken *Broken
		if errors.As(reason, &broken) { // an answer had begun
			reason = broken.cause
		}
		return reply, fmt.Errorf("the answer broke off: %w", reason)
	case len(reply) > maxReply:
		return reply[:maxReply], fmt.Errorf("the answer is larger than %d octets; it was not read to its end", maxReply)
	}
	return reply, nil
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

func build(ctx context.Context, r Request) (*http.Request, error) {
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
	scheme, rest, found := strings.Cut(r.URL, "://")
	if !found {
		return nil, fmt.Errorf("%q is not an absolute URL", r.URL)
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		rest, end = rest+"/", len(rest)
	}
	target := rest[end:]
	if target[0] == '?' {
		target = "/" + target
	}
	// Opaque is written as it stands, so escapes and dot segments survive. A
	// target of two leading slashes would be taken for an authority.
	request.URL = &url.URL{Scheme: scheme, Host: rest[:end], Opaque: target}
	if strings.HasPrefix(target, "//") {
		return nil, errors.New("a path that begins with two slashes cannot be sent")
	}
	if r.Target != "" {
		absolute, found := strings.CutPrefix(r.Target, scheme+":")
		if !found {
			return nil, fmt.Errorf("the request target %q has another scheme than the request", r.Target)
		}
		request.URL.Opaque = absolute // net/http puts the scheme before two slashes
	}
	request.Host = rest[:end]
	if r.Host != "" {
		request.Host = r.Host
	}
	for _, f := range r.Fields {
		request.Header[f.Name] = append(request.Header[f.Name], f.Value)
	}
	return request, nil
}
