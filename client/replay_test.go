package client

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

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
		c, err := New(Options{UseDPoP: true, GenerateKey: true, Sleep: func(context.Context, time.Duration) error { return nil }})
		if err != nil {
			t.Fatal(err)
		}
		f, err := c.Fetcher(FetcherOptions{BaseURL: server.URL, AccessToken: func(context.Context, TokenOptions) (string, error) { return "t", nil }})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			response, err := f.Fetch(t.Context(), "/", &Init{Method: row.method, Header: http.Header{"Idempotency-Key": {"1"}}})
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
