package mockrs

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// maxAnswer bounds how much of an introspection answer is read.
const maxAnswer = 1 << 20

// IntrospectAt returns a Config.Introspect that asks an introspection endpoint
// over HTTP (RFC 7662 §2.1), as the client of that id and secret
// (client_secret_basic). Anything but status 200 with one JSON object is an
// error, so that a broken authorization server never opens an API.
func IntrospectAt(client *http.Client, endpoint, id, secret string) func(context.Context, string) (dpop.Object, error) {
	return func(ctx context.Context, token string) (dpop.Object, error) {
		form := url.Values{"token": {token}, "token_type_hint": {"access_token"}}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
		if err != nil {
			return nil, fmt.Errorf("the introspection endpoint %s: %w", endpoint, err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Accept", "application/json")
		request.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret)) // RFC 6749 §2.3.1
		response, err := client.Do(request)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("the introspection endpoint answered %d", response.StatusCode)
		}
		body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
		if err != nil {
			return nil, err
		}
		return dpop.ParseObject(body)
	}
}
