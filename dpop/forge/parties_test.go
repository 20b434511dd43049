package forge

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

var testTime = time.Unix(1762700000, 0)

func testClock() time.Time { return testTime }

// testKeys and otherKeys are the key pairs of two parties by algorithm, made once.
var testKeys, otherKeys = sync.OnceValues(keyRing), sync.OnceValues(keyRing)

func keyRing() (map[string]*dpop.Key, error) {
	keys := map[string]*dpop.Key{}
	rsa, err := dpop.GenerateKey("RS256") // one pair serves all algorithms of its kind
	if err != nil {
		return nil, err
	}
	for _, name := range dpop.AlgorithmNames() {
		if name[0] == 'R' || name[0] == 'P' {
			keys[name], err = rsa.WithAlgorithm(name)
		} else {
			keys[name], err = dpop.GenerateKey(name)
		}
		if err != nil {
			return nil, err
		}
	}
	return keys, nil
}

const testToken = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJ1"

// occasions are the requests that the catalogue is tried on; between them,
// every defect must be forgeable.
var occasions = map[string]dpop.Occasion{
	"token endpoint": {Method: "POST", URI: "https://server.example/oauth/token", Nonce: "nonce-Of.the_server~1"},
	"API":            {Method: "GET", URI: "https://api.example:8443/v1/a%2Fb/Orders~7?x=1", AccessToken: testToken},
	"API with a nonce": {
		Method: "DELETE", URI: "http://[2001:db8::7f]:80/v1/res%3Fx=1",
		AccessToken: testToken, Nonce: "nonce-Of.the_server~1",
	},
	"API at its root":     {Method: "QUERY", URI: "https://api.example/", AccessToken: testToken},
	"API with escapes":    {Method: "PATCH", URI: "https://api.example/a-b/%23x/%25/%7e%2f/c", AccessToken: testToken},
	"method of its own":   {Method: "fetch", URI: "https://api.example/items/", AccessToken: testToken},
	"API on the loopback": {Method: "PUT", URI: "http://127.0.0.1:49152/api/orders", AccessToken: testToken},
}

var algorithmsOfScenarios = []string{"ES256", "ES384", "ES512", "EdDSA", "RS256", "PS256"}

func testForgery(t testing.TB, o dpop.Occasion, algorithm string) Forgery {
	t.Helper()
	others, err := otherKeys()
	if err != nil {
		t.Fatal(err)
	}
	key, err := probingKey(algorithm)
	if err != nil {
		t.Fatal(err)
	}
	return Forgery{
		Key: key, Occasion: o, Now: testTime,
		Aids: Aids{
			Keys: probingKey, Algorithms: dpop.DefaultAlgorithms,
			Other: others[algorithm], ServerKey: others["RS256"].JWK(), OtherToken: "another-token",
			OldNonce: "an-old-nonce", OtherNonce: "a-nonce-of-another-server", Canary: "http://127.0.0.1:1/canary",
		},
	}
}

// probingKey is a key as scenarios use it.
func probingKey(algorithm string) (*dpop.Key, error) {
	if algorithm[0] == 'R' || algorithm[0] == 'P' {
		return RSAKey(algorithm)
	}
	keys, err := testKeys()
	return keys[algorithm], err
}

// onlyNonce takes one nonce.
type onlyNonce string

func (n onlyNonce) Next() string { return string(n) }

func (n onlyNonce) Accept(nonce string) error {
	if nonce != string(n) {
		return errors.New("not the nonce that was handed out")
	}
	return nil
}

// judge lets an honest server judge a forged proof: its token is bound to the
// key that the defect brought, or to the scenario's own.
func judge(f Forgery, d Defect, forged Forged) *dpop.Refusal {
	return judgeAt(f, d, forged, testClock)
}

func judgeAt(f Forgery, d Defect, forged Forged, clock func() time.Time) *dpop.Refusal {
	verifier := dpop.NewVerifier(clock)
	verifier.Algorithms = f.Algorithms
	if f.Nonce != "" {
		verifier.Nonces = onlyNonce(f.Nonce)
	}
	bound := f.Key.Thumbprint
	if d.Key != nil {
		bound = forged.Key.Thumbprint
	}
	if d.Embeds {
		bound = forged.Thumbprint
	}
	_, refusal := verifier.Verify(dpop.Request{
		Method: f.Method, TargetURI: f.URI, Fields: forged.Fields, AccessToken: f.AccessToken, Bound: bound,
	})
	return refusal
}

func compare(t *testing.T, occasion string, d Defect, refusal *dpop.Refusal) {
	t.Helper()
	switch {
	case d.Sound && refusal != nil:
		t.Errorf("%s: refused though sound: %v", occasion, refusal)
	case !d.Sound && !d.Open && refusal == nil:
		t.Errorf("%s: accepted", occasion)
	case !d.Sound && refusal != nil && !slices.Contains(d.Refused, refusal.Check):
		t.Errorf("%s: refused for another reason than %v: %v", occasion, d.Refused, refusal)
	}
}
