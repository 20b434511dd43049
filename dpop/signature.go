package dpop

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"

	jose "github.com/go-jose/go-jose/v4"
)

// VerifySignature checks the signature of a proof with the given key over the
// bytes that were received (RFC 7515 §5.2), by go-jose.
func VerifySignature(p *Proof, key crypto.PublicKey) error {
	tally(&verified, p.Algorithm.Name)
	failed := errors.New("the signature does not verify with the key in jwk")
	if p.Algorithm.Name == "Ed25519" { // RFC 9864; go-jose knows it as EdDSA only
		if public, ok := key.(ed25519.PublicKey); ok && ed25519.Verify(public, p.Input(), p.Signature) {
			return nil
		}
		return failed
	}
	object, err := jose.ParseSignedCompact(p.Text, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(p.Algorithm.Name)})
	if err != nil {
		return err
	}
	if _, err := object.Verify(key); err != nil {
		return failed
	}
	if p.Algorithm.Family == PSS {
		return pssSalt(p, key.(*rsa.PublicKey))
	}
	return nil
}

// pssSalt demands a salt as long as the hash (RFC 7518 §3.5); go-jose takes
// any length.
func pssSalt(p *Proof, key *rsa.PublicKey) error {
	hash := p.Algorithm.Hash.New()
	hash.Write(p.Input())
	options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
	if rsa.VerifyPSS(key, p.Algorithm.Hash, hash.Sum(nil), p.Signature, options) != nil {
		return errors.New("the PSS salt is not as long as the hash (RFC 7518 §3.5)")
	}
	return nil
}
