package mockas

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
)

// certificates returns what the client showed in the handshake, its own first.
func (c *Call) certificates() []*x509.Certificate {
	if c.TLS == nil {
		return nil
	}
	return c.TLS.PeerCertificates
}

// verifyCertificate follows RFC 8705 §2.1 and §2.2. The handshake has proved
// that the client holds the key; whose it is, is decided here, so that whoever
// is refused gets an answer that says so.
func (s *Server) verifyCertificate(c *Call, client *Client) *Error {
	chain := c.certificates()
	if len(chain) == 0 {
		return invalidClient("the client shows no certificate on this connection")
	}
	if client.Auth == AuthSelfSignedTLS {
		return client.checkRegistered(chain[0])
	}
	if err := s.vouched(chain); err != nil {
		return invalidClient("the client's certificate: " + err.Error())
	}
	if chain[0].Subject.String() != client.SubjectDN {
		return invalidClient("the certificate is for another subject than the client's")
	}
	return nil
}

// vouched verifies a chain up to an authority for clients.
func (s *Server) vouched(chain []*x509.Certificate) error {
	between := x509.NewCertPool()
	for _, certificate := range chain[1:] {
		between.AddCert(certificate)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{
		Roots: s.config.ClientAuthorities, Intermediates: between, CurrentTime: s.now(),
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	return err
}

// checkRegistered compares a certificate with those of the client's JWK set.
func (c *Client) checkRegistered(shown *x509.Certificate) *Error {
	for _, registered := range c.registered {
		if bytes.Equal(registered, shown.Raw) {
			return nil
		}
	}
	return invalidClient("the certificate is not registered for the client")
}

// certificateHash is x5t#S256 of the certificate that the access tokens of the
// call's client are bound to; empty if they are not (RFC 8705 §3.1, §3.4).
func (c *Call) certificateHash() string {
	chain := c.certificates()
	if !c.Client.CertificateBound || len(chain) == 0 {
		return ""
	}
	return hashOf(chain[0])
}

func hashOf(certificate *x509.Certificate) string {
	sum := sha256.Sum256(certificate.Raw)
	return dpop.EncodeSegment(sum[:])
}

// certified reports whether a request shows the certificate that its access
// token is bound to, if it is bound to one (RFC 8705 §3).
func certified(r *http.Request, t *Token) bool {
	if t.Certified == "" {
		return true
	}
	return r.TLS != nil && len(r.TLS.PeerCertificates) > 0 && hashOf(r.TLS.PeerCertificates[0]) == t.Certified
}
