package forge

import (
	"crypto/rsa"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

func TestAProofByTheRSAKeyForProbingIsSound(t *testing.T) {
	now := time.Unix(1700000000, 0)
	verifier := dpop.NewVerifier(func() time.Time { return now })
	verifier.Algorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	for _, algorithm := range verifier.Algorithms {
		key, err := RSAKey(algorithm)
		if err != nil {
			t.Fatal(err)
		}
		proof, err := dpop.NewProof(key, dpop.Occasion{Method: "GET", URI: "https://api.example/"}, now)
		if err != nil {
			t.Fatal(err)
		}
		request := dpop.Request{Method: "GET", TargetURI: "https://api.example/", Fields: []string{proof}}
		if _, refusal := verifier.Verify(request); refusal != nil {
			t.Errorf("%s: %v", algorithm, refusal)
		}
	}
}

func TestTheRSAKeyForProbingGivesNoPrivateHalf(t *testing.T) {
	key, err := RSAKey("RS256")
	if err != nil {
		t.Fatal(err)
	}
	if private, err := key.PrivateJWK(); err == nil {
		t.Errorf("it gave %d members", len(private))
	}
	if _, _, err := key.PEM(); err == nil {
		t.Error("it gave a PEM")
	}
}

func TestAPrivateRSAKeyThatIsGivenAwayHasTheUsualForm(t *testing.T) {
	f := testForgery(t, occasions["token endpoint"], "RS256")
	f.Key, _ = RSAKey("RS256")
	d, err := Find("jwk", "the whole private key")
	if err != nil {
		t.Fatal(err)
	}
	forged, err := d.Forge(f)
	if err != nil {
		t.Fatal(err)
	}
	private, ok := forged.Key.Private().(*rsa.PrivateKey)
	if !ok || len(private.Primes) != 2 {
		t.Fatalf("it was made for %v", forged.Key)
	}
	header, _, _, err := dpop.SplitCompact(forged.Proof, dpop.DecodeSegment)
	if err != nil {
		t.Fatal(err)
	}
	for _, member := range []string{`"d":`, `"p":`, `"q":`, `"dp":`, `"dq":`, `"qi":`} {
		if !strings.Contains(string(header), member) {
			t.Errorf("%s is missing in %s", member, header)
		}
	}
	if _, thumbprint, err := d.Brings(f); err != nil || thumbprint != forged.Key.Thumbprint {
		t.Errorf("it brings %s, %v", thumbprint, err)
	}
}
