package client

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// sameIssuer compares byte for byte (RFC 8414 §3.3).
func sameIssuer(asked, got string) error {
	if asked != got {
		return fmt.Errorf("the metadata are those of issuer %s, not of %s (RFC 8414 §3.3); "+
			"configure the issuer exactly as its metadata spell it", quote(got), quote(asked))
	}
	return nil
}

// sameResource compares with the URL of the API (RFC 9728 §3.3); an empty path and
// "/" are one (RFC 3986 §6.2.3).
func sameResource(asked, got string) error {
	if strings.TrimSuffix(asked, "/") != strings.TrimSuffix(got, "/") {
		return fmt.Errorf("they are those of the resource %s, not of the BaseURL %s (RFC 9728 §3.3)", quote(got), asked)
	}
	return nil
}

// secureEndpoint takes https URLs, and http ones on loopback hosts if the
// issuer, too, is one of these (RFC 9449 §2).
func secureEndpoint(name, endpoint, issuer string) error {
	if endpoint == "" {
		return fmt.Errorf("the authorization server names no %s in its metadata", name)
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.User != nil || u.Opaque != "" {
		return fmt.Errorf("the %s %s is no absolute URL without user information", name, quote(endpoint))
	}
	if u.Scheme == "https" || u.Scheme == "http" && loopback(u) && localIssuer(issuer) {
		return nil
	}
	return fmt.Errorf("the %s %s is not an https URL; http is taken only between loopback hosts", name, quote(endpoint))
}

// localIssuer reports whether an issuer, if there is one, is served over plain
// http on loopback.
func localIssuer(issuer string) bool {
	u, err := url.Parse(issuer)
	return issuer == "" || err == nil && u.Scheme == "http" && loopback(u)
}

// ownAPI is the honest rule for where a token may go: to the origin of its
// Fetcher's BaseURL or one of its Origins, and anywhere if there is neither.
func ownAPI(target *url.URL, base string, origins []string) error {
	allowed := slices.Clone(origins)
	if base != "" {
		allowed = append(allowed, base)
	}
	for _, text := range allowed {
		if u, err := url.Parse(text); err == nil && origin(u) == origin(target) {
			return nil
		}
	}
	if len(allowed) == 0 {
		return nil
	}
	return failure(AudienceMismatch,
		"%s: %s is not the API of this Fetcher (%s), the token is not sent there; "+
			"use the Fetcher of that API, or list the origin in Origins",
		audienceMismatchWords, origin(target), strings.Join(allowed, ", "))
}

// sameOrigin keeps token and proof with the server that they are meant for.
func sameOrigin(from, to *url.URL) error {
	if origin(from) == origin(to) && to.User == nil {
		return nil
	}
	return failure(RedirectRefused,
		"%s redirects to another origin, %s; the token is not sent there. Call that API with its own Fetcher",
		origin(from), origin(to))
}
