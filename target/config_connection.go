package target

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// connectionSection says how real parties are reached.
type connectionSection struct {
	CA          string              `yaml:"ca"`
	Certificate *certificateSection `yaml:"certificate"`
	Proxy       string              `yaml:"proxy"`
	Headers     map[string]string   `yaml:"headers"`
	Resolve     map[string]string   `yaml:"resolve"`
	Insecure    bool                `yaml:"insecure"`
}

func (c connectionSection) apply(t *Target, line int) error {
	steps := []func(*Target) error{c.trust, c.identify, c.route, c.add}
	for _, step := range steps {
		if err := step(t); err != nil {
			return &ConfigError{t.File, line, "connection." + err.Error()}
		}
	}
	t.Connection.Insecure = c.Insecure
	return nil
}

func (c connectionSection) trust(t *Target) error {
	if c.CA == "" {
		return nil
	}
	return t.trustOnly(c.CA)
}

// trustOnly makes the certificates of a file the only ones that may have
// signed those of servers.
func (t *Target) trustOnly(file string) error {
	text, err := t.read(file)
	if err != nil {
		return fmt.Errorf("ca: %s cannot be read: %w", file, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(text)) {
		return fmt.Errorf("ca: %s holds no certificate that can be read; it must be PEM (-----BEGIN CERTIFICATE-----)", file)
	}
	t.Connection.Roots = pool
	return nil
}

func (c connectionSection) identify(t *Target) (err error) {
	if c.Certificate != nil {
		t.Connection.Certificate, err = t.certificate(*c.Certificate)
	}
	return err
}

func (c connectionSection) route(t *Target) error {
	if c.Proxy != "" {
		if err := t.throughProxy(c.Proxy); err != nil {
			return err
		}
	}
	for from, to := range c.Resolve {
		_, _, err := net.SplitHostPort(from)
		if err == nil {
			_, err = netip.ParseAddrPort(strings.TrimPrefix(to, wire.Plainly))
		}
		if err != nil {
			return fmt.Errorf("resolve: %q: %q does not map a host with its port to an address with its port, "+
				"such as tenant.example.com:443: 127.0.0.1:8443, or %s127.0.0.1:8080 for a process "+
				"without TLS", from, to, wire.Plainly)
		}
	}
	if len(c.Resolve) > 0 {
		t.Connection.Resolve = []map[string]string{c.Resolve}
	}
	return nil
}

// throughProxy sends all that does not go to this machine through a proxy.
func (t *Target) throughProxy(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "socks5"}, u.Scheme) {
		return errors.New("proxy: it is not a URL such as http://proxy.example.com:3128 (http, https or socks5)")
	}
	if password, set := u.User.Password(); set {
		t.Secrets = append(t.Secrets, password)
	}
	t.Connection.Proxy = u
	return nil
}

// decided are header fields that a request has by its nature; to add one would
// change what is tested.
var decided = []string{
	"Authorization", "Dpop", "Host", "Content-Type", "Content-Length", "Transfer-Encoding", "Connection",
}

func (c connectionSection) add(t *Target) error {
	names := make([]string, 0, len(c.Headers))
	for name := range c.Headers {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value := c.Headers[name]
		switch {
		case !isToken(name):
			return fmt.Errorf("headers: %q is not the name of a header field", name)
		case slices.Contains(decided, http.CanonicalHeaderKey(name)):
			return fmt.Errorf("headers: %s is not to be added; every request has its own", name)
		case strings.ContainsAny(value, "\r\n\x00"):
			return fmt.Errorf("headers: the value of %s holds a line break", name)
		}
		if len(value) >= 8 { // what opens a gate is at least that long; less would mask words
			t.Secrets = append(t.Secrets, value)
		}
		t.Connection.Fields = append(t.Connection.Fields, wire.Field{Name: name, Value: value})
	}
	return nil
}

// isToken says whether a text is a token (RFC 9110 §5.6.2).
func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}
