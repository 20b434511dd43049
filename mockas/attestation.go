package mockas

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/wallet"
)

// Attested is what the attestation of a request says, verified.
type Attested struct {
	Key      *dpop.PublicKey // in cnf
	Combined bool            // no PoP field came: the DPoP proof is the proof of that key
}

// claimedAttested is whom an attestation speaks of, not yet verified.
func claimedAttested(line string) string {
	_, payload, _, err := dpop.SplitCompact(line, dpop.DecodeSegment)
	if err != nil {
		return ""
	}
	claims, err := dpop.ParseObject(payload)
	if err != nil {
		return ""
	}
	subject, _ := claims.Text("sub")
	return subject
}

// verifyAttestation reads the attestation and, where one came, its proof of
// possession (sections 7.1 and 7.2).
func (s *Server) verifyAttestation(c *Call, client *Client) *Error {
	attested, err := s.policy.Attestation(s, c, client)
	if err != nil {
		return invalidClient("the client attestation: " + err.Error())
	}
	c.attested = attested
	lines := c.Fields.Values(wallet.FieldAttestationPoP)
	if !s.policy.TakesAttestation(s.attestations(), len(lines) > 0) {
		return invalidClient("this proof of possession of the client attestation is not taken here")
	}
	if len(lines) == 0 {
		attested.Combined = true
		return nil
	}
	err = s.policy.AttestationPoP(s, lines, attested.Key)
	if errors.Is(err, errChallenge) {
		return useChallenge()
	}
	if err != nil {
		return invalidClient("the proof of possession of the client attestation: " + err.Error())
	}
	return nil
}

// attestations are the ways of authentication by attestation that are taken.
func (s *Server) attestations() []string {
	switch {
	case s.config.Attesters == nil:
		return nil
	case s.config.Attestation != "":
		return []string{s.config.Attestation}
	}
	return allAttestations
}

// takesAttestation is honest: a way of authentication that is not announced is refused
// (section 7).
func takesAttestation(announced []string, pop bool) bool {
	if pop {
		return slices.Contains(announced, AuthAttestation)
	}
	return slices.Contains(announced, AuthAttestationDPoP)
}

// ReadAttestation is honest: there is one attestation, which a known attester has
// signed, for this client, of a public key, and it has not expired.
func ReadAttestation(s *Server, c *Call, client *Client) (*Attested, error) {
	lines := c.Fields.Values(wallet.FieldAttestation)
	if len(lines) != 1 {
		return nil, fmt.Errorf("%d fields %s", len(lines), wallet.FieldAttestation)
	}
	t, err := readJWT(lines[0], s.config.Attesters)
	if err != nil {
		return nil, err
	}
	return s.attestedBy(t, client)
}

func (s *Server) attestedBy(t *jwt, client *Client) (*Attested, error) {
	if typ, err := t.header.Text("typ"); err != nil || typ != wallet.TypAttestation {
		return nil, errors.New("typ is not " + wallet.TypAttestation)
	}
	if !t.is("sub", client.ID) {
		return nil, errors.New("it is about another client")
	}
	if !t.claims.Has("exp") {
		return nil, errors.New("exp is missing")
	}
	if _, err := t.checkTimes(s.now()); err != nil {
		return nil, err
	}
	key, err := attestedKey(t.claims)
	return &Attested{Key: key}, err
}

// attestedKey is the public key in cnf.jwk.
func attestedKey(claims dpop.Object) (*dpop.PublicKey, error) {
	value, _ := claims.Get("cnf")
	cnf, err := dpop.ParseObject(value)
	if err != nil {
		return nil, fmt.Errorf("cnf: %w", err)
	}
	text, _ := cnf.Get("jwk")
	jwk, err := dpop.ParseObject(text)
	if err != nil {
		return nil, fmt.Errorf("cnf.jwk: %w", err)
	}
	if len(dpop.PrivateMembers(jwk)) > 0 {
		return nil, errors.New("cnf.jwk is a private key")
	}
	return dpop.ParsePublicKey(jwk)
}

// checkAttestationPoP is honest: one JWT by the key of the attestation, for this
// server, of now (section 7.2).
func checkAttestationPoP(s *Server, lines []string, key *dpop.PublicKey) error {
	if len(lines) != 1 {
		return fmt.Errorf("%d fields %s", len(lines), wallet.FieldAttestationPoP)
	}
	t, err := readJWT(lines[0], []*dpop.PublicKey{key})
	if err != nil {
		return err
	}
	if typ, err := t.header.Text("typ"); err != nil || typ != wallet.TypAttestationPoP {
		return errors.New("typ is not " + wallet.TypAttestationPoP)
	}
	if !t.isFor(s.config.Issuer) {
		return errors.New("it is for another server")
	}
	if _, err := t.claims.Text("jti"); err != nil {
		return err
	}
	issued, err := t.claims.Number("iat")
	if err != nil {
		return err
	}
	if age := float64(s.now().Unix()) - issued; age > 60 || age < -clockTolerance.Seconds() {
		return errors.New("iat is too far from now")
	}
	return s.policy.Challenged(s, t.claims)
}

// CheckAttested is honest: in combined mode there is a DPoP proof, by the key of the
// attestation (section 7.3). With a PoP of its own the two say nothing of each other.
func CheckAttested(a *Attested, proof *dpop.Proof) *Error {
	switch {
	case a == nil || !a.Combined:
		return nil
	case proof == nil:
		return invalidClient("the client attestation came without a proof of possession")
	case proof.Thumbprint != a.Key.Thumbprint:
		return invalidClient("the DPoP proof is not by the key of the client attestation")
	}
	return nil
}

// checkInstance is honest: a refresh token serves the installation of a client that it
// was issued to, and no other (section 10.3).
func checkInstance(issuedTo string, attested *Attested) *Error {
	if issuedTo != "" && attested.thumbprint() != issuedTo {
		return invalidGrant("the refresh token was issued to another installation of the client")
	}
	return nil
}

// thumbprint is that of the attested key; empty where nothing was attested.
func (a *Attested) thumbprint() string {
	if a == nil {
		return ""
	}
	return a.Key.Thumbprint
}

// errChallenge says that a PoP lacks the challenge that the server has given.
var errChallenge = errors.New("the challenge is missing or none of this server")

// challenged is honest: where the server gives challenges, the PoP holds one of them
// (section 7.2).
func challenged(s *Server, claims dpop.Object) error {
	if s.store.nonceMode() != NonceRequired || s.shared.Nonces == nil {
		return nil
	}
	given, err := claims.Text("challenge")
	if err != nil || s.shared.Nonces.Accept(given) != nil {
		return errChallenge
	}
	return nil
}

// useChallenge asks for a challenge; fail adds it.
func useChallenge() *Error { return badRequest(wallet.UseChallenge, errChallenge.Error()) }
