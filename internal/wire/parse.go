package wire

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// Address is where a request goes: the one reading of its URL, by which is decided
// whether it may leave, and to which it leaves. Two readings of one text may differ,
// and then a secret leaves for a host that nobody allowed.
type Address struct {
	URL    string // as it is written
	Scheme string // http or https
	Host   string // a name in lower case, or an IP address without brackets
	Port   string // without leading zeros; that of the scheme where the URL names none
	Target string // path and query as they are written, with a slash at the beginning

	Authority string // host and port as they are written, for the Host field
}

// ParseAddress reads an absolute URL of http or https (RFC 3986, RFC 9110 §4.2). What
// readers are known to take in several ways is refused: user information, a
// fragment, a backslash, an escape or a zone in the authority, a character that a
// request target cannot hold, a port that is no number.
func ParseAddress(raw string) (Address, error) {
	fail := func(why string) (Address, error) {
		return Address{}, fmt.Errorf("%q is no URL that a request can be sent to: %s", Brief(raw), why)
	}
	for i := range len(raw) {
		if c := raw[i]; c <= ' ' || c == 0x7f || c == '\\' {
			return fail("it has a character that no URL has")
		}
	}
	scheme, rest, found := strings.Cut(raw, "://")
	a := Address{URL: raw, Scheme: strings.ToLower(scheme)}
	if !found || a.Scheme != "http" && a.Scheme != "https" {
		return fail("it does not begin with http:// or https://")
	}
	if strings.Contains(rest, "#") {
		return fail("it has a fragment, which is never sent")
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	a.Authority, a.Target = rest[:end], rest[end:]
	if !strings.HasPrefix(a.Target, "/") {
		a.Target = "/" + a.Target
	}
	host, port, why := splitAuthority(a.Authority)
	if why != "" {
		return fail(why)
	}
	a.Host, a.Port = host, port
	if port == "" {
		a.Port = map[string]string{"http": "80", "https": "443"}[a.Scheme]
	}
	return a, nil
}

// splitAuthority reads host and port; why says what is wrong.
func splitAuthority(authority string) (host, port, why string) {
	if strings.Contains(authority, "@") {
		return "", "", "it has user information before its host"
	}
	host, port = authority, ""
	if inner, found := strings.CutPrefix(authority, "["); found {
		address, after, closed := strings.Cut(inner, "]")
		ip, err := netip.ParseAddr(address)
		if !closed || err != nil || !ip.Is6() || ip.Zone() != "" || after != "" && after[0] != ':' {
			return "", "", "between brackets stands no IPv6 address"
		}
		host, port = ip.String(), strings.TrimPrefix(after, ":")
	} else {
		if at := strings.LastIndexByte(authority, ':'); at >= 0 {
			host, port = authority[:at], authority[at+1:]
		}
		for i := range len(host) {
			if !hostCharacter(host[i]) {
				return "", "", "its host has a character that no name of a host has"
			}
		}
		host = strings.ToLower(host)
	}
	if host == "" {
		return "", "", "it has no host"
	}
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || port[0] == '+' {
			return "", "", "its port is no number up to 65535"
		}
		port = strconv.FormatUint(n, 10)
	}
	return host, port, ""
}

// hostCharacter reports whether an octet may stand in the name of a host: what of
// RFC 3986 §3.2.2 no reader takes for something else. Names in other letters have a
// form in these (RFC 5891).
func hostCharacter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}

// hostPort is the host, and the port where it is not that of the scheme.
func (a Address) hostPort() string { return a.Origin()[len(a.Scheme)+len("://"):] }

// Dial is the host with its port, for whoever connects.
func (a Address) Dial() string { return net.JoinHostPort(a.Host, a.Port) }

// Origin spells scheme, host and port in one way (RFC 6454 §4), the port of the
// scheme left out.
func (a Address) Origin() string {
	host := a.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if a.Scheme == "https" && a.Port == "443" || a.Scheme == "http" && a.Port == "80" {
		return a.Scheme + "://" + host
	}
	return a.Scheme + "://" + host + ":" + a.Port
}

// OfThisProcess reports whether a server of this process listens there.
func (a Address) OfThisProcess() bool {
	_, ours := ports.Load(placeOf(a.hostPort()))
	return ours
}

// Loopback reports whether the host is this machine, see Loopback.
func (a Address) Loopback() bool { return Loopback(a.Host) }
