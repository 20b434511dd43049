package client

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

func TestACustomTransportSeesTheWholeRequestAndItsAnswerIsUsed(t *testing.T) {
	w := newWorld(t)
	var seen *http.Request
	f := w.fetcher(w.client(), func(o *FetcherOptions) {
		o.Transport = RoundTripFunc(func(r *http.Request) (*http.Response, error) {
			seen = r
			response, err := w.RoundTrip(r)
			response.Header.Set("X-Altered", "yes")
			return response, err
		})
	})
	response, err := f.Fetch(t.Context(), "/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	if response.Header.Get("X-Altered") != "yes" {
		t.Errorf("the fields of the answer are %v", response.Header)
	}
	authorization, proof := seen.Header.Get("Authorization"), seen.Header.Get("DPoP")
	if seen.URL.String() != apiURL+"/x" || !strings.HasPrefix(authorization, "DPoP ") || proof == "" {
		t.Errorf("the transport saw %v", seen)
	}
}

func TestTheTransportServesAnHTTPClient(t *testing.T) {
	w := newWorld(t)
	w.api.nonces = dpop.NewNonceWindow(time.Hour, w.clock)
	h := &http.Client{Transport: &Transport{Fetcher: w.fetcher(w.client())}}
	response, err := h.Post(apiURL+"/x", "text/plain", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	if body, _ := io.ReadAll(response.Body); string(body) != "body" || response.StatusCode != 200 {
		t.Errorf("status %d, body %q", response.StatusCode, body)
	}
	w.api.before = answers(answer(307, "", "Location: /y"), nil)
	if response, err = h.Get(apiURL + "/x"); err != nil || response.StatusCode != 200 {
		t.Errorf("redirect within the API: %v", err)
	}
	anywhere := func(o *FetcherOptions) { o.BaseURL = "" }
	for _, f := range []*Fetcher{w.fetcher(w.client()), w.fetcher(w.client(), anywhere)} {
		h.Transport = &Transport{Fetcher: f}
		w.api.before = answers(answer(307, "", "Location: https://evil.test/"))
		if _, err = h.Get(apiURL + "/x"); codeOf(err) != RedirectRefused {
			t.Errorf("redirect to another origin: %v", err)
		}
	}
	if n := len(w.sent("https://evil")); n != 0 {
		t.Errorf("%d requests to another origin", n)
	}
}

func TestOverARealConnectionARetryKeepsTheBody(t *testing.T) {
	verifier := dpop.NewVerifier(time.Now)
	verifier.Nonces = dpop.NewNonceWindow(time.Hour, time.Now)
	key, err := GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("DPoP-Nonce", verifier.Nonces.Next())
		credentials, _ := dpop.ParseCredentials(r.Header.Get("Authorization"))
		_, refusal := verifier.Verify(dpop.Request{
			Method: r.Method, TargetURI: dpop.TargetURI(server.URL, r.RequestURI), Fields: r.Header.Values("DPoP"),
			AccessToken: credentials.Token, Bound: key.Thumbprint,
		})
		if refusal != nil {
			w.Header().Set("WWW-Authenticate", `DPoP error="`+refusal.Code+`"`)
			w.WriteHeader(401)
			return
		}
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(body))
	}))
	defer server.Close()
	o := Options{UseDPoP: true, Key: key}
	o.DPoP.Retry.Delay = new(time.Duration(0))
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	f, err := c.Fetcher(FetcherOptions{BaseURL: server.URL, AccessToken: always("t")})
	if err != nil {
		t.Fatal(err)
	}
	init := &Init{Method: "POST", Body: io.MultiReader(strings.NewReader("body"))}
	response, err := f.Fetch(t.Context(), "/a%2Fb;c=d/%7Etilde?x=/y", init)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != 200 || len(bodies) != 1 || bodies[0] != "body" {
		t.Errorf("status %d, bodies %q", response.StatusCode, bodies)
	}
}

func TestAConnectionThatBreaksNeverCausesAProofToBeSentTwice(t *testing.T) {
	for _, row := range []struct {
		method   string
		requests int // that arrive for the call whose connection breaks
	}{{"GET", 2}, {"HEAD", 2}, {"POST", 1}, {"DELETE", 1}} {
		var mu sync.Mutex
		var proofs []string
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			mu.Lock()
			proofs = append(proofs, r.Header.Get("DPoP"))
			n := len(proofs)
			mu.Unlock()
			if n == 2 {
				panic(http.ErrAbortHandler) // on a connection that was used before
			}
		}))
		o := Options{UseDPoP: true, GenerateKey: true}
		o.Sleep = func(context.Context, time.Duration) error { return nil }
		c, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		f, err := c.Fetcher(FetcherOptions{BaseURL: server.URL, AccessToken: always("t")})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			init := &Init{Method: row.method, Header: http.Header{"Idempotency-Key": {"1"}}}
			response, err := f.Fetch(t.Context(), "/", init)
			if err == nil {
				response.Body.Close()
			}
		}
		server.Close()
		if len(proofs) != 1+row.requests {
			t.Errorf("%s: %d requests arrived", row.method, len(proofs)-1)
		}
		for i, proof := range proofs {
			for _, earlier := range proofs[:i] {
				if proof == earlier {
					t.Errorf("%s: a proof arrived twice", row.method)
				}
			}
		}
	}
}
