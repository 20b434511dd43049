package target

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

// embeddedSection is the section as: how the embedded authorization server shows
// itself to a client or an API that knows another product's.
type embeddedSection struct {
	Like          string            `yaml:"like"`
	Algorithm     string            `yaml:"alg"`
	TrailingSlash *bool             `yaml:"trailing_slash"`
	TLS           *bool             `yaml:"tls"`
	Paths         map[string]string `yaml:"paths"`
}

func (e *embeddedSection) apply(t *Target, line int) error {
	look, err := e.read()
	if err == nil && t.AuthorizationServer != nil {
		err = errors.New("it says how the embedded authorization server looks, and authorization_server names " +
			"a real one, which looks as it does; leave one of them out")
	}
	if err != nil {
		return &ConfigError{t.File, line, "as: " + err.Error()}
	}
	t.Look = look
	return nil
}

// issuerMember is the name among paths for that of the issuer identifier.
const issuerMember = "issuer"

// read takes the look of a product and changes what else is said.
func (e *embeddedSection) read() (look mockas.Look, err error) {
	if e.Like != "" {
		if look, err = mockas.FindLook(e.Like); err != nil {
			return look, fmt.Errorf("like: %w", err)
		}
	}
	if e.Algorithm != "" {
		look.Algorithm = e.Algorithm
	}
	if e.TLS != nil {
		look.TLS = *e.TLS
	}
	paths := map[string]string{}
	for endpoint, path := range look.Paths {
		paths[endpoint] = path
	}
	for name, path := range e.Paths {
		if name == issuerMember {
			look.Issuer = path
			continue
		}
		endpoint, err := endpointOf(name)
		if err != nil {
			return look, fmt.Errorf("paths: %w", err)
		}
		paths[endpoint] = path
	}
	look.Paths = paths
	if e.TrailingSlash != nil {
		look = look.SlashAtEnd(*e.TrailingSlash)
	}
	return look, look.Check()
}

// endpointOf finds an endpoint by its member of the metadata (RFC 8414 §2).
func endpointOf(member string) (path string, err error) {
	names := []string{issuerMember}
	for _, p := range mockas.Published {
		if p.Member == member {
			return p.Path, nil
		}
		names = append(names, p.Member)
	}
	slices.Sort(names)
	return "", fmt.Errorf("%q is not one of %s", member, strings.Join(names, ", "))
}

// lookLike is what a flag or a variable says: the whole look of a product.
func lookLike(t *Target, name string) error {
	if t.AuthorizationServer != nil {
		return errors.New("the authorization server is a real one, which looks as it does")
	}
	look, err := mockas.FindLook(name)
	if err == nil {
		t.Look = look
	}
	return err
}

// loopbackHosts are the names by which clients on this machine know the embedded
// servers.
var loopbackHosts = []string{"localhost", "127.0.0.1", "127.0.0.2", "::1"}

// secured is the TLS of the embedded authorization server, where its look wants it.
type secured struct {
	authority *wire.Authority // nil: plain HTTP
	tls       *tls.Config
	file      string // of the authority's certificate
}

// secure makes the authority that has certified the embedded authorization server
// of every case, and writes its certificate to a file for programs to trust.
func (s *Session) secure() (err error) {
	if s.secured.authority, err = wire.NewAuthority(); err != nil {
		return err
	}
	certificate, err := s.secured.authority.ForServer(loopbackHosts...)
	if err != nil {
		return err
	}
	s.secured.tls = &tls.Config{Certificates: []tls.Certificate{certificate}}
	file, err := os.CreateTemp("", "dpopspec-ca-*.pem")
	if err != nil {
		return fmt.Errorf("the certificate of the embedded authorization server's authority: %w", err)
	}
	s.secured.file = file.Name()
	s.stops = append(s.stops, func() { os.Remove(s.secured.file) })
	_, err = file.Write(s.secured.authority.PEM())
	return errors.Join(err, file.Close())
}

// AuthorityFile is where the certificate lies that programs must trust, in PEM;
// empty where the embedded authorization server needs none.
func (s *Session) AuthorityFile() string { return s.secured.file }

// Trusting returns a connection that trusts the embedded authorization server.
func (s *Session) Trusting(c wire.Connection) wire.Connection {
	if s.secured.authority == nil {
		return c
	}
	return c.Trusting(s.secured.authority)
}

// trustVariables are those by which programs are told a file of authorities to
// trust: OpenSSL and what reads its variable (Python, Ruby, Go, Rust), Node.js,
// Python's requests, and curl.
var trustVariables = []string{"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", caVariable}

// caVariable names the file for programs that read none of the others.
const caVariable = "DPOPSPEC_ISSUER_CA"

// trustedBy is the environment that lets a program trust the embedded
// authorization server, but for what its configuration says itself.
func (s *Session) trustedBy(c Command) map[string]string {
	env := map[string]string{}
	if s.secured.file == "" {
		return env
	}
	for _, name := range trustVariables {
		if _, own := c.Env[name]; !own {
			env[name] = s.secured.file
		}
	}
	return env
}

// scheme is that of the embedded authorization server.
func (s *Session) scheme() string {
	if s.Look.TLS {
		return "https"
	}
	return "http"
}

// securely lets the embedded authorization server listen as its look wants it. A
// case that has a certificate of its own, or whose server is known by an http
// URL, has said so before.
func (s *Session) securely(o wire.Options) wire.Options {
	if s.secured.tls != nil && o.TLS == nil && !strings.HasPrefix(o.Origin, "http://") {
		o.TLS, o.Reuse = s.secured.tls, false
	}
	return o
}
