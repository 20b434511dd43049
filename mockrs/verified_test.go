package mockrs_test

import (
	"context"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

func TestARememberedTokenIsStillJudgedAtEveryRequest(t *testing.T) {
	keys := []dpop.PublicKey{{Key: issuerKey.Public(), Thumbprint: issuerKey.Thumbprint}}
	p := start(t, func(c *mockrs.Config) {
		c.Keys = func(context.Context) ([]dpop.PublicKey, error) { return keys, nil }
	})
	token := p.token(clientKey.Thumbprint, nil)
	call := func(text string, key *dpop.Key) int {
		return p.send(p.orders(text, key)).Code
	}
	for range 2 {
		if status := call(token, clientKey); status != 200 {
			t.Fatalf("the honest request: %d", status)
		}
	}
	if status := call(token, otherKey); status != 401 {
		t.Errorf("another key: %d", status)
	}
	if status := call(token[:len(token)-8]+"AAAAAAAA", clientKey); status != 401 {
		t.Errorf("another signature: %d", status)
	}
	p.clock.Advance(11 * time.Minute)
	if status := call(token, clientKey); status != 401 {
		t.Errorf("after its lifetime: %d", status)
	}
	p.clock.Advance(-11 * time.Minute)
	keys = nil
	if status := call(token, clientKey); status != 401 {
		t.Errorf("after its issuer has withdrawn the key: %d", status)
	}
}
