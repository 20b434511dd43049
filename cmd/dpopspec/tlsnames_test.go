package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// The names in a certificate are its owner's, and stand in the error that refuses it.
func TestNoNameInACertificateIsACommand(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	const name = "x\x1b]0;y\a\n::error::z\n##vso[task.a]##[group]b"
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{certificate}, PrivateKey: key}}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	address := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	file := write(t, "tenant.yaml", "authorization_server:\n  issuer: "+address+"\n  metadata: {token_endpoint: "+address+
		"/token}\n  clients: [{id: c, secret: s, auth: client_secret_post, grants: [client_credentials]}]\n")
	for _, format := range []string{"text", "json"} {
		code, out := call(t, "check", "--try", "-c", file, "--format", format)
		if code != exitCouldNotTest || !strings.Contains(out, "certificate") || strings.Contains(out, "\x1b") ||
			strings.Contains(out, "\n::") || strings.Contains(out, "##vso[") || strings.Contains(out, "##[") {
			t.Errorf("exit code %d: %s", code, out)
		}
	}
}
