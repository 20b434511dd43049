package wire

import (
	"context"
	"crypto/tls"
	"crypto/x509/pkix"
	"errors"
	"net/http"
	"testing"
	"time"
)

func TestACertificateIsShownToWhomTheClientTrustsAlone(t *testing.T) {
	authority, err := NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	asking, err := authority.Asking("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	server, err := Listen(Options{TLS: asking}, func(string) http.Handler {
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			for _, certificate := range r.TLS.PeerCertificates {
				seen = append(seen, certificate.Subject.CommonName)
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	shown, err := authority.ForClient(pkix.Name{CommonName: "client"}, authority.key)
	if err != nil {
		t.Fatal(err)
	}
	request := Request{Method: "GET", URL: server.URL + "/", Certificate: &shown}
	trusting := NewClient(Connection{Timeout: 5 * time.Second}.Trusting(authority))
	defer trusting.Close()
	if _, err := trusting.Do(context.Background(), request); err != nil || len(seen) != 1 || seen[0] != "client" {
		t.Errorf("%v, seen %v", err, seen)
	}
	other := NewClient(Connection{Timeout: 5 * time.Second})
	defer other.Close()
	if _, err := other.Do(context.Background(), request); err == nil || Alerted(err) || len(seen) != 1 {
		t.Errorf("a server of an unknown authority: %v, seen %v", err, seen)
	}
}

func TestARefusedHandshakeIsToldFromOtherFailures(t *testing.T) {
	authority, err := NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	demanding, err := authority.Asking("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	demanding.ClientAuth = tls.RequireAnyClientCert
	server, err := Listen(Options{TLS: demanding}, func(string) http.Handler { return http.NotFoundHandler() })
	if err != nil {
		t.Fatal(err)
	}
	client := NewClient(Connection{Timeout: 5 * time.Second}.Trusting(authority))
	defer client.Close()
	request := Request{Method: "GET", URL: server.URL + "/"}
	if _, err := client.Do(context.Background(), request); !Alerted(err) {
		t.Errorf("no certificate was shown: %v", err)
	}
	server.Close()
	if _, err := client.Do(context.Background(), request); err == nil || Alerted(err) {
		t.Errorf("nobody listens: %v", err)
	}
	if Alerted(nil) || Alerted(errors.New("remote error")) {
		t.Error("what is no alert is called one")
	}
}
