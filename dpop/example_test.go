package dpop_test

import (
	"fmt"
	"log"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// A client proves a request, and a server judges the proof: once it holds, the second
// time it was used before.
func Example() {
	clock := func() time.Time { return time.Unix(1762700000, 0) }
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		log.Fatal(err)
	}
	proof, err := dpop.NewProof(key, dpop.Occasion{
		Method: "GET", URI: "https://api.example/orders?page=2", AccessToken: "an-access-token",
	}, clock())
	if err != nil {
		log.Fatal(err)
	}

	verifier := dpop.NewVerifier(clock)
	request := dpop.Request{
		Method: "GET", TargetURI: "https://api.example/orders?page=2", Fields: []string{proof},
		AccessToken: "an-access-token", Bound: key.Thumbprint, // cnf.jkt of that token
	}
	sound, refusal := verifier.Verify(request)
	fmt.Println(sound.Thumbprint == key.Thumbprint, refusal)
	_, refusal = verifier.Verify(request)
	fmt.Println(refusal.Code, "by the check", refusal.Check)
	// Output:
	// true <nil>
	// invalid_dpop_proof by the check replay
}

// The key of RFC 9449, figure 2, is what cnf.jkt of the tokens in that document names.
func ExampleThumbprint() {
	jwk, err := dpop.ParseObject([]byte(`{"kty": "EC",
		"x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
		"y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA", "crv": "P-256"}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(dpop.Thumbprint(jwk))
	// Output: 0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I <nil>
}

// What an API says of the credentials that it wants.
func ExampleParseChallenges() {
	challenges, err := dpop.ParseChallenges([]string{
		`Bearer, DPoP error="use_dpop_nonce", error_description="needs a nonce", algs="ES256 PS256"`,
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range challenges {
		fmt.Println(c.Scheme, len(c.Parameters))
	}
	// Output:
	// Bearer 0
	// DPoP 3
}
