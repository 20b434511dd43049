package client

import (
	"log/slog"
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
)

// DebugTransport logs every request and answer that passes through it, at
// level Debug, with credentials masked.
func DebugTransport(logger *slog.Logger, next http.RoundTripper) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return RoundTripFunc(func(r *http.Request) (*http.Response, error) {
		ctx := r.Context()
		logger.DebugContext(ctx, dpop.Scheme+" request",
			"url", MaskURL(r.URL.String()), "method", r.Method, "headers", Mask(r.Header))
		response, err := next.RoundTrip(r)
		if err == nil {
			logger.DebugContext(ctx, dpop.Scheme+" response",
				"status", response.StatusCode, "headers", Mask(response.Header))
		}
		return response, err
	})
}

// RoundTripFunc is a function as http.RoundTripper.
type RoundTripFunc func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f RoundTripFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
