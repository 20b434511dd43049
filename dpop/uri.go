package dpop

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// NormalizeURI brings an absolute http or https URI without query and fragment
// into the one form that RFC 9449 §4.3 compares: syntax-based and scheme-based
// normalisation of RFC 3986 §6.2.2 and §6.2.3. Query and fragment are dropped.
// Relative references, other schemes, userinfo, an empty host, stray
// characters and broken escapes are errors.
func NormalizeURI(uri string) (string, error) {
	for i := 0; i < len(uri); i++ {
		if uri[i] <= ' ' || uri[i] >= 0x7f || strings.IndexByte(`"<>\^{|}`+"`", uri[i]) >= 0 {
			return "", fmt.Errorf("the character %q has no place in a URI (RFC 3986 §2)", firstRune(uri[i:]))
		}
	}
	scheme, rest, found := strings.Cut(withoutQuery(uri), "://")
	scheme = strings.ToLower(scheme)
	if !found || (scheme != "http" && scheme != "https") {
		return "", errors.New("not an absolute http or https URI")
	}
	authority, path, _ := strings.Cut(rest, "/")
	authority, err := normalizeAuthority(scheme, authority)
	if err != nil {
		return "", err
	}
	path, err = NormalizePath("/" + path)
	if err != nil {
		return "", err
	}
	return scheme + "://" + authority + path, nil
}

func normalizeAuthority(scheme, authority string) (string, error) {
	if strings.Contains(authority, "@") {
		return "", errors.New("userinfo is no part of a target URI (RFC 9110 §4.2.4)")
	}
	host, port := authority, ""
	if colon := strings.LastIndexByte(authority, ':'); colon > strings.LastIndexByte(authority, ']') {
		host, port = authority[:colon], authority[colon+1:]
	}
	if strings.Trim(port, "0123456789") != "" || len(port) > 5 {
		return "", fmt.Errorf("%q is not a port", port)
	}
	if !usableHost(host) {
		return "", errors.New("the URI has no usable host")
	}
	host, err := NormalizeEscapes(host)
	if err != nil {
		return "", err
	}
	host = strings.ToLower(host)
	// RFC 3986 §6.2.3: the scheme's own port and an empty one equal none.
	if port == "" || (scheme == "http" && port == "80") || (scheme == "https" && port == "443") {
		return host, nil
	}
	return host + ":" + port, nil
}

// usableHost takes a name, an IPv4 address, or an IPv6 address in brackets
// (RFC 3986 §3.2.2).
func usableHost(host string) bool {
	if !strings.HasPrefix(host, "[") {
		return host != "" && !strings.ContainsAny(host, ":[]")
	}
	address, err := netip.ParseAddr(strings.TrimSuffix(host[1:], "]"))
	return err == nil && strings.HasSuffix(host, "]") && address.Is6() && address.Zone() == ""
}

// NormalizePath normalises the path of a URI, as it stands on the wire:
// escapes of unreserved characters are undone, the hex digits of the others
// written in upper case, dot segments removed (RFC 3986 §6.2.2). An escaped
// slash or question mark stays what it is and never becomes a delimiter.
func NormalizePath(path string) (string, error) {
	path, err := NormalizeEscapes(path)
	if err != nil {
		return "", err
	}
	if strings.Contains(path, "/.") {
		path = removeDotSegments(path)
	}
	return path, nil
}

// NormalizeEscapes undoes the escapes of unreserved characters and writes the
// hex digits of the others in upper case (RFC 3986 §6.2.2.1, §6.2.2.2). A percent
// sign without two hex digits is an error.
func NormalizeEscapes(text string) (string, error) {
	if !strings.Contains(text, "%") {
		return text, nil
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			b.WriteByte(text[i])
			continue
		}
		if i+2 >= len(text) || unhex(text[i+1]) < 0 || unhex(text[i+2]) < 0 {
			return "", errors.New("a percent sign without two hex digits (RFC 3986 §2.1)")
		}
		if c := byte(unhex(text[i+1])<<4 | unhex(text[i+2])); unreserved(c) {
			b.WriteByte(c)
		} else {
			b.WriteString(strings.ToUpper(text[i : i+3]))
		}
		i += 2
	}
	return b.String(), nil
}

// unhex returns the value of a hex digit, or -1.
func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// unreserved is RFC 3986 §2.3.
func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// removeDotSegments is RFC 3986 §5.2.4 for a path that begins with a slash.
func removeDotSegments(path string) string {
	var kept []string
	segments := strings.Split(path[1:], "/")
	for i, segment := range segments {
		last := i == len(segments)-1
		switch segment {
		case ".":
		case "..":
			if len(kept) > 0 {
				kept = kept[:len(kept)-1]
			}
		default:
			kept = append(kept, segment)
			continue
		}
		if last {
			kept = append(kept, "")
		}
	}
	return "/" + strings.Join(kept, "/")
}

// SameURI reports whether an htu claim names the target URI of a request
// (RFC 9449 §4.3, check 9): both normalised, both without query and fragment.
func SameURI(htu, target string) error {
	claimed, err := NormalizeURI(htu)
	if err != nil {
		return fmt.Errorf("htu: %w", err)
	}
	actual, err := NormalizeURI(target)
	if err != nil {
		return fmt.Errorf("the request's own target: %w", err)
	}
	if claimed != actual {
		return fmt.Errorf("htu names %s, the request went to %s", claimed, actual)
	}
	return nil
}

// TargetURI joins the origin under which clients know a server with the
// request-target as it stood on the wire (RFC 9112 §3.2), without its query.
// Nothing that the sender can choose besides the path takes part: neither the
// Host field nor forwarding fields (RFC 9449 §4.3, check 9).
func TargetURI(origin, requestTarget string) string {
	path := withoutQuery(requestTarget)
	if _, rest, absolute := strings.Cut(path, "://"); absolute && !strings.HasPrefix(path, "/") {
		_, path, _ = strings.Cut(rest, "/") // absolute-form, as proxies send it
		path = "/" + path
	}
	return origin + path
}
