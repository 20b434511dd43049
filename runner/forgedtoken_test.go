package runner

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// keyOf returns the key of the proof of a request, as it stands there.
func keyOf(r *http.Request) dpop.Object {
	header, _, _, _ := dpop.SplitCompact(r.Header.Get("DPoP"), dpop.DecodeSegment)
	object, _ := dpop.ParseObject(header)
	value, _ := object.Get("jwk")
	jwk, _ := dpop.ParseObject(value)
	return jwk
}

// weak reports whether a key is an RSA key below 2048 bits.
func weak(jwk dpop.Object) bool {
	n, err := jwk.Text("n")
	octets, _ := dpop.DecodeSegment(n)
	return err == nil && len(octets) < 256
}

// binding are an authorization server and an API that look at the key of a proof:
// the server binds a token to it, the API compares. Each refuses weak keys, or not.
func binding(t *testing.T, serverRefuses, apiRefuses bool) *target.Target {
	t.Helper()
	configured := realAPI(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		value, _ := claims(token).Get("cnf")
		cnf, _ := dpop.ParseObject(value)
		bound, _ := cnf.Text("jkt")
		thumbprint, _ := dpop.Thumbprint(keyOf(r))
		if bound == "" || thumbprint != bound || apiRefuses && weak(keyOf(r)) {
			refuse(w, `DPoP error="invalid_dpop_proof"`)
		}
	}))
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("/.well-known/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q,"dpop_signing_alg_values_supported":["ES256","RS256"]}`,
			server.URL, server.URL+"/t")
	})
	mux.HandleFunc("/t", func(w http.ResponseWriter, r *http.Request) {
		if serverRefuses && weak(keyOf(r)) {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":"invalid_dpop_proof","error_description":"1024 bits"}`)
			return
		}
		thumbprint, _ := dpop.Thumbprint(keyOf(r))
		payload := dpop.EncodeSegment(fmt.Appendf(nil, `{"cnf":{"jkt":%q}}`, thumbprint))
		fmt.Fprintf(w, `{"access_token":"%s.%s.c2ln","token_type":"DPoP"}`, dpop.EncodeSegment([]byte("{}")), payload)
	})
	configured.AuthorizationServer = &target.RealAuthorizationServer{
		Issuer: server.URL, Clients: []target.RegisteredClient{{
			ID: "client", Secret: "secret", Auth: "client_secret_post", Grants: []string{"client_credentials"},
		}},
	}
	return configured
}

// Every API refuses a proof by another key than the token's: that it refuses a weak
// one earns it nothing unless the token is bound to that very key.
func TestAKeyIsProbedWithATokenThatIsBoundToIt(t *testing.T) {
	const id = "proof-key/a-weak-rsa-key-is-refused/rsa-of-1024-bits@api"
	for _, row := range []struct {
		name                      string
		serverRefuses, apiRefuses bool
		verdict                   reports.Verdict
		says                      string
	}{
		{"no token is to be had for it", true, false, reports.Skipped, "issues no token for such a key"},
		{"the API does not look at it", false, false, reports.Failed, "accepted"},
		{"the API refuses it", false, true, reports.Passed, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			expect(t, of(t, binding(t, row.serverRefuses, row.apiRefuses), id), id, row.verdict, row.says)
		})
	}
}
