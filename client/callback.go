package client

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
)

// authorizationCode judges the authorization response (RFC 6749 §4.1.2, RFC 9207 §2.4).
func (c *Client) authorizationCode(ctx context.Context, a *Authorization, callback string) (string, error) {
	u, err := url.Parse(callback)
	if err != nil {
		return "", errors.New("the callback is no URL")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", errors.New("the callback's query cannot be read")
	}
	for _, name := range []string{"state", "code", "iss", "error"} {
		if len(query[name]) > 1 {
			return "", fmt.Errorf("the callback has the parameter %s twice (RFC 6749 §3.1)", name)
		}
	}
	if subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(a.State)) != 1 {
		return "", errors.New("the state of the callback is not that of the request: it belongs to another login")
	}
	m, err := c.Metadata(ctx)
	if err != nil {
		return "", err
	}
	if iss := query.Get("iss"); query.Has("iss") || m.IssInResponse {
		if err := c.policy.Issuer(c.issuer(), iss); err != nil {
			return "", fmt.Errorf("the authorization response: %w", err)
		}
	}
	if query.Has("error") {
		return "", &OAuthError{
			Endpoint: "authorization endpoint",
			Code:     query.Get("error"), Description: query.Get("error_description"),
		}
	}
	if query.Get("code") == "" {
		return "", errors.New("the callback holds neither a code nor an error")
	}
	return query.Get("code"), nil
}

// followToCallback plays a browser whose user consents to everything: it
// follows redirects, with a cookie jar of its own, until one leads to the
// redirect URI.
func (c *Client) followToCallback(ctx context.Context, address string) (string, error) {
	browser := *c.http
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", err
	}
	browser.Jar = jar
	for range maxRedirects + 1 {
		if c.isCallback(address) {
			return address, nil
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return "", err
		}
		response, err := browser.Do(request)
		if err != nil {
			return "", err
		}
		drain(response.Body)
		location := response.Header.Get("Location")
		if location == "" {
			return "", fmt.Errorf("the authorization endpoint answered %d instead of redirecting: "+
				"it may want a user; give LoginOptions.Follow", response.StatusCode)
		}
		to, err := request.URL.Parse(location)
		if err != nil {
			return "", errors.New("the authorization endpoint redirects to what is no URL")
		}
		address = to.String()
	}
	return "", fmt.Errorf("the authorization endpoint redirected more than %d times", maxRedirects)
}

// isCallback compares with the redirect URI, character by character, apart from what the
// server adds to the query: a query of its own is there (RFC 6749 §3.1.2).
func (c *Client) isCallback(address string) bool {
	address, _, _ = strings.Cut(address, "#")
	base, query, _ := strings.Cut(address, "?")
	redirect, own, has := strings.Cut(c.options.RedirectURI, "?")
	if base != redirect {
		return false
	}
	parameters := strings.Split(query, "&")
	for _, parameter := range strings.Split(own, "&") {
		if has && !slices.Contains(parameters, parameter) {
			return false
		}
	}
	return true
}
