package client

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
)

func TestATokenOfClientCredentialsIsBoundToTheClientsKey(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	token, err := c.Token(t.Context(), TokenOptions{Audience: apiURL, Scope: "read"})
	if err != nil {
		t.Fatal(err)
	}
	want, _ := c.Thumbprint()
	claims, _ := jwtClaims(token.AccessToken)
	raw, _ := claims.Get("cnf")
	if string(raw) != `{"jkt":"`+want+`"}` {
		t.Errorf("cnf is %s, the key is %s", raw, want)
	}
	request := w.sent(issuer + "/token")[0]
	if request.claim("htu") != issuer+"/token" || request.claim("htm") != "POST" || request.Claims.Has("ath") {
		t.Errorf("the proof says %s", request.Claims.JSON())
	}
	form := request.form()
	if form.Get("audience") != apiURL || form.Get("scope") != "read" || form.Get("client_secret") != "app-secret" {
		t.Errorf("the form is %v", form)
	}
}

func TestEveryFetchHasAProofOfItsOwn(t *testing.T) {
	w := newWorld(t)
	f := w.fetcher(w.client(func(o *Options) { o.Audience = apiURL }))
	for range 3 {
		if status := w.get(f, "/orders?page=2#top"); status != 200 {
			t.Fatalf("status %d", status)
		}
	}
	seen := map[string]bool{}
	for _, a := range w.sent(apiURL) {
		token := strings.TrimPrefix(a.Header.Get("Authorization"), "DPoP ")
		if a.claim("htu") != apiURL+"/orders" || a.claim("htm") != "GET" || a.claim("ath") != dpop.TokenHash(token) {
			t.Errorf("the proof says %s", a.Claims.JSON())
		}
		seen[a.claim("jti")] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d jti in 3 requests", len(seen))
	}
	if n := len(w.sent(issuer + "/token")); n != 1 {
		t.Errorf("%d token requests for one token", n)
	}
}

func TestAFetcherInheritsAndOverrides(t *testing.T) {
	for _, row := range []struct {
		global   bool
		override *bool
		scheme   string
	}{
		{true, nil, "DPoP"}, {true, new(false), "Bearer"}, {true, new(true), "DPoP"},
		{false, nil, "Bearer"}, {false, new(true), "DPoP"},
	} {
		w := newWorld(t)
		c := w.client(func(o *Options) { o.UseDPoP = row.global; o.Audience = apiURL })
		f := w.fetcher(c, func(o *FetcherOptions) { o.UseDPoP = row.override })
		if status := w.get(f, "/"); status != 200 {
			t.Errorf("%+v: status %d", row, status)
		}
		a := w.sent(apiURL)[0]
		scheme, _, _ := strings.Cut(a.Header.Get("Authorization"), " ")
		if scheme != row.scheme || (len(a.Header.Values("DPoP")) == 1) != (row.scheme == "DPoP") {
			t.Errorf("%+v: sent %s and %d proofs", row, scheme, len(a.Header.Values("DPoP")))
		}
	}
}

func TestTenThousandFetchesWithRotatingNoncesLoseNothing(t *testing.T) {
	w := newWorld(t)
	w.api.nonces = &freshNonces{given: map[string]bool{}}
	// go-jose's verification would take most of the time; the claims matter here.
	w.api.verifier.Remove("signature")
	f := w.fetcher(w.client(func(o *Options) { o.Audience = apiURL }))
	const calls, workers = 10_000, 4
	if status := w.get(f, "/first"); status != 200 {
		t.Fatalf("status %d", status)
	}
	var wait sync.WaitGroup
	for n := range workers {
		wait.Go(func() {
			for i := n; i < calls; i += workers {
				body := fmt.Sprint("body ", i)
				// An unsized reader, of which the client must keep a copy.
				init := &Init{Method: "POST", Body: io.MultiReader(strings.NewReader(body))}
				response, err := f.Fetch(t.Context(), "/orders", init)
				if err != nil {
					t.Error(err)
					return
				}
				echo, _ := io.ReadAll(response.Body)
				if string(echo) != body {
					t.Errorf("sent %q, received %q", body, echo)
				}
			}
		})
	}
	wait.Wait()
	seen := map[string]bool{}
	requests := w.sent(apiURL)
	for _, a := range requests {
		seen[a.claim("jti")] = true
	}
	if len(seen) != len(requests) {
		t.Errorf("%d requests had %d jti", len(requests), len(seen))
	}
	if len(requests) != calls+2 { // one challenge, before the first call
		t.Errorf("%d requests for %d calls and one challenge", len(requests), calls+1)
	}
}
