package wire

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// Authority is a throw-away certificate authority. Its private key never
// leaves the process, and what it has signed is good for a day.
type Authority struct {
	Certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// NewAuthority makes one.
func NewAuthority() (*Authority, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	template := draft(pkix.Name{CommonName: "a throw-away authority"})
	template.IsCA, template.KeyUsage = true, x509.KeyUsageCertSign
	signed, err := sign(template, template, key, key)
	if err != nil {
		return nil, err
	}
	return &Authority{signed.Leaf, key}, nil
}

// Pool trusts the authority alone.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.Certificate)
	return pool
}

// PEM returns the authority's certificate for a file.
func (a *Authority) PEM() []byte { return PEM(a.Certificate.Raw) }

// PEM spells a certificate as files hold it.
func PEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// ForServer certifies a server by its host names and IP addresses, one at least.
func (a *Authority) ForServer(hosts ...string) (tls.Certificate, error) {
	template := draft(pkix.Name{CommonName: hosts[0]})
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	key, err := newKey()
	if err != nil {
		return tls.Certificate{}, err
	}
	return sign(template, a.Certificate, key, a.key)
}

// Asking is the TLS of a server that asks for a certificate and takes any or
// none: whose it is, the application decides (RFC 8705 §2).
func (a *Authority) Asking(host string) (*tls.Config, error) {
	certificate, err := a.ForServer(host)
	return &tls.Config{Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequestClientCert}, err
}

// ForClient certifies that a subject has a key (RFC 8705 §2.1).
func (a *Authority) ForClient(subject pkix.Name, key crypto.Signer) (tls.Certificate, error) {
	template := draft(subject)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return sign(template, a.Certificate, key, a.key)
}

// SelfSigned makes a client's certificate that nobody vouches for (RFC 8705 §2.2).
func SelfSigned(subject pkix.Name, key crypto.Signer) (tls.Certificate, error) {
	template := draft(subject)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return sign(template, template, key, key)
}

func newKey() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// draft is a certificate before its purpose is known. An hour of the past is
// for the clocks of others.
func draft(subject pkix.Name) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: subject,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature,
	}
}

func sign(template, parent *x509.Certificate, key, signer crypto.Signer) (tls.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("a certificate for %s: %w", template.Subject, err)
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}
