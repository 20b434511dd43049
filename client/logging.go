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
