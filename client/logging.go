package client

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// secretFields are the fields whose values are credentials.
var secretFields = []string{"authorization", "proxy-authorization", "cookie", "set-cookie", "authentication-info"}

// secretParameters are the query parameters whose values are credentials.
var secretParameters = []string{"access_token", "refresh_token", "id_token", "token", "code", "code_verifier", "client_secret", "client_assertion", "request", "request_uri", "state", "api_key", "password"}

// Mask returns a copy of header for a log: credentials give way to their
// scheme, a proof to what it says. Use it in a transport of your own.
func Mask(header http.Header) http.Header {
	masked := header.Clone()
	for name, values := range masked {
		for i, value := range values {
			switch lower := strings.ToLower(name); {
			case slices.Contains(secretFields, lower):
				values[i] = maskedValue(lower, value)
			case lower == "dpop":
				values[i] = maskedProof(value)
			case lower == "location":
				values[i] = MaskURL(value)
			}
		}
	}
	return masked
}

func maskedValue(field, value string) string {
	separator := " "
	if strings.HasSuffix(field, "cookie") {
		separator = "="
	}
	head, _, found := strings.Cut(value, separator)
	if !found {
		return "***"
	}
	return head + separator + "***"
}

// maskedProof shows the claims of a proof, none of which is secret, and not
// the proof, which could be replayed.
func maskedProof(value string) string {
	claims, ok := jwtClaims(value)
	if !ok {
		return "*** (no proof)"
	}
	return string(claims.JSON())
}

// MaskURL hides user information and the values of the query parameters that
// carry credentials.
func MaskURL(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return "*** (no URL)"
	}
	if u.User != nil {
		u.User = url.User("***")
	}
	u.RawQuery = maskQuery(u.RawQuery)
	if u.Fragment != "" {
		u.Fragment, u.RawFragment = "***", ""
	}
	return u.String()
}

func maskQuery(query string) string {
	parts := strings.Split(query, "&")
	for i, part := range parts {
		name, _, has := strings.Cut(part, "=")
		plain, err := url.QueryUnescape(name)
		if has && (err != nil || slices.Contains(secretParameters, strings.ToLower(plain))) {
			parts[i] = name + "=***"
		}
	}
	return strings.Join(parts, "&")
}

// later is a group of attributes that is put together when a handler writes
// it: to mask a request costs more than to send it within a process.
type later func() []slog.Attr

// LogValue implements slog.LogValuer.
func (l later) LogValue() slog.Value { return slog.GroupValue(l()...) }

// log writes attributes without a group of their own.
func (c *Client) log(ctx context.Context, message string, attributes later) {
	c.logger.LogAttrs(ctx, slog.LevelDebug, message, slog.Any("", attributes))
}

func (c *Client) logRequest(ctx context.Context, r *http.Request, k *call) {
	if !c.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	address, method, header, access, attempt := *r.URL, r.Method, r.Header.Clone(), k.access, k.attempt.Number
	c.log(ctx, "DPoP request", func() []slog.Attr {
		attributes := []slog.Attr{slog.String("url", MaskURL(address.String())), slog.String("method", method), slog.Any("headers", Mask(header)), slog.Int("attempt", attempt)}
		if audiences, known := Audiences(access); known {
			attributes = append(attributes, slog.Any("aud", audiences))
		}
		return attributes
	})
}

func (c *Client) logAnswer(ctx context.Context, r *http.Request, response *http.Response) {
	if !c.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	address, status, header := *r.URL, response.StatusCode, response.Header.Clone()
	c.log(ctx, "DPoP response", func() []slog.Attr {
		return []slog.Attr{slog.String("url", MaskURL(address.String())), slog.Int("status", status), slog.Any("headers", Mask(header))}
	})
}

func (c *Client) logFailure(ctx context.Context, r *http.Request, err error) {
	c.logger.DebugContext(ctx, "DPoP request failed", "url", MaskURL(r.URL.String()), "error", fmt.Sprint(masked(err)))
}

// masked hides what a *url.Error quotes of the URL.
func masked(err error) error {
	if u, ok := err.(*url.Error); ok {
		return &url.Error{Op: u.Op, URL: MaskURL(u.URL), Err: u.Err}
	}
	return err
}

// DebugTransport logs every request and answer that passes through it, at
// level Debug, with credentials masked.
func DebugTransport(logger *slog.Logger, next http.RoundTripper) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return RoundTripFunc(func(r *http.Request) (*http.Response, error) {
		logger.DebugContext(r.Context(), dpop.Scheme+" request", "url", MaskURL(r.URL.String()), "method", r.Method, "headers", Mask(r.Header))
		response, err := next.RoundTrip(r)
		if err == nil {
			logger.DebugContext(r.Context(), dpop.Scheme+" response", "status", response.StatusCode, "headers", Mask(response.Header))
		}
		return response, err
	})
}

// RoundTripFunc is a function as http.RoundTripper.
type RoundTripFunc func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f RoundTripFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
