package dpop

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var testTime = time.Unix(1762700000, 0)

func testClock() time.Time { return testTime }

// testKey and otherKey are the key pairs of two parties.
var testKey, otherKey = keyRing(), keyRing()

// keyRing returns one key pair for each algorithm, made once.
func keyRing() func(string) (*Key, error) {
	var mu sync.Mutex
	keys := map[string]*Key{}
	return func(algorithm string) (*Key, error) {
		mu.Lock()
		defer mu.Unlock()
		if key := keys[algorithm]; key != nil {
			return key, nil
		}
		if a, _ := FindAlgorithm(algorithm); a.Family == PKCS1 || a.Family == PSS {
			for _, key := range keys { // one RSA pair serves them all
				if other, err := key.WithAlgorithm(algorithm); err == nil {
					keys[algorithm] = other
					return other, nil
				}
			}
		}
		key, err := GenerateKey(algorithm)
		keys[algorithm] = key
		return key, err
	}
}

func mustKey(t testing.TB, algorithm string) *Key {
	t.Helper()
	key, err := testKey(algorithm)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// occasions are the requests that the catalogue is tried on; between them,
// every defect must be forgeable.
var occasions = map[string]Occasion{
	"token endpoint":      {Method: "POST", URI: "https://server.example/oauth/token", Nonce: "nonce-Of.the_server~1"},
	"API":                 {Method: "GET", URI: "https://api.example:8443/v1/a%2Fb/Orders~7?x=1", AccessToken: testToken},
	"API with a nonce":    {Method: "DELETE", URI: "http://[2001:db8::7f]:80/v1/res%3Fx=1", AccessToken: testToken, Nonce: "nonce-Of.the_server~1"},
	"API at its root":     {Method: "QUERY", URI: "https://api.example/", AccessToken: testToken},
	"API with escapes":    {Method: "PATCH", URI: "https://api.example/a-b/%23x/%25/%7e%2f/c", AccessToken: testToken},
	"method of its own":   {Method: "fetch", URI: "https://api.example/items/", AccessToken: testToken},
	"API on the loopback": {Method: "PUT", URI: "http://127.0.0.1:49152/api/orders", AccessToken: testToken},
}

const testToken = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJ1"

var algorithmsOfScenarios = []string{"ES256", "ES384", "ES512", "EdDSA", "RS256", "PS256"}

func testForgery(t testing.TB, o Occasion, algorithm string) Forgery {
	t.Helper()
	other, err := otherKey(algorithm)
	if err != nil {
		t.Fatal(err)
	}
	server, err := otherKey("RS256")
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
			Keys: probingKey, Algorithms: DefaultAlgorithms, Other: other, ServerKey: server.JWK(), OtherToken: "another-token",
			OldNonce: "an-old-nonce", OtherNonce: "a-nonce-of-another-server", Canary: "http://127.0.0.1:1/canary",
		},
	}
}

// probingKey is a key as scenarios use it.
func probingKey(algorithm string) (*Key, error) {
	if algorithm[0] == 'R' || algorithm[0] == 'P' {
		return RSAKey(algorithm)
	}
	return testKey(algorithm)
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
func judge(f Forgery, d Defect, forged Forged) *Refusal {
	return judgeAt(f, d, forged, testClock)
}

func judgeAt(f Forgery, d Defect, forged Forged, clock func() time.Time) *Refusal {
	verifier := NewVerifier(clock)
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
	_, refusal := verifier.Verify(Request{
		Method: f.Method, TargetURI: f.URI, Fields: forged.Fields, AccessToken: f.AccessToken, Bound: bound,
	})
	return refusal
}

func TestEveryDefectIsRefusedByItsCheckAndEverySoundVariationIsTaken(t *testing.T) {
	for _, d := range Defects() {
		t.Run(d.Name(), func(t *testing.T) {
			tried := 0
			var reasons []string
			for name, occasion := range occasions {
				for _, algorithm := range algorithmsOfScenarios {
					if algorithm != "ES256" && occasion.Method != "GET" {
						continue // the kind of request is all the same to the other algorithms
					}
					f := testForgery(t, occasion, algorithm)
					if d.Part == "alg" && d.Sound {
						f.Algorithms = AlgorithmNames()
					}
					if name, found := strings.CutSuffix(d.Value, " though not advertised"); found {
						f.Algorithms = slices.DeleteFunc(AlgorithmNames(), func(n string) bool { return n == name })
					}
					forged, err := d.Forge(f)
					var not *NotForgeable
					if errors.As(err, &not) {
						reasons = append(reasons, not.Reason)
						continue
					}
					if err != nil {
						t.Fatalf("%s, %s: %v", name, algorithm, err)
					}
					tried++
					compare(t, name+", "+algorithm, d, judge(f, d, forged))
				}
			}
			if tried == 0 {
				slices.Sort(reasons)
				t.Errorf("forgeable on no occasion: %v", slices.Compact(reasons))
			}
		})
	}
}

func compare(t *testing.T, occasion string, d Defect, refusal *Refusal) {
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

func TestEveryForgedFieldCanBeSentOverHTTP(t *testing.T) {
	for _, d := range Defects() {
		forged, err := d.Forge(testForgery(t, occasions["API with a nonce"], "ES256"))
		if err != nil {
			continue // not on this occasion
		}
		if forged.Proof != "" && len(forged.Fields) != 1 || !strings.EqualFold(forged.FieldName, "DPoP") {
			t.Errorf("%s: %q, %d lines", d.Name(), forged.FieldName, len(forged.Fields))
		}
		for _, value := range forged.Fields {
			if value != strings.TrimSpace(value) || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Errorf("%s: HTTP would change %.100q", d.Name(), value)
			}
		}
	}
}

func TestAnHonestForgeryIsAccepted(t *testing.T) {
	honest := Defect{Part: "nothing", Value: "wrong", Sound: true, Apply: nothing}
	for name, occasion := range occasions {
		f := testForgery(t, occasion, "ES256")
		forged, err := honest.Forge(f)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if refusal := judge(f, honest, forged); refusal != nil {
			t.Errorf("%s: %v", name, refusal)
		}
	}
}

func TestTheCatalogueIsWellFormed(t *testing.T) {
	seen := map[string]bool{}
	checks := CheckNames()
	for _, d := range Defects() {
		if seen[d.Name()] {
			t.Errorf("%s occurs twice", d.Name())
		}
		seen[d.Name()] = true
		if d.Says == "" || d.Apply == nil {
			t.Errorf("%s: no explanation, or nothing to do", d.Name())
		}
		if d.Sound == (len(d.Refused) > 0) && !d.Open {
			t.Errorf("%s: a sound variation names no check, a defect at least one", d.Name())
		}
		for _, check := range d.Refused {
			if !slices.Contains(checks, check) {
				t.Errorf("%s: no check is called %s", d.Name(), check)
			}
		}
	}
}

func TestADefectIsFoundByNameWithOrWithoutQuotes(t *testing.T) {
	for _, value := range []string{"missing", `"missing"`} {
		if d, err := FindDefect("htm", value); err != nil || d.Name() != "htm is missing" {
			t.Errorf("%s: %v, %v", value, d.Name(), err)
		}
	}
}

func TestAnUnknownDefectNamesTheNearest(t *testing.T) {
	for _, c := range []struct{ part, value, want string }{
		{"htm", "mising", `"missing"`},
		{"htn", "missing", `"htm"`},
	} {
		if _, err := FindDefect(c.part, c.value); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s is %s: %v", c.part, c.value, err)
		}
	}
}
