package mutants

import (
	"net/http"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/wallet"
)

// byAttestation reports whether a request is of a client that authenticates so.
func byAttestation(r *http.Request) bool { return r.Header.Get(wallet.FieldAttestation) != "" }

// resigned is a proof like another, by a new key.
func resigned(proof string) string {
	head, payload, _, err := dpop.SplitCompact(proof, dpop.DecodeSegment)
	if err != nil {
		return proof
	}
	header, err := dpop.ParseObject(head)
	if err != nil {
		return proof
	}
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		return proof
	}
	header.Set("jwk", key.JWK())
	header.Set("alg", key.Algorithm)
	text, err := dpop.SignCompact(key, header.JSON(), payload)
	if err != nil {
		return proof
	}
	return text
}

// clientAttestationBugs live in clients whose key is attested, and in wallets.
var clientAttestationBugs = []row{
	{id: "CL-230", does: "sends a PoP beside the proof that is to stand in its place", breaks: ids{"ATTEST-12"},
		change: represent(func(r *http.Request, _ client.Credentials) {
			if byAttestation(r) {
				r.Header.Set(wallet.FieldAttestationPoP, r.Header.Get(wallet.FieldAttestation))
			}
		})},
	{id: "CL-231", does: "sends its proof twice beside an attestation", breaks: ids{"ATTEST-12"},
		change: represent(func(r *http.Request, c client.Credentials) {
			if byAttestation(r) {
				r.Header.Add(dpop.Scheme, c.Proof)
			}
		})},
	{id: "CL-232", does: "proves another key than the attested one", breaks: ids{"ATTEST-12"},
		change: represent(func(r *http.Request, c client.Credentials) {
			if byAttestation(r) {
				r.Header.Set(dpop.Scheme, resigned(c.Proof))
			}
		})},
	{id: "CL-233", does: "leaves the attestation out when it is challenged", breaks: ids{"ATTEST-13"},
		change: represent(func(r *http.Request, c client.Credentials) {
			if hasNonce(c.Proof) {
				r.Header.Del(wallet.FieldAttestation)
			}
		})},
	{id: "CL-234", does: "heeds no nonce that comes without a proof", breaks: ids{"OID4VCI-8-01"}, profile: "haip",
		change: inClient(func(p *client.Policy) {
			honest := p.StoreNonce
			p.StoreNonce = func(n *client.Nonces, scope string, a *client.Answer) {
				if a.Proved {
					honest(n, scope, a)
				}
			}
		})},
}
