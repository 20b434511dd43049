package wire

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxReply bounds how much of an answer is read: a hostile server may send for ever.
const maxReply = 1 << 20

// Client sends requests whose every field line is chosen by the caller, and
// keeps what was sent and answered. It follows no redirect.
type Client struct {
	HTTP      *http.Client
	UserAgent string
	// Before is called before each request; a rate limit waits in it.
	Before func(context.Context) error
}

// NewClient returns a client with its own connections, bounded in time and
// size. resolve maps "host:port" to the address to dial instead.
func NewClient(timeout time.Duration, resolve map[string]string) *Client {
	dialer := &net.Dialer{Timeout: timeout}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if other, ok := resolve[address]; ok {
				address = other
			}
			return dialer.DialContext(ctx, network, address)
		},
		MaxResponseHeaderBytes: maxReply,
		DisableCompression:     true,
		MaxIdleConnsPerHost:    32,
		ForceAttemptHTTP2:      true,
	}
	return &Client{HTTP: &http.Client{
		Transport:     transport,
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Close drops idle connections.
func (c *Client) Close() { c.HTTP.CloseIdleConnections() }

// Request is a request to be sent as it is.
type Request struct {
	Method string
	URL    string // its path is sent as written, escapes and dot segments included
	Host   string // Host field, if it shall differ from the URL's authority
	Fields Fields
	Body   []byte
}

// Do sends the request and returns the exchange. An error of the transport is
// returned and also kept in the exchange; any HTTP answer is no error.
func (c *Client) Do(ctx context.Context, r Request) (*Exchange, error) {
	request, err := build(ctx, r)
	if err != nil {
		return nil, err
	}
	if c.UserAgent != "" && len(r.Fields.Values("User-Agent")) == 0 {
		request.Header.Set("User-Agent", c.UserAgent)
	}
	if c.Before != nil {
		if err := c.Before(ctx); err != nil {
			return nil, err
		}
	}
	e := &Exchange{At: time.Now(), URL: r.URL, Method: r.Method, Target: request.URL.RequestURI(), Host: request.Host, Fields: r.Fields, Body: r.Body}
	response, err := c.HTTP.Do(request)
	if err != nil {
		e.Err = plain(err)
		return e, e.Err
	}
	defer response.Body.Close()
	e.Status = response.StatusCode
	e.Answer = FieldsOf(response.Header)
	e.Reply, err = io.ReadAll(io.LimitReader(response.Body, maxReply))
	if err != nil {
		e.Err = fmt.Errorf("the answer broke off: %w", err)
	}
	return e, e.Err
}

func build(ctx context.Context, r Request) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, r.Method, "http://placeholder/", bytes.NewReader(r.Body))
	if err != nil {
		return nil, fmt.Errorf("a request that cannot be sent: %w", err)
	}
	if r.Body == nil {
		request.Body, request.ContentLength = nil, 0
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
	request.Host = rest[:end]
	if r.Host != "" {
		request.Host = r.Host
	}
	for _, f := range r.Fields {
		request.Header[f.Name] = append(request.Header[f.Name], f.Value)
	}
	return request, nil
}

// plain takes the URL out of net/http's errors: it may hold a token.
func plain(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
