package dpop

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// checks are the twelve checks of RFC 9449 §4.3, taken apart so that each has
// one name to be refused by. Cheap ones come first; the replay memory comes
// last, so that a refused proof never uses up its jti (requirement
// RFC9449-11.1-08).
var checks = []Check{
	{Name: "field", Requirements: ids("4.1-03", "4.1-05", "4.3-01", "4.3-02", "4.3-03", "4.3-04"), Do: oneField},
	{Name: "size", Requirements: ids("4.3-10"), Do: bounded},
	{Name: "form", Requirements: ids("4.3-05", "4.3-06", "4.3-07", "4.3-08"), Do: Form(DecodeSegment)},
	{Name: "objects", Requirements: ids("4.3-09", "4.3-17", "4.3-18"), Do: Objects(ParseObject)},
	{Name: "typ", Requirements: ids("4.3-19", "4.3-21", "11.5-01"), Do: typ},
	{Name: "crit", Requirements: []string{"RFC7515-4.1.11-01", "RFC7797-7-01"}, Do: extensions},
	{Name: "alg", Requirements: ids("4.3-22", "4.3-23", "4.3-24", "4.3-25", "4.3-26"), Do: algorithm},
	{Name: "jwk", Requirements: ids("4.3-35"), Do: embeddedKey},
	{Name: "private-key", Requirements: ids("4.3-41"), Do: noPrivateKey},
	{Name: "key", Requirements: ids("4.3-37", "4.3-38", "4.3-39", "4.3-40"), Do: publicKey},
	{Name: "alg-key", Requirements: ids("4.3-28"), Do: algorithmFitsKey},
	{Name: "key-use", Requirements: ids("4.3-29"), Do: keyUse},
	{Name: "signature", Requirements: ids("4.3-30", "4.3-31", "4.3-32", "4.3-33", "4.3-34"), Do: signature},
	{Name: "jti", Requirements: ids("4.3-12", "11.1-09"), Do: identifier},
	{Name: "htm", Requirements: ids("4.3-13", "4.3-42", "4.3-43", "4.3-44"), Do: method},
	{Name: "htu", Requirements: ids("4.3-14", "4.3-45", "4.3-46", "4.3-47", "4.3-48", "4.3-49"), Do: URI(SameURI)},
	{Name: "iat", Requirements: ids("4.3-15", "4.3-16", "4.3-69", "4.3-70", "4.3-74"), Do: issuedAt},
	{Name: "lifetime", Requirements: ids("4.3-83"), Do: lifetime},
	{Name: "nonce", Requirements: ids("4.3-67", "4.3-68"), Code: UseNonce, Do: nonce},
	{Name: "ath", Requirements: ids("4.3-76", "4.3-77", "4.3-78"), Do: tokenHash},
	{Name: "binding", Requirements: ids("4.3-79", "4.3-80"), Code: InvalidToken, Do: binding},
	{Name: "replay", Requirements: ids("11.1-02", "11.1-03"), Do: replay},
}

// ids spells requirement ids of RFC 9449 without repeating its number.
func ids(rows ...string) []string {
	for i, row := range rows {
		rows[i] = "RFC9449-" + row
	}
	return rows
}

func oneField(v *Verification) error {
	if len(v.Fields) != 1 {
		return fmt.Errorf("%d DPoP field lines where exactly one is allowed", len(v.Fields))
	}
	v.Proof.Text = v.Fields[0]
	if v.Proof.Text == "" {
		return errors.New("the DPoP field is empty")
	}
	return nil
}

func bounded(v *Verification) error {
	if len(v.Proof.Text) > v.MaxLength {
		return fmt.Errorf("the proof has %d octets, %d are accepted", len(v.Proof.Text), v.MaxLength)
	}
	return nil
}

