package dpop

import (
	"sync"
	"testing"
	"time"
)

var testTime = time.Unix(1762700000, 0)

func testClock() time.Time { return testTime }

// occasions are the requests that proofs are made for.
var occasions = map[string]Occasion{
	"token endpoint": {Method: "POST", URI: "https://server.example/oauth/token", Nonce: "nonce-Of.the_server~1"},
	"API": {
		Method: "GET", URI: "https://api.example:8443/v1/a%2Fb/Orders~7?x=1",
		AccessToken: "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJ1",
	},
}

// testKeys are the key pairs of the tests by algorithm, made once.
var testKeys = sync.OnceValues(func() (map[string]*Key, error) {
	keys := map[string]*Key{}
	rsa, err := GenerateKey("RS256") // one pair serves all algorithms of its kind
	if err != nil {
		return nil, err
	}
	for _, a := range algorithms {
		if a.Fits(rsa.Public()) == nil {
			keys[a.Name], err = rsa.WithAlgorithm(a.Name)
		} else {
			keys[a.Name], err = GenerateKey(a.Name)
		}
		if err != nil {
			return nil, err
		}
	}
	return keys, nil
})

func mustKey(t testing.TB, algorithm string) *Key {
	t.Helper()
	keys, err := testKeys()
	if err != nil {
		t.Fatal(err)
	}
	return keys[algorithm]
}
