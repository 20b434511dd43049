package client

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
)

// later is a group of attributes that is put together when a handler writes
// it: to mask a request costs more than to send it within a process.
type later func() []slog.Attr

// LogValue implements slog.LogValuer.
func (l later) LogValue() slog.Value { return slog.GroupValue(l()...) }

// log writes attributes without a group of their own.
func (c *Client) log(ctx context.Context, message string, attributes later) {
	c.logger.LogAttrs(ctx, slog.LevelDebug, message, slog.Any("", attributes))
}

// logRequest shows a request before it is sent, and whom its access token is for.
func (c *Client) logRequest(ctx context.Context, r *http.Request, access string, attempt int) {
	if !c.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	target, method, header := *r.URL, r.Method, r.Header.Clone()
	c.log(ctx, "DPoP request", func() []slog.Attr {
		attributes := []slog.Attr{
			slog.String("url", MaskURL(target.String())),
			slog.String("method", method),
			slog.Any("headers", Mask(header)),
			slog.Int("attempt", attempt),
		}
		if audiences, known := Audiences(access); known {
			attributes = append(attributes, slog.Any("aud", audiences))
		}
		return attributes
	})
}

// logAnswer shows the answer to a request.
func (c *Client) logAnswer(ctx context.Context, r *http.Request, response *http.Response) {
	if !c.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	target, status, header := *r.URL, response.StatusCode, response.Header.Clone()
	c.log(ctx, "DPoP response", func() []slog.Attr {
		return []slog.Attr{
			slog.String("url", MaskURL(target.String())),
			slog.Int("status", status),
			slog.Any("headers", Mask(header)),
		}
	})
}

// logFailure shows why there is no answer to a request.
func (c *Client) logFailure(ctx context.Context, r *http.Request, err error) {
	c.logger.DebugContext(ctx, "DPoP request failed",
		"url", MaskURL(r.URL.String()), "error", fmt.Sprint(masked(err)))
}