// Form returns the check that a proof is a compact JWS whose segments the
// given function can decode.
func Form(decode func(string) ([]byte, error)) func(*Verification) error {
	return func(v *Verification) error {
		header, payload, signature, err := SplitCompact(v.Proof.Text, decode)
		if err != nil {
			return err
		}
		v.Proof.Header = Object{{Value: header}} // parsed by the check "objects"
		v.Proof.Claims = Object{{Value: payload}}
		v.Proof.Signature = signature
		return nil
	}
}

// Objects returns the check that header and payload are JSON objects in the
// eyes of the given parser.
func Objects(parse func([]byte) (Object, error)) func(*Verification) error {
	return func(v *Verification) error {
		for _, part := range []struct {
			name string
			into *Object
		}{{"header", &v.Proof.Header}, {"payload", &v.Proof.Claims}} {
			object, err := parse((*part.into)[0].Value)
			if err != nil {
				return fmt.Errorf("the %s: %w", part.name, err)
			}
			*part.into = object
		}
		return nil
	}
}

func typ(v *Verification) error {
	value, err := v.Proof.Header.Text("typ")
	if err != nil {
		return err
	}
	if value != ProofType {
		return fmt.Errorf("typ is %q, not %q", value, ProofType)
	}
	return nil
}

// extensions refuses every critical extension: none is defined for proofs, and
// the one that JOSE knows, b64, must not be used in a JWT (RFC 7797 §7).
func extensions(v *Verification) error {
	for _, name := range []string{"crit", "b64"} {
		if v.Proof.Header.Has(name) {
			return fmt.Errorf("the header parameter %s asks for an extension that proofs do not have", name)
		}
	}
	return nil
}

func algorithm(v *Verification) error {
	name, err := v.Proof.Header.Text("alg")
	if err != nil {
		return err
	}
	a, known := FindAlgorithm(name)
	if !known {
		return fmt.Errorf("alg %q is not an asymmetric signature algorithm", name)
	}
	if !slices.Contains(v.Algorithms, name) {
		return fmt.Errorf("alg %q is not among the accepted %v", name, v.Algorithms)
	}
	v.Proof.Algorithm = a
	return nil
}

func embeddedKey(v *Verification) error {
	value, found := v.Proof.Header.Get("jwk")
	if !found {
		return errors.New("jwk is missing")
	}
	jwk, err := ParseObject(value)
	if err != nil {
		return fmt.Errorf("jwk: %w", err)
	}
	v.Proof.JWK = jwk
	return nil
}

func noPrivateKey(v *Verification) error {
	if names := PrivateMembers(v.Proof.JWK); names != nil {
		return fmt.Errorf("jwk holds private key material: %v", names)
	}
	return nil
}

func publicKey(v *Verification) error {
	key, err := ParsePublicKey(v.Proof.JWK)
	if err != nil {
		return fmt.Errorf("jwk: %w", err)
	}
	v.Proof.Key, v.Proof.Thumbprint = key.Key, key.Thumbprint
	return nil
}

func algorithmFitsKey(v *Verification) error { return v.Proof.Algorithm.Fits(v.Proof.Key) }

// keyUse refuses a key that says of itself that it is not for this (RFC 7517
// §4.2–§4.4).
func keyUse(v *Verification) error {
	jwk := v.Proof.JWK
	if value, found := jwk.Get("alg"); found && string(value) != string(rawJSON(v.Proof.Algorithm.Name)) {
		return fmt.Errorf("jwk.alg is %s under alg %s", value, v.Proof.Algorithm.Name)
	}
	if value, found := jwk.Get("use"); found && string(value) != `"sig"` {
		return fmt.Errorf("jwk.use is %s, not sig", value)
	}
	if value, found := jwk.Get("key_ops"); found {
		var ops []string
		if err := json.Unmarshal(value, &ops); err != nil || !slices.Contains(ops, "verify") {
			return fmt.Errorf("jwk.key_ops %s does not hold verify", value)
		}
	}
	return nil
}

