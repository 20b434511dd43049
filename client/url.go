package client

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// maxRedirects is how many redirects are followed; net/http follows as many.
const maxRedirects = 10

// origin is scheme, host and port, the default port left out (RFC 6454 §4).
func origin(u *url.URL) string {
	scheme, host, port := strings.ToLower(u.Scheme), strings.ToLower(u.Hostname()), u.Port()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" && !(scheme == "http" && port == "80") && !(scheme == "https" && port == "443") {
		host += ":" + port
	}
	return scheme + "://" + host
}

// targetURI is the URI of a request as it stands on the wire, escapes
// included. Its query is the draft's to leave out of htu.
func targetURI(u *url.URL) string {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return u.Scheme + "://" + u.Host + path
}

// absolute parses a URL that a request can be sent to.
func absolute(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s is no URL", quote(MaskURL(text)))
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%s is no absolute http or https URL", quote(MaskURL(text)))
	}
	if u.User != nil {
		return nil, fmt.Errorf("a URL with user information cannot be called with a token: %s", quote(MaskURL(text)))
	}
	return u, nil
}

// loopback reports whether a URL can only lead to this machine (RFC 6761 §6.3).
func loopback(u *url.URL) bool {
	host := u.Hostname()
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}
