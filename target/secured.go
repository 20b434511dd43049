package target

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// loopbackHosts are the names by which clients on this machine know the embedded
// servers.
var loopbackHosts = []string{"localhost", "127.0.0.1", "127.0.0.2", "::1"}

// secured is the TLS of the embedded authorization server, where its look wants it.
type secured struct {
	authority *wire.Authority // nil: plain HTTP
	tls       *tls.Config
	file      string // of the authority's certificate
}

// open takes the certificate of the embedded authorization server of every case. If
// there is none it makes an authority that certifies it, and writes the authority's
// certificate to a file for programs to trust.
func (s *secured) open(own *tls.Certificate) (err error) {
	if own != nil {
		s.authority = &wire.Authority{Certificate: own.Leaf} // which vouches for itself, to us
		s.tls = &tls.Config{Certificates: []tls.Certificate{*own}}
		return nil
	}
	if s.authority, err = wire.NewAuthority(); err != nil {
		return err
	}
	certificate, err := s.authority.ForServer(loopbackHosts...)
	if err != nil {
		return err
	}
	// The authority's goes along for clients that know an authority by its key.
	certificate.Certificate = append(certificate.Certificate, s.authority.Certificate.Raw)
	s.tls = &tls.Config{Certificates: []tls.Certificate{certificate}}
	file, err := os.CreateTemp("", "dpopspec-ca-*.pem")
	if err != nil {
		return fmt.Errorf("the certificate of the embedded authorization server's authority: %w", err)
	}
	s.file = file.Name()
	_, err = file.Write(s.authority.PEM())
	return errors.Join(err, file.Close())
}

// close removes the file.
func (s *secured) close() {
	if s.file != "" {
		os.Remove(s.file)
	}
}

// trusting returns a connection that trusts the embedded authorization server.
func (s *secured) trusting(c wire.Connection) wire.Connection {
	if s.authority == nil {
		return c
	}
	return c.Trusting(s.authority)
}

// trustVariables are those by which programs are told a file of authorities to
// trust: OpenSSL and what reads its variable (Python, Ruby, Go, Rust), Node.js,
// Python's requests, and curl. The last is for programs that read none of these.
var trustVariables = []string{
	"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "DPOPSPEC_ISSUER_CA",
}

// trustedBy is the environment that lets a program trust the embedded
// authorization server, but for what its configuration says itself.
func (s *secured) trustedBy(own map[string]string) map[string]string {
	env := map[string]string{}
	if s.file == "" {
		return env
	}
	for _, name := range trustVariables {
		if _, said := own[name]; !said {
			env[name] = s.file
		}
	}
	return env
}

// listening lets the embedded authorization server listen as its look wants it. A
// case that has a certificate of its own, or whose server is known by an http
// URL, has said so before.
func (s *secured) listening(o wire.Options) wire.Options {
	if s.tls != nil && o.TLS == nil && !strings.HasPrefix(o.Origin, "http://") {
		o.TLS, o.Reuse = s.tls, false
	}
	return o
}

// scheme is that of the embedded authorization server.
func (s *secured) scheme() string {
	if s.tls != nil {
		return "https"
	}
	return "http"
}