func signature(v *Verification) error {
	return VerifySignature(&v.Proof, v.Proof.Key)
}

// maxID is the longest jti that is remembered, in octets (RFC 9449 §11.1 warns
// of unreasonably large ones).
const maxID = 512

func identifier(v *Verification) error {
	id, err := v.Proof.Claims.Text("jti")
	if err != nil {
		return err
	}
	if id == "" || len(id) > maxID {
		return fmt.Errorf("jti has %d octets; 1 to %d are accepted", len(id), maxID)
	}
	v.Proof.ID = id
	return nil
}

func method(v *Verification) error {
	htm, err := v.Proof.Claims.Text("htm")
	if err != nil {
		return err
	}
	if htm != v.Method {
		return fmt.Errorf("htm is %q, the request's method is %q", htm, v.Method)
	}
	return nil
}

// URI returns the check that htu names the target, in the eyes of the given
// comparison.
func URI(same func(htu, target string) error) func(*Verification) error {
	return func(v *Verification) error {
		htu, err := v.Proof.Claims.Text("htu")
		if err != nil {
			return err
		}
		v.Proof.URI = htu
		return same(htu, v.TargetURI)
	}
}

func issuedAt(v *Verification) error {
	iat, err := v.Proof.Claims.Number("iat")
	if err != nil {
		return err
	}
	v.Proof.IssuedAt = iat
	age := seconds(v.Now) - iat
	if age > v.Past.Seconds() {
		return fmt.Errorf("iat lies %.0f s in the past; the clock here says %d, %v are accepted",
			age, v.Now.Unix(), v.Past)
	}
	if -age > v.Future.Seconds() {
		return fmt.Errorf("iat lies %.0f s in the future; the clock here says %d, %v are accepted",
			-age, v.Now.Unix(), v.Future)
	}
	return nil
}

// seconds counts whole seconds, as iat does: a server that judged a fresh
// proof with its own fractions would call every one of them old.
func seconds(t time.Time) float64 { return float64(t.Unix()) }

// lifetime honours exp and nbf where a client adds them (RFC 7519 §4.1.4–5).
func lifetime(v *Verification) error {
	for _, name := range []string{"exp", "nbf"} {
		if !v.Proof.Claims.Has(name) {
			continue
		}
		at, err := v.Proof.Claims.Number(name)
		if err != nil {
			return err
		}
		if name == "exp" && seconds(v.Now) >= at {
			return errors.New("the proof has expired (exp)")
		}
		if name == "nbf" && seconds(v.Now)+v.Future.Seconds() < at {
			return errors.New("the proof is not valid yet (nbf)")
		}
	}
	return nil
}

func nonce(v *Verification) error {
	if v.Nonces == nil {
		return nil
	}
	value, err := v.Proof.Claims.Text("nonce")
	if err != nil {
		return err
	}
	return v.Nonces.Accept(value)
}

func tokenHash(v *Verification) error {
	if v.AccessToken == "" {
		return nil
	}
	ath, err := v.Proof.Claims.Text("ath")
	if err != nil {
		return err
	}
	if ath != TokenHash(v.AccessToken) {
		return errors.New("ath is not the hash of the access token that came with the proof")
	}
	return nil
}

func binding(v *Verification) error {
	if v.AccessToken == "" {
		return nil
	}
	if v.Bound == "" || v.Bound != v.Proof.Thumbprint {
		return errors.New("the access token is not bound to the key of the proof")
	}
	return nil
}

func replay(v *Verification) error {
	if v.Replays == nil {
		return nil
	}
	// As long as the proof could pass the check of iat, it is remembered.
	until := time.Unix(int64(v.Proof.IssuedAt)+1, 0).Add(v.Past)
	fresh, err := v.Replays.Use(&v.Proof, until)
	if err != nil {
		return fmt.Errorf("the replay memory cannot tell: %w", err)
	}
	if !fresh {
		return errors.New("this proof was used before")
	}
	return nil
}
