package proof

import (
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

func exchangeWith(proof string) *wire.Exchange {
	return &wire.Exchange{Fields: wire.Fields{{Name: "DPoP", Value: proof}}}
}

func TestOnlyANumberBesideANonceIsGovernedByIt(t *testing.T) {
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	for payload, want := range map[string]bool{
		`{"iat":1,"nonce":"n"}`:         true,
		`{"iat":-1e300,"nonce":"n"}`:    true,
		`{"iat":1,"iat":2,"nonce":"n"}`: true,
		`{"iat":1}`:                     false,
		`{"iat":1,"nonce":""}`:          false,
		`{"iat":"1","nonce":"n"}`:       false,
		`{"nonce":"n"}`:                 false,
	} {
		proof, err := dpop.SignCompact(key, []byte(`{}`), []byte(payload))
		if err != nil {
			t.Fatal(err)
		}
		w := &Prober{World: &world.World{}}
		w.Latest().Defect = &forge.Defect{Part: "iat"}
		if got := w.governedByNonce(exchangeWith(proof)); got != want {
			t.Errorf("%s: %v, want %v", payload, got, want)
		}
		w.Latest().Defect = &forge.Defect{Part: "htm"}
		if w.governedByNonce(exchangeWith(proof)) {
			t.Errorf("%s: a defect of htm counts as one of time", payload)
		}
	}
}
