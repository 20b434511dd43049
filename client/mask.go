package client

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// secretFields are the fields whose values are credentials.
var secretFields = []string{"authorization", "proxy-authorization", "cookie", "set-cookie", "authentication-info"}

// secretParameters are the query parameters whose values are credentials.
var secretParameters = []string{
	"access_token", "refresh_token", "id_token", "token", "code", "code_verifier",
	"client_secret", "client_assertion", "request", "request_uri", "state", "api_key", "password",
}

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

// maskedValue keeps the scheme of credentials, or the name of a cookie.
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

// maskQuery keeps the order and the spelling of what it does not hide.
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

// masked hides what a *url.Error quotes of the URL.
func masked(err error) error {
	if u, ok := err.(*url.Error); ok {
		return &url.Error{Op: u.Op, URL: MaskURL(u.URL), Err: u.Err}
	}
	return err
}
