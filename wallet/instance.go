package wallet

import (
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Instance is an installation of a client that authenticates by attestation.
type Instance struct {
	ClientID string
	Audience string // issuer identifier of the authorization server
	Key      *dpop.Key
	Attester *Attester // nil: Ready is sent
	Ready    string    // an attestation of Key that somebody has made
	Combined bool      // the DPoP proof is the proof of possession (section 5.2)

	mu        sync.Mutex
	challenge string
}

// Learn keeps the newest challenge of the server (section 6.2).
func (i *Instance) Learn(challenge string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.challenge = challenge
}

// Challenge returns the newest challenge of the server; empty if it gave none.
func (i *Instance) Challenge() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.challenge
}

// Authenticate adds to a request what authenticates the client, at a time by the
// server's clock. In combined mode it attests the key of the DPoP proof; a request
// without a proof gets a proof of possession of its own, for nothing else proves the
// key there. An error is one of a key.
func (i *Instance) Authenticate(r *wire.Request, now time.Time) error {
	proofs := r.Fields.Values("DPoP")
	if i.Combined && len(proofs) > 0 {
		text, err := i.attestation(i.provenBy(proofs), now)
		r.Fields = append(r.Fields, wire.Field{Name: FieldAttestation, Value: text})
		return err
	}
	text, err := i.attestation(i.Key.JWK(), now)
	if err != nil {
		return err
	}
	pop, err := PoP{ClientID: i.ClientID, Audience: i.Audience, Challenge: i.Challenge()}.Sign(i.Key, now)
	r.Fields = append(r.Fields,
		wire.Field{Name: FieldAttestation, Value: text}, wire.Field{Name: FieldAttestationPoP, Value: pop})
	return err
}

func (i *Instance) attestation(jwk dpop.Object, now time.Time) (string, error) {
	if i.Attester == nil {
		return i.Ready, nil
	}
	return i.Attester.State(i.ClientID, jwk, now).Sign()
}

// provenBy is the public key that the first readable proof names; the instance's own
// where none does, so that what is wrong with the proof is all that is wrong.
func (i *Instance) provenBy(proofs []string) dpop.Object {
	for _, proof := range proofs {
		header, _, _, err := dpop.SplitCompact(proof, dpop.DecodeSegment)
		if err != nil {
			continue
		}
		members, err := dpop.ParseObject(header)
		if err != nil {
			continue
		}
		value, _ := members.Get("jwk")
		jwk, err := dpop.ParseObject(value)
		if err != nil || len(dpop.PrivateMembers(jwk)) > 0 {
			continue
		}
		if _, err := dpop.ParsePublicKey(jwk); err == nil {
			return jwk
		}
	}
	return i.Key.JWK()
}
