package mutants

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/wallet"
)

// unread takes an attestation for what it says of itself: whoever has signed it.
func unread(_ *mockas.Server, c *mockas.Call, _ *mockas.Client) (*mockas.Attested, error) {
	lines := c.Fields.Values(wallet.FieldAttestation)
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

// uncontrolled is an answer that says nothing of caches.
type uncontrolled struct{ http.ResponseWriter }

func (u uncontrolled) WriteHeader(status int) {
	u.Header().Del("Cache-Control")
	u.ResponseWriter.WriteHeader(status)
}

func (u uncontrolled) Write(text []byte) (int, error) {
	u.Header().Del("Cache-Control")
	return u.ResponseWriter.Write(text)
}

// withoutEnd takes an attestation that has no exp for what it says of itself.
func withoutEnd(c *mockas.Call) (*mockas.Attested, bool) {
	attested, err := unread(nil, c, nil)
	if err != nil {
		return nil, false
	}
	_, payload, _, err := dpop.SplitCompact(c.Fields.Values(wallet.FieldAttestation)[0], dpop.DecodeSegment)
	if err != nil {
		return nil, false
	}
	claims, err := dpop.ParseObject(payload)
	return attested, err == nil && !claims.Has("exp")
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
	{id: "AS-240", variant: "kept", does: "lets caches keep challenges", breaks: ids{"ATTEST-08"},
		change: inServer(func(p *mockas.Policy) {
			p.Challenge = func(s *mockas.Server, w http.ResponseWriter) {
				answer := uncontrolled{ResponseWriter: w}
				mockas.Challenge(s, answer)
			}
		})},
	{id: "AS-240", variant: "of-nobody", does: "gives challenges that it does not take", breaks: ids{"ATTEST-08"},
		change: inServer(func(p *mockas.Policy) {
			p.Challenge = func(_ *mockas.Server, w http.ResponseWriter) {
				mockas.NoStore(w.Header())
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprintf(w, `{"attestation_challenge":%q}`, dpop.NewID())
			}
		})},
	{id: "AS-241", does: "takes the DPoP proof for a PoP though it does not announce that", breaks: ids{"ATTEST-09"},
		change: inServer(func(p *mockas.Policy) {
			p.TakesAttestation = func([]string, bool) bool { return true }
		})},
	{id: "AS-242", does: "takes a refresh token from another installation of the client", breaks: ids{"ATTEST-10"},
		change: inServer(func(p *mockas.Policy) {
			p.CheckInstance = func(string, *mockas.Attested) *mockas.Error { return nil }
		})},
	{id: "AS-243", does: "looks at no challenge in a PoP", breaks: ids{"ATTEST-11"},
		change: inServer(func(p *mockas.Policy) { p.Challenged = func(*mockas.Server, dpop.Object) error { return nil } })},
	{id: "AS-244", does: "names no algorithms of attestations", breaks: ids{"ATTEST-07"},
		change: inServer(func(p *mockas.Policy) {
			p.Metadata = func(_ string, document *dpop.Object) {
				document.Delete("client_attestation_signing_alg_values_supported")
			}
		})},
	{id: "AS-245", does: "takes an attestation that never ends", breaks: ids{"ATTEST-04"},
		change: inServer(func(p *mockas.Policy) {
			p.Attestation = func(s *mockas.Server, c *mockas.Call, client *mockas.Client) (*mockas.Attested, error) {
				attested, err := mockas.ReadAttestation(s, c, client)
				if err == nil {
					return attested, nil
				}
				if endless, found := withoutEnd(c); found {
					return endless, nil
				}
				return nil, err
			}
		})},
	{id: "AS-246", does: "looks at no proof where a pre-authorized code comes", breaks: ids{"RFC9449-5-02"},
		change: inServer(func(p *mockas.Policy) {
			honest := p.Token.Judge
			p.Token.Judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
				if from.Grant == mockas.GrantPreAuthorized {
					return nil, nil
				}
				return honest(v, r, from)
			}
		})},
	{id: "AS-247", does: "a challenge uses a pre-authorized code up", breaks: ids{"RFC9449-8-08"},
		change: inServer(func(p *mockas.Policy) {
			p.AfterRefusal = func(s *mockas.Server, c *mockas.Call, _ *dpop.Refusal) {
				s.Burn(c.Get("pre-authorized_code"))
			}
		})},
	{id: "AS-235", does: "does not announce that it takes attestations", breaks: ids{"ATTEST-06"},
		change: inServer(func(p *mockas.Policy) {
			p.Metadata = func(_ string, document *dpop.Object) {
				document.Set("token_endpoint_auth_methods_supported", []string{mockas.AuthNone, mockas.AuthPost})
			}
		})},
}
