package forge

import (
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
)

func TestAMalleatedSignatureIsTheSameProof(t *testing.T) {
	d, err := Find("signature", "malleated")
	if err != nil {
		t.Fatal(err)
	}
	f := testForgery(t, occasions["token endpoint"], "ES256")
	f.Draft = dpop.NewDraft(f.Key, f.Occasion, f.Now)
	honest, err := f.Draft.Sign(f.Key)
	if err != nil {
		t.Fatal(err)
	}
	twin, err := d.Forge(f)
	if err != nil || twin.Proof == honest {
		t.Fatal(err)
	}
	verifier := dpop.NewVerifier(testClock)
	request := dpop.Request{Method: f.Method, TargetURI: f.URI, Fields: []string{honest}}
	if _, refusal := verifier.Verify(request); refusal != nil {
		t.Fatal(refusal)
	}
	request.Fields = twin.Fields
	if _, refusal := verifier.Verify(request); refusal == nil || refusal.Check != "replay" {
		t.Errorf("the malleated twin: %v", refusal)
	}
}

func TestARefusedProofDoesNotUseUpItsIdentifier(t *testing.T) {
	verifier := dpop.NewVerifier(testClock)
	for _, d := range All() {
		if d.Part == "jti" || d.Sound || d.Open || d.Key != nil || d.Embeds {
			continue
		}
		f := testForgery(t, occasions["API"], "ES256")
		f.Draft = dpop.NewDraft(f.Key, f.Occasion, f.Now)
		request := dpop.Request{Method: f.Method, TargetURI: f.URI, AccessToken: f.AccessToken, Bound: f.Key.Thumbprint}
		forged, err := d.Forge(f)
		if err != nil {
			continue // not on this occasion
		}
		request.Fields = forged.Fields
		if _, refusal := verifier.Verify(request); refusal == nil {
			t.Errorf("%s: accepted", d.Name())
		}
		honest, err := f.Draft.Sign(f.Key)
		if err != nil {
			t.Fatal(err)
		}
		request.Fields = []string{honest}
		if _, refusal := verifier.Verify(request); refusal != nil {
			t.Errorf("%s: the honest proof with the same jti afterwards: %v", d.Name(), refusal)
		}
	}
}
