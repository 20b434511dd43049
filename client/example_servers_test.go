package client_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// servers are an authorization server and an API on loopback, for the examples.
type servers struct {
	issuer, api string
	close       func()
}

func startServers() servers {
	as := httptest.NewUnstartedServer(nil)
	as.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		issuer := "http://" + r.Host
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/.well-known/oauth-authorization-server":
			fmt.Fprintf(w, `{"issuer": %q, "token_endpoint": %q}`, issuer, issuer+"/token")
		case "/token":
			fmt.Fprint(w, `{"access_token": "example-token", "token_type": "DPoP", "expires_in": 300}`)
		}
	})
	as.Start()
	nonces := dpop.NewNonceWindow(time.Minute, time.Now)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := dpop.NewVerifier(time.Now)
		v.Nonces = nonces
		v.Remove("binding") // the example's token is opaque
		w.Header().Set("DPoP-Nonce", nonces.Next())
		credentials, _ := dpop.ParseCredentials(r.Header.Get("Authorization"))
		_, refusal := v.Verify(dpop.Request{
			Method: r.Method, TargetURI: "http://" + r.Host + r.URL.EscapedPath(),
			Fields: r.Header.Values("DPoP"), AccessToken: credentials.Token,
		})
		if refusal != nil {
			w.Header().Set("WWW-Authenticate", dpop.Challenge{Scheme: "DPoP"}.With("error", refusal.Code).String())
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, "hello, "+r.URL.Path)
	}))
	return servers{as.URL, api.URL, func() { as.Close(); api.Close() }}
}
