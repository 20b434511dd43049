package dpop

import (
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/dpopspec/dpopspec/internal/wycheproof"
)

type wycheproofFile struct {
	TestGroups []struct {
		Comment      string
		Public       json.RawMessage
		PublicKeyJWK json.RawMessage `json:"publicKeyJwk"`
		Tests        []struct {
			TcID    int
			Comment string
			JWS     json.RawMessage
			Result  string
			Flags   []string
		}
	}
}

// differences are the cases on which we and Wycheproof differ on purpose.
var differences = map[string]string{
	"emptyPayload":                    "we refuse: a proof has claims",
	"Figure20":                        "we refuse: the alg of the key is PS256, that of the header PS384",
	"Figure27":                        "we refuse: the alg of the key is ES521, which is not registered",
	"rejectsKeyWithRocaVulnerability": "we accept: no specification asks a server to look for keys of one maker",
}

func TestTheVerifierAgreesWithWycheproofOnSignaturesAndKeys(t *testing.T) {
	for _, name := range []string{
		"json_web_signature_test.json", "json_web_key_test.json", "json_web_crypto_test.json",
	} {
		t.Run(name, func(t *testing.T) {
			var file wycheproofFile
			wycheproof.Read(t, name, &file)
			judged := 0
			for _, group := range file.TestGroups {
				jwk, ok := onlyKey(group.Public)
				if !ok {
					continue // symmetric, or a set of keys
				}
				for _, c := range group.Tests {
					var jws string
					if json.Unmarshal(c.JWS, &jws) != nil || jws == "" {
						continue // JSON serialisation or JWE
					}
					judged++
					err := judgeJWS(jws, jwk)
					if agreed := (err == nil) == (c.Result == "valid"); agreed {
						continue
					}
					if reason := differences[c.Comment]; reason != "" {
						t.Logf("%d: %s", c.TcID, reason)
						continue
					}
					t.Errorf("%s %d (%s) is %s, we say %v: %s", group.Comment, c.TcID, c.Comment, c.Result, err, jws)
				}
			}
			if judged == 0 {
				t.Error("no case could be judged")
			}
			t.Logf("%d cases", judged)
		})
	}
}

// onlyKey reads the public key of a group, also out of a set of one.
func onlyKey(text json.RawMessage) (Object, bool) {
	jwk, err := ParseObject(text)
	if err != nil {
		return nil, false
	}
	if keys, found := jwk.Get("keys"); found {
		var set []json.RawMessage
		if json.Unmarshal(keys, &set) != nil || len(set) != 1 {
			return nil, false
		}
		return onlyKey(set[0])
	}
	return jwk, jwk.Has("kty")
}

// judgeJWS runs the checks of a proof that concern form, key and signature.
func judgeJWS(jws string, jwk Object) error {
	verifier := NewVerifier(testClock)
	verifier.Algorithms = AlgorithmNames()
	run := &Verification{Verifier: verifier, Request: Request{Fields: []string{jws}}}
	for _, name := range []string{"field", "form"} {
		if err := verifier.Check(name)(run); err != nil {
			return err
		}
	}
	header, err := ParseObject(run.Proof.Header[0].Value)
	if err != nil {
		return err
	}
	run.Proof.Header, run.Proof.JWK = header, jwk
	for _, name := range []string{"crit", "alg", "key", "alg-key", "key-use", "signature"} {
		if err := verifier.Check(name)(run); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func TestTheKeysOfWycheproofHaveTheThumbprintsThatGoJoseComputes(t *testing.T) {
	for _, name := range []string{
		"ecdsa_secp256r1_sha256_p1363_test.json", "ecdsa_secp384r1_sha384_p1363_test.json",
		"ecdsa_secp521r1_sha512_p1363_test.json", "ed25519_test.json",
	} {
		var file wycheproofFile
		wycheproof.Read(t, name, &file)
		keys := 0
		for _, group := range file.TestGroups {
			if group.PublicKeyJWK == nil {
				continue
			}
			keys++
			if err := sameThumbprint(group.PublicKeyJWK); err != nil {
				t.Errorf("%s: %s: %v", name, group.PublicKeyJWK, err)
			}
		}
		if keys == 0 {
			t.Errorf("%s holds no key", name)
		}
	}
}

// sameThumbprint compares our thumbprint of a public key with go-jose's.
func sameThumbprint(text []byte) error {
	jwk, err := ParseObject(text)
	if err != nil {
		return err
	}
	ours, err := ParsePublicKey(jwk)
	if err != nil {
		return err
	}
	var theirs jose.JSONWebKey
	if err := theirs.UnmarshalJSON(text); err != nil {
		return err
	}
	sum, err := theirs.Thumbprint(crypto.SHA256)
	if err != nil {
		return err
	}
	if EncodeSegment(sum) != ours.Thumbprint {
		return errors.New("the thumbprints differ")
	}
	return nil
}
