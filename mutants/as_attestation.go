package mutants

import (
	"errors"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// unread takes an attestation for what it says of itself: whoever has signed it.
func unread(_ *mockas.Server, c *mockas.Call, _ *mockas.Client) (*mockas.Attested, error) {
	lines := c.Fields.Values(mockas.FieldAttestation)
	if len(lines) == 0 {
		return nil, errors.New("there is no attestation")
	}
	_, payload, _, err := dpop.SplitCompact(lines[0], dpop.DecodeSegment)
	if err != nil {
		return nil, err
	}
	claims, err := dpop.ParseObject(payload)
	if err != nil {
		return nil, err
	}
	cnf, _ := claims.Get("cnf")
	confirmation, err := dpop.ParseObject(cnf)
	if err != nil {
		return nil, err
	}
	text, _ := confirmation.Get("jwk")
	jwk, err := dpop.ParseObject(text)
	if err != nil {
		return nil, err
	}
	key, err := dpop.ParsePublicKey(jwk)
	return &mockas.Attested{Key: key}, err
}

// attesting exchanges the decision on a DPoP proof in the place of a PoP.
func attesting(judge func(*mockas.Attested, *dpop.Proof) *mockas.Error) inServer {
	return func(p *mockas.Policy) { p.Attested = judge }
}

// attestationBugs are in client authentication by attestation.
var attestationBugs = []row{
	{id: "AS-230", does: "compares the key of the proof with no attestation", breaks: ids{"ATTEST-01"},
		change: attesting(func(a *mockas.Attested, proof *dpop.Proof) *mockas.Error {
			if a != nil && a.Combined && proof == nil {
				return mockas.CheckAttested(a, nil)
			}
			return nil
		})},
	{id: "AS-231", does: "takes an attestation without any proof", breaks: ids{"ATTEST-02"},
		change: attesting(func(a *mockas.Attested, proof *dpop.Proof) *mockas.Error {
			if proof == nil {
				return nil
			}
			return mockas.CheckAttested(a, proof)
		})},
	{id: "AS-232", variant: "unchecked", does: "looks at no PoP where a DPoP proof came", breaks: ids{"ATTEST-03"},
		change: inServer(func(p *mockas.Policy) {
			p.AttestationPoP = func(*mockas.Server, []string, *dpop.PublicKey) error { return nil }
		})},
	{id: "AS-232", variant: "audience", does: "takes a PoP for another server", breaks: ids{"ATTEST-03"},
		change: inServer(func(p *mockas.Policy) {
			p.AttestationPoP = func(_ *mockas.Server, lines []string, key *dpop.PublicKey) error {
				_, _, signature, err := dpop.SplitCompact(lines[0], dpop.DecodeSegment)
				if err != nil {
					return err
				}
				algorithm, _ := dpop.FindAlgorithm("ES256")
				return dpop.VerifySignature(
					&dpop.Proof{Text: lines[0], Signature: signature, Algorithm: algorithm}, key.Key)
			}
		})},
	{id: "AS-232", variant: "one-key", does: "wants the DPoP proof by the key of the PoP", breaks: ids{"ATTEST-03"},
		change: attesting(func(a *mockas.Attested, proof *dpop.Proof) *mockas.Error {
			if a == nil {
				return nil
			}
			combined := *a
			combined.Combined = true
			return mockas.CheckAttested(&combined, proof)
		})},
	{id: "AS-233", does: "does not verify attestations", breaks: ids{"ATTEST-04"},
		change: inServer(func(p *mockas.Policy) { p.Attestation = unread })},
	{id: "AS-234", does: "looks at no nonce of an attested client", breaks: ids{"ATTEST-05"},
		change: inServer(func(p *mockas.Policy) {
			for _, gate := range []*mockas.Gate{&p.Token, &p.PAR} {
				gate.Judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
					copied := *v
					if from.Client != nil && from.Client.Auth == mockas.AuthAttestation {
						copied.Nonces = nil
					}
					return copied.Verify(r)
				}
			}
		})},
	{id: "AS-235", does: "does not announce that it takes attestations", breaks: ids{"ATTEST-06"},
		change: inServer(func(p *mockas.Policy) {
			p.Metadata = func(_ string, document *dpop.Object) {
				document.Set("token_endpoint_auth_methods_supported", []string{mockas.AuthNone, mockas.AuthPost})
			}
		})},
}
