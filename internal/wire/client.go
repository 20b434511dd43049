package wire

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Client sends requests whose every field line is chosen by the caller, and
// keeps what was sent and answered. It follows no redirect.
type Client struct {
	UserAgent string
	// Permit is asked before each request; a rate limit waits in it, and an
	// error keeps the request from leaving.
	Permit func(ctx context.Context, to Address) error
	// Judge sees every answer and may turn it into an error.
	Judge func(*Exchange) error
	// Lost is told of every request that left and got no answer.
	Lost func(context.Context, *Exchange)
	// Clock tells the time on the clock of the server at a URL, for what a
	// request completes itself with; nil: ours.
	Clock func(url string) time.Time

	connection Connection
	mu         sync.Mutex
	senders    map[shown]*http.Transport
	retired    []*http.Transport // by whose connections no further request goes
	renewed    bool              // nor by one within this process
}

// shown tells connections apart that one request may go by and another not.
type shown struct {
	certificate *tls.Certificate
	plain       bool // without TLS, whatever the URL says
}

// NewClient returns a client with its own connections, bounded in time and size.
func NewClient(c Connection) *Client {
	return &Client{connection: c, senders: map[shown]*http.Transport{}}
}

// From returns a client that does the same from another IP address of ours.
func (c *Client) From(local string) *Client {
	other := NewClient(c.connection)
	other.connection.Local = local
	other.UserAgent, other.Permit, other.Judge, other.Lost, other.Clock = c.UserAgent, c.Permit, c.Judge, c.Lost, c.Clock
	return other
}

// sender returns the connections that a request goes by: those on which its
// certificate is shown, or those within this process.
func (c *Client) sender(r Request, to Address) http.RoundTripper {
	if _, elsewhere := c.connection.resolved(to.Dial()); !elsewhere {
		if _, ours := ofThisProcess(to.hostPort()); ours {
			c.mu.Lock()
			defer c.mu.Unlock()
			return direct{afresh: c.renewed}
		}
	}
	certificate := r.Certificate
	if certificate == nil {
		certificate = c.connection.Certificate
	}
	by := shown{certificate, c.connection.behindTLS(to)}
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.senders[by]; known != nil {
		return known
	}
	sender := c.connection.transport(by.certificate, by.plain)
	c.senders[by] = sender
	return sender
}

// tooLarge are the answers behind which a server may close the connection without a
// word (RFC 9110 §15.5.14, RFC 6585 §5): it has not read what was sent.
var tooLarge = []int{http.StatusRequestEntityTooLarge, http.StatusRequestHeaderFieldsTooLarge}

// Renew lets no further request go by the connections that there are: one that is
// closed meanwhile would break it.
func (c *Client) Renew() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.renewed = true
	for by, sender := range c.senders {
		c.retired = append(c.retired, sender)
		delete(c.senders, by)
	}
}

// Close drops idle connections.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, sender := range c.retired {
		sender.CloseIdleConnections()
	}
	for _, sender := range c.senders {
		sender.CloseIdleConnections()
	}
}

// watching is the key under which a context holds who is told by Watched.
type watching struct{}

// Watched returns a context with which each exchange of a Client is told to watch, once it
// is over. Several goroutines may call it. One that did not leave is not told.
func Watched(ctx context.Context, watch func(*Exchange)) context.Context {
	return context.WithValue(ctx, watching{}, watch)
}

// Do sends the request and returns the exchange. An error of the transport is
// returned and also kept in the exchange; any HTTP answer is no error.
func (c *Client) Do(ctx context.Context, r Request) (*Exchange, error) {
	if err := c.complete(&r); err != nil {
		return nil, err
	}
	to, err := ParseAddress(r.URL)
	if err != nil {
		return nil, err
	}
	request, err := build(ctx, r, to)
	if err != nil {
		return nil, err
	}
	if c.Permit != nil {
		if err := c.Permit(ctx, to); err != nil {
			return nil, err
		}
	}
	if c.connection.Timeout > 0 {
		bounded, cancel := context.WithTimeout(ctx, c.connection.Timeout)
		defer cancel()
		request = request.WithContext(bounded)
	}
	now := time.Now()
	e := &Exchange{
		At: now, Began: now, URL: r.URL, Method: r.Method, Target: request.URL.RequestURI(), Host: request.Host,
		Fields: r.Fields, Body: r.Body,
	}
	defer func() {
		e.Took = time.Since(now)
		if watch, watched := ctx.Value(watching{}).(func(*Exchange)); watched {
			watch(e)
		}
	}()
	c.connection.aim(request, to)
	response, err := c.sender(r, to).RoundTrip(request)
	if err != nil {
		e.Err = explain(err, c.connection.Timeout)
		if c.Lost != nil {
			c.Lost(ctx, e)
		}
		return e, e.Err
	}
	defer response.Body.Close()
	e.Status = response.StatusCode
	if slices.Contains(tooLarge, e.Status) {
		c.Renew()
	}
	e.Answer = FieldsOf(response.Header)
	e.Reply, e.Err = readReply(response.Body, c.connection.Timeout)
	if len(e.Answer) > maxLines { // a thousand more would tell nothing new
		e.Answer = slices.Clone(e.Answer[:maxLines])
		e.Err = cmp.Or[error](e.Err, &TooManyLines{maxLines})
	}
	if e.Err == nil && c.Judge != nil {
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
	given := len(r.Fields.Values("User-Agent"))+len(c.connection.Fields.Values("User-Agent")) > 0
	if c.UserAgent != "" && !given {
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
		return reply[:maxReply], &TooLarge{maxReply}
	}
	return reply, nil
}
