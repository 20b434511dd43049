package headless

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"io"
	"log"
	"math/big"
	"net"
	"time"
)

// silent keeps net/http from writing to standard error what a stranger provokes.
var silent = log.New(io.Discard, "", 0)

// tunnelConn is a connection that the browser believes to be one to a host.
type tunnelConn struct {
	net.Conn
	reader    *bufio.Reader // may hold what has been read already
	scheme    string
	authority string // host with port
}

// Read implements net.Conn.
func (t *tunnelConn) Read(p []byte) (int, error) { return t.reader.Read(p) }

// tunnelKey finds the tunnel that a request came by.
type tunnelKey struct{}

func tunnelled(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, tunnelKey{}, conn)
}

// oneConn is a listener with one connection.
type oneConn struct{ conn net.Conn }

// Accept implements net.Listener.
func (l *oneConn) Accept() (net.Conn, error) {
	if l.conn == nil {
		return nil, io.EOF
	}
	conn := l.conn
	l.conn = nil
	return conn, nil
}

// Close implements net.Listener.
func (l *oneConn) Close() error { return nil }

// Addr implements net.Listener.
func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }

// identity is the key by which the guard stands in for hosts. It lives in memory.
type identity struct{ key *ecdsa.PrivateKey }

func newIdentity() (*identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return &identity{key}, err
}

// pin is the hash by which one browser is told to take the key (RFC 7858 §A:
// base64 of the SHA-256 of its SubjectPublicKeyInfo).
func (i *identity) pin() (string, error) {
	der, err := x509.MarshalPKIXPublicKey(i.key.Public())
	hash := sha256.Sum256(der)
	return base64.StdEncoding.EncodeToString(hash[:]), err
}

// certificate makes one for the host that the browser asks for.
func (i *identity) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	now := time.Now()
	name := hello.ServerName
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "dpopspec"},
		NotBefore: now.Add(-24 * time.Hour), NotAfter: now.Add(7 * 24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if name != "" {
		template.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, i.key.Public(), i.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: i.key}, nil
}
