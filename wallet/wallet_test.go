package wallet

import (
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

func TestOffersOfEveryFormAreRead(t *testing.T) {
	const offer = `{"credential_issuer":"https://i.example","credential_configuration_ids":["PID"],"grants":` +
		`{"urn:ietf:params:oauth:grant-type:pre-authorized_code":{"pre-authorized_code":"c0de","tx_code":{"length":4}}}}`
	const escaped = "%7B%22grants%22%3A%7B%22urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code%22%3A" +
		"%7B%22pre-authorized_code%22%3A%22c0de%22%7D%7D%7D"
	for text, want := range map[string]Offer{
		offer:    {Code: "c0de", WantsTxCode: true},
		"c0de\n": {Code: "c0de"},
		`"c0de"`: {Code: "c0de"},
		"openid-credential-offer://?credential_offer=" + escaped:                {Code: "c0de"},
		"haip-vci://?credential_offer_uri=https%3A%2F%2Fi.example%2Foffers%2F1": {Reference: "https://i.example/offers/1"},
		`{"uri":"openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fi.example%2F1","tx_code":"4711"}`: {
			Reference: "https://i.example/1", TxCode: "4711"},
		`{"credential_offer":` + offer + `,"user_pin":"1"}`:     {Code: "c0de", WantsTxCode: true, TxCode: "1"},
		`{"credential_offer_uri":"https://i.example/offers/1"}`: {Reference: "https://i.example/offers/1"},
		`{"pre-authorized_code":"c0de"}`:                        {Code: "c0de"},
	} {
		if got, err := ReadOffer(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestWhatIsNoOfferIsRefused(t *testing.T) {
	for _, text := range []string{
		"", "{", `{"grants":{"authorization_code":{}}}`, `{"grants":[]}`, "<html>no</html>", "https://i.example/?a=b",
		`{"a":1,"a":2}`, `{"pre-authorized_code":1}`, "haip-vci://?credential_offer=%zz",
	} {
		if offer, err := ReadOffer(text); err == nil {
			t.Errorf("%q was taken for %+v", text, offer)
		}
	}
}

// An instance adds its attestation and, unless the DPoP proof is that, a proof of
// possession with the newest challenge.
func TestAnInstanceAuthenticatesByItsMode(t *testing.T) {
	attester, key, other := newKey(t, "ES384"), newKey(t, "ES256"), newKey(t, "ES256")
	now := time.Unix(1_800_000_000, 0)
	proof, err := dpop.NewProof(other, dpop.Occasion{Method: "POST", URI: "https://as.example/token"}, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name     string
		combined bool
		proofs   []string
		pop      bool
		attested *dpop.Key
	}{
		{"a PoP beside a proof", false, []string{proof}, true, key},
		{"the proof alone", true, []string{proof}, false, other},
		{"no proof to stand in", true, nil, true, key},
		{"a proof that cannot be read", true, []string{"garbage"}, false, key},
	} {
		i := Instance{
			ClientID: "w", Audience: "https://as.example", Key: key, Combined: test.combined,
			Attester: &Attester{Key: attester, KeyID: "1", Issuer: "https://wallet.example", Chain: []string{"MII"}},
		}
		i.Learn("challenge-1")
		var r wire.Request
		for _, p := range test.proofs {
			r.Fields = append(r.Fields, wire.Field{Name: "DPoP", Value: p})
		}
		if err := i.Authenticate(&r, now); err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		header, claims := opened(t, r.Fields.Values(FieldAttestation))
		jwk := string(claims.JSON())
		if !strings.Contains(jwk, string(test.attested.JWK().JSON())) {
			t.Errorf("%s: another key is attested: %s", test.name, jwk)
		}
		if !header.Has("x5c") || !header.Has("kid") || !claims.Has("exp") || !claims.Has("iat") {
			t.Errorf("%s: the attestation lacks something: %s %s", test.name, header.JSON(), claims.JSON())
		}
		pops := r.Fields.Values(FieldAttestationPoP)
		if (len(pops) > 0) != test.pop {
			t.Errorf("%s: %d proofs of possession", test.name, len(pops))
		}
		if test.pop {
			_, claims := opened(t, pops)
			if challenge, _ := claims.Text("challenge"); challenge != "challenge-1" {
				t.Errorf("%s: the challenge is %q", test.name, challenge)
			}
		}
	}
}

func newKey(t *testing.T, algorithm string) *dpop.Key {
	t.Helper()
	key, err := dpop.GenerateKey(algorithm)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// opened is header and claims of the one JWT among the lines of a field.
func opened(t *testing.T, lines []string) (header, claims dpop.Object) {
	t.Helper()
	if len(lines) != 1 {
		t.Fatalf("%d lines", len(lines))
	}
	head, payload, _, err := dpop.SplitCompact(lines[0], dpop.DecodeSegment)
	if err != nil {
		t.Fatal(err)
	}
	if header, err = dpop.ParseObject(head); err != nil {
		t.Fatal(err)
	}
	if claims, err = dpop.ParseObject(payload); err != nil {
		t.Fatal(err)
	}
	return header, claims
}
